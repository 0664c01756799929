/* SPDX-License-Identifier: GPL-2.0-or-later */
/* control.c - what works here, and a container's directories. */
#include "control.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "saker/base/io.h"

#define MOUNTINFO_BYTES (16u * 1024 * 1024)

static int first_child(int dir)
{
	DIR *d = fdopendir(dup(dir));
	const struct dirent *entry;
	int child = -1;

	if (d == NULL)
		return -1;
	while (child < 0 && (entry = readdir(d)) != NULL)
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			child = openat(dir, entry->d_name,
			               O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	closedir(d);
	return child;
}

static bool kernel_is_at_least(unsigned major, unsigned minor)
{
	struct utsname name;
	unsigned a, b;

	return uname(&name) == 0 &&
	       sscanf(name.release, "%u.%u", &a, &b) == 2 &&
	       (a > major || (a == major && b >= minor));
}

/* The root has none of these files, so that one of its children is asked; a
 * hierarchy without any has the kernel's version to go by. */
static bool children_have(const char *root, const char *file, unsigned minor)
{
	auto_close int dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_close int child = -1;

	if (dir < 0)
		return false;
	child = first_child(dir);
	if (child < 0)
		return kernel_is_at_least(5, minor);
	return faccessat(child, file, W_OK, 0) == 0;
}

unsigned container_tiers_probe(const struct cgroup_mounts *mounts)
{
	auto_buf struct buf path = BUF_INIT;
	unsigned bits =
		1u << CONTAINER_TIER_PID_NAMESPACE | 1u << CONTAINER_TIER_LOOP;

	if (cgroup_mounts_path(mounts, STR(""), STR("/"), &path) == 0 &&
	    access(buf_cstr(&path), W_OK) == 0) {
		if (children_have(buf_cstr(&path), "cgroup.kill", 14))
			bits |= 1u << CONTAINER_TIER_CGROUP_KILL;
		if (children_have(buf_cstr(&path), "cgroup.freeze", 2))
			bits |= 1u << CONTAINER_TIER_CGROUP_FREEZE;
	}
	buf_clear(&path);
	if (cgroup_mounts_path(mounts, STR("freezer"), STR("/"), &path) == 0 &&
	    access(buf_cstr(&path), W_OK) == 0)
		bits |= 1u << CONTAINER_TIER_FREEZER;
	return bits;
}

static int read_mounts(const char *path, struct cgroup_mounts *ret)
{
	auto_buf struct buf text = BUF_INIT;
	int error = io_read_at(AT_FDCWD, path, MOUNTINFO_BYTES, &text);

	/* without /proc there is nothing to control */
	return cgroup_mounts_parse(error == 0 ? buf_str(&text) : STR_NONE, ret);
}

struct control *control_new(const struct control_options *options)
{
	struct control *c = calloc(1, sizeof(*c));
	unsigned process;

	if (c == NULL ||
	    read_mounts(options->mountinfo != NULL ? options->mountinfo
	                                           : "/proc/self/mountinfo",
	                &c->mounts) < 0) {
		free(c);
		return NULL;
	}
	process = process_tiers_probe();
	if (options->process_tiers & process)
		process &= options->process_tiers;
	while (!(process & (1u << c->process_tier)))
		c->process_tier++;
	c->container_tiers = container_tiers_probe(&c->mounts);
	if (options->container_tiers != 0)
		c->container_tiers &= options->container_tiers;
	return c;
}

void control_free(struct control *c)
{
	if (c == NULL)
		return;
	cgroup_mounts_done(&c->mounts);
	free(c);
}

enum process_tier control_process_tier(const struct control *c)
{
	return c->process_tier;
}

bool control_has_container_tier(const struct control *c, enum container_tier t)
{
	return c->container_tiers & (1u << t);
}

static bool is_path(struct str path)
{
	return path.len > 1 && str_has_prefix(path, STR("/")) &&
	       !str_has_suffix(path, STR("/")) &&
	       str_find(path, STR("/../")) < 0 &&
	       !str_has_suffix(path, STR("/.."));
}

static bool is_within(struct str path, struct str outer)
{
	return str_has_prefix(path, outer) &&
	       (path.len == outer.len || path.s[outer.len] == '/');
}

static int open_directory(const struct control *c, struct str controller,
                          struct str path, struct buf *full)
{
	buf_clear(full);
	if (cgroup_mounts_path(&c->mounts, controller, path, full) < 0)
		return -1;
	return open(buf_cstr(full),
	            O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/* full: its name. */
static int keep(int fd, const struct buf *full, struct arena *arena,
                struct str *ret_path, uint64_t *ret_ino)
{
	struct stat st;

	*ret_path = arena_copy(arena, buf_str(full));
	if (ret_path->s == NULL)
		return E_NOMEM;
	if (fstat(fd, &st) < 0)
		return E_IO;
	*ret_ino = st.st_ino;
	return 0;
}

static bool has_freezer(struct str controllers)
{
	struct str one;

	while (str_split(&controllers, ',', &one))
		if (str_eq(one, STR("freezer")))
			return true;
	return false;
}

/* "6:freezer:/docker/ID" */
static int open_line(const struct control *c, struct str line, struct str path,
                     struct arena *arena, struct cgroup_handle *g)
{
	auto_buf struct buf full = BUF_INIT;
	struct str number, controllers;
	int fd;

	if (!str_split(&line, ':', &number) ||
	    !str_split(&line, ':', &controllers) || !is_within(line, path))
		return 0;
	fd = open_directory(c, controllers, path, &full);
	if (fd < 0)
		return 0;
	if (g->procs < 0 || controllers.len == 0) {
		io_close(&g->procs);
		g->procs = dup(fd);
	}
	if (controllers.len == 0 && g->unified < 0) {
		g->unified = fd;
		return keep(fd, &full, arena, &g->unified_path,
		            &g->unified_ino);
	}
	if (has_freezer(controllers) && g->freezer < 0) {
		g->freezer = fd;
		return keep(fd, &full, arena, &g->freezer_path,
		            &g->freezer_ino);
	}
	close(fd);
	return 0;
}

int control_open_cgroup(const struct control *c, struct str cgroups,
                        struct str path, struct arena *arena,
                        struct cgroup_handle *ret)
{
	struct cgroup_handle g = { .unified = -1, .freezer = -1, .procs = -1 };
	struct str line;
	int error = is_path(path) ? 0 : E_INVALID;

	while (error == 0 && str_split(&cgroups, '\n', &line))
		error = open_line(c, line, path, arena, &g);
	if (error == 0 && g.procs < 0)
		error = E_NOT_FOUND;
	if (error < 0) {
		cgroup_handle_close(&g);
		return error;
	}
	*ret = g;
	return 0;
}

void cgroup_handle_close(struct cgroup_handle *g)
{
	io_close(&g->unified);
	io_close(&g->freezer);
	io_close(&g->procs);
}

bool cgroup_handle_has(const struct control *c, const struct cgroup_handle *g,
                       enum container_tier t)
{
	if (!control_has_container_tier(c, t))
		return false;
	switch (t) {
	case CONTAINER_TIER_CGROUP_KILL:
		return g->unified >= 0 &&
		       faccessat(g->unified, "cgroup.kill", W_OK, 0) == 0;
	case CONTAINER_TIER_CGROUP_FREEZE:
		return g->unified >= 0 &&
		       faccessat(g->unified, "cgroup.freeze", W_OK, 0) == 0;
	case CONTAINER_TIER_FREEZER:
		return g->freezer >= 0 &&
		       faccessat(g->freezer, "freezer.state", W_OK, 0) == 0;
	case CONTAINER_TIER_PID_NAMESPACE:
	case CONTAINER_TIER_LOOP:
	case CONTAINER_TIER__MAX:
	default:
		return t != CONTAINER_TIER__MAX;
	}
}
