/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_kernel_rules.c - rule files in auditctl's syntax. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "rule.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/kernel/audit.h"

static struct audit_rule_data *parse(const char *text, struct diag_list *diags)
{
	struct audit_rule_data *rule = NULL;

	assert_int_equal(
		rule_line_parse("x.rules", 7, str_from(text), diags, &rule), 0);
	return rule;
}

static struct audit_rule_data *parse_good(const char *text)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct audit_rule_data *rule = parse(text, &diags);

	if (diags.count != 0)
		fail_msg("%s: %s", text, diags.items[0].text);
	assert_non_null(rule);
	diag_done(&diags);
	return rule;
}

/* Value of the field, or -1; *ret_op its operator. */
static long field(const struct audit_rule_data *rule, unsigned name,
                  unsigned *ret_op)
{
	for (unsigned i = 0; i < rule->field_count; i++)
		if (rule->fields[i] == name) {
			*ret_op = rule->fieldflags[i];
			return (long)rule->values[i];
		}
	return -1;
}

static bool has_syscall(const struct audit_rule_data *rule, const char *name,
                        int machine)
{
	int nr = audit_name_to_syscall(name, machine);

	assert_true(nr >= 0);
	return (rule->mask[AUDIT_WORD(nr)] & (1u << (nr % 32))) != 0;
}

static unsigned count_syscalls(const struct audit_rule_data *rule)
{
	unsigned count = 0;

	for (size_t i = 0; i < AUDIT_BITMASK_SIZE; i++)
		count += (unsigned)__builtin_popcount(rule->mask[i]);
	return count;
}

static void reads_system_calls(void **state)
{
	struct audit_rule_data *rule = parse_good(
		"-a always,exit -F arch=b64 -S setns,unshare "
		"-S mount -k one -F key=two");
	static const char keys[] = "one\x01two";
	unsigned op = 0;

	(void)state;
	assert_int_equal(rule->flags, AUDIT_FILTER_EXIT);
	assert_int_equal(rule->action, AUDIT_ALWAYS);
	assert_int_equal(count_syscalls(rule), 3);
	assert_true(has_syscall(rule, "setns", audit_detect_machine()));
	assert_true(has_syscall(rule, "mount", audit_detect_machine()));
	assert_int_equal(field(rule, AUDIT_ARCH, &op),
	                 audit_machine_to_elf(audit_detect_machine()));
	assert_int_equal(op, AUDIT_EQUAL);
	assert_int_equal(field(rule, AUDIT_FILTERKEY, &op), sizeof(keys) - 1);
	assert_int_equal(rule->buflen, sizeof(keys) - 1);
	assert_memory_equal(rule->buf, keys, sizeof(keys) - 1);
	free(rule);
}

/* A second architecture in the same process must not get the first one's
 * numbers, which libaudit would remember. */
static void keeps_architectures_apart(void **state)
{
	int machine = audit_determine_machine("b32");
	struct audit_rule_data *first, *second, *third;
	unsigned op;

	(void)state;
	if (machine < 0)
		skip();
	first = parse_good("-a always,exit -F arch=b32 -S mount -k k");
	second = parse_good("-a exit,always -F arch=b64 -S mount -k k");
	third = parse_good("-A always,exit -F arch=b32 -S 21 -k k");
	assert_true(has_syscall(first, "mount", machine));
	assert_true(has_syscall(second, "mount", audit_detect_machine()));
	assert_int_equal(count_syscalls(second), 1);
	assert_int_equal(field(first, AUDIT_ARCH, &op),
	                 audit_machine_to_elf(machine));
	assert_int_equal(third->mask[0], 1u << 21);
	assert_int_equal(third->flags,
	                 AUDIT_FILTER_EXIT | AUDIT_FILTER_PREPEND);
	free(first);
	free(second);
	free(third);
}

static void reads_every_operator(void **state)
{
	static const struct {
		const char *text;
		unsigned field;
		unsigned op;
		long value;
	} rows[] = {
		{ "auid=1000", AUDIT_LOGINUID, AUDIT_EQUAL, 1000 },
		{ "uid!=0", AUDIT_UID, AUDIT_NOT_EQUAL, 0 },
		{ "exit>2", AUDIT_EXIT, AUDIT_GREATER_THAN, 2 },
		{ "exit>=2", AUDIT_EXIT, AUDIT_GREATER_THAN_OR_EQUAL, 2 },
		{ "a0<3", AUDIT_ARG0, AUDIT_LESS_THAN, 3 },
		{ "a1<=3", AUDIT_ARG1, AUDIT_LESS_THAN_OR_EQUAL, 3 },
		{ "a0&0x7E020000", AUDIT_ARG0, AUDIT_BIT_MASK, 0x7E020000 },
		{ "a2&=3", AUDIT_ARG2, AUDIT_BIT_TEST, 3 },
		{ "success=0", AUDIT_SUCCESS, AUDIT_EQUAL, 0 },
		{ "filetype=block", AUDIT_FILETYPE, AUDIT_EQUAL, 0060000 },
		{ "perm=wa", AUDIT_PERM, AUDIT_EQUAL,
		  AUDIT_PERM_WRITE | AUDIT_PERM_ATTR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct audit_rule_data *rule;
		char text[128];
		unsigned op = 0;

		snprintf(text, sizeof(text), "-a always,exit -F %s",
		         rows[i].text);
		rule = parse_good(text);
		assert_int_equal(field(rule, rows[i].field, &op),
		                 rows[i].value);
		assert_int_equal(op, rows[i].op);
		free(rule);
	}
}

static void reads_watches_and_comparisons(void **state)
{
	struct audit_rule_data *rule = parse_good("-w /tmp/ -p wa -k watched");
	unsigned op;

	(void)state;
	assert_int_equal(field(rule, AUDIT_DIR, &op), strlen("/tmp"));
	assert_int_equal(field(rule, AUDIT_PERM, &op),
	                 AUDIT_PERM_WRITE | AUDIT_PERM_ATTR);
	assert_memory_equal(rule->buf, "/tmpwatched", 11);
	free(rule);
	rule = parse_good("-w /tmp/no\\ such\\ file -p x -kname");
	assert_int_equal(field(rule, AUDIT_WATCH, &op), 17);
	assert_memory_equal(rule->buf, "/tmp/no such filename", 21);
	free(rule);
	rule = parse_good(
		"-a always,exit -C auid!=obj_uid -F path=/tmp/x "
		"-F perm=r");
	assert_int_equal(field(rule, AUDIT_FIELD_COMPARE, &op),
	                 AUDIT_COMPARE_AUID_TO_OBJ_UID);
	assert_int_equal(op, AUDIT_NOT_EQUAL);
	free(rule);
	rule = parse_good("-a never,task");
	assert_int_equal(count_syscalls(rule), 0);
	assert_int_equal(rule->action, AUDIT_NEVER);
	free(rule);
	rule = parse_good("-a always,exclude -F msgtype=CWD");
	assert_int_equal(rule->action, AUDIT_NEVER);
	free(rule);
}

static void reports_bad_lines(void **state)
{
	static const struct {
		const char *text;
		unsigned column;
		const char *says;
	} rows[] = {
		{ "-a always,exit -F nonsense=1", 19, "unknown field" },
		{ "-a always,exit -F auid", 19, "operator" },
		{ "-a always,exit -F a0=x", 19, "number" },
		{ "-a always,exit -F arch=b65 -S open", 19, "word size" },
		{ "-a always,exit -S open -F arch=b64", 27, "before -S" },
		{ "-a sometimes,exit -S open", 4, "list and an action" },
		{ "-a always", 4, "list and an action" },
		{ "-F arch=b64 -a always,exit", 4, "before -F" },
		{ "-S open", 4, "exit list" },
		{ "-a always,task -S open", 19, "exit list" },
		{ "-a always,exit -a always,exit", 19, "one -a" },
		{ "-w relative -p w", 4, "absolute" },
		{ "-w /tmp -p wq", 12, "permission" },
		{ "-a always,exit -p w", 19, "belongs to -w" },
		{ "-a always,exit -F perm=z", 19, "permission" },
		{ "-a always,exit -F arch=b64 -S", 28, "needs a value" },
		{ "-a always,exit -Z", 16, "unknown option" },
		{ "-a always,exit nonsense", 16, "unknown option" },
		{ "-a always,exit -C auid!=nothing", 19, "unknown" },
		{ "-k lonely", 0, "no -a" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct diag_list diags = DIAG_LIST_INIT;

		assert_null(parse(rows[i].text, &diags));
		if (diags.errors == 0 || diags.items[0].line != 7 ||
		    diags.items[0].column != rows[i].column ||
		    strstr(diags.items[0].text, rows[i].says) == NULL)
			fail_msg("%s: %zu errors, column %u, %s", rows[i].text,
			         diags.errors,
			         diags.count ? diags.items[0].column : 0,
			         diags.count ? diags.items[0].text : "");
		diag_done(&diags);
	}
}

static void leaves_out_what_does_not_fit(void **state)
{
	static const struct {
		const char *text;
		enum diag_severity severity;
	} rows[] = {
		{ "-a always,exit -F path=/no/such/dir/file -F perm=w",
		  DIAG_NOTE },
		{ "-w /no/such/dir/file -p w -k k", DIAG_NOTE },
		{ "-a always,exit -F arch=b64 -S no_such_call -k k",
		  DIAG_WARNING },
		{ "-d always,exit -F arch=b64 -S open", DIAG_WARNING },
		{ "-D", DIAG_NOTE },
		{ "-b 8192", DIAG_NOTE },
		{ "-e 2", DIAG_NOTE },
		{ "-f 1", DIAG_NOTE },
		{ "-i", DIAG_NOTE },
		{ "--backlog_wait_time 60000", DIAG_NOTE },
		{ "-a always,io_uring -S openat", DIAG_WARNING },
		{ "--loginuid-immutable", DIAG_NOTE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct diag_list diags = DIAG_LIST_INIT;

		assert_null(parse(rows[i].text, &diags));
		assert_int_equal(diags.errors, 0);
		assert_true(diags.count >= 1);
		assert_int_equal(diags.items[0].severity, rows[i].severity);
		diag_done(&diags);
	}
}

static void keeps_the_known_calls_of_a_list(void **state)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct audit_rule_data *rule = parse(
		"-a always,exit -F arch=b64 -S setns,no_such_call", &diags);

	(void)state;
	assert_non_null(rule);
	assert_int_equal(count_syscalls(rule), 1);
	assert_int_equal(diags.warnings, 1);
	free(rule);
	diag_done(&diags);
}

static void survives_hostile_lines(void **state)
{
	static const char *const lines[] = {
		"-",
		"--",
		"-a",
		"-a ,",
		"-a ,,,",
		"\\",
		"-w \\",
		"-F =",
		"-a always,exit -F =",
		"-a always,exit -F !=",
		"-a always,exit -S ,",
		"-w /",
		"-k",
		"-a always,exit -F key=",
		"-a always,exit -C =",
		"-p",
		"-p wa",
		"-w /tmp -w /tmp",
		"-w /tmp -a always,exit",
	};
	struct diag_list diags = DIAG_LIST_INIT;
	auto_buf struct buf many = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		free(parse(lines[i], &diags));
	buf_add_str(&many, STR("-a always,exit"));
	for (int i = 0; i < 100; i++)
		buf_add_str(&many, STR(" -F uid=1"));
	assert_null(parse(buf_cstr(&many), &diags));
	diag_done(&diags);
	buf_clear(&many);
	for (unsigned i = 0; i <= LIMIT_LINE_BYTES; i++)
		buf_add_byte(&many, 'x');
	assert_null(parse(buf_cstr(&many), &diags));
	assert_int_equal(diags.errors, 1);
	assert_non_null(strstr(diags.items[0].text, "at most 65536"));
	diag_done(&diags);
}

static void reads_files_and_tells_errors(void **state)
{
	char name[] = "/tmp/saker-test-XXXXXX";
	const char *paths[] = { name, "/no/such/file.rules" };
	struct diag_list diags = DIAG_LIST_INIT;
	struct kernel_rules *rules = NULL;
	int fd = mkstemp(name);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(io_write_all(fd, STR("# comment\n\n-D\n"
	                                      "-a always,exit -F arch=b64 "
	                                      "-S setns -k a\n")),
	                 0);
	assert_int_equal(kernel_rules_read(paths, 1, &diags, &rules), 0);
	assert_int_equal(kernel_rules_count(rules), 1);
	kernel_rules_free(rules);
	assert_int_equal(io_write_all(fd, STR("-a nothing\n-a nothing")), 0);
	close(fd);
	rules = NULL;
	assert_int_equal(kernel_rules_read(paths, 1, &diags, &rules),
	                 E_INVALID);
	assert_null(rules);
	assert_int_equal(diags.errors, 2);
	assert_string_equal(diags.items[diags.count - 1].file, name);
	assert_int_equal(diags.items[diags.count - 1].line, 6);
	assert_int_equal(truncate(name, (off_t)LIMIT_RULE_FILE_BYTES + 1), 0);
	assert_int_equal(kernel_rules_read(paths, 1, &diags, &rules), E_LIMIT);
	assert_int_equal(diags.errors, 3);
	unlink(name);
	assert_int_equal(kernel_rules_read(paths + 1, 1, &diags, &rules),
	                 E_NOT_FOUND);
	diag_done(&diags);
}

/* The rules that saker ships: no errors, no warnings, and none of them blind to
 * what daemons and containers do (auid unset). */
static void accepts_the_shipped_rules(void **state)
{
	const char *top = getenv("top_srcdir");
	struct diag_list diags = DIAG_LIST_INIT;
	struct kernel_rules *rules = NULL;
	auto_buf struct buf path = BUF_INIT;
	const char *paths[1];
	unsigned op;

	(void)state;
	buf_printf(&path, "%s/audit.rules.d", top != NULL ? top : ".");
	paths[0] = buf_cstr(&path);
	assert_int_equal(kernel_rules_read(paths, 1, &diags, &rules), 0);
	for (size_t i = 0; i < diags.count; i++)
		if (diags.items[i].severity != DIAG_NOTE)
			fail_msg("%s:%u: %s", diags.items[i].file,
			         diags.items[i].line, diags.items[i].text);
	assert_true(kernel_rules_count(rules) > 20);
	for (size_t i = 0; i < rules->count; i++) {
		const struct audit_rule_data *rule = rules->items[i].data;

		assert_true(field(rule, AUDIT_ARCH, &op) > 0 ||
		            field(rule, AUDIT_PERM, &op) > 0);
		assert_true(field(rule, AUDIT_FILTERKEY, &op) > 0);
		assert_int_equal(field(rule, AUDIT_LOGINUID, &op), -1);
	}
	kernel_rules_free(rules);
	diag_done(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_system_calls),
		cmocka_unit_test(keeps_architectures_apart),
		cmocka_unit_test(reads_every_operator),
		cmocka_unit_test(reads_watches_and_comparisons),
		cmocka_unit_test(reports_bad_lines),
		cmocka_unit_test(leaves_out_what_does_not_fit),
		cmocka_unit_test(keeps_the_known_calls_of_a_list),
		cmocka_unit_test(survives_hostile_lines),
		cmocka_unit_test(reads_files_and_tells_errors),
		cmocka_unit_test(accepts_the_shipped_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
