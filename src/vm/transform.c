/* SPDX-License-Identifier: GPL-2.0-or-later */
/* transform.c - what transformers do (Falco's sinsp_filter_transformer.cpp and
 * sinsp_filtercheck_multivalue_transformer.cpp). */
#include "transform.h"

/* Fields are asked for one type, and may still answer another. */
static bool is_text(const struct value *v)
{
	return v->type == VALUE_STRING || v->type == VALUE_BYTES;
}

typedef bool text_fn(struct str s, struct arena *arena, struct str *ret);

static bool each_text(const struct value *v, struct arena *arena, text_fn *fn,
                      struct value *ret)
{
	struct str *items;

	if (v->type != VALUE_LIST) {
		ret->type = v->type;
		return is_text(v) && fn(v->str, arena, &ret->str);
	}
	items = arena_array(arena, struct str, v->list.count + 1);
	if (items == NULL)
		return false;
	for (size_t i = 0; i < v->list.count; i++)
		if (!fn(v->list.items[i], arena, &items[i]))
			return false;
	ret->type = VALUE_LIST;
	ret->list.items = items;
	ret->list.count = v->list.count;
	return true;
}

static bool change_case(struct str s, struct arena *arena, char first,
                        struct str *ret)
{
	char *copy = arena_alloc(arena, s.len + 1);

	if (copy == NULL)
		return false;
	for (size_t i = 0; i < s.len; i++)
		copy[i] = s.s[i] >= first && s.s[i] <= first + 25
		                  ? (char)(s.s[i] ^ ('a' ^ 'A'))
		                  : s.s[i];
	*ret = (struct str){ copy, s.len };
	return true;
}

static bool lower(struct str s, struct arena *arena, struct str *ret)
{
	return change_case(s, arena, 'A', ret);
}

static bool upper(struct str s, struct arena *arena, struct str *ret)
{
	return change_case(s, arena, 'a', ret);
}

static int sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* RFC 4648; the padding may be missing. */
static bool decode(struct str s, struct arena *arena, struct str *ret)
{
	unsigned bits = 0, held = 0;
	size_t n = 0;
	char *out;

	while (s.len > 0 && s.s[s.len - 1] == '=')
		s.len--;
	out = arena_alloc(arena, s.len + 1);
	if (out == NULL || s.len % 4 == 1)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int six = sextet(s.s[i]);

		if (six < 0)
			return false;
		bits = (bits << 6 | (unsigned)six) & 0xffff;
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		out[n++] = (char)(bits >> held & 0xff);
	}
	*ret = (struct str){ out, n };
	return true;
}

static bool base(struct str s, struct arena *arena, struct str *ret)
{
	ptrdiff_t slash = str_find_last_byte(s, '/');

	(void)arena;
	*ret = str_skip(s, (size_t)(slash + 1));
	return true;
}

bool transform_tolower(const struct vm_input *in, const struct value *parts,
                       struct arena *arena, struct value *ret)
{
	(void)in;
	return each_text(parts, arena, lower, ret);
}

bool transform_toupper(const struct vm_input *in, const struct value *parts,
                       struct arena *arena, struct value *ret)
{
	(void)in;
	return each_text(parts, arena, upper, ret);
}

bool transform_b64(const struct vm_input *in, const struct value *parts,
                   struct arena *arena, struct value *ret)
{
	(void)in;
	return each_text(parts, arena, decode, ret);
}

bool transform_basename(const struct vm_input *in, const struct value *parts,
                        struct arena *arena, struct value *ret)
{
	(void)in;
	return each_text(parts, arena, base, ret);
}

bool transform_len(const struct vm_input *in, const struct value *parts,
                   struct arena *arena, struct value *ret)
{
	(void)in;
	(void)arena;
	ret->type = VALUE_UINT;
	ret->u = parts->type == VALUE_LIST ? parts->list.count : parts->str.len;
	return parts->type == VALUE_LIST || is_text(parts);
}

static bool join_texts(const struct str *items, size_t count,
                       struct str between, struct arena *arena,
                       struct value *ret)
{
	size_t len = 0, at = 0;
	char *out;

	/* The arena's limit stops what is too long; lengths do not wrap round,
	 * for each item is in memory already. */
	for (size_t i = 0; i < count; i++)
		len += items[i].len + between.len;
	out = arena_alloc(arena, len + 1);
	if (out == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && between.len > 0) {
			memcpy(out + at, between.s, between.len);
			at += between.len;
		}
		if (items[i].len > 0)
			memcpy(out + at, items[i].s, items[i].len);
		at += items[i].len;
	}
	ret->type = VALUE_STRING;
	ret->str = (struct str){ out, at };
	return true;
}

bool transform_join(const struct vm_input *in, const struct value *parts,
                    struct arena *arena, struct value *ret)
{
	struct str between;

	(void)in;
	return parts[1].type == VALUE_LIST &&
	       value_text(&parts[0], arena, &between) &&
	       join_texts(parts[1].list.items, parts[1].list.count, between,
	                  arena, ret);
}

bool transform_concat(const struct vm_input *in, const struct value *parts,
                      struct arena *arena, struct value *ret)
{
	struct str *items = arena_array(arena, struct str, in->nparts);

	if (items == NULL)
		return false;
	for (uint32_t i = 0; i < in->nparts; i++) {
		if (!is_text(&parts[i]))
			return false;
		items[i] = parts[i].str;
	}
	return join_texts(items, in->nparts, STR_NONE, arena, ret);
}
