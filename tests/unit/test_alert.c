/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_alert.c - alerts: fields, JSON, text, limits, lack of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <jansson.h>

#include "oom.h"
#include "saker/alert/alert.h"
#include "saker/alert/render.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

#define TIME_NS 1763769600123456789ULL /* 2025-11-22T00:00:00.123456789Z */

/* The rule set's part of the contract that alerts use. */
const char *priority_name(enum priority p)
{
	return p == PRIORITY_CRITICAL ? "Critical" : "Warning";
}

struct entry {
	enum field_id id;
	const char *arg; /* NULL = without */
	struct value value;
};

struct table {
	struct entry entries[16];
	size_t count;
};

static bool table_get(void *context, enum field_id id,
                      const struct field_arg *arg, struct value *ret)
{
	const struct table *t = context;

	for (size_t i = 0; i < t->count; i++) {
		const struct entry *e = &t->entries[i];

		if (e->id != id || arg->present != (e->arg != NULL) ||
		    (e->arg != NULL && !str_eq(arg->name, str_from(e->arg))))
			continue;
		*ret = e->value;
		return true;
	}
	return false;
}

static struct value text(const char *s)
{
	return (struct value){ .type = VALUE_STRING, .str = str_from(s) };
}

static struct value number(uint64_t u)
{
	return (struct value){ .type = VALUE_UINT, .u = u };
}

static void set(struct table *t, enum field_id id, struct value v)
{
	t->entries[t->count++] = (struct entry){ id, NULL, v };
}

static struct table basic_event(void)
{
	struct table t = { 0 };

	set(&t, FIELD_EVT_RAWTIME,
	    (struct value){ .type = VALUE_TIME, .u = TIME_NS });
	set(&t, FIELD_EVT_HOSTNAME, text("node-1"));
	set(&t, FIELD_PROC_PID, (struct value){ .type = VALUE_INT, .i = 4321 });
	set(&t, FIELD_AUDIT_SERIAL, number(99));
	return t;
}

static const struct field_info fields[] = {
#define FIELD(id, name, type, arg, use, origin, getter, doc) \
	{ FIELD_##id,                                        \
	  { name, sizeof(name) - 1 },                        \
	  VALUE_##type,                                      \
	  FIELD_ARG_##arg,                                   \
	  FIELD_USE_##use,                                   \
	  FIELD_FROM_##origin,                               \
	  doc },
#include "saker/event/fields.def"
#undef FIELD
};

static struct template_part literal(const char *s)
{
	return (struct template_part){ .literal = str_from(s) };
}

static struct template_part field(enum field_id id)
{
	return (struct template_part){ .field = &fields[id],
		                       .text = fields[id].name };
}

static struct rule make_rule(struct template_part *parts, size_t nparts)
{
	static struct str tags[] = { { "container", 9 },
		                     { "T1611 \"escape\"", 14 } };

	return (struct rule){
		.name = STR("Test rule"),
		.priority = PRIORITY_CRITICAL,
		.source = SOURCE_SYSCALL,
		.tags = tags,
		.ntags = 2,
		.output = { parts, nparts },
	};
}

/* An alert of these parts over that event; the caller ends it. */
static struct alert make_alert(struct table *event, struct template_part *parts,
                               size_t nparts)
{
	struct rule rule = make_rule(parts, nparts);
	struct field_source source = { .get = table_get, .context = event };
	struct alert a;

	assert_int_equal(alert_from_hit(&rule, &source, &a), 0);
	alert_identify(&a, STR_NONE);
	return a;
}

/* Asserts one line of valid JSON; the caller decrefs. */
static json_t *parse(const struct alert *a)
{
	auto_buf struct buf out = BUF_INIT;
	json_error_t error;
	json_t *j;

	alert_render_json(a, &out);
	assert_false(out.failed);
	assert_int_equal(str_find_byte(buf_str(&out), '\n'), out.len - 1);
	j = json_loadb(out.data, out.len,
	               JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (j == NULL)
		fail_msg("%s in %.*s", error.text, STR_FMT(buf_str(&out)));
	return j;
}

static const char *string_at(json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	assert_non_null(s);
	return s;
}

static void assert_text(const struct alert *a, const char *expected)
{
	auto_buf struct buf out = BUF_INIT;

	alert_render_text(a, &out);
	assert_string_equal(buf_cstr(&out), expected);
}

/* Every line is written the same, so that the whole of it can be compared. */
static void test_json_line(void **state)
{
	struct table event = basic_event();
	struct template_part parts[] = { literal("opened "),
		                         field(FIELD_FD_NAME), literal(" by "),
		                         field(FIELD_PROC_NAME) };
	auto_buf struct buf out = BUF_INIT, expected = BUF_INIT;
	struct alert a;

	(void)state;
	set(&event, FIELD_FD_NAME, text("/etc/shadow"));
	set(&event, FIELD_CONTAINER_ID, text("0123456789ab"));
	a = make_alert(&event, parts, 4);
	alert_render_json(&a, &out);
	buf_printf(
		&expected,
		"{\"hostname\":\"node-1\",\"output\":\"00:00:00.123456789: "
		"Critical opened /etc/shadow by <NA>\",\"output_fields\":{"
		"\"audit.serial\":99,\"container.id\":\"0123456789ab\","
		"\"evt.time\":1763769600123456789,\"fd.name\":\"/etc/shadow\","
		"\"proc.name\":null,\"proc.pid\":4321},"
		"\"priority\":\"Critical\",\"rule\":\"Test rule\","
		"\"source\":\"syscall\",\"tags\":[\"container\","
		"\"T1611 \\\"escape\\\"\"],"
		"\"time\":\"2025-11-22T00:00:00.123456789Z\",\"uuid\":\"%s\"}"
		"\n",
		a.uuid);
	assert_string_equal(buf_cstr(&out), buf_cstr(&expected));
	assert_text(&a,
	            "00:00:00.123456789: Critical opened /etc/shadow by "
	            "<NA>\n");
	alert_done(&a);
}

/* The event, its texts and the rule are gone when the alert is rendered. */
static void test_owns_its_bytes(void **state)
{
	char *name = strdup("sh"), *host = strdup("gone"), *rule_name;
	struct template_part *parts = malloc(sizeof(*parts) * 2);
	struct table *event = calloc(1, sizeof(*event));
	struct field_source source = { .get = table_get, .context = event };
	struct rule rule;
	struct alert a;

	(void)state;
	set(event, FIELD_PROC_NAME, text(name));
	set(event, FIELD_EVT_HOSTNAME, text(host));
	parts[0] = literal("name=");
	parts[1] = field(FIELD_PROC_NAME);
	rule = make_rule(parts, 2);
	rule_name = strdup("short-lived");
	rule.name = str_from(rule_name);
	assert_int_equal(alert_from_hit(&rule, &source, &a), 0);
	free(name);
	free(host);
	free(rule_name);
	free(event);
	free(parts);

	json_t *j = parse(&a);

	assert_string_equal(string_at(j, "hostname"), "gone");
	assert_string_equal(string_at(j, "rule"), "short-lived");
	assert_string_equal(
		string_at(json_object_get(j, "output_fields"), "proc.name"),
		"sh");
	json_decref(j);
	assert_text(&a, "00:00:00.000000000: Critical name=sh\n");
	alert_done(&a);
}

static void test_value_types(void **state)
{
	static const struct str items[] = { { "a", 1 },
		                            { "", 0 },
		                            { "c d", 3 } };
	const struct {
		struct value value;
		const char *text;
	} cases[] = {
		{ { .type = VALUE_INT, .i = INT64_MIN },
		  "-9223372036854775808" },
		{ { .type = VALUE_UINT, .u = UINT64_MAX },
		  "18446744073709551615" },
		{ { .type = VALUE_BOOL, .b = true }, "true" },
		{ { .type = VALUE_BOOL, .b = false }, "false" },
		{ { .type = VALUE_TIME, .u = 86399999999999ULL },
		  "86399999999999" },
		{ { .type = VALUE_IPADDR,
		    .ip = { .bytes = { 10, 0, 0, 255 }, .len = 4 } },
		  "10.0.0.255" },
		{ { .type = VALUE_IPADDR,
		    .ip = { .bytes = { 0xfe, 0x80, [15] = 1 }, .len = 16 } },
		  "fe80::1" },
		{ { .type = VALUE_LIST, .list = { items, 3 } }, "a,,c d" },
		{ { .type = VALUE_LIST, .list = { NULL, 0 } }, "" },
		{ { .type = VALUE_STRING, .str = { NULL, 0 } }, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_buf struct buf out = BUF_INIT;

		render_value(&cases[i].value, &out);
		assert_string_equal(buf_cstr(&out), cases[i].text);
	}
}

static void test_json_types(void **state)
{
	static const struct str items[] = { { "x", 1 }, { "y\"", 2 } };
	struct table event = { 0 };
	struct template_part parts[] = {
		field(FIELD_EVT_FAILED),  field(FIELD_EVT_RAWRES),
		field(FIELD_FD_SIP),      field(FIELD_PROC_ARGS),
		field(FIELD_EVT_RAWTIME), field(FIELD_EVT_RAWTIME),
	};
	struct alert a;
	json_t *j, *f;

	(void)state;
	set(&event, FIELD_EVT_FAILED,
	    (struct value){ .type = VALUE_BOOL, .b = true });
	set(&event, FIELD_EVT_RAWRES,
	    (struct value){ .type = VALUE_INT, .i = -13 });
	set(&event, FIELD_FD_SIP,
	    (struct value){ .type = VALUE_IPADDR,
	                    .ip = { { 127, 0, 0, 1 }, 4 } });
	set(&event, FIELD_PROC_ARGS,
	    (struct value){ .type = VALUE_LIST, .list = { items, 2 } });
	set(&event, FIELD_EVT_RAWTIME,
	    (struct value){ .type = VALUE_TIME, .u = 5 });
	a = make_alert(&event, parts, 6);
	j = parse(&a);
	f = json_object_get(j, "output_fields");
	assert_true(json_is_true(json_object_get(f, "evt.failed")));
	assert_int_equal(json_integer_value(json_object_get(f, "evt.rawres")),
	                 -13);
	assert_string_equal(string_at(f, "fd.sip"), "127.0.0.1");
	assert_string_equal(string_at(f, "proc.args"), "x,y\"");
	assert_int_equal(json_integer_value(json_object_get(f, "evt.rawtime")),
	                 5);
	assert_int_equal(json_integer_value(json_object_get(f, "evt.time")), 5);
	assert_int_equal(json_object_size(f), 6);
	json_decref(j);
	alert_done(&a);
}

/* %evt.time prints the time of day, but its key holds nanoseconds. */
static void test_evt_time_key(void **state)
{
	struct table event = basic_event();
	struct template_part parts[] = { field(FIELD_EVT_TIME) };
	struct alert a;
	json_t *j;

	(void)state;
	set(&event, FIELD_EVT_TIME, text("00:00:00.123456789"));
	a = make_alert(&event, parts, 1);
	j = parse(&a);
	assert_int_equal(
		json_integer_value(json_object_get(
			json_object_get(j, "output_fields"), "evt.time")),
		TIME_NS);
	json_decref(j);
	assert_text(&a, "00:00:00.123456789: Critical 00:00:00.123456789\n");
	alert_done(&a);
}

static void test_arguments_and_keys(void **state)
{
	struct table event = { 0 };
	struct template_part parts[] = { field(FIELD_EVT_ARG), literal("|"),
		                         field(FIELD_EVT_ARG) };
	struct alert a;
	json_t *j, *f;

	(void)state;
	event.entries[event.count++] =
		(struct entry){ FIELD_EVT_ARG, "flags", text("O_RDWR") };
	parts[0].arg =
		(struct field_arg){ .present = true, .name = STR("flags") };
	parts[0].text = STR("evt.arg.flags");
	parts[2].arg =
		(struct field_arg){ .present = true, .name = STR("mode") };
	parts[2].text = STR("evt.arg.mode");
	a = make_alert(&event, parts, 3);
	j = parse(&a);
	f = json_object_get(j, "output_fields");
	assert_string_equal(string_at(f, "evt.arg.flags"), "O_RDWR");
	assert_true(json_is_null(json_object_get(f, "evt.arg.mode")));
	assert_int_equal(json_object_size(f), 3);
	json_decref(j);
	assert_text(&a, "00:00:00.000000000: Critical O_RDWR|<NA>\n");
	alert_done(&a);
}

static void test_keys_sorted(void **state)
{
	struct table event = basic_event();
	struct template_part parts[] = { field(FIELD_USER_NAME),
		                         field(FIELD_CONTAINER_ID),
		                         field(FIELD_EVT_TYPE),
		                         field(FIELD_AUDIT_NODE) };
	struct alert a = make_alert(&event, parts, 4);

	(void)state;
	for (size_t i = 1; i < a.nfields; i++)
		assert_true(str_cmp(a.fields[i - 1].name, a.fields[i].name) <
		            0);
	assert_int_equal(a.nfields, 7);
	alert_done(&a);
}

static void test_width(void **state)
{
	struct table event = { 0 };
	struct template_part parts[] = { field(FIELD_PROC_NAME), literal("|"),
		                         field(FIELD_USER_NAME), literal("|"),
		                         field(FIELD_PROC_CWD),  literal("|") };
	struct alert a;

	(void)state;
	set(&event, FIELD_PROC_NAME, text("bash"));
	set(&event, FIELD_USER_NAME, text("administrator"));
	parts[0].width = 8;
	parts[2].width = 5;
	parts[4].width = 6;
	a = make_alert(&event, parts, 6);
	assert_text(&a,
	            "00:00:00.000000000: Critical bash    |admin|<NA>  |\n");
	alert_done(&a);
}

/* What an attacker may have named a process. */
static void test_hostile_bytes(void **state)
{
	static const char name[] =
		"\x1b[31m\"\\\n\r\t\0\x7f\x80\xff\xc3"
		"(\xed\xa0\x80\xf4\x90\x80\x80\xc2\x9b\xe2\x80\xa8\xe2\x82\xac";
	struct table event = { 0 };
	struct template_part parts[] = { field(FIELD_PROC_NAME) };
	auto_buf struct buf out = BUF_INIT;
	struct alert a;
	json_t *j, *v;

	(void)state;
	set(&event, FIELD_PROC_NAME,
	    (struct value){ .type = VALUE_STRING,
	                    .str = { name, sizeof(name) - 1 } });
	a = make_alert(&event, parts, 1);
	j = parse(&a);
	v = json_object_get(json_object_get(j, "output_fields"), "proc.name");
	assert_memory_equal(json_string_value(v), "\x1b[31m\"\\\n\r\t\0\x7f",
	                    12);
	assert_non_null(memmem(json_string_value(v), json_string_length(v),
	                       "\xe2\x82\xac", 3));
	json_decref(j);

	alert_render_text(&a, &out);
	for (size_t i = 0; i + 1 < out.len; i++) {
		unsigned char c = (unsigned char)out.data[i];

		assert_true(c >= 0x20 && c != 0x7f);
	}
	assert_true(str_find(buf_str(&out), STR("\xc2\x9b")) < 0);
	assert_true(str_find(buf_str(&out), STR("\\x1b[31m")) >= 0);
	assert_true(str_find(buf_str(&out), STR("\\x00")) >= 0);
	alert_done(&a);
}

static void test_value_cut(void **state)
{
	struct str items[3];
	struct table event = { 0 };
	struct template_part parts[] = { field(FIELD_PROC_CMDLINE),
		                         field(FIELD_PROC_ARGS),
		                         field(FIELD_FD_NAME) };
	size_t n = LIMIT_ALERT_FIELD_BYTES;
	char *exact = malloc(n), *large = malloc(n * 4), *euros = malloc(n + 2);
	struct alert a;
	json_t *j, *f;

	(void)state;
	memset(exact, 'e', n);
	memset(large, 'x', n * 4);
	memset(euros, 'x', n + 2);
	memcpy(euros + n - 1, "\xe2\x82\xac", 3); /* across the limit */
	for (size_t i = 0; i < 3; i++)
		items[i] = (struct str){ large, n / 2 };
	set(&event, FIELD_PROC_CMDLINE,
	    (struct value){ .type = VALUE_STRING, .str = { exact, n } });
	set(&event, FIELD_PROC_ARGS,
	    (struct value){ .type = VALUE_LIST, .list = { items, 3 } });
	set(&event, FIELD_FD_NAME,
	    (struct value){ .type = VALUE_STRING, .str = { euros, n + 2 } });
	a = make_alert(&event, parts, 3);
	j = parse(&a);
	f = json_object_get(j, "output_fields");
	assert_int_equal(strlen(string_at(f, "proc.cmdline")), n);
	assert_int_equal(strlen(string_at(f, "proc.args")), n + 3);
	assert_string_equal(string_at(f, "proc.args") + n - 1, "x...");
	assert_int_equal(strlen(string_at(f, "fd.name")), n - 1 + 3);
	assert_string_equal(string_at(f, "fd.name") + n - 2, "x...");
	assert_int_equal(a.message.len, n + n + 3 + n - 1 + 3);
	json_decref(j);
	alert_done(&a);
	free(exact);
	free(large);
	free(euros);
}

static void test_cut_keeps_characters(void **state)
{
	const struct str t = STR("a\xf0\x9f\x98\x80z\x80\x80\x80\x80\x80");
	static const size_t expected[] = { 0, 1, 1, 1, 1, 5 };

	(void)state;
	for (size_t n = 0; n < sizeof(expected) / sizeof(expected[0]); n++)
		assert_int_equal(render_cut(t, n).len, expected[n]);
	/* what is no UTF-8 is cut where it was asked for */
	assert_int_equal(render_cut(str_skip(t, 6), 4).len, 4);
	assert_int_equal(render_cut(t, 100).len, t.len);
}

/* What a command gets, however long attackers make names: each byte takes six.
 */
static void test_within(void **state)
{
	static char wide[LIMIT_ALERT_FIELD_BYTES + 1];
	struct template_part parts[] = { literal("x "), field(FIELD_FD_NAME),
		                         field(FIELD_PROC_NAME) };
	auto_buf struct buf out = BUF_INIT, whole = BUF_INIT;
	struct table event = basic_event();
	struct alert a;
	json_t *j;

	(void)state;
	memset(wide, 1, sizeof(wide) - 1);
	set(&event, FIELD_FD_NAME, text(wide));
	set(&event, FIELD_PROC_NAME, text("sh"));
	a = make_alert(&event, parts, 3);
	alert_render_json(&a, &whole);
	assert_true(whole.len > LIMIT_RESPONSE_TEXT_BYTES);
	assert_true(alert_render_json_within(&a, whole.len, &out));
	assert_true(str_eq(buf_str(&out), buf_str(&whole)));
	buf_clear(&out);
	assert_false(
		alert_render_json_within(&a, LIMIT_RESPONSE_TEXT_BYTES, &out));
	assert_false(out.failed);
	assert_true(out.len <= LIMIT_RESPONSE_TEXT_BYTES);
	j = json_loadb(out.data, out.len, 0, NULL);
	assert_non_null(j);
	assert_string_equal(string_at(j, "rule"), "Test rule");
	assert_string_equal(string_at(j, "uuid"), a.uuid);
	assert_string_equal(
		string_at(json_object_get(j, "output_fields"), "proc.name"),
		"sh");
	json_decref(j);
	alert_done(&a);
}

static void test_uuid(void **state)
{
	struct table event = basic_event();
	struct alert a = make_alert(&event, NULL, 0);
	struct alert b = make_alert(&event, NULL, 0);

	(void)state;
	assert_int_equal(strlen(a.uuid), ALERT_UUID_LENGTH);
	for (size_t i = 0; i < ALERT_UUID_LENGTH; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23)
			assert_int_equal(a.uuid[i], '-');
		else
			assert_non_null(strchr("0123456789abcdef", a.uuid[i]));
	assert_int_equal(a.uuid[14], '4');
	assert_non_null(strchr("89ab", a.uuid[19]));
	assert_string_not_equal(a.uuid, b.uuid);
	alert_identify(&a, STR("one event"));
	alert_identify(&b, STR("one event"));
	assert_string_equal(a.uuid, b.uuid);
	assert_int_equal(a.uuid[14], '8');
	assert_non_null(strchr("89ab", a.uuid[19]));
	alert_identify(&b, STR("another"));
	assert_string_not_equal(a.uuid, b.uuid);
	alert_done(&a);
	alert_done(&b);
}

static void test_response(void **state)
{
	struct table event = basic_event();
	struct template_part parts[] = { literal("m") };
	struct alert a = make_alert(&event, parts, 1);
	struct alert_response r = { .action = STR("kill"),
		                    .mode = STR("dry-run"),
		                    .result = STR("would kill"),
		                    .pid = 77 };
	json_t *j, *v;

	(void)state;
	j = parse(&a);
	assert_null(json_object_get(j, "response"));
	json_decref(j);

	assert_int_equal(alert_set_response(&a, &r), 0);
	j = parse(&a);
	v = json_object_get(j, "response");
	assert_string_equal(string_at(v, "mode"), "dry-run");
	assert_true(json_is_null(json_object_get(v, "latency_us")));
	v = json_object_get(v, "target");
	assert_true(json_is_null(json_object_get(v, "exe")));
	assert_true(json_is_null(json_object_get(v, "start_ticks")));
	json_decref(j);

	r.mode = STR("enforce");
	r.result = STR("terminated after 412 us");
	r.exe = STR("/bin/e\"vil\n");
	r.start_ticks = 123456;
	r.has_latency = true;
	r.latency_us = 412;
	assert_int_equal(alert_set_response(&a, &r), 0);
	j = parse(&a);
	v = json_object_get(j, "response");
	assert_string_equal(string_at(v, "action"), "kill");
	assert_string_equal(string_at(v, "result"), "terminated after 412 us");
	assert_int_equal(json_integer_value(json_object_get(v, "latency_us")),
	                 412);
	v = json_object_get(v, "target");
	assert_string_equal(string_at(v, "exe"), "/bin/e\"vil\n");
	assert_int_equal(json_integer_value(json_object_get(v, "pid")), 77);
	assert_int_equal(json_integer_value(json_object_get(v, "start_ticks")),
	                 123456);
	json_decref(j);
	assert_text(&a,
	            "00:00:00.123456789: Critical m [kill of process 77: "
	            "terminated after 412 us]\n");
	alert_done(&a);
}

static struct alert_internal losses(struct alert_field *counts)
{
	counts[0] = (struct alert_field){ STR("records_dropped"), true,
		                          number(17) };
	counts[1] = (struct alert_field){ STR("kernel_lost"), true, number(3) };
	return (struct alert_internal){ .time_ns = TIME_NS,
		                        .priority = PRIORITY_WARNING,
		                        .hostname = STR("h"),
		                        .name = STR("losses"),
		                        .message = STR("17 records lost"),
		                        .fields = counts,
		                        .nfields = 2 };
}

static void test_internal(void **state)
{
	struct alert_field counts[2];
	struct alert_internal what = losses(counts);
	struct alert a;
	json_t *j, *f;

	(void)state;
	assert_int_equal(alert_from_internal(&what, &a), 0);
	j = parse(&a);
	f = json_object_get(j, "output_fields");
	assert_string_equal(string_at(j, "rule"), "saker internal: losses");
	assert_string_equal(string_at(j, "source"), "internal");
	assert_string_equal(string_at(j, "output"),
	                    "00:00:00.123456789: Warning 17 records lost");
	assert_int_equal(
		json_integer_value(json_object_get(f, "records_dropped")), 17);
	assert_int_equal(json_integer_value(json_object_get(f, "evt.time")),
	                 TIME_NS);
	assert_int_equal(json_object_size(f), 3);
	assert_int_equal(json_array_size(json_object_get(j, "tags")), 0);
	json_decref(j);
	alert_done(&a);
}

/* Whichever allocation fails: an error or a marked buffer, and no leak. */
static void test_out_of_memory(void **state)
{
	struct table event = basic_event();
	struct template_part parts[] = { literal("m"), field(FIELD_PROC_NAME) };
	struct rule rule = make_rule(parts, 2);
	struct field_source source = { .get = table_get, .context = &event };
	struct alert_field counts[2];
	struct alert_internal what = losses(counts);
	unsigned failures = 0;

	(void)state;
	set(&event, FIELD_PROC_NAME, text("x"));
	for (unsigned n = 1;; n++) {
		struct alert a = { .nfields = 12345 }, b = { .nfields = 12345 };
		auto_buf struct buf json = BUF_INIT;
		bool hit;
		int r, s = 0;

		oom_arm(n);
		r = alert_from_hit(&rule, &source, &a);
		if (r == 0)
			s = alert_from_internal(&what, &b);
		if (r == 0 && s == 0)
			alert_render_json(&a, &json);
		hit = oom_disarm();
		assert_int_equal(hit, r != 0 || s != 0 || json.failed);
		if (r != 0)
			assert_int_equal(a.nfields, 12345);
		else
			alert_done(&a);
		if (r == 0 && s == 0)
			alert_done(&b);
		else
			assert_int_equal(b.nfields, 12345);
		if (!hit)
			break;
		failures++;
	}
	assert_true(failures > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_line),
		cmocka_unit_test(test_owns_its_bytes),
		cmocka_unit_test(test_value_types),
		cmocka_unit_test(test_json_types),
		cmocka_unit_test(test_evt_time_key),
		cmocka_unit_test(test_arguments_and_keys),
		cmocka_unit_test(test_keys_sorted),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_hostile_bytes),
		cmocka_unit_test(test_value_cut),
		cmocka_unit_test(test_cut_keeps_characters),
		cmocka_unit_test(test_within),
		cmocka_unit_test(test_uuid),
		cmocka_unit_test(test_response),
		cmocka_unit_test(test_internal),
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
