/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_host.c - /proc facts of real processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "direct.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/host/host.h"

static void assert_str(struct str got, const char *expected)
{
	if (!str_eq(got, str_from(expected)))
		fail_msg("got \"%.*s\", expected \"%s\"", STR_FMT(got),
		         expected);
}

static void test_cmdline(void **state)
{
	struct host_process p = { 0 };
	struct arena arena = ARENA_INIT;
	auto_buf struct buf text = BUF_INIT;

	(void)state;
	assert_int_equal(proc_cmdline_parse(STR("sh\0\0x y\0"), &arena, &p), 0);
	assert_int_equal(p.argc, 3);
	assert_str(p.argv[1], "");
	assert_str(p.argv[2], "x y");
	p = (struct host_process){ 0 };
	for (unsigned i = 0; i < LIMIT_ARGV + 10; i++)
		buf_add(&text, "a", 2);
	assert_int_equal(proc_cmdline_parse(buf_str(&text), &arena, &p), 0);
	assert_int_equal(p.argc, LIMIT_ARGV);
	arena_done(&arena);
}

static void test_mount_device(void **state)
{
	const struct str text =
		STR("22 27 0:21 / /proc rw,relatime - proc proc rw\n"
	            "118 27 0:64 /sub /m rw - btrfs /dev/loop0 rw,subvolid=5\n"
	            "119 27 0:x / /y rw - btrfs /dev/loop0 rw\n120 27\n");
	uint64_t dev = 7;

	(void)state;
	assert_true(mountinfo_device(text, 118, &dev));
	assert_int_equal(dev, makedev(0, 64));
	assert_true(mountinfo_device(text, 22, &dev));
	assert_int_equal(dev, makedev(0, 21));
	assert_false(mountinfo_device(text, 27, &dev));
	assert_false(mountinfo_device(text, 119, &dev));
	assert_false(mountinfo_device(text, 120, &dev));
	assert_int_equal(dev, makedev(0, 21));
}

struct told {
	int watch;
	unsigned times;
	unsigned gone;
};

static void tell(void *arg, int watch, struct str name)
{
	struct told *t = arg;

	if (watch == t->watch && str_eq(name, STR("new")))
		t->times++;
	t->gone += watch == t->watch && name.len == 0;
}

static void test_changes(void **state)
{
	struct host *h = host_direct_new();
	char directory[] = "/tmp/saker-test.XXXXXX";
	char path[64];
	struct told told = { 0 };
	struct file_id id, same;
	int other, fd, error;

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(h->ops->watch(h, "/tmp/saker-none", &other),
	                 E_NOT_FOUND);
	assert_int_equal(h->ops->watch(h, directory, &told.watch), 0);
	assert_int_equal(h->ops->watch(h, directory, &other), 0);
	assert_int_equal(told.watch, other);
	h->ops->changes(h, tell, &told);
	assert_int_equal(told.times, 0);
	snprintf(path, sizeof(path), "%s/new", directory);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	h->ops->changes(h, tell, &told);
	assert_int_equal(told.times, 1);
	assert_int_equal(h->ops->file_id(h, path, &id), 0);
	/* before Linux 5.6 there is no openat2 */
	error = h->ops->file_id_in(h, getpid(), path, &same);
	assert_true(error == E_UNSUPPORTED ||
	            (error == 0 && file_id_eq(id, same)));
	unlink(path);
	snprintf(path, sizeof(path), "%s.moved", directory);
	assert_int_equal(rename(directory, path), 0);
	h->ops->changes(h, tell, &told);
	assert_int_equal(told.times, 2);
	assert_true(told.gone > 0);
	/* what is there now is another directory */
	assert_int_equal(mkdir(directory, 0700), 0);
	assert_int_equal(h->ops->watch(h, directory, &other), 0);
	assert_int_not_equal(told.watch, other);
	rmdir(directory);
	rmdir(path);
	host_free(h);
}

static void test_status(void **state)
{
	struct host_process p = { .egid = 7 };

	(void)state;
	proc_status_parse(STR("Name:\tUid:\t9\nUid:\t1\t2\t3\t4\nGid:\t5\tx\n"),
	                  &p);
	assert_int_equal(p.uid, 1);
	assert_int_equal(p.euid, 2);
	assert_int_equal(p.gid, 5);
	assert_int_equal(p.egid, 7);
	p.seccomp = -1;
	proc_status_parse(STR("Tgid:\t4711\nCapEff:\t00000000a80425fb\n"
	                      "CapBnd:\t00000000a80425ff\nNoNewPrivs:\t1\n"
	                      "Seccomp:\t999\n"),
	                  &p);
	assert_int_equal(p.tgid, 4711);
	assert_int_equal(p.caps[2], 0xa80425fb);
	assert_int_equal(p.cap_bounding, 0xa80425ff);
	assert_int_equal(p.no_new_privs, 1);
	assert_int_equal(p.seccomp, -1);
}

static void test_stat_line(void **state)
{
	struct proc_stat s;

	(void)state;
	assert_true(proc_stat_parse(
		STR("12 (a) S 1 2 (b)) R 7 12 9 0 -1 2097472 1 2 3 4 5 6 7 8 "
	            "20 0 1 0 4711 99 98\n"),
		&s));
	assert_str(s.comm, "a) S 1 2 (b)");
	assert_int_equal(s.state, 'R');
	assert_int_equal(s.ppid, 7);
	assert_int_equal(s.sid, 9);
	assert_int_equal(s.start_ticks, 4711);
	assert_false(proc_stat_parse(STR("12 (a) R 7 12 9"), &s));
	assert_false(proc_stat_parse(STR(")("), &s));
	assert_false(proc_stat_parse(STR(""), &s));
}

static void check_path(const struct cgroup_mounts *m, const char *controller,
                       const char *path, const char *expected)
{
	auto_buf struct buf out = BUF_INIT;
	int r = cgroup_mounts_path(m, str_from(controller), str_from(path),
	                           &out);

	if (expected == NULL) {
		assert_int_equal(r, E_NOT_FOUND);
		return;
	}
	assert_int_equal(r, 0);
	assert_str(buf_str(&out), expected);
}

static void test_mounts(void **state)
{
	struct cgroup_mounts m;

	(void)state;
	assert_int_equal(
		cgroup_mounts_parse(
			STR("24 1 0:5 / /proc rw shared:3 - proc proc rw\n"
	                    "30 24 0:26 / /sys/fs/cgroup/cpu\\040x rw - cgroup "
	                    "cgroup rw,cpu,cpuacct\n"
	                    "31 24 0:27 / /s/pids rw shared:1 master:2 - "
	                    "cgroup cgroup rw,pids\n"
	                    "32 24 0:28 /pod /s/systemd rw - cgroup none "
	                    "rw,xattr,name=systemd\n"
	                    "33 24 0:29 / /s/unified rw - cgroup2 cgroup2 rw\n"
	                    "short line\n"),
			&m),
		0);
	assert_int_equal(m.count, 4);
	check_path(&m, "cpu,cpuacct", "/a", "/sys/fs/cgroup/cpu x/a");
	check_path(&m, "pids", "/docker/x", "/s/pids/docker/x");
	check_path(&m, "name=systemd", "/pod/x", "/s/systemd/x");
	check_path(&m, "name=systemd", "/podx", NULL);
	check_path(&m, "", "/", "/s/unified/");
	check_path(&m, "", "/../x", NULL);
	check_path(&m, "memory", "/x", NULL);
	cgroup_mounts_done(&m);
}

static void test_self(void **state)
{
	struct host *h = *state;
	struct arena a = ARENA_INIT;
	struct host_process p;
	struct stat st;

	assert_int_equal(h->ops->process(h, getpid(), HOST_WANT_ALL, &a, &p),
	                 0);
	assert_int_equal(p.ppid, getppid());
	assert_int_equal(p.uid, getuid());
	assert_int_equal(p.egid, getegid());
	assert_false(p.is_kernel_thread);
	assert_true(p.start_ticks != 0);
	assert_true(str_has_suffix(p.exe, STR("test_host")));
	assert_int_equal(stat("/proc/self/exe", &st), 0);
	assert_true(
		file_id_eq(p.exe_id, (struct file_id){ st.st_dev, st.st_ino }));
	assert_true(p.argc >= 1);
	assert_true(str_has_suffix(p.argv[0], STR("test_host")));
	assert_true(p.cgroup.len != 0);
	assert_true(p.ns_mnt != 0 && p.ns_user != 0 && p.ns_uts != 0);
	assert_int_equal(p.tgid, getpid());
	assert_false(p.is_exiting);
	assert_true(p.seccomp >= 0);
	assert_true(p.root_id.ino != 0);
	assert_true(str_has_prefix(p.cwd, STR("/")));
	arena_done(&a);
}

static int count_self(void *arg, pid_t pid)
{
	unsigned *seen = arg;

	if (pid == getpid())
		++*seen;
	return 0;
}

static int stop(void *arg, pid_t pid)
{
	(void)arg;
	return pid > 0 ? 7 : 0;
}

static void test_files(void **state)
{
	struct host *h = *state;
	auto_buf struct buf text = BUF_INIT;
	struct file_id id;
	struct stat st;
	unsigned seen = 0;

	assert_int_equal(h->ops->each_process(h, count_self, &seen), 0);
	assert_int_equal(seen, 1);
	assert_int_equal(h->ops->each_process(h, stop, NULL), 7);
	assert_int_equal(h->ops->cgroup(h, getpid(), &text), 0);
	assert_true(text.len != 0);
	assert_int_equal(h->ops->file_id(h, "/", &id), 0);
	assert_int_equal(stat("/", &st), 0);
	assert_int_equal(id.ino, st.st_ino);
	assert_int_equal(h->ops->file_id(h, "/nonexistent/x", &id),
	                 E_NOT_FOUND);
	assert_int_equal(h->ops->read_file(h, "/proc/self/stat", 3, &text),
	                 E_LIMIT);
}

/* Where this machine mounts cgroups, the id is the directory's inode. */
static void test_cgroup_id(void **state)
{
	struct host *h = *state;
	struct stat st;
	uint64_t id;

	if (h->ops->cgroup_id(h, STR(""), STR("/"), &id) == 0 &&
	    stat("/sys/fs/cgroup/cgroup.procs", &st) == 0) {
		assert_int_equal(stat("/sys/fs/cgroup", &st), 0);
		assert_int_equal(id, st.st_ino);
	} else if (h->ops->cgroup_id(h, STR("pids"), STR("/"), &id) == 0 &&
	           stat("/sys/fs/cgroup/pids", &st) == 0) {
		assert_int_equal(id, st.st_ino);
	} else {
		skip();
	}
	assert_int_equal(
		h->ops->cgroup_id(h, STR("pids"), STR("/saker-none"), &id),
		E_NOT_FOUND);
}

static void test_none(void **state)
{
	struct host *h = host_none_new();
	auto_buf struct buf text = BUF_INIT;

	(void)state;
	assert_non_null(h);
	assert_int_equal(h->ops->cgroup(h, 1, &text), E_UNSUPPORTED);
	host_free(h);
	host_free(NULL);
}

static int setup(void **state)
{
	*state = host_direct_new();
	return *state != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	host_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stat_line),
		cmocka_unit_test(test_cmdline),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_mount_device),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_self),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_cgroup_id),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
