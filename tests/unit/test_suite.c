/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_suite.c - files of tests of rules: what is read, what is wrong, and what
 * comes of a test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "oom.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/testing/run.h"

#define RULE(name, condition, priority)                        \
	"- rule: " name "\n  desc: d\n  condition: " condition \
	"\n  output: out %proc.name\n  priority: " priority "\n  tags: [t]\n"

static const char *const rules[] = {
	RULE("Open", "evt.type = open and container.id != host", "ERROR"),
	RULE("Any open", "evt.type = open", "NOTICE"),
	RULE("Mount", "evt.type = mount and proc.name != nobody", "ERROR"),
	RULE("Never", "evt.type = mount and proc.name = nobody", "ERROR"),
	RULE("Kill", "evt.type = dup", "ERROR"),
	"  response: {action: kill, scope: process}\n",
	RULE("Off", "evt.type = mount", "ERROR"),
	"  enabled: false\n",
};

struct fixture {
	struct config config;
	struct test_rules rules;
	struct diag_list diags;
	struct suite suite;
	struct test_result result;
};

static int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));
	auto_close int fd = memfd_create("rules", MFD_CLOEXEC);
	const char *path;
	char name[64];

	assert_true(fd >= 0 && fchmod(fd, 0600) == 0);
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		assert_true(dprintf(fd, "%s", rules[i]) > 0);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	path = name;
	assert_int_equal(config_init(&f->config), 0);
	assert_int_equal(
		test_rules_init(&f->rules, &f->config, &path, 1, &f->diags), 0);
	*state = f;
	return 0;
}

static void forget(struct fixture *f)
{
	test_result_done(&f->result);
	suite_done(&f->suite);
	diag_done(&f->diags);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	forget(f);
	test_rules_done(&f->rules);
	config_done(&f->config);
	test_free(f);
	return 0;
}

static int load(struct fixture *f, const char *text)
{
	forget(f);
	return suite_load_text(&f->suite, "dir/file.yaml", str_from(text),
	                       &f->diags);
}

static void wrong(struct fixture *f, const char *text, unsigned line,
                  unsigned column, const char *message)
{
	const struct diag *d;

	assert_int_equal(load(f, text), E_INVALID);
	assert_true(f->diags.errors > 0);
	d = &f->diags.items[0];
	if (d->line != line || d->column != column ||
	    strstr(d->text, message) == NULL)
		fail_msg("%u:%u: %s", d->line, d->column, d->text);
	assert_string_equal(d->file, "dir/file.yaml");
}

/* One test of these lines, indented by four. */
static void run(struct fixture *f, const char *lines)
{
	auto_buf struct buf text = BUF_INIT;

	buf_printf(&text, "tests:\n  - name: x\n%s", lines);
	if (load(f, buf_cstr(&text)) != 0)
		fail_msg("%s", f->diags.items[0].text);
	if (test_rules_check(&f->rules, &f->suite, &f->diags) != 0)
		fail_msg("%s", f->diags.items[0].text);
	assert_int_equal(test_run(&f->rules, &f->suite,
	                          &f->suite.tests.items[0], &f->result),
	                 0);
}

static void passes(struct fixture *f, const char *lines)
{
	run(f, lines);
	if (f->result.problems != NULL)
		fail_msg("problem %u %.*s", f->result.problems->kind,
		         STR_FMT(f->result.problems->text));
}

/* The only problem of the test. */
static const struct test_problem *fails(struct fixture *f, const char *lines,
                                        enum test_problem_kind kind)
{
	const struct test_problem *p;

	run(f, lines);
	p = f->result.problems;
	assert_non_null(p);
	assert_int_equal(p->kind, kind);
	assert_null(p->next);
	return p;
}

#define FIELDS(type, more) \
	"    fields: {evt.type: " type ", proc.name: sh" more "}\n"
#define EVENT(serial, nr, pid)                                            \
	"      type=SYSCALL msg=audit(1700000000." serial ":" serial      \
	"): arch=c000003e syscall=" nr                                    \
	" success=yes exit=0 a0=0 a1=0 a2=0 a3=0 items=0 ppid=1 pid=" pid \
	" uid=0 comm=\"sh\" exe=\"/bin/sh\"\n"

static void keys_are_checked(void **state)
{
	struct fixture *f = *state;

	wrong(f, "test: []\n", 1, 1, "no key 'test'");
	assert_string_equal(f->diags.items[0].hint, "did you mean 'tests'?");
	wrong(f, "tests:\n  - nme: x\n", 2, 5, "no key 'nme'");
	wrong(f, "tests:\n  - {name: x, name: y}\n", 2, 15, "twice");
	wrong(f, "", 1, 1, "no test");
	wrong(f, "tests:\n", 1, 7, "a list is wanted");
	wrong(f, "tests: []\n", 1, 1, "no test");
	wrong(f, "tests: 3\n", 1, 8, "keys and values");
	wrong(f, "- a\n", 1, 1, "keys and values");
	wrong(f, "a: [\n", 2, 1, "did not find");
	wrong(f, "tests: [a]\n---\nb: c\n", 3, 1, "one document");
}

static void tests_are_checked(void **state)
{
	struct fixture *f = *state;

	wrong(f, "tests:\n  - {fields: {}, expect: []}\n", 2, 5, "a name");
	wrong(f, "tests:\n  - {name: x, expect: []}\n", 2, 5, "what happens");
	wrong(f, "tests:\n  - {name: x, log: a, fields: {}, expect: []}\n", 2,
	      5, "only one of");
	wrong(f, "tests:\n  - {name: x, log: a}\n", 2, 5, "what must come");
	wrong(f,
	      "tests:\n  - {name: x, log: a, expect: []}\n"
	      "  - {name: x, log: a, expect: []}\n",
	      3, 12, "this name");
	wrong(f,
	      "tests:\n  - {name: x, fields: {}, expect: [], processes: "
	      "[{pid: 1}]}\n",
	      2, 51, "fields have their values");
	wrong(f, "tests:\n  - {name: x, fields: {evt.typ: a}, expect: []}\n", 2,
	      24, "no such field");
	wrong(f, "tests:\n  - {name: x, fields: {proc.pid: a}, expect: []}\n",
	      2, 24, "does not fit");
	wrong(f, "tests:\n  - {name: x, log: a, only: [b*], expect: [bc, a]}\n",
	      2, 48, "leaves this rule out");
	wrong(f, "tests:\n  - {name: x, others: no}\n", 2, 23,
	      "fail or allow is wanted");
	wrong(f, "tests:\n  - {name: x, ordered: maybe}\n", 2, 24,
	      "true or false");
	wrong(f, "tests:\n  - {name: x, fields: {}, expect: [], snapshot: a}\n",
	      2, 49, "for records and logs");
	wrong(f, "tests:\n  - {name: x, source: k8s}\n", 2, 23,
	      "syscall or audit");
}

#define WITH(what) "tests:\n  - name: x\n    log: a\n    expect: []\n    " what

static void facts_are_checked(void **state)
{
	struct fixture *f = *state;

	wrong(f, WITH("processes: [{exe: /x}]\n"), 5, 17, "a pid");
	wrong(f, WITH("processes: [{pid: x}]\n"), 5, 23, "a number up to");
	wrong(f, WITH("processes: [{pid: 9999999999}]\n"), 5, 23,
	      "a number up to 2147483647");
	wrong(f, WITH("processes: [{pid: 1, state: dead}]\n"), 5, 33,
	      "host, setup or container");
	wrong(f, WITH("processes: [{pid: 1, state: container}]\n"), 5, 33,
	      "in which container");
	wrong(f, WITH("processes: [{pid: 1, state: host, container: a}]\n"), 5,
	      33, "in state 'container'");
	wrong(f, WITH("processes: [{pid: 1, container: {name: a}}]\n"), 5, 37,
	      "needs an id");
	wrong(f, WITH("processes: [{pid: 1, container: a/b}]\n"), 5, 37,
	      "no slash");
	wrong(f, WITH("processes: [{pid: 1, root: {dev: 1}}]\n"), 5, 38,
	      "a device");
	wrong(f, WITH("processes: [{pid: 1}, {pid: 1}]\n"), 5, 27,
	      "another process has this pid");
	wrong(f, WITH("snapshot: a\n    files: {/a: b}\n"), 5, 15,
	      "without processes and files");
	wrong(f, WITH("files: [a]\n"), 5, 12, "paths");
}

static void expectations_are_checked(void **state)
{
	struct fixture *f = *state;

	wrong(f, "tests:\n  - {name: x, log: a, expect: [{}]}\n", 2, 32,
	      "which rule");
	wrong(f,
	      "tests:\n  - {name: x, log: a, expect: [{rule: a, count: 0}]}\n",
	      2, 49, "'silent'");
	wrong(f,
	      "tests:\n  - {name: x, log: a, expect: [{rule: a, "
	      "output_regex: '('}]}\n",
	      2, 56, "no regular expression");
	wrong(f,
	      "tests:\n  - {name: x, log: a, expect: [{rule: a, priority: "
	      "LOW}]}\n",
	      2, 52, "no priority 'LOW'");
}

static void limits_are_kept(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf text = BUF_INIT;

	buf_add_str(&text,
	            STR("tests:\n  - name: x\n    log: a\n    expect: ["));
	for (unsigned i = 0; i <= LIMIT_TEST_EXPECTED; i++)
		buf_add_str(&text, STR("a,"));
	buf_add_str(&text, STR("]\n"));
	wrong(f, buf_cstr(&text), 4, 13, "1000 alerts at most");

	/* a list of lists of one list: few bytes, many values */
	buf_clear(&text);
	buf_add_str(&text,
	            STR("tests:\n  - &t {name: x, log: a, silent: &l ["));
	for (unsigned i = 0; i < 2000; i++)
		buf_add_str(&text, STR("a,"));
	buf_add_str(&text, STR("]}\n"));
	for (unsigned i = 0; i < 600; i++)
		buf_add_str(&text, STR("  - *t\n"));
	assert_int_equal(load(f, buf_cstr(&text)), E_INVALID);
	buf_clear(&text);
	buf_printf(&text, "%u values", LIMIT_TEST_VALUES);
	assert_non_null(strstr(f->diags.items[0].text, buf_cstr(&text)));
}

static void rules_must_exist(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		load(f,
	             "tests:\n  - {name: x, fields: {}, expect: [Oppen], "
	             "silent: [Z*], only: ['Off', Oppen]}\n"),
		0);
	assert_int_equal(test_rules_check(&f->rules, &f->suite, &f->diags),
	                 E_INVALID);
	assert_int_equal(f->diags.errors, 4);
	assert_string_equal(f->diags.items[0].text, "there is no rule 'Oppen'");
	assert_string_equal(f->diags.items[0].hint, "did you mean 'Open'?");
	assert_string_equal(f->diags.items[2].text,
	                    "the rule 'Off' is not enabled");
}

static void all_alerts_count(void **state)
{
	struct fixture *f = *state;
	const struct test_problem *p;

	passes(f, FIELDS("open", ", container.id: c") "    expect: Open\n");
	passes(f, FIELDS("open", "") "    expect: [Any open]\n");
	passes(f, FIELDS("close", "") "    expect: []\n");
	passes(f, FIELDS("open", "") "    expect: []\n    others: allow\n");
	p = fails(f, FIELDS("open", "") "    expect: []\n", TEST_UNEXPECTED);
	assert_true(str_eq(p->got->rule, STR("Any open")));
	p = fails(f, FIELDS("close", "") "    expect: [Any open]\n",
	          TEST_MISSING);
	assert_int_equal(p->at.line, 4);
	p = fails(
		f,
		FIELDS("open", "") "    expect: [{rule: Any open, count: 3}]\n",
		TEST_MISSING);
	assert_int_equal(p->times, 2);
}

static void rule_matching_is_chosen(void **state)
{
	struct fixture *f = *state;

#define BOTH FIELDS("open", ", container.id: c")
	passes(f, BOTH "    expect: [Open]\n");
	passes(f,
	       BOTH "    expect: [Any open, Open]\n    rule_matching: all\n");
	passes(f, BOTH "    expect: [Any open]\n    only: [Any*]\n");
	passes(f, BOTH
	       "    expect: []\n    only: [Any*]\n"
	       "    rule_matching: first\n");
#undef BOTH
}

static void silence_needs_a_question(void **state)
{
	struct fixture *f = *state;
	const struct test_problem *p;

	passes(f, FIELDS("mount", "") "    silent: [Never]\n");
	p = fails(f, FIELDS("open", "") "    silent: [Never]\n", TEST_OTHER);
	assert_non_null(strstr(p->text.s, "never asked"));
	p = fails(f, FIELDS("open", "") "    silent: ['*open']\n",
	          TEST_NOT_SILENT);
	assert_int_equal(p->at.line, 4);
	/* others are allowed without expect */
	passes(f,
	       FIELDS("open", ", container.id: c") "    silent: [Any open]\n");
}

static void alerts_are_compared(void **state)
{
	struct fixture *f = *state;
	const struct test_problem *p;
	const struct test_difference *d;

	passes(f, FIELDS("open", ", proc.aname: [a, b]")
	       "    expect:\n      - rule: Any open\n        priority: notice\n"
	       "        output: ut s\n        output_regex: o.*h\n"
	       "        tags: t\n        fields: {proc.name: sh, fd.name: "
	       "null}\n");
	p = fails(f,
	          FIELDS("open", "")
	          "    expect:\n      - rule: Any open\n        priority: error\n"
	          "        output: x\n        output_regex: out\n"
	          "        tags: u\n        fields: {proc.name: null, fd.name: "
	          "a}\n",
	          TEST_DIFFERENT);
	assert_int_equal(p->fit->count, 6);
	d = p->fit->differences;
	assert_true(str_eq(d->what, STR("priority")));
	assert_true(str_eq(d->expected, STR("Error")));
	assert_true(str_eq(d->got, STR("Notice")));
	while (d->next != NULL)
		d = d->next;
	assert_true(str_eq(d->what, STR("fd.name")));
	assert_true(d->has_expected);
	assert_false(d->has_got);
}

static void records_make_alerts(void **state)
{
	struct fixture *f = *state;
	const struct test_problem *p;

#define TWO "    records: |\n" EVENT("100", "2", "7") EVENT("200", "165", "7")
	passes(f, TWO "    expect: [Mount, Any open]\n");
	passes(f, TWO "    expect: [Any open, Mount]\n    ordered: true\n");
	run(f, TWO "    expect: [Mount, Any open]\n    ordered: true\n");
	p = f->result.problems;
	assert_non_null(p);
	assert_int_equal(p->kind, TEST_MISPLACED);
	assert_int_equal(p->got->serial, 100);
	assert_null(p->next);
	p = fails(f, "    records: |\n      # no record\n    expect: []\n",
	          TEST_OTHER);
	assert_non_null(strstr(p->text.s, "no event"));
	p = fails(f,
	          TWO
	          "      type=SYSCALL msg=audit(\n    others: allow\n"
	          "    expect: []\n",
	          TEST_OTHER);
	assert_int_equal(p->at.line, 6);
	assert_int_equal(p->at.column, 7);
#undef TWO
}

static void responses_are_named(void **state)
{
	struct fixture *f = *state;
	const struct test_problem *p;

	passes(f,
	       "    records: |\n" EVENT(
		       "100", "2",
		       "7") "    expect: {rule: Any open, response: none}\n");
	p = fails(f,
	          "    records: |\n" EVENT(
			  "100", "2",
			  "7") "    expect: {rule: Any open, response: kill}\n",
	          TEST_DIFFERENT);
	assert_true(str_eq(p->fit->differences->what, STR("response")));
	passes(f, "    records: |\n" EVENT(
			  "100", "32",
			  "7") "    expect: {rule: Kill, response: kill}\n");
}

/* The general expectation must not take the only alert of the special one. */
static void each_alert_finds_its_place(void **state)
{
	struct fixture *f = *state;

	passes(f, "    records: |\n" EVENT("100", "2", "7")
	       EVENT("200", "2", "8") EVENT("300", "2", "9")
	       "    expect:\n"
	       "      - {rule: Any open, count: 2}\n"
	       "      - {rule: Any open, fields: {proc.pid: 7}}\n");
	passes(f, "    records: |\n" EVENT("100", "2", "7")
	       EVENT("200", "2", "8")
	       "    expect:\n"
	       "      - rule: Any open\n"
	       "      - {rule: Any open, fields: {evt.type: open}}\n");
}

static void facts_place_processes(void **state)
{
	struct fixture *f = *state;
	const struct test_problem *p;

	passes(f,
	       "    processes:\n"
	       "      - {pid: 7, exe: /bin/ash, container: {id: web, name: w, "
	       "image: 'i:1', privileged: true, cgroup_id: 44}, state: "
	       "container, ppid: 6}\n"
	       "      - {pid: 6, exe: /bin/init, args: [init, '3'], age: 60, "
	       "state: host}\n"
	       "    records: |\n" EVENT("100", "2", "7")
	       "    expect:\n"
	       "      - rule: Open\n"
	       "        fields: {container.id: web, container.name: w, "
	       "container.image: 'i:1', container.cgroup_id: 44, "
	       "container.privileged: true}\n");
	passes(f,
	       "    files: {/usr/sbin/runc: {inode: 5, dev: 'fe:00'}}\n"
	       "    processes: [{pid: 7, exe: /usr/sbin/runc, args: [runc, "
	       "init], state: setup}]\n"
	       "    records: |\n" EVENT("100", "2",
	                                "8") "    expect: Any open\n");
	p = fails(f,
	          "    processes: [{pid: 7, exe: /bin/sh, state: setup}]\n"
	          "    records: |\n" EVENT("100", "2",
	                                   "7") "    expect: Any open\n",
	          TEST_OTHER);
	assert_non_null(strstr(p->text.s, "process 7 is host"));
}

static void many_alerts_are_bounded(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf text = BUF_INIT;

	buf_add_str(&text, STR("    records: |\n"));
	for (unsigned i = 0; i < LIMIT_TEST_ALERTS + 1; i++)
		buf_printf(&text,
		           "      type=SYSCALL msg=audit(1700000000.1:%u): "
		           "arch=c000003e syscall=2 success=yes items=0 ppid=1 "
		           "pid=7\n",
		           i + 1);
	buf_add_str(&text, STR("    expect: []\n    others: allow\n"));
	fails(f, buf_cstr(&text), TEST_OTHER);
	assert_int_equal(f->result.nalerts, LIMIT_TEST_ALERTS);
}

static void coverage_knows_what_was_true(void **state)
{
	struct fixture *f = *state;
	const struct coverage_rule *open, *never;

	passes(f, FIELDS("open", ", container.id: c") "    expect: Open\n");
	passes(f, FIELDS("mount", "") "    silent: Never\n");
	open = coverage_find(&f->rules.coverage, STR("Open"));
	never = coverage_find(&f->rules.coverage, STR("Never"));
	assert_int_equal(open->fired, 1);
	assert_int_equal(open->silent, 0);
	assert_true(open->nodes[0].was_true);
	assert_false(open->nodes[0].was_false);
	assert_int_equal(never->silent, 1);
	assert_false(never->nodes[0].was_true);
	assert_true(never->nodes[1].was_true);
	assert_null(coverage_find(&f->rules.coverage, STR("Off")));
}

static void paths_are_relative_to_the_file(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load(f, "tests:\n  - {name: x, log: a, expect: []}\n"),
	                 0);
	assert_string_equal(suite_resolve(&f->suite, STR("../a")), "dir/../a");
	assert_string_equal(suite_resolve(&f->suite, STR("/a")), "/a");
}

static void enrichment_may_stand_in_a_file(void **state)
{
	struct fixture *f = *state;

	passes(f,
	       "    records: |\n      type=SYSCALL msg=audit(1.0:7): "
	       "arch=c000003e syscall=2 success=yes items=0 ppid=1 pid=7 "
	       "uid=1000 comm=\"sh\" exe=\"/bin/sh\" key=\"k\""
	       "\x1d"
	       "ARCH=x86_64 UID=\"alice\"\n"
	       "    expect: [{rule: Any open, fields: {user.name: alice, "
	       "audit.key: k}}]\n");
}

/* Whatever finds no memory, it is told, and nothing is left behind. */
static void memory_may_end_anywhere(void **state)
{
	static const char text[] =
		"hostname: box\ntests:\n  - name: x\n"
		"    files: {/usr/sbin/runc: {inode: 5, dev: 'fe:00'}}\n"
		"    processes:\n"
		"      - {pid: 7, exe: /bin/ash, args: [a, b], container: {id: "
		"web, name: w, image: i, cgroup_id: 4}}\n"
		"    records: |\n" EVENT("100", "2", "7") EVENT("200", "2", "7")
		"    expect:\n"
		"      - {rule: Open, output: x, output_regex: x, tags: [y], "
		"fields: {proc.pid: 8, proc.aname: [a]}}\n"
		"      - {rule: Open, count: 2}\n"
		"    silent: [Never]\n";
	struct fixture *f = *state;
	bool is_over = false;

	for (unsigned n = 1; !is_over; n++) {
		int r;

		forget(f);
		oom_arm(n);
		r = suite_load_text(&f->suite, "file", str_from(text),
		                    &f->diags);
		if (r == 0)
			r = test_run(&f->rules, &f->suite,
			             &f->suite.tests.items[0], &f->result);
		is_over = !oom_disarm();
		if (r != 0 && r != E_NOMEM)
			fail_msg("allocation %u: %d", n, r);
	}
	assert_non_null(f->result.problems);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(keys_are_checked),
		T(tests_are_checked),
		T(facts_are_checked),
		T(expectations_are_checked),
		T(limits_are_kept),
		T(rules_must_exist),
		T(all_alerts_count),
		T(rule_matching_is_chosen),
		T(silence_needs_a_question),
		T(alerts_are_compared),
		T(records_make_alerts),
		T(responses_are_named),
		T(each_alert_finds_its_place),
		T(facts_place_processes),
		T(many_alerts_are_bounded),
		T(coverage_knows_what_was_true),
		T(paths_are_relative_to_the_file),
		T(enrichment_may_stand_in_a_file),
		T(memory_may_end_anywhere),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
