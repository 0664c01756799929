/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_exe.c - proc.exe_ino.* and proc.is_exe_*: the executable as a file. */
#include <sys/stat.h>

#include "caps.h"
#include "facts.h"
#include "get.h"
#include "path.h"

struct owner {
	mode_t mode;
	uint32_t uid, gid;
};

/* An execve's first PATH is its executable; for other calls /proc is asked. */
static bool owner_of(struct event *e, struct owner *ret)
{
	const struct syscall_info *info = e->call;
	const struct audit_path *p = info != NULL && info->class == SYSCALL_EXEC
	                                     ? path_pick(e, PATH_ROLE_MAIN)
	                                     : NULL;
	const struct host_process *f;

	if (p != NULL && p->has_mode) {
		*ret = (struct owner){ p->mode, p->ouid, p->ogid };
		return true;
	}
	f = event_facts(e, HOST_WANT_EXE);
	if (f == NULL || f->exe_mode == 0)
		return false;
	*ret = (struct owner){ f->exe_mode, f->exe_uid, f->exe_gid };
	return true;
}

/* include/uapi/linux/capability.h */
#define DAC_OVERRIDE (1ULL << 1)
#define FOWNER       (1ULL << 3)

/* To write past the file's permissions, or to change these. */
static bool has_override(struct event *e)
{
	uint64_t caps;

	return caps_of(e, CAPS_EFFECTIVE, &caps)
	               ? (caps & (DAC_OVERRIDE | FOWNER)) != 0
	               : e->process->euid == 0;
}

/* As Falco's drivers have it (inode_owner_or_capable(), inode_permission()):
 * the owner may make it writable. Read-only mounts, access control lists and
 * supplementary groups are not known. */
GETTER(get_proc_is_exe_writable)
{
	struct owner o;

	if (e->process == NULL)
		return false;
	if (!owner_of(e, &o))
		return has_override(e) && give_bool(ret, true);
	if (e->process->euid == o.uid)
		return give_bool(ret, true);
	if (e->process->gid == o.gid ? (o.mode & S_IWGRP) != 0
	                             : (o.mode & S_IWOTH) != 0)
		return give_bool(ret, true);
	return give_bool(ret, has_override(e));
}

static bool give_layer(struct event *e, enum overlay_layer wanted,
                       struct value *ret)
{
	enum overlay_layer layer;

	if (e->process == NULL)
		return false;
	layer = tracker_layer(e->context->tracker, e->process,
	                      e->process->exe_id, e->process->exe);
	return layer != LAYER_UNKNOWN && give_bool(ret, layer == wanted);
}

GETTER(get_proc_is_exe_upper_layer)
{
	return give_layer(e, LAYER_UPPER, ret);
}

GETTER(get_proc_is_exe_lower_layer)
{
	return give_layer(e, LAYER_LOWER, ret);
}

/* By the time that /proc is read, the process may have executed another file:
 * the record of an execve tells which one is meant. */
static const struct host_process *exe_facts(struct event *e)
{
	const struct syscall_info *info = e->call;
	const struct audit_path *p = info != NULL && info->class == SYSCALL_EXEC
	                                     ? path_pick(e, PATH_ROLE_MAIN)
	                                     : NULL;
	const struct host_process *f = event_facts(e, HOST_WANT_EXE);

	return f != NULL && p != NULL && p->id.ino != f->exe_id.ino ? NULL : f;
}

static uint64_t ctime_of(struct event *e)
{
	const struct host_process *f = exe_facts(e);

	return f != NULL ? f->exe_ctime_ns : 0;
}

GETTER(get_proc_exe_ino_ctime)
{
	uint64_t ns = ctime_of(e);

	return ns != 0 && give_time(ret, ns);
}

GETTER(get_proc_exe_ino_mtime)
{
	const struct host_process *f = exe_facts(e);

	return f != NULL && f->exe_mtime_ns != 0 &&
	       give_time(ret, f->exe_mtime_ns);
}

/* Only in the direction that the field's name says. */
static bool give_between(uint64_t from, uint64_t to, struct value *ret)
{
	return from != 0 && to != 0 && to >= from && give_time(ret, to - from);
}

GETTER(get_proc_exe_ino_ctime_proc_start)
{
	return e->process != NULL &&
	       give_between(ctime_of(e), e->process->start_ns, ret);
}

GETTER(get_proc_exe_ino_ctime_pidns_start)
{
	const struct container *c =
		e->process != NULL ? e->process->container : NULL;

	return c != NULL && c->start_ns != 0 &&
	       give_between(c->start_ns, ctime_of(e), ret);
}
