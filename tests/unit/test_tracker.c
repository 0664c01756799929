/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_tracker.c - states and containers, step by step on a fake host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "world.h"

static void test_runc_run(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	assert_state(w, 100, "setup");
	assert_state(w, 103, "container");
	assert_string_equal(w->last->container->full_id.s, ID);
	assert_string_equal(w->last->container->id.s, ID_SHORT);
	assert_string_equal(w->last->container->runtime.s, "docker");
	assert_string_equal(w->last->container->cgroup.s, "/docker/" ID);
	assert_int_equal(w->last->container->cgroup_id, 728);
	assert_true(w->last->entry_serial != 0);
	assert_false(w->last->entered);
	/* what it starts is there too, known by the fork alone */
	fork_event(w, 110, 103);
	exec_record(w, 110, 103, "/bin/lab", 55, "lab");
	assert_state(w, 110, "container");
	assert_string_equal(w->last->cmdline.s, "lab");
	assert_ptr_equal(process_ancestor(w->last, 1)->container,
	                 w->last->container);
}

/* The connector runs ahead: nothing that the runtime did before its last
 * execve may count as the container's. */
static void test_connector_is_ahead(void **state)
{
	struct world *w = *state;
	uint64_t set_up, entry;

	fork_event(w, 100, 50);
	exec_record(w, 100, 50, RUNC, RUNC_INODE, "runc run " ID);
	fork_event(w, 103, 100);
	set_cgroup(w, 103, "0::/docker/" ID "\n");
	set_up = w->now_ns;
	pass_time(w, 20);
	entry = w->now_ns;
	exec_event(w, 103);
	fork_event(w, 110, 103);
	exit_event(w, 110);
	exit_event(w, 103);
	fake_host_gone(w->host, 110);
	fake_host_gone(w->host, 103);
	w->now_ns = set_up;
	record(w, 103, 100, "mount", "runc:[2:INIT]", "/", "");
	assert_state(w, 103, "setup");
	record(w, 103, 100, "pivot_root", "runc:[2:INIT]", "/", "");
	assert_state(w, 103, "setup");
	/* a coarse stamp is some milliseconds old */
	w->now_ns = entry - 4 * NS_PER_MS;
	exec_record(w, 103, 100, "/bin/sh", 66, "sh");
	assert_state(w, 103, "container");
	assert_string_equal(w->last->container->full_id.s, ID);
	record(w, 110, 103, "openat", "sh", "/bin/sh", "");
	assert_state(w, 110, "container");
}

/* "sleep 1 & exec runc run": what was forked before stays the host's. */
static void test_fork_before_exec(void **state)
{
	struct world *w = *state;

	fork_event(w, 100, 50);
	fork_event(w, 101, 100);
	pass_time(w, 100);
	exec_event(w, 100);
	exec_record(w, 100, 50, RUNC, RUNC_INODE, "runc run " ID);
	fork_event(w, 102, 100);
	record(w, 101, 100, "openat", "sh", "/usr/bin/sh", "");
	assert_state(w, 101, "host");
	record(w, 102, 100, "openat", "runc", RUNC, "");
	assert_state(w, 102, "setup");
}

static void test_exec_into(void **state)
{
	struct world *w = *state;
	struct container *c;

	runc_run(w, 100, "run", ID);
	c = container_ref(w->last->container);
	runc_run(w, 200, "exec", ID);
	assert_state(w, 203, "container");
	assert_true(w->last->entered);
	assert_ptr_equal(w->last->container, c);
	assert_int_equal(tracker_container_count(w->t), 1);
	fork_event(w, 210, 203);
	record(w, 210, 203, "openat", "sh", "/bin/sh", "");
	assert_true(w->last->entered);
	container_unref(c);
}

/* Hooks are the host's programs: the runtime's cgroup tells. */
static void test_hooks(void **state)
{
	struct world *w = *state;

	fork_event(w, 100, 50);
	exec_record(w, 100, 50, RUNC, RUNC_INODE, "runc run " ID);
	fork_event(w, 105, 100);
	set_namespace(w, 105, HOST_NS);
	exec_record(w, 105, 100, "/usr/bin/hook", 77, "hook");
	assert_state(w, 105, "setup");
	record(w, 105, 100, "mount", "hook", "/usr/bin/hook", "");
	assert_state(w, 105, "setup");
	/* one that the second stage runs before it changes its root */
	w->t->sees_pivots = true;
	fork_event(w, 103, 100);
	record(w, 103, 100, "unshare", "runc:[2:INIT]", "/", "");
	fork_event(w, 106, 103);
	set_cgroup(w, 106, "0::/docker/" ID "\n");
	exec_record(w, 106, 103, "/usr/bin/hook", 77, "hook");
	assert_state(w, 106, "setup");
	record(w, 103, 100, "pivot_root", "runc:[2:INIT]", "/", "");
	fork_event(w, 107, 103);
	set_cgroup(w, 107, "0::/docker/" ID "\n");
	exec_record(w, 107, 103, "/hook", 78, "hook");
	assert_state(w, 107, "container");
}

/* What a hook starts may be in a namespace of its own by the time it is seen.
 */
static void test_namespaces_of_hooks(void **state)
{
	struct world *w = *state;

	fork_event(w, 100, 50);
	exec_record(w, 100, 50, RUNC, RUNC_INODE, "runc run -b /b " ID);
	fork_event(w, 105, 100);
	set_namespace(w, 105, HOST_NS);
	exec_record(w, 105, 100, "/usr/bin/sh", 77, "sh");
	record(w, 105, 100, "unshare", "sh", "/usr/bin/sh", "");
	fork_event(w, 106, 105);
	set_namespace(w, 106, HOST_NS + 1);
	exec_record(w, 106, 105, "/usr/bin/mount", 78, "mount");
	assert_state(w, 106, "setup");
}

/* A program that exits while its cgroup is read. */
static void test_cut_cgroups(void **state)
{
	static const char whole[] = "2:pids:/system.slice/a\n0::/\n";
	static const char cut[] = "2:pids:/\n0::/\n";
	struct world *w = *state;

	set_cgroup(w, 50, whole);
	fork_event(w, 100, 50);
	exec_record(w, 100, 50, RUNC, RUNC_INODE, "runc run " ID);
	fork_event(w, 105, 100);
	set_namespace(w, 105, HOST_NS);
	set_cgroup(w, 105, cut);
	exec_record(w, 105, 100, "/usr/bin/hook", 77, "hook");
	assert_state(w, 105, "setup");
	/* from the beginning: the parent's is meant */
	set_cgroup(w, 100, cut);
	fork_event(w, 106, 100);
	set_namespace(w, 106, HOST_NS);
	exec_record(w, 106, 100, "/usr/bin/hook", 77, "hook");
	assert_state(w, 106, "setup");
	/* another one is one */
	fork_event(w, 107, 100);
	set_namespace(w, 107, HOST_NS);
	set_cgroup(w, 107, "2:pids:/system.slice/b\n0::/\n");
	exec_record(w, 107, 100, "/bin/sh", 66, "sh");
	assert_state(w, 107, "container");
}

static void test_forged_names(void **state)
{
	struct world *w = *state;

	/* a file with the name, not the identity */
	fork_event(w, 60, 50);
	exec_record(w, 60, 50, RUNC, 4242, "runc run x");
	assert_state(w, 60, "host");
	runc_run(w, 100, "run", ID);
	fork_event(w, 110, 103);
	exec_record(w, 110, 103, "/usr/bin/runc", 4242, "runc init");
	assert_state(w, 110, "container");
	record(w, 110, 103, "mount", "runc:[2:INIT]", "/", "");
	assert_state(w, 110, "container");
	/* the host's runtime itself, reached from inside */
	exec_record(w, 110, 103, "/proc/1/exe", RUNC_INODE, "runc init");
	assert_state(w, 110, "container");
	exec_record(w, 110, 103, "/usr/bin/crun", RUNC_INODE, "crun run y");
	assert_state(w, 110, "container");
	assert_string_equal(w->last->container->full_id.s, ID);
}

/* CVE-2019-5736: the image's program is the runtime's own file. */
static void test_runtime_as_entry(void **state)
{
	struct world *w = *state;

	runc_stages(w, 100, "run", ID);
	exec_record(w, 103, 100, "/proc/self/exe", RUNC_INODE, "runc init");
	assert_state(w, 103, "container");
	runc_stages(w, 200, "run", "other");
	exec_record(w, 203, 200, "/bin/app", 91, "app init");
	assert_state(w, 203, "container");
}

/* Copies that the runtime makes of itself. */
static void test_sealed_copies(void **state)
{
	struct world *w = *state;

	fork_event(w, 100, 50);
	exec_record(w, 100, 50, CRUN, CRUN_INODE, "crun run " ID);
	exec_named(w, 100, 50, "/", 4711, "", "crun run " ID);
	assert_state(w, 100, "setup");
	fork_event(w, 101, 100);
	exec_record(w, 101, 100, RUNC, RUNC_INODE, "runc init");
	exec_named(w, 101, 100, "/memfd:runc_cloned:/proc/self/exe (deleted)",
	           4712, "/proc/self/fd/6", "runc init");
	assert_state(w, 101, "setup");
}

static void test_plain_names(void **state)
{
	struct world *w = *state;
	struct container *first;

	fake_host_file(w->host, "/web", 0, 900);
	runc_run(w, 100, "run", "web");
	assert_string_equal(w->last->container->full_id.s, "web");
	assert_string_equal(w->last->container->name.s, "web");
	assert_string_equal(w->last->container->runtime.s, "runc");
	assert_string_equal(w->last->container->cgroup.s, "/web");
	assert_int_equal(w->last->container->cgroup_id, 900);
	first = container_ref(w->last->container);
	/* the name comes back for another container */
	fake_host_file(w->host, "/web", 0, 901);
	runc_run(w, 200, "run", "web");
	assert_ptr_not_equal(w->last->container, first);
	assert_int_equal(w->last->container->cgroup_id, 901);
	assert_int_equal(first->cgroup_id, 900);
	container_unref(first);
}

static void test_first_sight(void **state)
{
	struct world *w = *state;

	/* started before us: /proc is all there is */
	add_process(w, 300, 50, "/bin/app", "0::/docker/" ID "\n", 7777);
	record(w, 300, 50, "openat", "app", "/bin/app", "");
	assert_state(w, 300, "container");
	assert_string_equal(w->last->container->full_id.s, ID);
	/* a tool of the host's in a container's cgroup */
	add_process(w, 301, 50, "/bin/app", "0::/docker/" ID "\n", HOST_NS);
	record(w, 301, 50, "openat", "app", "/bin/app", "");
	assert_state(w, 301, "host");
	/* the runtime's own second stage */
	add_process(w, 302, 50, RUNC, "0::/docker/" ID "\n", 7777);
	record(w, 302, 50, "openat", "runc:[2:INIT]", "/", "");
	assert_state(w, 302, "setup");
	/* gone before anything was known */
	record(w, 303, 300, "openat", "sh", "/bin/sh", "");
	assert_state(w, 303, "container");
	record(w, 304, 9999, "openat", "sh", "/bin/sh", "");
	assert_state(w, 304, "host");
}

static void test_scan(void **state)
{
	struct world *w = *state;

	fake_host_file(w->host, "/run/runc/web/state.json", 1, 5);
	add_process(w, 310, 50, RUNC, "0::/\n", HOST_NS);
	add_process(w, 311, 310, "/bin/app", "0::/web\n", 7777);
	add_process(w, 313, 312, "/bin/sh", "0::/docker/" ID "\n", 7777);
	add_process(w, 312, 50, "/bin/sh", "0::/docker/" ID "\n", 7777);
	assert_int_equal(tracker_scan(w->t), 0);
	assert_int_equal(tracker_container_count(w->t), 2);
	record(w, 311, 310, "openat", "app", "/bin/app", "");
	assert_state(w, 311, "container");
	record(w, 313, 312, "openat", "sh", "/bin/sh", "");
	assert_state(w, 313, "container");
	assert_int_equal(w->last->parent->pid, 312);
	assert_ptr_equal(w->last->parent->container, w->last->container);
	record(w, 310, 50, "openat", "runc", RUNC, "");
	assert_state(w, 310, "setup");
}

/* The leader's exit is not the process's. */
static void test_leader_exit(void **state)
{
	struct world *w = *state;
	struct process *before;

	runc_run(w, 100, "run", "web");
	before = w->last;
	exit_event(w, 103);
	pass_time(w, 500);
	record(w, 103, 100, "openat", "sh", "/bin/sh", "");
	assert_ptr_equal(w->last, before);
	assert_state(w, 103, "container");
}

/* A pid that is used again, by its fork. */
static void test_pid_reuse(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", "web");
	exit_event(w, 103);
	pass_time(w, 100);
	fake_host_gone(w->host, 103);
	fork_event(w, 103, 50);
	record(w, 103, 50, "openat", "sh", "/usr/bin/sh", "");
	assert_state(w, 103, "host");
	assert_null(w->last->container);
}

/* Over before anybody could look. */
static void test_gone_at_once(void **state)
{
	struct world *w = *state;
	struct connector_event e = { .kind = CONNECTOR_FORK,
		                     .pid = 300,
		                     .parent = 50,
		                     .time_ns = w->now_ns };

	birth_by_connector(w->t, &e);
	assert_int_equal(counter_get(&w->counters, COUNTER_CGROUP_MISSES), 1);
	assert_non_null(process_table_newest(w->t->processes, 300));
}

/* The clock was set back: the stamp is older than the process. */
static void test_clock_step(void **state)
{
	struct world *w = *state;
	struct process *before;

	runc_run(w, 100, "run", "web");
	before = w->last;
	w->now_ns -= 5 * NS_PER_SEC;
	record(w, 103, 100, "openat", "sh", "/bin/sh", "");
	assert_ptr_equal(w->last, before);
	assert_state(w, 103, "container");
}

/* Records of the last execve are lost: the next one shows the file. */
static void test_lost_exec(void **state)
{
	struct world *w = *state;

	runc_stages(w, 100, "run", ID);
	record(w, 103, 100, "openat", "sh", "/bin/sh", "");
	assert_state(w, 103, "container");
}

/* PATH and EXECVE records are lost: the executable's name is what is left. */
static void test_partial_exec(void **state)
{
	struct world *w = *state;

	fork_event(w, 100, 50);
	record(w, 100, 50, "execve", "runc", RUNC, "");
	assert_state(w, 100, "setup");
	fork_event(w, 101, 100);
	record(w, 101, 100, "execve", "6", "/", "");
	assert_state(w, 101, "setup");
	record(w, 101, 100, "mount", "runc:[2:INIT]", "/", "");
	assert_state(w, 101, "setup");
	/* a container's file of that name is none of the host's */
	runc_run(w, 200, "run", ID);
	record(w, 203, 200, "execve", "runc", RUNC, "");
	assert_state(w, 203, "container");
}

static void test_identities(void **state)
{
	struct world *w = *state;
	struct str path;

	path = tracker_identity(w->t, (struct file_id){ DEV, RUNC_INODE });
	assert_true(str_eq(path, STR(RUNC)));
	assert_int_equal(tracker_identity(w->t, (struct file_id){ DEV, 1 }).len,
	                 0);
	assert_int_equal(tracker_watch_identity(w->t, STR("/etc/shadow")), 0);
	fake_host_file(w->host, "/etc/shadow", DEV, 31);
	known_files_refresh_all(&w->t->files, w->host);
	path = tracker_identity(w->t, (struct file_id){ DEV, 31 });
	assert_true(str_eq(path, STR("/etc/shadow")));
	/* replaced: the old number may be any file's now */
	fake_host_file(w->host, "/etc/shadow", DEV, 32);
	known_files_refresh_all(&w->t->files, w->host);
	assert_int_equal(
		tracker_identity(w->t, (struct file_id){ DEV, 31 }).len, 0);
	assert_true(tracker_identity(w->t, (struct file_id){ DEV, 32 }).len);
	/* the runtime upgraded */
	fake_host_file(w->host, RUNC, DEV, 8888);
	fork_event(w, 100, 50);
	exec_record(w, 100, 50, RUNC, 8888, "runc run x");
	assert_state(w, 100, "setup");
}

static size_t names_of(struct world *w, uint64_t ino, struct str names[4])
{
	return tracker_identities(w->t, (struct file_id){ DEV, ino }, names, 4);
}

/* Told of by the host, a change counts from then on: what happened before it is
 * judged by what was before it. */
static void test_identity_changes(void **state)
{
	struct world *w = *state;
	uint64_t before = clock_realtime_ns() - NS_PER_SEC;
	struct str names[4];

	fake_host_file(w->host, "/etc/shadow", DEV, 31);
	assert_int_equal(tracker_watch_identity(w->t, STR("/etc/shadow")), 0);
	assert_int_equal(tracker_watch_identity(w->t, STR("/etc/gone")), 0);
	w->t->refresh_ns = clock_realtime_ns() + 1000 * NS_PER_SEC;
	w->now_ns = before;
	record(w, 50, 1, "openat", "sh", "/bin/sh", "");
	assert_int_equal(names_of(w, 31, names), 1);
	fake_host_file(w->host, "/etc/shadow", DEV, 32);
	fake_host_change(w->host, "/etc", "other");
	w->now_ns = before;
	record(w, 50, 1, "openat", "sh", "/bin/sh", "");
	assert_int_equal(names_of(w, 32, names), 0);
	fake_host_change(w->host, "/etc", "shadow");
	w->now_ns = before;
	record(w, 50, 1, "openat", "sh", "/bin/sh", "");
	assert_int_equal(names_of(w, 32, names), 1);
	assert_int_equal(names_of(w, 31, names), 1);
	w->now_ns = before + 1000 * NS_PER_SEC;
	record(w, 50, 1, "openat", "sh", "/bin/sh", "");
	assert_int_equal(names_of(w, 32, names), 1);
	assert_int_equal(names_of(w, 31, names), 0);
	/* removed, and made anew in a directory made anew */
	fake_host_file(w->host, "/etc/shadow", DEV, 0);
	fake_host_change(w->host, "/etc", "");
	record(w, 50, 1, "openat", "sh", "/bin/sh", "");
	assert_int_equal(names_of(w, 32, names), 0);
	fake_host_file(w->host, "/etc/shadow", DEV, 33);
	fake_host_change(w->host, "/etc", "shadow");
	record(w, 50, 1, "openat", "sh", "/bin/sh", "");
	assert_int_equal(names_of(w, 33, names), 1);
}

/* A rule finds its own name for a file among others. */
static void test_identity_names(void **state)
{
	struct world *w = *state;
	struct str names[4];

	fake_host_file(w->host, "/sbin/runc", DEV, RUNC_INODE);
	fake_host_file(w->host, "/srv/hard", DEV, RUNC_INODE);
	assert_int_equal(names_of(w, RUNC_INODE, names), 1);
	assert_true(str_eq(names[0], STR(RUNC)));
	assert_int_equal(tracker_watch_identity(w->t, STR("/sbin/runc")), 0);
	assert_int_equal(names_of(w, RUNC_INODE, names), 1);
	assert_true(str_eq(names[0], STR("/sbin/runc")));
	assert_int_equal(tracker_watch_identity(w->t, STR("/srv/hard")), 0);
	assert_int_equal(names_of(w, RUNC_INODE, names), 2);
	assert_int_equal(tracker_identities(w->t,
	                                    (struct file_id){ DEV, RUNC_INODE },
	                                    names, 1),
	                 1);
	assert_true(
		tracker_is_runtime(w->t, (struct file_id){ DEV, RUNC_INODE }));
	/* any runtime, in one word */
	assert_int_equal(tracker_watch_identity(w->t, STR("host_runtimes")), 0);
	assert_int_equal(names_of(w, RUNC_INODE, names), 3);
	assert_true(str_eq(names[2], STR("host_runtimes")));
	/* another device's file of that number */
	assert_int_equal(tracker_identities(w->t,
	                                    (struct file_id){ 7, RUNC_INODE },
	                                    names, 4),
	                 0);
}

/* Looks into large tables are few; what was found is known meanwhile. */
static void test_socket_lookups_are_limited(void **state)
{
	struct world *w = *state;
	struct process_fd found;

	fake_host_text(w->host, "/proc/50/net/unix",
	               "Num RefCount Protocol Flags Type St Inode Path\n"
	               "0: 02 00 10000 01 01 4711 /run/a.sock\n"
	               "0: 02 00 10000 01 01 4712 @abstract\n");
	record(w, 50, 1, "openat", "sh", "/bin/sh", "");
	assert_true(tracker_socket(w->t, w->last, 4711, &found));
	assert_true(str_eq(found.name, STR("/run/a.sock")));
	w->t->sockets.turns.rest_until_ns = UINT64_MAX;
	assert_true(tracker_socket(w->t, w->last, 4711, &found));
	assert_true(str_eq(found.name, STR("/run/a.sock")));
	assert_false(tracker_socket(w->t, w->last, 4712, &found));
	assert_int_equal(counter_get(&w->counters, COUNTER_SOCKETS_UNASKED), 1);
	w->t->sockets.turns.rest_until_ns = 0;
	assert_true(tracker_socket(w->t, w->last, 4712, &found));
	assert_true(str_eq(found.name, STR("@abstract")));
	assert_int_equal(found.kind, FD_UNIX);
	assert_true(w->t->sockets.turns.rest_until_ns != 0);
}

static void test_user_message(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	feed(w,
	     "type=USER_LOGIN msg=audit(%s:900): pid=103 uid=0 "
	     "msg='op=login pid=50 res=success'\n");
	assert_non_null(w->last);
	assert_int_equal(w->last->pid, 103);
	feed(w,
	     "type=CONFIG_CHANGE msg=audit(%s:901): op=set audit_enabled=1\n");
	assert_null(w->last);
	feed(w,
	     "type=SYSCALL msg=audit(%s:902): arch=c000003e syscall=257 "
	     "success=yes exit=3 ppid=2 pid=77 comm=\"x\" exe=\"/x\"\n");
	assert_string_equal(process_ancestor(w->last, 1)->comm.s, "kthreadd");
}

static void test_limits(void **state)
{
	struct world *w = *state;
	char id[32];

	for (pid_t pid = 1000; pid < 1000 + 200 * 10; pid += 10) {
		snprintf(id, sizeof(id), "c%d", (int)pid);
		runc_run(w, pid, "run", id);
		assert_string_equal(w->last->container->full_id.s, id);
	}
	assert_int_equal(tracker_process_count(w->t), MAX_PROCESSES);
	assert_int_equal(tracker_container_count(w->t), MAX_CONTAINERS);
	assert_true(counter_get(&w->counters, COUNTER_PROCESSES_ENDED_EVICTED) >
	            0);
	assert_true(counter_get(&w->counters, COUNTER_CONTAINERS_EVICTED) > 0);
}

/* A child of a child ... of a container, none ever seen, is inside. */
static void test_deep_chain(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	for (pid_t pid = 1000; pid < 1150; pid++)
		fork_event(w, pid, pid == 1000 ? 103 : pid - 1);
	record(w, 1149, 1148, "openat", "sh", "/bin/sh", "");
	assert_state(w, 1149, "container");
}

/* A log: pids are used again without a word, and identities are learnt. */
static void test_log(void **state)
{
	struct world *w = *state;
	struct str path;

	exec_record(w, 100, 50, "/usr/bin/dash", 5, "sh");
	exec_record(w, 101, 100, RUNC, 999, "runc --root=/r run -b b web");
	assert_state(w, 101, "setup");
	path = tracker_identity(w->t, (struct file_id){ DEV, 999 });
	assert_true(str_eq(path, STR(RUNC)));
	exec_record(w, 102, 101, RUNC, 999, "runc init");
	assert_state(w, 102, "setup");
	path_record(w, 102, 101, "openat2", "pids/docker/" ID "/cgroup.procs",
	            3, "NORMAL");
	exec_record(w, 104, 101, "/bin/sh", 66, "sh");
	assert_state(w, 104, "container");
	assert_string_equal(w->last->container->full_id.s, "web");
	assert_string_equal(w->last->container->runtime.s, "runc");
	/* an orphan goes to an ancestor */
	record(w, 105, 104, "openat", "x", "/bin/x", "");
	record(w, 105, 101, "openat", "x", "/bin/x", "");
	assert_state(w, 105, "container");
	record(w, 105, 1, "openat", "x", "/bin/x", "");
	assert_state(w, 105, "container");
	/* to a stranger never */
	exec_record(w, 200, 50, "/usr/sbin/cron", 7, "cron");
	exec_record(w, 105, 200, "/usr/bin/dash", 5, "sh");
	assert_state(w, 105, "host");
}

/* A pid is used again, by a child of somebody who left no record. */
static void test_log_pid_reuse(void **state)
{
	struct world *w = *state;

	exec_record(w, 101, 777, RUNC, 999, "runc run -b b web");
	exec_record(w, 102, 101, RUNC, 999, "runc init");
	exec_record(w, 104, 101, "/bin/sh", 66, "sh");
	record(w, 105, 104, "openat", "x", "/bin/x", "");
	assert_state(w, 105, "container");
	/* the runtime's caller adopts, though it left no record either */
	record(w, 105, 777, "openat", "x", "/bin/x", "");
	assert_state(w, 105, "container");
	record(w, 105, 888, "openat", "cron", "/usr/sbin/cron", "");
	assert_state(w, 105, "host");
	exec_record(w, 104, 999, "/usr/bin/dash", 5, "sh");
	assert_state(w, 104, "host");
}

static void test_log_hooks(void **state)
{
	struct world *w = *state;

	exec_record(w, 101, 50, RUNC, 999, "runc run -b / web");
	exec_record(w, 102, 101, RUNC, 999, "runc init");
	/* the hook runs in the bundle, which is "/" here */
	exec_record(w, 103, 101, "/usr/bin/hook", 66, "hook");
	assert_state(w, 103, "setup");
	/* "runc delete" enters nothing */
	exec_record(w, 110, 50, RUNC, 999, "runc delete web");
	exec_record(w, 111, 110, "/usr/bin/hook", 66, "hook");
	assert_state(w, 111, "setup");
}

/* Only execve recorded, the runtime gone before the program starts. */
static void test_log_detached(void **state)
{
	struct world *w = *state;

	exec_record(w, 100, 50, RUNC, 999, "runc create -b /b web");
	exec_record(w, 102, 100, RUNC, 999, "runc init");
	exec_record(w, 120, 50, RUNC, 999, "runc start web");
	exec_record(w, 125, 1, "/usr/bin/late", 8, "late");
	assert_state(w, 125, "host");
	exec_record(w, 104, 1, "/bin/sh", 66, "sh");
	assert_state(w, 104, "container");
	assert_string_equal(w->last->container->full_id.s, "web");
	exec_record(w, 105, 1, "/usr/bin/late", 8, "late");
	assert_state(w, 105, "host");
}

static void test_log_cgroup_id(void **state)
{
	struct world *w = *state;
	struct container *c;

	exec_record(w, 101, 50, RUNC, 999, "runc run -b /b " ID);
	path_record(w, 101, 50, "mkdirat", "/sys/fs/cgroup/pids/docker/" ID, 0,
	            "CREATE");
	exec_record(w, 103, 101, "/bin/sh", 66, "sh");
	assert_state(w, 103, "container");
	c = container_ref(w->last->container);
	assert_string_equal(c->runtime.s, "docker");
	assert_string_equal(c->cgroup.s, "/docker/" ID);
	assert_int_equal(c->cgroup_id, 0);
	path_record(w, 101, 50, "rmdir", "/sys/fs/cgroup/memory/docker/" ID,
	            444, "DELETE");
	assert_int_equal(c->cgroup_id, 0);
	path_record(w, 101, 50, "rmdir", "/sys/fs/cgroup/pids/docker/" ID, 728,
	            "DELETE");
	assert_int_equal(c->cgroup_id, 728);
	container_unref(c);
}

/* A chosen name beside the cgroup's hash: people know the one, the other is
 * the id, for who comes later by name too. */
static void test_log_chosen_name(void **state)
{
	struct world *w = *state;
	struct container *c;

	exec_record(w, 101, 50, RUNC, 999, "runc run -b /b web");
	path_record(w, 101, 50, "mkdirat", "/sys/fs/cgroup/pids/docker/" ID, 0,
	            "CREATE");
	exec_record(w, 103, 101, "/bin/sh", 66, "sh");
	assert_state(w, 103, "container");
	c = container_ref(w->last->container);
	assert_string_equal(c->full_id.s, ID);
	assert_string_equal(c->name.s, "web");
	exec_record(w, 201, 50, RUNC, 999, "runc exec web id");
	exec_record(w, 203, 201, "/bin/id", 67, "id");
	assert_state(w, 203, "container");
	assert_ptr_equal(w->last->container, c);
	/* the name's next bearer is another container */
	exec_record(w, 301, 50, RUNC, 999, "runc run -b /b web");
	exec_record(w, 303, 301, "/bin/sh", 66, "sh");
	assert_state(w, 303, "container");
	assert_ptr_not_equal(w->last->container, c);
	container_unref(c);
}

struct call_case {
	const char *argv;
	enum runtime_verb verb;
	const char *id;
	const char *bundle;
};

static void test_calls(void **state)
{
	static const struct call_case cases[] = {
		{ "runc run web", VERB_RUN, "web", "" },
		{ "runc --root /r --log=/l run --bundle /b --pid-file p web",
		  VERB_RUN, "web", "/b" },
		{ "runc create -b /b --no-pivot web", VERB_CREATE, "web",
		  "/b" },
		{ "runc exec -e A=b -t -u 0 web sh -b x", VERB_EXEC, "web",
		  "" },
		{ "crun run -b /b --detach web", VERB_RUN, "web", "/b" },
		{ "crun --systemd-cgroup exec --cwd / web ls", VERB_EXEC, "web",
		  "" },
		{ "runc init", VERB_INIT, "", "" },
		{ "runc delete --force web", VERB_NONE, "web", "" },
		{ "runc start web", VERB_START, "web", "" },
		{ "runc --root", VERB_NONE, "", "" },
		{ "runc", VERB_NONE, "", "" },
		{ "lxc-start -n web -d", VERB_RUN, "web", "" },
		{ "lxc-start --name=web", VERB_RUN, "web", "" },
		{ "lxc-attach -n web -- sh", VERB_EXEC, "web", "" },
		{ "lxc-attach web sh", VERB_EXEC, "web", "" },
		{ "systemd-nspawn -D /srv/deb12/ -b", VERB_RUN, "deb12", "" },
		{ "systemd-nspawn --machine=m -D /srv/x sh", VERB_RUN, "m",
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str argv[16], rest = str_from(cases[i].argv);
		struct runtime_call call;
		size_t argc = 0;

		while (str_split(&rest, ' ', &argv[argc]))
			argc++;
		runtime_call_parse(runtime_kind_of(argv[0]), argv, argc, &call);
		if (call.verb != cases[i].verb ||
		    !str_eq(call.id, str_from(cases[i].id)) ||
		    !str_eq(call.bundle, str_from(cases[i].bundle)))
			fail_msg("%s: verb %d, id %.*s, bundle %.*s",
			         cases[i].argv, (int)call.verb,
			         STR_FMT(call.id), STR_FMT(call.bundle));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

#define LOG_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_begin_log, world_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_runc_run),
		TEST(test_connector_is_ahead),
		TEST(test_fork_before_exec),
		TEST(test_exec_into),
		TEST(test_hooks),
		TEST(test_namespaces_of_hooks),
		TEST(test_cut_cgroups),
		TEST(test_forged_names),
		TEST(test_runtime_as_entry),
		TEST(test_sealed_copies),
		TEST(test_plain_names),
		TEST(test_first_sight),
		TEST(test_scan),
		TEST(test_leader_exit),
		TEST(test_pid_reuse),
		TEST(test_gone_at_once),
		TEST(test_clock_step),
		TEST(test_lost_exec),
		TEST(test_partial_exec),
		TEST(test_identities),
		TEST(test_identity_changes),
		TEST(test_identity_names),
		TEST(test_socket_lookups_are_limited),
		TEST(test_user_message),
		TEST(test_limits),
		TEST(test_deep_chain),
		LOG_TEST(test_log),
		LOG_TEST(test_log_pid_reuse),
		LOG_TEST(test_log_hooks),
		LOG_TEST(test_log_detached),
		LOG_TEST(test_log_cgroup_id),
		LOG_TEST(test_log_chosen_name),
		cmocka_unit_test(test_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
