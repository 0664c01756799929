/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_interpret.c - records as ausearch -i prints them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libaudit.h>

#include "saker/audit/interpret.h"
#include "saker/base/io.h"

#define STAMP "audit(1700000000.123:7): "

static void check(struct str line, uint16_t kernel_type, const char *expected)
{
	auto_buf struct buf out = BUF_INIT;
	struct record r;

	if (kernel_type != 0)
		assert_int_equal(record_parse_kernel(kernel_type, line, &r), 0);
	else
		assert_int_equal(record_parse(line, &r), 0);
	interpret_record(&r, &out);
	assert_string_equal(buf_cstr(&out), expected);
}

static void records_are_interpreted(void **state)
{
	(void)state;
	check(STR("type=SYSCALL msg=" STAMP
	          "arch=c000003e syscall=165 success=no exit=-1 a3=1000 "
	          "comm=6120622063 key=(null)"),
	      0,
	      "arch=x86_64 syscall=mount success=no exit=EPERM(Operation not "
	      "permitted) a3=MS_BIND comm=a b c key=(null)");
	check(STR("node=n type=CWD msg=" STAMP "cwd=\"/tmp\""), 0, "cwd=/tmp");
	/* as the kernel hands it out: the type is in a header */
	check(STR(STAMP "cwd=\"/tmp\""), AUDIT_CWD, "cwd=/tmp");
	check(STR(STAMP "proctitle=6C73002D6C"), AUDIT_PROCTITLE,
	      "proctitle=ls -l");
	/* auditd's own interpretation is used, not shown twice */
	check(STR("type=LOGIN msg=" STAMP "pid=1 uid=12345\x1dUID=\"jo\""), 0,
	      "pid=1 uid=jo");
}

static void what_is_not_understood_is_kept(void **state)
{
	static const char zero[] = "type=CWD msg=" STAMP "cwd=\"/a\0b\"";

	(void)state;
	check((struct str){ zero, sizeof(zero) - 1 }, 0, "cwd=\"/a");
	check(STR("type=KERNEL msg=" STAMP "initialized"), 0, "initialized");
	check(STR(STAMP "a=1"), 65000, "a=1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_interpreted),
		cmocka_unit_test(what_is_not_understood_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
