/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input.h - what conditions and outputs read of an event: fields, and what
 * transformers make of them. */
#ifndef SAKER_VM_INPUT_H
#define SAKER_VM_INPUT_H

#include "saker/base/arena.h"
#include "saker/base/err.h"
#include "saker/event/field.h"

enum transformer {
#define TRANSFORMER(id, name, in, out, function, doc) TRANSFORMER_##id,
#include "saker/vm/transformers.def"
#undef TRANSFORMER
	TRANSFORMER__MAX
};

enum input_kind {
	INPUT_FIELD,
	INPUT_FIELD_ITEMS, /* field[0], field[1] ... as a list */
	INPUT_LITERAL,
	INPUT_LIST, /* the parts, as texts */
	INPUT_TRANSFORMER,
};

struct vm_input {
	enum input_kind kind;
	enum value_type type; /* VALUE_LIST: a list by its nature */
	const struct field_info *info;
	struct field_arg arg; /* of a field; of getopt, the option */
	struct str literal;
	enum transformer transformer;
	const uint32_t *parts; /* numbers of inputs, lower than its own */
	uint32_t nparts;
};

/* NULL past the last. Static. */
const char *transformer_name(size_t i);
/* TRANSFORMER__MAX when there is none of that name. */
enum transformer transformer_find(struct str name);
/* The type that it makes of parts of those types. 0; E_INVALID with *ret_why
 * (static). */
int transformer_type(enum transformer t, const enum value_type *parts,
                     size_t count, bool has_arg, enum value_type *ret,
                     const char **ret_why) must_check;

/* How an input gets at the values of its parts. */
struct input_reader {
	bool (*part)(void *context, uint32_t number, struct value *ret);
	void *context;
	const struct field_source *fields;
	struct arena *arena; /* for what is made; borrowed by the values */
};

/* False: no value. */
bool vm_input_make(const struct vm_input *in, const struct input_reader *reader,
                   struct value *ret);
/* The last of inputs, reading each anew: for what needs it once an event. */
bool vm_input_read(const struct vm_input *inputs, size_t count,
                   const struct field_source *fields, struct arena *arena,
                   struct value *ret);

#endif
