/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_event_types.c - which types of event can make a condition true: the
 * facts of libsinsp's ppm_codes.cpp, and the laws of sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>
#include <stdlib.h>

#include "saker/base/array.h"
#include "saker/base/io.h"
#include "saker/event/event_types.h"
#include "saker/lang/event_types.h"
#include "saker/lang/parser.h"

static const struct expr *parse(struct arena *arena, const char *condition)
{
	auto_text_builder struct text_builder b = TEXT_BUILDER_INIT;
	struct parse_error error;
	const struct expr *e;
	struct text text;

	text_add_fixed(&b, str_from(condition), (struct position){ 0 });
	assert_int_equal(text_finish(&b, arena, &text), 0);
	if (condition_parse(arena, &text, &e, &error) < 0)
		fail_msg("%s: %s", condition, error.text);
	return e;
}

/* "open close", "* open" for all but that, "" for none. For free(). */
static char *types_of(const char *condition)
{
	struct arena arena = ARENA_INIT;
	struct buf out = BUF_INIT;
	struct event_types t;
	char *text;

	assert_int_equal(event_types_of(&arena, parse(&arena, condition), &t),
	                 0);
	if (t.all_but)
		buf_add_str(&out, STR("*"));
	for (size_t i = 0; i < t.count; i++)
		buf_printf(&out, "%s%.*s", out.len > 0 ? " " : "",
		           STR_FMT(t.names[i]));
	text = strdup(buf_cstr(&out));
	assert_non_null(text);
	buf_done(&out);
	arena_done(&arena);
	return text;
}

static const struct {
	const char *condition;
	const char *types;
} facts[] = {
	{ "evt.type = mount", "mount" },
	{ "evt.type==mount", "mount" },
	{ "evt.type in (umount2, mount, mount)", "mount umount2" },
	{ "evt.type intersects (mount)", "mount" },
	{ "syscall.type = mount", "mount" },
	{ "not evt.type != mount", "mount" },
	{ "not not not evt.type = mount", "* mount" },
	{ "evt.type != mount", "* mount" },
	{ "not evt.type in (mount, setns)", "* mount setns" },
	{ "evt.type != mount and evt.type != setns", "* mount setns" },
	{ "evt.type != mount or evt.type != setns", "*" },
	{ "evt.type = mount and evt.type = setns", "" },
	{ "evt.type = mount and (proc.name = a or evt.type = setns)", "mount" },
	{ "evt.type = mount or (evt.type = setns and proc.name = a)",
	  "mount setns" },
	{ "evt.type = mount or proc.name = a", "*" },
	{ "evt.type = mount and not proc.name = a", "mount" },
	{ "evt.type = mount and not (evt.type = setns and proc.name = a)",
	  "mount" },
	{ "evt.type = mount or not (evt.type = setns and proc.name = a)", "*" },
	{ "evt.type = mount and not evt.type = mount", "" },
	{ "evt.type in (a, b, c) and not (proc.name = x and evt.type = b)",
	  "a b c" },
	{ "evt.type in (a, b, c) and not (proc.name = x or evt.type = b)",
	  "a c" },
	{ "evt.type in ()", "" },
	{ "not evt.type in ()", "*" },
	{ "evt.type exists", "*" },
	{ "not evt.type exists", "" },
	{ "syscall.type exists", "*" },
	{ "evt.type contains oun", "*" },
	{ "not evt.type startswith m", "*" },
	{ "tolower(evt.type) contains oun", "*" },
	{ "evt.type.is.open = 1", "*" },
	/* with one of several values */
	{ "evt.type = anyof (mount, setns)", "mount setns" },
	{ "evt.type = oneof (mount, setns)", "mount setns" },
	{ "evt.type = allof (mount, setns)", "mount setns" },
	{ "not evt.type = anyof (mount, setns)", "* mount setns" },
	{ "not evt.type = oneof (mount, mount)", "*" },
	{ "evt.type != allof (mount, setns)", "* mount setns" },
	{ "not evt.type != allof (mount, setns)", "mount setns" },
	{ "evt.type != anyof (mount, setns)", "*" },
	{ "evt.type = anyof ()", "" },
	{ "not evt.type = anyof ()", "*" },
	/* events are counted from 1 */
	{ "evt.num = 0", "" },
	{ "evt.num == 0", "" },
	{ "evt.num < 1", "" },
	{ "evt.num <= 0", "" },
	{ "evt.num in (0, 0)", "" },
	{ "evt.num in ()", "" },
	{ "not evt.num != 0", "" },
	{ "not evt.num > 0", "" },
	{ "not evt.num >= 1", "" },
	{ "not evt.num = 0", "*" },
	{ "evt.num = 1", "*" },
	{ "evt.num = -1", "*" },
	{ "evt.num < 2", "*" },
	{ "evt.num > 1", "*" },
	{ "evt.num in (0, 1)", "*" },
	{ "evt.num >= 0 and evt.type = mount", "mount" },
	{ "evt.type = mount and evt.num = 0", "" },
	{ "evt.type = mount or evt.num = 0", "mount" },
};

static void test_facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		char *types = types_of(facts[i].condition);

		if (strcmp(types, facts[i].types) != 0)
			fail_msg("%s: '%s', expected '%s'", facts[i].condition,
			         types, facts[i].types);
		free(types);
	}
}

static void check_same(const char *a, const char *b)
{
	char *x = types_of(a), *y = types_of(b);

	if (strcmp(x, y) != 0)
		fail_msg("%s: '%s', %s: '%s'", a, x, b, y);
	free(x);
	free(y);
}

/* De Morgan's laws and the order of operands, for each pair of checks. */
static void test_laws(void **state)
{
	static const char *const checks[] = {
		"evt.type = mount",  "evt.type != mount",
		"evt.type in ()",    "evt.type in (mount, setns)",
		"evt.type exists",   "proc.name = a",
		"not evt.type = ab", "evt.num = 0",
	};
	size_t n = sizeof(checks) / sizeof(checks[0]);
	char left[200], right[200];

	(void)state;
	for (size_t i = 0; i < n * n; i++) {
		const char *a = checks[i / n], *b = checks[i % n];

		snprintf(left, sizeof(left), "not (%s or %s)", a, b);
		snprintf(right, sizeof(right), "not (%s) and not (%s)", a, b);
		check_same(left, right);
		snprintf(left, sizeof(left), "not (%s and %s)", a, b);
		snprintf(right, sizeof(right), "not (%s) or not (%s)", a, b);
		check_same(left, right);
		snprintf(left, sizeof(left), "(%s) and (%s)", a, b);
		snprintf(right, sizeof(right), "(%s) and (%s)", b, a);
		check_same(left, right);
		snprintf(left, sizeof(left), "(%s) or (%s)", a, b);
		snprintf(right, sizeof(right), "(%s) or (%s)", b, a);
		check_same(left, right);
		snprintf(left, sizeof(left), "not (not (%s))", a);
		check_same(left, a);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *condition;
		const char *why; /* part of it; NULL = not refused */
	} cases[] = {
		{ "tolower(evt.type) = open", "transformers" },
		{ "not b64(syscall.type) != open", "transformers" },
		{ "a.b = c and concat('x', evt.type) in (xopen)",
		  "transformers" },
		{ "tolower(toupper(evt.type)) exists", "transformers" },
		{ "evt.type = val(proc.name)", "right-hand field" },
		{ "evt.type in tolower(proc.name)", "right-hand field" },
		{ "tolower(evt.type) contains pen", NULL },
		{ "proc.name = val(evt.type)", NULL },
		{ "evt.type = open", NULL },
		{ "tolower(evt.type.is.open) = 1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA_INIT;
		const struct expr *e = parse(&arena, cases[i].condition);
		const char *why = "";
		bool refused = event_types_refused(e, &why) != NULL;

		if (refused != (cases[i].why != NULL))
			fail_msg("%s", cases[i].condition);
		if (refused)
			assert_non_null(strstr(why, cases[i].why));
		arena_done(&arena);
	}
}

/* The first and the last row, names that are the beginning of others, and calls
 * that change what is known of a process. */
static void test_inert(void **state)
{
	static const char *const inert[] = {
		"access",        "chmod",      "chown",    "chown32",
		"clock_gettime", "faccessat2", "fchmodat", "fchmodat2",
		"stat",          "stat64",     "statx",    "write",
		"writev",
	};
	static const char *const others[] = {
		"",       "acce",  "chdir",  "clone", "close", "execve",
		"fchdir", "mount", "openat", "read_", "setns", "unlinkat",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(inert); i++)
		assert_true(event_type_is_inert(str_from(inert[i])));
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(event_type_is_inert(str_from(others[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_laws),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_inert),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
