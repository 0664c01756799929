/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_arg.c - evt.arg, evt.rawarg and evt.args. */
#include "args.h"
#include "get.h"
#include "path.h"
#include "saker/base/io.h"

/* Names that mean the same in every call, for those that the table lacks. */
static const struct {
	struct str name;
	enum field_id field;
} common[] = {
	{ STR_INIT("res"), FIELD_EVT_RAWRES },
	{ STR_INIT("name"), FIELD_FS_PATH_NAME },
	{ STR_INIT("path"), FIELD_FS_PATH_NAME },
	{ STR_INIT("filename"), FIELD_FS_PATH_NAME },
};

static bool give_common(struct event *e, struct str name, struct value *ret)
{
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (str_eq(common[i].name, name))
			return event_get(e, common[i].field, NULL, ret) &&
			       ret->type == VALUE_STRING;
	return false;
}

static const struct arg_info *args_of_event(const struct event *e,
                                            size_t *ret_count)
{
	struct event_shown *shown = e->context->shown;
	const struct arg_info *args;

	if (shown != NULL && shown->args != NULL &&
	    (shown->call != NULL ? shown->call == e->call
	                         : str_eq(shown->args->call, e->type))) {
		*ret_count = shown->nargs;
		return shown->args;
	}
	args = args_of(e->type, ret_count);
	if (shown != NULL) {
		shown->args = args;
		shown->call = e->call;
		shown->nargs = *ret_count;
	}
	return args;
}

static const struct arg_info *find(struct event *e, const struct field_arg *arg,
                                   size_t *ret_count)
{
	const struct arg_info *args = args_of_event(e, ret_count);

	if (arg->is_index)
		return arg->index < *ret_count ? &args[arg->index] : NULL;
	for (size_t i = 0; i < *ret_count; i++)
		if (args[i].name.s[0] == arg->name.s[0] &&
		    str_eq(args[i].name, arg->name))
			return &args[i];
	return NULL;
}

bool get_evt_arg(struct event *e, const struct field_arg *arg,
                 struct value *ret)
{
	const struct arg_info *a;
	struct str text;
	size_t n;

	if (arg == NULL || !e->is_syscall)
		return false;
	a = find(e, arg, &n);
	if (a == NULL)
		return n == 0 && give_common(e, arg->name, ret);
	return arg_text(e, a, &text) && give_str(ret, text);
}

bool get_evt_rawarg(struct event *e, const struct field_arg *arg,
                    struct value *ret)
{
	const struct arg_info *a;
	enum value_type type;
	struct arg_text text;
	int64_t number;
	size_t n;

	if (arg == NULL || !e->is_syscall)
		return false;
	a = find(e, arg, &n);
	if (a == NULL)
		return false;
	type = field_type(field_info(FIELD_EVT_RAWARG), arg);
	if (type == VALUE_STRING)
		return arg_show(e, a, &text) && give_str(ret, text.plain);
	if (a->kind == ARG_FIELD)
		return event_get(e, a->source - ARG__FIELDS, NULL, ret) &&
		       ret->type == type;
	return type == VALUE_INT && arg_number(e, a, &number) &&
	       give_int(ret, number);
}

GETTER(get_evt_args)
{
	auto_buf struct buf out = BUF_INIT;
	const struct arg_info *args;
	size_t n;

	if (!e->is_syscall || (args = args_of_event(e, &n)) == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct arg_text text;

		if (!arg_show(e, &args[i], &text))
			continue;
		if (out.len != 0)
			buf_add_byte(&out, ' ');
		buf_add_str(&out, args[i].name);
		buf_add_byte(&out, '=');
		buf_add_str(&out, text.plain);
		if (text.meaning.len == 0)
			continue;
		buf_add_byte(&out, '(');
		buf_add_str(&out, text.meaning);
		buf_add_byte(&out, ')');
	}
	return give_known(ret, arena_copy_buf(&e->audit->arena, &out));
}

/* evt.abspath.src and .dst choose among two paths. */
bool get_evt_abspath(struct event *e, const struct field_arg *arg,
                     struct value *ret)
{
	enum path_role role = PATH_ROLE_MAIN;
	const struct audit_path *p;
	struct str path;

	if (arg != NULL && str_eq(arg->name, STR("src")))
		role = PATH_ROLE_SOURCE;
	else if (arg != NULL && str_eq(arg->name, STR("dst")))
		role = PATH_ROLE_TARGET;
	else if (arg != NULL)
		return false;
	p = path_pick(e, role);
	path = p != NULL ? path_resolve(e, p) : STR_NONE;
	return path.len != 0 && path.s[0] == '/' && give_str(ret, path);
}
