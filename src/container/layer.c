/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layer.c - where the host finds a file of a container: behind bind mounts, and
 * in which layer of an overlay.
 *
 * An overlay's mount options name its directories on the host; a file that was
 * changed or made in the container is in the upper one, under its own path
 * (Documentation/filesystems/overlayfs.rst). */
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysmacros.h>

#include "mountinfo.h"
#include "saker/base/io.h"
#include "tracking.h"

#define MOUNTINFO_BYTES ((size_t)4 * 1024 * 1024)
/* fs/overlayfs/ovl_entry.h: 500 lower directories at most */
#define DIRECTORIES_MAX 501

static void overlay_done(struct overlay *o)
{
	free(o->container);
	free(o->options);
	free(o->root);
	free(o->point);
	*o = (struct overlay){ 0 };
}

void overlays_done(struct overlays *o)
{
	while (o->count != 0)
		overlay_done(&o->items[--o->count]);
}

static bool read_mounts(struct tracker *t, const char *path)
{
	buf_clear(&t->text);
	return t->host->ops->read_file(t->host, path, MOUNTINFO_BYTES,
	                               &t->text) == 0;
}

static bool read_mounts_of(struct tracker *t, const struct process *p)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", (int)p->pid);
	return read_mounts(t, path);
}

static bool is_overlay(const struct mount_line *m)
{
	return str_eq(m->type, STR("overlay"));
}

/* A process that has gone already: the host sees what dockerd and containerd
 * mount, at another place; it is the container's root. */
static bool find_by_device(struct tracker *t, uint64_t dev,
                           struct mount_line *ret)
{
	struct str text, line;

	if (!read_mounts(t, "/proc/self/mountinfo"))
		return false;
	text = buf_str(&t->text);
	while (str_split(&text, '\n', &line)) {
		if (!mount_line_parse(line, &t->arena, ret) ||
		    ret->dev != dev || !is_overlay(ret))
			continue;
		ret->point = STR("/");
		return true;
	}
	return false;
}

static bool find_overlay(struct tracker *t, const struct process *p,
                         uint64_t dev, struct str path, struct mount_line *ret)
{
	struct str inside;

	if (p->exit_ns == 0 && read_mounts_of(t, p) &&
	    mount_find(buf_str(&t->text), dev, path, &t->arena, ret, &inside))
		return is_overlay(ret);
	return p->container != NULL && find_by_device(t, dev, ret);
}

static struct overlay *remember(struct overlays *o, const struct overlay *new)
{
	struct overlay *slot;

	if (o->count < MAX_OVERLAYS) {
		slot = &o->items[o->count++];
	} else {
		slot = &o->items[o->next++ % MAX_OVERLAYS];
		overlay_done(slot);
	}
	*slot = *new;
	return slot;
}

static struct overlay *remembered(struct tracker *t, struct str container,
                                  uint64_t dev, struct str path)
{
	struct str rest;

	for (size_t i = 0; i < t->overlays.count; i++) {
		struct overlay *o = &t->overlays.items[i];

		if (o->dev == dev &&
		    str_eq(str_from(o->container), container) &&
		    path_is_below(path, str_from(o->point), &rest))
			return o;
	}
	return NULL;
}

enum freshness {
	MAY_BE_OLD, /* a container's root stays */
	FRESH       /* device numbers are given anew */
};

static const struct overlay *overlay_of(struct tracker *t,
                                        const struct process *p, uint64_t dev,
                                        struct str path, enum freshness f)
{
	struct str id =
		p->container != NULL ? p->container->full_id : STR("host");
	struct overlay *old = remembered(t, id, dev, path);
	struct overlay found = { .dev = dev };
	struct mount_line m;

	if ((old != NULL && f == MAY_BE_OLD) ||
	    !find_overlay(t, p, dev, path, &m))
		return old;
	found.container = str_dup(id);
	found.options = str_dup(m.options);
	found.root = str_dup(m.root);
	found.point = str_dup(m.point);
	if (found.container == NULL || found.options == NULL ||
	    found.root == NULL || found.point == NULL) {
		overlay_done(&found);
		return old;
	}
	if (old == NULL)
		return remember(&t->overlays, &found);
	overlay_done(old);
	*old = found;
	return old;
}

/* What the directories of an overlay hold under one path. */
struct layers {
	struct str upper; /* the file's paths on the host; empty = not there */
	struct str lower;
	struct file_id upper_id, lower_id;
	/* some directory of that kind was found at all */
	bool sees_upper, sees_lower;
};

/* Directories are named as who mounted them saw them: the host, or a process of
 * the container. */
static bool identify(struct tracker *t, const struct process *p,
                     struct str path, struct file_id *ret)
{
	return t->host->ops->file_id(t->host, path.s, ret) == 0 ||
	       (p->exit_ns == 0 && p->state == PROCESS_CONTAINER &&
	        t->host->ops->file_id_in(t->host, p->pid, path.s, ret) == 0);
}

static void look(struct tracker *t, const struct process *p,
                 const struct overlay *o, struct str path, struct layers *ret)
{
	struct str options = str_from(o->options), directory, full, inside;
	bool has_upper = overlay_has_upper(options);
	struct file_id id;

	*ret = (struct layers){ 0 };
	if (!path_is_below(path, str_from(o->point), &inside))
		return;
	inside = path_join(&t->arena, str_from(o->root), inside);
	for (unsigned n = 0;
	     n < DIRECTORIES_MAX && ret->lower.len == 0 &&
	     overlay_directory(options, n, &t->arena, &directory);
	     n++) {
		full = path_join(&t->arena, directory, inside);
		if (full.s == NULL || directory.len == 0 ||
		    directory.s[0] != '/')
			continue;
		if (has_upper && n == 0) {
			if (identify(t, p, full, &ret->upper_id))
				ret->upper = full;
			ret->sees_upper = ret->upper.len != 0 ||
			                  identify(t, p, directory, &id);
			continue;
		}
		if (identify(t, p, full, &ret->lower_id))
			ret->lower = full;
		ret->sees_lower |=
			ret->lower.len != 0 || identify(t, p, directory, &id);
	}
}

static bool can_look(const struct tracker *t, struct file_id id,
                     struct str path)
{
	return t != NULL && t->is_live && id.ino != 0 && path.len != 0 &&
	       path.s[0] == '/';
}

static struct str without_deleted(struct str path)
{
	struct str mark = STR(" (deleted)");

	return str_has_suffix(path, mark) ? str_take(path, path.len - mark.len)
	                                  : path;
}

/* A file that is gone was in the upper layer, unless a lower one has that very
 * file still. Its number stays over a copy to the upper layer. Lower
 * directories may have relative names, when there are many. */
static enum overlay_layer layer_of(const struct layers *l, struct file_id id,
                                   bool is_deleted)
{
	if (is_deleted && l->lower.len != 0 && l->lower_id.ino == id.ino)
		return LAYER_LOWER;
	if (!is_deleted && l->upper.len != 0)
		return LAYER_UPPER;
	if (!is_deleted && l->lower.len != 0)
		return LAYER_LOWER;
	if (l->sees_lower)
		return LAYER_UPPER;
	return l->sees_upper && !is_deleted ? LAYER_LOWER : LAYER_UNKNOWN;
}

enum overlay_layer tracker_layer(struct tracker *t, const struct process *p,
                                 struct file_id id, struct str path)
{
	struct str name = without_deleted(path);
	const struct overlay *o;
	struct layers l;

	if (!can_look(t, id, path) || p->container == NULL)
		return LAYER_UNKNOWN;
	/* set_anon_super() in fs/super.c: an overlay has no device. */
	if (major(id.dev) != 0)
		return LAYER_NONE;
	o = overlay_of(t, p, id.dev, name, MAY_BE_OLD);
	if (o == NULL)
		return LAYER_UNKNOWN;
	look(t, p, o, name, &l);
	return layer_of(&l, id, name.len != path.len);
}

/* A copy in the upper layer has the number of what it was made from. */
static bool pick_layer(const struct layers *l, struct file_id id,
                       struct str *ret_path, struct file_id *ret_id)
{
	bool is_lower = l->lower.len != 0 && l->lower_id.ino == id.ino;
	bool is_upper =
		l->upper.len != 0 && (is_lower || l->upper_id.ino == id.ino);

	if (!is_upper && !is_lower)
		return false;
	*ret_path = is_upper ? l->upper : l->lower;
	*ret_id = is_upper ? l->upper_id : l->lower_id;
	return true;
}

bool tracker_backing_file(struct tracker *t, const struct process *p,
                          struct file_id id, struct str path,
                          struct file_id *ret)
{
	const struct overlay *o;
	struct layers l;
	struct str found;

	if (!can_look(t, id, path) || major(id.dev) != 0 ||
	    !known_files_has_inode(&t->files, id.ino))
		return false;
	o = overlay_of(t, p, id.dev, path, FRESH);
	if (o == NULL)
		return false;
	look(t, p, o, path, &l);
	return pick_layer(&l, id, &found, ret);
}

static bool is_there(struct tracker *t, struct str path, struct file_id id)
{
	struct file_id found;

	return path.s != NULL &&
	       t->host->ops->file_id(t->host, path.s, &found) == 0 &&
	       file_id_eq(found, id);
}

/* Some mount of the same file system that the host sees. */
static bool find_on_host(struct tracker *t, struct file_id id,
                         struct str inside, struct str *ret)
{
	struct str text, line, rest, full;
	struct mount_line m;

	if (!read_mounts(t, "/proc/self/mountinfo"))
		return false;
	text = buf_str(&t->text);
	while (str_split(&text, '\n', &line)) {
		if (!mount_line_parse(line, &t->arena, &m) || m.dev != id.dev ||
		    !path_is_below(inside, m.root, &rest))
			continue;
		full = path_join(&t->arena, m.point, rest);
		if (!is_there(t, full, id))
			continue;
		*ret = full;
		return true;
	}
	return false;
}

static bool find_in_layers(struct tracker *t, const struct process *p,
                           struct file_id id, struct str path, struct str *ret)
{
	const struct overlay *o = overlay_of(t, p, id.dev, path, FRESH);
	struct file_id backing;
	struct layers l;

	if (o == NULL)
		return false;
	look(t, p, o, path, &l);
	return pick_layer(&l, id, ret, &backing);
}

/* By the mounts that the runtime was given. */
static bool find_in_volumes(struct tracker *t, const struct process *p,
                            struct file_id id, struct str path, struct str *ret)
{
	const struct container_metadata *m =
		p->container != NULL ? p->container->metadata : NULL;

	for (size_t i = 0; m != NULL && i < m->nmounts; i++) {
		struct str rest;

		if (!path_is_below(path, m->mounts[i].dest, &rest))
			continue;
		*ret = path_join(&t->arena, m->mounts[i].source, rest);
		if (is_there(t, *ret, id))
			return true;
	}
	return false;
}

static bool find_by_mounts(struct tracker *t, const struct process *p,
                           struct file_id id, struct str path, struct str *ret)
{
	struct str inside;
	struct mount_line m;

	return p->exit_ns == 0 && read_mounts_of(t, p) &&
	       mount_find(buf_str(&t->text), id.dev, path, &t->arena, &m,
	                  &inside) &&
	       find_on_host(t, id, inside, ret);
}

/* Dear ones last; the process may be gone by then. */
bool tracker_host_path(struct tracker *t, const struct process *p,
                       struct file_id id, struct str path, struct arena *a,
                       struct str *ret)
{
	const struct known_file *known;
	struct str found;

	if (!can_look(t, id, path))
		return false;
	found = arena_copy(&t->arena, path);
	known = known_files_find(&t->files, id);
	if (is_there(t, found, id)) {
		*ret = path;
		return true;
	}
	if (known != NULL)
		found = known->path;
	else if (!(major(id.dev) == 0 &&
	           find_in_layers(t, p, id, path, &found)) &&
	         !find_in_volumes(t, p, id, path, &found) &&
	         !find_by_mounts(t, p, id, path, &found))
		return false;
	*ret = arena_copy(a, found);
	return ret->s != NULL;
}
