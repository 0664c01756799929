/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_reuse.c - pids of a log: whose is this one now? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "world.h"

#define SHIM "/usr/bin/containerd-shim-runc-v2"

static void syscall_of(struct world *w, pid_t pid, pid_t ppid, const char *more)
{
	record(w, pid, ppid, "openat", "sh", "/usr/bin/sh", more);
}

/* Shim 60 calls runtime 100, whose last stage 101 becomes the container's
 * program and is then adopted by the shim. */
static void run_container(struct world *w)
{
	exec_record(w, 60, 50, SHIM, 5, "containerd-shim");
	exec_record(w, 100, 60, RUNC, RUNC_INODE, "runc run " ID);
	path_record(w, 100, 60, "openat",
	            "/sys/fs/cgroup/pids/docker/" ID "/cgroup.procs", 728,
	            "NORMAL");
	exec_record(w, 101, 100, RUNC, RUNC_INODE, "runc init");
	exec_record(w, 101, 100, "/bin/app", 9, "app");
	assert_state(w, 101, "container");
	record(w, 101, 60, "openat", "app", "/bin/app", "");
	assert_state(w, 101, "container");
}

static bool is_new(struct world *w, uint64_t since_ns)
{
	return w->last->start_ns >= since_ns;
}

static void removed_cgroup_had_nobody_left(void **state)
{
	struct world *w = *state;

	run_container(w);
	path_record(w, 102, 60, "rmdir", "/sys/fs/cgroup/pids/docker/" ID, 728,
	            "DELETE");
	pass_time(w, 100);
	record(w, 101, 60, "openat", "x", "/usr/bin/x", "");
	assert_state(w, 101, "host");
	assert_null(w->last->container);
}

static void next_incarnation_of_a_parent_has_other_children(void **state)
{
	struct world *w = *state;
	uint64_t then;

	syscall_of(w, 50, 1, "");
	syscall_of(w, 70, 1, "");
	syscall_of(w, 200, 50, "");
	syscall_of(w, 201, 200, "");
	pass_time(w, 1000);
	then = w->now_ns;
	/* under a stranger: another 200 */
	syscall_of(w, 200, 70, "");
	assert_true(is_new(w, then));
	pass_time(w, 100);
	syscall_of(w, 201, 200, "");
	assert_true(is_new(w, then));
	assert_int_equal(process_ancestor(w->last, 2)->pid, 70);
}

static void session_changes_by_login_alone(void **state)
{
	struct world *w = *state;
	uint64_t then;

	syscall_of(w, 50, 1, "");
	syscall_of(w, 300, 50, " ses=5");
	pass_time(w, 1000);
	then = w->now_ns;
	feed(w,
	     "type=LOGIN msg=audit(%s:901): pid=300 uid=0 old-auid=1 auid=2 "
	     "old-ses=5 ses=6 res=1\n");
	syscall_of(w, 300, 50, " ses=6");
	assert_false(is_new(w, then));
	pass_time(w, 1000);
	then = w->now_ns;
	syscall_of(w, 300, 50, " ses=7");
	assert_true(is_new(w, then));
}

static void fork_gives_a_pid_anew(void **state)
{
	struct world *w = *state;
	uint64_t then;

	syscall_of(w, 50, 1, "");
	syscall_of(w, 70, 1, "");
	syscall_of(w, 300, 50, "");
	pass_time(w, 1000);
	then = w->now_ns;
	/* in a pid namespace of its own: its 300 is another number here */
	record(w, 70, 1, "clone", "sh", "/usr/bin/sh", " exit=300");
	syscall_of(w, 300, 50, "");
	assert_false(is_new(w, then));
	pass_time(w, 1000);
	record(w, 50, 1, "clone", "sh", "/usr/bin/sh", " exit=300");
	syscall_of(w, 300, 50, "");
	assert_true(is_new(w, then));
	then = w->now_ns;
	/* the record of a vfork comes behind its child's */
	pass_time(w, 5);
	record(w, 50, 1, "vfork", "sh", "/usr/bin/sh", " exit=300");
	syscall_of(w, 300, 50, "");
	assert_false(is_new(w, then));
}

static void child_that_has_executed_nothing_is_not_the_last_one(void **state)
{
	struct world *w = *state;
	uint64_t then;

	syscall_of(w, 50, 1, "");
	exec_record(w, 300, 50, "/bin/ls", 9, "ls -l");
	pass_time(w, 1000);
	then = w->now_ns;
	syscall_of(w, 300, 50, "");
	assert_true(is_new(w, then));
	assert_int_equal(w->last->argc, 0);
}

static void renamed_program_leaves_no_container(void **state)
{
	struct world *w = *state;

	run_container(w);
	/* it moves its file to where the shim's is on the host */
	record(w, 101, 60, "openat", "x", SHIM, "");
	assert_state(w, 101, "container");
	record(w, 101, 60, "openat", "x", RUNC, "");
	assert_state(w, 101, "container");
}

static void crash_ends_a_process(void **state)
{
	struct world *w = *state;
	uint64_t then;

	syscall_of(w, 50, 1, "");
	syscall_of(w, 300, 50, "");
	feed(w,
	     "type=ANOM_ABEND msg=audit(%s:902): auid=1 uid=0 gid=0 ses=1 "
	     "pid=300 comm=\"sh\" exe=\"/usr/bin/sh\" sig=11 res=1\n");
	assert_int_equal(w->last->pid, 300);
	pass_time(w, 100);
	then = w->now_ns;
	syscall_of(w, 300, 50, "");
	assert_true(is_new(w, then));
}

static void forged_crash_ends_nothing(void **state)
{
	struct world *w = *state;

	run_container(w);
	feed(w,
	     "type=USER_AUTH msg=audit(%s:903): pid=101 uid=0 auid=1 ses=1 "
	     "msg='op=x pid=60 type=ANOM_ABEND sig=11 ses=9 auid=9 '\n");
	pass_time(w, 100);
	record(w, 101, 60, "openat", "app", "/bin/app", "");
	assert_state(w, 101, "container");
	record(w, 60, 50, "openat", "x", SHIM, "");
	assert_state(w, 60, "host");
	assert_true(w->last->start_ns + NS_PER_SEC / 2 > w->now_ns);
}

static void call_exec(struct world *w, const char *words)
{
	exec_record(w, 400, 60, RUNC, RUNC_INODE, words);
	exec_record(w, 401, 400, RUNC, RUNC_INODE, "runc init");
}

static void detached_exec_is_known_by_its_words(void **state)
{
	struct world *w = *state;

	run_container(w);
	call_exec(w, "runc exec -d " ID " sh -c true");
	/* others start meanwhile */
	exec_record(w, 404, 1, "/usr/bin/cron", 9, "cron");
	assert_state(w, 404, "host");
	exec_record(w, 405, 1, "/bin/sh", 9, "sh -c true more");
	assert_state(w, 405, "host");
	exec_record(w, 406, 1, "/bin/sh", 9, "sh -c true");
	assert_state(w, 406, "container");
	assert_true(w->last->entered);
	assert_ptr_equal(w->last->container,
	                 tracker_process(w->t, 101)->container);
	/* once */
	exec_record(w, 407, 1, "/bin/sh", 9, "sh -c true");
	assert_state(w, 407, "host");
}

static void detached_exec_is_known_by_the_shim(void **state)
{
	struct world *w = *state;

	run_container(w);
	call_exec(w, "runc exec --process /run/p --detach " ID);
	exec_record(w, 404, 1, "/usr/bin/cron", 9, "cron");
	assert_state(w, 404, "host");
	exec_record(w, 405, 60, "/bin/sh", 9, "sh");
	assert_state(w, 405, "container");
}

static void shell_that_calls_a_runtime_has_other_children(void **state)
{
	struct world *w = *state;

	run_container(w);
	exec_record(w, 80, 50, "/usr/bin/bash", 7, "bash");
	exec_record(w, 400, 80, RUNC, RUNC_INODE,
	            "runc exec --process /run/p -d " ID);
	exec_record(w, 401, 400, RUNC, RUNC_INODE, "runc init");
	exec_record(w, 405, 80, "/usr/bin/ls", 9, "ls");
	assert_state(w, 405, "host");
}

static void exec_that_is_long_over_starts_nothing(void **state)
{
	struct world *w = *state;

	run_container(w);
	call_exec(w, "runc exec -d " ID " sh");
	pass_time(w, 10000);
	exec_record(w, 405, 1, "/bin/sh", 9, "sh");
	assert_state(w, 405, "host");
}

/* The reaper has left no record. */
static void stage_at_work_is_adopted_by_anybody(void **state)
{
	struct world *w = *state;

	run_container(w);
	call_exec(w, "runc exec --process /run/p -d " ID);
	record(w, 401, 400, "setns", "runc:[1:CHILD]", "/", "");
	exec_record(w, 401, 999, "/bin/sh", 9, "sh");
	assert_state(w, 401, "container");
	assert_string_equal(w->last->container->id.s, ID_SHORT);
}

static void stage_of_long_ago_is_not_adopted(void **state)
{
	struct world *w = *state;

	run_container(w);
	call_exec(w, "runc exec --process /run/p -d " ID);
	record(w, 401, 400, "setns", "runc:[1:CHILD]", "/", "");
	pass_time(w, 10000);
	exec_record(w, 401, 999, "/usr/bin/ls", 9, "ls");
	assert_state(w, 401, "host");
}

#define IN_LOG(f) cmocka_unit_test_setup_teardown(f, world_begin_log, world_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_LOG(removed_cgroup_had_nobody_left),
		IN_LOG(next_incarnation_of_a_parent_has_other_children),
		IN_LOG(session_changes_by_login_alone),
		IN_LOG(fork_gives_a_pid_anew),
		IN_LOG(child_that_has_executed_nothing_is_not_the_last_one),
		IN_LOG(renamed_program_leaves_no_container),
		IN_LOG(crash_ends_a_process),
		IN_LOG(forged_crash_ends_nothing),
		IN_LOG(detached_exec_is_known_by_its_words),
		IN_LOG(detached_exec_is_known_by_the_shim),
		IN_LOG(shell_that_calls_a_runtime_has_other_children),
		IN_LOG(exec_that_is_long_over_starts_nothing),
		IN_LOG(stage_at_work_is_adopted_by_anybody),
		IN_LOG(stage_of_long_ago_is_not_adopted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
