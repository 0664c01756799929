/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_process.c - the process table and the kernel's process events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "saker/base/clock.h"
#include "saker/base/limits.h"
#include "saker/process/connector.h"
#include "saker/process/mounts.h"
#include "saker/process/table.h"

#define SEC NS_PER_SEC

static struct process_table *new_table(unsigned max, struct counters *counters)
{
	struct process_table *t =
		process_table_new(&(struct process_table_options){
			.max = max, .counters = counters });

	assert_non_null(t);
	return t;
}

static void test_incarnations(void **state)
{
	struct process_table *t = new_table(0, NULL);
	struct process *a, *b;

	(void)state;
	a = process_table_add(t, 7, 100 * SEC);
	assert_ptr_equal(process_table_find(t, 7, 101 * SEC), a);
	/* a coarse stamp may be older than the start */
	assert_ptr_equal(process_table_find(t, 7, 100 * SEC - 4 * NS_PER_MS),
	                 a);
	assert_null(process_table_find(t, 7, 99 * SEC));
	assert_null(process_table_find(t, 8, 101 * SEC));
	b = process_table_add(t, 7, 200 * SEC);
	assert_int_equal(a->exit_ns, 200 * SEC);
	assert_ptr_equal(process_table_find(t, 7, 150 * SEC), a);
	assert_ptr_equal(process_table_find(t, 7, 200 * SEC), b);
	assert_ptr_equal(process_table_newest(t, 7), b);
	assert_int_equal(process_table_count(t), 2);
	process_table_free(t);
}

static void test_grace(void **state)
{
	struct process_table *t = new_table(0, NULL);
	struct process *a = process_table_add(t, 7, SEC);

	(void)state;
	process_table_exit(t, a, 10 * SEC);
	process_table_expire(t, 15 * SEC, 0);
	assert_ptr_equal(process_table_find(t, 7, 9 * SEC), a);
	process_table_expire(t, 20 * SEC, 0);
	assert_null(process_table_find(t, 7, 9 * SEC));
	assert_int_equal(process_table_count(t), 0);
	/* the stream stands still, the machine does not */
	a = process_table_add(t, 8, SEC);
	process_table_exit(t, a, 10 * SEC);
	process_table_expire(t, 11 * SEC, 30 * SEC);
	assert_int_equal(process_table_count(t), 1);
	process_table_expire(t, 11 * SEC, 71 * SEC);
	assert_int_equal(process_table_count(t), 0);
	a = process_table_add(t, 9, SEC);
	process_table_exit(t, a, 10 * SEC);
	process_table_revive(a);
	process_table_expire(t, 100 * SEC, 0);
	assert_int_equal(process_table_count(t), 1);
	process_table_free(t);
}

/* A held process outlives the table, its parent only while that is listed. */
static void test_references(void **state)
{
	struct process_table *t = new_table(0, NULL);
	struct process *a = process_table_add(t, 1, 1);
	struct process *b = process_table_add(t, 2, 2);
	struct process *c = process_table_add(t, 3, 3);

	(void)state;
	process_table_set_parent(b, a);
	process_table_set_parent(c, b);
	assert_ptr_equal(process_ancestor(c, 0), c);
	assert_ptr_equal(process_ancestor(c, 2), a);
	assert_null(process_ancestor(c, 3));
	/* no circles, whatever a record claims */
	process_table_set_parent(a, c);
	assert_null(a->parent);
	process_table_set_parent(a, a);
	assert_null(a->parent);
	process_ref(c);
	process_table_free(t);
	assert_int_equal(c->pid, 3);
	process_unref(c);
}

static void test_limit(void **state)
{
	struct counters counters = { 0 };
	struct process_table *t = new_table(10, &counters);
	struct process *parent = process_table_add(t, 1, 1);

	(void)state;
	for (pid_t pid = 2; pid <= 100; pid++) {
		struct process *p = process_table_add(t, pid, 1);

		assert_non_null(p);
		process_table_set_parent(p, process_table_newest(t, 1));
	}
	assert_int_equal(process_table_count(t), 10);
	assert_int_equal(counter_get(&counters, COUNTER_PROCESSES_EVICTED), 90);
	/* the oldest, but it has children */
	assert_ptr_equal(process_table_newest(t, 1), parent);
	assert_null(process_table_newest(t, 2));
	assert_non_null(process_table_newest(t, 100));
	/* the dead go before the living */
	process_table_exit(t, process_table_newest(t, 99), 50);
	assert_non_null(process_table_add(t, 200, 60));
	assert_null(process_table_newest(t, 99));
	assert_non_null(process_table_newest(t, 92));
	process_table_free(t);
}

/* Dead parents of dead parents must not pile up. */
static void test_chain_of_the_dead(void **state)
{
	struct process_table *t = new_table(0, NULL);
	struct process *p, *parent = NULL;
	unsigned length = 0;

	(void)state;
	for (unsigned i = 1; i < 5000; i++) {
		p = process_table_add(t, (pid_t)i, i * SEC);
		process_table_set_parent(p, parent);
		if (parent != NULL)
			process_table_exit(t, parent, i * SEC);
		process_table_expire(t, i * SEC, 0);
		parent = p;
	}
	assert_true(process_table_count(t) < 20);
	for (p = parent; p != NULL; p = p->parent)
		length++;
	assert_true(length < 30);
	process_table_free(t);
}

static void test_long_chain(void **state)
{
	struct process_table *t = new_table(0, NULL);
	struct process *p, *parent = NULL;

	(void)state;
	for (unsigned i = 1; i < LIMIT_PROCESSES; i++) {
		p = process_table_add(t, (pid_t)i, 1);
		process_table_set_parent(p, parent);
		parent = p;
	}
	process_ref(parent);
	process_table_free(t);
	process_unref(parent);
}

static void test_mounts(void **state)
{
	struct process_table *t = new_table(0, NULL);
	struct process *p = process_table_add(t, 1, 1);

	(void)state;
	for (int fd = 0; fd < 20; fd++)
		process_mount_put(p, PROCESS_MOUNT_CONTEXT, fd, 7, STR("/dev"));
	process_mount_put(p, PROCESS_MOUNT_DETACHED, 19, 0, STR_NONE);
	/* the oldest are forgotten */
	assert_null(process_mount_find(p, PROCESS_MOUNT_CONTEXT, 4));
	assert_int_equal(process_mount_find(p, PROCESS_MOUNT_CONTEXT, 5)->rdev,
	                 7);
	assert_false(process_mount_take(p, PROCESS_MOUNT_CONTEXT, 0));
	assert_true(process_mount_take(p, PROCESS_MOUNT_DETACHED, 19));
	assert_false(process_mount_take(p, PROCESS_MOUNT_DETACHED, 19));
	process_table_free(t);
}

static void test_argv(void **state)
{
	struct process_table *t = new_table(0, NULL);
	struct process *p = process_table_add(t, 1, 1);
	static char big[3000];
	struct str argv[] = { STR("a"),
		              STR(""),
		              STR("b c"),
		              { big, sizeof(big) },
		              { big, sizeof(big) } };

	(void)state;
	memset(big, 'x', sizeof(big));
	process_set_argv(p, argv, 3);
	assert_int_equal(p->argc, 3);
	assert_string_equal(p->cmdline.s, "a  b c");
	assert_int_equal(process_arg(p, 1).len, 0);
	assert_string_equal(process_arg(p, 2).s, "b c");
	assert_null(process_arg(p, 3).s);
	process_set_argv(p, argv, 5);
	assert_int_equal(p->argc, 4);
	assert_true(p->cmdline.len <= LIMIT_CMDLINE_BYTES);
	argv[0] = (struct str){ big, sizeof(big) };
	process_set_argv(p, argv, 0);
	assert_int_equal(p->argc, 0);
	assert_string_equal(p->cmdline.s, "");
	process_put_text(p, &p->exe, STR("/bin/x"));
	assert_string_equal(p->exe.s, "/bin/x");
	process_table_free(t);
}

/* Hostile command lines of many processes must not fill the memory. */
static void test_texts_are_bounded(void **state)
{
	struct counters counters = { 0 };
	struct process_table *t = new_table(0, &counters);
	struct process *p = NULL, *child;
	char big[LIMIT_CMDLINE_BYTES];
	struct str argv[] = { { big, sizeof(big) - 8 }, STR("end") };
	pid_t pid = 0;

	(void)state;
	memset(big, 'x', sizeof(big));
	while (counter_get(&counters, COUNTER_TEXTS_CUT) == 0) {
		assert_true(++pid < 10000);
		p = process_table_add(t, pid, 1);
		process_set_argv(p, argv, 2);
	}
	assert_in_range(pid, LIMIT_PROCESS_TEXT_BYTES / sizeof(big) / 2,
	                LIMIT_PROCESS_TEXT_BYTES / sizeof(big) * 2);
	assert_int_equal(p->argc, 1);
	assert_true(p->cmdline.len < LIMIT_PROCESS_TEXT_SHORT);
	process_put_text(p, &p->exe, argv[0]);
	assert_int_equal(p->exe.len, LIMIT_PROCESS_TEXT_SHORT);
	/* shared ones take nothing; short ones are never cut */
	child = process_table_add(t, 20000, 1);
	process_share_texts(child, process_table_newest(t, 1));
	assert_int_equal(child->argc, 2);
	assert_ptr_equal(child->cmdline.s,
	                 process_table_newest(t, 1)->cmdline.s);
	process_put_text(child, &child->comm, STR("short"));
	assert_string_equal(child->comm.s, "short");
	/* what ends gives its room back */
	for (pid = 1; pid < 100; pid++)
		process_table_exit(t, process_table_newest(t, pid), SEC);
	process_table_expire(t, 100 * SEC, 0);
	process_set_argv(p, argv, 2);
	assert_int_equal(p->argc, 2);
	process_table_free(t);
}

struct datagram {
	struct nlmsghdr head;
	char rest[sizeof(struct cn_msg) + sizeof(struct proc_event)];
};

static struct str make(struct datagram *d, const struct proc_event *e)
{
	struct cn_msg m = { .id = { CN_IDX_PROC, CN_VAL_PROC },
		            .len = sizeof(*e) };

	d->head = (struct nlmsghdr){ .nlmsg_len = sizeof(*d),
		                     .nlmsg_type = NLMSG_DONE };
	memcpy(d->rest, &m, sizeof(m));
	memcpy(d->rest + sizeof(m), e, sizeof(*e));
	return (struct str){ (const char *)d, sizeof(*d) };
}

static void test_parse(void **state)
{
	struct proc_event p = { .what = PROC_EVENT_FORK, .timestamp_ns = 5 };
	struct connector_event e;
	struct datagram d;

	(void)state;
	p.event_data.fork.parent_pid = 11;
	p.event_data.fork.parent_tgid = 10;
	p.event_data.fork.child_pid = 20;
	p.event_data.fork.child_tgid = 20;
	assert_true(connector_parse(make(&d, &p), 1000, &e));
	assert_int_equal(e.kind, CONNECTOR_FORK);
	assert_int_equal(e.pid, 20);
	assert_int_equal(e.parent, 10);
	assert_int_equal(e.time_ns, 1005);
	p.event_data.fork.child_pid = 21; /* a thread */
	assert_false(connector_parse(make(&d, &p), 0, &e));
	p.what = PROC_EVENT_EXIT;
	p.event_data.exit.process_pid = 30;
	p.event_data.exit.process_tgid = 30;
	assert_true(connector_parse(make(&d, &p), 0, &e));
	assert_int_equal(e.kind, CONNECTOR_EXIT);
	p.what = PROC_EVENT_UID;
	assert_false(connector_parse(make(&d, &p), 0, &e));
	p.what = PROC_EVENT_EXEC;
	for (size_t n = 0; n < sizeof(d.head) + sizeof(struct cn_msg) + 24; n++)
		assert_false(connector_parse(str_take(make(&d, &p), n), 0, &e));
	make(&d, &p);
	d.rest[0] = 99; /* another connector's message */
	assert_false(
		connector_parse((struct str){ (char *)&d, sizeof(d) }, 0, &e));
}

struct seen {
	pid_t pid;
	unsigned forks, execs, exits;
	bool parent_ok, time_ok;
};

static void count(void *arg, const struct connector_event *e)
{
	struct seen *s = arg;
	uint64_t now = clock_realtime_ns();

	if (e->pid != s->pid)
		return;
	s->forks += e->kind == CONNECTOR_FORK;
	s->execs += e->kind == CONNECTOR_EXEC;
	s->exits += e->kind == CONNECTOR_EXIT;
	if (e->kind == CONNECTOR_FORK)
		s->parent_ok = e->parent == getpid();
	s->time_ok = e->time_ns <= now && e->time_ns + 60 * SEC > now;
}

/* Needs the kernel's leave. */
static void test_live(void **state)
{
	struct counters counters = { 0 };
	struct connector *c;
	struct seen seen = { 0 };
	int status;

	(void)state;
	if (connector_open(&counters, &c) != 0)
		skip();
	seen.pid = fork();
	assert_true(seen.pid >= 0);
	if (seen.pid == 0) {
		execlp("true", "true", (char *)NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(seen.pid, &status, 0), seen.pid);
	for (unsigned i = 0; i < 100 && seen.exits == 0; i++) {
		struct pollfd p = { .fd = connector_fd(c), .events = POLLIN };

		poll(&p, 1, 100);
		connector_drain(c, count, &seen);
	}
	assert_int_equal(seen.forks, 1);
	assert_int_equal(seen.execs, 1);
	assert_int_equal(seen.exits, 1);
	assert_true(seen.parent_ok);
	assert_true(seen.time_ok);
	assert_true(counter_get(&counters, COUNTER_CONNECTOR_EVENTS) >= 3);
	connector_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_incarnations),
		cmocka_unit_test(test_grace),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_chain_of_the_dead),
		cmocka_unit_test(test_long_chain),
		cmocka_unit_test(test_argv),
		cmocka_unit_test(test_texts_are_bounded),
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
