/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conditions.c - random conditions over random fields: the program, its index
 * and its shared expressions against the naive tree walker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "naive.h"
#include "saker/engine/ruleset.h"
#include "saker/lang/parser.h"

#define RULE_SETS 400
#define RULES     12
#define EVENTS    40
#define ARRAY(a)  (sizeof(a) / sizeof((a)[0]))

/* xorshift64: the same cases on every machine. */
static uint64_t seed = 88172645463325252u;

static size_t pick(size_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (size_t)(seed % n);
}

static const char *const texts[] = {
	"",
	"a",
	"b",
	"ab",
	"A",
	"aB",
	"/",
	"/etc",
	"/etc/passwd",
	"/etc//passwd/",
	"/usr/bin/ls",
	"/ETC",
	"x.log",
	"-1",
	"10",
	"etc",
	"[a]",
	"a*",
	"open",
	"close",
	"YWI=",
	"-ab",
	"-bx",
};
static const char *const patterns[] = {
	"*",  "a*",   "?",   "*/passwd",     "[a-c]", "[!a]*",  "/e*c*",
	"*b", "/etc", "[]]", "[[:upper:]]*", "*.l?g", "a\\\\*",
};
static const char *const regexes[] = {
	"a", "a|ab", "[a-z]+", "/etc(/.*)?", ".*", "(ab|a)b?", "-?[0-9]+",
};
static const char *const numbers[] = {
	"0",
	"1",
	"-1",
	"10",
	"0x10",
	"18446744073709551615",
	"-9223372036854775808",
	"9223372036854775807",
	"+5",
};
static const char *const addresses[] = { "10.0.0.1", "10.0.0.2", "::1", "::01",
	                                 "fe80::1" };
static const char *const networks[] = { "10.0.0.0/8",     "10.0.0.1/32",
	                                "10.0.0.2/31",    "0.0.0.0/0",
	                                "192.168.0.0/13", "::1/127",
	                                "::/0",           "fe80::/10" };
static const char *const ports[] = { "0", "22", "80", "65535" };
static const char *const hex[] = { "61", "6162", "00", "2f6574", "FF" };
static const char *const types[] = { "open", "close", "execve" };

struct subject {
	const char *name;
	enum value_type type;
};

static const struct subject subjects[] = {
	{ "proc.name", VALUE_STRING },     { "fd.name", VALUE_STRING },
	{ "proc.aname", VALUE_LIST },      { "proc.aname[1]", VALUE_STRING },
	{ "evt.arg.flags", VALUE_STRING }, { "evt.rawres", VALUE_INT },
	{ "user.uid", VALUE_UINT },        { "evt.rawtime", VALUE_TIME },
	{ "fd.ip", VALUE_IPADDR },         { "fd.net", VALUE_IPNET },
	{ "fd.port", VALUE_PORT },         { "evt.buffer", VALUE_BYTES },
	{ "evt.failed", VALUE_BOOL },      { "fd.sip", VALUE_IPADDR },
};

static void add_list(struct buf *b, const char *const *from, size_t n)
{
	size_t count = pick(4);

	buf_add_str(b, STR("("));
	for (size_t i = 0; i < count; i++)
		buf_printf(b, "%s'%s'", i > 0 ? ", " : "", from[pick(n)]);
	buf_add_str(b, STR(")"));
}

static void add_string_check(struct buf *b)
{
	static const char *const ops[] = {
		"=",         "!=",         "==",      "contains",
		"icontains", "startswith", "endswith"
	};
	static const char *const modifiers[] = { "oneof", "anyof", "allof" };

	switch (pick(7)) {
	case 0:
		buf_add_str(b,
		            pick(2) != 0 ? STR(" in ") : STR(" intersects "));
		add_list(b, texts, ARRAY(texts));
		break;
	case 1:
		buf_add_str(b, STR(" pmatch "));
		add_list(b, texts, ARRAY(texts));
		break;
	case 2:
		buf_printf(b, " %s '%s'", pick(2) != 0 ? "glob" : "iglob",
		           patterns[pick(ARRAY(patterns))]);
		break;
	case 3:
		buf_printf(b, " regex '%s'", regexes[pick(ARRAY(regexes))]);
		break;
	case 4:
		buf_printf(b, " %s %s ", ops[pick(ARRAY(ops))],
		           modifiers[pick(3)]);
		add_list(b, texts, ARRAY(texts));
		break;
	case 5:
		buf_printf(b, " %s %zu", pick(2) != 0 ? "<" : ">=", pick(20));
		break;
	default:
		buf_printf(b, " %s '%s'", ops[pick(ARRAY(ops))],
		           texts[pick(ARRAY(texts))]);
		break;
	}
}

static void add_number_check(struct buf *b)
{
	static const char *const ops[] = { "=", "!=", "<", "<=", ">", ">=" };

	if (pick(4) == 0) {
		buf_add_str(b, STR(" in "));
		add_list(b, numbers, ARRAY(numbers));
	} else {
		buf_printf(b, " %s %s", ops[pick(ARRAY(ops))],
		           numbers[pick(ARRAY(numbers))]);
	}
}

/* "=" and its like with one of them, or "in" with some. */
static void add_equality_check(struct buf *b, const char *const *from, size_t n)
{
	static const char *const ops[] = { "=", "!=", "==" };

	if (pick(3) == 0) {
		buf_add_str(b,
		            pick(2) != 0 ? STR(" in ") : STR(" intersects "));
		add_list(b, from, n);
	} else {
		buf_printf(b, " %s %s", ops[pick(ARRAY(ops))], from[pick(n)]);
	}
}

static void add_buffer_check(struct buf *b)
{
	static const char *const ops[] = { "contains", "startswith", "endswith",
		                           "=", "!=" };

	if (pick(2) == 0)
		buf_printf(b, " %s %s",
		           pick(2) != 0 ? "bcontains" : "bstartswith",
		           hex[pick(ARRAY(hex))]);
	else
		buf_printf(b, " %s '%s'", ops[pick(ARRAY(ops))],
		           texts[pick(ARRAY(texts))]);
}

static void add_type_check(struct buf *b)
{
	static const char *const modifiers[] = { "oneof", "anyof", "allof" };
	const char *op = pick(3) != 0 ? "=" : "!=";

	buf_add_str(b, STR("evt.type "));
	switch (pick(5)) {
	case 0:
	case 1:
		buf_printf(b, "%s %s", op, types[pick(ARRAY(types))]);
		break;
	case 2:
		buf_printf(b, "%s %s ", op, modifiers[pick(3)]);
		add_list(b, types, ARRAY(types));
		break;
	case 3:
		buf_add_str(b,
		            pick(4) != 0 ? STR("startswith o") : STR("exists"));
		break;
	default:
		buf_add_str(b, STR("in "));
		add_list(b, types, ARRAY(types));
		break;
	}
}

static void add_text_term(struct buf *b, unsigned depth);

/* A list of texts and of what becomes a text. */
static void add_list_term(struct buf *b, unsigned depth)
{
	static const char *const words[] = { "-a", "-bx", "-ab", "--", "--long",
		                             "-",  "",    "-c:", "w" };
	size_t count = 1 + pick(3);

	buf_add_str(b, STR("("));
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_str(b, STR(", "));
		if (pick(4) == 0)
			buf_add_str(b, pick(2) != 0 ? STR("evt.rawres")
			                            : STR("evt.failed"));
		else if (pick(2) == 0)
			add_text_term(b, depth);
		else
			buf_printf(b, "'%s'", words[pick(ARRAY(words))]);
	}
	buf_add_str(b, STR(")"));
}

static void add_options_term(struct buf *b, unsigned depth)
{
	static const char *const sets[] = { "ab", "a:b", "ab:", ":a:b:c", "" };

	buf_add_str(b, STR("getopt("));
	add_list_term(b, depth);
	buf_printf(b, ", '%s')", sets[pick(ARRAY(sets))]);
}

static void add_text_term(struct buf *b, unsigned depth)
{
	static const char *const fields[] = { "proc.name", "fd.name",
		                              "evt.arg.flags" };
	static const char *const simple[] = { "tolower", "toupper", "basename",
		                              "b64" };
	size_t kind = depth == 0 ? 0 : pick(6);

	switch (kind) {
	case 1:
		buf_add_str(b, STR("concat("));
		add_text_term(b, depth - 1);
		buf_printf(b, ", '%s', ", texts[pick(ARRAY(texts))]);
		add_text_term(b, depth - 1);
		buf_add_str(b, STR(")"));
		break;
	case 2:
		buf_printf(b, "join('%s', ", pick(2) != 0 ? "," : "");
		add_list_term(b, depth - 1);
		buf_add_str(b, STR(")"));
		break;
	case 3:
		add_options_term(b, depth - 1);
		buf_add_str(b, pick(2) != 0 ? STR("[a]") : STR("[b]"));
		break;
	case 4:
	case 5:
		buf_printf(b, "%s(", simple[pick(ARRAY(simple))]);
		add_text_term(b, depth - 1);
		buf_add_str(b, STR(")"));
		break;
	default:
		buf_printf(b, "%s", fields[pick(ARRAY(fields))]);
		break;
	}
}

/* A text on both sides, or only on the left one. */
static void add_term_check(struct buf *b)
{
	static const char *const ops[] = { "=",        "!=",   "contains",
		                           "endswith", "glob", "in" };

	add_text_term(b, 2);
	if (pick(2) == 0) {
		add_string_check(b);
		return;
	}
	buf_printf(b, " %s ", ops[pick(ARRAY(ops))]);
	if (pick(2) == 0) {
		buf_add_str(b, STR("val(fd.name)"));
	} else {
		buf_add_str(b, STR("tolower("));
		add_text_term(b, 1);
		buf_add_str(b, STR(")"));
	}
}

static void add_number_check(struct buf *b);

static void add_made_check(struct buf *b)
{
	switch (pick(4)) {
	case 0:
		buf_add_str(b, STR("len("));
		if (pick(2) == 0)
			add_text_term(b, 2);
		else
			add_options_term(b, 1);
		buf_add_str(b, STR(")"));
		add_number_check(b);
		break;
	case 1:
		if (pick(2) == 0)
			add_options_term(b, 1);
		else
			buf_add_str(b, STR("toupper(getopt((proc.name, '-a'), "
			                   "'ab'))"));
		buf_add_str(b,
		            pick(2) != 0 ? STR(" in ") : STR(" intersects "));
		if (pick(3) == 0)
			buf_add_str(b, STR("getopt((fd.name), 'a:b')"));
		else
			buf_add_str(b, STR("('a', 'b', '?', '', 'x', 'A')"));
		break;
	default:
		add_term_check(b);
		break;
	}
}

static void add_check(struct buf *b)
{
	const struct subject *s = &subjects[pick(ARRAY(subjects))];

	if (pick(4) == 0) {
		add_type_check(b);
		return;
	}
	if (pick(4) == 0) {
		add_made_check(b);
		return;
	}
	buf_printf(b, "%s", s->name);
	if (pick(8) == 0)
		buf_add_str(b, STR(" exists"));
	else if (s->type == VALUE_BOOL)
		buf_printf(b, " %s %s", pick(2) != 0 ? "=" : "!=",
		           pick(2) != 0 ? "true" : "false");
	else if (s->type == VALUE_IPADDR)
		add_equality_check(b, addresses, ARRAY(addresses));
	else if (s->type == VALUE_IPNET)
		add_equality_check(b, networks, ARRAY(networks));
	else if (s->type == VALUE_PORT)
		add_equality_check(b, ports, ARRAY(ports));
	else if (s->type == VALUE_BYTES)
		add_buffer_check(b);
	else if (s->type == VALUE_STRING || s->type == VALUE_LIST)
		add_string_check(b);
	else
		add_number_check(b);
}

static void add_condition(struct buf *b, unsigned depth)
{
	size_t count = 2 + pick(3);
	const char *word = pick(2) != 0 ? " and " : " or ";

	if (pick(5) == 0)
		buf_add_str(b, STR("not "));
	if (depth == 0 || pick(3) == 0) {
		add_check(b);
		return;
	}
	buf_add_str(b, STR("("));
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_printf(b, "%s", word);
		/* macros make expressions that rules share */
		if (pick(4) == 0)
			buf_printf(b, "m%zu", pick(4));
		else
			add_condition(b, depth - 1);
	}
	buf_add_str(b, STR(")"));
}

static void add_rules(struct buf *b)
{
	for (size_t i = 0; i < 4; i++) {
		buf_printf(b, "- macro: m%zu\n  condition: >\n    (", i);
		add_check(b);
		buf_add_str(b, STR(" or "));
		add_check(b);
		buf_add_str(b, STR(")\n"));
	}
	for (size_t i = 0; i < RULES; i++) {
		buf_printf(b, "- rule: r%zu\n  condition: >\n    ", i);
		add_condition(b, 3);
		buf_add_str(b, STR("\n  desc: d\n  output: o\n"
		                   "  priority: info\n"));
	}
}

/* One event's fields, by subject; evt.type is one more. */
struct table {
	struct value values[ARRAY(subjects)];
	bool present[ARRAY(subjects)];
	struct str list[3];
	struct value sides[ARRAY(subjects)][2];
	struct str type;
};

static struct str random_text(void)
{
	return str_from(texts[pick(ARRAY(texts))]);
}

static struct value random_address(void)
{
	static const struct ip_address some[] = {
		{ { 10, 0, 0, 1 }, 4 },    { { 10, 0, 0, 3 }, 4 },
		{ { 192, 175, 0, 1 }, 4 }, { { [15] = 1 }, 16 },
		{ { 0xfe, 0xbf }, 16 },
	};

	return (struct value){ .type = VALUE_IPADDR,
		               .ip = some[pick(ARRAY(some))] };
}

static struct value random_port(void)
{
	static const uint64_t some[] = { 0, 22, 80, 65535 };

	return (struct value){ .type = VALUE_PORT,
		               .u = some[pick(ARRAY(some))] };
}

/* Client and server, or one of them. */
static void fill_sides(struct table *t, size_t i)
{
	bool port = subjects[i].type == VALUE_PORT;

	for (size_t n = 0; n < 2; n++)
		t->sides[i][n] = port ? random_port() : random_address();
	t->values[i] = (struct value){ .type = VALUE_MANY,
		                       .many = { t->sides[i], pick(3) } };
}

static bool is_sides(size_t i)
{
	struct str rest;
	const struct field_info *f =
		field_find(str_from(subjects[i].name), &rest);

	return f != NULL &&
	       (f->use == FIELD_USE_SIDES || f->use == FIELD_USE_SEVERAL);
}

static void fill(struct table *t, size_t i)
{
	struct value *v = &t->values[i];
	static const uint64_t values[] = {
		0, 1, 5, 10, 16, UINT64_MAX, (uint64_t)INT64_MIN, INT64_MAX
	};

	v->type = subjects[i].type;
	t->present[i] = pick(5) != 0;
	if (is_sides(i)) {
		fill_sides(t, i);
		return;
	}
	switch (v->type) {
	case VALUE_STRING:
		v->str = random_text();
		break;
	case VALUE_BYTES:
		v->str = pick(3) != 0 ? random_text()
		                      : (struct str){ "\0ab\xff", 4 };
		break;
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_TIME:
		v->u = values[pick(ARRAY(values))];
		break;
	case VALUE_BOOL:
		v->b = pick(2) != 0;
		break;
	case VALUE_IPADDR:
		v->ip = pick(2) != 0 ? (struct ip_address){ { 10, 0, 0, 1 }, 4 }
		                     : (struct ip_address){ { [15] = 1 }, 16 };
		break;
	default:
		for (size_t n = 0; n < 3; n++)
			t->list[n] = random_text();
		v->list.items = t->list;
		v->list.count = pick(4);
		break;
	}
}

static bool get(void *context, enum field_id id, const struct field_arg *arg,
                struct value *ret)
{
	const struct table *t = context;

	if (id == FIELD_EVT_TYPE) {
		*ret = (struct value){ .type = VALUE_STRING, .str = t->type };
		return true;
	}
	for (size_t i = 0; i < ARRAY(subjects); i++) {
		struct str name = str_from(subjects[i].name);
		bool indexed = str_has_suffix(name, STR("[1]"));

		if (indexed)
			name.len -= 3;
		if (!str_has_prefix(name, field_info(id)->name) ||
		    (id == FIELD_PROC_ANAME && indexed != arg->present))
			continue;
		*ret = t->values[i];
		return t->present[i];
	}
	return false;
}

static const struct expr *parse(struct arena *arena, struct str condition)
{
	struct text_builder b = TEXT_BUILDER_INIT;
	struct parse_error error;
	const struct expr *e;
	struct text text;

	text_add_fixed(&b, condition, (struct position){ 0 });
	assert_int_equal(text_finish(&b, arena, &text), 0);
	if (condition_parse(arena, &text, &e, &error) < 0)
		fail_msg("%.*s: %s", STR_FMT(condition), error.text);
	text_builder_done(&b);
	return e;
}

/* What the tree prints is what it was parsed from. */
static void check_print(const struct expr *e, struct str text)
{
	struct buf again = BUF_INIT;

	expr_print(e, &again);
	if (!str_eq(buf_str(&again), text))
		fail_msg("%.*s prints as %s", STR_FMT(text), buf_cstr(&again));
	buf_done(&again);
}

static size_t compare(const struct ruleset *rules, struct matcher *m,
                      const struct expr *const trees[], struct table *t)
{
	struct field_source fields = { .get = get, .context = t };
	const struct rule *const *hits;
	size_t n =
		matcher_match(m, SOURCE_SYSCALL, t->type, &fields, true, &hits);
	size_t next = 0;

	for (size_t r = 0; r < RULES; r++) {
		const struct rule *rule = ruleset_rule(rules, r);
		bool hit = next < n && hits[next] == rule;

		next += hit;
		if (hit != naive_evaluate(trees[r], &fields))
			fail_msg("%.*s: the program says %s",
			         STR_FMT(rule->compiled),
			         hit ? "true" : "false");
	}
	assert_int_equal(next, n);
	return n;
}

static struct ruleset *load(void)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;
	struct buf b = BUF_INIT;

	add_rules(&b);
	if (ruleset_load_text("random", buf_str(&b), &diags, &rules) < 0)
		fail_msg("%s:\n%s", diags.items[0].text, buf_cstr(&b));
	buf_done(&b);
	diag_done(&diags);
	return rules;
}

static void test_random(void **state)
{
	size_t hits = 0;

	(void)state;
	for (size_t s = 0; s < RULE_SETS; s++) {
		struct ruleset *rules = load();
		struct matcher *m = matcher_new(rules);
		struct arena arena = ARENA_INIT;
		const struct expr *trees[RULES];

		assert_non_null(m);
		for (size_t r = 0; r < RULES; r++) {
			struct str text = ruleset_rule(rules, r)->compiled;

			trees[r] = parse(&arena, text);
			check_print(trees[r], text);
		}
		for (size_t i = 0; i < EVENTS; i++) {
			struct table t;

			t.type = str_from(types[pick(ARRAY(types))]);
			for (size_t f = 0; f < ARRAY(subjects); f++)
				fill(&t, f);
			hits += compare(rules, m, trees, &t);
		}
		arena_done(&arena);
		matcher_free(m);
		ruleset_free(rules);
	}
	/* both answers must have been tried often */
	assert_in_range(hits, RULE_SETS * RULES * EVENTS / 10,
	                RULE_SETS * RULES * EVENTS * 9 / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
