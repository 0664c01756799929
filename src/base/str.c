/* SPDX-License-Identifier: GPL-2.0-or-later */
/* str.c - views: search, split, numbers, hash. */
#include "saker/base/str.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <time.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* The longest name that suggestions are made for. */
#define DISTANCE_BYTES ((size_t)64)

int str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int r = n != 0 ? memcmp(a.s, b.s, n) : 0;

	if (r != 0)
		return r;
	return (a.len > b.len) - (a.len < b.len);
}

ptrdiff_t str_find(struct str v, struct str needle)
{
	const char *hit;

	if (needle.len == 0)
		return 0;
	if (v.len < needle.len)
		return -1;
	hit = memmem(v.s, v.len, needle.s, needle.len);
	return hit != NULL ? hit - v.s : -1;
}

ptrdiff_t str_find_byte(struct str v, char c)
{
	const char *hit = v.len != 0 ? memchr(v.s, c, v.len) : NULL;

	return hit != NULL ? hit - v.s : -1;
}

ptrdiff_t str_find_last_byte(struct str v, char c)
{
	const char *hit = v.len != 0 ? memrchr(v.s, c, v.len) : NULL;

	return hit != NULL ? hit - v.s : -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct str str_trim(struct str v)
{
	while (v.len != 0 && is_blank(v.s[0]))
		v = str_skip(v, 1);
	while (v.len != 0 && is_blank(v.s[v.len - 1]))
		v.len--;
	return v;
}

bool str_split(struct str *rest, char c, struct str *ret)
{
	ptrdiff_t at;

	if (rest->s == NULL)
		return false;
	at = str_find_byte(*rest, c);
	if (at < 0) {
		*ret = *rest;
		*rest = STR_NONE;
	} else {
		*ret = str_take(*rest, (size_t)at);
		*rest = str_skip(*rest, (size_t)at + 1);
	}
	return true;
}

struct str str_basename(struct str path)
{
	return str_skip(path, (size_t)(str_find_last_byte(path, '/') + 1));
}

static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 255;
}

bool str_to_u64(struct str v, unsigned base, uint64_t *ret)
{
	uint64_t n = 0;

	if (v.len == 0)
		return false;
	for (size_t i = 0; i < v.len; i++) {
		unsigned d = digit_value(v.s[i]);

		if (d >= base || __builtin_mul_overflow(n, base, &n) ||
		    __builtin_add_overflow(n, d, &n))
			return false;
	}
	*ret = n;
	return true;
}

bool str_to_i64(struct str v, int64_t *ret)
{
	bool negative = v.len != 0 && v.s[0] == '-';
	uint64_t n;

	if (!str_to_u64(negative ? str_skip(v, 1) : v, 10, &n) ||
	    n > (uint64_t)INT64_MAX + negative)
		return false;
	*ret = (int64_t)(negative ? 0 - n : n);
	return true;
}

char *str_dup(struct str v)
{
	char *copy = malloc(v.len + 1);

	if (copy == NULL)
		return NULL;
	if (v.len != 0)
		memcpy(copy, v.s, v.len);
	copy[v.len] = '\0';
	return copy;
}

uint64_t str_hash(struct str v, uint64_t seed)
{
	return XXH3_64bits_withSeed(v.len != 0 ? v.s : "", v.len, seed);
}

/* Early in boot getrandom(2) has nothing yet: then what the kernel gave the
 * program at its start (getauxval(3), AT_RANDOM), told apart by the clock. */
uint64_t str_hash_seed(void)
{
	const char *start = (const char *)getauxval(AT_RANDOM);
	struct timespec now = { 0 };
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) ==
	    (ssize_t)sizeof(seed))
		return seed;
	if (start != NULL)
		memcpy(&seed, start, sizeof(seed));
	clock_gettime(CLOCK_MONOTONIC, &now);
	return str_hash((struct str){ (const char *)&now, sizeof(now) }, seed);
}

/* Levenshtein's distance, a column of the table in the bits of two words: where
 * the distance grows by one from row to row, and where it shrinks (Myers 1999,
 * as Hyyro 2001 has it). */
unsigned str_edit_distance(struct str a, struct str b)
{
	uint64_t rows_of[256] = { 0 }, grows = UINT64_MAX, shrinks = 0;
	unsigned distance = (unsigned)a.len;

	if (a.len > DISTANCE_BYTES || b.len > DISTANCE_BYTES)
		return UINT_MAX;
	if (a.len == 0)
		return (unsigned)b.len;
	for (size_t i = 0; i < a.len; i++)
		rows_of[(unsigned char)a.s[i]] |= 1ULL << i;
	for (size_t j = 0; j < b.len; j++) {
		uint64_t same = rows_of[(unsigned char)b.s[j]];
		uint64_t x = (((same & grows) + grows) ^ grows) | same;
		uint64_t more = shrinks | ~(x | grows);
		uint64_t less = grows & x;

		distance += (unsigned)(more >> (a.len - 1) & 1);
		distance -= (unsigned)(less >> (a.len - 1) & 1);
		more = more << 1 | 1;
		grows = less << 1 | ~(same | shrinks | more);
		shrinks = more & (same | shrinks);
	}
	return distance;
}
