/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lists.c - lists are text that is put in before parsing, inside quotes too:
 * Falco's rule_loader_compiler.cpp, resolve_list(). */
#include "saker/base/limits.h"
#include "store.h"

/* Lists in lists. */
#define NESTING 32u
/* What lists of lists may make of one condition. */
#define EXPANDED_BYTES ((size_t)16 * 1024 * 1024)

struct expansion {
	struct rules *rules;
	struct text_builder out;
	struct definition *open[NESTING]; /* lists that are being put in */
	unsigned depth;
	bool any; /* item of the current list was put in */
	bool skip_comma;
	size_t begin; /* of what is not put out yet and stays as it is */
};

static bool is_delimiter(char c)
{
	switch (c) {
	case '\0':
	case ' ':
	case '\t':
	case '\n':
	case '\r':
	case '(':
	case ')':
	case ',':
	case '=':
		return true;
	default:
		return false;
	}
}

static bool is_open(const struct expansion *x, const struct definition *list)
{
	for (unsigned i = 0; i < x->depth; i++)
		if (x->open[i] == list)
			return true;
	return x->depth == NESTING;
}

static bool needs_quotes(struct str item)
{
	return item.len > 0 && item.s[0] != '"' && item.s[0] != '\'' &&
	       str_find_byte(item, ' ') >= 0;
}

/* An empty list takes a comma beside it away: the one before, if the output
 * ends in one. */
static void remove_comma(struct expansion *x)
{
	struct buf *b = &x->out.bytes;
	size_t n = b->len;

	while (n > 0 && strchr(" \t\n\r", b->data[n - 1]) != NULL)
		n--;
	if (n > 0 && b->data[n - 1] == ',')
		b->data[n - 1] = ' ';
	else
		x->skip_comma = true;
}

static void add_text(struct expansion *x, struct str s, struct position at)
{
	bool quote = needs_quotes(s);

	if (x->any)
		text_add_fixed(&x->out, STR(", "), at);
	x->any = true;
	if (quote)
		text_add_fixed(&x->out, STR("\""), at);
	text_add_fixed(&x->out, s, at);
	if (quote)
		text_add_fixed(&x->out, STR("\""), at);
}

static void add_items(struct expansion *x, struct definition *list,
                      struct position at)
{
	const struct yaml *items = list->values[KEY_ITEMS];

	uses_add(x->rules, list);
	x->open[x->depth++] = list;
	for (const struct yaml_item *i = items->first; i != NULL; i = i->next) {
		struct str s = i->value->text.s;
		struct definition *inner =
			rules_find(x->rules, DEFINES_LIST, s);

		if (x->out.bytes.len > EXPANDED_BYTES)
			break;
		if (inner != NULL && !is_open(x, inner))
			add_items(x, inner, at);
		else
			add_text(x, s, at);
	}
	x->depth--;
}

static void add_list(struct expansion *x, struct definition *list,
                     struct position at)
{
	x->any = false;
	add_items(x, list, at);
	if (!x->any)
		remove_comma(x);
}

bool lists_is_word(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (is_delimiter(name.s[i]))
			return false;
	return true;
}

/* A list of a name of several words that stands at begin: warned of, but
 * Falco finds it. */
static struct definition *find_odd(const struct expansion *x,
                                   const struct text *t, size_t begin)
{
	const struct buf *odd = &x->rules->odd_lists;
	struct str rest = str_skip(t->s, begin);

	for (size_t i = 0; i < odd->len / sizeof(struct definition *); i++) {
		struct definition *d =
			((struct definition **)(void *)odd->data)[i];

		if (str_has_prefix(rest, d->name) &&
		    (rest.len == d->name.len ||
		     is_delimiter(rest.s[d->name.len])))
			return d;
	}
	return NULL;
}

static void add_until(struct expansion *x, const struct text *t, size_t end)
{
	text_add_part(&x->out, t, x->begin, end);
	x->begin = end;
}

static size_t replace(struct expansion *x, const struct text *t, size_t begin,
                      struct definition *list)
{
	add_until(x, t, begin);
	add_list(x, list, text_position(t, begin));
	x->begin = begin + list->name.len;
	return x->begin;
}

/* The word at begin, or the list that it names. Returns where it ends. */
static size_t add_word(struct expansion *x, const struct text *t, size_t begin)
{
	struct definition *list = find_odd(x, t, begin);
	size_t end = begin;

	x->skip_comma = false;
	if (list != NULL)
		return replace(x, t, begin, list);
	while (end < t->s.len && !is_delimiter(t->s.s[end]))
		end++;
	list = rules_find(x->rules, DEFINES_LIST,
	                  str_span(t->s.s + begin, t->s.s + end));
	return list != NULL ? replace(x, t, begin, list) : end;
}

static void expand(struct expansion *x, const struct text *t)
{
	size_t i = 0;

	while (i < t->s.len) {
		bool comma = t->s.s[i] == ',';

		if (!is_delimiter(t->s.s[i])) {
			i = add_word(x, t, i);
			continue;
		}
		if (comma && x->skip_comma) {
			add_until(x, t, i);
			x->begin = i + 1;
		}
		x->skip_comma &= !comma;
		i++;
	}
	add_until(x, t, t->s.len);
}

int lists_expand(struct rules *r, const struct text *text, struct text *ret)
{
	struct expansion x = { .rules = r };
	int e;

	/* most conditions name a list or two */
	buf_reserve(&x.out.bytes, text->s.len + 256);
	buf_reserve(&x.out.pieces, (text->npieces + 8) * sizeof(*text->pieces));
	expand(&x, text);
	if (x.out.bytes.len > EXPANDED_BYTES)
		e = rules_error(r, CODE_CONDITION, text_position(text, 0), 0,
		                "the condition is too long with its lists: "
		                "more than %zu bytes",
		                EXPANDED_BYTES);
	else
		e = text_finish(&x.out, r->arena, ret);
	text_builder_done(&x.out);
	return e;
}
