/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_kernel_losses.c - what of the kernel's lost records saker lacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "saker/daemon/notices.h"

struct fixture {
	struct counters counters;
	struct kernel_losses losses;
	struct kernel_audit_lost kernel;
};

/* A second in which the kernel counts so many more as lost, and so many came.
 */
static void second(struct fixture *f, unsigned lost, uint64_t came)
{
	f->kernel.lost += lost;
	counter_add(&f->counters, COUNTER_RECORDS_IN, came);
	kernel_losses_poll(&f->losses, &f->kernel, false, &f->counters);
}

static void expect(const struct fixture *f, uint64_t lost, uint64_t unheld)
{
	assert_int_equal(counter_get(&f->counters, COUNTER_KERNEL_LOST), lost);
	assert_int_equal(counter_get(&f->counters, COUNTER_KERNEL_UNHELD),
	                 unheld);
}

static void with_an_auditd_all_are_lost(void **state)
{
	struct fixture f = { .losses.lost = 7, .kernel.lost = 7 };

	(void)state;
	second(&f, 5, 100);
	second(&f, 0, 100);
	expect(&f, 5, 0);
	second(&f, 3, 0);
	expect(&f, 8, 0);
	/* auditctl --reset-lost */
	f.kernel.lost = 0;
	second(&f, 2, 100);
	expect(&f, 10, 0);
}

static void what_was_received_is_not_lost(void **state)
{
	struct fixture f = { .kernel.counts_unheld = true };

	(void)state;
	/* the queue for an auditd is filled, then each record is counted */
	second(&f, 0, 5000);
	second(&f, 300, 400);
	for (unsigned i = 0; i < 20; i++)
		second(&f, 400, 400);
	expect(&f, 0, 8300);
	/* records are received after they were counted, or before */
	second(&f, 900, 400);
	second(&f, 0, 500);
	second(&f, 0, 100);
	second(&f, 100, 0);
	for (unsigned i = 0; i < 10; i++)
		second(&f, 0, 0);
	expect(&f, 0, 9300);
}

static void what_is_beyond_is_lost(void **state)
{
	struct fixture f = { .kernel.counts_unheld = true };

	(void)state;
	second(&f, 100, 100);
	second(&f, 150, 100);
	expect(&f, 0, 200);
	for (unsigned i = 0; i < 10; i++)
		second(&f, 100, 100);
	expect(&f, 50, 1200);
	/* what came long ago explains nothing */
	second(&f, 0, 9000);
	second(&f, 0, 0);
	second(&f, 70, 0);
	kernel_losses_poll(&f.losses, &f.kernel, true, &f.counters);
	expect(&f, 120, 1200);
	/* nor does anything once an auditd is there */
	second(&f, 30, 0);
	f.kernel.counts_unheld = false;
	second(&f, 0, 1000);
	expect(&f, 150, 1200);
}

static void kernels_and_command_lines(void **state)
{
	static const struct {
		const char *release, *line;
		bool counts;
	} cases[] = {
		{ "6.1.0-50-amd64", "root=/dev/vda rw quiet", false },
		{ "6.1.0-50-amd64", "root=/dev/vda audit=1 quiet\n", true },
		{ "6.1.0", "audit=1\n", true },
		{ "6.1.0", "audit=on x", true },
		{ "6.1.0", "audit=1 audit=0\n", false },
		{ "6.1.0", "audit=off\n", false },
		{ "6.1.0", "audit_backlog_limit=8192", false },
		{ "6.1.0", "xaudit=1", false },
		{ "4.11.0", "quiet", false },
		{ "4.10.0-1", "quiet", true },
		{ "3.10.0-1160.el7", "quiet", true },
		{ "", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
			kernel_counts_unheld(str_from(cases[i].release),
		                             str_from(cases[i].line)),
			cases[i].counts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_an_auditd_all_are_lost),
		cmocka_unit_test(what_was_received_is_not_lost),
		cmocka_unit_test(what_is_beyond_is_lost),
		cmocka_unit_test(kernels_and_command_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
