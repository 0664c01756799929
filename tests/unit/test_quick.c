/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_quick.c - what is decoded in one pass, or remembered, against the
 * general way: whatever is changed in a record, both agree. */
#include "quick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
/* after those */
#include <cmocka.h>
#include <libaudit.h>
#include <stdio.h>

#include "saker/audit/assemble.h"
#include "saker/base/array.h"

static const char *const calls[] = {
	"arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c "
	"a1=7f00989fa1f0 a2=80000 a3=0 items=1 ppid=4194304 pid=5009 "
	"auid=4294967295 uid=0 gid=100 euid=65534 suid=0 fsuid=0 egid=0 "
	"sgid=0 fsgid=0 tty=(none) ses=4294967295 comm=\"cc1\" "
	"exe=\"/usr/lib/gcc/x86_64-linux-gnu/12/cc1\" key=\"open\"",
	"arch=40000003 syscall=5 success=no exit=-13 a0=1 a1=12345678 "
	"a2=123456789 a3=ffffffffffffffff items=12 ppid=1 pid=12345678 "
	"auid=1000 uid=1 gid=12 euid=123 suid=1234 fsuid=12345 egid=123456 "
	"sgid=1234567 fsgid=12345678 tty=pts0 ses=1 comm=6120622E "
	"exe=\"/a b\" subj=unconfined key=(null)",
};

static const char *const paths[] = {
	"item=0 name=\"/usr/bin/gcc\" inode=5058281 dev=fe:00 mode=0100755 "
	"ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 "
	"cap_fver=0 cap_frootid=0",
	"item=11 name=2F612062 inode=12345678901 dev=103:1f mode=020666 "
	"ouid=1000 ogid=4294967294 rdev=88:123 obj=system_u:object_r:tty "
	"nametype=CREATE cap_fp=3ffffffffff cap_fi=1 cap_fe=1 "
	"cap_fver=2000002",
};

static const char *const caps[] = {
	"fver=0 fp=0 fi=0 fe=0 old_pp=000001fffeffffff old_pi=0 "
	"old_pe=000001fffeffffff old_pa=0 pp=00000000a80425fb pi=0 "
	"pe=000001fffeffffff pa=0 frootid=0",
	"fver=2000002 fp=0000000000003000 fi=0 fe=1 old_pp=0 old_pi=0 "
	"old_pe=0 old_pa=0 pp=0000000000003000 pi=1 pe=0000000000003000 pa=0",
};

struct fixture {
	struct assembler *general;
	struct arena arena;
	struct decode_memo memo;
	size_t taken;
	unsigned serial;
};

/* By the general way: a field that the kernel does not write is behind it. */
static struct audit_event *decode(struct fixture *f, const char *type,
                                  struct str body)
{
	char line[1024];
	int n = snprintf(line, sizeof(line),
	                 "type=%s msg=audit(1.002:%u): %.*s zz=1", type,
	                 ++f->serial, STR_FMT(body));
	struct frame frame = { .text = { line, (size_t)n } };

	assert_int_equal(assembler_add(f->general, &frame, 1), 0);
	assembler_flush(f->general);
	return assembler_next(f->general);
}

static void assert_text(struct str a, struct str b)
{
	assert_int_equal(a.len, b.len);
	if (a.len != 0)
		assert_memory_equal(a.s, b.s, a.len);
	assert_int_equal(a.s == NULL, b.s == NULL);
}

static void assert_same_caller(const struct audit_syscall *a,
                               const struct audit_syscall *b)
{
	assert_int_equal(a->auid, b->auid);
	assert_int_equal(a->uid, b->uid);
	assert_int_equal(a->gid, b->gid);
	assert_int_equal(a->euid, b->euid);
	assert_int_equal(a->suid, b->suid);
	assert_int_equal(a->fsuid, b->fsuid);
	assert_int_equal(a->egid, b->egid);
	assert_int_equal(a->sgid, b->sgid);
	assert_int_equal(a->fsgid, b->fsgid);
	assert_int_equal(a->ses, b->ses);
	assert_text(a->tty, b->tty);
	assert_text(a->comm, b->comm);
	assert_text(a->exe, b->exe);
	assert_text(a->subj, b->subj);
	assert_text(a->key, b->key);
}

static void assert_same_call(const struct audit_syscall *a,
                             const struct audit_syscall *b)
{
	assert_int_equal(a->arch, b->arch);
	assert_int_equal(a->nr, b->nr);
	assert_int_equal(a->has_result, b->has_result);
	assert_int_equal(a->success, b->success);
	assert_int_equal(a->exit, b->exit);
	for (size_t i = 0; i < COUNT(a->a); i++)
		assert_int_equal(a->a[i], b->a[i]);
	assert_int_equal(a->items, b->items);
	assert_int_equal(a->pid, b->pid);
	assert_int_equal(a->ppid, b->ppid);
	assert_same_caller(a, b);
}

/* Without a memory, and with one that saw the records before; into memory of an
 * event before. */
static void try_call(struct fixture *f, struct str body)
{
	const struct record r = { .type = AUDIT_SYSCALL, .body = body };
	struct audit_syscall plain, known;
	struct audit_event *e;
	uint64_t caller = 0;

	memset(&plain, 0xa5, sizeof(plain));
	memset(&known, 0xa5, sizeof(known));
	arena_reset(&f->arena);
	if (!quick_syscall(&r, &f->arena, NULL, &plain)) {
		assert_false(quick_syscall(&r, &f->arena, &f->memo, &known));
		return;
	}
	e = decode(f, "SYSCALL", body);
	assert_same_call(&plain, audit_event_syscall(e));
	assert_int_equal(plain.caller, 0);
	for (int i = 0; i < 2; i++) {
		memset(&known, 0xa5, sizeof(known));
		assert_true(quick_syscall(&r, &f->arena, &f->memo, &known));
		assert_same_call(&known, &plain);
		assert_true(i == 0 || known.caller == caller);
		caller = known.caller;
	}
	assembler_release(f->general, e);
	f->taken++;
}

static void assert_same_path(const struct audit_path *p,
                             const struct audit_path *q)
{
	assert_int_equal(p->item, q->item);
	assert_text(p->name, q->name);
	assert_int_equal(p->has_name, q->has_name);
	assert_int_equal(p->id.ino, q->id.ino);
	assert_int_equal(p->id.dev, q->id.dev);
	assert_int_equal(p->has_mode, q->has_mode);
	assert_int_equal(p->mode, q->mode);
	assert_int_equal(p->ouid, q->ouid);
	assert_int_equal(p->ogid, q->ogid);
	assert_int_equal(p->rdev, q->rdev);
	assert_int_equal(p->type, q->type);
}

static void try_path(struct fixture *f, struct str body)
{
	const struct record r = { .type = AUDIT_PATH, .body = body };
	struct audit_path plain, known;
	struct audit_event *e;
	size_t n;

	arena_reset(&f->arena);
	if (!quick_path(&r, &f->arena, NULL, &plain)) {
		assert_false(quick_path(&r, &f->arena, &f->memo, &known));
		return;
	}
	e = decode(f, "PATH", body);
	assert_same_path(&plain, audit_event_paths(e, &n));
	assert_int_equal(n, 1);
	for (int i = 0; i < 2; i++) {
		assert_true(quick_path(&r, &f->arena, &f->memo, &known));
		assert_same_path(&known, &plain);
	}
	assembler_release(f->general, e);
	f->taken++;
}

static void try_caps(struct fixture *f, struct str body)
{
	const struct record r = { .type = AUDIT_BPRM_FCAPS, .body = body };
	uint64_t quick[AUDIT_CAPS], general[AUDIT_CAPS];
	struct audit_event *e;

	if (!quick_caps(&r, quick))
		return;
	e = decode(f, "BPRM_FCAPS", body);
	assert_true(audit_event_caps(e, general));
	assert_memory_equal(quick, general, sizeof(quick));
	assembler_release(f->general, e);
	f->taken++;
}

typedef void try_fn(struct fixture *f, struct str body);

/* A copy that ends where its memory does. */
static void try_exact(struct fixture *f, struct str body, try_fn *fn)
{
	char *copy = malloc(body.len + 1);

	assert_non_null(copy);
	memcpy(copy, body.s, body.len);
	fn(f, (struct str){ copy, body.len });
	free(copy);
}

/* Each byte replaced, removed, doubled; the text cut off there. */
static void vary(struct fixture *f, const char *text, try_fn *fn)
{
	static const char others[] = " =\"'(0189afAFg:,-\x01\xb0";
	char body[1024];
	size_t len = strlen(text);

	for (size_t at = 0; at <= len; at++) {
		try_exact(f, (struct str){ text, at }, fn);
		for (size_t i = 0; at < len && i < sizeof(others) - 1; i++) {
			memcpy(body, text, len);
			body[at] = others[i];
			try_exact(f, (struct str){ body, len }, fn);
			memcpy(body + at + 1, text + at, len - at);
			try_exact(f, (struct str){ body, len + 1 }, fn);
		}
		if (at == len)
			break;
		memcpy(body, text, at);
		memcpy(body + at, text + at + 1, len - at - 1);
		try_exact(f, (struct str){ body, len - 1 }, fn);
	}
}

static void try_all(const char *const *texts, size_t n, try_fn *fn)
{
	struct fixture f = {
		.general = assembler_new(&(struct assembler_options){ 0 }),
	};

	assert_non_null(f.general);
	for (size_t i = 0; i < n; i++) {
		fn(&f, str_from(texts[i]));
		assert_int_equal(f.taken, 1);
		vary(&f, texts[i], fn);
		assert_true(f.taken > 100);
		f.taken = 0;
	}
	assembler_free(f.general);
	arena_done(&f.arena);
}

static void system_calls(void **state)
{
	(void)state;
	try_all(calls, COUNT(calls), try_call);
}

static void path_records(void **state)
{
	(void)state;
	try_all(paths, COUNT(paths), try_path);
}

static void capabilities(void **state)
{
	(void)state;
	try_all(caps, COUNT(caps), try_caps);
}

/* More users and programs than there are places. */
static void many_callers(void **state)
{
	struct fixture f = {
		.general = assembler_new(&(struct assembler_options){ 0 }),
	};
	char body[1024];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		int n = snprintf(
			body, sizeof(body),
			"arch=c000003e syscall=2 success=yes exit=3 a0=1 a1=2 "
			"a2=3 a3=4 items=1 ppid=1 pid=%d auid=%d uid=%d gid=0 "
			"euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts%d "
			"ses=%d comm=\"p%d\" exe=\"/usr/bin/p%d\" key=%s",
			i, i % 3, i % 5, i % 2, i % 3, i % 150, i % 140,
			i % 2 == 0 ? "(null)" : "\"k\"");

		try_call(&f, (struct str){ body, (size_t)n });
	}
	assert_int_equal(f.taken, 3000);
	assembler_free(f.general);
	arena_done(&f.arena);
}

static const char *const stamps[] = {
	"1.002:3",
	"1.002:33",
	"1700000000.004:1001",
	"1700000000.4:1001",
	"1700000000.004:10010000",
	"1700000000.004:123456789",
	"1234567890123456789.999:1234567890123456789",
	"12345678901234567890.999:1",
	"1.1000:1",
	"12345678.123:12345678",
};

/* Equal stamps in turn with others, and with what does not end as usual. */
static void known_stamps(void **state)
{
	static const char *const ends[] = { "): x=1", "):x=1", ")x=1", ") x=1",
		                            "):",     ")",     "): ",  "" };
	struct stamp_memo memo = { 0 };
	char line[256];
	unsigned repeated = 0;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		const char *stamp = stamps[i / 7 % COUNT(stamps)];
		int n = snprintf(line, sizeof(line),
		                 "type=SYSCALL msg=audit(%s%s", stamp,
		                 ends[i * i / 11 % COUNT(ends)]);
		/* every other line as the kernel sends it */
		const bool is_line = i % 2 == 0;
		const size_t skip = is_line ? 0 : STR("type=SYSCALL msg=").len;
		struct str text = { line + skip, (size_t)n - skip };
		struct frame frame = { .text = text,
			               .type = is_line ? 0 : AUDIT_SYSCALL };
		struct record one = { 0 }, next = { 0 };
		int error = is_line ? record_parse(text, &one)
		                    : record_parse_kernel(AUDIT_SYSCALL, text,
		                                          &one);

		assert_int_equal(record_parse_frame(&frame, &memo, &next),
		                 error);
		repeated += memo.is_repeated;
		assert_int_equal(one.stamp.sec, next.stamp.sec);
		assert_int_equal(one.stamp.ms, next.stamp.ms);
		assert_int_equal(one.stamp.serial, next.stamp.serial);
		assert_text(one.body, next.body);
		assert_true(error < 0 ||
		            one.stamp.serial ==
		                    strtoull(strchr(stamp, ':') + 1, NULL, 10));
	}
	assert_true(repeated > 500);
}

/* A register with any byte in it. */
static void any_byte_in_a_register(void **state)
{
	struct fixture f = {
		.general = assembler_new(&(struct assembler_options){ 0 }),
	};
	char body[] =
		"arch=c000003e syscall=2 success=yes exit=3 a0=1 "
		"a1=7ffc57f3c598 a2=3 a3=4 items=1 ppid=1 pid=7 auid=1 "
		"uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 "
		"tty=(none) ses=1 comm=\"p\" exe=\"/usr/bin/p\" "
		"key=\"k\"";
	char *at = strstr(body, "57f3");

	(void)state;
	for (int c = 1; c < 256; c++) {
		if (c == '\n')
			continue;
		*at = (char)c;
		try_call(&f, STR(body));
	}
	assembler_free(f.general);
	arena_done(&f.arena);
}

/* Of every length, each digit replaced by what is none. */
static void hexadecimal_texts(void **state)
{
	static const char digits[] = "0123456789ABCDEF";
	static const char others[] = "/:@G`afg\x10\xb0\xc1 ";
	struct arena arena = ARENA_INIT;
	char bytes[40], hex[80];
	struct str text;

	(void)state;
	for (size_t n = 1; n <= sizeof(bytes); n++) {
		for (size_t i = 0; i < n; i++) {
			bytes[i] = (char)(n * 37 + i * 101);
			hex[2 * i] = digits[(unsigned char)bytes[i] >> 4];
			hex[2 * i + 1] = digits[bytes[i] & 0xf];
		}
		assert_true(decode_string(&arena, (struct str){ hex, 2 * n },
		                          &text));
		assert_text(text, (struct str){ bytes, n });
		for (size_t i = 0; i < 2 * n; i++) {
			struct str raw = { hex, 2 * n };
			char digit = hex[i];

			hex[i] = others[(i + n) % (sizeof(others) - 1)];
			assert_true(decode_string(&arena, raw, &text));
			assert_ptr_equal(text.s, raw.s);
			hex[i] = digit;
		}
	}
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(system_calls),
		cmocka_unit_test(path_records),
		cmocka_unit_test(capabilities),
		cmocka_unit_test(many_callers),
		cmocka_unit_test(known_stamps),
		cmocka_unit_test(any_byte_in_a_register),
		cmocka_unit_test(hexadecimal_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
