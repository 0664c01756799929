/* SPDX-License-Identifier: GPL-2.0-or-later */
/* glob.c - shell patterns. Not fnmatch(3): it wants a NUL at the end, depends
 * on the locale, and takes exponential time for patterns with many stars. */
#include <ctype.h>

#include "saker/vm/op.h"

static unsigned char fold(unsigned char c, bool fold_case)
{
	return fold_case && c >= 'A' && c <= 'Z'
	               ? (unsigned char)(c - 'A' + 'a')
	               : c;
}

static bool in_named_class(struct str name, unsigned char c)
{
	static const struct {
		struct str name;
		int (*has)(int c);
	} classes[] = {
		{ { "alnum", 5 }, isalnum }, { { "alpha", 5 }, isalpha },
		{ { "blank", 5 }, isblank }, { { "cntrl", 5 }, iscntrl },
		{ { "digit", 5 }, isdigit }, { { "graph", 5 }, isgraph },
		{ { "lower", 5 }, islower }, { { "print", 5 }, isprint },
		{ { "punct", 5 }, ispunct }, { { "space", 5 }, isspace },
		{ { "upper", 5 }, isupper }, { { "xdigit", 6 }, isxdigit },
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (str_eq(classes[i].name, name))
			return classes[i].has(c) != 0;
	return false;
}

/* One element of a bracket expression at *at: sets *ret_low and *ret_high to
 * its range, or *ret_class when it is a [:class:]. */
static bool bracket_element(struct str p, size_t *at, struct str *ret_class,
                            unsigned char range[2])
{
	ptrdiff_t end;

	*ret_class = STR_NONE;
	if (p.s[*at] == '[' && *at + 1 < p.len && p.s[*at + 1] == ':') {
		end = str_find(str_skip(p, *at + 2), STR(":]"));
		if (end >= 0) {
			*ret_class =
				str_take(str_skip(p, *at + 2), (size_t)end);
			*at += (size_t)end + 4;
			return true;
		}
	}
	if (p.s[*at] == '\\' && *at + 1 < p.len)
		++*at;
	range[0] = range[1] = (unsigned char)p.s[(*at)++];
	if (*at + 1 < p.len && p.s[*at] == '-' && p.s[*at + 1] != ']') {
		range[1] = (unsigned char)p.s[*at + 1];
		*at += 2;
	}
	return *at <= p.len;
}

/* p begins behind '['. 0 when the bracket never closes: '[' is then itself. */
static size_t match_bracket(struct str p, unsigned char c, bool fold_case,
                            bool *ret)
{
	size_t at = 0;
	bool negated = p.len > 0 && (p.s[0] == '!' || p.s[0] == '^');
	bool found = false;

	at += negated;
	for (size_t first = at;
	     at < p.len && (p.s[at] != ']' || at == first);) {
		unsigned char range[2] = { 1, 0 };
		struct str class;

		bracket_element(p, &at, &class, range);
		if (class.s != NULL)
			found |= in_named_class(class, c);
		else
			found |=
				fold(c, fold_case) >=
					fold(range[0], fold_case) &&
				fold(c, fold_case) <= fold(range[1], fold_case);
	}
	if (at >= p.len)
		return 0;
	*ret = found != negated;
	return at + 1;
}

/* Length of the pattern element at the start of p that matches c; 0 = no. */
static size_t match_one(struct str p, unsigned char c, bool fold_case)
{
	bool matched = false;
	size_t n;

	switch (p.s[0]) {
	case '?':
		return 1;
	case '[':
		n = match_bracket(str_skip(p, 1), c, fold_case, &matched);
		if (n > 0)
			return matched ? n + 1 : 0;
		return c == '[';
	case '\\':
		if (p.len > 1)
			return fold((unsigned char)p.s[1], fold_case) ==
			                       fold(c, fold_case)
			               ? 2
			               : 0;
		return 0; /* as fnmatch: a trailing backslash never matches */
	default:
		return fold((unsigned char)p.s[0], fold_case) ==
		       fold(c, fold_case);
	}
}

bool glob_match(struct str pattern, struct str v, bool fold_case)
{
	size_t p = 0, i = 0, star_p = 0, star_i = 0;
	bool star = false;

	while (i < v.len) {
		size_t n = 0;

		if (p < pattern.len && pattern.s[p] == '*') {
			star = true;
			star_p = ++p;
			star_i = i;
			continue;
		}
		if (p < pattern.len)
			n = match_one(str_skip(pattern, p),
			              (unsigned char)v.s[i], fold_case);
		if (n > 0) {
			p += n;
			i++;
		} else if (star) {
			/* Only the last star needs to be tried again. */
			p = star_p;
			i = ++star_i;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.s[p] == '*')
		p++;
	return p == pattern.len;
}
