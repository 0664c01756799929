/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_base_map.c - hash maps against a plain array. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "oom.h"
#include "saker/base/err.h"
#include "saker/base/map.h"

#define KEYS 500

struct model {
	char names[KEYS][16];
	void *values[KEYS]; /* NULL = not in the map */
	size_t count;
};

static struct str key_of(const struct model *m, size_t i)
{
	return str_from(m->names[i]);
}

static void model_init(struct model *m)
{
	*m = (struct model){ 0 };
	for (size_t i = 0; i < KEYS; i++)
		snprintf(m->names[i], sizeof(m->names[i]), "key%zu", i * i);
}

static void assert_same(const struct map *map, const struct model *m)
{
	size_t cursor = 0, seen = 0;
	struct str key;
	void *value;

	assert_int_equal(map->count, m->count);
	for (size_t i = 0; i < KEYS; i++)
		assert_ptr_equal(map_get(map, key_of(m, i)), m->values[i]);
	while (map_next(map, &cursor, &key, &value)) {
		assert_ptr_equal(map_get(map, key), value);
		seen++;
	}
	assert_int_equal(seen, m->count);
}

/* A fixed sequence of puts, replacements and removals (an LCG decides). */
static void test_against_model(void **state)
{
	static char payload[KEYS * 2];
	struct model m;
	struct map map;
	uint32_t random = 12345;

	(void)state;
	model_init(&m);
	map_init(&map);
	for (int step = 0; step < 20000; step++) {
		size_t i;

		random = random * 1664525 + 1013904223;
		i = (random >> 8) % KEYS;
		if ((random >> 24) % 3 != 0) {
			void *value = &payload[i + (random >> 31) * KEYS];

			assert_int_equal(map_put(&map, key_of(&m, i), value),
			                 0);
			m.count += m.values[i] == NULL;
			m.values[i] = value;
		} else {
			assert_ptr_equal(map_remove(&map, key_of(&m, i)),
			                 m.values[i]);
			m.count -= m.values[i] != NULL;
			m.values[i] = NULL;
		}
		if (step % 500 == 0)
			assert_same(&map, &m);
	}
	assert_same(&map, &m);
	map_done(&map);
}

/* Insert and remove for ever: removed entries must not fill the table. */
static void test_churn(void **state)
{
	static char payload;
	struct map map;

	(void)state;
	map_init(&map);
	for (uint64_t n = 0; n < 100000; n++) {
		assert_int_equal(map_put_u64(&map, n, &payload), 0);
		if (n >= 10)
			assert_ptr_equal(map_remove_u64(&map, n - 10),
			                 &payload);
	}
	assert_int_equal(map.count, 10);
	assert_true(map.cap <= 128);
	assert_null(map_get_u64(&map, 5));
	map_done(&map);
}

static void test_numbers(void **state)
{
	static const uint64_t keys[] = { 0, 1, UINT32_MAX, UINT64_MAX,
		                         1ULL << 63 };
	static char payload[5];
	struct map map;

	(void)state;
	map_init(&map);
	for (size_t i = 0; i < 5; i++) {
		assert_null(map_get_u64(&map, keys[i]));
		assert_int_equal(map_put_u64(&map, keys[i], &payload[i]), 0);
	}
	for (size_t i = 0; i < 5; i++)
		assert_ptr_equal(map_get_u64(&map, keys[i]), &payload[i]);
	map_clear(&map);
	assert_null(map_get_u64(&map, 0));
	assert_int_equal(map_put_u64(&map, 0, &payload[1]), 0);
	assert_ptr_equal(map_get_u64(&map, 0), &payload[1]);
	map_done(&map);
}

static void test_odd_keys(void **state)
{
	static char payload[3];
	struct map map;

	(void)state;
	map_init(&map);
	assert_null(map_get(&map, STR("x")));
	assert_null(map_remove(&map, STR("x")));
	assert_int_equal(map_put(&map, STR_NONE, &payload[0]), 0);
	assert_ptr_equal(map_get(&map, STR("")), &payload[0]);
	assert_int_equal(map_put(&map, STR("a\0b"), &payload[1]), 0);
	assert_int_equal(map_put(&map, STR("a"), &payload[2]), 0);
	assert_ptr_equal(map_get(&map, STR("a\0b")), &payload[1]);
	assert_ptr_equal(map_get(&map, STR("a")), &payload[2]);
	map_done(&map);
}

static void test_remove_while_walking(void **state)
{
	static char payload;
	struct map map;
	size_t cursor = 0, walked = 0;
	struct str key;
	void *value;
	struct model m;

	(void)state;
	model_init(&m);
	map_init(&map);
	for (size_t i = 0; i < KEYS; i++)
		assert_int_equal(map_put(&map, key_of(&m, i), &payload), 0);
	while (map_next(&map, &cursor, &key, &value)) {
		assert_ptr_equal(map_remove(&map, key), &payload);
		walked++;
	}
	assert_int_equal(walked, KEYS);
	assert_int_equal(map.count, 0);
	map_done(&map);
}

/* What meets in one table, by who chose it so, does not in another. */
static void test_seeds(void **state)
{
	char name[16];
	struct map maps[3];
	unsigned met = 0, meet_again = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		map_init(&maps[i]);
	assert_true(maps[0].seed != maps[1].seed &&
	            maps[1].seed != maps[2].seed &&
	            maps[0].seed != maps[2].seed);
	assert_true(str_hash_seed() != str_hash_seed());
	for (unsigned i = 0; met < 256; i++) {
		struct str key = { name, (size_t)snprintf(name, sizeof(name),
			                                  "%u", i) };

		if (str_hash(key, maps[0].seed) % 256 != 0)
			continue;
		met++;
		meet_again += str_hash(key, maps[1].seed) % 256 == 0;
	}
	/* one is to be expected */
	assert_true(meet_again < 16);
	for (size_t i = 0; i < 3; i++)
		map_done(&maps[i]);
}

static void test_out_of_memory(void **state)
{
	static char payload;
	struct map map;
	uint64_t n = 0;

	(void)state;
	map_init(&map);
	for (int failures = 0; failures < 5; n++) {
		oom_arm(1);
		if (map_put_u64(&map, n, &payload) == 0) {
			assert_false(oom_disarm());
			continue;
		}
		assert_true(oom_disarm());
		assert_null(map_get_u64(&map, n));
		assert_int_equal(map.count, n);
		assert_int_equal(map_put_u64(&map, n, &payload), 0);
		failures++;
	}
	for (uint64_t i = 0; i < n; i++)
		assert_ptr_equal(map_get_u64(&map, i), &payload);
	map_done(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_model),
		cmocka_unit_test(test_churn),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_odd_keys),
		cmocka_unit_test(test_remove_while_walking),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
