/* SPDX-License-Identifier: GPL-2.0-or-later */
/* field_resolve.c - a field and its argument, as rules write them. */
#include "saker/lang/check.h"

static int check_arg(const struct field_info *f, const struct field_arg *arg,
                     const char **ret_why)
{
	switch (f->arg) {
	case FIELD_ARG_NONE:
		if (!arg->present)
			return 0;
		*ret_why = "the field takes no argument";
		return E_INVALID;
	case FIELD_ARG_INDEX_REQUIRED:
		if (arg->is_index)
			return 0;
		*ret_why = "the field needs a number as its argument";
		return E_INVALID;
	case FIELD_ARG_INDEX_OPTIONAL:
		if (!arg->present || arg->is_index)
			return 0;
		*ret_why = "the field's argument must be a number";
		return E_INVALID;
	case FIELD_ARG_NAME_OPTIONAL:
		return 0;
	case FIELD_ARG_NAME_REQUIRED:
		if (arg->present && arg->name.len > 0 &&
		    field_arg_is_known(f, arg))
			return 0;
		*ret_why = arg->present && arg->name.len > 0
		                   ? "no event has an argument of that name"
		                   : "the field needs a name as its argument";
		return E_INVALID;
	}
	return 0;
}

int field_resolve(struct str name, bool has_arg, struct str arg,
                  const struct field_info **ret_info, struct field_arg *ret_arg,
                  const char **ret_why)
{
	struct str rest;
	const struct field_info *f = field_find(name, &rest);
	struct field_arg a = { .present = has_arg, .name = arg };

	if (f == NULL)
		return E_NOT_FOUND;
	if (rest.len > 0 && has_arg) {
		*ret_why = "the field already has its argument";
		return E_INVALID;
	}
	if (rest.len > 0)
		a = (struct field_arg){ .present = true, .name = rest };
	a.is_index = a.present && str_to_u64(a.name, 10, &a.index);
	if (check_arg(f, &a, ret_why) < 0)
		return E_INVALID;
	*ret_info = f;
	*ret_arg = a;
	return 0;
}

/* Events have had no direction, and so no duration, since Falco 0.42:
 * falco_load_result.cpp, deprecated_fields. */
bool field_is_deprecated(const struct field_info *f)
{
	switch (f->id) {
	case FIELD_EVT_DIR:
	case FIELD_EVT_LATENCY:
	case FIELD_EVT_LATENCY_S:
	case FIELD_EVT_LATENCY_NS:
	case FIELD_EVT_LATENCY_HUMAN:
	case FIELD_EVT_WAIT_LATENCY:
		return true;
	default:
		return false;
	}
}
