/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_redo.c - what a death leaves to be done again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "saker/audit/assemble.h"
#include "saker/base/limits.h"
#include "saker/source/redo.h"

struct fixture {
	struct counters counters;
	struct redo_log *log;
	struct assembler *assembler;
	uint64_t position;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->log = redo_new(0, &f->counters);
	assert_non_null(f->log);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	assembler_free(f->assembler);
	redo_free(f->log);
	free(f);
	return 0;
}

/* A process that begins; the one before it, if any, is dead. */
static void begin(struct fixture *f)
{
	assembler_free(f->assembler);
	f->assembler = assembler_new(&(struct assembler_options){
		.counters = &f->counters,
		.chain = redo_chain,
		.settle = redo_settle,
		.arg = f->log,
	});
	assert_non_null(f->assembler);
}

static void feed(struct fixture *f, const struct frame *frame)
{
	redo_feeding(f->log, frame->place);
	assert_int_equal(assembler_add(f->assembler, frame, 1), 0);
	redo_fed(f->log);
}

static uint64_t take(struct fixture *f, const char *text)
{
	const struct redo_origin from = { 3, f->position, f->position };
	struct frame frame = { .text = str_from(text) };

	redo_add(f->log, &from, 1, &frame);
	assert_true(redo_has(f->log, 3, f->position));
	f->position++;
	assert_false(redo_has(f->log, 3, f->position));
	counter_add(&f->counters, COUNTER_RECORDS_IN, 1);
	feed(f, &frame);
	return frame.place;
}

/* Feeds what is to be done again; how much that was. */
static unsigned again(struct fixture *f)
{
	uint64_t cursor = 0, received_ns;
	struct frame frame;
	unsigned n = 0;

	while (redo_next(f->log, &cursor, &frame, &received_ns)) {
		feed(f, &frame);
		n++;
	}
	return n;
}

static size_t judge(struct fixture *f)
{
	struct audit_event *e = assembler_next(f->assembler);
	size_t n;

	assert_non_null(e);
	redo_judging(f->log, e->place);
	n = e->nrecords;
	assembler_release(f->assembler, e);
	redo_judging(f->log, 0);
	return n;
}

static bool is_balanced(const struct fixture *f)
{
	return counters_unaccounted(&f->counters, 0) == 0;
}

/* Two events on their way, records of them in turns; one ends. */
static void begin_two_events(struct fixture *f)
{
	begin(f);
	take(f, "type=SYSCALL msg=audit(1.000:1): items=1");
	take(f, "type=SYSCALL msg=audit(1.000:2): items=0");
	take(f, "type=PATH msg=audit(1.000:1): item=0");
	take(f, "type=EOE msg=audit(1.000:1): ");
}

static void done_again(void **state)
{
	struct fixture *f = *state;

	begin_two_events(f);
	begin(f);
	assert_false(redo_resume(f->log));
	assert_int_equal(again(f), 3); /* an EOE is done with at once */
	take(f, "type=EOE msg=audit(1.000:2): ");
	assert_int_equal(judge(f), 1);
	assert_int_equal(redo_oldest(f->log, 3, f->position), 0);
	begin(f);
	assert_false(redo_resume(f->log));
	assert_int_equal(again(f), 2);
	take(f, "type=EOE msg=audit(1.000:1): ");
	assert_int_equal(judge(f), 2);
	assert_int_equal(redo_oldest(f->log, 3, f->position), f->position);
	begin(f);
	assert_int_equal(again(f), 0);
	assert_true(is_balanced(f));
}

/* Where the process died before it had counted the record. */
static void counted_once(void **state)
{
	struct fixture *f = *state;
	struct frame frame = {
		.text = STR("type=SYSCALL msg=audit(1.000:1): items=0"),
	};

	begin(f);
	redo_add(f->log, &(struct redo_origin){ 0, 1, 0 }, 1, &frame);
	counter_add(&f->counters, COUNTER_RECORDS_IN, 1);
	redo_feeding(f->log, frame.place);
	assert_false(redo_resume(f->log));
	begin(f);
	assert_int_equal(again(f), 1);
	assert_int_equal(counter_get(&f->counters, COUNTER_RECORDS_PARSED), 1);
	/* and behind it */
	redo_feeding(f->log, frame.place);
	counter_add(&f->counters, COUNTER_RECORDS_IN, 1);
	counter_add(&f->counters, COUNTER_RECORDS_PARSED, 1);
	assert_false(redo_resume(f->log));
	begin(f);
	assert_int_equal(again(f), 1);
	assert_int_equal(counter_get(&f->counters, COUNTER_RECORDS_PARSED), 2);
	assert_true(is_balanced(f));
}

/* Each that judges the first event dies of it. */
static void poison(void **state)
{
	struct fixture *f = *state;
	struct audit_event *e;

	begin_two_events(f);
	e = assembler_next(f->assembler);
	assert_non_null(e);
	for (unsigned deaths = 1; deaths < REDO_DEATHS; deaths++) {
		redo_judging(f->log, e->place);
		assert_false(redo_resume(f->log));
	}
	redo_judging(f->log, e->place);
	assert_true(redo_resume(f->log));
	assert_int_equal(counter_get(&f->counters, COUNTER_EVENTS_SKIPPED), 1);
	assembler_release(f->assembler, e);
	begin(f);
	assert_int_equal(again(f), 1); /* the other event */
	assert_true(is_balanced(f));
}

/* Each that reads the record dies of it. */
static void poisonous_record(void **state)
{
	struct fixture *f = *state;
	struct frame frame = { .text = STR("never understood") };

	redo_add(f->log, &(struct redo_origin){ 0, 1, 0 }, 1, &frame);
	counter_add(&f->counters, COUNTER_RECORDS_IN, 1);
	for (unsigned deaths = 1; deaths <= REDO_DEATHS; deaths++) {
		redo_feeding(f->log, frame.place);
		assert_int_equal(redo_resume(f->log), deaths == REDO_DEATHS);
	}
	begin(f);
	assert_int_equal(again(f), 0);
	assert_int_equal(counter_get(&f->counters, COUNTER_RECORDS_SKIPPED), 1);
	assert_true(is_balanced(f));
}

/* A response goes on with it. */
static void held(void **state)
{
	struct fixture *f = *state;
	uint64_t place;
	struct audit_event *e;

	begin(f);
	place = take(f, "type=SYSCALL msg=audit(1.000:1): items=0");
	take(f, "type=EOE msg=audit(1.000:1): ");
	e = assembler_next(f->assembler);
	assert_non_null(e);
	assert_int_equal(e->place, place);
	redo_hold(f->log, place);
	assembler_release(f->assembler, e);
	begin(f);
	assert_int_equal(again(f), 1);
	take(f, "type=EOE msg=audit(1.000:1): ");
	judge(f);
	begin(f);
	assert_int_equal(again(f), 0);
}

/* Events that never end push each other out, the oldest first. */
static void bounded(void **state)
{
	struct fixture *f = *state;
	uint64_t cursor = 0, received_ns;
	struct frame frame;
	char line[256];
	unsigned n = 0;

	begin(f);
	for (unsigned i = 0; i < 4000; i++) {
		snprintf(line, sizeof(line),
		         "type=SYSCALL msg=audit(1.000:%u): items=1 "
		         "exe=\"%0100u\"",
		         i, i);
		take(f, line);
	}
	while (redo_next(f->log, &cursor, &frame, &received_ns))
		n++;
	assert_in_range(n, 1000, 3999);
	assert_non_null(strstr(frame.text.s, "(1.000:3999)"));
}

/* As large as it is shipped, filled with what nobody judges. */
static void the_newest_are_kept(void **state)
{
	static char text[LIMIT_LINE_BYTES / 2];
	const size_t most = LIMIT_REDO_BYTES / sizeof(text);
	const uint64_t count = 2 * most;
	struct fixture *f = *state;
	struct frame frame = { .text = { text, sizeof(text) } };
	uint64_t cursor = 0, received_ns, first = 0, n = 0;

	redo_free(f->log);
	f->log = redo_new(LIMIT_REDO_BYTES, &f->counters);
	assert_non_null(f->log);
	for (uint64_t i = 0; i < count; i++) {
		memcpy(text, &i, sizeof(i));
		redo_add(f->log, &(struct redo_origin){ 0, i, i }, 1, &frame);
	}
	while (redo_next(f->log, &cursor, &frame, &received_ns)) {
		uint64_t found;

		memcpy(&found, frame.text.s, sizeof(found));
		first = n == 0 ? found : first;
		assert_int_equal(found, first + n);
		n++;
	}
	assert_true(n <= most && n + 3 > most);
	assert_int_equal(first + n, count);
	assert_int_equal(counter_get(&f->counters, COUNTER_RECORDS_UNKEPT),
	                 count - n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(done_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(counted_once, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(poison, set_up, tear_down),
		cmocka_unit_test_setup_teardown(poisonous_record, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(held, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_newest_are_kept, set_up,
		                                tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
