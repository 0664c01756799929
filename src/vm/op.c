/* SPDX-License-Identifier: GPL-2.0-or-later */
/* op.c - the operator table, and the match function of each operator. */
#include "saker/vm/op.h"

#include "match.h"

static const struct op_info ops[] = {
#define OP(ID, TOKEN, SHAPE, CLASSES, MODIFIERS, MATCH, DOC) \
	[OP_##ID] = {                                        \
		.token = { TOKEN, sizeof(TOKEN) - 1 },       \
		.shape = SHAPE_##SHAPE,                      \
		.classes = CLASSES,                          \
		.modifiers = MODIFIERS,                      \
		.match = MATCH,                              \
		.doc = DOC,                                  \
	},
#include "saker/vm/ops.def"
#undef OP
};

const struct op_info *op_info(enum op op)
{
	return &ops[op];
}

const char *op_modifier_name(enum op_modifier m)
{
	static const char *const names[] = {
		[MODIFIER_NONE] = "",
		[MODIFIER_ONEOF] = "oneof",
		[MODIFIER_ANYOF] = "anyof",
		[MODIFIER_ALLOF] = "allof",
	};

	return names[m];
}

const char *op_class_name(enum op_class c)
{
	switch (c) {
	case CLASS_STRING:
		return "string";
	case CLASS_NUMBER:
		return "numeric";
	case CLASS_BOOL:
		return "boolean";
	case CLASS_IP:
		return "IP address";
	case CLASS_NET:
		return "IP network";
	case CLASS_BYTES:
		return "buffer";
	default:
		return "these";
	}
}
