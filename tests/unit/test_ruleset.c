/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_ruleset.c - loading files, the index, matching. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "oom.h"
#include "saker/base/limits.h"
#include "saker/engine/ruleset.h"

#define RULE(name, condition)                       \
	"- rule: " name "\n  condition: " condition \
	"\n  desc: d\n  output: o\n  priority: info\n"

static struct ruleset *load(const char *text)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;

	if (ruleset_load_text("t.yaml", str_from(text), &diags, &rules) < 0)
		fail_msg("%s", diags.items[0].text);
	diag_done(&diags);
	return rules;
}

static bool get(void *context, enum field_id id, const struct field_arg *arg,
                struct value *ret)
{
	(void)arg;
	*ret = (struct value){ .type = VALUE_STRING, .str = str_from(context) };
	return id == FIELD_EVT_TYPE;
}

/* Names of the rules that match, joined. */
static void check_match(const struct ruleset *rules, enum rule_source source,
                        const char *type, bool all, const char *expected)
{
	struct field_source fields = { .get = get,
		                       .context = (void *)(uintptr_t)type };
	struct matcher *m = matcher_new(rules);
	const struct rule *const *hits;
	char names[256] = "";
	size_t n;

	assert_non_null(m);
	n = matcher_match(m, source, str_from(type), &fields, all, &hits);
	for (size_t i = 0; i < n; i++)
		strncat(names, hits[i]->name.s,
		        sizeof(names) - 1 - strlen(names));
	assert_string_equal(names, expected);
	assert_int_equal(n > 0 || *expected == '\0', 1);
	matcher_free(m);
}

static void test_matching(void **state)
{
	struct ruleset *rules = load(
		RULE("a", "evt.type in (open, close)") RULE(
			"b", "evt.type != close and not evt.type = execve")
			RULE("c", "evt.type = open or evt.type = close") RULE(
				"d", "proc.name exists or evt.type = open")
				RULE("e", "evt.type = close\n  enabled: false")
					RULE("f",
	                                     "evt.type = open\n"
	                                     "  source: audit"));

	(void)state;
	assert_int_equal(ruleset_count(rules), 6);
	check_match(rules, SOURCE_SYSCALL, "open", true, "abcd");
	check_match(rules, SOURCE_SYSCALL, "open", false, "a");
	check_match(rules, SOURCE_SYSCALL, "close", true, "ac");
	check_match(rules, SOURCE_SYSCALL, "execve", true, "");
	check_match(rules, SOURCE_SYSCALL, "mount", true, "b");
	check_match(rules, SOURCE_AUDIT, "open", true, "f");
	assert_true(ruleset_wants(rules, SOURCE_AUDIT, STR("open")));
	assert_false(ruleset_wants(rules, SOURCE_AUDIT, STR("close")));
	ruleset_free(rules);
}

/* get() knows evt.type only, as with an io_uring operation. */
static void test_no_syscall_type(void **state)
{
	struct ruleset *rules = load(RULE("a", "not syscall.type = open") RULE(
		"b", "syscall.type != close") RULE("c", "syscall.type = open"));

	(void)state;
	check_match(rules, SOURCE_SYSCALL, "open", true, "a");
	ruleset_free(rules);
}

static void test_order_of_redefinition(void **state)
{
	struct ruleset *rules = load(RULE("a", "evt.type = close") RULE(
		"b", "evt.type = open") RULE("a", "evt.type = open"));

	(void)state;
	assert_int_equal(ruleset_count(rules), 2);
	check_match(rules, SOURCE_SYSCALL, "open", true, "ab");
	ruleset_free(rules);
}

/* Lists in lists, quoting, and empty lists with the commas beside them. */
static void test_lists(void **state)
{
	static const char lists[] =
		"- list: none\n  items: []\n"
		"- list: three\n  items: [two, c d]\n"
		"- list: two\n  items: [one, b]\n"
		"- list: one\n  items: [a]\n"
		"- list: loop\n  items: [loop, x]\n";
	static const struct {
		const char *condition;
		const char *compiled;
	} rows[] = {
		{ "proc.name in (three)", "proc.name in (a, b, \"c d\")" },
		{ "proc.name in (x, none, y)", "proc.name in (x, y)" },
		{ "proc.name in (none, y)", "proc.name in (y)" },
		{ "proc.name in (x, none)", "proc.name in (x)" },
		{ "proc.name in (none)", "proc.name in ()" },
		{ "proc.name in (loop)", "proc.name in (loop, x)" },
		{ "proc.name in (onex, one)", "proc.name in (onex, a)" },
		{ "proc.name=one", "proc.name = a" },
		{ "proc.name = \" one \"", "proc.name = \" a \"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT;
		struct ruleset *rules;

		buf_printf(&b,
		           "%s- rule: r\n  condition: %s\n  desc: d\n"
		           "  output: o\n  priority: info\n",
		           lists, rows[i].condition);
		rules = load(buf_cstr(&b));
		buf_clear(&b);
		buf_add_str(&b, ruleset_rule(rules, 0)->compiled);
		assert_string_equal(buf_cstr(&b), rows[i].compiled);
		ruleset_free(rules);
		buf_done(&b);
	}
}

#define APPENDED(value)                             \
	"- rule: r\n  exceptions:\n    - name: e\n" \
	"      values: [[" value                    \
	", /x]]\n"                                  \
	"  override: {exceptions: append}\n"

/* A slot that later files fill. */
static void test_exceptions(void **state)
{
	struct ruleset *rules =
		load(RULE("r",
	                  "proc.cwd = x or proc.cwd = y\n  exceptions:\n"
	                  "    - {name: e, fields: [proc.name, fd.name], "
	                  "comps: [=, startswith]}\n"
	                  "    - {name: s, fields: proc.name, values: [p, q]}")
	                     APPENDED("a") APPENDED("\"b c\"") APPENDED("d"));
	struct buf b = BUF_INIT;

	(void)state;
	buf_add_str(&b, ruleset_rule(rules, 0)->compiled);
	assert_string_equal(
		buf_cstr(&b),
		"((proc.cwd = x or proc.cwd = y) and not "
		"((proc.name = a and fd.name startswith /x) or "
		"(proc.name = \"b c\" and fd.name startswith /x) or "
		"(proc.name = d and fd.name startswith /x)) and not "
		"proc.name in (p, q))");
	buf_done(&b);
	ruleset_free(rules);
}

static void test_response(void **state)
{
	struct ruleset *rules = load(
		RULE("a",
	             "proc.cwd = x\n  response: {action: kill, scope: "
	             "process, mode: dry-run, host: true}")
			RULE("b", "proc.cwd = x\n  response: {action: kill}")
				RULE("c", "proc.cwd = x")
					RULE("d",
	                                     "proc.cwd = x\n  response: "
	                                     "{action: freeze, count: 3, "
	                                     "within: 5m}"));
	const struct rule_response *r = &ruleset_rule(rules, 0)->response;

	(void)state;
	assert_int_equal(r->action, RESPONSE_KILL);
	assert_int_equal(r->mode, RESPONSE_DRY_RUN);
	assert_true(r->host);
	r = &ruleset_rule(rules, 1)->response;
	assert_int_equal(r->mode, RESPONSE_ENFORCE);
	assert_false(r->host);
	assert_int_equal(r->scope, RESPONSE_SCOPE_PROCESS);
	assert_int_equal(r->count, 0);
	assert_int_equal(ruleset_rule(rules, 2)->response.action,
	                 RESPONSE_NONE);
	r = &ruleset_rule(rules, 3)->response;
	assert_int_equal(r->scope, RESPONSE_SCOPE_CONTAINER);
	assert_int_equal(r->count, 3);
	assert_int_equal(r->within, 300);
	ruleset_free(rules);
}

static void check_error(const char *text, const char *message, const char *hint)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;

	assert_int_equal(ruleset_load_text("t", str_from(text), &diags, &rules),
	                 E_INVALID);
	assert_null(rules);
	assert_int_equal(diags.errors, 1);
	assert_string_equal(diags.items[0].text, message);
	if (hint != NULL)
		assert_string_equal(diags.items[0].hint, hint);
	diag_done(&diags);
}

static void test_wrong_values(void **state)
{
	(void)state;
	check_error(RULE("a", "proc.cwd = x\n  response: {action: maim}"),
	            "unknown response action 'maim'",
	            "one of: kill stop freeze exec");
	check_error(RULE("a",
	                 "proc.cwd = x\n  response: {action: freeze, "
	                 "scope: tree}"),
	            "response action 'freeze' does not act on scope 'tree'",
	            "scope: container, or action: stop");
	check_error(RULE("a",
	                 "proc.cwd = x\n  response: {action: kill, "
	                 "count: 101, within: 1m}"),
	            "unknown response count '101'", "a number from 1 to 100");
	check_error(RULE("a",
	                 "proc.cwd = x\n  response: {action: kill, "
	                 "count: 3, within: 25h}"),
	            "unknown response within '25h'",
	            "a time up to a day, as 30s, 5m or 1h");
	check_error(RULE("a",
	                 "proc.cwd = x\n  response: {action: kill, "
	                 "count: 3}"),
	            "response needs count and within together", NULL);
	check_error(RULE("a",
	                 "proc.cwd = x\n  response: {action: kill, "
	                 "mode: on}"),
	            "unknown response mode 'on'",
	            "one of: off dry-run enforce");
	check_error(RULE("a", "proc.cwd = x\n  response: {action: kill, x: y}"),
	            "unknown key 'x' in response",
	            "one of: action scope mode host count within");
	check_error(RULE("a", "proc.cwd = x\n  response: {}"),
	            "response has no action", NULL);
	check_error(RULE("a", "proc.cwd = x\n  response: kill"),
	            "Value is not a mapping", NULL);
	check_error(
		"- rule: a\n  condition: proc.cwd=x\n  desc: d\n"
		"  output: o\n  priority: low\n",
		"Invalid priority",
		"one of: emergency alert critical error warning notice "
		"informational debug");
	check_error(
		"- rule: a\n  condition: proc.cwd=x\n  desc: d\n"
		"  output: o\n",
		"Item has no mapping for key 'priority'", NULL);
	check_error("rule: a\n", "Rules content is not yaml array of objects",
	            NULL);
	check_error("- [a]\n",
	            "Unexpected element type. Each element should be a yaml "
	            "associative array.",
	            NULL);
	check_error("- required_engine_version: 0.99.0\n",
	            "Rules require engine version 0.99.0, but engine version "
	            "is 0.63.0",
	            NULL);
	check_error("- rule: \"a\\0\"\n", "A value must not hold a NUL byte",
	            NULL);
	check_error("- &a [*a]\n", "Unknown anchor", NULL);
}

static void test_deep_yaml(void **state)
{
	char text[200];

	(void)state;
	memset(text, '[', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	check_error(text, "YAML is nested too deeply", NULL);
}

/* The limits are met by name, not by running out of something. */
static void test_limits(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	for (unsigned i = 0; i <= LIMIT_RULES; i++)
		buf_printf(&b, "- {list: l%u, items: []}\n", i);
	check_error(buf_cstr(&b), "too many definitions", NULL);
	buf_clear(&b);
	buf_printf(&b, "- {list: l0, items: [abcdefgh]}\n");
	for (unsigned i = 1; i < 26; i++)
		buf_printf(&b, "- {list: l%u, items: [l%u, l%u]}\n", i, i - 1,
		           i - 1);
	buf_printf(&b, "%s", RULE("a", "evt.type in (l25)"));
	check_error(buf_cstr(&b),
	            "the condition is too long with its lists: more than "
	            "16777216 bytes",
	            NULL);
	buf_done(&b);
}

static void test_priority_selection(void **state)
{
	char path[] = "/tmp/saker-rules-XXXXXX";
	const char *paths[] = { path };
	struct rule_selection selection = { .lowest = PRIORITY_WARNING };
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules;
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");

	(void)state;
	assert_non_null(f);
	fputs(RULE("a", "evt.type = open") "- rule: b\n"
	      "  condition: evt.type = open\n  desc: d\n  output: o\n"
	      "  priority: WARNING\n", f);
	fclose(f);
	assert_int_equal(ruleset_load(paths, 1, &selection, &diags, &rules), 0);
	assert_int_equal(ruleset_count(rules), 2);
	assert_false(ruleset_rule(rules, 0)->enabled);
	check_match(rules, SOURCE_SYSCALL, "open", true, "b");
	ruleset_free(rules);
	diag_done(&diags);
	unlink(path);
}

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(path, 0644);
}

static void remove_file(const char *dir, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path);
}

static void test_directory(void **state)
{
	char dir[] = "/tmp/saker-rules-XXXXXX";
	const char *paths[] = { dir };
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules;

	(void)state;
	assert_non_null(mkdtemp(dir));
	write_file(dir, "20-b.yml", RULE("b", "evt.type = open"));
	write_file(dir, "10-a.yaml", RULE("a", "evt.type = open"));
	write_file(dir, ".hidden.yaml", "{");
	write_file(dir, "README", "{");
	assert_int_equal(ruleset_load(paths, 1, NULL, &diags, &rules), 0);
	check_match(rules, SOURCE_SYSCALL, "open", true, "ab");
	ruleset_free(rules);
	remove_file(dir, "20-b.yml");
	remove_file(dir, "10-a.yaml");
	remove_file(dir, ".hidden.yaml");
	remove_file(dir, "README");
	rmdir(dir);
	diag_done(&diags);
}

static void check_path_error(const char *path, const char *text)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules;

	assert_int_equal(ruleset_load(&path, 1, NULL, &diags, &rules),
	                 E_INVALID);
	assert_string_equal(diags.items[0].code, "LOAD_ERR_FILE_READ");
	assert_non_null(strstr(diags.items[0].text, text));
	diag_done(&diags);
}

static void check_loads(const char *path)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules;

	assert_int_equal(ruleset_load(&path, 1, NULL, &diags, &rules), 0);
	ruleset_free(rules);
	diag_done(&diags);
}

static void test_paths(void **state)
{
	char dir[] = "/tmp/saker-rules-XXXXXX";
	char path[64], fifo[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/r.yaml", dir);
	snprintf(fifo, sizeof(fifo), "%s/f.yaml", dir);
	check_path_error(path, "No such file");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	check_path_error(fifo, "not a regular file");
	unlink(fifo);
	write_file(dir, "r.yaml", "[]");
	chmod(path, 0666);
	if (geteuid() == 0)
		check_path_error(path, "refused");
	chmod(path, 0644);
	if (geteuid() == 0 && chown(path, 12345, 0) == 0) {
		unsetenv("SUDO_UID");
		check_path_error(path, "refused");
		setenv("SUDO_UID", "12345", 1);
		check_loads(path);
		unsetenv("SUDO_UID");
		assert_int_equal(chown(path, 0, 0), 0);
	}
	assert_int_equal(truncate(path, (off_t)LIMIT_RULE_FILE_BYTES + 1), 0);
	check_path_error(path, "larger than 16 MiB");
	unlink(path);
	rmdir(dir);
}

static void add_value(void *arg, struct str value)
{
	strncat(arg, value.s, 64);
}

static void test_constants(void **state)
{
	struct ruleset *rules = load(
		RULE("a",
	             "proc.cwd = x and fs.path.identity in (/a, /b) and not "
	             "fs.path.identity = /c and fs.path.identity contains /d"));
	char all[256] = "";

	(void)state;
	ruleset_each_constant(rules, FIELD_FS_PATH_IDENTITY, add_value, all);
	assert_string_equal(all, "/a/b/c");
	ruleset_free(rules);
}

static void test_priorities(void **state)
{
	enum priority p;

	(void)state;
	assert_true(priority_parse(STR("Info"), &p));
	assert_string_equal(priority_name(p), "Informational");
	assert_true(priority_parse(STR("CRITICAL"), &p));
	assert_int_equal(p, PRIORITY_CRITICAL);
	assert_false(priority_parse(STR("crit"), &p));
	assert_false(priority_parse(STR(""), &p));
}

/* Each allocation fails once: the result is a set or E_NOMEM, nothing leaks. */
static void test_out_of_memory(void **state)
{
	static const char text[] =
		"- list: l\n  items: [a, b]\n"
		"- macro: m\n  condition: (proc.name in (l))\n" RULE(
			"r",
			"proc.cwd = x and (m or proc.name glob a*) and "
			"join('-', (tolower(fd.name), 'a')) in (x) and "
			"proc.name = val(proc.cwd) and fd.name pmatch (/a/b, "
			"/c*) and not getopt(proc.args, 'a:')[a] = b\n"
			"  tags: [t]\n  exceptions:\n"
			"    - {name: e, fields: [fd.name], "
			"values: [[x]]}\n"
			"  response: {action: kill}");
	unsigned failures = 0;

	(void)state;
	for (unsigned n = 1; n < 100000; n++) {
		struct diag_list diags = DIAG_LIST_INIT;
		struct ruleset *rules = NULL;
		bool hit;
		int r;

		oom_arm(n);
		r = ruleset_load_text("t", STR(text), &diags, &rules);
		hit = oom_disarm();
		assert_true(r == 0 || r == E_NOMEM);
		failures += r == E_NOMEM;
		ruleset_free(r == 0 ? rules : NULL);
		diag_done(&diags);
		if (!hit)
			break;
	}
	assert_true(failures > 20);
}

static void check_selection(const char *const *choices, size_t n,
                            const char *enabled, size_t warnings)
{
	static const char text[] =
		RULE("Net in", "evt.type = open\n  tags: [network, a]")
			RULE("Net out",
	                     "evt.type = open\n  tags: [network]\n"
	                     "  enabled: false")
				RULE("File", "evt.type = open\n  tags: [fs]");
	char path[] = "/tmp/saker-test-XXXXXX";
	const char *paths[] = { path };
	struct rule_selection selection = { .lowest = PRIORITY_DEBUG,
		                            .choices = choices,
		                            .nchoices = n };
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	assert_int_equal(ruleset_load(paths, 1, &selection, &diags, &rules),
	                 enabled != NULL ? 0 : E_INVALID);
	for (size_t i = 0; enabled != NULL && i < 3; i++)
		assert_int_equal(ruleset_rule(rules, i)->enabled,
		                 enabled[i] == '1');
	assert_int_equal(diags.warnings, warnings);
	ruleset_free(rules);
	diag_done(&diags);
	unlink(path);
}

/* The last choice that fits decides. */
static void test_selection(void **state)
{
	(void)state;
	check_selection(NULL, 0, "101", 0);
	check_selection((const char *[]){ "disable Net*" }, 1, "001", 0);
	check_selection((const char *[]){ "disable *", "enable tag:network" },
	                2, "110", 0);
	check_selection((const char *[]){ "enable tag:network", "disable *" },
	                2, "000", 0);
	check_selection((const char *[]){ "enable Net out" }, 1, "111", 0);
	check_selection((const char *[]){ "disable Net" }, 1, "101", 1);
	check_selection((const char *[]){ "remove File" }, 1, NULL, 0);
	check_selection((const char *[]){ "disable" }, 1, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matching),
		cmocka_unit_test(test_no_syscall_type),
		cmocka_unit_test(test_order_of_redefinition),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_exceptions),
		cmocka_unit_test(test_response),
		cmocka_unit_test(test_wrong_values),
		cmocka_unit_test(test_deep_yaml),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_priority_selection),
		cmocka_unit_test(test_directory),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_constants),
		cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_out_of_memory),
		cmocka_unit_test(test_selection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
