/* SPDX-License-Identifier: GPL-2.0-or-later */
/* naive_terms.c - transformers, done with libc and in the plainest way. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "naive.h"
#include "saker/base/buf.h"

#define WORDS 64

static struct str keep(struct arena *arena, const char *s, size_t n)
{
	return arena_copy(arena, (struct str){ s, n });
}

static bool texts_of(const struct term *t, const struct field_source *fields,
                     struct arena *arena, struct str *ret, size_t *count)
{
	struct value v;
	char number[32];

	if (!naive_term(t, fields, arena, &v))
		return false;
	*count = 1;
	switch (v.type) {
	case VALUE_LIST:
		*count = v.list.count;
		for (size_t i = 0; i < v.list.count; i++)
			ret[i] = v.list.items[i];
		return true;
	case VALUE_INT:
		snprintf(number, sizeof(number), "%lld", (long long)v.i);
		break;
	case VALUE_BOOL:
		snprintf(number, sizeof(number), "%s", v.b ? "true" : "false");
		break;
	case VALUE_STRING:
		ret[0] = v.str;
		return true;
	default:
		snprintf(number, sizeof(number), "%llu",
		         (unsigned long long)v.u);
		break;
	}
	ret[0] = keep(arena, number, strlen(number));
	return true;
}

static void give_texts(struct str *texts, size_t count, bool list,
                       struct arena *arena, struct value *ret)
{
	struct str *copy = arena_array(arena, struct str, count + 1);

	for (size_t i = 0; i < count; i++)
		copy[i] = texts[i];
	if (list) {
		ret->type = VALUE_LIST;
		ret->list.items = copy;
		ret->list.count = count;
	} else {
		ret->type = VALUE_STRING;
		ret->str = copy[0];
	}
}

static struct str mapped(struct str s, int (*map)(int), struct arena *arena)
{
	struct str copy = keep(arena, s.len > 0 ? s.s : "", s.len);

	for (size_t i = 0; i < s.len; i++)
		((char *)(uintptr_t)copy.s)[i] =
			(char)map((unsigned char)s.s[i]);
	return copy;
}

/* Digit by digit, as a string of bits. */
static bool decode(struct str s, struct arena *arena, struct str *ret)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
		"qrstuvwxyz0123456789+/";
	char bits[4096], out[512];
	size_t nbits = 0, n = 0;

	while (s.len > 0 && s.s[s.len - 1] == '=')
		s.len--;
	if (s.len % 4 == 1)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		const char *d = s.s[i] != '\0' ? strchr(digits, s.s[i]) : NULL;

		if (d == NULL)
			return false;
		for (int b = 5; b >= 0; b--)
			bits[nbits++] = (char)((d - digits) >> b & 1);
	}
	for (size_t i = 0; i + 8 <= nbits; i += 8) {
		int byte = 0;

		for (size_t b = 0; b < 8; b++)
			byte = byte * 2 + bits[i + b];
		out[n++] = (char)byte;
	}
	*ret = keep(arena, out, n);
	return true;
}

static bool one_text(const struct term *t, struct str s, struct arena *arena,
                     struct str *ret)
{
	char *slash;

	if (str_eq(t->name, STR("b64")))
		return decode(s, arena, ret);
	if (str_eq(t->name, STR("basename"))) {
		*ret = keep(arena, s.len > 0 ? s.s : "", s.len);
		slash = strrchr(ret->s, '/');
		if (slash != NULL)
			*ret = str_from(slash + 1);
	} else if (str_eq(t->name, STR("toupper"))) {
		*ret = mapped(s, toupper, arena);
	} else {
		*ret = mapped(s, tolower, arena);
	}
	return true;
}

static void glue(struct str *texts, size_t n, struct str between,
                 struct arena *arena, struct value *ret)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_add_str(&b, between);
		buf_add_str(&b, texts[i]);
	}
	ret->type = VALUE_STRING;
	ret->str = keep(arena, buf_cstr(&b), b.len);
	buf_done(&b);
}

/* The words one option after the other; -1 = it takes no value. */
static bool options_of(const struct term *t, struct str *words, size_t count,
                       struct str set, struct arena *arena, struct value *ret)
{
	struct str found[2 * WORDS], last = STR_NONE;
	size_t n = 0;
	bool any = false;

	for (size_t w = 0; w < count; w++) {
		struct str word = words[w];

		if (word.len < 2 || word.s[0] != '-' || str_eq(word, STR("--")))
			break;
		for (size_t i = word.s[1] == '-' ? word.len : 1; i < word.len;
		     i++) {
			struct str name = { word.s + i, 1 }, value = name;
			ptrdiff_t at =
				word.s[i] == ':' ? -1 : str_find(set, name);
			bool wants = at >= 0 && (size_t)at + 1 < set.len &&
			             set.s[at + 1] == ':';
			bool missing = false;

			if (wants && i + 1 < word.len)
				value = str_skip(word, i + 1);
			else if (wants && w + 1 < count)
				value = words[++w];
			else if (wants)
				missing = true;
			if (missing)
				name = value = STR("");
			if (at >= 0 && t->has_arg && word.s[i] == t->arg.s[0]) {
				last = value;
				any = true;
			}
			found[n++] = at >= 0 ? name : STR("?");
			if (wants && !missing)
				found[n++] = value;
			if (wants)
				break;
		}
	}
	if (t->has_arg)
		give_texts(&last, 1, false, arena, ret);
	else
		give_texts(found, n, true, arena, ret);
	return any || !t->has_arg;
}

static bool transformed(const struct term *t, const struct field_source *fields,
                        struct arena *arena, struct value *ret)
{
	struct str a[WORDS], b[WORDS], all[WORDS];
	const struct term *second = t->first->next;
	size_t n, m, total = 0;
	struct value v;

	if (str_eq(t->name, STR("concat"))) {
		for (const struct term *i = t->first; i != NULL; i = i->next) {
			if (!texts_of(i, fields, arena, a, &n))
				return false;
			all[total++] = a[0];
		}
		glue(all, total, STR(""), arena, ret);
		return true;
	}
	if (!texts_of(t->first, fields, arena, a, &n))
		return false;
	if (second != NULL && !texts_of(second, fields, arena, b, &m))
		return false;
	if (str_eq(t->name, STR("join"))) {
		glue(b, m, a[0], arena, ret);
		return true;
	}
	if (str_eq(t->name, STR("getopt")))
		return options_of(t, a, n, b[0], arena, ret);
	if (!naive_term(t->first, fields, arena, &v))
		return false;
	if (str_eq(t->name, STR("len"))) {
		ret->type = VALUE_UINT;
		ret->u = v.type == VALUE_LIST ? n : a[0].len;
		return true;
	}
	for (size_t i = 0; i < n; i++)
		if (!one_text(t, a[i], arena, &a[i]))
			return false;
	give_texts(a, n, v.type == VALUE_LIST, arena, ret);
	return true;
}

static bool listed(const struct term *t, const struct field_source *fields,
                   struct arena *arena, struct value *ret)
{
	struct str all[WORDS];
	size_t n = 0, one;

	for (const struct term *i = t->first; i != NULL; i = i->next) {
		if (!texts_of(i, fields, arena, &all[n], &one))
			return false;
		n += one;
	}
	give_texts(all, n, true, arena, ret);
	return true;
}

static bool field(const struct term *t, const struct field_source *fields,
                  struct value *ret)
{
	struct str rest;
	const struct field_info *f = field_find(t->name, &rest);
	struct field_arg arg = { .present = t->has_arg, .name = t->arg };

	if (rest.len > 0)
		arg = (struct field_arg){ .present = true, .name = rest };
	arg.is_index = str_to_u64(arg.name, 10, &arg.index);
	return fields->get(fields->context, f->id, &arg, ret) &&
	       (ret->type != VALUE_LIST || ret->list.count > 0) &&
	       (ret->type != VALUE_MANY || ret->many.count > 0);
}

bool naive_term(const struct term *t, const struct field_source *fields,
                struct arena *arena, struct value *ret)
{
	switch (t->kind) {
	case TERM_FIELD:
		return field(t, fields, ret);
	case TERM_VAL:
		return field(t->first, fields, ret);
	case TERM_LITERAL:
		ret->type = VALUE_STRING;
		ret->str = t->name;
		return true;
	case TERM_LIST:
		return listed(t, fields, arena, ret);
	case TERM_TRANSFORMER:
		return transformed(t, fields, arena, ret);
	}
	abort();
}
