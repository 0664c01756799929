/* SPDX-License-Identifier: GPL-2.0-or-later */
/* whole.c - whether an event has all its records. */
#include "whole.h"

/* mq_open and mq_unlink count a hidden name (audit_inode_parent_hidden) for
 * which the kernel logs no PATH. */
static bool lacks_paths(const struct open_event *o,
                        const struct audit_syscall *s)
{
	size_t expected = s->items;

	if (expected != 0 && str_has_prefix(s->call, STR("mq_")))
		expected--;
	return o->npaths < expected;
}

bool whole_is_partial(struct open_event *o)
{
	const struct audit_syscall *s = audit_event_syscall(&o->e);
	const struct audit_args *args;

	if (o->is_cut ||
	    (s == NULL ? (o->has & IS_PART) != 0 : lacks_paths(o, s)))
		return true;
	if ((o->has & IS_EXECVE) == 0)
		return false;
	args = audit_event_args(&o->e);
	return args == NULL || args->is_incomplete;
}

/* Without EOE: a system call's event has its PROCTITLE and as many PATHs as
 * items= says, whatever their order (ausearch reverses it). An io_uring
 * operation of its own has no PROCTITLE; its PATHs come last. */
bool whole_has_all(struct open_event *o)
{
	const struct audit_syscall *s;
	bool has_paths;

	if ((o->has & IS_SYSCALL) != 0
	            ? (o->has & IS_PROCTITLE) == 0
	            : (o->has & IS_URINGOP) == 0 || o->npaths == 0)
		return false;
	s = audit_event_syscall(&o->e);
	has_paths = s != NULL && !lacks_paths(o, s);
	if ((o->has & IS_SYSCALL) == 0)
		o->e.cache.done = 0; /* a SYSCALL may still come */
	return has_paths;
}
