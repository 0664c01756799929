/* SPDX-License-Identifier: GPL-2.0-or-later */
/* match.c - how each operator compares one value with its constant side. */
#include "match.h"

#include "saker/base/escape.h"
#include "saker/vm/operand.h"

int value_compare_numbers(const struct value *a, const struct value *b)
{
	bool a_negative = a->type == VALUE_INT && a->i < 0;
	bool b_negative = b->type == VALUE_INT && b->i < 0;

	if (a_negative != b_negative)
		return a_negative ? -1 : 1;
	/* Of one sign, two's complement keeps the order. */
	return a->u < b->u ? -1 : a->u > b->u;
}

static bool same_address(const struct ip_address *a, const struct ip_address *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static bool in_network(const struct ip_address *ip, const struct value *net)
{
	unsigned whole = net->net.bits / 8, rest = net->net.bits % 8;
	unsigned mask = 0xffu << (8 - rest) & 0xff;

	if (ip->len != net->net.ip.len ||
	    memcmp(ip->bytes, net->net.ip.bytes, whole) != 0)
		return false;
	return rest == 0 ||
	       ((ip->bytes[whole] ^ net->net.ip.bytes[whole]) & mask) == 0;
}

/* b is the right side. */
static bool equal(const struct value *a, const struct value *b)
{
	switch (op_class_of(a->type)) {
	case CLASS_STRING:
	case CLASS_BYTES:
		return str_eq(a->str, b->str);
	case CLASS_NUMBER:
		return value_compare_numbers(a, b) == 0;
	case CLASS_BOOL:
		return a->b == b->b;
	case CLASS_IP:
		return b->type == VALUE_IPNET ? in_network(&a->ip, b)
		                              : same_address(&a->ip, &b->ip);
	default:
		return false;
	}
}

static int compare(const struct value *v, const struct operand *o)
{
	return o->class == CLASS_NUMBER ? value_compare_numbers(v, o->values)
	                                : str_cmp(v->str, o->values->str);
}

bool match_exists(const struct operand *o, const struct value *v,
                  struct scratch *scratch)
{
	(void)o;
	(void)v;
	(void)scratch;
	return true;
}

bool match_eq(const struct operand *o, const struct value *v,
              struct scratch *scratch)
{
	(void)scratch;
	return equal(v, o->values);
}

bool match_ne(const struct operand *o, const struct value *v,
              struct scratch *scratch)
{
	(void)scratch;
	return !equal(v, o->values);
}

bool match_lt(const struct operand *o, const struct value *v,
              struct scratch *scratch)
{
	(void)scratch;
	return compare(v, o) < 0;
}

bool match_le(const struct operand *o, const struct value *v,
              struct scratch *scratch)
{
	(void)scratch;
	return compare(v, o) <= 0;
}

bool match_gt(const struct operand *o, const struct value *v,
              struct scratch *scratch)
{
	(void)scratch;
	return compare(v, o) > 0;
}

bool match_ge(const struct operand *o, const struct value *v,
              struct scratch *scratch)
{
	(void)scratch;
	return compare(v, o) >= 0;
}

bool match_glob(const struct operand *o, const struct value *v,
                struct scratch *scratch)
{
	(void)scratch;
	return glob_match(o->values->str, v->str, false);
}

bool match_iglob(const struct operand *o, const struct value *v,
                 struct scratch *scratch)
{
	(void)scratch;
	return glob_match(o->values->str, v->str, true);
}

bool match_contains(const struct operand *o, const struct value *v,
                    struct scratch *scratch)
{
	(void)scratch;
	return str_find(v->str, o->values->str) >= 0;
}

static unsigned char fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool begins_folded(struct str v, struct str prefix)
{
	for (size_t i = 0; i < prefix.len; i++)
		if (fold(v.s[i]) != fold(prefix.s[i]))
			return false;
	return true;
}

bool match_icontains(const struct operand *o, const struct value *v,
                     struct scratch *scratch)
{
	struct str needle = o->values->str;

	(void)scratch;
	for (size_t i = 0; i + needle.len <= v->str.len; i++)
		if (begins_folded(str_skip(v->str, i), needle))
			return true;
	return false;
}

bool match_startswith(const struct operand *o, const struct value *v,
                      struct scratch *scratch)
{
	(void)scratch;
	return str_has_prefix(v->str, o->values->str);
}

bool match_endswith(const struct operand *o, const struct value *v,
                    struct scratch *scratch)
{
	(void)scratch;
	return str_has_suffix(v->str, o->values->str);
}

/* To a pattern each byte that is no UTF-8 is U+FFFD, as in Falco. */
static struct str valid_text(struct scratch *scratch, struct str v)
{
	if (v.s != NULL && scratch->checked.s == v.s &&
	    scratch->checked.len == v.len)
		return scratch->valid;
	scratch->checked = v;
	scratch->valid = v;
	if (!escape_is_utf8(v)) {
		buf_clear(&scratch->text);
		escape_to_utf8(&scratch->text, v);
		scratch->valid = buf_str(&scratch->text);
	}
	return scratch->valid;
}

/* Of a hundred patterns an ordinary log needs ten. */
static void jit_late(const struct operand *o, struct scratch *scratch)
{
	size_t size = 0;

	if (pcre2_pattern_info(o->regex, PCRE2_INFO_JITSIZE, &size) == 0 &&
	    size == 0)
		scratch->jit_late = operand_jit(o);
}

bool match_regex(const struct operand *o, const struct value *v,
                 struct scratch *scratch)
{
	struct str text = valid_text(scratch, v->str);
	const char *subject = text.s != NULL ? text.s : "";
	int r;

	if (scratch->jit_late)
		jit_late(o, scratch);
	r = pcre2_match(o->regex, (PCRE2_SPTR)subject, text.len, 0,
	                PCRE2_NO_UTF_CHECK, scratch->match_data,
	                scratch->match_context);
	if (r < PCRE2_ERROR_NOMATCH)
		scratch->regex_limits++;
	return r >= 0;
}

/* Sets are often held against one field one after the other. */
static uint64_t hash_of(struct scratch *scratch, struct str v)
{
	if (v.s == NULL || scratch->hashed.s != v.s ||
	    scratch->hashed.len != v.len) {
		scratch->hashed = v;
		scratch->hash = str_hash(v, OPERAND_SEED);
	}
	return scratch->hash;
}

static bool in_table(const struct operand *o, struct str v,
                     struct scratch *scratch)
{
	size_t i = hash_of(scratch, v) & o->table_mask;

	for (; o->table[i].s != NULL; i = (i + 1) & o->table_mask)
		if (str_eq(o->table[i], v))
			return true;
	return false;
}

static bool in_sorted(const struct operand *o, const struct value *v)
{
	size_t low = 0, high = o->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = value_compare_numbers(v, &o->values[middle]);

		if (c == 0)
			return true;
		if (c < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool match_in(const struct operand *o, const struct value *v,
              struct scratch *scratch)
{
	if (o->count == 0)
		return false;
	if (o->table != NULL)
		return in_table(o, v->str, scratch);
	if (o->class == CLASS_NUMBER)
		return in_sorted(o, v);
	for (size_t i = 0; i < o->count; i++)
		if (equal(v, &o->values[i]))
			return true;
	return false;
}

bool match_pmatch(const struct operand *o, const struct value *v,
                  struct scratch *scratch)
{
	(void)scratch;
	return paths_match(o->paths, v->str);
}
