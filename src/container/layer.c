/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layer.c - in which layer of an overlay a file lies.
 *
 * The overlay's mount options name its upper directory on the host; a file that
 * was changed or made in the container is there under its own path
 * (Documentation/filesystems/overlayfs.rst). */
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysmacros.h>

#include "saker/base/io.h"
#include "tracking.h"

#define MOUNTINFO_BYTES ((size_t)4 * 1024 * 1024)

static void overlay_done(struct overlay *o)
{
	free(o->container);
	free(o->upper);
	free(o->point);
	*o = (struct overlay){ 0 };
}

void overlays_done(struct overlays *o)
{
	while (o->count != 0)
		overlay_done(&o->items[--o->count]);
}

/* proc_pid_mountinfo(5): blanks and backslashes are \ooo. */
static char *unescape(struct str text)
{
	char *out = malloc(text.len + 1);
	size_t n = 0;
	uint64_t byte;

	for (size_t i = 0; out != NULL && i < text.len; i++) {
		if (text.s[i] == '\\' && i + 3 < text.len &&
		    str_to_u64((struct str){ text.s + i + 1, 3 }, 8, &byte)) {
			out[n++] = (char)byte;
			i += 3;
		} else {
			out[n++] = text.s[i];
		}
	}
	if (out != NULL)
		out[n] = '\0';
	return out;
}

static struct str option_of(struct str options, struct str name)
{
	struct str one;

	while (str_split(&options, ',', &one))
		if (str_has_prefix(one, name))
			return str_skip(one, name.len);
	return STR_NONE;
}

/* "36 35 0:27 / /point rw,... [optional ...] - overlay overlay rw,upperdir=..."
 */
static bool parse_line(struct str line, uint64_t dev, struct overlay *ret)
{
	struct str field, point = STR_NONE, number = STR_NONE, upper;
	ptrdiff_t dash = str_find(line, STR(" - overlay "));
	char wanted[32];

	if (dash < 0)
		return false;
	snprintf(wanted, sizeof(wanted), "%u:%u", major(dev), minor(dev));
	upper = option_of(
		str_skip(line, (size_t)str_find_last_byte(line, ' ') + 1),
		STR("upperdir="));
	for (unsigned i = 0; i < 5 && str_split(&line, ' ', &field); i++) {
		if (i == 2)
			number = field;
		else if (i == 4)
			point = field;
	}
	if (!str_eq(number, str_from(wanted)) || upper.len == 0)
		return false;
	*ret = (struct overlay){ .dev = dev,
		                 .upper = unescape(upper),
		                 .point = unescape(point) };
	return true;
}

static bool find_in(struct tracker *t, const char *mountinfo, uint64_t dev,
                    struct overlay *ret)
{
	struct str text, line;

	buf_clear(&t->text);
	if (t->host->ops->read_file(t->host, mountinfo, MOUNTINFO_BYTES,
	                            &t->text) < 0)
		return false;
	text = buf_str(&t->text);
	while (str_split(&text, '\n', &line))
		if (parse_line(line, dev, ret))
			return true;
	return false;
}

static bool find_overlay(struct tracker *t, const struct process *p,
                         uint64_t dev, struct overlay *ret)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", (int)p->pid);
	if (find_in(t, path, dev, ret))
		return true;
	/* A process that has gone already: the host sees what dockerd and
	 * containerd mount, at another place; it is the container's root. */
	if (!find_in(t, "/proc/self/mountinfo", dev, ret))
		return false;
	if (p->state == PROCESS_CONTAINER && ret->point != NULL)
		ret->point[0] = '\0';
	return true;
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

/* Device numbers are given anew, ids of containers are not. */
static struct overlay *overlay_of(struct tracker *t, const struct process *p,
                                  uint64_t dev)
{
	struct str id = p->container->full_id;
	struct overlay found;

	for (size_t i = 0; i < t->overlays.count; i++) {
		struct overlay *o = &t->overlays.items[i];

		if (o->dev == dev && str_eq(str_from(o->container), id))
			return o;
	}
	if (!find_overlay(t, p, dev, &found))
		return NULL;
	found.container = str_dup(id);
	if (found.container == NULL || found.upper == NULL ||
	    found.point == NULL) {
		overlay_done(&found);
		return NULL;
	}
	return remember(&t->overlays, &found);
}

enum overlay_layer tracker_layer(struct tracker *t, const struct process *p,
                                 struct file_id id, struct str path)
{
	auto_buf struct buf full = BUF_INIT;
	const struct overlay *o;
	struct file_id upper;
	struct str point;

	if (!t->is_live || p->container == NULL || id.ino == 0 ||
	    path.len == 0 || path.s[0] != '/')
		return LAYER_UNKNOWN;
	/* set_anon_super() in fs/super.c: an overlay has no device. */
	if (major(id.dev) != 0)
		return LAYER_NONE;
	o = overlay_of(t, p, id.dev);
	if (o == NULL)
		return LAYER_UNKNOWN;
	point = str_eq(str_from(o->point), STR("/")) ? STR("")
	                                             : str_from(o->point);
	if (!str_has_prefix(path, point))
		return LAYER_UNKNOWN;
	buf_add_str(&full, str_from(o->upper));
	buf_add_str(&full, str_skip(path, point.len));
	return t->host->ops->file_id(t->host, buf_cstr(&full), &upper) == 0
	               ? LAYER_UPPER
	               : LAYER_LOWER;
}
