/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_identity.c - which of the host's known files a call works on, whatever
 * name was used.
 *
 * Every object of the event is asked for: rename over a runtime's executable
 * names it as the one that is deleted, a bind mount as its source. Calls on a
 * descriptor have no PATH record (ftruncate, write) or one without a name
 * (fchmod): the descriptor's own file is asked for. */
#include <sys/socket.h>

#include "fd.h"
#include "get.h"
#include "path.h"

/* Names that one event's objects may have at most. */
#define IDENTITIES_MAX 16

struct objects {
	struct str names[IDENTITIES_MAX];
	size_t count;
	bool is_runtime;
	bool has_object;
};

static void add_name(struct objects *o, struct str name)
{
	for (size_t i = 0; i < o->count; i++)
		if (str_eq(o->names[i], name))
			return;
	if (o->count < IDENTITIES_MAX)
		o->names[o->count++] = name;
}

static void add_object(struct event *e, struct file_id id, struct objects *o)
{
	struct str names[IDENTITIES_MAX];
	size_t n;

	if (id.ino == 0)
		return;
	o->has_object = true;
	o->is_runtime |= tracker_is_runtime(e->context->tracker, id);
	n = tracker_identities(e->context->tracker, id, names, IDENTITIES_MAX);
	for (size_t i = 0; i < n; i++)
		add_name(o, names[i]);
}

/* An overlay that was mounted over a directory of the host shows its files as
 * its own. */
static void add_backing(struct event *e, const struct audit_path *path,
                        struct objects *o)
{
	struct file_id id;

	if (e->process != NULL && path->has_name &&
	    tracker_backing_file(e->context->tracker, e->process, path->id,
	                         path_resolve(e, path), &id))
		add_object(e, id, o);
}

static void add_paths(struct event *e, struct objects *o)
{
	size_t n;
	const struct audit_path *paths = audit_event_paths(e->audit, &n);

	for (size_t i = 0; i < n; i++) {
		if (paths[i].type == PATH_PARENT)
			continue;
		o->has_object = true;
		if (!tracker_knows_inode(e->context->tracker, paths[i].id.ino))
			continue;
		add_object(e, paths[i].id, o);
		add_backing(e, &paths[i], o);
	}
}

/* What the records told of the descriptor, and what it is now: of one that came
 * by a message (SCM_RIGHTS) no record tells, and close(2) is seldom audited. */
static void add_descriptor(struct event *e, enum syscall_register which,
                           struct objects *o)
{
	const struct process_fd *known;
	struct file_id now;
	uint64_t num;
	int fd;

	if (e->process == NULL || !event_register(e, which, &num))
		return;
	fd = (int32_t)(uint32_t)num;
	known = fd >= 0 ? process_fd_find(e->process, fd) : NULL;
	if (known != NULL)
		add_object(e, known->id, o);
	if (fd >= 0 && tracker_fd_id(e->context->tracker, e->process, fd, &now))
		add_object(e, now, o);
}

/* Calls that work on two files by descriptor. */
static const struct {
	struct str call;
	enum syscall_register from, to;
} transfers[] = {
	{ STR_INIT("sendfile"), REGISTER_A1, REGISTER_A0 },
	{ STR_INIT("copy_file_range"), REGISTER_A0, REGISTER_A2 },
	{ STR_INIT("splice"), REGISTER_A0, REGISTER_A2 },
	{ STR_INIT("tee"), REGISTER_A0, REGISTER_A1 },
	{ STR_INIT("move_mount"), REGISTER_A0, REGISTER_A2 },
};

static void add_descriptors(struct event *e, struct objects *o)
{
	const struct syscall_info *info = e->call;

	for (size_t i = 0; i < sizeof(transfers) / sizeof(transfers[0]); i++) {
		if (!str_eq(transfers[i].call, e->type))
			continue;
		add_descriptor(e, transfers[i].from, o);
		add_descriptor(e, transfers[i].to, o);
		return;
	}
	if (info == NULL || info->fd == REGISTER_NONE || o->has_object)
		return;
	add_descriptor(e, info->fd, o);
}

/* connect(2) to a unix socket whose PATH record is missing: by its address. */
static void add_socket(struct event *e, struct objects *o)
{
	const struct event_fd *f;
	struct file_id id;

	if (o->has_object || e->process == NULL)
		return;
	f = event_fd(e);
	if (f == NULL || !f->is_known || f->info.kind != FD_UNIX)
		return;
	if (f->info.name.len != 0 && f->info.name.s[0] == '/' &&
	    tracker_path_id(e->context->tracker, e->process, f->info.name, &id))
		add_object(e, id, o);
}

static const struct objects *objects_of(struct event *e)
{
	struct objects *o = e->objects;

	if (o != NULL || !e->is_syscall)
		return o;
	o = e->objects = arena_alloc(&e->audit->arena, sizeof(*o));
	if (o == NULL)
		return NULL;
	/* the names are set up to their count */
	o->count = 0;
	o->is_runtime = o->has_object = false;
	add_paths(e, o);
	add_socket(e, o);
	add_descriptors(e, o);
	return o;
}

/* One is a plain text, several are each compared. */
static bool give_names(struct event *e, const struct str *names, size_t count,
                       struct value *ret)
{
	struct value *items;

	if (count <= 1)
		return count == 1 && give_str(ret, names[0]);
	items = arena_array(&e->audit->arena, struct value, count);
	if (items == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		give_str(&items[i], names[i]);
	ret->type = VALUE_MANY;
	ret->many.items = items;
	ret->many.count = count;
	return true;
}

GETTER(get_fs_path_identity)
{
	const struct objects *o = objects_of(e);

	return o != NULL && give_names(e, o->names, o->count, ret);
}

GETTER(get_fs_path_is_runtime)
{
	const struct objects *o = objects_of(e);

	return o != NULL && o->has_object && give_bool(ret, o->is_runtime);
}

GETTER(get_proc_exe_identity)
{
	struct str names[IDENTITIES_MAX];
	size_t n;

	if (e->process == NULL || e->process->exe_id.ino == 0)
		return false;
	n = tracker_identities(e->context->tracker, e->process->exe_id, names,
	                       IDENTITIES_MAX);
	return give_names(e, names, n, ret);
}
