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

enum op_class op_class_of(enum value_type t)
{
	switch (t) {
	case VALUE_STRING:
	case VALUE_LIST:
		return CLASS_STRING;
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_INT16:
	case VALUE_INT32:
	case VALUE_UINT32:
	case VALUE_TIME:
	case VALUE_PORT:
	case VALUE_DURATION:
	case VALUE_DOUBLE:
		return CLASS_NUMBER;
	case VALUE_BOOL:
		return CLASS_BOOL;
	case VALUE_IPADDR:
		return CLASS_IP;
	case VALUE_IPNET:
		return CLASS_NET;
	case VALUE_BYTES:
		return CLASS_BYTES;
	case VALUE_MANY:
	case VALUE_DYNAMIC:
		break;
	}
	return CLASS_NONE;
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
