/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_call.c - evt.*: what kind of call, and what it moved. */
#include "fd.h"
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

static enum fd_kind kind_of(struct event *e)
{
	const struct event_fd *f = event_fd(e);

	if (f != NULL && !f->is_known)
		f = event_fd_asked(e);
	return f != NULL && f->is_known ? f->info.kind : FD_UNKNOWN;
}

static bool is_file_kind(enum fd_kind kind)
{
	return kind == FD_FILE || kind == FD_DIRECTORY;
}

static bool is_net_kind(enum fd_kind kind)
{
	return kind == FD_IPV4 || kind == FD_IPV6 || kind == FD_UNIX;
}

/* userspace/libsinsp/event.cpp, get_category(). */
static struct str io_category(enum fd_kind kind)
{
	switch (kind) {
	case FD_FILE:
	case FD_DIRECTORY:
		return STR("file");
	case FD_IPV4:
	case FD_IPV6:
		return STR("net");
	case FD_PIPE:
	case FD_UNIX:
	case FD_EVENT:
	case FD_SIGNAL:
	case FD_INOTIFY:
	case FD_USERFAULT:
		return STR("ipc");
	default:
		return STR("unknown");
	}
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

	if (e->is_syscall && category_of(e) == CATEGORY_IO)
		return give_str(ret, io_category(kind_of(e)));
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

/* Falco's fields of errors have no value where there is none. */
static bool give_error(bool is_one, struct value *ret)
{
	return is_one && give_uint(ret, 1);
}

GETTER(get_evt_count_error)
{
	return give_error(has_failed(e), ret);
}

static bool is_open(const struct event *e)
{
	return e->call != NULL && e->call->class == SYSCALL_OPEN;
}

static bool makes_connection(const struct event *e)
{
	return str_has_prefix(e->type, STR("accept")) ||
	       str_eq(e->type, STR("connect"));
}

static bool is_file_error(struct event *e)
{
	return has_failed(e) && (is_open(e) || is_file_kind(kind_of(e)));
}

static bool is_net_error(struct event *e)
{
	return has_failed(e) &&
	       (makes_connection(e) || is_net_kind(kind_of(e)));
}

static bool is_memory_error(struct event *e)
{
	return has_failed(e) && category_of(e) == CATEGORY_MEMORY;
}

GETTER(get_evt_count_error_file)
{
	return give_error(is_file_error(e), ret);
}

GETTER(get_evt_count_error_net)
{
	return give_error(is_net_error(e), ret);
}

GETTER(get_evt_count_error_memory)
{
	return give_error(is_memory_error(e), ret);
}

GETTER(get_evt_count_error_other)
{
	return give_error(has_failed(e) && !is_file_error(e) &&
	                          !is_net_error(e) && !is_memory_error(e),
	                  ret);
}

/* Of events that audit has not. */
GETTER(get_evt_count_none)
{
	(void)e;
	return give_uint(ret, 0);
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
		return give_str(ret, STR("read"));
	case MOVE_OUT:
		return give_str(ret, STR("write"));
	default:
		return false;
	}
}

GETTER(get_evt_is_wait)
{
	return e->is_syscall && give_bool(ret, move_of(e) == MOVE_WAIT);
}

typedef bool is_kind(enum fd_kind kind);

static bool any_kind(enum fd_kind kind UNUSED)
{
	return true;
}

static bool give_length(struct event *e, enum syscall_move move, is_kind *is,
                        struct value *ret)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);
	enum syscall_move m = move_of(e);

	if (sc == NULL || !sc->has_result || sc->exit < 0 ||
	    (m != MOVE_IN && m != MOVE_OUT) || (move != MOVE_NONE && m != move))
		return false;
	return (is == any_kind || is(kind_of(e))) &&
	       give_uint(ret, (uint64_t)sc->exit);
}

GETTER(get_evt_buflen)
{
	return give_length(e, MOVE_NONE, any_kind, ret);
}

GETTER(get_evt_buflen_in)
{
	return give_length(e, MOVE_IN, any_kind, ret);
}

GETTER(get_evt_buflen_out)
{
	return give_length(e, MOVE_OUT, any_kind, ret);
}

GETTER(get_evt_buflen_file)
{
	return give_length(e, MOVE_NONE, is_file_kind, ret);
}

GETTER(get_evt_buflen_file_in)
{
	return give_length(e, MOVE_IN, is_file_kind, ret);
}

GETTER(get_evt_buflen_file_out)
{
	return give_length(e, MOVE_OUT, is_file_kind, ret);
}

GETTER(get_evt_buflen_net)
{
	return give_length(e, MOVE_NONE, is_net_kind, ret);
}

GETTER(get_evt_buflen_net_in)
{
	return give_length(e, MOVE_IN, is_net_kind, ret);
}

GETTER(get_evt_buflen_net_out)
{
	return give_length(e, MOVE_OUT, is_net_kind, ret);
}
