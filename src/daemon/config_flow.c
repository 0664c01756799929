/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config_flow.c - a mapping of a file as one line of text. */
#include "config_flow.h"

#include "saker/base/escape.h"

/* Aliases make few bytes into many values. */
#define TEXT_LIMIT 65536u

static int add_text(const yaml_node_t *node, struct buf *out)
{
	struct str text;

	if (node->type != YAML_SCALAR_NODE || out->len > TEXT_LIMIT)
		return E_INVALID;
	text = (struct str){ (const char *)node->data.scalar.value,
		             node->data.scalar.length };
	escape_json(out, str_eq(text, STR("~")) ? STR("") : text);
	return 0;
}

static int add_texts(yaml_document_t *document, const yaml_node_t *list,
                     struct buf *out)
{
	yaml_node_item_t *item = list->data.sequence.items.start;
	int error = 0;

	buf_add_byte(out, '[');
	for (; item < list->data.sequence.items.top && error == 0; item++) {
		if (item != list->data.sequence.items.start)
			buf_add_str(out, STR(", "));
		error = add_text(yaml_document_get_node(document, *item), out);
	}
	buf_add_byte(out, ']');
	return error;
}

int config_flow(yaml_document_t *document, const yaml_node_t *mapping,
                struct buf *out)
{
	yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
	int error = 0;

	buf_add_byte(out, '{');
	for (; pair < mapping->data.mapping.pairs.top && error == 0; pair++) {
		const yaml_node_t *value =
			yaml_document_get_node(document, pair->value);

		if (pair != mapping->data.mapping.pairs.start)
			buf_add_str(out, STR(", "));
		error = add_text(yaml_document_get_node(document, pair->key),
		                 out);
		buf_add_str(out, STR(": "));
		if (error == 0)
			error = value->type == YAML_SEQUENCE_NODE
			                ? add_texts(document, value, out)
			                : add_text(value, out);
	}
	buf_add_byte(out, '}');
	return error;
}
