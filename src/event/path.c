/* SPDX-License-Identifier: GPL-2.0-or-later */
/* path.c - PATH records by role, and names made absolute. */
#include "path.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "get.h"
#include "saker/audit/numbers.h"
#include "saker/process/fds.h"

/* include/uapi/linux/openat2.h */
#define UAPI_RESOLVE_IN_ROOT 0x10

/* A copy-up on overlayfs and an overlay mount add PATH records with
 * name=(null) for objects that nobody named (fs/overlayfs calls vfs_* with
 * names of its own): they say nothing about what the call works on. */
static bool is_named(const struct audit_path *p)
{
	return p->has_name && p->type != PATH_PARENT;
}

static bool is_absolute(struct str name)
{
	return name.len != 0 && name.s[0] == '/';
}

static const struct audit_path *path_parent(struct event *e)
{
	size_t n;
	const struct audit_path *paths = audit_event_paths(e->audit, &n);

	for (size_t i = 0; i < n; i++)
		if (paths[i].type == PATH_PARENT && paths[i].id.ino != 0)
			return e->call != NULL && e->call->class == SYSCALL_PAIR
			               ? NULL
			               : &paths[i];
	return NULL;
}

static const struct audit_path *pick_type(struct event *e, enum path_type type)
{
	size_t n;
	const struct audit_path *paths = audit_event_paths(e->audit, &n);

	for (size_t i = 0; i < n; i++)
		if (paths[i].type == type && is_named(&paths[i]))
			return &paths[i];
	return NULL;
}

static const struct audit_path *pick_named(struct event *e, size_t nth)
{
	size_t n;
	const struct audit_path *paths = audit_event_paths(e->audit, &n);

	for (size_t i = 0; i < n; i++)
		if (is_named(&paths[i]) && nth-- == 0)
			return &paths[i];
	return NULL;
}

static const struct audit_path *pick_last_named(struct event *e)
{
	size_t n;
	const struct audit_path *paths = audit_event_paths(e->audit, &n);

	while (n > 0)
		if (is_named(&paths[--n]))
			return &paths[n];
	return NULL;
}

/* The item order of rename differs between compilers (argument evaluation
 * order in fs/namei.c), so the record's type tells, not its place. */
static const struct audit_path *pick_of_pair(struct event *e,
                                             enum path_role role)
{
	const struct audit_path *p;

	if (role == PATH_ROLE_TARGET)
		return pick_type(e, PATH_CREATE);
	if ((p = pick_type(e, PATH_DELETE)) != NULL ||
	    (p = pick_type(e, PATH_NORMAL)) != NULL)
		return p;
	return pick_type(e, PATH_UNKNOWN);
}

/* fs/namespace.c: do_mount() looks the target up first, then, for what needs
 * one, the source. open_tree and fsconfig name only a source. */
static const struct audit_path *pick_of_mount(struct event *e,
                                              enum path_role role)
{
	bool only_source =
		STR_IS(e->type, "open_tree") || STR_IS(e->type, "fsconfig");

	if (only_source)
		return role == PATH_ROLE_SOURCE ? pick_named(e, 0) : NULL;
	return pick_named(e, role == PATH_ROLE_SOURCE ? 1 : 0);
}

static const struct audit_path *pick_main(struct event *e,
                                          enum syscall_class class)
{
	/* open(O_CREAT) and unlink name the parent too; the object's record
	 * comes with its own type */
	if (class == SYSCALL_EXEC || class == SYSCALL_MOUNT)
		return pick_named(e, 0);
	if (class == SYSCALL_PAIR)
		return pick_of_pair(e, PATH_ROLE_TARGET);
	return pick_last_named(e);
}

const struct audit_path *path_pick(struct event *e, enum path_role role)
{
	const struct syscall_info *info = e->call;
	enum syscall_class class = info != NULL ? info->class : SYSCALL_PATH;

	if (role == PATH_ROLE_MAIN) {
		if (!e->main_is_picked) {
			e->main_path = pick_main(e, class);
			e->main_is_picked = true;
		}
		return e->main_path;
	}
	if (class == SYSCALL_PAIR)
		return pick_of_pair(e, role);
	return class == SYSCALL_MOUNT ? pick_of_mount(e, role) : NULL;
}

/* Works in place on an absolute path; the result is never longer. */
static size_t normalize(char *path, size_t len)
{
	size_t out = 0, i = 0;

	while (i < len) {
		size_t start, n;

		while (i < len && path[i] == '/')
			i++;
		for (start = i; i < len && path[i] != '/';)
			i++;
		n = i - start;
		if (n == 0 || (n == 1 && path[start] == '.'))
			continue;
		if (n == 2 && path[start] == '.' && path[start + 1] == '.') {
			while (out > 0 && path[--out] != '/')
				;
			continue;
		}
		path[out++] = '/';
		memmove(path + out, path + start, n);
		out += n;
	}
	if (out == 0)
		path[out++] = '/';
	return out;
}

/* Whether a slash comes before another one, a dot or the end: only then does
 * normalize() change an absolute path. And whether one comes before a p, as in
 * "/proc/". More may be found than there is. */
static bool may_change(const char *path, size_t len, bool *ret_is_proc)
{
	bool is_proc = false;
	size_t i = 0;

	if (len == 0 || path[len - 1] == '/')
		return true;
	for (; i + 1 < len; i++) {
		if (path[i] != '/')
			continue;
		if (path[i + 1] == '/' || path[i + 1] == '.')
			return true;
		is_proc |= path[i + 1] == 'p';
	}
	*ret_is_proc = is_proc;
	return false;
}

/* The directory behind a descriptor: as the records told, unless the object's
 * parent is another one; else as the process has it now. */
static struct str directory_of(struct event *e, int fd, struct str name)
{
	const struct process_fd *known = process_fd_find(e->process, fd);
	const struct audit_path *parent = path_parent(e);
	bool is_below = str_find_byte(name, '/') < 0 && name.len != 0;
	struct file_id id;
	struct str link;

	if (!is_below)
		parent = NULL;
	if (known != NULL && is_absolute(known->name) &&
	    (parent == NULL || known->id.ino == 0 ||
	     file_id_eq(parent->id, known->id)))
		return known->kind == FD_DIRECTORY ? known->name : STR_NONE;
	if (!tracker_fd_link(e->context->tracker, e->process, fd,
	                     &e->audit->arena, &link) ||
	    !is_absolute(link) || str_has_suffix(link, STR(" (deleted)")) ||
	    !tracker_fd_id(e->context->tracker, e->process, fd, &id) ||
	    (parent != NULL && !file_id_eq(parent->id, id)))
		return STR_NONE;
	return link;
}

/* What a relative name is relative to; STR_NONE when nobody knows. AT_FDCWD is
 * -100 (include/uapi/linux/fcntl.h); audit prints the register, 32 or 64 bits
 * of it. */
static struct str base_of(struct event *e, const struct audit_path *path)
{
	const struct syscall_info *info = e->call;
	enum syscall_register which = REGISTER_NONE;
	uint64_t dirfd;

	if (info != NULL && info->class == SYSCALL_PAIR &&
	    path->type == PATH_CREATE)
		which = info->dirfd2;
	else if (info != NULL)
		which = info->dirfd;
	/* the CWD record is made after the call: below the new root */
	if (STR_IS(e->type, "chroot"))
		return STR_NONE;
	if (which == REGISTER_NONE || !event_register(e, which, &dirfd) ||
	    (int32_t)(uint32_t)dirfd == AT_FDCWD)
		return audit_event_cwd(e->audit);
	return e->process != NULL
	               ? directory_of(e, (int32_t)(uint32_t)dirfd, path->name)
	               : STR_NONE;
}

/* openat2(2): the directory descriptor is the root, "/" and ".." too. */
static bool is_in_root(struct event *e)
{
	const struct record *r;
	struct str raw;
	uint64_t resolve;

	if (!STR_IS(e->type, "openat2"))
		return false;
	r = audit_event_record(e->audit, AUDIT_OPENAT2, 0);
	return r != NULL && record_field(r, STR("resolve"), &raw) &&
	       decode_hex(raw, &resolve) &&
	       (resolve & UAPI_RESOLVE_IN_ROOT) != 0;
}

/* Lexically: what a symbolic link on the way leads to only the identity tells.
 * But the links of proc are followed. */
static struct str resolve(struct event *e, const struct audit_path *path,
                          struct str base)
{
	struct str name = path->name;
	char *joined = arena_alloc(&e->audit->arena, base.len + name.len + 2);
	size_t len = base.len;
	bool has_proc = true;

	if (joined == NULL)
		return name;
	if (len != 0)
		memcpy(joined, base.s, len);
	if (len != 0 || !is_absolute(name))
		joined[len++] = '/';
	if (name.len != 0)
		memcpy(joined + len, name.s, name.len);
	len += name.len;
	joined[len] = '\0';
	if (!may_change(joined, len, &has_proc) && !has_proc)
		return (struct str){ joined, len };
	if (str_find((struct str){ joined, len }, STR("/proc/")) >= 0)
		return path_follow_proc(e, path, (struct str){ joined, len });
	len = normalize(joined, len);
	joined[len] = '\0';
	return (struct str){ joined, len };
}

/* openat2's RESOLVE_IN_ROOT: ".." does not lead out of the directory. */
static struct str
resolve_in_root(struct event *e, const struct audit_path *path, struct str root)
{
	struct audit_path inside = *path;
	struct str name = resolve(e, path, STR_NONE);

	if (name.len == 0 || name.s[0] != '/')
		return path->name;
	inside.name = str_skip(name, 1);
	return resolve(e, &inside, root);
}

static struct str make_absolute(struct event *e, const struct audit_path *path)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);
	bool has_proc = true;
	struct str base;

	if (!path->has_name)
		return STR_NONE;
	if (is_absolute(path->name) && !is_in_root(e))
		return may_change(path->name.s, path->name.len, &has_proc) ||
		                       has_proc
		               ? resolve(e, path, STR_NONE)
		               : path->name;
	base = base_of(e, path);
	if (base.len == 0)
		return path->name;
	if (is_in_root(e))
		return resolve_in_root(e, path, base);
	/* the CWD record is made after the call */
	if (STR_IS(e->type, "chdir") && sc != NULL && sc->success)
		return base;
	return resolve(e, path, base);
}

struct str path_resolve(struct event *e, const struct audit_path *path)
{
	if (e->resolved != path) {
		e->resolved_name = make_absolute(e, path);
		e->resolved = path;
	}
	return e->resolved_name;
}

struct str path_type_of(const struct audit_path *path)
{
	if (!path->has_mode)
		return STR_NONE;
	switch (path->mode & S_IFMT) {
	case S_IFREG:
		return STR("file");
	case S_IFDIR:
		return STR("directory");
	case S_IFLNK:
		return STR("symlink");
	case S_IFBLK:
		return STR("block");
	case S_IFCHR:
		return STR("char");
	case S_IFIFO:
		return STR("fifo");
	case S_IFSOCK:
		return STR("socket");
	default:
		return STR_NONE;
	}
}
