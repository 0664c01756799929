/* SPDX-License-Identifier: GPL-2.0-or-later */
/* escape.c - JSON strings and terminal-safe text. */
#include "saker/base/escape.h"

/* Length of the valid UTF-8 sequence at the head of v, 0 when invalid
 * (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). */
static size_t utf8_length(struct str v)
{
	const unsigned char *p = (const unsigned char *)v.s;
	unsigned char low = 0x80, high = 0xbf;
	size_t n;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (v.len < n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return n;
}

bool escape_is_utf8(struct str v)
{
	while (v.len != 0) {
		size_t n = utf8_length(v);

		if (n == 0)
			return false;
		v = str_skip(v, n);
	}
	return true;
}

void escape_to_utf8(struct buf *b, struct str v)
{
	while (v.len != 0) {
		size_t n = utf8_length(v);

		if (n == 0)
			buf_add_str(b, STR("\xef\xbf\xbd"));
		else
			buf_add(b, v.s, n);
		v = str_skip(v, n == 0 ? 1 : n);
	}
}

/* The number of a character of n bytes at the head of v that changes what the
 * others look like: C1 controls, on which some terminals act, line and
 * paragraph separators, and what turns the direction of writing around
 * (Unicode Technical Report 36, 2.10.1). 0 = it is none. */
static unsigned hidden_control(struct str v, size_t n)
{
	const unsigned char *p = (const unsigned char *)v.s;
	unsigned number;

	if (n == 2 && p[0] == 0xc2 && p[1] < 0xa0)
		return p[1];
	if (n != 3 || p[0] != 0xe2)
		return 0;
	number = 0x2000u + (p[1] & 0x3fu) * 64 + (p[2] & 0x3fu);
	return (number >= 0x2028 && number <= 0x202e) ||
	                       (number >= 0x2066 && number <= 0x2069)
	               ? number
	               : 0;
}

static char short_escape(char c)
{
	switch (c) {
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 0;
	}
}

/* How much of the head is printable ASCII that stands for itself in JSON. */
static size_t plain_length(struct str v)
{
	size_t n = 0;

	while (n < v.len && v.s[n] >= ' ' && v.s[n] < 0x7f && v.s[n] != '"' &&
	       v.s[n] != '\\')
		n++;
	return n;
}

static struct str add_plain(struct buf *b, struct str v)
{
	const size_t n = plain_length(v);

	buf_add(b, v.s, n);
	return str_skip(v, n);
}

void escape_json(struct buf *b, struct str v)
{
	buf_add_byte(b, '"');
	while ((v = add_plain(b, v)).len != 0) {
		unsigned char c = (unsigned char)v.s[0];
		size_t n = utf8_length(v);

		if (n == 0) {
			buf_add_str(b, STR("\xef\xbf\xbd"));
			n = 1;
		} else if (c == '"' || c == '\\') {
			buf_add_byte(b, '\\');
			buf_add_byte(b, v.s[0]);
		} else if (short_escape(v.s[0]) != 0) {
			buf_add_byte(b, '\\');
			buf_add_byte(b, short_escape(v.s[0]));
		} else if (c < 0x20 || c == 0x7f) {
			buf_printf(b, "\\u%04x", c);
		} else if (hidden_control(v, n) != 0) {
			buf_printf(b, "\\u%04x", hidden_control(v, n));
		} else {
			buf_add(b, v.s, n);
		}
		v = str_skip(v, n);
	}
	buf_add_byte(b, '"');
}

void escape_text(struct buf *b, struct str v)
{
	while ((v = add_plain(b, v)).len != 0) {
		unsigned char c = (unsigned char)v.s[0];
		size_t n = utf8_length(v);

		if (n > 0 && short_escape(v.s[0]) != 0) {
			buf_add_byte(b, '\\');
			buf_add_byte(b, short_escape(v.s[0]));
		} else if (n == 0 || c < 0x20 || c == 0x7f) {
			buf_printf(b, "\\x%02x", c);
			n = 1;
		} else if (hidden_control(v, n) != 0) {
			buf_printf(b, n == 2 ? "\\x%02x" : "\\u%04x",
			           hidden_control(v, n));
		} else {
			buf_add(b, v.s, n);
		}
		v = str_skip(v, n);
	}
}
