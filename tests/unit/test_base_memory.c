/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_base_memory.c - buffer, arena, list, and the tables of texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "oom.h"
#include "saker/base/arena.h"
#include "saker/base/buf.h"
#include "saker/base/clock.h"
#include "saker/base/counters.h"
#include "saker/base/err.h"
#include "saker/base/io.h"
#include "saker/base/list.h"

static void test_buf_grows(void **state)
{
	auto_buf struct buf b = BUF_INIT;

	(void)state;
	assert_string_equal(buf_cstr(&b), "");
	for (int i = 0; i < 10000; i++)
		buf_add_byte(&b, (char)('a' + i % 26));
	buf_printf(&b, "%s-%d", "x", 7);
	buf_add_str(&b, STR_NONE);
	assert_int_equal(b.len, 10003);
	assert_string_equal(buf_cstr(&b) + 9999, "px-7");
	buf_consume(&b, 9999);
	assert_string_equal(buf_cstr(&b), "px-7");
	buf_consume(&b, 100);
	assert_int_equal(b.len, 0);
	assert_false(b.failed);
}

static void test_buf_out_of_memory(void **state)
{
	auto_buf struct buf b = BUF_INIT;

	(void)state;
	buf_add_str(&b, STR("kept"));
	oom_arm(1);
	assert_false(buf_reserve(&b, 100000));
	assert_true(oom_disarm());
	buf_add_str(&b, STR("ignored"));
	buf_printf(&b, "%d", 1);
	assert_true(b.failed);
	assert_int_equal(b.len, 4);
	buf_clear(&b);
	buf_add_str(&b, STR("again"));
	assert_string_equal(buf_cstr(&b), "again");
}

/* Sizes that no machine has. */
static void test_buf_absurd_size(void **state)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 8, SIZE_MAX / 2 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		auto_buf struct buf b = BUF_INIT;

		buf_add_byte(&b, 'x');
		assert_false(buf_reserve(&b, sizes[i]));
		assert_true(b.failed);
	}
}

static void test_arena_memory(void **state)
{
	struct arena a = ARENA_INIT;
	struct str copy, empty;
	unsigned char *large, *zeroed;

	(void)state;
	for (size_t n = 0; n < 300; n++) {
		unsigned char *p = arena_alloc(&a, n);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % ARENA_ALIGNMENT, 0);
		memset(p, 0xff, n);
	}
	large = arena_alloc(&a, 1 << 20);
	assert_non_null(large);
	memset(large, 0xff, 1 << 20);
	zeroed = arena_zalloc(&a, 4096);
	for (size_t i = 0; i < 4096; i++)
		assert_int_equal(zeroed[i], 0);
	copy = arena_copy(&a, STR("a\0b"));
	assert_memory_equal(copy.s, "a\0b", 4);
	assert_int_equal(copy.len, 3);
	empty = arena_copy(&a, STR_NONE);
	assert_string_equal(empty.s, "");
	arena_done(&a);
	assert_null(a.first);
}

/* A reused arena keeps its chunks and hands out clean memory again. */
static void test_arena_reset(void **state)
{
	struct arena a = ARENA_INIT;
	void *first = arena_alloc(&a, 100);

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_non_null(arena_alloc(&a, 5000));
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	oom_arm(1);
	assert_ptr_equal(arena_alloc(&a, 100), first);
	for (int i = 0; i < 5; i++)
		assert_non_null(arena_alloc(&a, 5000));
	assert_false(oom_disarm());
	for (int i = 0; i < 100; i++)
		memset(arena_alloc(&a, 5000), 0xff, 5000);
	arena_done(&a);
}

static void test_arena_limit(void **state)
{
	struct arena a = { .limit = 1024 };

	(void)state;
	assert_non_null(arena_alloc(&a, 1000));
	assert_null(arena_alloc(&a, 100));
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_alloc(&a, SIZE_MAX / 2));
	assert_non_null(arena_alloc(&a, 1));
	arena_reset(&a);
	assert_non_null(arena_alloc(&a, 1024));
	assert_null(arena_alloc(&a, 1));
	arena_done(&a);
}

static void test_arena_out_of_memory(void **state)
{
	struct arena a = ARENA_INIT;

	(void)state;
	oom_arm(1);
	assert_null(arena_copy(&a, STR("x")).s);
	assert_true(oom_disarm());
	oom_arm(1);
	assert_null(arena_zalloc(&a, 10));
	assert_true(oom_disarm());
	assert_non_null(arena_alloc(&a, 10));
	oom_arm(1);
	assert_null(arena_alloc(&a, 100000));
	assert_true(oom_disarm());
	assert_non_null(arena_alloc(&a, 10)); /* what it has still serves */
	arena_done(&a);
}

static void test_list(void **state)
{
	struct item {
		int n;
		struct list link;
	} items[3] = { { .n = 0 }, { .n = 1 }, { .n = 2 } };
	struct list head;
	int expected = 0;

	(void)state;
	list_init(&head);
	assert_true(list_is_empty(&head));
	for (int i = 0; i < 3; i++)
		list_add_tail(&head, &items[i].link);
	list_for_each (pos, &head)
		assert_int_equal(container_of(pos, struct item, link)->n,
		                 expected++);
	assert_int_equal(expected, 3);
	list_remove(&items[1].link);
	list_remove(&items[1].link);
	assert_ptr_equal(items[0].link.next, &items[2].link);
	list_remove(&items[0].link);
	list_remove(&items[2].link);
	assert_true(list_is_empty(&head));
}

static void test_errors(void **state)
{
	(void)state;
	assert_string_equal(err_text(0), "success");
	assert_string_equal(err_text(E_NOMEM), "out of memory");
	for (int e = E__BASE + 1; e < E__LAST; e++) {
		assert_true(e < 0);
		assert_string_not_equal(err_text(e), "unknown error");
	}
	assert_string_equal(err_text(1), "unknown error");
	assert_string_equal(err_text(E__LAST), "unknown error");
}

static void test_counters(void **state)
{
	struct counters c = { 0 };

	(void)state;
	counter_add(&c, COUNTER_ALERTS, 2);
	counter_add(&c, COUNTER_ALERTS, 3);
	counter_add(NULL, COUNTER_ALERTS, 1);
	assert_int_equal(counter_get(&c, COUNTER_ALERTS), 5);
	assert_int_equal(counter_get(&c, COUNTER_RECORDS_IN), 0);
	for (int i = 0; i < COUNTER__MAX; i++) {
		assert_non_null(counter_name((enum counter)i));
		assert_non_null(counter_help((enum counter)i));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(counter_name((enum counter)i),
			                        counter_name((enum counter)j));
	}
}

static void test_clocks(void **state)
{
	uint64_t a = clock_monotonic_ns(), b = clock_monotonic_ns();

	(void)state;
	assert_true(b >= a);
	assert_true(clock_boottime_ns() >= b);
	assert_true(clock_realtime_ns() > 1500000000 * NS_PER_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf_grows),
		cmocka_unit_test(test_buf_out_of_memory),
		cmocka_unit_test(test_buf_absurd_size),
		cmocka_unit_test(test_arena_memory),
		cmocka_unit_test(test_arena_reset),
		cmocka_unit_test(test_arena_limit),
		cmocka_unit_test(test_arena_out_of_memory),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
