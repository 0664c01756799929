/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_mount.c - mount.* and ns.*: mounts and namespaces. */
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "acts.h"
#include "get.h"
#include "path.h"

static bool is_mount(struct event *e)
{
	const struct syscall_info *info = e->call;

	return e->is_syscall && info != NULL && info->class == SYSCALL_MOUNT;
}

static const struct audit_path *source_of(struct event *e)
{
	return is_mount(e) ? path_pick(e, PATH_ROLE_SOURCE) : NULL;
}

GETTER(get_mount_source)
{
	const struct process_mount *device = acts_mount_device(e);
	const struct audit_path *p = source_of(e);

	if (device != NULL)
		return give_str(ret, device->source);
	return p != NULL && give_str(ret, path_resolve(e, p));
}

GETTER(get_mount_source_type)
{
	const struct audit_path *p = source_of(e);

	if (acts_mount_device(e) != NULL)
		return give_str(ret, STR("block"));
	return p != NULL && give_str(ret, path_type_of(p));
}

GETTER(get_mount_source_rdev)
{
	const struct process_mount *device = acts_mount_device(e);
	const struct audit_path *p = source_of(e);
	uint64_t rdev;

	if (device != NULL)
		rdev = device->rdev;
	else if (p != NULL && p->has_mode && S_ISBLK(p->mode))
		rdev = p->rdev;
	else
		return false;
	return give_str(ret,
	                event_format(e, "%02x:%02x", major(rdev), minor(rdev)));
}

GETTER(get_mount_target)
{
	const struct audit_path *p =
		is_mount(e) ? path_pick(e, PATH_ROLE_TARGET) : NULL;

	return p != NULL && give_str(ret, path_resolve(e, p));
}

GETTER(get_mount_flags)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);
	bool is_tree = str_eq(e->type, STR("open_tree"));

	if (sc == NULL || (!is_tree && !str_eq(e->type, STR("mount"))))
		return false;
	return give_str(ret,
	                flags_render(is_tree ? FLAGS_TREE : FLAGS_MOUNT,
	                             sc->a[is_tree ? 2 : 3], &e->audit->arena));
}

GETTER(get_mount_reported)
{
	return str_eq(e->type, STR("move_mount")) &&
	       give_bool(ret, e->mount_reported);
}

GETTER(get_ns_flags)
{
	const struct syscall_info *info = e->call;
	const struct audit_syscall *sc = audit_event_syscall(e->audit);
	uint64_t flags;

	if (info == NULL || info->class != SYSCALL_NAMESPACE || sc == NULL ||
	    sc->is_io_uring)
		return false;
	flags = sc->a[str_eq(e->type, STR("setns")) ? 1 : 0];
	return give_str(ret,
	                flags_render(FLAGS_NAMESPACE, flags, &e->audit->arena));
}

GETTER(get_ns_repeated)
{
	return str_eq(e->type, STR("setns")) && give_bool(ret, e->ns_repeated);
}

/* fs/namespace.c, mntns_install() looks "/" up in the namespace that is
 * entered: its root's identity is in the PATH record. */
GETTER(get_ns_is_host_root)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);
	struct str known;

	if (!str_eq(e->type, STR("setns")) || p == NULL || p->id.ino == 0)
		return false;
	known = tracker_identity(e->context->tracker, p->id);
	return give_bool(ret, str_eq(known, STR("/")));
}
