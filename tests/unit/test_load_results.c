/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_load_results.c - which code, message and place loading gives what is
 * wrong, and what it makes of exceptions: a table, as Falco does it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
/* cmocka wants those first */
#include <cmocka.h>

#include "saker/engine/ruleset.h"

#define HEAD(condition) "- rule: r\n  desc: d\n  condition: " condition "\n"
#define TAIL            "  output: o\n  priority: error\n"
#define RULE(condition) HEAD(condition) TAIL
#define EXCEPTIONS      RULE("evt.type=openat") "  exceptions:\n"
#define APPENDED        "- rule: r\n  append: true\n"
#define VALIDATE        "LOAD_ERR_VALIDATE"
#define YAML            "LOAD_ERR_YAML_VALIDATE"
#define FIELDS          "    - name: e\n      fields: [proc.name, fd.filename]\n"

static const struct {
	const char *rules;
	const char *code;
	const char *text;
	unsigned line;
	const char *item, *name; /* NULL = in none */
	const char *part;        /* NULL = not told */
} wrong[] = {
	{ "- required_engine_version: 8888888\n", VALIDATE,
	  "Rules require engine version", 1, "required_engine_version", "",
	  NULL },
	{ "- required_engine_version: soon\n", YAML,
	  "Unable to parse engine version 'soon'", 1, "required_engine_version",
	  "", NULL },
	{ "key: value\n", YAML, "Rules content is not yaml array of objects", 1,
	  NULL, NULL, NULL },
	{ "only words\n", YAML, "Rules content is not yaml", 1, NULL, NULL,
	  NULL },
	{ "one : two : three", "LOAD_ERR_YAML_PARSE", "mapping values", 1, NULL,
	  NULL, NULL },
	{ "- word\n", YAML, "Unexpected element type.", 1, "rules content item",
	  "", NULL },
	{ "- [macro, m]\n", YAML, "Unexpected element type.", 1,
	  "rules content item", "", NULL },
	{ "- list:\n  items: [a]\n", YAML, "Mapping for key 'list' is empty", 1,
	  "list", "", NULL },
	{ "- macro: ~\n  condition: evt.type=open\n", YAML,
	  "Mapping for key 'macro' is empty", 1, "macro", "", NULL },
	{ "- rule: null\n" TAIL, YAML, "Mapping for key 'rule' is empty", 1,
	  "rule", "", NULL },
	{ "- rule: ''\n" TAIL, YAML, "Value must be non-empty", 1, "rule", "",
	  NULL },
	{ HEAD("") TAIL, YAML, "Mapping for key 'condition' is empty", 3,
	  "rule", "r", NULL },
	{ "- list: l\n  entries: [a]\n", YAML,
	  "Item has no mapping for key 'items'", 1, "list", "l", NULL },
	{ "- macro: m\n  text: 1\n", YAML,
	  "Item has no mapping for key 'condition'", 1, "macro", "m", NULL },
	{ HEAD("evt.type=fork") "  priority: info\n", YAML,
	  "Item has no mapping for key 'output'", 1, "rule", "r", NULL },
	{ HEAD("evt.type=fork") "  output: a %none b\n  priority: info\n",
	  "LOAD_ERR_COMPILE_OUTPUT", "invalid formatting token none", 4, "rule",
	  "r", NULL },
	{ HEAD("evt.type=fork") "  output: a %proc.none\n  priority: info\n",
	  "LOAD_ERR_COMPILE_OUTPUT",
	  "filter_check called with nonexistent field proc.none", 4, "rule",
	  "r", NULL },
	{ "- macro: m\n  condition: gone\n", VALIDATE,
	  "Undefined macro 'gone' used in filter.", 2, "macro", "m",
	  "condition expression" },
	{ "- macro: m\n  condition: evt.type=open\n---\n- macro: m\n"
	  "  condition: gone\n",
	  VALIDATE, "Undefined macro 'gone' used in filter.", 5, "macro", "m",
	  "condition expression" },
	{ RULE("evt.type=open") RULE("gone"), VALIDATE,
	  "Undefined macro 'gone' used in filter.", 8, "rule", "r",
	  "condition expression" },
	{ "- macro: m\n  condition: m or evt.type=open\n", VALIDATE,
	  "reference loop in macro 'm'", 2, "macro", "m",
	  "condition expression" },
	{ "- macro: m\n  condition: evt.type=open\n- macro: m\n"
	  "  condition: gone\n  append: true\n",
	  "LOAD_ERR_COMPILE_CONDITION",
	  "unexpected token after 'open', expecting 'or', 'and'", 4, "macro",
	  "m", NULL },
	{ "- macro: m\n  condition: or evt.type=open\n  append: true\n",
	  VALIDATE, "Macro uses 'append'", 1, "macro", "m", NULL },
	{ "- list: l\n  items: [a]\n  append: true\n", VALIDATE,
	  "List uses 'append'", 1, "list", "l", NULL },
	{ APPENDED "  condition: or evt.type=open\n", VALIDATE,
	  "Rule uses 'append'", 1, "rule", "r", NULL },
	{ RULE("evt.type=open") APPENDED, VALIDATE,
	  "Appended rule must have exceptions or condition property", 6, "rule",
	  "r", NULL },
	{ EXCEPTIONS FIELDS APPENDED
	  "  exceptions:\n    - {name: e, values: [[nginx]]}\n",
	  VALIDATE, "Fields and values lists must have equal length", 12,
	  "rule", "r", "exception" },
	{ EXCEPTIONS FIELDS "      values: [[nginx]]\n", VALIDATE,
	  "Fields and values lists must have equal length", 9, "rule", "r",
	  "exception" },
	{ EXCEPTIONS FIELDS APPENDED "  exceptions:\n    - values: [[a, b]]\n",
	  YAML, "Item has no mapping for key 'name'", 12, "rule", "r",
	  "exception" },
	{ EXCEPTIONS FIELDS APPENDED
	  "  exceptions:\n    - {name: f, values: [[a, b]]}\n",
	  VALIDATE,
	  "Rule exception must have fields property with a list of fields", 12,
	  "rule", "r", "exception" },
	{ EXCEPTIONS FIELDS APPENDED
	  "  exceptions:\n    - {name: f, fields: proc.name}\n",
	  VALIDATE,
	  "Rule exception must have values property with a list of values", 12,
	  "rule", "r", "exception" },
	{ EXCEPTIONS FIELDS APPENDED
	  "  exceptions:\n    - {name: e, fields: proc.name, values: [a]}\n",
	  VALIDATE, "Can not append exception fields/comps", 12, "rule", "r",
	  "exception" },
	{ EXCEPTIONS FIELDS "      comps: [=]\n", VALIDATE,
	  "Fields and comps lists must have equal length", 7, "rule", "r",
	  "exception" },
	{ EXCEPTIONS FIELDS "      comps: [=, like]\n", VALIDATE,
	  "'like' is not a supported comparison operator", 9, "rule", "r",
	  "exception" },
	{ EXCEPTIONS "    - name: e\n", YAML,
	  "Item has no mapping for key 'fields'", 7, "rule", "r", "exception" },
	{ EXCEPTIONS "    - fields: proc.name\n", YAML,
	  "Item has no mapping for key 'name'", 7, "rule", "r", "exception" },
	{ EXCEPTIONS "    - {name: e, fields: [proc.nmae]}\n", VALIDATE,
	  "'proc.nmae' is not a supported filter field", 7, "rule", "r",
	  "exception" },
	{ EXCEPTIONS "    - {name: e, fields: fd.none}\n", VALIDATE,
	  "'fd.none' is not a supported filter field", 7, "rule", "r",
	  "exception" },
	{ EXCEPTIONS "    - {name: e, fields: proc.name, comps: =}\n", VALIDATE,
	  "When fields is a single value, comps must be one of", 7, "rule", "r",
	  "exception" },
	{ EXCEPTIONS "    - {name: e, fields: proc.name, values: a}\n", YAML,
	  "Rule exception values must be a sequence", 7, "rule", "r",
	  "exception" },
	{ RULE("proc.name = \"a\\x00\""), "LOAD_ERR_COMPILE_CONDITION",
	  "filter error: only a byte buffer can hold a NUL byte", 3, "rule",
	  "r", NULL },
	{ RULE("proc.name in (b, \"\\x00\")"), "LOAD_ERR_COMPILE_CONDITION",
	  "filter error: only a byte buffer can hold a NUL byte", 3, "rule",
	  "r", NULL },
	{ RULE("proc.name regex \"\\xc3(\""), "LOAD_ERR_COMPILE_CONDITION",
	  "invalid regex pattern: UTF-8 error", 3, "rule", "r", NULL },
};

static struct diag first(const struct diag_list *l, enum diag_severity severity)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].severity == severity)
			return l->items[i];
	fail_msg("nothing was told");
	return (struct diag){ 0 };
}

static void check_same(const char *rules, const char *got, const char *expected)
{
	if ((got == NULL) != (expected == NULL) ||
	    (got != NULL && strcmp(got, expected) != 0))
		fail_msg("%s: got %s, expected %s", rules,
		         got != NULL ? got : "none",
		         expected != NULL ? expected : "none");
}

static void test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct diag_list diags = DIAG_LIST_INIT;
		struct ruleset *rules = NULL;
		struct diag d;

		assert_int_equal(ruleset_load_text("t.yaml",
		                                   str_from(wrong[i].rules),
		                                   &diags, &rules),
		                 E_INVALID);
		assert_int_equal(diags.errors, 1);
		d = first(&diags, DIAG_ERROR);
		check_same(wrong[i].rules, d.code, wrong[i].code);
		if (strncmp(d.text, wrong[i].text, strlen(wrong[i].text)) != 0)
			check_same(wrong[i].rules, d.text, wrong[i].text);
		if (d.line != wrong[i].line)
			fail_msg("%s: line %u", wrong[i].rules, d.line);
		check_same(wrong[i].rules, d.item_type, wrong[i].item);
		check_same(wrong[i].rules, d.item_name, wrong[i].name);
		check_same(wrong[i].rules, d.part, wrong[i].part);
		diag_done(&diags);
	}
}

/* With skip-if-unknown-filter a rule that cannot be is left out, and said. */
static void test_skipped(void **state)
{
	static const char *const rows[][3] = {
		{ RULE("proc.none = a"),
		  "filter_check called with nonexistent field proc.none",
		  "condition expression" },
		{ RULE("evt.type = none"), "unknown event type none",
		  "condition expression" },
		{ HEAD("evt.type = open") "  output: '%proc.none'\n"
		                          "  priority: info\n",
		  "filter_check called with nonexistent field proc.none",
		  "rule output expression" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct diag_list diags = DIAG_LIST_INIT;
		struct ruleset *rules = NULL;
		struct buf b = BUF_INIT;
		struct diag d;

		buf_printf(&b,
		           "%s  skip-if-unknown-filter: true\n"
		           "- rule: s\n  desc: d\n"
		           "  condition: evt.type=openat\n" TAIL,
		           rows[i][0]);
		assert_int_equal(
			ruleset_load_text("t", buf_str(&b), &diags, &rules), 0);
		assert_int_equal(ruleset_count(rules), 1);
		assert_int_equal(diags.warnings, 1);
		d = first(&diags, DIAG_WARNING);
		check_same(rows[i][0], d.code, "LOAD_UNKNOWN_FILTER");
		check_same(rows[i][0], d.text, rows[i][1]);
		check_same(rows[i][0], d.part, rows[i][2]);
		ruleset_free(rules);
		diag_done(&diags);
		buf_done(&b);
	}
}

/* Exceptions of one rule and what is appended to them, as a condition. */
static void test_exceptions(void **state)
{
	static const char *const rows[][2] = {
		{ EXCEPTIONS "    - {name: a, fields: [proc.name]}\n"
		             "    - {name: b, fields: [proc.name, fd.name]}\n",
		  "evt.type = openat" },
		{ EXCEPTIONS
		  "    - {name: a, fields: [proc.name], "
		  "values: [[x]]}\n" APPENDED
		  "  exceptions:\n    - {name: a, values: [[y]]}\n"
		  "- rule: r\n  override: {exceptions: append}\n"
		  "  exceptions:\n    - {name: a, values: [[z z]]}\n",
		  "(evt.type = openat and not (proc.name = x or proc.name = y "
		  "or proc.name = \"z z\"))" },
		{ EXCEPTIONS "    - {name: a, fields: proc.cmdline, comps: in, "
		             "values: [v w]}\n" APPENDED
		             "  exceptions:\n    - {name: b, fields: proc.name,"
		             " values: ['\"q r\"', s]}\n",
		  "(evt.type = openat and not proc.cmdline in (\"v w\") and "
		  "not "
		  "proc.name in (\"q r\", s))" },
		{ EXCEPTIONS "    - {name: a, fields: [proc.name, proc.cmdline]"
		             ", comps: [=, in], values: [[x, [a b, c]]]}\n",
		  "(evt.type = openat and not (proc.name = x and proc.cmdline "
		  "in (\"a b\", c)))" },
		{ "- list: l\n  items: [a b, c]\n" EXCEPTIONS
		  "    - {name: a, fields: [proc.name, proc.cmdline]"
		  ", comps: [=, in], values: [[x, l], [y, (l)]]}\n",
		  "(evt.type = openat and not ((proc.name = x and proc.cmdline "
		  "in (\"a b\", c)) or (proc.name = y and proc.cmdline in (\"a "
		  "b\", c))))" },
		{ EXCEPTIONS "    - {name: a, fields: [proc.name], comps: "
		             "[contains], values: [[x]]}\n",
		  "(evt.type = openat and not proc.name contains x)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct diag_list diags = DIAG_LIST_INIT;
		struct ruleset *rules = NULL;
		struct buf b = BUF_INIT;

		assert_int_equal(ruleset_load_text("t", str_from(rows[i][0]),
		                                   &diags, &rules),
		                 0);
		buf_add_str(&b, ruleset_rule(rules, 0)->compiled);
		check_same(rows[i][0], buf_cstr(&b), rows[i][1]);
		ruleset_free(rules);
		diag_done(&diags);
		buf_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_exceptions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
