/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_resolve.c - which process a record is of: threads, pids that come again,
 * records that come late, a full table, sessions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "world.h"

static void change(struct world *w, pid_t pid,
                   void (*fn)(struct host_process *))
{
	struct host_process p;

	assert_int_equal(w->host->ops->process(w->host, pid, 0, NULL, &p), 0);
	fn(&p);
	fake_host_process(w->host, &p);
}

static void of_process_103(struct host_process *p)
{
	p->tgid = 103;
}

static void of_process_60(struct host_process *p)
{
	p->tgid = 60;
}

/* A thread's id instead of its process's, in records of both kinds. */
static void threads_are_their_process(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	add_process(w, 110, 100, "/bin/sh", "0::/docker/" ID "\n", 7777);
	change(w, 110, of_process_103);
	record(w, 110, 100, "openat", "worker", "/bin/sh", "");
	assert_int_equal(w->last->pid, 103);
	assert_int_equal(w->last->state, PROCESS_CONTAINER);
	assert_null(tracker_process(w->t, 110));
	feed(w,
	     "type=NETFILTER_CFG msg=audit(%s:900): table=nat family=2 "
	     "entries=5 pid=110 comm=\"worker\"\n");
	assert_int_equal(w->last->pid, 103);
}

static void a_process_is_met_by_its_thread(void **state)
{
	struct world *w = *state;

	add_process(w, 60, 50, "/usr/bin/java", "0::/user.slice\n", HOST_NS);
	add_process(w, 61, 50, "/usr/bin/java", "0::/user.slice\n", HOST_NS);
	change(w, 61, of_process_60);
	pass_time(w, 100);
	record(w, 61, 50, "openat", "worker", "/usr/bin/java", "");
	assert_int_equal(w->last->pid, 60);
	assert_null(tracker_process(w->t, 61));
}

/* The pid of a process that ended is later that of a thread. */
static void a_pid_may_come_again_as_a_thread(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	fork_event(w, 120, 50);
	record(w, 120, 50, "openat", "sh", "/usr/bin/sh", "");
	exit_event(w, 120);
	fake_host_gone(w->host, 120);
	pass_time(w, 1000);
	add_process(w, 120, 100, "/bin/sh", "0::/docker/" ID "\n", 7777);
	change(w, 120, of_process_103);
	pass_time(w, 100);
	record(w, 120, 100, "openat", "worker", "/bin/sh", "");
	assert_int_equal(w->last->pid, 103);
	assert_int_equal(w->last->state, PROCESS_CONTAINER);
}

/* Nobody told that 103 has ended: its start time does. */
static void a_pid_comes_again_unnoticed(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	fake_host_gone(w->host, 103);
	pass_time(w, 5000);
	add_process(w, 103, 50, "/usr/bin/sh", "0::/user.slice\n", HOST_NS);
	pass_time(w, 100);
	record(w, 103, 50, "openat", "sh", "/usr/bin/sh", "");
	assert_int_equal(w->last->state, PROCESS_HOST);
	assert_null(w->last->container);
	assert_int_equal(w->last->ppid, 50);
}

/* The same pid, the same start: the same process, however late. */
static void a_process_stays_itself(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	for (unsigned n = 0; n < 10; n++) {
		pass_time(w, 1500);
		record(w, 103, 100, "openat", "sh", "/bin/sh", "");
		assert_int_equal(w->last->state, PROCESS_CONTAINER);
	}
}

/* Its records come after its end, and while its pid is another's already. */
static void late_records_find_their_process(void **state)
{
	struct world *w = *state;
	uint64_t then;

	runc_run(w, 100, "run", ID);
	pass_time(w, 200);
	then = w->now_ns;
	exit_event(w, 103);
	fake_host_gone(w->host, 103);
	pass_time(w, 3000);
	fork_event(w, 103, 50);
	record(w, 103, 50, "openat", "sh", "/usr/bin/sh", "");
	assert_int_equal(w->last->state, PROCESS_HOST);
	w->now_ns = then - 100 * NS_PER_MS;
	record(w, 103, 100, "openat", "sh", "/bin/sh", "");
	assert_int_equal(w->last->state, PROCESS_CONTAINER);
	assert_string_equal(w->last->container->full_id.s, ID);
}

/* The fork is told of after the child's first record: of two sockets either may
 * be read first. */
static void either_socket_may_be_first(void **state)
{
	struct world *w = *state;
	struct host_process p;
	uint64_t forked;

	runc_run(w, 100, "run", ID);
	assert_int_equal(w->host->ops->process(w->host, 103, 0, NULL, &p), 0);
	forked = w->now_ns;
	pass_time(w, 1);
	add_process(w, 130, 103, "/bin/sh", "0::/docker/" ID "\n", 7777);
	record(w, 130, 103, "openat", "sh", "/bin/sh", "");
	assert_int_equal(w->last->state, PROCESS_CONTAINER);
	birth_by_connector(w->t,
	                   &(struct connector_event){ .kind = CONNECTOR_FORK,
	                                              .pid = 130,
	                                              .parent = 103,
	                                              .time_ns = forked });
	record(w, 130, 103, "openat", "sh", "/bin/sh", "");
	assert_int_equal(w->last->state, PROCESS_CONTAINER);
	assert_int_equal(process_ancestor(w->last, 1)->pid, 103);
}

/* Those that ended unnoticed go first, and only then who lives. */
static void a_full_table_forgets_the_dead(void **state)
{
	struct world *w = *state;
	pid_t pid = 1000;

	while (tracker_process_count(w->t) < MAX_PROCESSES) {
		fork_event(w, ++pid, 50);
		if (pid % 4 == 0)
			fake_host_gone(w->host, pid);
	}
	for (pid_t n = 0; n < 40; n++)
		fork_event(w, 2000 + n, 50);
	assert_int_equal(tracker_process_count(w->t), MAX_PROCESSES);
	assert_int_equal(counter_get(&w->counters, COUNTER_PROCESSES_EVICTED),
	                 0);
	assert_true(counter_get(&w->counters, COUNTER_PROCESSES_ENDED_EVICTED) >
	            0);
	assert_non_null(tracker_process(w->t, 1001));
	for (pid_t n = 40; n < 80; n++)
		fork_event(w, 2000 + n, 50);
	assert_true(counter_get(&w->counters, COUNTER_PROCESSES_EVICTED) > 0);
}

static void sessions_are_followed(void **state)
{
	struct world *w = *state;
	const struct process *p;

	fork_event(w, 200, 50);
	fork_event(w, 201, 200);
	birth_by_connector(w->t,
	                   &(struct connector_event){ .kind = CONNECTOR_SESSION,
	                                              .pid = 201,
	                                              .time_ns = w->now_ns });
	fork_event(w, 202, 201);
	p = tracker_process(w->t, 202);
	assert_int_equal(p->sid, 201);
	assert_int_equal(p->pgid, 201);
	record(w, 202, 201, "setsid", "sh", "/usr/bin/sh", "");
	assert_int_equal(w->last->sid, 202);
}

static void sessions_are_followed_in_a_log(void **state)
{
	struct world *w = *state;

	record(w, 201, 200, "setsid", "sh", "/usr/bin/sh", "");
	record(w, 202, 201, "openat", "sh", "/usr/bin/sh", "");
	assert_int_equal(w->last->sid, 201);
}

/* Known as somebody's parent alone, 60 had no state of its own. */
static void a_log_may_know_a_pid_as_a_parent(void **state)
{
	struct world *w = *state;

	record(w, 61, 60, "openat", "sh", "/usr/bin/sh", "");
	exec_record(w, 100, 50, RUNC, RUNC_INODE, "runc run -b /b web");
	exec_record(w, 101, 100, RUNC, RUNC_INODE, "runc init");
	exec_record(w, 103, 100, "/bin/sh", 66, "sh");
	assert_int_equal(w->last->state, PROCESS_CONTAINER);
	pass_time(w, 1000);
	exec_record(w, 60, 103, "/bin/id", 67, "id");
	assert_int_equal(w->last->state, PROCESS_CONTAINER);
	assert_int_equal(process_ancestor(w->last, 1)->pid, 103);
}

/* Ancestry to the first process, each with who it is. */
static void ancestry_is_whole(void **state)
{
	struct world *w = *state;
	const struct process *p;

	add_process(w, 1, 0, "/sbin/init", "0::/init.scope\n", HOST_NS);
	assert_int_equal(tracker_scan(w->t), 0);
	runc_run(w, 100, "run", ID);
	p = process_ancestor(w->last, 3);
	assert_int_equal(p->pid, 1);
	assert_string_equal(p->exe.s, "/sbin/init");
	assert_null(p->parent);
	for (unsigned n = 0; n < 3; n++) {
		p = process_ancestor(w->last, n);
		assert_true(p->start_ns != 0);
		assert_true(p->argc != 0 || p->pid == 50);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
#define LOG_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_begin_log, world_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(threads_are_their_process),
		TEST(a_process_is_met_by_its_thread),
		TEST(a_pid_may_come_again_as_a_thread),
		TEST(a_pid_comes_again_unnoticed),
		TEST(a_process_stays_itself),
		TEST(late_records_find_their_process),
		TEST(either_socket_may_be_first),
		TEST(a_full_table_forgets_the_dead),
		TEST(sessions_are_followed),
		LOG_TEST(sessions_are_followed_in_a_log),
		LOG_TEST(a_log_may_know_a_pid_as_a_parent),
		TEST(ancestry_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
