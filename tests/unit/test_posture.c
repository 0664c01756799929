/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_posture.c - when a container's confinement is looked at, and what of a
 * drift is told once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "saker/audit/assemble.h"
#include "world.h"

#define BIT(kind) (1u << DRIFT_##kind)
#define CGROUP    "0::/docker/" ID "\n"

/* What the tracker says of the process of the next record. */
static void expect_drift(struct world *w, pid_t pid, unsigned all,
                         unsigned fresh)
{
	struct process *p = tracker_process(w->t, pid);
	struct audit_event e = { .stamp = { .sec = w->now_ns / NS_PER_SEC,
		                            .ms = (unsigned)(w->now_ns /
		                                             NS_PER_MS % 1000),
		                            .serial = w->serial - 1 } };
	unsigned found = 0, found_fresh = 0;

	assert_non_null(p);
	assert_true(tracker_drift(w->t, p, &e, &found, &found_fresh));
	assert_int_equal(found, all);
	assert_int_equal(found_fresh, fresh);
}

/* Looks have the machine's time, and so must the records that they are compared
 * with. */
static void in_exec(struct world *w, pid_t pid, pid_t parent)
{
	usleep(3000);
	w->now_ns = clock_realtime_ns();
	exec_record(w, pid, parent, "/bin/id", 67, "id");
}

/* Each is told once, with the event that shows it first. */
static void a_drift_is_new_once(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	set_namespace(w, 103, 7777);
	in_exec(w, 103, 100);
	expect_drift(w, 103, 0, 0);
	set_namespace(w, 103, HOST_NS);
	in_exec(w, 103, 100);
	expect_drift(w, 103, BIT(MNT_NS), BIT(MNT_NS));
	expect_drift(w, 103, BIT(MNT_NS), BIT(MNT_NS));
	in_exec(w, 103, 100);
	expect_drift(w, 103, BIT(MNT_NS), 0);
	/* a child has it from its parent */
	fork_event(w, 110, 103);
	in_exec(w, 110, 103);
	expect_drift(w, 110, BIT(MNT_NS), 0);
	/* what it leaves again it has been in */
	set_namespace(w, 103, 7777);
	in_exec(w, 103, 100);
	expect_drift(w, 103, BIT(MNT_NS), 0);
}

/* Its life is over when its record comes; the connector's event was faster. */
static void a_short_life_is_looked_at(void **state)
{
	struct world *w = *state;

	runc_run(w, 100, "run", ID);
	in_exec(w, 103, 100);
	expect_drift(w, 103, 0, 0); /* somebody asks */
	fork_event(w, 110, 103);
	set_namespace(w, 110, HOST_NS);
	w->now_ns = clock_realtime_ns();
	exec_event(w, 110);
	exit_event(w, 110);
	fake_host_gone(w->host, 110);
	exec_record(w, 110, 103, "/bin/id", 67, "id");
	expect_drift(w, 110, BIT(MNT_NS), BIT(MNT_NS));
}

/* The container's program may escape before its first record is read. */
static void the_baseline_is_of_the_exec(void **state)
{
	struct world *w = *state;
	const struct posture *base;

	runc_stages(w, 100, "run", ID);
	exec_event(w, 103);
	set_namespace(w, 103, HOST_NS);
	exec_record(w, 103, 100, "/bin/sh", 66, "sh -c true");
	assert_int_equal(w->last->state, PROCESS_CONTAINER);
	base = container_baseline(w->last->container);
	assert_non_null(base);
	assert_int_equal(base->ns[NS_MNT], 7777);
	expect_drift(w, 103, BIT(MNT_NS), BIT(MNT_NS));
}

static void end_soon(struct world *w, pid_t pid, bool is_exiting)
{
	struct host_process p;

	assert_int_equal(w->host->ops->process(w->host, pid, 0, NULL, &p), 0);
	p.is_exiting = is_exiting;
	p.cgroup = STR("4:pids:/\n0::/docker/" ID "\n");
	fake_host_process(w->host, &p);
}

/* A process that ends shows "/" for hierarchies of version 1. */
static void an_end_is_no_drift(void **state)
{
	struct world *w = *state;

	add_process(w, 60, 50, "/bin/sh",
	            "4:pids:/docker/" ID "\n0::/docker/" ID "\n", 7777);
	record(w, 60, 50, "openat", "sh", "/bin/sh", "");
	assert_state(w, 60, "container");
	end_soon(w, 60, true);
	in_exec(w, 60, 50);
	expect_drift(w, 60, 0, 0);
	end_soon(w, 60, false);
	in_exec(w, 60, 50);
	expect_drift(w, 60, BIT(CGROUP), BIT(CGROUP));
}

static void who_moves_to_a_neighbour_stays(void **state)
{
	struct world *w = *state;
	static const char other[] =
		"0::/docker/"
		"111776c9f6f2c22e2b44a2239b65471d6a02701b54d1cb5e1c55a09108a1b5"
		"b9\n";

	runc_run(w, 100, "run", ID);
	set_cgroup(w, 103, other);
	exec_event(w, 103);
	in_exec(w, 103, 100);
	assert_string_equal(w->last->container->full_id.s, ID);
	expect_drift(w, 103, BIT(CGROUP), BIT(CGROUP));
}

static void the_host_does_not_drift(void **state)
{
	struct world *w = *state;
	struct audit_event e = { 0 };
	unsigned all, fresh;

	record(w, 50, 1, "openat", "sh", "/usr/bin/sh", "");
	assert_false(tracker_drift(w->t, w->last, &e, &all, &fresh));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_drift_is_new_once),
		TEST(a_short_life_is_looked_at),
		TEST(the_baseline_is_of_the_exec),
		TEST(an_end_is_no_drift),
		TEST(who_moves_to_a_neighbour_stays),
		TEST(the_host_does_not_drift),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
