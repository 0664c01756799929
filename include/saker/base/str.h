/* SPDX-License-Identifier: GPL-2.0-or-later */
/* str.h - borrowed string views: pointer and length, never NUL-terminated. */
#ifndef SAKER_BASE_STR_H
#define SAKER_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A view borrows its bytes; each function that returns one says from whom.
 * s is NULL only in the empty view. */
struct str {
	const char *s;
	size_t len;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
/* STR() in a static initialiser. */
#define STR_INIT(literal)                      \
	{                                      \
		(literal), sizeof(literal) - 1 \
	}
#define STR_NONE ((struct str){ NULL, 0 })
/* For printf's "%.*s". */
#define STR_FMT(v) (int)(v).len, ((v).s != NULL ? (v).s : "")

/* The value of one hexadecimal digit; -1 = it is none. */
static inline int hex_digit_lower(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline int hex_digit_upper(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The same in either case. */
static inline int hex_digit(char c)
{
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : hex_digit_lower(c);
}

static inline struct str str_from(const char *c)
{
	return (struct str){ c, c != NULL ? strlen(c) : 0 };
}

static inline struct str str_span(const char *begin, const char *end)
{
	return (struct str){ begin, (size_t)(end - begin) };
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

#define BYTES_INLINE static inline __attribute__((always_inline))

/* Whether the first and the last size bytes of n are the same. */
BYTES_INLINE bool bytes_same_ends(const char *a, const char *b, size_t n,
                                  size_t size)
{
	uint64_t a0 = 0, a1 = 0, b0 = 0, b1 = 0;

	memcpy(&a0, a, size);
	memcpy(&b0, b, size);
	memcpy(&a1, a + n - size, size);
	memcpy(&b1, b + n - size, size);
	return ((a0 ^ b0) | (a1 ^ b1)) == 0;
}

/* memcmp(a, b, n) == 0 for an n that the compiler knows: loads that may
 * overlap, where compilers call memcmp() for odd lengths. */
BYTES_INLINE bool bytes_same(const char *a, const char *b, size_t n)
{
	if (n > 32)
		return memcmp(a, b, n) == 0;
	if (n > 16)
		return bytes_same_ends(a, b, 16, 8) &&
		       bytes_same_ends(a + n - 16, b + n - 16, 16, 8);
	if (n >= 8)
		return bytes_same_ends(a, b, n, 8);
	if (n >= 4)
		return bytes_same_ends(a, b, n, 4);
	if (n >= 2)
		return bytes_same_ends(a, b, n, 2);
	return n == 0 || *a == *b;
}

BYTES_INLINE void bytes_copy_ends(char *to, const char *from, size_t n,
                                  size_t size)
{
	uint64_t head = 0, tail = 0;

	memcpy(&head, from, size);
	memcpy(&tail, from + n - size, size);
	memcpy(to, &head, size);
	memcpy(to + n - size, &tail, size);
}

/* memcpy() for what is nearly always short: without a call. */
BYTES_INLINE void bytes_copy(char *to, const char *from, size_t n)
{
	if (n > 16)
		memcpy(to, from, n);
	else if (n >= 8)
		bytes_copy_ends(to, from, n, 8);
	else if (n >= 4)
		bytes_copy_ends(to, from, n, 4);
	else if (n >= 2)
		bytes_copy_ends(to, from, n, 2);
	else if (n == 1)
		*to = *from;
}

/* str_eq() for texts that are nearly always the same and short: without a call
 * of memcmp(). */
static inline bool str_same(struct str a, struct str b)
{
	const char *p = a.s, *q = b.s, *last;

	if (a.len != b.len)
		return false;
	if (a.len < 8)
		return a.len == 0 ||
		       (a.len >= 4 ? bytes_same_ends(p, q, a.len, 4)
		                   : memcmp(p, q, a.len) == 0);
	last = a.s + a.len - 8;
	for (; p < last; p += 8, q += 8)
		if (!bytes_same(p, q, 8))
			return false;
	return bytes_same(last, b.s + b.len - 8, 8);
}

/* str_eq() with a literal, without a call of memcmp(). */
#define STR_IS(v, literal)                 \
	((v).len == sizeof(literal) - 1 && \
	 bytes_same((v).s, (literal), sizeof(literal) - 1))

static inline bool str_has_prefix(struct str v, struct str prefix)
{
	return v.len >= prefix.len &&
	       (prefix.len == 0 || memcmp(v.s, prefix.s, prefix.len) == 0);
}

static inline bool str_has_suffix(struct str v, struct str suffix)
{
	return v.len >= suffix.len &&
	       (suffix.len == 0 ||
	        memcmp(v.s + v.len - suffix.len, suffix.s, suffix.len) == 0);
}

/* The view without its first n bytes; n past the end gives the empty view. */
static inline struct str str_skip(struct str v, size_t n)
{
	return n >= v.len ? (struct str){ v.s, 0 }
	                  : (struct str){ v.s + n, v.len - n };
}

static inline struct str str_take(struct str v, size_t n)
{
	return (struct str){ v.s, n < v.len ? n : v.len };
}

/* memcmp order, the shorter first: negative, 0 or positive. */
int str_cmp(struct str a, struct str b);
/* Index of the first needle or byte in v; -1 when there is none. */
ptrdiff_t str_find(struct str v, struct str needle);
ptrdiff_t str_find_byte(struct str v, char c);
ptrdiff_t str_find_last_byte(struct str v, char c);
/* Without leading and trailing blanks, tabs and line ends. */
struct str str_trim(struct str v);
/* Cuts the part before the first c off *rest and returns it; without a c,
 * all of *rest. False when *rest was exhausted (s == NULL) before. */
bool str_split(struct str *rest, char c, struct str *ret);
/* The part of a path after its last slash. */
struct str str_basename(struct str path);

/* Whole-view number parsers: false on an empty view, a stray byte or
 * overflow, with *ret untouched. */
bool str_to_u64(struct str v, unsigned base, uint64_t *ret);
bool str_to_i64(struct str v, int64_t *ret);

/* Insertions, deletions and changes of a byte that make a into b; UINT_MAX when
 * either is longer than a name. For "did you mean" hints. */
unsigned str_edit_distance(struct str a, struct str b);

/* Heap copy with a NUL behind it; the caller frees. NULL when out of memory. */
char *str_dup(struct str v);

/* Seeded hash (xxh3). */
uint64_t str_hash(struct str v, uint64_t seed);
/* A seed of the kernel's randomness, another one each time: for each table
 * whose keys attackers choose. */
uint64_t str_hash_seed(void);

#endif
