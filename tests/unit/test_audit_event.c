/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_audit_event.c - typed getters over whole events. */
#include "saker/audit/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* after those */
#include <cmocka.h>
#include <libaudit.h>
#include <linux/audit.h>
#include <stdio.h>
#include <sys/sysmacros.h>

#include "saker/audit/assemble.h"
#include "saker/base/buf.h"
#include "saker/base/limits.h"

struct fixture {
	struct assembler *a;
	struct audit_event *e;
};

static void add(struct fixture *f, const char *type, struct str body)
{
	struct buf line = BUF_INIT;
	struct frame frame;

	buf_printf(&line, "type=%s msg=audit(1.002:3): ", type);
	buf_add_str(&line, body);
	frame = (struct frame){ .text = buf_str(&line) };
	assert_int_equal(assembler_add(f->a, &frame, 1), 0);
	buf_done(&line);
}

static void start(struct fixture *f)
{
	f->a = assembler_new(&(struct assembler_options){ .is_log = false });
	assert_non_null(f->a);
}

static void take(struct fixture *f)
{
	assembler_flush(f->a);
	f->e = assembler_next(f->a);
	assert_non_null(f->e);
	assert_null(assembler_next(f->a));
}

static void done(struct fixture *f)
{
	assembler_release(f->a, f->e);
	assembler_free(f->a);
}

static void assert_str(struct str v, const char *expected)
{
	assert_int_equal(v.len, strlen(expected));
	assert_memory_equal(v.s, expected, v.len);
}

static void system_call(void **state)
{
	struct fixture f;
	const struct audit_syscall *s;

	(void)state;
	start(&f);
	add(&f, "SYSCALL",
	    STR("arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c "
	        "a1=7ffd a2=80000 a3=0 items=1 ppid=10 pid=11 auid=4294967295 "
	        "uid=1 gid=2 euid=3 suid=4 fsuid=5 egid=6 sgid=7 fsgid=8 "
	        "tty=(none) ses=-1 comm=612062 exe=\"/bin/x\" "
	        "subj=docker-default (enforce) key=6101620163"));
	take(&f);
	s = audit_event_syscall(f.e);
	assert_non_null(s);
	assert_int_equal(s->arch, AUDIT_ARCH_X86_64);
	assert_string_equal(s->name, "openat");
	assert_true(s->has_result && !s->success && !s->is_io_uring);
	assert_int_equal(s->exit, -13);
	assert_int_equal(s->a[0], 0xffffff9c);
	assert_int_equal(s->a[2], 0x80000);
	assert_int_equal(s->items, 1);
	assert_int_equal(s->ppid, 10);
	assert_int_equal(s->pid, 11);
	assert_int_equal(s->auid, AUDIT_ID_UNSET);
	assert_int_equal(s->ses, AUDIT_ID_UNSET);
	assert_int_equal(s->uid * 10 + s->gid, 12);
	assert_int_equal(s->euid * 10 + s->suid, 34);
	assert_int_equal(s->fsuid * 10 + s->egid, 56);
	assert_int_equal(s->sgid * 10 + s->fsgid, 78);
	assert_null(s->tty.s);
	assert_str(s->comm, "a b");
	assert_str(s->exe, "/bin/x");
	assert_str(s->subj, "docker-default (enforce)");
	assert_str(s->key, "a\001b\001c");
	assert_ptr_equal(audit_event_syscall(f.e), s);
	done(&f);
}

/* Killed in the call: no result. Any order, and values out of range. */
static void odd_system_call(void **state)
{
	struct fixture f;
	const struct audit_syscall *s;

	(void)state;
	start(&f);
	add(&f, "SYSCALL",
	    STR("pid=5 syscall=99999999999999 a0=xyz success=\"yes\" "
	        "uid=4294967296 arch=40000003 ppid= key=(null)"));
	take(&f);
	s = audit_event_syscall(f.e);
	assert_non_null(s);
	assert_int_equal(s->pid, 5);
	assert_int_equal(s->nr, -1);
	assert_null(s->name);
	assert_true(s->success);
	assert_int_equal(s->arch, AUDIT_ARCH_I386);
	assert_null(s->key.s);
	done(&f);
}

static void io_uring(void **state)
{
	struct fixture f;
	const struct audit_syscall *s;

	(void)state;
	start(&f);
	add(&f, "URINGOP",
	    STR("uring_op=18 success=yes exit=0 items=0 ppid=1 pid=2 uid=0"));
	take(&f);
	s = audit_event_syscall(f.e);
	assert_non_null(s);
	assert_true(s->is_io_uring);
	assert_string_equal(s->name, "openat");
	assert_int_equal(s->arch, 0);
	assert_int_equal(s->auid, AUDIT_ID_UNSET);
	done(&f);
}

static void no_system_call(void **state)
{
	struct fixture f;
	struct str v;
	size_t n = 9;

	(void)state;
	start(&f);
	add(&f, "USER_LOGIN", STR("pid=1 msg='exe=\"x\"'"));
	take(&f);
	assert_null(audit_event_syscall(f.e));
	assert_null(audit_event_paths(f.e, &n));
	assert_int_equal(n, 0);
	assert_null(audit_event_args(f.e));
	assert_null(audit_event_cwd(f.e).s);
	assert_false(audit_event_string(f.e, AUDIT_USER_LOGIN, STR("exe"), &v));
	assert_null(audit_event_record(f.e, AUDIT_USER_LOGIN, 1));
	assert_non_null(audit_event_record(f.e, AUDIT_USER_LOGIN, 0));
	done(&f);
}

static void paths(void **state)
{
	struct fixture f;
	const struct audit_path *p;
	size_t n;

	(void)state;
	start(&f);
	add(&f, "PATH", STR("item=2 name=(null) nametype=UNKNOWN"));
	add(&f, "PATH",
	    STR("item=1 name=2F612062 inode=7 dev=fe:01 mode=060600 ouid=1 "
	        "ogid=2 rdev=07:00 nametype=CREATE"));
	add(&f, "PATH",
	    STR("item=0 name=\"\" inode=1 dev=00:27 objtype=PARENT"));
	add(&f, "PATH",
	    STR("item=0 name=\"\" inode=1 dev=00:27 objtype=PARENT"));
	take(&f);
	p = audit_event_paths(f.e, &n);
	assert_int_equal(n, 3);
	assert_true(p[0].has_name && p[0].name.len == 0);
	assert_int_equal(p[0].type, PATH_PARENT);
	assert_false(p[0].has_mode);
	assert_int_equal(p[0].ouid, AUDIT_ID_UNSET);
	assert_str(p[1].name, "/a b");
	assert_int_equal(p[1].id.ino, 7);
	assert_int_equal(p[1].id.dev, makedev(0xfe, 1));
	assert_int_equal(p[1].mode, 060600);
	assert_int_equal(p[1].rdev, makedev(7, 0));
	assert_int_equal(p[1].ouid * 10 + p[1].ogid, 12);
	assert_int_equal(p[1].type, PATH_CREATE);
	assert_false(p[2].has_name);
	assert_null(p[2].name.s);
	assert_int_equal(p[2].type, PATH_UNKNOWN);
	done(&f);
}

static const struct audit_args *args_of(struct fixture *f)
{
	const struct audit_args *args;

	take(f);
	args = audit_event_args(f->e);
	assert_non_null(args);
	return args;
}

static void arguments(void **state)
{
	struct fixture f;
	const struct audit_args *args;

	(void)state;
	start(&f);
	add(&f, "EXECVE", STR("argc=4 a0=\"sh\" a1=\"-c\" a2=612062 a3=\"\""));
	args = args_of(&f);
	assert_int_equal(args->argc, 4);
	assert_int_equal(args->total, 4);
	assert_false(args->is_incomplete);
	assert_str(args->argv[0], "sh");
	assert_str(args->argv[2], "a b");
	assert_true(args->argv[3].s != NULL && args->argv[3].len == 0);
	done(&f);
}

/* As the kernel cuts a long argument, with what follows it in one record. */
static void argument_pieces(void **state)
{
	struct fixture f;
	const struct audit_args *args;

	(void)state;
	start(&f);
	add(&f, "EXECVE", STR("argc=4 a0=\"sh\" a1_len=12 a1[0]=616263"));
	add(&f, "EXECVE", STR(" a1[1]=646566 a2=\"x\" a3_len=4 a3[0]=\"ab\""));
	add(&f, "EXECVE", STR(" a3[1]=\"cd\""));
	args = args_of(&f);
	assert_false(args->is_incomplete);
	assert_str(args->argv[1], "abcdef");
	assert_str(args->argv[2], "x");
	assert_str(args->argv[3], "abcd");
	done(&f);
}

static void arguments_reversed(void **state)
{
	struct fixture f;
	const struct audit_args *args;

	(void)state;
	start(&f);
	add(&f, "EXECVE", STR(" a0[1]=\"cd\" a1=\"x\""));
	add(&f, "EXECVE", STR("argc=2 a0_len=4 a0[0]=\"ab\""));
	args = args_of(&f);
	assert_false(args->is_incomplete);
	assert_str(args->argv[0], "abcd");
	assert_str(args->argv[1], "x");
	done(&f);
}

static void check_incomplete(const char *first, const char *second, size_t argc)
{
	struct fixture f;
	const struct audit_args *args;

	start(&f);
	add(&f, "EXECVE", str_from(first));
	if (second != NULL)
		add(&f, "EXECVE", str_from(second));
	args = args_of(&f);
	assert_true(args->is_incomplete);
	assert_int_equal(args->argc, argc);
	done(&f);
}

static void incomplete_arguments(void **state)
{
	(void)state;
	check_incomplete("argc=3 a0=\"x\"", NULL, 1);
	check_incomplete("argc=2 a1=\"x\"", NULL, 2);
	check_incomplete("argc=1 a0_len=4 a0[0]=\"ab\"", NULL, 1);
	check_incomplete("argc=1 a0_len=4 a0[0]=\"ab\"", "a0[2]=\"cd\"", 1);
	check_incomplete("argc=1 a0[0]=\"ab\"", NULL, 1);
	check_incomplete("argc=1 a0_len=18446744073709551615 a0[0]=\"ab\"",
	                 NULL, 1);
	check_incomplete("argc=1 a0_len=2 a0[0]=\"abcdef\"", NULL, 1);
	check_incomplete("argc=999999999999 a0=\"x\" a4294967296=\"y\"", NULL,
	                 1);
}

static void argument_limit(void **state)
{
	struct fixture f;
	const struct audit_args *args;
	struct buf body = BUF_INIT;
	unsigned arg = 0;

	(void)state;
	start(&f);
	buf_printf(&body, "argc=%u ", LIMIT_ARGV + 10);
	while (arg < LIMIT_ARGV + 10) {
		for (unsigned i = 0; i < 1000 && arg < LIMIT_ARGV + 10; i++)
			buf_printf(&body, "a%u=\"x\" ", arg++);
		add(&f, "EXECVE", buf_str(&body));
		buf_clear(&body);
	}
	args = args_of(&f);
	assert_int_equal(args->argc, LIMIT_ARGV);
	assert_int_equal(args->total, LIMIT_ARGV + 10);
	assert_true(args->is_incomplete);
	done(&f);
	buf_done(&body);
}

static void strings_and_cwd(void **state)
{
	struct fixture f;
	const struct record *r;
	struct str v;
	int64_t id;

	(void)state;
	start(&f);
	add(&f, "CWD", STR(" cwd=2F612062"));
	add(&f, "OBJ_PID", STR("opid=28561 oauid=-1 ouid=0 ocomm=612062"));
	add(&f, "OBJ_PID", STR("opid=28562 oauid=-1"));
	take(&f);
	assert_str(audit_event_cwd(f.e), "/a b");
	assert_true(audit_event_string(f.e, AUDIT_OBJ_PID, STR("ocomm"), &v));
	assert_str(v, "a b");
	r = audit_event_record(f.e, AUDIT_OBJ_PID, 1);
	assert_non_null(r);
	assert_true(record_field(r, STR("oauid"), &v));
	assert_true(decode_signed(v, &id) && id == -1);
	assert_true(f.e->is_partial);
	done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(system_call),
		cmocka_unit_test(odd_system_call),
		cmocka_unit_test(io_uring),
		cmocka_unit_test(no_system_call),
		cmocka_unit_test(paths),
		cmocka_unit_test(arguments),
		cmocka_unit_test(argument_pieces),
		cmocka_unit_test(arguments_reversed),
		cmocka_unit_test(incomplete_arguments),
		cmocka_unit_test(argument_limit),
		cmocka_unit_test(strings_and_cwd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
