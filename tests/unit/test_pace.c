/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_pace.c - when records are gathered, by made-up times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "saker/base/clock.h"
#include "saker/source/pace.h"

#define US (NS_PER_MS / 1000)

/* Looks every `step`, each finding so many, until `end`. */
static uint64_t look(struct pace *p, uint64_t from, uint64_t step,
                     size_t records, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		from += step;
		pace_count(p, records, from);
	}
	return from;
}

/* Five records some microseconds apart, a pause, five more. */
static void never_gathers_single_events(void **state)
{
	struct pace p = { 0 };
	uint64_t now = NS_PER_SEC;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		for (unsigned k = 0; k < 5; k++) {
			now = look(&p, now, 4 * US, 1, 1);
			assert_int_equal(pace_gather_ns(&p), 0);
		}
		now += 3 * NS_PER_MS;
	}
}

static void never_gathers_what_follows_a_pause(void **state)
{
	struct pace p = { 0 };

	(void)state;
	pace_count(&p, 500, 100 * NS_PER_SEC);
	assert_int_equal(pace_gather_ns(&p), 0);
}

static void gathers_while_many_come(void **state)
{
	struct pace p = { .began_ns = NS_PER_SEC };
	uint64_t now = NS_PER_SEC;

	(void)state;
	/* 50,000 a second, one by one */
	now = look(&p, now, 20 * US, 1, 100);
	assert_int_equal(pace_gather_ns(&p), PACE_GATHER_NS);
	/* then as many at once as come meanwhile */
	for (unsigned i = 0; i < 100; i++) {
		now = look(&p, now, 400 * US, 20, 1);
		assert_int_equal(pace_gather_ns(&p), PACE_GATHER_NS);
	}
	/* when it could not look for long there is more, not less */
	now = look(&p, now, 50 * NS_PER_MS, 2500, 1);
	assert_int_equal(pace_gather_ns(&p), PACE_GATHER_NS);
}

static void stops_at_once_when_nothing_comes(void **state)
{
	struct pace p = { .began_ns = NS_PER_SEC };
	uint64_t now = look(&p, NS_PER_SEC, 20 * US, 1, 100);

	(void)state;
	assert_int_equal(pace_gather_ns(&p), PACE_GATHER_NS);
	look(&p, now, 400 * US, 0, 1);
	assert_int_equal(pace_gather_ns(&p), 0);
}

static void stops_when_few_come(void **state)
{
	struct pace p = { .began_ns = NS_PER_SEC };
	uint64_t now = look(&p, NS_PER_SEC, 20 * US, 1, 100);

	(void)state;
	/* 5,000 a second */
	look(&p, now, 400 * US, 2, 6);
	assert_int_equal(pace_gather_ns(&p), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_gathers_single_events),
		cmocka_unit_test(never_gathers_what_follows_a_pause),
		cmocka_unit_test(gathers_while_many_come),
		cmocka_unit_test(stops_at_once_when_nothing_comes),
		cmocka_unit_test(stops_when_few_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
