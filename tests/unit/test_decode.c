/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_decode.c - the kernel's encodings, and names by number. */
#include "saker/audit/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* after those */
#include <arpa/inet.h>
#include <cmocka.h>
#include <libaudit.h>
#include <linux/audit.h>
#include <netinet/in.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "saker/audit/names.h"

static void check(struct str raw, struct str expected)
{
	struct arena arena = ARENA_INIT;
	struct str got;

	assert_true(decode_string(&arena, raw, &got));
	assert_int_equal(got.len, expected.len);
	assert_int_equal(got.s == NULL, expected.s == NULL);
	if (got.len != 0)
		assert_memory_equal(got.s, expected.s, got.len);
	arena_done(&arena);
}

static void strings(void **state)
{
	struct arena arena = { .limit = 1 };
	struct str got;

	(void)state;
	check(STR("\"/bin/sh\""), STR("/bin/sh"));
	check(STR("\"\""), STR(""));
	check(STR("\"DEADBEEF\""), STR("DEADBEEF"));
	check(STR("2F612062"), STR("/a b"));
	check(STR("610062"), STR("a\0b"));
	check(STR("30303030"), STR("0000"));
	check(STR("deadbeef"), STR("deadbeef"));
	check(STR("ABC"), STR("ABC"));
	check(STR("top"), STR("top"));
	check(STR("(null)"), STR_NONE);
	check(STR("(none)"), STR_NONE);
	check(STR("\"(null)\""), STR("(null)"));
	check(STR("?"), STR("?"));
	check(STR("\"cut"), STR("cut"));
	check(STR(""), STR(""));
	assert_false(decode_string(&arena, STR("4142"), &got));
	arena_done(&arena);
}

static void numbers(void **state)
{
	uint64_t n = 7;
	int64_t i = 7;

	(void)state;
	assert_true(decode_dec(STR("4294967295"), &n) && n == UINT32_MAX);
	assert_true(decode_dec(STR("18446744073709551615"), &n) &&
	            n == UINT64_MAX);
	assert_false(decode_dec(STR("18446744073709551616"), &n));
	assert_false(decode_dec(STR("-1"), &n));
	assert_false(decode_dec(STR("12a"), &n));
	assert_false(decode_dec(STR(""), &n));
	assert_true(n == UINT64_MAX);
	assert_true(decode_signed(STR("-115"), &i) && i == -115);
	assert_false(decode_signed(STR("--1"), &i));
	assert_true(decode_hex(STR("ffffffffffffff9c"), &n) &&
	            n == 0xffffffffffffff9cULL);
	assert_true(decode_hex(STR("0x50000"), &n) && n == 0x50000);
	assert_false(decode_hex(STR("0x"), &n));
	assert_false(decode_hex(STR("10000000000000000"), &n));
	assert_true(decode_oct(STR("0100755"), &n) && n == 0100755);
	assert_false(decode_oct(STR("08"), &n));
	assert_true(decode_dev(STR("fe:00"), &n) && n == makedev(0xfe, 0));
	assert_true(decode_dev(STR("103:3e8"), &n) &&
	            n == makedev(0x103, 0x3e8));
	assert_false(decode_dev(STR("vda"), &n));
	assert_false(decode_dev(STR("fe:"), &n));
	assert_false(decode_dev(STR("100000000:0"), &n));
}

static void addresses(void **state)
{
	struct sockaddr_storage address;
	const struct sockaddr_in *in = (const void *)&address;
	const struct sockaddr_in6 *in6 = (const void *)&address;
	const struct sockaddr_un *un = (const void *)&address;
	socklen_t len;
	char long_hex[2 * sizeof(address) + 2];

	(void)state;
	assert_true(decode_sockaddr(STR("02000050A9FEA9FE0000000000000000"),
	                            &address, &len));
	assert_int_equal(len, 16);
	assert_int_equal(in->sin_family, AF_INET);
	assert_int_equal(ntohs(in->sin_port), 80);
	assert_int_equal(ntohl(in->sin_addr.s_addr), 0xa9fea9fe);
	assert_true(decode_sockaddr(STR("0A00DE9900000000000000000000000000002a"
	                                "02cf40000000000000"),
	                            &address, &len));
	assert_int_equal(in6->sin6_family, AF_INET6);
	assert_true(decode_sockaddr(STR("01002F746D702F78"), &address, &len));
	assert_int_equal(len, 8);
	assert_string_equal(un->sun_path, "/tmp/x");
	assert_true(decode_sockaddr(STR("0100"), &address, &len));
	assert_int_equal(len, 2);
	assert_false(decode_sockaddr(STR("0200"), &address, &len));
	assert_false(decode_sockaddr(STR("01"), &address, &len));
	assert_false(decode_sockaddr(STR("01000"), &address, &len));
	assert_false(decode_sockaddr(STR("xy00"), &address, &len));
	assert_false(decode_sockaddr(STR(""), &address, &len));
	memset(long_hex, '0', sizeof(long_hex));
	assert_false(decode_sockaddr((struct str){ long_hex, sizeof(long_hex) },
	                             &address, &len));
}

static void names(void **state)
{
	const int x32 = SYSCALL_X32_BIT;

	(void)state;
	assert_string_equal(syscall_name(AUDIT_ARCH_X86_64, 59), "execve");
	assert_string_equal(syscall_name(AUDIT_ARCH_I386, 11), "execve");
	assert_string_equal(syscall_name(AUDIT_ARCH_AARCH64, 221), "execve");
	assert_string_equal(syscall_name(AUDIT_ARCH_X86_64, x32 | 2), "open");
	assert_string_equal(syscall_name(AUDIT_ARCH_X86_64, x32 | 520),
	                    "execve");
	assert_string_equal(syscall_name(AUDIT_ARCH_X86_64, 452), "fchmodat2");
	assert_string_equal(syscall_name(AUDIT_ARCH_AARCH64, 469),
	                    "file_setattr");
	assert_null(syscall_name(AUDIT_ARCH_X86_64, 100000));
	assert_null(syscall_name(AUDIT_ARCH_X86_64, -1));
	assert_null(syscall_name(12345, 1));
	assert_int_equal(syscall_number(AUDIT_ARCH_X86_64, "execve"), 59);
	assert_int_equal(syscall_number(AUDIT_ARCH_X86_64, "fchmodat2"), 452);
	assert_int_equal(syscall_number(AUDIT_ARCH_X86_64, "nonsense"), -1);
	assert_int_equal(syscall_number(12345, "execve"), -1);
	assert_string_equal(arch_name(AUDIT_ARCH_X86_64), "x86_64");
	assert_null(arch_name(1));
	assert_string_equal(uring_op_name(18), "openat");
	assert_string_equal(uring_op_name(35), "renameat");
	assert_null(uring_op_name(-1));
	assert_null(uring_op_name(1000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings),
		cmocka_unit_test(numbers),
		cmocka_unit_test(addresses),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
