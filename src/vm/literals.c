/* SPDX-License-Identifier: GPL-2.0-or-later */
/* literals.c - what a regular expression cannot match without. Each part of it
 * is either one of a few texts, or unknown with texts of which it holds one;
 * neighbours that are known are joined (the idea is that of RE2's prefilter).
 * pcre2pattern(3) is the grammar: what is rare in it ends the search. */
#include "literals.h"

#include "saker/base/err.h"

#define DEPTH_MAX  20u
#define LENGTH_MAX 64u

/* A part of the pattern. */
struct part {
	bool is_known;        /* it is one of texts, else it holds one */
	struct literals some; /* texts; for the unknown, none = nothing told */
};

struct parsing {
	struct str rest;
	struct arena *arena;
	bool folded; /* (?i) was seen */
	bool gave_up;
	bool nomem;
	unsigned depth;
};

static const struct part anything = { .is_known = false };
static const struct part nothing = {
	.is_known = true, .some = { .texts = { { "", 0 } }, .count = 1 }
};

static struct part give_up(struct parsing *p)
{
	p->gave_up = true;
	return anything;
}

static size_t shortest(const struct literals *l)
{
	size_t least = l->count > 0 ? SIZE_MAX : 0;

	for (size_t i = 0; i < l->count; i++)
		if (l->texts[i].len < least)
			least = l->texts[i].len;
	return least;
}

/* Long texts are rare ones. */
static void keep_better(struct literals *best, const struct literals *other)
{
	size_t a = shortest(best), b = shortest(other);

	if (b > a || (b == a && b > 0 && other->count < best->count))
		*best = *other;
}

static bool unite(struct literals *l, const struct literals *more)
{
	if (l->count + more->count > LITERALS_MAX)
		return false;
	for (size_t i = 0; i < more->count; i++)
		l->texts[l->count++] = more->texts[i];
	return true;
}

static struct str join(struct parsing *p, struct str a, struct str b)
{
	char *text = arena_alloc(p->arena, a.len + b.len + 1);

	if (text == NULL) {
		p->nomem = true;
		return STR_NONE;
	}
	memcpy(text, a.s, a.len);
	memcpy(text + a.len, b.s, b.len);
	return (struct str){ text, a.len + b.len };
}

/* Each text of l followed by each of those behind it. */
static bool append(struct parsing *p, struct literals *l,
                   const struct literals *behind)
{
	struct literals all = { .count = 0 };

	if (l->count * behind->count > LITERALS_MAX)
		return false;
	for (size_t i = 0; i < l->count; i++)
		for (size_t j = 0; j < behind->count; j++) {
			if (l->texts[i].len + behind->texts[j].len > LENGTH_MAX)
				return false;
			all.texts[all.count++] =
				join(p, l->texts[i], behind->texts[j]);
		}
	*l = all;
	return true;
}

/* Without case, two letters have relatives beyond ASCII: the Kelvin sign and
 * the long s. */
static bool is_byte(const struct parsing *p, char c)
{
	bool has_kin = c == 'k' || c == 'K' || c == 's' || c == 'S';

	return (unsigned char)c < 0x80 && !(p->folded && has_kin);
}

static struct part one_byte(struct parsing *p, const char *c)
{
	struct part part = nothing;

	if (!is_byte(p, *c))
		return anything;
	part.some.texts[0] = (struct str){ c, 1 };
	return part;
}

static struct part parse_escape(struct parsing *p)
{
	static const char controls[] = "a\at\tn\nr\rf\fe\033";
	char c = p->rest.len > 1 ? p->rest.s[1] : 'Q';
	const char *at = p->rest.s + 1;

	p->rest = str_skip(p->rest, 2);
	for (size_t i = 0; i + 1 < sizeof(controls); i += 2)
		if (controls[i] == c)
			return one_byte(p, &controls[i + 1]);
	if (strchr("dDwWsShHvVNR", c) != NULL && c != '\0')
		return anything;
	if (strchr("bBAzZG", c) != NULL && c != '\0')
		return nothing;
	if ((c >= '0' && c <= '9') ||
	    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	    (unsigned char)c >= 0x80 || c == '\0')
		return give_up(p);
	return one_byte(p, at);
}

/* One of few bytes, when that is all that stands in the brackets. */
static struct part parse_class(struct parsing *p)
{
	struct part part = { .is_known = true };
	size_t at = 1;
	bool simple = true;

	if (at < p->rest.len && p->rest.s[at] == '^') {
		simple = false;
		at++;
	}
	for (size_t first = at;
	     at < p->rest.len && (p->rest.s[at] != ']' || at == first); at++) {
		struct part one = one_byte(p, &p->rest.s[at]);
		char c = p->rest.s[at];
		char next = at + 1 < p->rest.len ? p->rest.s[at + 1] : ']';

		/* an escaped bracket, and those of [:alpha:] */
		if (c == '\\' ||
		    (c == '[' && (next == ':' || next == '.' || next == '=')))
			return give_up(p);
		simple = simple && one.is_known && c != '-' &&
		         unite(&part.some, &one.some);
	}
	p->rest = str_skip(p->rest, at + 1);
	return simple ? part : anything;
}

static struct part parse_alternatives(struct parsing *p);

/* The head of a group, which may be "(?i)" and no group: false then. */
static bool parse_group_head(struct parsing *p)
{
	struct str head = str_skip(p->rest, 1);
	size_t at = 1;
	char last;

	if (head.len == 0 || (head.s[0] != '?' && head.s[0] != '*')) {
		p->rest = head;
		return true;
	}
	for (; at < head.len && strchr("ism", head.s[at]) != NULL; at++)
		p->folded |= head.s[at] == 'i';
	last = at < head.len ? head.s[at] : '\0';
	if (head.s[0] == '*' ||
	    (last != ':' && last != ')' && !(last == '>' && at == 1)))
		p->gave_up = true;
	p->rest = str_skip(head, at + 1);
	return last != ')';
}

static struct part parse_group(struct parsing *p)
{
	struct part part;

	if (++p->depth > DEPTH_MAX)
		return give_up(p);
	if (!parse_group_head(p) || p->gave_up) {
		p->depth--;
		return nothing;
	}
	part = parse_alternatives(p);
	p->depth--;
	if (p->rest.len == 0 || p->rest.s[0] != ')')
		return give_up(p);
	p->rest = str_skip(p->rest, 1);
	return part;
}

static struct part parse_atom(struct parsing *p)
{
	const char *at = p->rest.s;

	switch (*at) {
	case '(':
		return parse_group(p);
	case '[':
		return parse_class(p);
	case '\\':
		return parse_escape(p);
	case '*':
	case '+':
	case '?':
	case '{':
		return give_up(p);
	default:
		p->rest = str_skip(p->rest, 1);
		if (*at == '.')
			return anything;
		return *at == '^' || *at == '$' ? nothing : one_byte(p, at);
	}
}

/* "{2,3}": the first of its numbers. */
static unsigned parse_count(struct parsing *p)
{
	size_t at = 1;
	bool is_zero = true;

	for (; at < p->rest.len && p->rest.s[at] >= '0' && p->rest.s[at] <= '9';
	     at++)
		is_zero &= p->rest.s[at] == '0';
	p->gave_up |= at == 1;
	while (at < p->rest.len && p->rest.s[at] != '}')
		at++;
	p->rest = str_skip(p->rest, at);
	return is_zero ? 0 : 1;
}

static struct part optional(const struct part *part)
{
	struct part with = *part;

	return part->is_known && unite(&with.some, &nothing.some) ? with
	                                                          : anything;
}

/* What the quantifier behind a part, if there is one, makes of it. */
static struct part parse_quantifier(struct parsing *p, struct part part)
{
	unsigned least;

	if (p->rest.len == 0 || strchr("*+?{", p->rest.s[0]) == NULL ||
	    p->rest.s[0] == '\0')
		return part;
	if (p->rest.s[0] == '?') {
		part = optional(&part);
	} else {
		least = p->rest.s[0] == '{' ? parse_count(p)
		                            : p->rest.s[0] == '+';
		part.is_known = false;
		if (least == 0)
			part = anything;
	}
	p->rest = str_skip(p->rest, 1);
	/* greedy or not */
	if (p->rest.len > 0 && (p->rest.s[0] == '?' || p->rest.s[0] == '+'))
		p->rest = str_skip(p->rest, 1);
	return part;
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* Bytes that stand for themselves; not one that a quantifier repeats. */
static size_t plain_length(const struct parsing *p)
{
	struct str s = str_take(p->rest, LENGTH_MAX / 2);
	size_t n = 0;

	while (n < s.len && is_byte(p, s.s[n]) &&
	       !is_one_of(s.s[n], "()[\\*+?{.^$|"))
		n++;
	if (n > 0 && n < p->rest.len && is_one_of(p->rest.s[n], "*+?{"))
		n--;
	return n;
}

static struct part parse_part(struct parsing *p)
{
	size_t plain = plain_length(p);
	struct part part = nothing;

	if (plain == 0) {
		part = parse_atom(p);
		return p->gave_up ? part : parse_quantifier(p, part);
	}
	part.some.texts[0] = str_take(p->rest, plain);
	p->rest = str_skip(p->rest, plain);
	return part;
}

static struct part parse_sequence(struct parsing *p)
{
	struct part whole = nothing; /* what is known up to here */
	struct literals best = { .count = 0 };
	bool is_known = true;

	while (p->rest.len > 0 && p->rest.s[0] != '|' && p->rest.s[0] != ')' &&
	       !p->gave_up && !p->nomem) {
		struct part next = parse_part(p);

		if (p->gave_up)
			break;
		if (next.is_known && append(p, &whole.some, &next.some))
			continue;
		is_known = false;
		keep_better(&best, &whole.some);
		if (!next.is_known)
			keep_better(&best, &next.some);
		whole = next.is_known ? next : nothing;
	}
	if (is_known)
		return whole;
	keep_better(&best, &whole.some);
	return (struct part){ .some = best };
}

static struct part parse_alternatives(struct parsing *p)
{
	struct part all = parse_sequence(p);
	bool told = shortest(&all.some) > 0;

	while (p->rest.len > 0 && p->rest.s[0] == '|' && !p->gave_up) {
		struct part next;

		p->rest = str_skip(p->rest, 1);
		next = parse_sequence(p);
		all.is_known &= next.is_known;
		told &= shortest(&next.some) > 0;
		if (!unite(&all.some, &next.some)) {
			all.is_known = false;
			told = false;
		}
	}
	return all.is_known || told ? all : anything;
}

static void fold(struct parsing *p, struct literals *l)
{
	for (size_t i = 0; i < l->count; i++) {
		struct str copy = arena_copy(p->arena, l->texts[i]);
		char *text = (char *)(uintptr_t)copy.s;

		p->nomem |= text == NULL;
		for (size_t n = 0; n < copy.len; n++)
			if (text[n] >= 'A' && text[n] <= 'Z')
				text[n] = (char)(text[n] | 0x20);
		l->texts[i] = copy;
	}
}

int literals_of_regex(struct str pattern, struct arena *arena,
                      struct literals *ret)
{
	struct parsing p = { .rest = pattern, .arena = arena };
	struct part part = parse_alternatives(&p);

	if (p.gave_up || p.rest.len > 0 || shortest(&part.some) == 0)
		part = anything;
	if (p.folded)
		fold(&p, &part.some);
	if (p.nomem)
		return E_NOMEM;
	*ret = part.some;
	ret->folded = p.folded;
	return 0;
}
