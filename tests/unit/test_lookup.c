/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_lookup.c - many constants found at once are those that are found one by
 * one, and a regular expression matches nothing without one of its literals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../src/vm/literals.h"
#include "saker/base/array.h"
#include "saker/vm/lookup.h"
#include "saker/vm/operand.h"

#define ROUNDS 4000
#define ATOMS  40

/* xorshift64: the same cases on every machine. */
static uint64_t seed = 88172645463325252u;

static size_t pick(size_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (size_t)(seed % n);
}

/* Few letters, so that texts overlap. */
static struct str random_text(struct arena *arena, size_t least, size_t most,
                              struct str letters)
{
	size_t len = least + pick(most - least + 1);
	char *text = arena_alloc(arena, len + 1);

	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = letters.s[pick(letters.len)];
	return (struct str){ text, len };
}

static bool is_below(struct str v, struct str path)
{
	struct value one = { .type = VALUE_STRING, .str = path };
	struct arena arena = ARENA_INIT;
	struct operand o;
	bool below;

	assert_int_equal(
		operand_init(&o, &arena, OP_PMATCH, CLASS_STRING, &one, 1), 0);
	below = paths_match(o.paths, v);
	arena_done(&arena);
	return below;
}

static bool holds_folded(struct str v, struct str text)
{
	for (size_t i = 0; i + text.len <= v.len; i++)
		if (strncasecmp(v.s + i, text.s, text.len) == 0)
			return true;
	return false;
}

static bool meets(enum atom_kind kind, struct str v, struct str text)
{
	switch (kind) {
	case ATOM_EQUAL:
		return str_eq(v, text);
	case ATOM_PREFIX:
		return str_has_prefix(v, text);
	case ATOM_SUFFIX:
		return str_has_suffix(v, text);
	case ATOM_PATH:
		return is_below(v, text);
	case ATOM_PART:
		return str_find(v, text) >= 0;
	default:
		return holds_folded(v, text);
	}
}

struct found {
	unsigned times[ATOMS];
};

static bool note(void *context, uint32_t atom)
{
	struct found *f = context;

	return f->times[atom]++ == 0;
}

static bool is_known(const struct atom *atoms, size_t count, struct str text)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(atoms[i].text, text))
			return true;
	return false;
}

/* Paths as guards write them: "/a/b". */
static struct str random_path(struct arena *arena)
{
	size_t count = 1 + pick(3), len = 0;
	char *text = arena_alloc(arena, 32);

	assert_non_null(text);
	for (size_t i = 0; i < count; i++) {
		text[len++] = '/';
		for (size_t n = 1 + pick(2); n > 0; n--)
			text[len++] = "ab"[pick(2)];
	}
	return (struct str){ text, len };
}

static size_t check_lookup(struct arena *arena, enum atom_kind kind)
{
	struct lookup lookup = { .kind = kind };
	struct atom atoms[ATOMS] = { 0 };
	size_t count = 0, hits = 0;

	for (size_t i = 0; i < ATOMS; i++) {
		struct str text = kind == ATOM_PATH
		                          ? random_path(arena)
		                          : random_text(arena, 1, 5,
		                                        kind == ATOM_PART_FOLDED
		                                                ? STR("ab/")
		                                                : STR("aAb/"));

		if (!is_known(atoms, count, text))
			atoms[count++].text = text;
	}
	assert_int_equal(lookups_build(&lookup, 1, atoms, count, arena), 0);
	for (size_t i = 0; i < 20; i++) {
		struct str v = random_text(arena, 0, 12, STR("aAb//c"));
		struct value value = { .type = VALUE_STRING, .str = v };
		struct found f = { 0 };

		lookup_find(&lookup, &value, note, &f);
		for (size_t a = 0; a < count; a++) {
			bool is_met = meets(kind, v, atoms[a].text);

			hits += is_met;
			if ((f.times[a] > 0) != is_met)
				fail_msg("%d: '%.*s' in '%.*s'", kind,
				         STR_FMT(atoms[a].text), STR_FMT(v));
		}
	}
	return hits;
}

static void test_lookups(void **state)
{
	size_t hits[ATOM__KINDS] = { 0 };

	(void)state;
	for (size_t i = 0; i < ROUNDS; i++) {
		struct arena arena = ARENA_INIT;
		enum atom_kind kind = i % ATOM__KINDS;

		hits[kind] += check_lookup(&arena, kind);
		arena_done(&arena);
	}
	for (size_t i = 0; i < ATOM__KINDS; i++)
		assert_true(hits[i] > ROUNDS / ATOM__KINDS);
}

static bool count_only(void *context, uint32_t atom)
{
	(void)atom;
	++*(size_t *)context;
	return true;
}

static bool count_once(void *context, uint32_t atom)
{
	(void)atom;
	++*(size_t *)context;
	return false;
}

/* "a", "aa", "aaa" ...: what ends in one place is not told again. */
static void test_many_in_one_place(void **state)
{
	struct arena arena = ARENA_INIT;
	struct lookup lookup = { .kind = ATOM_PART };
	struct atom atoms[200] = { 0 };
	char text[4000];
	struct value v = { .type = VALUE_STRING,
		           .str = { text, sizeof(text) } };
	size_t told = 0;

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < COUNT(atoms); i++)
		atoms[i].text = (struct str){ text, i + 1 };
	assert_int_equal(lookups_build(&lookup, 1, atoms, COUNT(atoms), &arena),
	                 0);
	lookup_find(&lookup, &v, count_once, &told);
	assert_int_equal(told, sizeof(text));
	told = 0;
	lookup_find(&lookup, &v, count_only, &told);
	assert_true(told > COUNT(atoms) * sizeof(text) / 2);
	arena_done(&arena);
}

static void test_keys(void **state)
{
	struct value minus = { .type = VALUE_INT, .i = -1 };
	struct value most = { .type = VALUE_UINT, .u = UINT64_MAX };
	struct value five = { .type = VALUE_INT, .i = 5 };
	struct value port = { .type = VALUE_PORT, .u = 5 };
	char a[16], b[16];

	(void)state;
	assert_false(str_eq(atom_key(&minus, a), atom_key(&most, b)));
	assert_true(str_eq(atom_key(&five, a), atom_key(&port, b)));
	assert_int_equal(atom_key(&(struct value){ .type = VALUE_BOOL }, a).len,
	                 0);
}

static void expect_literals(const char *pattern, const char *expected)
{
	struct arena arena = ARENA_INIT;
	struct buf text = BUF_INIT;
	struct literals l;

	assert_int_equal(literals_of_regex(str_from(pattern), &arena, &l), 0);
	if (l.folded)
		buf_add_str(&text, STR("i:"));
	for (size_t i = 0; i < l.count; i++)
		buf_printf(&text, "%s%.*s", i > 0 ? "," : "",
		           STR_FMT(l.texts[i]));
	if (strcmp(buf_cstr(&text), expected) != 0)
		fail_msg("%s: '%s', not '%s'", pattern, buf_cstr(&text),
		         expected);
	buf_done(&text);
	arena_done(&arena);
}

static void test_literals(void **state)
{
	static const struct {
		const char *pattern, *literals;
	} cases[] = {
		{ "abc", "abc" },
		{ "(?s).*/dev/(tcp|udp)/.*", "/dev/tcp/,/dev/udp/" },
		{ "/etc(/.*)?", "/etc" },
		{ "a|bc", "a,bc" },
		{ "a|.*", "" },
		{ ".*pool[.](com|org).*", "pool.com,pool.org" },
		{ "a\\.b\\/c", "a.b/c" },
		{ "ab{2}cde", "cde" },
		{ "a{0,3}bc", "bc" },
		{ "(ab)+", "ab" },
		{ "(ab)*", "" },
		{ "x+?yz", "yz" },
		{ "a\\d+bcd", "bcd" },
		{ "a(?:bc|de)f", "abcf,adef" },
		{ "(?i)shark", "i:har" },
		{ "(?i).*PING.*", "i:ping" },
		/* what is not understood tells nothing */
		{ "(?=ab)ab", "" },
		{ "(?<n>ab)", "" },
		{ "\\Qa.b\\E", "" },
		{ "(*UTF)ab", "" },
		{ "ab\\1", "" },
		{ "(?x)a b", "" },
		{ "[[:alpha:]]bc", "" },
		{ "[^a]bc", "bc" },
		{ "[]a]bc", "]bc,abc" },
		{ "\xc3\xa9t\xc3\xa9s", "t" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect_literals(cases[i].pattern, cases[i].literals);
}

static void add_pattern(struct buf *out, unsigned depth)
{
	static const char *const atoms[] = { "a",    "b",     "k",   "S",
		                             ".",    "[ab]",  "\\.", "[^a]",
		                             "\\w",  "[a-c]", "^",   "$",
		                             "\\bb", "[[]",   "\\t", "[.]" };
	static const char *const quantifiers[] = { "",      "",  "",    "*",
		                                   "+",     "?", "{2}", "{0,1}",
		                                   "{1,}?", "+?" };
	static const char *const groups[] = { "(", "(?:", "(?i:", "(?>" };

	for (size_t i = 1 + pick(4); i > 0; i--) {
		if (depth > 0 && pick(4) == 0) {
			buf_printf(out, "%s", groups[pick(COUNT(groups))]);
			add_pattern(out, depth - 1);
			buf_add_byte(out, ')');
		} else {
			buf_printf(out, "%s", atoms[pick(COUNT(atoms))]);
		}
		buf_printf(out, "%s", quantifiers[pick(COUNT(quantifiers))]);
	}
	if (pick(4) == 0) {
		buf_add_byte(out, '|');
		add_pattern(out, depth > 0 ? depth - 1 : 0);
	}
}

static bool has_literal(const struct literals *l, struct str text)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->folded ? holds_folded(text, l->texts[i])
		              : str_find(text, l->texts[i]) >= 0)
			return true;
	return l->count == 0;
}

/* The Kelvin sign and the long s are other cases of k and s. */
static struct str random_subject(struct buf *out)
{
	static const char *const parts[] = {
		"a", "b",        "k", "s", "A", ".", "\t", "\xe2\x84\xaa",
		"B", "\xc5\xbf", "[", "c"
	};

	buf_clear(out);
	for (size_t i = pick(8); i > 0; i--)
		buf_printf(out, "%s", parts[pick(COUNT(parts))]);
	return (struct str){ buf_cstr(out), out->len };
}

static size_t check_pattern(struct arena *arena, struct str pattern,
                            bool *ret_told)
{
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	struct buf subject = BUF_INIT;
	struct operand o = { 0 };
	struct literals l;
	char why[128];
	size_t offset, matches = 0;

	assert_int_equal(literals_of_regex(pattern, arena, &l), 0);
	*ret_told = l.count > 0;
	if (operand_compile_regex(&o, pattern, why, sizeof(why), &offset) < 0) {
		pcre2_match_data_free(data);
		return 0;
	}
	for (size_t i = 0; i < 60; i++) {
		struct str v = random_subject(&subject);

		if (pcre2_match(o.regex, (PCRE2_SPTR)v.s, v.len, 0, 0, data,
		                NULL) < 0)
			continue;
		matches++;
		if (!has_literal(&l, v))
			fail_msg("%.*s matches '%.*s'", STR_FMT(pattern),
			         STR_FMT(v));
	}
	operand_done(&o);
	buf_done(&subject);
	pcre2_match_data_free(data);
	return matches;
}

static void test_random_patterns(void **state)
{
	size_t matches = 0, told = 0;

	(void)state;
	for (size_t i = 0; i < ROUNDS; i++) {
		struct arena arena = ARENA_INIT;
		struct buf pattern = BUF_INIT;
		bool is_told;

		if (pick(3) == 0)
			buf_add_str(&pattern, STR("(?i)"));
		add_pattern(&pattern, 2);
		matches += check_pattern(&arena, buf_str(&pattern), &is_told);
		told += is_told;
		buf_done(&pattern);
		arena_done(&arena);
	}
	assert_true(matches > ROUNDS);
	assert_true(told > ROUNDS / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lookups),
		cmocka_unit_test(test_many_in_one_place),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_literals),
		cmocka_unit_test(test_random_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
