/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_base_str.c - views: search, split, numbers. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "oom.h"
#include "saker/base/io.h"
#include "saker/base/str.h"

static void assert_str(struct str v, const char *expected)
{
	if (!str_eq(v, str_from(expected)))
		fail_msg("'%.*s' is not '%s'", STR_FMT(v), expected);
}

static void test_compare(void **state)
{
	(void)state;
	assert_true(str_eq(STR_NONE, STR("")));
	assert_false(str_eq(STR("a"), STR("ab")));
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_true(str_cmp(STR("\x80"), STR("a")) > 0); /* unsigned */
	assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
	assert_true(str_cmp(STR_NONE, STR("a")) < 0);
}

static void test_prefix_and_suffix(void **state)
{
	(void)state;
	assert_true(str_has_prefix(STR("/etc/x"), STR("/etc")));
	assert_false(str_has_prefix(STR("/et"), STR("/etc")));
	assert_true(str_has_prefix(STR_NONE, STR_NONE));
	assert_true(str_has_suffix(STR("a.yaml"), STR(".yaml")));
	assert_false(str_has_suffix(STR("yaml"), STR(".yaml")));
	assert_true(str_has_suffix(STR("x"), STR("")));
}

static void test_parts(void **state)
{
	(void)state;
	assert_str(str_skip(STR("abc"), 1), "bc");
	assert_str(str_skip(STR("abc"), 4), "");
	assert_str(str_take(STR("abc"), 2), "ab");
	assert_str(str_take(STR("abc"), 9), "abc");
	assert_str(str_trim(STR(" \t a b\t ")), "a b");
	assert_str(str_trim(STR(" \t")), "");
	assert_str(str_basename(STR("/usr/bin/runc")), "runc");
	assert_str(str_basename(STR("runc")), "runc");
	assert_str(str_basename(STR("/usr/")), "");
}

static void test_find(void **state)
{
	(void)state;
	assert_int_equal(str_find(STR("abcabc"), STR("ca")), 2);
	assert_int_equal(str_find(STR("abc"), STR("abcd")), -1);
	assert_int_equal(str_find(STR("abc"), STR("")), 0);
	assert_int_equal(str_find(STR_NONE, STR("")), 0);
	assert_int_equal(str_find(STR("a\0b"), STR("\0b")), 1);
	assert_int_equal(str_find_byte(STR("a=b=c"), '='), 1);
	assert_int_equal(str_find_byte(STR_NONE, '='), -1);
	assert_int_equal(str_find_last_byte(STR("a=b=c"), '='), 3);
	assert_int_equal(str_find_last_byte(STR("abc"), '='), -1);
}

static void test_split(void **state)
{
	struct str rest = STR("a,,b,"), part = STR_NONE;

	(void)state;
	assert_true(str_split(&rest, ',', &part));
	assert_str(part, "a");
	assert_true(str_split(&rest, ',', &part));
	assert_str(part, "");
	assert_true(str_split(&rest, ',', &part));
	assert_str(part, "b");
	assert_true(str_split(&rest, ',', &part));
	assert_str(part, "");
	assert_false(str_split(&rest, ',', &part));
	rest = STR("");
	assert_true(str_split(&rest, ',', &part));
	assert_false(str_split(&rest, ',', &part));
}

static void test_unsigned(void **state)
{
	static const struct {
		const char *text;
		unsigned base;
		uint64_t value;
	} good[] = {
		{ "0", 10, 0 },
		{ "18446744073709551615", 10, UINT64_MAX },
		{ "ffffffffffffffff", 16, UINT64_MAX },
		{ "FfFf", 16, 65535 },
		{ "0100644", 8, 0100644 },
		{ "00000000000000000000000001", 10, 1 },
	};
	static const struct {
		const char *text;
		unsigned base;
	} bad[] = {
		{ "", 10 },
		{ "-1", 10 },
		{ "+1", 10 },
		{ " 1", 10 },
		{ "1 ", 10 },
		{ "8", 8 },
		{ "g", 16 },
		{ "0x10", 16 },
		{ "12a", 10 },
		{ "18446744073709551616", 10 },
		{ "10000000000000000", 16 },
	};
	uint64_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(
			str_to_u64(str_from(good[i].text), good[i].base, &n));
		assert_int_equal(n, good[i].value);
	}
	n = 12345;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(
			str_to_u64(str_from(bad[i].text), bad[i].base, &n));
	assert_int_equal(n, 12345);
}

static void test_signed(void **state)
{
	static const char *const bad[] = { "", "-", "--1",
		                           "9223372036854775808",
		                           "-9223372036854775809" };
	int64_t n;

	(void)state;
	assert_true(str_to_i64(STR("-9223372036854775808"), &n));
	assert_true(n == INT64_MIN);
	assert_true(str_to_i64(STR("9223372036854775807"), &n));
	assert_true(n == INT64_MAX);
	assert_true(str_to_i64(STR("-0"), &n));
	assert_int_equal(n, 0);
	n = 12345;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(str_to_i64(str_from(bad[i]), &n));
	assert_int_equal(n, 12345);
}

static void test_dup(void **state)
{
	auto_free char *copy = str_dup(STR("a\0b"));
	auto_free char *empty = str_dup(STR_NONE);

	(void)state;
	assert_memory_equal(copy, "a\0b", 4);
	assert_string_equal(empty, "");
	oom_arm(1);
	assert_null(str_dup(STR("x")));
	assert_true(oom_disarm());
}

static void test_hash(void **state)
{
	(void)state;
	assert_true(str_hash(STR("a"), 1) == str_hash(STR("a"), 1));
	assert_false(str_hash(STR("a"), 1) == str_hash(STR("a"), 2));
	assert_false(str_hash(STR("a"), 1) == str_hash(STR("b"), 1));
	assert_true(str_hash(STR_NONE, 1) == str_hash(STR(""), 1));
}

/* By the definition, one row of the table at a time. */
static unsigned plain_distance(struct str a, struct str b)
{
	unsigned row[65];

	for (unsigned j = 0; j <= b.len; j++)
		row[j] = j;
	for (unsigned i = 1; i <= a.len; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= b.len; j++) {
			unsigned least = diagonal + (a.s[i - 1] != b.s[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < least)
				least = row[j] + 1;
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			row[j] = least;
		}
	}
	return row[b.len];
}

static void edit_distance_is_levenshteins(void **state)
{
	char a[65], b[65];
	uint32_t random = 1;

	(void)state;
	for (unsigned n = 0; n < 20000; n++) {
		struct str x = { a, n % 65 }, y = { b, n / 65 % 65 };

		for (size_t i = 0; i < sizeof(a); i++) {
			random = random * 1664525 + 1013904223;
			a[i] = (char)('a' + (random >> 24) % 3);
			b[i] = (char)('a' + (random >> 16) % 3);
		}
		assert_int_equal(str_edit_distance(x, y), plain_distance(x, y));
	}
	assert_int_equal(str_edit_distance((struct str){ a, 65 }, STR("a")),
	                 UINT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edit_distance_is_levenshteins),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_prefix_and_suffix),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_signed),
		cmocka_unit_test(test_dup),
		cmocka_unit_test(test_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
