/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgroupfs.c - where the cgroup hierarchies are mounted. */
#include <stdlib.h>

#include "direct.h"
#include "saker/base/io.h"

/* proc_pid_mountinfo(5): blank, tab, newline and backslash are octal. */
static char *unescape(struct str v)
{
	char *out = malloc(v.len + 1);
	size_t n = 0;

	for (size_t i = 0; out != NULL && i < v.len; i++) {
		uint64_t byte;

		if (v.s[i] == '\\' && v.len - i >= 4 &&
		    str_to_u64(str_take(str_skip(v, i + 1), 3), 8, &byte)) {
			out[n++] = (char)byte;
			i += 3;
		} else {
			out[n++] = v.s[i];
		}
	}
	if (out != NULL)
		out[n] = '\0';
	return out;
}

static void mount_done(struct cgroup_mount *m)
{
	free(m->point);
	free(m->root);
	free(m->controllers);
}

static int add(struct cgroup_mounts *m, struct cgroup_mount one)
{
	struct cgroup_mount *items = NULL;

	if (one.point != NULL && one.root != NULL && one.controllers != NULL)
		items = realloc(m->items, (m->count + 1) * sizeof(*items));
	if (items == NULL) {
		mount_done(&one);
		return E_NOMEM;
	}
	items[m->count++] = one;
	m->items = items;
	return 0;
}

static int parse_line(struct str line, struct cgroup_mounts *m)
{
	struct str field, root = STR_NONE, point = STR_NONE, type, options;
	bool is_v2;

	for (unsigned n = 1; n <= 5; n++) {
		if (!str_split(&line, ' ', &field))
			return 0;
		if (n == 4)
			root = field;
		else if (n == 5)
			point = field;
	}
	do {
		if (!str_split(&line, ' ', &field))
			return 0;
	} while (!str_eq(field, STR("-")));
	if (!str_split(&line, ' ', &type) || !str_split(&line, ' ', &field) ||
	    !str_split(&line, ' ', &options))
		return 0;
	is_v2 = str_eq(type, STR("cgroup2"));
	if (!is_v2 && !str_eq(type, STR("cgroup")))
		return 0;
	return add(m, (struct cgroup_mount){
			      .point = unescape(point),
			      .root = unescape(root),
			      .controllers = str_dup(is_v2 ? STR("") : options),
		      });
}

int cgroup_mounts_parse(struct str mountinfo, struct cgroup_mounts *ret)
{
	struct cgroup_mounts m = { 0 };
	struct str line;

	while (str_split(&mountinfo, '\n', &line)) {
		if (parse_line(line, &m) < 0) {
			cgroup_mounts_done(&m);
			return E_NOMEM;
		}
	}
	*ret = m;
	return 0;
}

void cgroup_mounts_done(struct cgroup_mounts *m)
{
	for (size_t i = 0; i < m->count; i++)
		mount_done(&m->items[i]);
	free(m->items);
	*m = (struct cgroup_mounts){ 0 };
}

/* "cpu,cpuacct" is one hierarchy: its first name finds it. */
static bool has_controller(const struct cgroup_mount *m, struct str controller)
{
	struct str options = str_from(m->controllers), one, wanted;

	if (controller.len == 0)
		return options.len == 0;
	if (!str_split(&controller, ',', &wanted))
		return false;
	while (str_split(&options, ',', &one))
		if (str_eq(one, wanted))
			return true;
	return false;
}

/* The path below the mounted directory, which is "/" but in containers. */
static bool below(struct str root, struct str path, struct str *ret)
{
	if (str_eq(root, STR("/"))) {
		*ret = path;
		return true;
	}
	if (!str_has_prefix(path, root) ||
	    (path.len > root.len && path.s[root.len] != '/'))
		return false;
	*ret = str_skip(path, root.len);
	return true;
}

int cgroup_mounts_path(const struct cgroup_mounts *m, struct str controller,
                       struct str path, struct buf *out)
{
	/* Such a path was read from another cgroup namespace. */
	if (!str_has_prefix(path, STR("/")) || str_has_prefix(path, STR("/..")))
		return E_NOT_FOUND;
	for (size_t i = 0; i < m->count; i++) {
		struct str rest;

		if (!has_controller(&m->items[i], controller) ||
		    !below(str_from(m->items[i].root), path, &rest))
			continue;
		buf_add_str(out, str_from(m->items[i].point));
		buf_add_str(out, rest);
		buf_cstr(out);
		return out->failed ? E_NOMEM : 0;
	}
	return E_NOT_FOUND;
}
