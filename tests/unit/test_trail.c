/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_trail.c - user records of responses, read back by libauparse. */
#include <auparse.h>
#include <libaudit.h>
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
// clang-format on

#include "saker/base/io.h"
#include "saker/response/trail.h"

static struct alert_field container = {
	.name = STR_INIT("container.id"),
	.has_value = true,
	.value = { .type = VALUE_STRING, { STR_INIT("3ad7b26ded6d") } },
};

static struct alert an_alert(const char *action, const char *result)
{
	return (struct alert){
		.rule = STR("Write to \"runtime\"\nres=success"),
		.fields = &container,
		.nfields = 1,
		.uuid = "0190a7c1-0000-7000-8000-000000000001",
		.has_response = true,
		.response = {
			.action = str_from(action),
			.mode = STR("enforce"),
			.result = str_from(result),
			.pid = 4711,
			.exe = STR("/tmp/a b"),
			.latency_us = 412,
			.has_latency = true,
		},
	};
}

/* The line that auditd would write of it. */
static auparse_state_t *parse(const struct alert *a, struct buf *line)
{
	auparse_state_t *au;

	buf_add_str(line,
	            STR("type=RESP_KILL_PROC msg=audit(1700000000.000:9): "
	                "pid=1 uid=0 auid=0 ses=1 msg='"));
	trail_text(a, line);
	buf_add_str(line, STR(" exe=\"/usr/sbin/saker\" hostname=? addr=? "
	                      "terminal=? res=success'\n"));
	assert_false(line->failed);
	au = auparse_init(AUSOURCE_BUFFER, buf_cstr(line));
	assert_non_null(au);
	assert_int_equal(auparse_next_event(au), 1);
	return au;
}

static void expect(auparse_state_t *au, const char *name, const char *value)
{
	auparse_first_record(au);
	assert_non_null(auparse_find_field(au, name));
	assert_string_equal(auparse_get_field_str(au), value);
}

static void auparse_reads_what_is_written(void **state)
{
	struct alert a = an_alert("kill", "terminated after 412 us");
	auto_buf struct buf line = BUF_INIT;
	auparse_state_t *au = parse(&a, &line);

	(void)state;
	assert_int_equal(auparse_get_type(au), AUDIT_RESP_KILL_PROC);
	expect(au, "op", "kill");
	expect(au, "opid", "4711");
	expect(au, "latency_us", "412");
	expect(au, "uuid", a.uuid);
	expect(au, "container", "\"3ad7b26ded6d\"");
	/* a text that would end the line is hexadecimal */
	expect(au, "rule",
	       "577269746520746F202272756E74696D65220A7265733D73756363657373");
	auparse_first_record(au);
	assert_non_null(auparse_find_field(au, "res"));
	assert_string_equal(auparse_get_field_str(au), "success");
	auparse_destroy(au);
}

static void the_type_tells_what_was_done(void **state)
{
	struct alert kill = an_alert("kill", "");
	struct alert exec = an_alert("exec", "");
	struct alert freeze = an_alert("freeze", "");

	(void)state;
	assert_int_equal(trail_type(&kill, true), AUDIT_RESP_KILL_PROC);
	assert_int_equal(trail_type(&kill, false), AUDIT_RESP_ANOMALY);
	assert_int_equal(trail_type(&exec, true), AUDIT_RESP_EXEC);
	assert_int_equal(trail_type(&freeze, true), AUDIT_RESP_ALERT);
}

static void long_texts_are_cut(void **state)
{
	struct alert a = an_alert("kill", "refused");
	auto_buf struct buf text = BUF_INIT;
	static char rule[100000];

	(void)state;
	memset(rule, '\n', sizeof(rule));
	a.rule = (struct str){ rule, sizeof(rule) };
	trail_text(&a, &text);
	assert_false(text.failed);
	assert_true(text.len < MAX_AUDIT_MESSAGE_LENGTH / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(auparse_reads_what_is_written),
		cmocka_unit_test(the_type_tells_what_was_done),
		cmocka_unit_test(long_texts_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
