/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_print.c - what a tree prints parses to the same tree, and to the same
 * program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>
#include <unistd.h>

#include "falco_data.h"
#include "saker/base/io.h"
#include "saker/lang/check.h"
#include "saker/lang/parser.h"

static int parse(struct arena *arena, struct str condition,
                 const struct expr **ret)
{
	auto_text_builder struct text_builder b = TEXT_BUILDER_INIT;
	struct parse_error error;
	struct text text;

	text_add_fixed(&b, condition, (struct position){ 0 });
	assert_int_equal(text_finish(&b, arena, &text), 0);
	return condition_parse(arena, &text, ret, &error);
}

static bool same_term(const struct term *a, const struct term *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->kind == b->kind && str_eq(a->name, b->name) &&
	       a->has_arg == b->has_arg && str_eq(a->arg, b->arg) &&
	       same_term(a->first, b->first) && same_term(a->next, b->next);
}

static bool same_check(const struct comparison *a, const struct comparison *b)
{
	if (a->op != b->op || a->modifier != b->modifier ||
	    a->right_kind != b->right_kind || a->nvalues != b->nvalues)
		return false;
	for (size_t i = 0; i < a->nvalues; i++)
		if (!str_eq(a->values[i].s, b->values[i].s))
			return false;
	return same_term(a->left, b->left) && same_term(a->right, b->right);
}

/* "not (not a)" prints as "not not a", and that parses to a. */
static const struct expr *without_double_not(const struct expr *e)
{
	while (e->kind == EXPR_NOT && e->children[0]->kind == EXPR_NOT)
		e = e->children[0]->children[0];
	return e;
}

static bool same_tree(const struct expr *a, const struct expr *b)
{
	a = without_double_not(a);
	b = without_double_not(b);
	if (a->kind != b->kind || a->count != b->count ||
	    !str_eq(a->name, b->name))
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!same_tree(a->children[i], b->children[i]))
			return false;
	return a->kind != EXPR_CHECK || same_check(a->check, b->check);
}

/* True when it parses; then the tree that its print parses to is the same. */
static bool check_tree(struct str condition)
{
	struct arena arena = ARENA_INIT;
	auto_buf struct buf text = BUF_INIT;
	const struct expr *e, *again;
	bool ok = parse(&arena, condition, &e) == 0;

	if (ok) {
		expr_print(e, &text);
		if (parse(&arena, buf_str(&text), &again) < 0 ||
		    !same_tree(e, again))
			fail_msg("%.*s prints as %s", STR_FMT(condition),
			         buf_cstr(&text));
	}
	arena_done(&arena);
	return ok;
}

static void test_conditions(void **state)
{
	static const char *const conditions[] = {
		"not not not a.b exists",
		"not (a or b) and not(c.d = e)",
		"a.b = 'oneof' or a.b in (oneof, \"(\")",
		"a.b != allof (x, 'y z', \"\")",
		"a.b = '\\x5c' and c",
		"a.b = 'x\\x5c\\x22' and c",
		"a.b in ('\\x5c', \"'\", '\"', ',', '=')",
		"a.b = '\\x01\\x7f\\xff\\t\\n\\b'",
		"a.b[\"x y\"] = 1 and a.b[c.d/e] = 1 and a.b['[x]'] = 1",
		"a.b[\"\"] exists",
		"join('\\x5c', (a.b, '\"', c.d[1])) contains '('",
		"getopt((\"-a\", b.c), \"a:\")[a] = val(d.e[1])",
		"a.b in val(c.d) or a.b in tolower(c.d)",
		"a.b in name",
		"a.b > 0x1F or a.b <= -1.5e+3",
		"a.b = val and a.b = and",
		"a.b = 'val(c.d)' or a.b = 'tolower(c.d)'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (!check_tree(str_from(conditions[i])))
			fail_msg("%s", conditions[i]);
}

/* Any bytes but NUL, which no value holds, as a value and in a list. */
static void test_values(void **state)
{
	static const char bytes[] = "\\\\\"' (),=ab\x01\x7f\xff\n\t[]";
	uint64_t seed = 88172645463325252u;
	char value[16], quoted[80], text[200];

	(void)state;
	for (size_t n = 0; n < 20000; n++) {
		size_t len = 0, out = 0;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		for (uint64_t rest = seed; len < seed % 9; rest /= 19)
			value[len++] = bytes[rest % (sizeof(bytes) - 1)];
		for (size_t i = 0; i < len; i++)
			out += (size_t)snprintf(quoted + out,
			                        sizeof(quoted) - out, "\\x%02x",
			                        (unsigned char)value[i]);
		quoted[out] = '\0';
		snprintf(text, sizeof(text),
		         "a.b = \"%s\" and a.b in ('%s', c)", quoted, quoted);
		assert_true(check_tree(str_from(text)));
	}
}

static void test_falco_conditions(void **state)
{
	const char *columns[FALCO_COLUMNS];
	FILE *f = falco_open("parse.tsv");
	size_t size = 0, parsed = 0;
	char *line = NULL;

	(void)state;
	if (f == NULL)
		skip();
	while (falco_row(f, &line, &size, columns)) {
		json_t *condition = falco_json(columns[1]);

		if (json_is_string(condition))
			parsed += check_tree(
				str_from(json_string_value(condition)));
		json_decref(condition);
	}
	free(line);
	fclose(f);
	assert_true(parsed > 300);
}

/* The rule's condition and its print are one node of a program. */
static void check_rule(struct rules *r, struct checker *c, struct definition *d)
{
	auto_buf struct buf text = BUF_INIT;
	const struct expr *e, *again;
	node_id id;

	assert_int_equal(rules_condition(r, d, &e), 0);
	id = checker_condition(c, e);
	assert_true(id >= 0);
	expr_print(e, &text);
	assert_int_equal(parse(r->arena, buf_str(&text), &again), 0);
	if (checker_condition(c, again) != id)
		fail_msg("%.*s: another program", STR_FMT(d->name));
}

static size_t check_files(const char *path)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct arena arena = ARENA_INIT;
	struct builder *b = builder_new(&arena);
	struct checker c;
	struct rules r;
	size_t count;

	assert_non_null(b);
	rules_init(&r, &arena, &diags);
	checker_init(&c, &r, b);
	assert_int_equal(rules_read_path(&r, path), 0);
	assert_int_equal(rules_compile_macros(&r), 0);
	count = rules_count(&r, DEFINES_RULE);
	for (size_t i = 0; i < count; i++)
		check_rule(&r, &c, rules_get(&r, DEFINES_RULE, i));
	assert_int_equal(diags.errors, 0);
	checker_done(&c);
	builder_free(b);
	rules_done(&r);
	diag_done(&diags);
	arena_done(&arena);
	return count;
}

static void test_shipped_rules(void **state)
{
	const char *top = getenv("top_srcdir");
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s/rules", top != NULL ? top : ".");
	assert_true(check_files(path) > 10);
}

static void test_falco_rules(void **state)
{
	char *path = falco_path("falco_rules.yaml");

	(void)state;
	if (access(path, R_OK) < 0) {
		free(path);
		skip();
	}
	assert_int_equal(check_files(path), 25);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_falco_conditions),
		cmocka_unit_test(test_shipped_rules),
		cmocka_unit_test(test_falco_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
