/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_containers.c - the lives of containers: what is told of them, once;
 * their metadata; containers in containers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "saker/base/io.h"
#include "world.h"

#define INNER "2dcbab615aebfa9313feffc5cfdacd381543cfa04c6be3f39ac656e55ef34805"

/* "create ID 100, start ID 103": kind, container and process of what happened
 * since the last time. */
static void expect_told(struct world *w, const char *expected)
{
	auto_buf struct buf told = BUF_INIT;
	struct container_event e;

	while (tracker_next_event(w->t, &e)) {
		struct str kind = container_event_name(e.kind);

		buf_printf(&told, "%s%.*s %.*s %d", told.len != 0 ? ", " : "",
		           STR_FMT(str_skip(kind, strlen("container_"))),
		           STR_FMT(e.container->id),
		           e.process != NULL ? (int)e.process->pid : 0);
		container_event_done(&e);
	}
	assert_string_equal(buf_cstr(&told), expected);
}

/* Looks for ended containers, however short ago it did. */
static void look(struct world *w)
{
	tracker_end(w->t);
}

static void a_life_is_told_once(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	expect_told(w, "create " ID_SHORT " 100, start " ID_SHORT " 103");
	fork_event(w, 104, 103);
	exec_record(w, 104, 103, "/bin/true", 67, "true");
	look(w);
	expect_told(w, "");
	exit_event(w, 104);
	look(w);
	expect_told(w, "");
	exit_event(w, 103);
	look(w);
	expect_told(w, "stop " ID_SHORT " 103");
	/* its cgroup goes later */
	path_record(w, 50, 1, "rmdir", "/sys/fs/cgroup/docker/" ID, 728,
	            "DELETE");
	look(w);
	expect_told(w, "");
}

static void a_removed_cgroup_is_an_end(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	expect_told(w, "create " ID_SHORT " 100, start " ID_SHORT " 103");
	path_record(w, 50, 1, "rmdir", "/sys/fs/cgroup/docker/" ID, 728,
	            "DELETE");
	expect_told(w, "stop " ID_SHORT " 103");
	/* of the other hierarchies, and the process */
	path_record(w, 50, 1, "rmdir", "/sys/fs/cgroup/pids/docker/" ID, 728,
	            "DELETE");
	exit_event(w, 103);
	look(w);
	expect_told(w, "");
}

static void each_exec_is_told(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	expect_told(w, "create " ID_SHORT " 100, start " ID_SHORT " 103");
	runc_run(w, 200, "exec", ID);
	expect_told(w, "exec " ID_SHORT " 203");
	fork_event(w, 204, 203);
	exec_record(w, 204, 203, "/bin/true", 67, "true");
	expect_told(w, "");
	runc_run(w, 300, "exec", ID);
	expect_told(w, "exec " ID_SHORT " 303");
	/* who came in by an exec may go */
	exit_event(w, 203);
	look(w);
	expect_told(w, "");
}

static void created_is_not_yet_started(void **state)
{
	struct world *w = *state;

	runc_stages(w, 100, "create", ID);
	expect_told(w, "create " ID_SHORT " 100");
	exit_event(w, 100);
	exec_event(w, 103);
	exec_record(w, 103, 1, "/bin/sh", 66, "sh -c true");
	expect_told(w, "start " ID_SHORT " 103");
}

/* A name that is in use: the call fails, nothing is made. */
static void a_running_name_is_not_made_again(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", "web");
	expect_told(w, "create web 100, start web 103");
	fork_event(w, 200, 50);
	exec_record(w, 200, 50, RUNC, RUNC_INODE, "runc run -b /b web");
	expect_told(w, "");
	/* a free one is */
	exit_event(w, 103);
	look(w);
	expect_told(w, "stop web 103");
	runc_run(w, 300, "run", "web");
	expect_told(w, "create web 300, start web 303");
}

/* A wrapper that executes the runtime with the same words. */
static void a_wrapped_runtime_makes_one(void **state)
{
	struct world *w = *state;

	fake_host_file(w->host, "/usr/bin/nvidia-container-runtime", DEV, 99);
	known_files_refresh_all(&w->t->files, w->host);
	fork_event(w, 100, 50);
	exec_record(w, 100, 50, "/usr/bin/nvidia-container-runtime", 99,
	            "nvidia-container-runtime create -b /b web");
	expect_told(w, "create web 100");
	exec_record(w, 100, 50, RUNC, RUNC_INODE, "runc create -b /b web");
	expect_told(w, "");
}

/* The cgroup's id is what events carry, also when the runtime was told another
 * name. */
static void the_cgroup_names_it(void **state)
{
	struct world *w = *state;

	runc_stages(w, 100, "run", "web");
	expect_told(w, "create web 100");
	set_cgroup(w, 103, "0::/docker/" ID "\n");
	exec_event(w, 103);
	exec_record(w, 103, 100, "/bin/sh", 66, "sh");
	expect_told(w, "start " ID_SHORT " 103");
	assert_int_equal(tracker_container_count(w->t), 1);
	assert_string_equal(w->last->container->name.s, "web");
}

static void what_ran_before_only_ends(void **state)
{
	struct world *w = *state;

	add_process(w, 300, 50, "/bin/sh", "0::/docker/" ID "\n", 7777);
	add_process(w, 301, 300, "/bin/sh", "0::/docker/" ID "\n", 7777);
	assert_int_equal(tracker_scan(w->t), 0);
	assert_state(w, 301, "container");
	expect_told(w, "");
	exit_event(w, 301);
	look(w);
	expect_told(w, "");
	exit_event(w, 300);
	look(w);
	expect_told(w, "stop " ID_SHORT " 300");
}

/* Its cgroup's name says nothing, but the runtime's directory does. */
static void a_bare_one_that_ran_before_has_its_name(void **state)
{
	struct world *w = *state;

	fake_host_file(w->host, "/run/runc/web/state.json", DEV, 5);
	add_process(w, 300, 50, "/bin/sh", "0::/web\n", 7777);
	assert_int_equal(tracker_scan(w->t), 0);
	runc_run(w, 200, "exec", "web");
	expect_told(w, "exec web 203");
	assert_int_equal(tracker_container_count(w->t), 1);
	exit_event(w, 300);
	look(w);
	expect_told(w, "stop web 300");
}

/* A log has no exits but what is recorded. */
static void a_log_tells_it_too(void **state)
{
	struct world *w = *state;

	exec_record(w, 100, 50, RUNC, RUNC_INODE, "runc run -b /b web");
	expect_told(w, "create web 100");
	record(w, 101, 100, "mount", "runc:[2:INIT]", "/", "");
	record(w, 101, 100, "pivot_root", "runc:[2:INIT]", "/", "");
	exec_record(w, 101, 100, "/bin/sh", 66, "sh");
	expect_told(w, "start web 101");
	feed(w,
	     "type=SYSCALL msg=audit(%s:900): arch=c000003e syscall=231 "
	     "a0=0 a1=0 a2=0 a3=0 items=0 ppid=100 pid=101 uid=0 gid=0 "
	     "euid=0 comm=\"sh\" exe=\"/bin/sh\"\n");
	pass_time(w, 1000);
	record(w, 50, 1, "mkdir", "sh", "/bin/sh", "");
	expect_told(w, "stop web 101");
}

static void more_than_there_is_room_for(void **state)
{
	struct world *w = *state;
	unsigned told = 0;
	struct container_event e;

	for (unsigned i = 0; i < MAX_ANNOUNCEMENTS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "box%u", i);
		runc_run(w, (pid_t)(1000 + 10 * i), "run", name);
	}
	assert_true(counter_get(&w->counters,
	                        COUNTER_CONTAINER_EVENTS_DROPPED) != 0);
	while (tracker_next_event(w->t, &e)) {
		container_event_done(&e);
		told++;
	}
	assert_int_equal(told, MAX_ANNOUNCEMENTS);
}

#define SPEC                                                             \
	"{\"process\":{},\"root\":{\"readonly\":true},\"annotations\":{" \
	"\"io.kubernetes.cri.container-type\":\"container\","            \
	"\"io.kubernetes.cri.container-name\":\"nginx\"}}"

/* Before the container has a process, and after it has none. */
static void metadata_is_there_from_first_to_last(void **state)
{
	struct world *w = *state;
	struct container_event e;

	fake_host_text(w->host, "/b/config.json", SPEC);
	runc_stages(w, 100, "create", ID);
	assert_true(tracker_next_event(w->t, &e));
	assert_non_null(e.container->metadata);
	assert_string_equal(e.container->name.s, "nginx");
	assert_string_equal(e.container->runtime.s, "containerd");
	container_event_done(&e);
	exec_event(w, 103);
	exec_record(w, 103, 100, "/bin/sh", 66, "sh");
	exit_event(w, 103);
	look(w);
	fake_host_text(w->host, "/b/config.json", "");
	assert_true(tracker_next_event(w->t, &e));
	container_event_done(&e);
	assert_true(tracker_next_event(w->t, &e));
	assert_int_equal(e.kind, CONTAINER_EVENT_STOP);
	assert_int_equal(e.container->metadata->is_read_only, FACT_YES);
	container_event_done(&e);
}

/* The scan of a machine full of containers reads none of their files; the first
 * event of each does. */
static void the_scan_leaves_metadata_for_later(void **state)
{
	struct world *w = *state;

	fake_host_text(
		w->host,
		"/run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID
		"/config.json",
		SPEC);
	add_process(w, 300, 50, "/bin/sh", "0::/docker/" ID "\n", 7777);
	assert_int_equal(tracker_scan(w->t), 0);
	assert_int_equal(counter_get(&w->counters, COUNTER_METADATA_READS), 0);
	record(w, 300, 50, "mkdir", "sh", "/bin/sh", "");
	assert_string_equal(w->last->container->name.s, "nginx");
	assert_int_equal(counter_get(&w->counters, COUNTER_METADATA_READS), 1);
	record(w, 300, 50, "mkdir", "sh", "/bin/sh", "");
	assert_int_equal(counter_get(&w->counters, COUNTER_METADATA_READS), 1);
}

/* A shim's directory and conmon's command line tell where the bundle is. */
static void who_stands_beside_tells_the_bundle(void **state)
{
	struct world *w = *state;
	struct str words[] = { STR("conmon"), STR("-c"), STR(INNER), STR("-b"),
		               STR("/srv/userdata") };
	struct host_process shim = { .pid = 60,
		                     .ppid = 1,
		                     .ns_mnt = HOST_NS,
		                     .cwd = STR("/srv/ns/" ID) };
	struct host_process conmon = { .pid = 70,
		                       .ppid = 1,
		                       .ns_mnt = HOST_NS,
		                       .argv = words,
		                       .argc = 5 };

	fake_host_process(w->host, &shim);
	fake_host_process(w->host, &conmon);
	fake_host_text(w->host, "/srv/ns/" ID "/config.json", SPEC);
	fake_host_text(w->host, "/srv/userdata/config.json", SPEC);
	add_process(w, 300, 60, "/bin/sh", "0::/docker/" ID "\n", 7777);
	add_process(w, 400, 70, "/bin/sh", "0::/docker/" INNER "\n", 7778);
	assert_int_equal(tracker_scan(w->t), 0);
	record(w, 300, 60, "mkdir", "sh", "/bin/sh", "");
	assert_non_null(w->last->container->metadata);
	record(w, 400, 70, "mkdir", "sh", "/bin/sh", "");
	assert_non_null(w->last->container->metadata);
}

static void half_written_is_read_again(void **state)
{
	struct world *w = *state;

	fake_host_text(w->host, "/b/config.json", "{\"process\":");
	runc_run(w, 100, "run", ID);
	record(w, 103, 1, "mkdir", "sh", "/bin/sh", "");
	assert_null(w->last->container->metadata);
	fake_host_text(
		w->host,
		"/run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID
		"/config.json",
		SPEC);
	/* not at each event */
	record(w, 103, 1, "mkdir", "sh", "/bin/sh", "");
	assert_null(w->last->container->metadata);
	pass_time(w, 2000);
	record(w, 103, 1, "mkdir", "sh", "/bin/sh", "");
	assert_non_null(w->last->container->metadata);
}

static void missing_is_given_up(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	for (unsigned i = 0; i < 10; i++) {
		pass_time(w, 60000);
		record(w, 103, 1, "mkdir", "sh", "/bin/sh", "");
	}
	assert_int_equal(counter_get(&w->counters, COUNTER_METADATA_MISSES), 1);
}

/* docker in docker: the runtime within is a container's process itself. */
static void a_container_in_a_container(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	expect_told(w, "create " ID_SHORT " 100, start " ID_SHORT " 103");
	fork_event(w, 104, 103);
	exec_record(w, 104, 103, "/usr/bin/runc", 98, "runc run inner");
	assert_string_equal(w->last->container->full_id.s, ID);
	fork_event(w, 105, 104);
	set_cgroup(w, 105, "0::/docker/" ID "/docker/" INNER "\n");
	exec_event(w, 105);
	exec_record(w, 105, 104, "/bin/sh", 66, "sh");
	assert_string_equal(w->last->container->full_id.s, INNER);
	assert_string_equal(w->last->container->cgroup.s,
	                    "/docker/" ID "/docker/" INNER);
	expect_told(w, "start 2dcbab615aeb 105");
	fork_event(w, 106, 105);
	exec_record(w, 106, 105, "/bin/true", 67, "true");
	assert_string_equal(w->last->container->full_id.s, INNER);
	/* what goes to the host's cgroups remains the container's */
	set_cgroup(w, 106, "0::/user.slice\n");
	exec_event(w, 106);
	exec_record(w, 106, 105, "/bin/true", 67, "true");
	assert_string_equal(w->last->container->full_id.s, INNER);
	assert_state(w, 106, "container");
	exit_event(w, 105);
	look(w);
	expect_told(w, "stop 2dcbab615aeb 105");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
#define TEST_LOG(name) \
	cmocka_unit_test_setup_teardown(name, world_begin_log, world_end)
	const struct CMUnitTest tests[] = {
		TEST(a_life_is_told_once),
		TEST(a_removed_cgroup_is_an_end),
		TEST(each_exec_is_told),
		TEST(created_is_not_yet_started),
		TEST(a_running_name_is_not_made_again),
		TEST(a_wrapped_runtime_makes_one),
		TEST(the_cgroup_names_it),
		TEST(what_ran_before_only_ends),
		TEST(a_bare_one_that_ran_before_has_its_name),
		TEST_LOG(a_log_tells_it_too),
		TEST(more_than_there_is_room_for),
		TEST(metadata_is_there_from_first_to_last),
		TEST(the_scan_leaves_metadata_for_later),
		TEST(who_stands_beside_tells_the_bundle),
		TEST(half_written_is_read_again),
		TEST(missing_is_given_up),
		TEST(a_container_in_a_container),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
