/* SPDX-License-Identifier: GPL-2.0-or-later */
/* acts.c - new mount API calls linked by their descriptors, setns by time.
 *
 * fsopen -> context; fsconfig(context, ..., CMD_CREATE) opens the device;
 * fsmount(context) -> mount; open_tree(..., OPEN_TREE_CLONE) -> mount;
 * move_mount(mount, "", ...) attaches it (fs/fsopen.c, fs/namespace.c). */
#include "acts.h"

#include <sys/stat.h>

#include "path.h"
#include "saker/base/clock.h"

/* include/uapi/linux/mount.h */
#define UAPI_FSCONFIG_CMD_CREATE 6
#define UAPI_OPEN_TREE_CLONE     1

#define REPEAT_NS NS_PER_SEC

static void remember_device(struct event *e, const struct audit_syscall *sc)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_SOURCE);

	if (sc->a[1] == UAPI_FSCONFIG_CMD_CREATE && p != NULL && p->has_mode &&
	    S_ISBLK(p->mode))
		process_mount_put(e->process, PROCESS_MOUNT_CONTEXT,
		                  (int)sc->a[0], p->rdev, path_resolve(e, p));
}

static void observe_mount(struct event *e, const struct audit_syscall *sc)
{
	bool made = STR_IS(e->type, "fsmount") ||
	            (STR_IS(e->type, "open_tree") &&
	             (sc->a[2] & UAPI_OPEN_TREE_CLONE) != 0);

	if (made)
		process_mount_put(e->process, PROCESS_MOUNT_DETACHED,
		                  (int)sc->exit, 0, STR_NONE);
	else if (STR_IS(e->type, "move_mount"))
		e->mount_reported = process_mount_take(
			e->process, PROCESS_MOUNT_DETACHED, (int)sc->a[0]);
	else if (STR_IS(e->type, "fsconfig"))
		remember_device(e, sc);
}

static void observe_setns(struct event *e)
{
	uint64_t now = audit_stamp_ns(&e->audit->stamp);
	uint64_t last = e->process->last_setns_ns;

	e->ns_repeated = last != 0 && now >= last && now - last < REPEAT_NS;
	e->process->last_setns_ns = now;
}

void acts_observe(struct event *e)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);
	const struct syscall_info *info;

	if (sc == NULL || !sc->success || e->process == NULL)
		return;
	info = e->call;
	if (info != NULL && info->class == SYSCALL_MOUNT)
		observe_mount(e, sc);
	else if (STR_IS(e->type, "setns"))
		observe_setns(e);
}

const struct process_mount *acts_mount_device(struct event *e)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);

	if (sc == NULL || e->process == NULL || !STR_IS(e->type, "fsmount"))
		return NULL;
	return process_mount_find(e->process, PROCESS_MOUNT_CONTEXT,
	                          (int)sc->a[0]);
}
