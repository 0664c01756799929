/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cursor.c - what few records have, or few fields: once in memory, and called.
 */
#include "cursor.h"

#include <sys/sysmacros.h>

#include "saker/audit/event.h"

bool eat_long_number(struct cursor *c, uint64_t *ret)
{
	unsigned n = take_decimal(&c->at, c->end, ret);

	return n != 0 && n <= 18;
}

bool eat_id(struct cursor *c, uint32_t *ret)
{
	uint64_t n;

	/* auid and ses of all daemons, and the one long number of most
	 * records */
	if (EAT(c, "4294967295")) {
		*ret = AUDIT_ID_UNSET;
		return c->at < c->end && *c->at == ' ';
	}
	if (!eat_number(c, &n) || n > UINT32_MAX)
		return false;
	*ret = (uint32_t)n;
	return true;
}

bool eat_hex(struct cursor *c, unsigned most, uint64_t *ret)
{
	const char *from = c->at;
	uint64_t value = 0;
	int digit;

	while (c->at < c->end && c->at - from <= (ptrdiff_t)most &&
	       (digit = hex_digit_lower(*c->at)) >= 0) {
		value = value << 4 | (unsigned)digit;
		c->at++;
	}
	*ret = value;
	return c->at != from && c->at - from <= (ptrdiff_t)most;
}

bool eat_oct(struct cursor *c, uint64_t *ret)
{
	const char *from = c->at;
	uint64_t n = 0;

	while (c->at < c->end && *c->at >= '0' && *c->at <= '7')
		n = n << 3 | (uint64_t)(*c->at++ - '0');
	*ret = n;
	return c->at != from && c->at - from <= 20;
}

bool eat_dev(struct cursor *c, uint64_t *ret)
{
	uint64_t high, low;

	if (!eat_hex(c, 8, &high) || !EAT(c, ":") || !eat_hex(c, 8, &low))
		return false;
	*ret = makedev((unsigned)high, (unsigned)low);
	return true;
}

/* Up to the blank or the end. */
static bool eat_word(struct cursor *c, struct str *ret)
{
	const char *from = c->at, *p;

	if (from == c->end || *from == '"')
		return false;
	p = memchr(from, ' ', (size_t)(c->end - from));
	c->at = p != NULL ? p : c->end;
	*ret = str_span(from, c->at);
	return c->at != from;
}

/* Nothing in a word asks for the general scanner's care. */
static bool is_plain(struct str word)
{
	return word.s[word.len - 1] != ',' && str_find_byte(word, '=') < 0 &&
	       str_find_byte(word, '\'') < 0;
}

bool eat_unquoted(struct cursor *c, struct arena *a, struct str *ret)
{
	struct str raw;

	return eat_word(c, &raw) && decode_string(a, raw, ret) &&
	       (ret->s != raw.s || is_plain(raw));
}

bool eat_label(struct cursor *c, struct str *ret)
{
	return eat_word(c, ret) && is_plain(*ret) &&
	       (!has(c, 2) || c->at[1] != '(');
}
