/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_check.c - what is wrong with rules, and exactly where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
/* cmocka wants those first */
#include <cmocka.h>

#include "saker/base/limits.h"
#include "saker/engine/ruleset.h"
#include "saker/vm/op.h"

static struct diag_list diags_of(const char *text, int expected)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;
	int r = ruleset_load_text("t.yaml", str_from(text), &diags, &rules);

	if (r != expected)
		fail_msg("%s: got %d: %s", text, r,
		         diags.count > 0 ? diags.items[0].text : "");
	ruleset_free(rules);
	return diags;
}

#define TAIL "  desc: d\n  output: o\n  priority: info\n"

/* The only error of a rule whose condition, behind "  condition: ", is this. */
static void check_condition(const char *condition, unsigned column,
                            unsigned length, const char *text, const char *hint)
{
	struct buf b = BUF_INIT;
	struct diag_list diags;

	buf_printf(&b, "- rule: r\n  condition: %s\n" TAIL, condition);
	diags = diags_of(buf_cstr(&b), E_INVALID);
	assert_int_equal(diags.errors, 1);
	if (strcmp(diags.items[0].text, text) != 0)
		fail_msg("%s: %s", condition, diags.items[0].text);
	assert_string_equal(diags.items[0].code, "LOAD_ERR_COMPILE_CONDITION");
	assert_int_equal(diags.items[0].line, 2);
	assert_int_equal(diags.items[0].column, column);
	assert_int_equal(diags.items[0].length, length);
	if (hint != NULL)
		assert_string_equal(diags.items[0].hint, hint);
	else
		assert_null(diags.items[0].hint);
	diag_done(&diags);
	buf_done(&b);
}

static void test_fields(void **state)
{
	(void)state;
	check_condition("proc.nmae = x", 14, 9,
	                "filter_check called with nonexistent field proc.nmae",
	                "did you mean 'proc.name'?");
	check_condition(
		"no.field.at.all = x", 14, 15,
		"filter_check called with nonexistent field no.field.at.all",
		NULL);
	check_condition("evt.type = open and proc.name[1] = x", 34, 12,
	                "the field takes no argument", NULL);
	check_condition("proc.aname[x] = x", 14, 13,
	                "the field's argument must be a number", NULL);
	check_condition("evt.arg = 1", 14, 7,
	                "the field needs a name as its argument", NULL);
	check_condition("evt.arg.no_such = 1", 14, 15,
	                "no event has an argument of that name", NULL);
	check_condition("evt.rawarg.flags contains x", 31, 8,
	                "filter error: 'contains' operator not "
	                "supported for numeric filters",
	                NULL);
	check_condition("evt.arg.flags[x] = 1", 14, 16,
	                "the field already has its argument", NULL);
}

static void test_values(void **state)
{
	(void)state;
	check_condition("proc.pid = abc", 25, 3,
	                "filter error: unrecognized number value abc", NULL);
	check_condition("proc.pid in (1, 2x)", 30, 2,
	                "filter error: unrecognized number value 2x", NULL);
	check_condition(
		"user.uid = 18446744073709551616", 25, 20,
		"filter error: unrecognized number value 18446744073709551616",
		NULL);
	check_condition("evt.failed = yes", 27, 3,
	                "filter error: unrecognized boolean value yes", NULL);
	check_condition(
		"fd.sip = 10.0.0.256", 23, 10,
		"filter error: unrecognized IP address value 10.0.0.256", NULL);
	check_condition("proc.name regex '(a'", 30, 4,
	                "invalid regex pattern: missing closing parenthesis",
	                "the trouble is after 2 bytes of it");
}

#define OPERATORS                                                             \
	"expected a valid check operator: one of 'exists', '<=', '<', '>=', " \
	"'>', '==', '=', '!=', 'glob', 'iglob', 'contains', 'icontains', "    \
	"'startswith', 'endswith', 'regex', 'intersects', 'in', 'pmatch'"

static void test_operators(void **state)
{
	(void)state;
	check_condition("proc.pid contains 1", 23, 8,
	                "filter error: 'contains' operator not supported for "
	                "numeric filters",
	                NULL);
	check_condition(
		"evt.failed < 1", 25, 1,
		"filter error: '<' operator not supported for boolean filters",
		NULL);
	check_condition("proc.name & x", 24, 1, OPERATORS, NULL);
	check_condition("proc.name startswth /x", 24, 9, OPERATORS,
	                "did you mean 'startswith'?");
	check_condition("evt.type = a && evt.type = b", 27, 1,
	                "unexpected token after 'a', expecting 'or', 'and'",
	                "write 'and' instead of '&&'");
}

/* Each operator takes just the fields that its row says. */
static void test_operator_table(void **state)
{
	static const struct {
		const char *field;
		const char *value;
		enum op_class class;
	} rows[] = {
		{ "proc.name", "1", CLASS_STRING },
		{ "proc.pid", "1", CLASS_NUMBER },
		{ "evt.failed", "true", CLASS_BOOL },
		{ "fd.sip", "::1", CLASS_IP },
	};

	(void)state;
	for (enum op op = 0; op < OP__MAX; op++)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			const struct op_info *info = op_info(op);
			bool takes = (info->classes & rows[i].class) != 0;
			bool list = info->shape == SHAPE_LIST;
			struct buf b = BUF_INIT;
			struct diag_list diags;

			buf_printf(&b, "- rule: r\n  condition: \"%s %.*s ",
			           rows[i].field, STR_FMT(info->token));
			if (info->shape != SHAPE_NONE)
				buf_printf(&b, list ? "(%s)" : "%s",
				           info->shape == SHAPE_NUMBER
				                   ? "1"
				                   : rows[i].value);
			buf_printf(&b, "\"\n" TAIL);
			diags = diags_of(buf_cstr(&b), takes ? 0 : E_INVALID);
			diag_done(&diags);
			buf_done(&b);
		}
}

struct place {
	unsigned line;
	unsigned column;
};

static void check_places(const char *text, const struct place *places, size_t n)
{
	struct diag_list diags = diags_of(text, E_INVALID);
	size_t found = 0;

	for (size_t i = 0; i < diags.count; i++) {
		if (diags.items[i].severity != DIAG_ERROR)
			continue;
		assert_true(found < n);
		assert_int_equal(diags.items[i].line, places[found].line);
		assert_int_equal(diags.items[i].column, places[found].column);
		found++;
	}
	assert_int_equal(found, n);
	diag_done(&diags);
}

static void test_places(void **state)
{
	(void)state;
	check_places(
		"- rule: folded\n"
		"  condition: >\n"
		"    evt.type = open\n"
		"    and (proc.cwd=x or a.a=1)\n"
		"    and b.b exists\n" TAIL,
		(const struct place[]){ { 4, 24 }, { 5, 9 } }, 2);
	check_places(
		"- rule: quoted\n"
		"  condition: 'proc.cwd = ''x'' and a.a = 1'\n" TAIL
		"- rule: double\n"
		"  condition: \"proc.cwd = \\\"\\x41\\\" and a.a = 1\"\n" TAIL
		"- rule: plain\n"
		"  condition: proc.cwd = x\n"
		"             and a.a = 1\n" TAIL
		"- rule: utf\n"
		"  condition: proc.cwd = \xc3\xa4\xc3\xb6 and a.a = 1\n" TAIL,
		(const struct place[]){
			{ 2, 36 }, { 7, 39 }, { 13, 18 }, { 18, 34 } },
		4);
}

/* In a list the place is that of its name; in a macro that of the macro, once
 * for all who use it; in an appended text that of the appended part. */
static void test_places_elsewhere(void **state)
{
	(void)state;
	check_places(
		"- list: l\n"
		"  items: [1, x]\n"
		"- macro: m\n"
		"  condition: (a.a = 1)\n"
		"- rule: r\n"
		"  condition: m and proc.pid in (5, l)\n" TAIL
		"- rule: s\n"
		"  condition: not m\n" TAIL
		"- rule: s\n"
		"  condition: or\n"
		"    b.b = 1\n"
		"  override: {condition: append}\n",
		(const struct place[]){ { 4, 15 }, { 6, 36 }, { 17, 5 } }, 3);
}

static void test_macros(void **state)
{
	struct diag_list diags = diags_of(
		"- macro: a\n  condition: proc.cwd = x or a\n"
		"- macro: b\n  condition: c\n"
		"- macro: c\n  condition: proc.cwd = y\n"
		"- rule: r\n  condition: c and nothing\n" TAIL,
		E_INVALID);

	(void)state;
	assert_int_equal(diags.errors, 3);
	assert_string_equal(diags.items[0].text, "reference loop in macro 'a'");
	assert_string_equal(diags.items[1].text,
	                    "Undefined macro 'c' used in filter.");
	assert_string_equal(diags.items[1].hint,
	                    "it is defined later, at t.yaml:5; a macro sees "
	                    "only those before it");
	assert_string_equal(diags.items[2].text,
	                    "Undefined macro 'nothing' used in filter.");
	diag_done(&diags);
}

/* A macro stays where it was first defined for those that use it, and sees what
 * stands before its last definition: Falco's rule_loader_collector.cpp,
 * define_info(). */
static void test_redefined_macros(void **state)
{
	struct diag_list diags = diags_of(
		"- macro: a\n  condition: proc.cwd = x\n"
		"- macro: user\n  condition: a and evt.type = open\n"
		"- macro: late\n  condition: proc.cwd = y\n"
		"- macro: a\n  condition: late or fd.name = z\n"
		"- rule: r\n  condition: user\n" TAIL,
		0);

	(void)state;
	assert_int_equal(diags.count, 0);
	diag_done(&diags);
	diags = diags_of(
		"- macro: a\n  condition: proc.cwd = x\n"
		"- macro: b\n  condition: a\n"
		"- macro: a\n  condition: b\n"
		"- rule: r\n  condition: a and evt.type = open\n" TAIL,
		E_INVALID);
	assert_int_equal(diags.errors, 2);
	assert_string_equal(diags.items[0].text, "reference loop in macro 'b'");
	assert_string_equal(diags.items[1].text, "reference loop in macro 'a'");
	diag_done(&diags);
}

static bool has_code(const struct diag_list *l, const char *code)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->items[i].code, code) == 0)
			return true;
	return false;
}

static void check_warning(const char *text, const char *code)
{
	struct diag_list diags = diags_of(text, 0);

	if (!has_code(&diags, code))
		fail_msg("%s: no %s", text, code);
	diag_done(&diags);
}

static void test_warnings(void **state)
{
	(void)state;
	check_warning("- something: x\n", "LOAD_UNKNOWN_ITEM");
	check_warning("- list: l\n  items: []\n", "LOAD_UNUSED_LIST");
	check_warning("- macro: m\n  condition: proc.cwd=x\n",
	              "LOAD_UNUSED_MACRO");
	check_warning("- rule: r\n  condition: proc.name = x\n" TAIL,
	              "LOAD_NO_EVTTYPE");
	check_warning(
		"- rule: r\n  condition: proc.cwd = x\n  source: k8s\n" TAIL,
		"LOAD_UNKNOWN_SOURCE");
	check_warning(
		"- rule: r\n  condition: a.b = x\n"
		"  skip-if-unknown-filter: true\n" TAIL,
		"LOAD_UNKNOWN_FILTER");
	check_warning(
		"- rule: r\n  condition: ka.verb in (get, <NA>)\n"
		"  skip-if-unknown-filter: true\n" TAIL,
		"LOAD_UNSAFE_NA_CHECK");
}

/* Does the condition of a rule bring a warning of the condition? */
static void check_doubt(const char *condition, bool expected)
{
	struct buf b = BUF_INIT;
	struct diag_list diags;

	buf_printf(&b, "- rule: r\n  condition: >\n    %s\n" TAIL, condition);
	diags = diags_of(buf_cstr(&b), 0);
	if (has_code(&diags, "LOAD_COMPILE_CONDITION") != expected)
		fail_msg("%s", condition);
	diag_done(&diags);
	buf_done(&b);
}

/* Warned of, and not, in libsinsp's tests. */
static void test_doubts(void **state)
{
	static const char *const doubtful[] = {
		"proc.name = proc.pname",
		"proc.name in (x, proc.pname)",
		"proc.name = 'tolower(proc.pname)'",
		"proc.name = 'tolower( proc.pname )'",
		"proc.name = 'val(proc.pname)'",
		"proc.name regex sshd",
		"proc.name regex ^sshd$",
		"proc.name regex ^sshd",
		"proc.name regex .*sshd",
		"proc.name regex sshd.*",
		"proc.name regex .+sshd.?",
	};
	static const char *const clear[] = {
		"proc.name = not.afield",
		"proc.name = tolower",
		"proc.name = tolower(proc.pname)",
		"proc.name = val(proc.pname)",
		"proc.name = 'tolow(proc.pname)'",
		"proc.name = 'tolower(proc.pname'",
		"proc.name regex sshd.{1}",
		"proc.name regex sshd\\.*",
		"proc.name regex s.*d",
		"proc.name regex ssh[d]?",
		"proc.name = '<NA>'",
		"proc.cwd in nolist",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(doubtful) / sizeof(doubtful[0]); i++)
		check_doubt(doubtful[i], true);
	for (size_t i = 0; i < sizeof(clear) / sizeof(clear[0]); i++)
		check_doubt(clear[i], false);
}

/* Macros that double: the limit on the expanded tree is met, not memory. */
static void test_expression_limits(void **state)
{
	struct buf b = BUF_INIT;
	struct diag_list diags;

	(void)state;
	buf_printf(&b, "- macro: m0\n  condition: proc.cwd = x\n");
	for (unsigned i = 1; i < 40; i++)
		buf_printf(&b, "- macro: m%u\n  condition: m%u or m%u\n", i,
		           i - 1, i - 1);
	diags = diags_of(buf_cstr(&b), E_INVALID);
	assert_non_null(strstr(diags.items[0].text, "too large"));
	diag_done(&diags);
	buf_clear(&b);
	buf_printf(&b, "- macro: m0\n  condition: proc.cwd = x\n");
	for (unsigned i = 1; i < LIMIT_EXPRESSION_DEPTH + 1; i++)
		buf_printf(&b,
		           "- macro: m%u\n  condition: m%u and evt.num=%u\n", i,
		           i - 1, i);
	diags = diags_of(buf_cstr(&b), E_INVALID);
	assert_string_equal(diags.items[0].text,
	                    "exceeded max depth limit of 1000");
	assert_int_equal(diags.errors, 1);
	diag_done(&diags);
	buf_done(&b);
}

/* Found in another order: unknown keys first, then outputs, then macros. */
static void test_sorted(void **state)
{
	static const unsigned lines[] = { 2, 4, 5, 6, 8 };
	struct diag_list diags = diags_of(
		"- macro: m\n"
		"  condition: a.a = 1\n"
		"- rule: r\n"
		"  condition: m and b.b = 1\n"
		"  output: \"%c.c\"\n"
		"  priority: low\n"
		"  desc: d\n"
		"  odd: x\n",
		E_INVALID);

	(void)state;
	assert_int_equal(diags.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(diags.items[i].line, lines[i]);
	diag_done(&diags);
}

static void check_plugins(const char *text, const char *error)
{
	struct diag_list diags = diags_of(text, error != NULL ? E_INVALID : 0);

	if (error != NULL)
		assert_string_equal(diags.items[0].text, error);
	diag_done(&diags);
}

static void test_plugin_versions(void **state)
{
	(void)state;
	check_plugins(
		"- required_plugin_versions:\n"
		"  - {name: a, version: 0.1.0, alternatives: [{name: b, "
		"version: 1.2.3}]}\n",
		NULL);
	check_plugins("- required_plugin_versions: x\n",
	              "Value of required_plugin_versions must be a sequence");
	check_plugins("- required_plugin_versions: [{name: a}]\n",
	              "Item has no mapping for key 'version'");
	check_plugins("- required_plugin_versions: [{name: a, version: x}]\n",
	              "Unable to parse plugin version 'x' as a semver string");
	check_plugins(
		"- required_plugin_versions: [{name: a, version: 1.0.0, "
		"alternatives: [{version: 1.0.0}]}]\n",
		"Item has no mapping for key 'name'");
}

/* skip-if-unknown-filter: for event types as for fields. */
static void test_unknown_event_type(void **state)
{
	struct diag_list diags = diags_of(
		"- rule: r\n  condition: evt.type in (open, opn)\n"
		"  skip-if-unknown-filter: true\n" TAIL,
		0);

	(void)state;
	assert_string_equal(diags.items[0].code, "LOAD_UNKNOWN_FILTER");
	diag_done(&diags);
	diags = diags_of(
		"- rule: r\n  condition: evt.type in (open, opn)\n" TAIL,
		E_INVALID);
	assert_string_equal(diags.items[0].text, "unknown event type opn");
	assert_string_equal(diags.items[0].item_type, "rule");
	assert_string_equal(diags.items[0].item_name, "r");
	diag_done(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_operator_table),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_places_elsewhere),
		cmocka_unit_test(test_macros),
		cmocka_unit_test(test_redefined_macros),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_doubts),
		cmocka_unit_test(test_expression_limits),
		cmocka_unit_test(test_sorted),
		cmocka_unit_test(test_plugin_versions),
		cmocka_unit_test(test_unknown_event_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
