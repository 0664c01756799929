/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_path.c - fd.* and fs.path.*: on what. */
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "get.h"
#include "path.h"

static bool give_resolved(struct event *e, enum path_role role,
                          struct value *ret)
{
	const struct audit_path *p = path_pick(e, role);

	return p != NULL && give_str(ret, path_resolve(e, p));
}

static bool give_raw(struct event *e, enum path_role role, struct value *ret)
{
	const struct audit_path *p = path_pick(e, role);

	return p != NULL && give_str(ret, p->name);
}

GETTER(get_fs_path_name)
{
	return give_resolved(e, PATH_ROLE_MAIN, ret);
}

GETTER(get_fs_path_nameraw)
{
	return give_raw(e, PATH_ROLE_MAIN, ret);
}

GETTER(get_fs_path_source)
{
	return give_resolved(e, PATH_ROLE_SOURCE, ret);
}

GETTER(get_fs_path_sourceraw)
{
	return give_raw(e, PATH_ROLE_SOURCE, ret);
}

GETTER(get_fs_path_target)
{
	return give_resolved(e, PATH_ROLE_TARGET, ret);
}

GETTER(get_fs_path_targetraw)
{
	return give_raw(e, PATH_ROLE_TARGET, ret);
}

GETTER(get_fs_path_host)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);
	struct str found;

	return p != NULL && e->process != NULL &&
	       tracker_host_path(e->context->tracker, e->process, p->id,
	                         path_resolve(e, p), &e->audit->arena,
	                         &found) &&
	       give_str(ret, found);
}

GETTER(get_fs_path_inode)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL && p->id.ino != 0 && give_uint(ret, p->id.ino);
}

/* As audit prints it. */
static struct str format_dev(struct event *e, uint64_t dev)
{
	return event_format(e, "%02x:%02x", major(dev), minor(dev));
}

GETTER(get_fs_path_dev)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL && p->id.ino != 0 &&
	       give_str(ret, format_dev(e, p->id.dev));
}

GETTER(get_fs_path_mode)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL && p->has_mode && give_uint(ret, p->mode);
}

static bool is_device(const struct audit_path *p)
{
	return p->has_mode && (S_ISBLK(p->mode) || S_ISCHR(p->mode));
}

GETTER(get_fs_path_rdev)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL && is_device(p) &&
	       give_str(ret, format_dev(e, p->rdev));
}

GETTER(get_fs_path_type)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL && give_str(ret, path_type_of(p));
}

GETTER(get_fs_path_nametype)
{
	static const struct str names[] = {
		[PATH_UNKNOWN] = { "UNKNOWN", 7 },
		[PATH_NORMAL] = { "NORMAL", 6 },
		[PATH_PARENT] = { "PARENT", 6 },
		[PATH_DELETE] = { "DELETE", 6 },
		[PATH_CREATE] = { "CREATE", 6 },
	};
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL && give_str(ret, names[p->type]);
}
