/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_record.c - heads, fields and type names. */
#include "saker/audit/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* after those */
#include <cmocka.h>
#include <libaudit.h>

#include "saker/base/buf.h"
#include "saker/base/limits.h"

static void assert_str(struct str v, const char *expected)
{
	assert_int_equal(v.len, strlen(expected));
	assert_memory_equal(v.s, expected, v.len);
}

static void head(void **state)
{
	struct record r;

	(void)state;
	assert_int_equal(record_parse(STR("node=a.b type=CWD "
	                                  "msg=audit(1700000000.042:987): "
	                                  "cwd=\"/\"\x1d"
	                                  "X=y"),
	                              &r),
	                 0);
	assert_str(r.node, "a.b");
	assert_int_equal(r.type, AUDIT_CWD);
	assert_str(r.type_name, "CWD");
	assert_int_equal(r.stamp.sec, 1700000000);
	assert_int_equal(r.stamp.ms, 42);
	assert_int_equal(r.stamp.serial, 987);
	assert_str(r.body, "cwd=\"/\"");
	assert_str(r.enriched, "X=y");
	assert_int_equal(record_parse(STR("type=EOE msg=audit(1.5:1)"), &r), 0);
	assert_int_equal(r.body.len, 0);
	assert_int_equal(r.node.len, 0);
	assert_int_equal(
		record_parse_kernel(AUDIT_EOE, STR("audit(1.005:1): "), &r), 0);
	assert_str(r.type_name, "EOE");
	assert_int_equal(r.stamp.ms, 5);
}

static void broken_heads(void **state)
{
	static const struct str whole = STR_INIT(
		"node=n type=CWD "
		"msg=audit(1.002:3)");
	static const char *const invalid[] = {
		"type= msg=audit(1.0:1): ",
		"type=CWD msg=g",
		"type=CWD msg=audit(x.0:1): ",
		"type=CWD msg=audit(1.1000:1): ",
		"type=CWD msg=audit(1.0:99999999999999999999): ",
		"type=CWD msg=audit(-1.0:1): ",
		"node= type=CWD msg=audit(1.0:1): ",
		"hello world and more",
	};
	struct record r = { .type = 77 };

	(void)state;
	for (size_t n = 0; n < whole.len; n++)
		assert_true(record_parse(str_take(whole, n), &r) < 0);
	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
		assert_int_equal(record_parse(str_from(invalid[i]), &r),
		                 E_INVALID);
	assert_int_equal(record_parse(str_take(whole, whole.len - 1), &r),
	                 E_TRUNCATED);
	assert_int_equal(record_parse(STR_NONE, &r), E_TRUNCATED);
	assert_int_equal(record_parse_kernel(1, STR("x"), &r), E_INVALID);
	assert_int_equal(r.type, 77); /* untouched on failure */
}

/* The fields of a body as "name<value>" each, inner ones behind "|". */
static void check(const char *type, const char *body, const char *expected)
{
	struct arena arena = ARENA_INIT;
	struct buf line = BUF_INIT, got = BUF_INIT;
	struct record r;

	buf_printf(&line, "type=%s msg=audit(1.000:1): %s", type, body);
	assert_int_equal(record_parse(buf_str(&line), &r), 0);
	assert_int_equal(record_scan(&r, &arena), 0);
	for (size_t i = 0; i < r.nfields + r.ninner; i++) {
		if (i == r.nfields)
			buf_add_byte(&got, '|');
		buf_printf(&got, "%.*s<%.*s>", STR_FMT(r.fields[i].name),
		           STR_FMT(r.fields[i].value));
	}
	if (r.enriched.len != 0)
		buf_printf(&got, "~%.*s", STR_FMT(r.enriched));
	assert_string_equal(buf_cstr(&got), expected);
	assert_int_equal(record_scan(&r, &arena), 0);
	buf_done(&line);
	buf_done(&got);
	arena_done(&arena);
}

static void fields(void **state)
{
	(void)state;
	check("PATH", " item=0 name=\"/a b\" x=", "item<0>name<\"/a b\">x<>");
	check("LOGIN", "pid=1 old auid=2 new auid=3", "pid<1>auid<2>auid<3>");
	check("DAEMON_START", "auditd start, ver=1.8, format=raw",
	      "ver<1.8>format<raw>");
	check("PATH", "name=\"open", "name<\"open>");
	check("PATH", "====", "<===>");
	check("X", "", "");
	check("SYSCALL", "subj==unconfined key=(null)",
	      "subj<=unconfined>key<(null)>");
	check("SYSCALL", "subj=docker-default (enforce) key=\"k\"",
	      "subj<docker-default (enforce)>key<\"k\">");
	check("SYSCALL", "subj=a (enforce) (b) pid=1",
	      "subj<a (enforce) (b)>pid<1>");
}

static void enrichment(void **state)
{
	(void)state;
	check("SYSCALL",
	      "key=(null)\x1d"
	      "ARCH=x86_64 UID=\"r\"",
	      "key<(null)>~ARCH=x86_64 UID=\"r\"");
	check("SYSCALL", "key=(null)ARCH=x86_64 UID=\"r\"",
	      "key<(null)>~ARCH=x86_64 UID=\"r\"");
	check("SYSCALL", "key=\"k\" ARCH=x86_64 UID=\"r\"",
	      "key<\"k\">~ARCH=x86_64 UID=\"r\"");
	check("PATH", "cap_frootid=0OUID=\"root\" OGID=\"root\"",
	      "cap_frootid<0>~OUID=\"root\" OGID=\"root\"");
	check("SOCKADDR", "saddr=0100SADDR={ fam=local }",
	      "saddr<0100>~SADDR={ fam=local }");
}

static void avc(void **state)
{
	(void)state;
	check("AVC", "avc:  denied  { read write } for  pid=1 comm=\"c\"",
	      "seresult<denied>seperms<read write>pid<1>comm<\"c\">");
	check("AVC", "avc: denied { read", "seresult<denied>");
	check("AVC", "apparmor=\"DENIED\" info=\"a, b\" pid=1",
	      "apparmor<\"DENIED\">info<\"a, b\">pid<1>");
	check("USER_AVC", "pid=1 msg='avc:  denied  { x } for a=b'",
	      "pid<1>msg<'avc:  denied  { x } for a=b'>"
	      "|seresult<denied>seperms<x>a<b>");
}

/* What the sender wrote never is an outer field, nor is what follows it. */
static void user_message(void **state)
{
	struct arena arena = ARENA_INIT;
	struct record r;
	struct str value;

	(void)state;
	check("USER_CMD", "pid=9 uid=0 msg='uid=1 cmd=\"x\" res=success'",
	      "pid<9>uid<0>msg<'uid=1 cmd=\"x\" res=success'>"
	      "|uid<1>cmd<\"x\">res<success>");
	check("USER_CMD", "pid=9 msg='a='b' pid=1'\x1dUID=\"root\"",
	      "pid<9>msg<'a='b' pid=1'>|a<'b'>pid<1>~UID=\"root\"");
	check("USER_CMD", "pid=9 msg='cut off=1",
	      "pid<9>msg<'cut off=1>"
	      "|off<1>");
	assert_int_equal(record_parse(STR("type=USER msg=audit(1.0:1): pid=9 "
	                                  "msg='exe=\"x\" pid=1'"),
	                              &r),
	                 0);
	assert_int_equal(record_scan(&r, &arena), 0);
	assert_false(record_field(&r, STR("exe"), &value));
	assert_true(record_field(&r, STR("pid"), &value));
	assert_str(value, "9");
	assert_true(record_inner_field(&r, STR("pid"), &value));
	assert_str(value, "1");
	assert_false(record_inner_field(&r, STR("nothing"), &value));
	arena_done(&arena);
}

static void too_many_fields(void **state)
{
	struct arena arena = ARENA_INIT;
	struct buf line = BUF_INIT;
	struct record r;

	(void)state;
	buf_add_str(&line, STR("type=PATH msg=audit(1.000:1): "));
	for (unsigned i = 0; i < LIMIT_RECORD_FIELDS + 100; i++)
		buf_add_str(&line, STR("a=1 "));
	assert_int_equal(record_parse(buf_str(&line), &r), 0);
	assert_int_equal(record_scan(&r, &arena), 0);
	assert_int_equal(r.nfields, LIMIT_RECORD_FIELDS);
	assert_true(arena.failed);
	arena.limit = 1;
	r.fields = NULL;
	assert_int_equal(record_scan(&r, &arena), E_NOMEM);
	buf_done(&line);
	arena_done(&arena);
}

static void type_names(void **state)
{
	(void)state;
	for (int n = 1000; n < 3000; n++) {
		const char *name = audit_msg_type_to_name(n);

		if (name == NULL)
			continue;
		assert_string_equal(record_type_name((uint16_t)n), name);
		assert_int_equal(record_type_number(str_from(name)), n);
	}
	assert_int_equal(record_type_number(STR("LANDLOCK_ACCESS")), 1423);
	assert_int_equal(record_type_number(STR("UNKNOWN[1423]")), 1423);
	assert_int_equal(record_type_number(STR("UNKNOWN[99999]")), 0);
	assert_int_equal(record_type_number(STR("UNKNOWN[1")), 0);
	assert_int_equal(record_type_number(STR("CKADDR")), 0);
	assert_int_equal(record_type_number(STR("")), 0);
	assert_null(record_type_name(60000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(head),
		cmocka_unit_test(broken_heads),
		cmocka_unit_test(fields),
		cmocka_unit_test(enrichment),
		cmocka_unit_test(avc),
		cmocka_unit_test(user_message),
		cmocka_unit_test(too_many_fields),
		cmocka_unit_test(type_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
