/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config_file.c - saker.yaml: nested maps walked as dotted keys. */
#include <errno.h>
#include <fcntl.h>
#include <yaml.h>

#include "config_flow.h"
#include "config_rules.h"
#include "saker/base/io.h"
#include "saker/daemon/config.h"

#define DEPTH_LIMIT 8
/* Aliases make few bytes into many values. */
#define VALUE_LIMIT 10000u

struct walk {
	struct config *config;
	struct diag_list *diags;
	const char *file;
	yaml_document_t *document;
	struct buf key;
	unsigned values;
	int error;
};

static struct diag_place place_of(const struct walk *w, const yaml_node_t *node)
{
	return (struct diag_place){
		.file = w->file,
		.line = (unsigned)node->start_mark.line + 1,
		.column = (unsigned)node->start_mark.column + 1,
	};
}

static struct str scalar_of(const yaml_node_t *node)
{
	return (struct str){ (const char *)node->data.scalar.value,
		             node->data.scalar.length };
}

static void fail(struct walk *w, const yaml_node_t *node, const char *text)
{
	struct diag_place place = place_of(w, node);

	diag_add(w->diags, DIAG_ERROR, NULL, &place, "%s", text);
	w->error = E_INVALID;
}

static void note_error(struct walk *w, int error)
{
	if (error < 0 && w->error != E_NOMEM)
		w->error = error;
}

/* Counts a value; says once that there are too many. */
static bool has_room(struct walk *w, const yaml_node_t *node)
{
	if (w->values == VALUE_LIMIT)
		fail(w, node, "the file holds too many values");
	if (w->values <= VALUE_LIMIT)
		w->values++;
	return w->values <= VALUE_LIMIT;
}

static void choose(struct walk *w, const yaml_node_t *verb,
                   const yaml_node_t *what, const yaml_node_t *pattern)
{
	struct diag_place place = place_of(w, what);

	if (what->type != YAML_SCALAR_NODE || pattern->type != YAML_SCALAR_NODE)
		fail(w, what, "a choice of rules holds plain values only");
	else
		note_error(w, config_choose(w->config, scalar_of(verb),
		                            scalar_of(what), scalar_of(pattern),
		                            &place, w->diags));
}

/* {enable: {rule: NAME}} */
static void walk_choice(struct walk *w, const yaml_node_t *choice)
{
	yaml_node_pair_t *verb = choice->data.mapping.pairs.start;

	for (; verb < choice->data.mapping.pairs.top && has_room(w, choice);
	     verb++) {
		const yaml_node_t *key =
			yaml_document_get_node(w->document, verb->key);
		const yaml_node_t *map =
			yaml_document_get_node(w->document, verb->value);
		yaml_node_pair_t *pair;

		if (key->type != YAML_SCALAR_NODE ||
		    map->type != YAML_MAPPING_NODE) {
			fail(w, map, "a choice of rules is a map");
			continue;
		}
		for (pair = map->data.mapping.pairs.start;
		     pair < map->data.mapping.pairs.top && has_room(w, map);
		     pair++)
			choose(w, key,
			       yaml_document_get_node(w->document, pair->key),
			       yaml_document_get_node(w->document,
			                              pair->value));
	}
}

/* An output's mapping, as the text that output.h takes. */
static void append_mapping(struct walk *w, const yaml_node_t *mapping)
{
	struct diag_place place = place_of(w, mapping);
	auto_buf struct buf text = BUF_INIT;

	if (config_flow(w->document, mapping, &text) < 0)
		fail(w, mapping,
		     "an output's mapping holds texts and lists of "
		     "texts only");
	else
		note_error(w, config_append(w->config, buf_str(&w->key),
		                            buf_str(&text), &place, w->diags));
}

static void set_list(struct walk *w, const yaml_node_t *node)
{
	struct diag_place place = place_of(w, node);
	yaml_node_item_t *item = node->data.sequence.items.start;

	note_error(w, config_set(w->config, buf_str(&w->key), STR(""), &place,
	                         w->diags));
	for (; item < node->data.sequence.items.top && w->error != E_NOMEM &&
	       has_room(w, node);
	     item++) {
		const yaml_node_t *value =
			yaml_document_get_node(w->document, *item);

		if (value->type == YAML_MAPPING_NODE &&
		    str_eq(buf_str(&w->key), STR("rules"))) {
			walk_choice(w, value);
			continue;
		}
		if (value->type == YAML_MAPPING_NODE &&
		    str_eq(buf_str(&w->key), STR("output"))) {
			append_mapping(w, value);
			continue;
		}
		if (value->type != YAML_SCALAR_NODE) {
			fail(w, value, "a list holds plain values only");
			continue;
		}
		place = place_of(w, value);
		note_error(w,
		           config_append(w->config, buf_str(&w->key),
		                         scalar_of(value), &place, w->diags));
	}
}

static void walk_map(struct walk *w, const yaml_node_t *map, unsigned depth);

static void walk_value(struct walk *w, const yaml_node_t *node, unsigned depth)
{
	struct diag_place place = place_of(w, node);

	if (node->type == YAML_MAPPING_NODE)
		walk_map(w, node, depth + 1);
	else if (node->type == YAML_SEQUENCE_NODE)
		set_list(w, node);
	else
		note_error(w, config_set(w->config, buf_str(&w->key),
		                         scalar_of(node), &place, w->diags));
}

static void walk_map(struct walk *w, const yaml_node_t *map, unsigned depth)
{
	yaml_node_pair_t *pair = map->data.mapping.pairs.start;

	if (depth > DEPTH_LIMIT) {
		fail(w, map, "maps are nested too deeply");
		return;
	}
	for (; pair < map->data.mapping.pairs.top && has_room(w, map); pair++) {
		const yaml_node_t *key =
			yaml_document_get_node(w->document, pair->key);
		const yaml_node_t *value =
			yaml_document_get_node(w->document, pair->value);
		size_t len = w->key.len;

		if (key->type != YAML_SCALAR_NODE) {
			fail(w, key, "a key must be a plain word");
			continue;
		}
		if (len != 0)
			buf_add_byte(&w->key, '.');
		buf_add_str(&w->key, scalar_of(key));
		walk_value(w, value, depth);
		w->key.len = len;
	}
}

static int walk_document(struct walk *w, yaml_document_t *document)
{
	const yaml_node_t *root = yaml_document_get_root_node(document);

	w->document = document;
	if (root == NULL)
		return 0;
	if (root->type != YAML_MAPPING_NODE)
		fail(w, root, "the file must hold a map of settings");
	else
		walk_map(w, root, 0);
	return w->key.failed ? E_NOMEM : w->error;
}

static int no_yaml(struct walk *w, const yaml_parser_t *parser)
{
	struct diag_place place = {
		.file = w->file,
		.line = (unsigned)parser->problem_mark.line + 1,
		.column = (unsigned)parser->problem_mark.column + 1,
	};

	if (parser->error == YAML_MEMORY_ERROR)
		return E_NOMEM;
	diag_add(w->diags, DIAG_ERROR, NULL, &place, "%s",
	         parser->problem != NULL ? parser->problem : "no valid YAML");
	return E_INVALID;
}

int config_load_text(struct config *c, const char *name, struct str text,
                     struct diag_list *diags)
{
	struct walk w = { .config = c, .diags = diags, .file = name };
	const char *start = text.s != NULL ? text.s : "";
	yaml_parser_t parser;
	yaml_document_t document;
	int error;

	if (!yaml_parser_initialize(&parser))
		return E_NOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)start,
	                             text.len);
	if (yaml_parser_load(&parser, &document)) {
		error = walk_document(&w, &document);
		yaml_document_delete(&document);
	} else {
		error = no_yaml(&w, &parser);
	}
	yaml_parser_delete(&parser);
	buf_done(&w.key);
	return error;
}

int config_unreadable(const char *path, const char *problem,
                      struct diag_list *diags)
{
	diag_add(diags, DIAG_ERROR, NULL, &(struct diag_place){ .file = path },
	         "the configuration cannot be read: %s", problem);
	return E_IO;
}

int config_load(struct config *c, const char *path, struct diag_list *diags)
{
	auto_buf struct buf text = BUF_INIT;
	int error = io_read_at(AT_FDCWD, path, CONFIG_FILE_BYTES, &text);

	if (error == 0)
		return config_load_text(c, path, buf_str(&text), diags);
	(void)config_unreadable(path,
	                        error == E_LIMIT ? "it is larger than 1 MiB"
	                                         : strerror(errno),
	                        diags);
	return error;
}
