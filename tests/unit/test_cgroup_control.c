/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_cgroup_control.c - what can be done to a container's cgroup, and the
 * ways that remain on kernels without the better ones; the hierarchy is a
 * directory of plain files. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/host/control.h"

#define CGROUP "/docker/test"

struct fixture {
	char dir[64];
	char mountinfo[128], hierarchy[128];
	struct control_options options;
	struct control *control;
};

static void write_text(const char *path, const char *text)
{
	auto_close int fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(io_write_all(fd, str_from(text)), 0);
}

static void assert_file(const char *dir, const char *name, const char *expected)
{
	auto_buf struct buf text = BUF_INIT;
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(io_read_at(AT_FDCWD, path, 4096, &text), 0);
	assert_string_equal(buf_cstr(&text), expected);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/saker-cgroup.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	control_free(f->control);
	snprintf(command, sizeof(command), "rm -rf %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

/* One hierarchy, whose files are plain ones. */
static void make_cgroup(struct fixture *f, const char *controller)
{
	const char *const parts[] = { "/h", "/h/docker", "/h" CGROUP };
	char text[512], path[128];

	for (size_t i = 0; i < COUNT(parts); i++) {
		snprintf(path, sizeof(path), "%s%s", f->dir, parts[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	snprintf(f->hierarchy, sizeof(f->hierarchy), "%s/h" CGROUP, f->dir);
	snprintf(f->mountinfo, sizeof(f->mountinfo), "%s/mountinfo", f->dir);
	snprintf(text, sizeof(text), "9 1 0:9 / %s/h rw - %s x rw%s%s\n",
	         f->dir, *controller == '\0' ? "cgroup2" : "cgroup",
	         *controller == '\0' ? "" : ",", controller);
	write_text(f->mountinfo, text);
	f->options.mountinfo = f->mountinfo;
}

static void put(const struct fixture *f, const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", f->hierarchy, name);
	write_text(path, text);
}

static void remove_from(const struct fixture *f, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", f->hierarchy, name);
	assert_int_equal(unlink(path), 0);
}

/* The journal knows of it before the file is touched; what cannot be frozen in
 * time is let go. */
static void test_freeze_file(void **state)
{
	struct fixture *f = *state;
	struct cgroup_handle g;
	struct arena arena = ARENA_INIT;

	make_cgroup(f, "freezer");
	put(f, "cgroup.procs", "");
	put(f, "freezer.state", "THAWED\n");
	f->control = control_new(&f->options);
	assert_non_null(f->control);
	assert_true(
		control_has_container_tier(f->control, CONTAINER_TIER_FREEZER));
	assert_false(control_has_container_tier(f->control,
	                                        CONTAINER_TIER_CGROUP_KILL));
	assert_int_equal(control_open_cgroup(f->control,
	                                     STR("7:freezer:" CGROUP "/sub\n"),
	                                     STR(CGROUP), &arena, &g),
	                 0);
	assert_true(g.freezer >= 0 && g.unified < 0);
	assert_int_equal(cgroup_freeze(g.freezer, CONTAINER_TIER_FREEZER,
	                               clock_monotonic_ns() + NS_PER_SEC),
	                 0);
	assert_file(f->hierarchy, "freezer.state", "FROZEN");
	assert_true(cgroup_is_frozen(g.freezer, CONTAINER_TIER_FREEZER));
	assert_int_equal(cgroup_thaw(g.freezer, CONTAINER_TIER_FREEZER), 0);
	assert_file(f->hierarchy, "freezer.state", "THAWED");
	cgroup_handle_close(&g);
	arena_done(&arena);
}

/* Linux 5.2 to 5.13: the cgroup can be frozen, but not killed; before, neither,
 * and there remain the ways that need no file. Whatever is switched on for the
 * machine, a container's own directory has the last word. */
static void test_no_cgroup_kill(void **state)
{
	struct fixture *f = *state;
	struct cgroup_handle g;
	struct arena arena = ARENA_INIT;

	make_cgroup(f, "");
	put(f, "cgroup.procs", "");
	put(f, "../cgroup.freeze", "0\n");
	put(f, "cgroup.freeze", "0\n");
	f->control = control_new(&f->options);
	assert_non_null(f->control);
	assert_false(control_has_container_tier(f->control,
	                                        CONTAINER_TIER_CGROUP_KILL));
	assert_true(control_has_container_tier(f->control,
	                                       CONTAINER_TIER_CGROUP_FREEZE));
	assert_int_equal(control_open_cgroup(f->control, STR("0::" CGROUP "\n"),
	                                     STR(CGROUP), &arena, &g),
	                 0);
	assert_false(
		cgroup_handle_has(f->control, &g, CONTAINER_TIER_CGROUP_KILL));
	assert_true(cgroup_handle_has(f->control, &g,
	                              CONTAINER_TIER_CGROUP_FREEZE));
	remove_from(f, "cgroup.freeze");
	assert_false(cgroup_handle_has(f->control, &g,
	                               CONTAINER_TIER_CGROUP_FREEZE));
	remove_from(f, "../cgroup.freeze");
	control_free(f->control);
	f->control = control_new(&f->options);
	assert_non_null(f->control);
	assert_false(control_has_container_tier(f->control,
	                                        CONTAINER_TIER_CGROUP_FREEZE));
	assert_true(cgroup_handle_has(f->control, &g, CONTAINER_TIER_LOOP));
	cgroup_handle_close(&g);
	arena_done(&arena);
}

static void test_cgroup_paths(void **state)
{
	static const char *const wrong[] = { "",        "/",
		                             "docker",  "/docker/",
		                             "/../x",   "/x/..",
		                             "/x/../y", "/docker/other" };
	struct fixture *f = *state;
	struct cgroup_handle g;
	struct arena arena = ARENA_INIT;

	make_cgroup(f, "");
	put(f, "cgroup.procs", "");
	f->control = control_new(&f->options);
	assert_non_null(f->control);
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_true(control_open_cgroup(
				    f->control, STR("0::" CGROUP "\n"),
				    str_from(wrong[i]), &arena, &g) < 0);
	/* the process must be in it */
	assert_int_equal(control_open_cgroup(f->control, STR("0::/other\n"),
	                                     STR(CGROUP), &arena, &g),
	                 E_NOT_FOUND);
	arena_done(&arena);
}

static void test_cgroup_lists(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf pids = BUF_INIT;
	struct cgroup_handle g;
	struct arena arena = ARENA_INIT;
	char path[256];

	make_cgroup(f, "");
	put(f, "cgroup.procs", "10\n0\nx\n11\n99999999999\n");
	snprintf(path, sizeof(path), "%s/sub", f->hierarchy);
	assert_int_equal(mkdir(path, 0700), 0);
	put(f, "sub/cgroup.procs", "12\n");
	f->control = control_new(&f->options);
	assert_non_null(f->control);
	assert_int_equal(control_open_cgroup(f->control, STR("0::" CGROUP "\n"),
	                                     STR(CGROUP), &arena, &g),
	                 0);
	assert_int_equal(cgroup_handle_pids(&g, 3, &pids), 0);
	assert_int_equal(pids.len, 3 * sizeof(pid_t));
	assert_int_equal(((pid_t *)(void *)pids.data)[2], 12);
	buf_clear(&pids);
	assert_int_equal(cgroup_handle_pids(&g, 2, &pids), E_LIMIT);
	assert_false(cgroup_handle_is_empty(&g));
	put(f, "cgroup.events", "populated 0\nfrozen 0\n");
	assert_true(cgroup_handle_is_empty(&g));
	cgroup_handle_close(&g);
	arena_done(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_freeze_file),
		TEST(test_no_cgroup_kill),
		TEST(test_cgroup_paths),
		TEST(test_cgroup_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
