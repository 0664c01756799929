/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_recent.c - the last records of processes, beside a list that forgets
 * nothing. */
#include <stdio.h>
#include <stdlib.h>
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
// clang-format on

#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/daemon/recent.h"

#define EVENTS 3000

struct noted {
	pid_t pid;
	bool is_in_container;
	char text[128];
};

static void note(struct recent *r, const struct noted *n)
{
	struct record record = { .text = str_from(n->text) };
	struct audit_event event = { .records = &record, .nrecords = 1 };
	struct recent_key who = { .pid = n->pid, .start_ticks = 7 };

	if (n->is_in_container)
		who.container = STR("c");
	recent_note(r, &who, &event);
}

/* What is kept is the end of all that was noted. */
static void assert_tail(const struct recent *r, const struct recent_key *who,
                        const struct noted *all, size_t count, size_t max)
{
	auto_buf struct buf got = BUF_INIT, expected = BUF_INIT;

	recent_collect(r, who, max, &got);
	for (size_t i = 0; i < count; i++)
		if (who->pid != 0 ? all[i].pid == who->pid
		                  : all[i].is_in_container)
			buf_printf(&expected, "%s\n", all[i].text);
	assert_true(got.len <= max && got.len <= expected.len);
	assert_true(str_has_suffix(buf_str(&expected), buf_str(&got)));
	assert_true(got.len != 0);
	assert_int_equal(got.data[0], 'e');
}

static void test_the_latest_are_kept(void **state)
{
	static struct noted all[EVENTS];
	static const size_t sizes[] = { 640, 1000, 4096, 100000 };

	(void)state;
	srand(1);
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct recent *r = recent_new(sizes[s]);

		assert_non_null(r);
		for (size_t i = 0; i < EVENTS; i++) {
			const struct recent_key who = {
				.pid = i % 2 == 0 ? all[i].pid : 0,
				.start_ticks = 7,
				.container = STR("c"),
			};

			all[i] =
				(struct noted){ .pid = 1 + rand() % 3,
				                .is_in_container = i % 2 != 0 };
			snprintf(all[i].text, sizeof(all[i].text),
			         "event %zu %.*s", i, rand() % 100,
			         "......................................"
			         "......................................"
			         "......................................");
			note(r, &all[i]);
			assert_tail(r,
			            &(struct recent_key){
					    .pid = all[i].pid,
					    .start_ticks = 7,
				    },
			            all, i + 1, 100000);
			if (i % 2 != 0)
				assert_tail(r, &who, all, i + 1, 200);
		}
		recent_free(r);
	}
}

static void test_who(void **state)
{
	struct recent *r = recent_new(100000);
	const struct noted n = { .pid = 5, .text = "e" };
	static const struct {
		struct recent_key who;
		size_t length;
	} cases[] = {
		{ { .pid = 5, .start_ticks = 7 }, 2 },
		{ { .pid = 5 }, 2 },
		{ { .pid = 5, .start_ticks = 8 }, 0 }, /* the pid came again */
		{ { .pid = 6, .start_ticks = 7 }, 0 },
		{ { .container = STR_INIT("c") }, 0 },
		{ { .pid = 0 }, 0 },
	};

	(void)state;
	assert_non_null(r);
	note(r, &n);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_buf struct buf b = BUF_INIT;

		recent_collect(r, &cases[i].who, 100, &b);
		assert_int_equal(b.len, cases[i].length);
	}
	recent_free(r);
}

/* One event does not push out all others. */
static void test_long_events_are_cut(void **state)
{
	struct recent *r = recent_new(LIMIT_RECENT_BYTES);
	static char text[LIMIT_RECENT_EVENT_BYTES / 4];
	struct record records[8];
	struct audit_event event = { .records = records, .nrecords = 8 };
	const struct recent_key who = { .pid = 1 };
	auto_buf struct buf b = BUF_INIT;

	(void)state;
	assert_non_null(r);
	memset(text, 'e', sizeof(text));
	for (size_t i = 0; i < 8; i++)
		records[i] = (struct record){ .text = { text, sizeof(text) } };
	recent_note(r, &who, &event);
	recent_collect(r, &who, SIZE_MAX, &b);
	assert_int_equal(b.len, 3 * (sizeof(text) + 1));
	recent_free(r);
}

/* A busy process's are more than a response is told of: the last of them. */
static void test_a_response_is_told_the_end(void **state)
{
	struct recent *r = recent_new(LIMIT_RECENT_BYTES);
	const struct recent_key who = { .pid = 5, .start_ticks = 7 };
	auto_buf struct buf all = BUF_INIT, told = BUF_INIT;
	struct noted n = { .pid = 5 };

	(void)state;
	assert_non_null(r);
	for (unsigned i = 0; i < LIMIT_RESPONSE_TEXT_BYTES / 8; i++) {
		snprintf(n.text, sizeof(n.text), "event %u", i);
		note(r, &n);
	}
	recent_collect(r, &who, SIZE_MAX, &all);
	recent_collect(r, &who, LIMIT_RESPONSE_TEXT_BYTES, &told);
	assert_true(all.len > LIMIT_RESPONSE_TEXT_BYTES);
	assert_true(told.len <= LIMIT_RESPONSE_TEXT_BYTES &&
	            told.len + sizeof(n.text) > LIMIT_RESPONSE_TEXT_BYTES);
	assert_true(str_has_suffix(buf_str(&all), buf_str(&told)));
	recent_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_latest_are_kept),
		cmocka_unit_test(test_who),
		cmocka_unit_test(test_long_events_are_cut),
		cmocka_unit_test(test_a_response_is_told_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
