/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lexer.c - the tokens of conditions, as Falco's expressions in
 * libsinsp/filter/parser.cpp define them. */
#include "lexer.h"

#include <stdarg.h>
#include <stdio.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\b';
}

/* [[:space:]], which the expressions for bare strings leave out. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char peek(const struct lexer *l, size_t ahead)
{
	return l->at + ahead < l->s.len ? l->s.s[l->at + ahead] : '\0';
}

static void take(struct lexer *l, size_t n)
{
	l->token = str_take(str_skip(l->s, l->at), n);
	l->token_at = l->at;
	l->token_length = n;
	l->at += n;
}

int lex_fail(struct lexer *l, const char *format, ...)
{
	va_list ap;

	if (l->result < 0)
		return l->result;
	va_start(ap, format);
	vsnprintf(l->error->text, sizeof(l->error->text), format, ap);
	va_end(ap);
	l->error->offset = l->at;
	l->error->length = 1;
	l->result = E_INVALID;
	return E_INVALID;
}

bool lex_blank(struct lexer *l)
{
	size_t start = l->at;

	while (l->at < l->s.len && is_blank(l->s.s[l->at]))
		l->at++;
	return l->at > start;
}

bool lex_text(struct lexer *l, struct str text)
{
	if (peek(l, 0) != text.s[0] ||
	    !str_has_prefix(str_skip(l->s, l->at), text))
		return false;
	take(l, text.len);
	return true;
}

bool lex_word(struct lexer *l, struct str word)
{
	if (!str_has_prefix(str_skip(l->s, l->at), word) ||
	    !is_blank(peek(l, word.len)))
		return false;
	take(l, word.len);
	return lex_blank(l);
}

/* Length of [a-zA-Z][a-zA-Z0-9_]* at ahead. */
static size_t name_length(const struct lexer *l, size_t ahead)
{
	struct str rest = str_skip(l->s, l->at + ahead);
	size_t n = 0;

	if (rest.len == 0 || !is_letter(rest.s[0]))
		return 0;
	while (n < rest.len && (is_letter(rest.s[n]) || rest.s[n] == '_' ||
	                        is_digit(rest.s[n])))
		n++;
	return n;
}

bool lex_identifier(struct lexer *l)
{
	size_t n = name_length(l, 0);

	if (n > 0)
		take(l, n);
	return n > 0;
}

bool lex_field_name(struct lexer *l)
{
	size_t n = name_length(l, 0), parts = 0;

	while (n > 0 && peek(l, n) == '.' && name_length(l, n + 1) > 0) {
		n += 1 + name_length(l, n + 1);
		parts++;
	}
	if (parts > 0)
		take(l, n);
	return parts > 0;
}

/* What may stand in a text without quotes, and in a field's argument. */
enum bare {
	BARE_TEXT = 1,
	BARE_ARG = 2,
};

static bool is_bare(char c, enum bare what)
{
	static const unsigned char ends[256] = {
		['\0'] = BARE_TEXT | BARE_ARG,
		['"'] = BARE_TEXT | BARE_ARG,
		['\''] = BARE_TEXT | BARE_ARG,
		['('] = BARE_TEXT,
		[')'] = BARE_TEXT,
		['='] = BARE_TEXT,
		[','] = BARE_TEXT,
		['['] = BARE_ARG,
		[']'] = BARE_ARG,
	};

	return (ends[(unsigned char)c] & what) == 0 && !is_space(c);
}

static bool take_bare(struct lexer *l, enum bare what)
{
	size_t n = 0;

	while (l->at + n < l->s.len && is_bare(l->s.s[l->at + n], what))
		n++;
	if (n > 0)
		take(l, n);
	return n > 0;
}

bool lex_bare(struct lexer *l)
{
	return take_bare(l, BARE_TEXT);
}

bool lex_field_arg(struct lexer *l)
{
	return lex_quoted(l) || (l->result == 0 && take_bare(l, BARE_ARG));
}

static size_t digits(const struct lexer *l, size_t ahead)
{
	size_t n = 0;

	while (is_digit(peek(l, ahead + n)))
		n++;
	return n;
}

/* 0[xX][0-9a-zA-Z]+ */
static size_t hex_length(const struct lexer *l)
{
	size_t n = 2;

	if (peek(l, 0) != '0' || (peek(l, 1) != 'x' && peek(l, 1) != 'X'))
		return 0;
	while (is_digit(peek(l, n)) || is_letter(peek(l, n)))
		n++;
	return n > 2 ? n : 0;
}

/* [+-]?[0-9]+[.]?[0-9]*([eE][+-][0-9]+)? */
static size_t decimal_length(const struct lexer *l)
{
	size_t n = peek(l, 0) == '+' || peek(l, 0) == '-';
	size_t e;

	if (digits(l, n) == 0)
		return 0;
	n += digits(l, n);
	n += peek(l, n) == '.';
	n += digits(l, n);
	e = n;
	if ((peek(l, e) == 'e' || peek(l, e) == 'E') &&
	    (peek(l, e + 1) == '+' || peek(l, e + 1) == '-') &&
	    digits(l, e + 2) > 0)
		n = e + 2 + digits(l, e + 2);
	return n;
}

bool lex_number(struct lexer *l)
{
	size_t n = hex_length(l);

	if (n == 0)
		n = decimal_length(l);
	if (n > 0)
		take(l, n);
	return n > 0;
}

/* s begins at a backslash. Returns the escape's length; 0 = there is none. */
static size_t unescape(struct str s, char quote, char *ret)
{
	static const char from[] = "bfnrt\\/";
	static const char to[] = "\b\f\n\r\t\\/";
	const char *known;

	if (s.len < 2)
		return 0;
	known = memchr(from, s.s[1], sizeof(from) - 1);
	if (known != NULL) {
		*ret = to[known - from];
		return 2;
	}
	if (s.s[1] == quote) {
		*ret = quote;
		return 2;
	}
	if (s.s[1] == ' ') {
		/* Falco keeps rules alive that were written so by mistake. */
		*ret = '\\';
		return 2;
	}
	if (s.s[1] == 'x' && s.len >= 4 && hex_digit(s.s[2]) >= 0 &&
	    hex_digit(s.s[3]) >= 0) {
		*ret = (char)(hex_digit(s.s[2]) * 16 + hex_digit(s.s[3]));
		return 4;
	}
	return 0;
}

static bool unquote(struct lexer *l, struct str raw, char quote)
{
	char *out = arena_alloc(l->arena, raw.len + 1);
	size_t n = 0;

	if (out == NULL) {
		l->result = E_NOMEM;
		return false;
	}
	for (size_t i = 0; i < raw.len;) {
		size_t used = 1;

		out[n] = raw.s[i];
		if (raw.s[i] == '\\')
			used = unescape(str_skip(raw, i), quote, &out[n]);
		if (used == 0 || (out[n] == '\0' && !l->takes_nul)) {
			l->at += i + 1;
			lex_fail(l, "unsupported string escape sequence: \\%c",
			         i + 1 < raw.len ? raw.s[i + 1] : ' ');
			return false;
		}
		n++;
		i += used;
	}
	l->token = (struct str){ out, n };
	return true;
}

/* The end is the first quote that no backslash stands before, even when that
 * backslash is itself escaped: Falco's reading. */
bool lex_quoted(struct lexer *l)
{
	char quote = peek(l, 0);
	size_t start = l->at;

	if (quote != '"' && quote != '\'')
		return false;
	for (size_t i = start + 1; i < l->s.len; i++) {
		if (l->s.s[i] != quote || l->s.s[i - 1] == '\\')
			continue;
		if (!unquote(l, str_span(l->s.s + start + 1, l->s.s + i),
		             quote))
			return false;
		l->token_at = start;
		l->token_length = i + 1 - start;
		l->at = i + 1;
		return true;
	}
	lex_fail(l, "the string that begins here has no closing %c", quote);
	return false;
}
