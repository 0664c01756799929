/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cursor.h - what a record has at one place: literals, numbers, texts. What is
 * there is taken, and the cursor stands behind it; false when something else is
 * there, and the record is for the general scanner. */
#ifndef SAKER_AUDIT_CURSOR_H
#define SAKER_AUDIT_CURSOR_H

#include "digits.h"
#include "saker/base/arena.h"

struct cursor {
	const char *at;
	const char *end;
};

/* Longer than seven digits, or at the record's end. */
bool eat_long_number(struct cursor *c, uint64_t *ret);
bool eat_id(struct cursor *c, uint32_t *ret);
bool eat_hex(struct cursor *c, unsigned most, uint64_t *ret);
bool eat_oct(struct cursor *c, uint64_t *ret);
bool eat_dev(struct cursor *c, uint64_t *ret);
/* A word, decoded where it is hexadecimal. */
bool eat_unquoted(struct cursor *c, struct arena *a, struct str *ret);
/* An old or a relabelled system's context may have several words: not those. */
bool eat_label(struct cursor *c, struct str *ret);

BYTES_INLINE bool has(const struct cursor *c, size_t n)
{
	return (size_t)(c->end - c->at) >= n;
}

#define EAT(c, literal) eat(c, literal, sizeof(literal) - 1)

BYTES_INLINE bool eat(struct cursor *c, const char *literal, size_t n)
{
	if (!has(c, n) || !bytes_same(c->at, literal, n))
		return false;
	c->at += n;
	return true;
}

BYTES_INLINE bool eat_number(struct cursor *c, uint64_t *ret)
{
	uint64_t word;
	unsigned n = 0;

	if (load_eight(c->at, c->end, &word))
		n = short_decimal(word, ret);
	c->at += n;
	return n != 0 || eat_long_number(c, ret);
}

/* Most often one digit, with a blank behind it. */
static inline bool eat_small(struct cursor *c, uint64_t *ret)
{
	unsigned digit;

	if (!has(c, 2) || c->at[1] != ' ')
		return eat_number(c, ret);
	digit = (unsigned)(unsigned char)*c->at++ - '0';
	*ret = digit;
	return digit <= 9;
}

static inline bool eat_signed(struct cursor *c, int64_t *ret)
{
	bool is_negative = EAT(c, "-");
	uint64_t n;

	if (!eat_small(c, &n))
		return false;
	*ret = is_negative ? -(int64_t)n : (int64_t)n;
	return true;
}

BYTES_INLINE bool eat_int(struct cursor *c, int *ret)
{
	uint64_t n;

	if (!eat_number(c, &n) || n > INT32_MAX)
		return false;
	*ret = (int)n;
	return true;
}

static inline bool eat_count(struct cursor *c, unsigned *ret)
{
	uint64_t n;

	if (!eat_small(c, &n) || n > INT32_MAX)
		return false;
	*ret = (unsigned)n;
	return true;
}

/* name=HEX, before and behind which there is a block at least. */
#define EAT_REGISTER(c, name, ret) eat_register(c, name, sizeof(name) - 1, ret)

BYTES_INLINE bool eat_register(struct cursor *c, const char *name, size_t len,
                               uint64_t *ret)
{
	unsigned n;

	if (!has(c, len + BLOCK_BYTES) || !bytes_same(c->at, name, len))
		return false;
	c->at += len;
	n = count_until(c->at, ' ');
	c->at += n;
	return read_hex(c->at, n, ret);
}

/* The closing quote; NULL when there is none. */
static inline const char *find_quote(const char *p, const char *end)
{
	while (end - p >= (ptrdiff_t)BLOCK_BYTES) {
		unsigned n = count_until(p, '"');

		p += n;
		if (n < BLOCK_BYTES)
			return p;
	}
	return memchr(p, '"', (size_t)(end - p));
}

static inline bool eat_quoted(struct cursor *c, struct str *ret)
{
	const char *from = c->at + 1, *quote;

	if (c->at == c->end || *c->at != '"')
		return false;
	quote = find_quote(from, c->end);
	if (quote == NULL || (quote + 1 != c->end && quote[1] != ' '))
		return false;
	c->at = quote + 1;
	*ret = str_span(from, quote);
	return true;
}

static inline bool eat_text(struct cursor *c, struct arena *a, struct str *ret)
{
	return eat_quoted(c, ret) || eat_unquoted(c, a, ret);
}

#endif
