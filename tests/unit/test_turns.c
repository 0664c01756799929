/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_turns.c - turns of who asks without end, and of others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "saker/base/turns.h"

#define STEPS 100000u
/* A turn takes one step, a rest ten. */
#define REST 10u

/* Owners 1 to nnoisy ask at each step, owner 100 by the way, when the others
 * have done so. Returns its turns in per cent of what it asked for. */
static unsigned quiet_part(unsigned nnoisy, unsigned *ret_noisy)
{
	struct turns t = { 0 };
	unsigned asked = 0, got = 0, noisy = 0;

	srand(1);
	for (uint64_t now = 1000; now < 1000 + STEPS; now++) {
		for (unsigned i = 1; i <= nnoisy; i++)
			if (turns_may(&t, i, now)) {
				turns_took(&t, i, now - 1, now, REST);
				noisy++;
			}
		if (rand() % 500 != 0)
			continue;
		asked++;
		if (turns_may(&t, 100, now)) {
			turns_took(&t, 100, now - 1, now, REST);
			got++;
		}
	}
	*ret_noisy = noisy;
	return asked != 0 ? got * 100 / asked : 0;
}

static void others_find_a_turn(void **state)
{
	unsigned noisy;

	(void)state;
	assert_true(quiet_part(0, &noisy) > 95);
	assert_true(quiet_part(1, &noisy) > 60);
	assert_true(noisy > STEPS / (6 * REST));
	assert_true(quiet_part(2, &noisy) > 35);
}

/* Nobody else asks: the rest of all is the only one. */
static void who_is_alone_has_all(void **state)
{
	struct turns t = { 0 };
	unsigned n = 0;

	(void)state;
	for (uint64_t now = 1000; now < 1000 + STEPS; now++)
		if (turns_may(&t, 1, now)) {
			turns_took(&t, 1, now - 1, now, REST);
			n++;
		}
	assert_in_range(n, STEPS / REST - 1, STEPS / REST + 1);
}

/* More than are remembered: nothing is worse than without. */
static void many_take_turns(void **state)
{
	struct turns t = { 0 };
	unsigned n = 0;

	(void)state;
	for (uint64_t now = 1000; now < 1000 + STEPS; now++)
		for (unsigned i = 1; i <= 3 * TURNS_OWNERS; i++)
			if (turns_may(&t, i, now)) {
				turns_took(&t, i, now - 1, now, REST);
				n++;
			}
	assert_in_range(n, STEPS / REST - 1, STEPS / REST + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_find_a_turn),
		cmocka_unit_test(who_is_alone_has_all),
		cmocka_unit_test(many_take_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
