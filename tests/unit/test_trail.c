/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_trail.c - user records of responses, read back by libauparse. */
#include <auparse.h>
#include <libaudit.h>
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
// clang-format on

#include "saker/base/array.h"
#include "saker/base/io.h"
#include "saker/response/trail.h"

#define UUID "0190a7c1-0000-7000-8000-000000000001"

static const struct response_request request = {
	.rule = STR_INIT("Write to \"runtime\"\nres=success"),
	.uuid = STR_INIT(UUID),
};

static struct response_outcome outcome_of(const char *action, bool is_done)
{
	return (struct response_outcome){
		.is_set = true,
		.is_done = is_done,
		.report = {
			.action = str_from(action),
			.scope = STR("process"),
			.mode = STR("enforce"),
			.result = STR("terminated after 412 us"),
			.pid = 4711,
			.exe = STR("/tmp/a b"),
			.container = STR("3ad7b26ded6d"),
			.latency_us = 412,
			.has_latency = true,
		},
	};
}

/* The line that auditd would write of it. */
static auparse_state_t *parse(const struct response_outcome *o,
                              struct buf *line)
{
	auparse_state_t *au;

	buf_add_str(line,
	            STR("type=RESP_KILL_PROC msg=audit(1700000000.000:9): "
	                "pid=1 uid=0 auid=0 ses=1 msg='"));
	trail_text(&request, o, line);
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

/* As ausearch -i shows it. */
static void expect_meaning(auparse_state_t *au, const char *name,
                           const char *value)
{
	auparse_first_record(au);
	assert_non_null(auparse_find_field(au, name));
	assert_string_equal(auparse_interpret_field(au), value);
}

static void auparse_reads_what_is_written(void **state)
{
	struct response_outcome o = outcome_of("kill", true);
	auto_buf struct buf line = BUF_INIT;
	auparse_state_t *au = parse(&o, &line);

	(void)state;
	assert_int_equal(auparse_get_type(au), AUDIT_RESP_KILL_PROC);
	expect(au, "op", "kill");
	expect(au, "opid", "4711");
	expect(au, "latency_us", "412");
	expect(au, "uuid", UUID);
	expect(au, "container", "\"3ad7b26ded6d\"");
	/* a text that would end the line is hexadecimal */
	expect(au, "key",
	       "577269746520746F202272756E74696D65220A7265733D73756363657373");
	/* and what reads it turns it back */
	expect_meaning(au, "key", "Write to \"runtime\"\\012res=success");
	expect_meaning(au, "path", "/tmp/a b");
	expect_meaning(au, "resp_mode", "enforce");
	expect_meaning(au, "outcome", "terminated-after-412-us");
	auparse_first_record(au);
	assert_non_null(auparse_find_field(au, "res"));
	assert_string_equal(auparse_get_field_str(au), "success");
	auparse_destroy(au);
}

static void the_type_tells_what_was_done(void **state)
{
	static const struct {
		const char *action;
		bool is_done;
		int type;
	} rows[] = {
		{ "kill", true, AUDIT_RESP_KILL_PROC },
		{ "kill", false, AUDIT_RESP_ANOMALY },
		{ "exec", true, AUDIT_RESP_EXEC },
		{ "freeze", true, AUDIT_RESP_ALERT },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct response_outcome o =
			outcome_of(rows[i].action, rows[i].is_done);

		assert_int_equal(trail_type(&o), rows[i].type);
	}
}

static void long_texts_are_cut(void **state)
{
	struct response_outcome o = outcome_of("kill", false);
	struct response_request long_one = request;
	auto_buf struct buf text = BUF_INIT;
	static char rule[100000];

	(void)state;
	memset(rule, '\n', sizeof(rule));
	long_one.rule = (struct str){ rule, sizeof(rule) };
	trail_text(&long_one, &o, &text);
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
