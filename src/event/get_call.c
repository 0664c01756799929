/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_call.c - evt.*: what kind of call, and what it moved. */
#include "get.h"

static enum syscall_move move_of(const struct event *e)
{
	const struct syscall_info *info = e->call;

	return info != NULL ? info->move : MOVE_NONE;
}

static enum syscall_category category_of(const struct event *e)
{
	const struct syscall_info *info = e->call;

	return info != NULL ? info->category : CATEGORY_OTHER;
}

bool get_evt_type_is(struct event *e, const struct field_arg *arg,
                     struct value *ret)
{
	return arg != NULL && give_uint(ret, str_eq(arg->name, e->type));
}

GETTER(get_evt_category)
{
	static const struct str names[] = {
		[CATEGORY_OTHER] = STR_INIT("other"),
		[CATEGORY_FILE] = STR_INIT("file"),
		[CATEGORY_NET] = STR_INIT("net"),
		[CATEGORY_IPC] = STR_INIT("IPC"),
		[CATEGORY_MEMORY] = STR_INIT("memory"),
		[CATEGORY_PROCESS] = STR_INIT("process"),
		[CATEGORY_SLEEP] = STR_INIT("sleep"),
		[CATEGORY_SYSTEM] = STR_INIT("system"),
		[CATEGORY_SIGNAL] = STR_INIT("signal"),
		[CATEGORY_USER] = STR_INIT("user"),
		[CATEGORY_TIME] = STR_INIT("time"),
		[CATEGORY_WAIT] = STR_INIT("wait"),
	};

	return e->is_syscall && give_str(ret, names[category_of(e)]);
}

GETTER(get_evt_is_async)
{
	(void)e;
	return give_bool(ret, false);
}

GETTER(get_evt_count)
{
	(void)e;
	return give_uint(ret, 1);
}

static bool has_failed(struct event *e)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);

	return sc != NULL && sc->has_result && !sc->success;
}

GETTER(get_evt_count_error)
{
	return give_uint(ret, has_failed(e));
}

static bool give_error(struct event *e, enum syscall_category category,
                       struct value *ret)
{
	return give_uint(ret, has_failed(e) && category_of(e) == category);
}

GETTER(get_evt_count_error_file)
{
	return give_error(e, CATEGORY_FILE, ret);
}

GETTER(get_evt_count_error_net)
{
	return give_error(e, CATEGORY_NET, ret);
}

GETTER(get_evt_count_error_memory)
{
	return give_error(e, CATEGORY_MEMORY, ret);
}

GETTER(get_evt_count_error_other)
{
	enum syscall_category c = category_of(e);

	return give_uint(ret, has_failed(e) && c != CATEGORY_FILE &&
	                              c != CATEGORY_NET &&
	                              c != CATEGORY_MEMORY);
}

GETTER(get_evt_is_io)
{
	enum syscall_move m = move_of(e);

	return e->is_syscall && give_bool(ret, m == MOVE_IN || m == MOVE_OUT);
}

GETTER(get_evt_is_io_read)
{
	return e->is_syscall && give_bool(ret, move_of(e) == MOVE_IN);
}

GETTER(get_evt_is_io_write)
{
	return e->is_syscall && give_bool(ret, move_of(e) == MOVE_OUT);
}

GETTER(get_evt_io_dir)
{
	switch (move_of(e)) {
	case MOVE_IN:
		return give_str(ret, STR("r"));
	case MOVE_OUT:
		return give_str(ret, STR("w"));
	default:
		return false;
	}
}

GETTER(get_evt_is_wait)
{
	return e->is_syscall && give_bool(ret, move_of(e) == MOVE_WAIT);
}

static bool give_length(struct event *e, enum syscall_move move, bool only_net,
                        struct value *ret)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);
	enum syscall_move m = move_of(e);

	if (sc == NULL || !sc->has_result || sc->exit < 0 ||
	    (m != MOVE_IN && m != MOVE_OUT) || (move != MOVE_NONE && m != move))
		return false;
	if (only_net && category_of(e) != CATEGORY_NET)
		return false;
	return give_uint(ret, (uint64_t)sc->exit);
}

GETTER(get_evt_buflen)
{
	return give_length(e, MOVE_NONE, false, ret);
}

GETTER(get_evt_buflen_in)
{
	return give_length(e, MOVE_IN, false, ret);
}

GETTER(get_evt_buflen_out)
{
	return give_length(e, MOVE_OUT, false, ret);
}

GETTER(get_evt_buflen_net)
{
	return give_length(e, MOVE_NONE, true, ret);
}

GETTER(get_evt_buflen_net_in)
{
	return give_length(e, MOVE_IN, true, ret);
}

GETTER(get_evt_buflen_net_out)
{
	return give_length(e, MOVE_OUT, true, ret);
}
