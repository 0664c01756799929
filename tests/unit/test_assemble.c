/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_assemble.c - which records make which event, and that none gets lost
 * uncounted. */
#include "saker/audit/assemble.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* after those */
#include <cmocka.h>
#include <libaudit.h>
#include <stdio.h>

#include "saker/base/clock.h"
#include "saker/base/limits.h"

struct fixture {
	struct counters counters;
	struct assembler *a;
	uint64_t now_ns;
	uint64_t in;
	size_t records_out;
	int unwanted_items; /* calls that announce so many paths, if not 0 */
	struct buf events;  /* "SERIAL/RECORDS" and flags, blank between */
};

static bool wants(void *arg, const struct audit_syscall *s)
{
	const struct fixture *f = arg;

	return f->unwanted_items == 0 || (int)s->items != f->unwanted_items;
}

static struct fixture *start(bool is_log, unsigned max_open)
{
	struct fixture *f = test_calloc(1, sizeof(*f));
	struct assembler_options options = { .is_log = is_log,
		                             .max_open = max_open,
		                             .counters = &f->counters,
		                             .wants = wants,
		                             .wants_arg = f };

	f->a = assembler_new(&options);
	assert_non_null(f->a);
	f->now_ns = 1000 * NS_PER_SEC;
	return f;
}

static void drain(struct fixture *f)
{
	struct audit_event *e;

	while ((e = assembler_next(f->a)) != NULL) {
		buf_printf(&f->events, "%llu/%zu%s%s ",
		           (unsigned long long)e->stamp.serial, e->nrecords,
		           e->is_complete ? "" : "?", e->is_partial ? "!" : "");
		f->records_out += e->nrecords;
		assembler_release(f->a, e);
	}
}

static int add(struct fixture *f, const char *line)
{
	struct frame frame = { .text = str_from(line) };
	int error = assembler_add(f->a, &frame, f->now_ns);

	f->in++;
	drain(f);
	return error;
}

/* "SYSCALL 5" or "n SYSCALL 5 1002.500 items=1" at stamp 1000.000 unless given
 */
static void put(struct fixture *f, const char *type, unsigned serial,
                const char *rest)
{
	char line[512];

	snprintf(line, sizeof(line), "type=%s msg=audit(1000.000:%u): %s", type,
	         serial, rest);
	assert_int_equal(add(f, line), 0);
}

static uint64_t get(const struct fixture *f, enum counter id)
{
	return counter_get(&f->counters, id);
}

/* What came in is in events, pending, or counted for what it was. */
static void finish(struct fixture *f, const char *expected)
{
	uint64_t eoe = get(f, COUNTER_RECORDS_PARSED) - f->records_out -
	               assembler_pending(f->a);

	assert_true(eoe <= f->in);
	assert_int_equal(f->in, get(f, COUNTER_RECORDS_PARSED) +
	                                get(f, COUNTER_RECORDS_MALFORMED) +
	                                get(f, COUNTER_RECORDS_LATE) +
	                                get(f, COUNTER_RECORDS_EXCESS));
	assembler_flush(f->a);
	drain(f);
	assert_int_equal(assembler_pending(f->a), 0);
	assert_int_equal(f->records_out + eoe, get(f, COUNTER_RECORDS_PARSED));
	assert_string_equal(buf_cstr(&f->events), expected);
	assembler_free(f->a);
	buf_done(&f->events);
	test_free(f);
}

static void live_ends_at_eoe(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	put(f, "SYSCALL", 5, "items=1");
	put(f, "SYSCALL", 6, "items=0");
	put(f, "PATH", 5, "item=0");
	put(f, "PROCTITLE", 5, "proctitle=\"x\"");
	assert_int_equal(f->events.len, 0);
	assert_int_equal(assembler_pending(f->a), 4);
	put(f, "EOE", 6, "");
	put(f, "EOE", 5, "");
	assert_int_equal(get(f, COUNTER_EVENTS_COMPLETE), 2);
	finish(f, "6/1 5/3 ");
}

static void live_timer(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	assert_int_equal(assembler_deadline(f->a), 0);
	put(f, "AVC", 5, "");
	assert_int_equal(assembler_deadline(f->a), f->now_ns + 2 * NS_PER_SEC);
	f->now_ns += NS_PER_SEC;
	put(f, "PATH", 6, "item=0");
	assembler_expire(f->a, f->now_ns + NS_PER_SEC - 1);
	drain(f);
	assert_int_equal(f->events.len, 0);
	f->now_ns += NS_PER_SEC;
	assembler_expire(f->a, f->now_ns);
	drain(f);
	assert_string_equal(buf_cstr(&f->events), "5/1? ");
	f->now_ns += NS_PER_SEC;
	assembler_expire(f->a, f->now_ns);
	drain(f);
	assert_int_equal(get(f, COUNTER_EVENTS_TIMED_OUT), 2);
	finish(f, "5/1? 6/1?! ");
}

static void alone(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	put(f, "USER_LOGIN", 1, "pid=1 msg='x'");
	put(f, "SECCOMP", 2, "sig=31");
	put(f, "ANOM_EXEC", 3, "");
	put(f, "UNKNOWN[2999]", 4, "");
	put(f, "DAEMON_START", 5, "");
	put(f, "UNKNOWN[1424]", 6, "status=deallocated");
	finish(f, "1/1 2/1 3/1 4/1 5/1 6/1? ");
}

/* Ubuntu's 5.15 gives a user message the serial of the sendto() it came by. */
static void system_call_of_user_message(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	put(f, "SERVICE_START", 1, "pid=1 msg='x'");
	put(f, "SYSCALL", 1, "items=0");
	put(f, "SOCKADDR", 1, "saddr=0100");
	put(f, "EOE", 1, "");
	finish(f, "1/1 1/2 ");
}

static void late_and_twice(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	put(f, "SYSCALL", 5, "items=0");
	put(f, "EOE", 5, "");
	put(f, "PROCTITLE", 5, "proctitle=\"x\"");
	put(f, "SYSCALL", 5, "items=0");
	put(f, "EOE", 5, "");
	assert_int_equal(get(f, COUNTER_RECORDS_LATE), 2);
	assert_int_equal(get(f, COUNTER_EVENTS_PARTIAL), 0);
	put(f, "EOE", 98, ""); /* the stream was joined behind its records */
	assert_int_equal(get(f, COUNTER_EVENTS_PARTIAL), 0);
	f->now_ns += NS_PER_SEC;
	put(f, "EOE", 99, ""); /* nothing of it was seen */
	finish(f, "5/1 ");
}

/* A call that blocks after an LSM logged about it must not get lost. */
static void system_call_after_timeout(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	put(f, "AVC", 5, "avc:  denied  { x } for");
	f->now_ns += 3 * NS_PER_SEC;
	assembler_expire(f->a, f->now_ns);
	drain(f);
	put(f, "CWD", 5, "cwd=\"/\"");
	assert_int_equal(get(f, COUNTER_RECORDS_LATE), 1);
	put(f, "SYSCALL", 5, "items=0");
	put(f, "CWD", 5, "cwd=\"/\"");
	put(f, "EOE", 5, "");
	finish(f, "5/1? 5/2 ");
}

static void partial(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	put(f, "PATH", 9, "item=1"); /* joined in the middle of it */
	put(f, "EOE", 9, "");
	assert_int_equal(get(f, COUNTER_EVENTS_PARTIAL), 0);
	f->now_ns += NS_PER_SEC;
	put(f, "SYSCALL", 1, "arch=c000003e syscall=257 items=2");
	put(f, "PATH", 1, "item=0");
	put(f, "EOE", 1, "");
	put(f, "CWD", 2, "cwd=\"/\"");
	put(f, "EOE", 2, "");
	put(f, "SYSCALL", 3, "items=0");
	put(f, "EXECVE", 3, "argc=2 a0=\"x\"");
	put(f, "EOE", 3, "");
	put(f, "SYSCALL", 4, "arch=c000003e syscall=240 items=2"); /* mq_open */
	put(f, "PATH", 4, "item=0");
	put(f, "EOE", 4, "");
	put(f, "SYSCALL", 5, "items=0");
	put(f, "EXECVE", 5, "argc=1 a0=\"x\"");
	put(f, "EOE", 5, "");
	assert_int_equal(get(f, COUNTER_EVENTS_PARTIAL), 3);
	finish(f, "9/1! 1/2! 2/1! 3/2! 4/2 5/2 ");
}

/* Whoever logs an event may be held back for long in the middle of it. */
static void joined_behind_a_slow_one(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	assembler_begin(f->a, 1000 * NS_PER_SEC + 1);
	put(f, "EOE", 1, "");
	f->now_ns += NS_PER_SEC;
	put(f, "PATH", 2, "item=1");
	put(f, "EOE", 2, "");
	put(f, "EOE", 3, "");
	assert_int_equal(get(f, COUNTER_EVENTS_PARTIAL), 0);
	f->now_ns += NS_PER_SEC;
	put(f, "EOE", 4, ""); /* by now it should have come */
	finish(f, "2/1! ");
}

static void began_after_the_stream_was_joined(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	assembler_begin(f->a, 1000 * NS_PER_SEC);
	put(f, "EOE", 1, "");
	f->now_ns += NS_PER_SEC;
	put(f, "PATH", 2, "item=1");
	put(f, "EOE", 2, "");
	finish(f, "2/1! ");
}

static void keys_differ(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	add(f, "node=a type=SYSCALL msg=audit(1.000:1): items=0");
	add(f, "node=b type=SYSCALL msg=audit(1.000:1): items=0");
	add(f, "type=SYSCALL msg=audit(1.000:1): items=0");
	add(f, "type=SYSCALL msg=audit(1.001:1): items=0");
	add(f, "type=SYSCALL msg=audit(2.000:1): items=0");
	add(f, "node=a type=CWD msg=audit(1.000:1): cwd=\"/\"");
	add(f, "node=a type=EOE msg=audit(1.000:1): ");
	finish(f, "1/2 1/1? 1/1? 1/1? 1/1? ");
}

static void kernel_frames(void **state)
{
	struct fixture *f = start(false, 0);
	struct frame frame = { .type = AUDIT_SYSCALL,
		               .text = STR("audit(1.000:1): items=0") };

	(void)state;
	f->in = 3;
	assert_int_equal(assembler_add(f->a, &frame, 1), 0);
	frame.type = AUDIT_EOE;
	frame.text = STR("audit(1.000:1): ");
	assert_int_equal(assembler_add(f->a, &frame, 1), 0);
	frame.text = STR("broken");
	assert_int_equal(assembler_add(f->a, &frame, 1), E_INVALID);
	finish(f, "1/1 ");
}

static void malformed(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	assert_int_equal(add(f, "nonsense"), E_INVALID);
	assert_int_equal(add(f, "type=SYSCALL msg=audit(1"), E_TRUNCATED);
	assert_int_equal(get(f, COUNTER_RECORDS_MALFORMED), 2);
	finish(f, "");
}

static void eviction(void **state)
{
	struct fixture *f = start(false, 2);

	(void)state;
	put(f, "SYSCALL", 1, "items=0");
	put(f, "SYSCALL", 2, "items=0");
	put(f, "SYSCALL", 3, "items=0");
	assert_int_equal(get(f, COUNTER_EVENTS_EVICTED), 1);
	put(f, "EOE", 3, "");
	finish(f, "1/1? 3/1 2/1? ");
}

static void record_limit(void **state)
{
	struct fixture *f = start(false, 0);
	char expected[32];

	(void)state;
	put(f, "SYSCALL", 1, "items=0");
	for (unsigned i = 0; i < LIMIT_EVENT_RECORDS; i++)
		put(f, "OBJ_PID", 1, "opid=1");
	assert_int_equal(get(f, COUNTER_RECORDS_EXCESS), 1);
	put(f, "EOE", 1, "");
	snprintf(expected, sizeof(expected), "1/%u! ", LIMIT_EVENT_RECORDS);
	finish(f, expected);
}

static void byte_limit(void **state)
{
	struct fixture *f = start(false, 0);
	struct buf line = BUF_INIT;
	struct frame frame;

	(void)state;
	buf_add_str(&line, STR("type=EXECVE msg=audit(1.000:1): a0="));
	while (line.len < LIMIT_LINE_BYTES)
		buf_add_byte(&line, 'A');
	frame = (struct frame){ .text = buf_str(&line) };
	for (unsigned i = 0; i < LIMIT_EVENT_BYTES / LIMIT_LINE_BYTES; i++) {
		f->in++;
		assert_int_equal(assembler_add(f->a, &frame, 1), 0);
	}
	assert_true(get(f, COUNTER_RECORDS_EXCESS) > 0);
	assembler_flush(f->a);
	drain(f);
	assert_true(str_has_suffix(buf_str(&f->events), STR("?! ")));
	buf_clear(&f->events);
	finish(f, "");
	buf_done(&line);
}

/* Rules may exclude EOE: after some events that came out late for want of it,
 * PROCTITLE ends them at once. */
static void live_without_eoe(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	for (unsigned i = 1; i <= 16; i++) {
		put(f, "SYSCALL", i, "items=0");
		put(f, "PROCTITLE", i, "proctitle=\"x\"");
		assert_int_equal(f->events.len, 0);
	}
	f->now_ns += 2 * NS_PER_SEC;
	assembler_expire(f->a, f->now_ns);
	drain(f);
	buf_clear(&f->events);
	put(f, "SYSCALL", 17, "items=0");
	put(f, "PROCTITLE", 17, "proctitle=\"x\"");
	finish(f, "17/2 ");
}

/* What waits as the lack of EOE is learnt comes before what follows. */
static void live_without_eoe_in_order(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	for (unsigned i = 1; i <= 18; i++) {
		put(f, "SYSCALL", i, "items=0");
		put(f, "PROCTITLE", i, "proctitle=\"x\"");
		if (i == 16)
			f->now_ns += NS_PER_SEC;
	}
	put(f, "SYSCALL", 19, "items=0");
	f->now_ns += NS_PER_SEC;
	assembler_expire(f->a, f->now_ns);
	put(f, "SYSCALL", 20, "items=0");
	put(f, "PROCTITLE", 20, "proctitle=\"x\"");
	put(f, "PROCTITLE", 19, "proctitle=\"x\"");
	finish(f,
	       "1/2 2/2 3/2 4/2 5/2 6/2 7/2 8/2 9/2 10/2 11/2 12/2 13/2 14/2 "
	       "15/2 16/2 17/2 18/2 20/2 19/2 ");
}

static void log_ends_at_proctitle(void **state)
{
	struct fixture *f = start(true, 0);

	(void)state;
	put(f, "SYSCALL", 5, "items=1");
	put(f, "PATH", 5, "item=0");
	put(f, "PROCTITLE", 5, "proctitle=\"x\"");
	assert_string_equal(buf_cstr(&f->events), "5/3 ");
	put(f, "EOE", 5, ""); /* a stream with EOE after all */
	put(f, "SYSCALL", 6, "items=0");
	put(f, "PROCTITLE", 6, "proctitle=\"x\"");
	put(f, "EOE", 6, "");
	assert_int_equal(get(f, COUNTER_RECORDS_LATE), 0);
	assert_int_equal(get(f, COUNTER_EVENTS_PARTIAL), 0);
	assert_int_equal(assembler_deadline(f->a), 0);
	finish(f, "5/3 6/2 ");
}

static void log_reversed(void **state)
{
	struct fixture *f = start(true, 0);

	(void)state;
	put(f, "PROCTITLE", 5, "proctitle=\"x\"");
	put(f, "PATH", 5, "item=0");
	put(f, "CWD", 5, "cwd=\"/\"");
	put(f, "SYSCALL", 5, "items=1");
	finish(f, "5/4 ");
}

/* io_uring operations and AVCs have no PROCTITLE; what follows waits for them.
 */
static void log_keeps_order(void **state)
{
	struct fixture *f = start(true, 0);

	(void)state;
	put(f, "AVC", 1, "");
	put(f, "URINGOP", 2, "uring_op=18 items=1 pid=7");
	put(f, "SYSCALL", 3, "items=0 pid=7");
	put(f, "PROCTITLE", 3, "proctitle=\"x\"");
	put(f, "PATH", 2, "item=0");
	assert_int_equal(f->events.len, 0);
	add(f, "type=SYSCALL msg=audit(1001.999:4): items=0");
	assert_int_equal(f->events.len, 0);
	add(f, "type=CWD msg=audit(1002.000:4): cwd=\"/\"");
	finish(f, "1/1? 2/2 3/2 4/1? 4/1?! ");
}

static void log_sorts_serials(void **state)
{
	struct fixture *f = start(true, 0);

	(void)state;
	put(f, "SYSCALL", 8, "items=0");
	put(f, "SYSCALL", 7, "items=0");
	put(f, "SYSCALL", 9, "items=0");
	put(f, "PROCTITLE", 9, "");
	put(f, "PROCTITLE", 8, "");
	put(f, "PROCTITLE", 7, "");
	finish(f, "7/2 8/2 9/2 ");
}

/* One absurd stamp ends what is open, and does no harm to what follows; another
 * node's clock may be ahead. */
static void log_stamps(void **state)
{
	struct fixture *f = start(true, 0);

	(void)state;
	put(f, "SYSCALL", 1, "items=0");
	add(f, "node=b type=SYSCALL msg=audit(1030.000:1): items=0");
	assert_int_equal(f->events.len, 0);
	add(f, "type=USER msg=audit(9999999999.000:2): msg='x'");
	assert_string_equal(buf_cstr(&f->events), "1/1? 1/1? 2/1 ");
	put(f, "SYSCALL", 3, "items=0");
	put(f, "PROCTITLE", 3, "");
	finish(f, "1/1? 1/1? 2/1 3/2 ");
}

/* Of an unwanted call the SYSCALL is left, and what is news by itself; it ends
 * as others do. */
static void unwanted_keeps_its_head(void **state)
{
	struct fixture *f = start(false, 0);

	(void)state;
	f->unwanted_items = 2;
	put(f, "AVC", 5, "avc: denied");
	put(f, "SYSCALL", 5, "items=2");
	put(f, "CWD", 5, "cwd=\"/\"");
	put(f, "PATH", 5, "item=0");
	put(f, "PATH", 5, "item=1");
	put(f, "MAC_STATUS", 5, "enforcing=0");
	put(f, "PROCTITLE", 5, "proctitle=\"x\"");
	put(f, "EOE", 5, "");
	put(f, "SYSCALL", 6, "items=2");
	put(f, "PATH", 6, "item=0");
	put(f, "EOE", 6, "");
	put(f, "SYSCALL", 7, "items=1");
	put(f, "PATH", 7, "item=0");
	put(f, "EOE", 7, "");
	assert_int_equal(get(f, COUNTER_EVENTS_UNWANTED), 2);
	assert_int_equal(get(f, COUNTER_RECORDS_PARSED), f->in);
	f->records_out = f->in - 3; /* what was not kept is told by no event */
	finish(f, "5/3 6/1! 7/2 ");
}

static void unwanted_log_ends(void **state)
{
	struct fixture *f = start(true, 0);

	(void)state;
	f->unwanted_items = 1;
	put(f, "SYSCALL", 5, "items=1");
	put(f, "PATH", 5, "item=0");
	assert_int_equal(f->events.len, 0);
	put(f, "PROCTITLE", 5, "proctitle=\"x\"");
	assert_string_equal(buf_cstr(&f->events), "5/1 ");
	f->records_out = f->in;
	finish(f, "5/1 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(live_ends_at_eoe),
		cmocka_unit_test(live_timer),
		cmocka_unit_test(alone),
		cmocka_unit_test(system_call_of_user_message),
		cmocka_unit_test(late_and_twice),
		cmocka_unit_test(system_call_after_timeout),
		cmocka_unit_test(partial),
		cmocka_unit_test(joined_behind_a_slow_one),
		cmocka_unit_test(began_after_the_stream_was_joined),
		cmocka_unit_test(keys_differ),
		cmocka_unit_test(kernel_frames),
		cmocka_unit_test(malformed),
		cmocka_unit_test(eviction),
		cmocka_unit_test(record_limit),
		cmocka_unit_test(byte_limit),
		cmocka_unit_test(live_without_eoe),
		cmocka_unit_test(live_without_eoe_in_order),
		cmocka_unit_test(log_ends_at_proctitle),
		cmocka_unit_test(log_reversed),
		cmocka_unit_test(log_keeps_order),
		cmocka_unit_test(log_sorts_serials),
		cmocka_unit_test(log_stamps),
		cmocka_unit_test(unwanted_keeps_its_head),
		cmocka_unit_test(unwanted_log_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
