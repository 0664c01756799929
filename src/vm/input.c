/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input.c - fields and transformers read; the transformers' table and types. */
#include "saker/vm/input.h"

#include <stdio.h>

#include "transform.h"

/* So many elements of a field that is read item by item. */
#define ITEMS_MAX 1024u

enum accepts {
	ACCEPTS_TEXT,
	ACCEPTS_TEXT_OR_BYTES,
	ACCEPTS_COUNTABLE,
	ACCEPTS_SEPARATOR_AND_LIST,
	ACCEPTS_TEXTS,
	ACCEPTS_LIST_AND_OPTIONS,
};

enum makes {
	MAKES_SAME,
	MAKES_NUMBER,
	MAKES_TEXT,
	MAKES_LIST,
};

static const struct {
	const char *name;
	enum accepts accepts;
	enum makes makes;
	transform_fn *function;
} transformers[] = {
#define TRANSFORMER(ID, NAME, IN, OUT, FUNCTION, DOC) \
	[TRANSFORMER_##ID] = { NAME, ACCEPTS_##IN, MAKES_##OUT, FUNCTION },
#include "saker/vm/transformers.def"
#undef TRANSFORMER
};

const char *transformer_name(size_t i)
{
	return i < TRANSFORMER__MAX ? transformers[i].name : NULL;
}

enum transformer transformer_find(struct str name)
{
	enum transformer t = 0;

	while (t < TRANSFORMER__MAX &&
	       !str_eq(str_from(transformers[t].name), name))
		t++;
	return t;
}

static bool is_text(enum value_type t)
{
	return t == VALUE_STRING || t == VALUE_LIST;
}

static const char *why_not(enum accepts accepts, const enum value_type *parts,
                           size_t count)
{
	switch (accepts) {
	case ACCEPTS_TEXT:
		return count == 1 && is_text(parts[0]) ? NULL
		                                       : "it takes a text";
	case ACCEPTS_TEXT_OR_BYTES:
	case ACCEPTS_COUNTABLE:
		return count == 1 && (is_text(parts[0]) ||
		                      *parts == VALUE_BYTES)
		               ? NULL
		               : "it takes a text, a list or a buffer";
	case ACCEPTS_SEPARATOR_AND_LIST:
		return count == 2 && parts[0] != VALUE_LIST &&
		                       parts[1] == VALUE_LIST
		               ? NULL
		               : "it takes a separator and a list";
	case ACCEPTS_TEXTS:
		for (size_t i = 0; i < count; i++)
			if (parts[i] != VALUE_STRING)
				return "it takes texts";
		return count >= 2 ? NULL : "it takes two texts or more";
	case ACCEPTS_LIST_AND_OPTIONS:
		return count == 2 && parts[0] == VALUE_LIST &&
		                       parts[1] == VALUE_STRING
		               ? NULL
		               : "it takes a list and the options' letters";
	}
	return NULL;
}

int transformer_type(enum transformer t, const enum value_type *parts,
                     size_t count, bool has_arg, enum value_type *ret,
                     const char **ret_why)
{
	static const enum value_type types[] = {
		[MAKES_NUMBER] = VALUE_UINT,
		[MAKES_TEXT] = VALUE_STRING,
		[MAKES_LIST] = VALUE_LIST,
	};
	const char *why = why_not(transformers[t].accepts, parts, count);

	if (why == NULL && has_arg && t != TRANSFORMER_GETOPT)
		why = "it takes no argument in brackets";
	if (why != NULL) {
		*ret_why = why;
		return E_INVALID;
	}
	if (transformers[t].makes == MAKES_SAME)
		*ret = parts[0];
	else
		*ret = has_arg ? VALUE_STRING : types[transformers[t].makes];
	return 0;
}

static bool read_field(const struct vm_input *in, const struct input_reader *r,
                       const struct field_arg *arg, struct value *ret)
{
	return r->fields->get(r->fields->context, in->info->id, arg, ret) &&
	       !value_is_empty_list(ret);
}

static bool read_items(const struct vm_input *in, const struct input_reader *r,
                       struct value *ret)
{
	struct str *items = arena_array(r->arena, struct str, ITEMS_MAX);
	size_t n = 0;

	if (items == NULL)
		return false;
	for (; n < ITEMS_MAX; n++) {
		char digits[24];
		struct field_arg arg = { .present = true,
			                 .is_index = true,
			                 .index = n };
		struct value v;

		snprintf(digits, sizeof(digits), "%zu", n);
		arg.name = str_from(digits);
		if (!read_field(in, r, &arg, &v) ||
		    !value_text(&v, r->arena, &items[n]))
			break;
	}
	ret->type = VALUE_LIST;
	ret->list.items = items;
	ret->list.count = n;
	return n > 0;
}

static bool read_parts(const struct vm_input *in, const struct input_reader *r,
                       struct value *parts)
{
	for (uint32_t i = 0; i < in->nparts; i++)
		if (!r->part(r->context, in->parts[i], &parts[i]))
			return false;
	return true;
}

static bool make_list(const struct vm_input *in, const struct value *parts,
                      struct arena *arena, struct value *ret)
{
	struct str *items = arena_array(arena, struct str, in->nparts + 1);

	if (items == NULL)
		return false;
	for (uint32_t i = 0; i < in->nparts; i++)
		if (!value_text(&parts[i], arena, &items[i]))
			return false;
	ret->type = VALUE_LIST;
	ret->list.items = items;
	ret->list.count = in->nparts;
	return true;
}

static bool make(const struct vm_input *in, const struct input_reader *r,
                 struct value *ret)
{
	struct value *parts =
		arena_array(r->arena, struct value, in->nparts + 1);

	if (parts == NULL || !read_parts(in, r, parts))
		return false;
	return in->kind == INPUT_LIST ? make_list(in, parts, r->arena, ret)
	                              : transformers[in->transformer].function(
						in, parts, r->arena, ret);
}

bool vm_input_make(const struct vm_input *in, const struct input_reader *reader,
                   struct value *ret)
{
	switch (in->kind) {
	case INPUT_FIELD:
		return read_field(in, reader, &in->arg, ret);
	case INPUT_FIELD_ITEMS:
		return read_items(in, reader, ret);
	case INPUT_LITERAL:
		ret->type = VALUE_STRING;
		ret->str = in->literal;
		return true;
	case INPUT_LIST:
	case INPUT_TRANSFORMER:
		return make(in, reader, ret);
	}
	return false;
}

struct plain_reader {
	const struct vm_input *inputs;
	struct input_reader reader;
};

/* Parts have lower numbers than what they are parts of: it ends. */
static bool read_part(void *context, uint32_t number, struct value *ret)
{
	struct plain_reader *p = context;

	return vm_input_make(&p->inputs[number], &p->reader, ret);
}

bool vm_input_read(const struct vm_input *inputs, size_t count,
                   const struct field_source *fields, struct arena *arena,
                   struct value *ret)
{
	struct plain_reader p = { inputs, { read_part, &p, fields, arena } };

	return vm_input_make(&inputs[count - 1], &p.reader, ret);
}
