/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_scale.c - 50,000 living processes and 2,000 containers, while a hundred
 * thousand others come and go: nobody is forgotten, memory stays small. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "replay.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "tracking.h"

#define CONTAINERS       2000
#define IN_CONTAINER     15
#define ON_HOST          20000
#define STORM            100000
#define STORM_PIDS       20000 /* they are used again and again */
#define MEMORY_BYTES     ((size_t)64 * 1024 * 1024)
#define CONTAINER_PID    100000
#define STORM_PID        1000000
#define PIDS_A_CONTAINER 32
#define RUNC             "/usr/bin/runc"
#define RUNC_INODE       77

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED true
#else
#define IS_SANITIZED false
#endif

struct crowd {
	struct host host; /* knows each process's cgroup and nothing else */
	struct host_ops ops;
	struct tracker *t;
	struct counters counters;
	struct buf text;
	uint64_t now_ns;
	unsigned serial;
	size_t begin_bytes;
};

static size_t resident_bytes(void)
{
	auto_buf struct buf text = BUF_INIT;
	struct str rest, word;
	uint64_t pages = 0;

	assert_true(io_read_at(AT_FDCWD, "/proc/self/statm", 4096, &text) == 0);
	rest = buf_str(&text);
	assert_true(str_split(&rest, ' ', &word));
	assert_true(str_split(&rest, ' ', &word));
	assert_true(str_to_u64(word, 10, &pages));
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static int no_process(struct host *h, pid_t pid, unsigned want, struct arena *a,
                      struct host_process *ret)
{
	(void)h, (void)pid, (void)want, (void)a, (void)ret;
	return E_NOT_FOUND;
}

static void add_id(struct buf *out, unsigned container)
{
	buf_printf(out, "%064x", container + 1);
}

/* The runtime itself (the first pid of each) is the host's. */
static int cgroup_of(struct host *h, pid_t pid, struct buf *out)
{
	unsigned n = (unsigned)(pid - CONTAINER_PID);

	(void)h;
	if (pid < CONTAINER_PID || n / PIDS_A_CONTAINER >= CONTAINERS ||
	    n % PIDS_A_CONTAINER == 0) {
		buf_add_str(out, STR("0::/user.slice\n"));
		return 0;
	}
	buf_add_str(out, STR("0::/docker/"));
	add_id(out, n / PIDS_A_CONTAINER);
	buf_add_byte(out, '\n');
	return 0;
}

static int file_of(struct host *h, const char *path, struct file_id *ret)
{
	(void)h;
	if (strcmp(path, RUNC) != 0)
		return E_NOT_FOUND;
	*ret = (struct file_id){ 0xfe00, RUNC_INODE };
	return 0;
}

static void begin(struct crowd *c)
{
	struct host *none = host_none_new();

	assert_non_null(none);
	*c = (struct crowd){ .ops = *none->ops, .serial = 1 };
	host_free(none);
	c->ops.process = no_process;
	c->ops.cgroup = cgroup_of;
	c->ops.file_id = file_of;
	c->host.ops = &c->ops;
	c->now_ns = clock_realtime_ns() - 50 * NS_PER_SEC;
	c->begin_bytes = resident_bytes();
	c->t = tracker_new(&(struct tracker_options){
		.host = &c->host, .counters = &c->counters });
	assert_non_null(c->t);
}

static void happen(struct crowd *c, enum connector_kind kind, pid_t pid,
                   pid_t parent)
{
	c->now_ns += 20 * NS_PER_US;
	birth_by_connector(c->t,
	                   &(struct connector_event){ .kind = kind,
	                                              .pid = pid,
	                                              .parent = parent,
	                                              .time_ns = c->now_ns });
}

static void add_stamp(struct crowd *c)
{
	buf_printf(&c->text, " msg=audit(%llu.%03llu:%u): ",
	           (unsigned long long)(c->now_ns / NS_PER_SEC),
	           (unsigned long long)(c->now_ns / NS_PER_MS % 1000),
	           c->serial);
}

/* An execve as the kernel records it, with a command line of its own. */
static void add_exec(struct crowd *c, pid_t pid, pid_t parent, const char *exe,
                     unsigned inode)
{
	bool is_runc = strcmp(exe, RUNC) == 0;
	unsigned container = (unsigned)(pid - CONTAINER_PID) / PIDS_A_CONTAINER;

	c->now_ns += 200 * NS_PER_US;
	buf_add_str(&c->text, STR("type=SYSCALL"));
	add_stamp(c);
	buf_printf(&c->text,
	           "arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 "
	           "a3=4 items=1 ppid=%d pid=%d auid=1000 uid=0 gid=0 euid=0 "
	           "suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=3 "
	           "comm=\"name\" exe=\"%s\" key=\"x\"\ntype=EXECVE",
	           (int)parent, (int)pid, exe);
	add_stamp(c);
	if (is_runc) {
		buf_add_str(&c->text,
		            STR("argc=3 a0=\"runc\" a1=\"run\" a2=\""));
		add_id(&c->text, container);
		buf_add_str(&c->text, STR("\""));
	} else {
		buf_printf(&c->text,
		           "argc=5 a0=\"%s\" a1=\"--config\" "
		           "a2=\"/etc/service/config-%d.yaml\" a3=\"--port\" "
		           "a4=\"%d\"",
		           exe, (int)pid, (int)pid);
	}
	buf_add_str(&c->text, STR("\ntype=CWD"));
	add_stamp(c);
	buf_add_str(&c->text, STR("cwd=\"/srv/service\"\ntype=PATH"));
	add_stamp(c);
	buf_printf(&c->text,
	           "item=0 name=\"%s\" inode=%u dev=fe:00 mode=0100755 ouid=0 "
	           "ogid=0 rdev=00:00 nametype=NORMAL\ntype=EOE",
	           exe, inode);
	add_stamp(c);
	buf_add_byte(&c->text, '\n');
	c->serial++;
}

static void ignore(void *arg, struct audit_event *e, struct process *p)
{
	(void)arg, (void)e;
	assert_non_null(p);
}

static void feed(struct crowd *c)
{
	assert_false(c->text.failed);
	replay_text(c->t, buf_str(&c->text), ignore, NULL);
	buf_clear(&c->text);
}

static pid_t pid_in(unsigned container, unsigned n)
{
	return (pid_t)(CONTAINER_PID + container * PIDS_A_CONTAINER + n);
}

/* The runtime, the container's program and its children; the runtime ends. */
static void start_container(struct crowd *c, unsigned container)
{
	pid_t runtime = pid_in(container, 0), first = pid_in(container, 1);

	happen(c, CONNECTOR_FORK, runtime, 2);
	add_exec(c, runtime, 2, RUNC, RUNC_INODE);
	happen(c, CONNECTOR_FORK, first, runtime);
	add_exec(c, first, runtime, "/usr/sbin/service", 5);
	for (unsigned n = 2; n <= IN_CONTAINER; n++) {
		happen(c, CONNECTOR_FORK, pid_in(container, n), first);
		add_exec(c, pid_in(container, n), first, "/usr/lib/worker", 6);
	}
	feed(c);
	happen(c, CONNECTOR_EXIT, runtime, 0);
}

static void start_host(struct crowd *c, unsigned n)
{
	happen(c, CONNECTOR_FORK, (pid_t)n, n > 1000 ? (pid_t)(n / 10) : 1);
	add_exec(c, (pid_t)n, 1, "/usr/sbin/hosted", 8);
	feed(c);
}

/* Children of everybody, which execute something and end. */
static void storm(struct crowd *c)
{
	for (unsigned n = 0; n < STORM; n++) {
		pid_t pid = (pid_t)(STORM_PID + n % STORM_PIDS);
		pid_t parent = pid_in(n % CONTAINERS, 1 + n % IN_CONTAINER);

		happen(c, CONNECTOR_FORK, pid, parent);
		add_exec(c, pid, parent, "/bin/short", 9);
		if (n % 64 == 0)
			feed(c);
		happen(c, CONNECTOR_EXIT, pid, 0);
	}
	feed(c);
	tracker_connector_drain(c->t);
}

static void check_container(struct crowd *c, unsigned container)
{
	auto_buf struct buf id = BUF_INIT;

	add_id(&id, container);
	for (unsigned n = 1; n <= IN_CONTAINER; n++) {
		const struct process *p =
			tracker_process(c->t, pid_in(container, n));

		assert_non_null(p);
		assert_int_equal(p->exit_ns, 0);
		assert_int_equal(p->state, PROCESS_CONTAINER);
		assert_true(str_eq(p->container->full_id, buf_str(&id)));
		assert_int_equal(p->argc, 5);
	}
}

static double lookup_ns(struct crowd *c, unsigned step)
{
	uint64_t start = clock_monotonic_ns();
	unsigned found = 0, asked = 0;

	for (unsigned round = 0; round < 20; round++)
		for (unsigned n = 1; n <= ON_HOST; n += step, asked++)
			found += process_table_find(c->t->processes, (pid_t)n,
			                            c->now_ns) != NULL;
	return found == 0 ? 0 : (double)(clock_monotonic_ns() - start) / asked;
}

static void everybody_alive_is_known(void **state)
{
	struct crowd c;
	double few, many;
	size_t bytes;

	(void)state;
	begin(&c);
	for (unsigned n = 1; n <= 500; n++)
		start_host(&c, n);
	few = lookup_ns(&c, 1);
	for (unsigned n = 501; n <= ON_HOST; n++)
		start_host(&c, n);
	for (unsigned n = 0; n < CONTAINERS; n++)
		start_container(&c, n);
	assert_true(tracker_process_count(c.t) >=
	            ON_HOST + CONTAINERS * IN_CONTAINER);
	storm(&c);
	many = lookup_ns(&c, 1);
	bytes = resident_bytes() - c.begin_bytes;
	print_message(
		"%zu processes, %zu containers: %.1f MiB; a lookup takes "
		"%.0f ns of 500, %.0f ns of all\n",
		tracker_process_count(c.t), tracker_container_count(c.t),
		(double)bytes / 1024 / 1024, few, many);
	assert_int_equal(tracker_container_count(c.t), CONTAINERS);
	for (unsigned n = 0; n < CONTAINERS; n++)
		check_container(&c, n);
	for (unsigned n = 1; n <= ON_HOST; n++)
		assert_non_null(tracker_process(c.t, (pid_t)n));
	assert_int_equal(counter_get(&c.counters, COUNTER_PROCESSES_EVICTED),
	                 0);
	assert_int_equal(counter_get(&c.counters, COUNTER_CONTAINERS_EVICTED),
	                 0);
	assert_int_equal(counter_get(&c.counters, COUNTER_TEXTS_CUT), 0);
	if (!IS_SANITIZED)
		assert_true(bytes < MEMORY_BYTES);
	buf_done(&c.text);
	tracker_free(c.t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybody_alive_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
