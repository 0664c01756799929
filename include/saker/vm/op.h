/* SPDX-License-Identifier: GPL-2.0-or-later */
/* op.h - operators of the condition language and how each one matches. */
#ifndef SAKER_VM_OP_H
#define SAKER_VM_OP_H

#include "saker/event/value.h"

/* What an operator takes on its left side. */
enum op_class {
	CLASS_NONE = 0, /* no field type has it yet */
	CLASS_STRING = 1,
	CLASS_NUMBER = 2,
	CLASS_BOOL = 4,
	CLASS_IP = 8,
	CLASS_BYTES = 16,
	CLASS_NET = 32,
	CLASS_ANY = 63,
};

/* What it takes on its right side. */
enum op_shape {
	SHAPE_NONE,
	SHAPE_NUMBER,
	SHAPE_STRING,
	SHAPE_LIST
};

enum op {
#define OP(id, token, shape, classes, modifiers, match, doc) OP_##id,
#include "saker/vm/ops.def"
#undef OP
	OP__MAX
};

/* How the results for several right sides are joined. */
enum op_modifier {
	MODIFIER_NONE,
	MODIFIER_ONEOF,
	MODIFIER_ANYOF,
	MODIFIER_ALLOF
};

struct scratch;
struct operand;

/* v is no list and, but for match_exists, of the operand's class. */
typedef bool op_match_fn(const struct operand *o, const struct value *v,
                         struct scratch *scratch);

struct op_info {
	struct str token;
	enum op_shape shape;
	unsigned classes;
	bool modifiers;
	op_match_fn *match;
	const char *doc;
};

const struct op_info *op_info(enum op op);
/* "oneof"; "" for none. Static. */
const char *op_modifier_name(enum op_modifier m);
static inline enum op_class op_class_of(enum value_type t)
{
	static const unsigned char classes[] = {
		[VALUE_STRING] = CLASS_STRING, [VALUE_LIST] = CLASS_STRING,
		[VALUE_INT] = CLASS_NUMBER,    [VALUE_UINT] = CLASS_NUMBER,
		[VALUE_INT16] = CLASS_NUMBER,  [VALUE_INT32] = CLASS_NUMBER,
		[VALUE_UINT32] = CLASS_NUMBER, [VALUE_TIME] = CLASS_NUMBER,
		[VALUE_PORT] = CLASS_NUMBER,   [VALUE_DURATION] = CLASS_NUMBER,
		[VALUE_DOUBLE] = CLASS_NUMBER, [VALUE_BOOL] = CLASS_BOOL,
		[VALUE_IPADDR] = CLASS_IP,     [VALUE_IPNET] = CLASS_NET,
		[VALUE_BYTES] = CLASS_BYTES,   [VALUE_MANY] = CLASS_NONE,
		[VALUE_DYNAMIC] = CLASS_NONE,
	};

	return classes[t];
}
/* "string", "numeric" ... for messages. */
const char *op_class_name(enum op_class c);

/* Shell pattern over the whole of v, as fnmatch(3) without flags: linear in
 * both, whatever the pattern. */
bool glob_match(struct str pattern, struct str v, bool fold_case);

#endif
