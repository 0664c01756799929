/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arg_types.c - types of the arguments that rules name: evt.rawarg's are the
 * arguments' own (Falco: find_longest_matching_evt_param()). */
#include "args.h"

static const struct {
	struct str name;
	enum arg_kind kind;
	unsigned source;
} args[] = {
#define ARG(call, name, kind, source, set) \
	{ STR_INIT(name), ARG_##kind, ARG_##source },
#include "args.def"
#undef ARG
};

/* Arguments of Falco's events that audit has not. */
static const struct str foreign[] = {
#define FOREIGN(name) STR_INIT(name),
#include "foreign_args.def"
#undef FOREIGN
};

static enum value_type type_of(enum arg_kind kind, unsigned source)
{
	switch (kind) {
	case ARG_PATH:
	case ARG_TEXT:
	case ARG_TUPLE:
	case ARG_ADDRESS:
	case ARG_NOTHING:
		return VALUE_STRING;
	case ARG_FIELD:
		return value_type_of_values(
			field_info(source - ARG__FIELDS)->type);
	default:
		return VALUE_INT;
	}
}

enum value_type field_type(const struct field_info *f,
                           const struct field_arg *arg)
{
	if (f->type != VALUE_DYNAMIC)
		return f->type;
	for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++)
		if (args[i].kind != ARG_NOTHING &&
		    str_eq(args[i].name, arg->name))
			return type_of(args[i].kind, args[i].source);
	return VALUE_STRING;
}

static bool is_name(struct str name)
{
	for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++)
		if (str_eq(args[i].name, name))
			return true;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (str_eq(foreign[i], name))
			return true;
	return false;
}

bool field_arg_is_known(const struct field_info *f, const struct field_arg *arg)
{
	if (f->id == FIELD_EVT_ARG)
		return arg->is_index || is_name(arg->name);
	return f->id != FIELD_EVT_RAWARG || is_name(arg->name);
}
