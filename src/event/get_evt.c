/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_evt.c - evt.*, syscall.* and audit.*: the event itself. */
#include <fcntl.h>
#include <sys/stat.h>

#include "get.h"
#include "path.h"
#include "saker/audit/numbers.h"

static const struct audit_syscall *syscall_of(struct event *e)
{
	return audit_event_syscall(e->audit);
}

GETTER(get_evt_num)
{
	return give_uint(ret, e->audit->stamp.serial);
}

GETTER(get_evt_type)
{
	return give_str(ret, e->type);
}

GETTER(get_evt_source)
{
	return give_str(ret,
	                event_is_of_audit(e) ? STR("audit") : STR("syscall"));
}

GETTER(get_evt_is_io_uring)
{
	const struct audit_syscall *sc = syscall_of(e);

	return sc != NULL && give_bool(ret, sc->is_io_uring);
}

GETTER(get_evt_hostname)
{
	return give_str(ret, e->audit->node.len != 0 ? e->audit->node
	                                             : e->context->hostname);
}

GETTER(get_evt_dir)
{
	return e->is_syscall && give_str(ret, STR("<"));
}

GETTER(get_evt_res)
{
	const struct audit_syscall *sc = syscall_of(e);
	const char *name;

	if (sc == NULL || !sc->has_result)
		return false;
	if (sc->exit >= 0 || sc->success)
		return give_str(ret, STR("SUCCESS"));
	name = audit_errno_to_name((int)-sc->exit);
	if (name != NULL)
		return give_str(ret, str_from(name));
	return give_str(ret, event_format(e, "%lld", (long long)sc->exit));
}

GETTER(get_evt_rawres)
{
	const struct audit_syscall *sc = syscall_of(e);

	return sc != NULL && sc->has_result && give_int(ret, sc->exit);
}

GETTER(get_evt_failed)
{
	const struct audit_syscall *sc = syscall_of(e);

	return sc != NULL && sc->has_result && give_bool(ret, !sc->success);
}

/* OPENAT2 carries what openat2's pointer argument hides (kernel 5.16);
 * creat(2) means a fixed set. */
static bool find_open_flags(struct event *e, uint64_t *ret)
{
	const struct syscall_info *info = e->call;
	const struct record *r;
	struct str raw;

	if (info == NULL || info->class != SYSCALL_OPEN)
		return false;
	if (event_register(e, info->flags, ret))
		return true;
	if (str_eq(e->type, STR("creat"))) {
		*ret = O_CREAT | O_WRONLY | O_TRUNC;
		return true;
	}
	r = audit_event_record(e->audit, AUDIT_OPENAT2, 0);
	return r != NULL && record_field(r, STR("oflag"), &raw) &&
	       decode_oct(raw, ret);
}

/* Several fields come from them. */
bool open_flags(struct event *e, uint64_t *ret)
{
	if (!e->flags_are_read) {
		e->flags_are_read = true;
		e->has_flags = find_open_flags(e, &e->flags);
	}
	if (e->has_flags)
		*ret = e->flags;
	return e->has_flags;
}

bool open_mode(struct event *e, uint64_t *ret)
{
	const struct record *r;
	struct str raw;

	if (str_eq(e->type, STR("open")))
		return event_register(e, REGISTER_A2, ret);
	if (str_eq(e->type, STR("creat")))
		return event_register(e, REGISTER_A1, ret);
	if (str_eq(e->type, STR("openat")))
		return event_register(e, REGISTER_A3, ret);
	r = audit_event_record(e->audit, AUDIT_OPENAT2, 0);
	return r != NULL && record_field(r, STR("mode"), &raw) &&
	       decode_oct(raw, ret);
}

/* fs/open.c, build_open_flags(): O_PATH ignores the access mode. */
static bool open_access(struct event *e, bool *ret_read, bool *ret_write)
{
	uint64_t flags;

	if (!open_flags(e, &flags))
		return false;
	*ret_read = (flags & O_ACCMODE) != O_WRONLY && !(flags & O_PATH);
	*ret_write = (flags & O_ACCMODE) != O_RDONLY && !(flags & O_PATH);
	return true;
}

GETTER(get_evt_is_open_read)
{
	bool reads, writes;

	return open_access(e, &reads, &writes) && give_bool(ret, reads);
}

GETTER(get_evt_is_open_write)
{
	bool reads, writes;

	return open_access(e, &reads, &writes) && give_bool(ret, writes);
}

/* The mode counts only where a file may be made. */
GETTER(get_evt_is_open_exec)
{
	uint64_t flags, mode;

	if (!open_flags(e, &flags))
		return false;
	if ((flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) == 0 ||
	    !open_mode(e, &mode))
		return give_bool(ret, false);
	return give_bool(ret, (mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0);
}

GETTER(get_evt_is_open_create)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);
	uint64_t flags;

	if (!open_flags(e, &flags))
		return false;
	/* a nameless file's PATH is of type NORMAL */
	if ((flags & O_TMPFILE) == O_TMPFILE)
		return give_bool(ret, sc != NULL && sc->success);
	return give_bool(ret, p != NULL && p->type == PATH_CREATE);
}

static bool give_register(struct event *e, enum syscall_register which,
                          struct value *ret)
{
	uint64_t v;

	return event_register(e, which, &v) && give_uint(ret, v);
}

GETTER(get_evt_a0)
{
	return give_register(e, REGISTER_A0, ret);
}

GETTER(get_evt_a1)
{
	return give_register(e, REGISTER_A1, ret);
}

GETTER(get_evt_a2)
{
	return give_register(e, REGISTER_A2, ret);
}

GETTER(get_evt_a3)
{
	return give_register(e, REGISTER_A3, ret);
}

GETTER(get_syscall_type)
{
	return e->is_syscall && give_str(ret, e->type);
}

GETTER(get_syscall_arch)
{
	const struct audit_syscall *sc = syscall_of(e);
	const char *name;
	int machine;

	if (sc == NULL || sc->arch == 0)
		return false;
	machine = audit_elf_to_machine(sc->arch);
	name = machine >= 0 ? audit_machine_to_name(machine) : NULL;
	return name != NULL && give_str(ret, str_from(name));
}
