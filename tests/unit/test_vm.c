/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_vm.c - programs: built, verified, run once an event, disassembled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
/* cmocka wants those first */
#include <cmocka.h>

#include "saker/base/limits.h"
#include "saker/vm/builder.h"
#include "saker/vm/vm.h"

struct fixture {
	struct arena arena;
	struct builder *builder;
	struct program program;
};

static node_id check_of(struct fixture *f, enum field_id id, enum op op,
                        const char *text)
{
	struct field_arg none = { 0 };
	struct builder_error error;
	struct value v = { .type = VALUE_STRING, .str = str_from(text) };
	struct check_spec spec = {
		.right = BUILDER_NO_INPUT,
		.input = builder_field(f->builder, field_info(id), &none),
		.op = op,
		.class = CLASS_STRING,
		.values = &v,
		.count = 1,
	};

	return builder_check(f->builder, &spec, &error);
}

static void start(struct fixture *f)
{
	*f = (struct fixture){ 0 };
	f->builder = builder_new(&f->arena);
	assert_non_null(f->builder);
}

/* Two rules that share (name = a or name = b):
 * r0: shared and not cwd startswith /x    r1: shared */
static void build(struct fixture *f)
{
	node_id either[2], both[2], shared;

	start(f);
	either[0] = check_of(f, FIELD_PROC_NAME, OP_EQ, "a");
	either[1] = check_of(f, FIELD_PROC_NAME, OP_EQEQ, "b");
	shared = builder_join(f->builder, false, either, 2);
	both[0] = shared;
	both[1] = builder_not(f->builder,
	                      check_of(f, FIELD_PROC_CWD, OP_STARTSWITH, "/x"));
	assert_int_equal(
		builder_add_rule(f->builder,
	                         builder_join(f->builder, true, both, 2)),
		0);
	assert_int_equal(builder_add_rule(f->builder, shared), 0);
	assert_int_equal(builder_finish(f->builder, &f->program), 0);
}

static void done(struct fixture *f)
{
	program_done(&f->program);
	builder_free(f->builder);
	arena_done(&f->arena);
}

static void test_equal_is_one(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	assert_int_equal(check_of(&f, FIELD_PROC_NAME, OP_EQ, "a"),
	                 check_of(&f, FIELD_PROC_NAME, OP_EQEQ, "a"));
	assert_int_not_equal(check_of(&f, FIELD_PROC_NAME, OP_EQ, "a"),
	                     check_of(&f, FIELD_PROC_NAME, OP_NE, "a"));
	assert_int_not_equal(check_of(&f, FIELD_PROC_NAME, OP_EQ, "a"),
	                     check_of(&f, FIELD_PROC_PNAME, OP_EQ, "a"));
	done(&f);
}

static void test_disassembly(void **state)
{
	struct buf out = BUF_INIT;
	struct fixture f;

	(void)state;
	build(&f);
	program_disassemble(&f.program, 0, &out);
	assert_string_equal(
		buf_cstr(&out),
		"     4  node        n0\n"
		"     5  jump_false  -> 8\n"
		"     6  check       c2  proc.cwd startswith \"/x\"\n"
		"     7  not       \n"
		"     8  return    \n"
		"n0:\n"
		"     0  check       c0  proc.name = \"a\"\n"
		"     1  jump_true   -> 3\n"
		"     2  check       c1  proc.name = \"b\"\n"
		"     3  return    \n");
	buf_done(&out);
	done(&f);
}

struct event {
	const char *name;
	const char *cwd;
	unsigned reads;
};

static bool get(void *context, enum field_id id, const struct field_arg *arg,
                struct value *ret)
{
	struct event *e = context;
	const char *s = id == FIELD_PROC_NAME ? e->name : e->cwd;

	(void)arg;
	e->reads++;
	*ret = (struct value){ .type = VALUE_STRING, .str = str_from(s) };
	return s != NULL;
}

static void check_event(struct vm *vm, struct event e, bool r0, bool r1,
                        unsigned reads)
{
	struct field_source fields = { .get = get, .context = &e };

	vm_start_event(vm, &fields);
	assert_int_equal(vm_run_rule(vm, 0), r0);
	assert_int_equal(vm_run_rule(vm, 1), r1);
	assert_int_equal(vm_run_rule(vm, 0), r0);
	assert_int_equal(e.reads, reads);
}

/* A field is read once an event, or never behind a short circuit. */
static void test_run(void **state)
{
	struct fixture f;
	struct vm *vm;

	(void)state;
	build(&f);
	vm = vm_new(&f.program);
	assert_non_null(vm);
	check_event(vm, (struct event){ "a", "/x/y", 0 }, false, true, 2);
	check_event(vm, (struct event){ "b", "/y", 0 }, true, true, 2);
	check_event(vm, (struct event){ "c", "/y", 0 }, false, false, 1);
	/* no value: the check is false, its negation true */
	check_event(vm, (struct event){ "a", NULL, 0 }, true, true, 2);
	check_event(vm, (struct event){ NULL, "/y", 0 }, false, false, 1);
	vm_free(vm);
	done(&f);
}

static void check_rejected(const struct program *good, size_t at,
                           struct instruction bad)
{
	struct instruction code[64];
	struct program p = *good;

	assert_true(p.ncode < 64);
	memcpy(code, p.code, p.ncode * sizeof(*code));
	code[at] = bad;
	p.code = code;
	assert_int_equal(program_verify(&p), E_INVALID);
}

static void test_verifier(void **state)
{
	struct fixture f;
	struct program p;
	uint32_t start_of = 99;

	(void)state;
	build(&f);
	p = f.program;
	assert_int_equal(program_verify(&p), 0);
	assert_int_equal(p.depth, 2);
	check_rejected(&p, 0, (struct instruction){ INS__MAX, 0 });
	check_rejected(&p, 0, (struct instruction){ INS_CHECK, 3 });
	check_rejected(&p, 0, (struct instruction){ INS_NODE, 0 });
	check_rejected(&p, 4, (struct instruction){ INS_NODE, 1 });
	check_rejected(&p, 5, (struct instruction){ INS_JUMP_FALSE, 5 });
	check_rejected(&p, 5, (struct instruction){ INS_JUMP_FALSE, 9 });
	check_rejected(&p, 1, (struct instruction){ INS_JUMP_TRUE, 0 });
	check_rejected(&p, p.ncode - 1, (struct instruction){ INS_NOT, 0 });
	p.rules = &start_of;
	p.nrules = 1;
	assert_int_equal(program_verify(&p), E_INVALID);
	done(&f);
}

static bool match(enum op op, enum op_class class, struct value literal,
                  struct value v)
{
	struct arena arena = ARENA_INIT;
	struct operand o;
	bool r;

	assert_int_equal(operand_init(&o, &arena, op, class, &literal, 1), 0);
	r = op_info(op)->match(&o, &v, NULL);
	arena_done(&arena);
	return r;
}

static struct value i64(int64_t n)
{
	return (struct value){ .type = VALUE_INT, .i = n };
}

static struct value u64(uint64_t n)
{
	return (struct value){ .type = VALUE_UINT, .u = n };
}

static void test_mixed_signs(void **state)
{
	(void)state;
	assert_false(match(OP_EQ, CLASS_NUMBER, i64(-1), u64(UINT64_MAX)));
	assert_true(match(OP_GT, CLASS_NUMBER, i64(-1), u64(0)));
	assert_true(match(OP_LT, CLASS_NUMBER, u64(UINT64_MAX), i64(-1)));
	assert_true(match(OP_EQ, CLASS_NUMBER, u64(5), i64(5)));
	assert_true(match(OP_IN, CLASS_NUMBER, i64(INT64_MIN), i64(INT64_MIN)));
}

static void test_glob(void **state)
{
	static const struct {
		const char *pattern;
		const char *text;
		bool match;
	} rows[] = {
		{ "*", "", true },
		{ "a*c", "a/b/c", true },
		{ "a?c", "abc", true },
		{ "a?c", "ac", false },
		{ "[a-c]x", "bx", true },
		{ "[!a-c]x", "bx", false },
		{ "[]a]", "]", true },
		{ "[a", "[a", true },
		{ "\\*", "*", true },
		{ "\\*", "x", false },
		{ "a\\", "a", false },
		{ "**a", "bba", true },
		{ "[[:digit:]]", "7", true },
		{ "[[:nope:]]", "7", false },
	};
	char slow[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (glob_match(str_from(rows[i].pattern),
		               str_from(rows[i].text), false) != rows[i].match)
			fail_msg("%s on %s", rows[i].pattern, rows[i].text);
	assert_true(glob_match(STR("ABC*"), STR("abcd"), true));
	assert_true(glob_match(STR("[A-C]"), STR("b"), true));
	/* exponential where every star is tried again */
	memset(slow, 'a', sizeof(slow));
	assert_false(glob_match(STR("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"),
	                        (struct str){ slow, sizeof(slow) }, false));
}

/* A pattern that backtracks without end is given up, and counted. */
static void test_regex_limit(void **state)
{
	struct fixture f;
	struct event e = { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!c",
		           NULL, 0 };
	struct field_source fields = { .get = get, .context = &e };
	struct vm *vm;

	(void)state;
	start(&f);
	assert_int_equal(
		builder_add_rule(f.builder, check_of(&f, FIELD_PROC_NAME,
	                                             OP_REGEX, "(a|aa)+b*c")),
		0);
	assert_int_equal(builder_finish(f.builder, &f.program), 0);
	vm = vm_new(&f.program);
	assert_non_null(vm);
	vm_start_event(vm, &fields);
	assert_false(vm_run_rule(vm, 0));
	assert_int_equal(vm_regex_limits(vm), 1);
	vm_free(vm);
	done(&f);
}

static size_t code_size(const struct program *p)
{
	size_t size = 0;

	assert_int_equal(pcre2_pattern_info(p->checks[0].operands[0].regex,
	                                    PCRE2_INFO_JITSIZE, &size),
	                 0);
	return size;
}

/* Machine code of a pattern is made with its program, or at its first match. */
static void test_jit_late(void **state)
{
	uint32_t has_jit = 0;

	(void)state;
	pcre2_config(PCRE2_CONFIG_JIT, &has_jit);
	for (int late = 0; late < 2; late++) {
		struct event e = { "abbc", NULL, 0 };
		struct field_source fields = { .get = get, .context = &e };
		struct fixture f;
		struct vm *vm;

		start(&f);
		if (late)
			builder_jit_late(f.builder);
		assert_int_equal(builder_add_rule(f.builder,
		                                  check_of(&f, FIELD_PROC_NAME,
		                                           OP_REGEX, "ab+c")),
		                 0);
		assert_int_equal(builder_finish(f.builder, &f.program), 0);
		assert_true(code_size(&f.program) == 0 || !late);
		vm = vm_new(&f.program);
		assert_non_null(vm);
		vm_start_event(vm, &fields);
		assert_true(vm_run_rule(vm, 0));
		assert_true(code_size(&f.program) > 0 || has_jit == 0);
		vm_free(vm);
		done(&f);
	}
}

/* Each takes more than one of the three limits allows; the compiler of patterns
 * has a stack of its own instead of the last two. */
static void test_each_regex_limit(void **state)
{
	static char text[4 * LIMIT_REGEX_HEAP_KIB * 1024 / 8];
	static const struct {
		const char *pattern;
		size_t len;
	} rows[] = {
		/* 2^n ways */
		{ "^(a|aa)+$", 8 * sizeof(LIMIT_REGEX_MATCHES) },
		/* a nested match for each byte, which is remembered */
		{ "^(a|(b))*[cd]", 4 * LIMIT_REGEX_DEPTH },
		{ "^(a|(b)|(e))*[cd]", sizeof(text) - 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct event e = { text, NULL, 0 };
		struct field_source fields = { .get = get, .context = &e };
		struct fixture f;
		struct vm *vm;

		memset(text, 'a', sizeof(text));
		text[rows[i].len] = '\0';
		text[rows[i].len - 1] = '!';
		start(&f);
		assert_int_equal(
			builder_add_rule(f.builder,
		                         check_of(&f, FIELD_PROC_NAME, OP_REGEX,
		                                  rows[i].pattern)),
			0);
		assert_int_equal(builder_finish(f.builder, &f.program), 0);
		vm = vm_new(&f.program);
		assert_non_null(vm);
		vm_start_event(vm, &fields);
		assert_false(vm_run_rule(vm, 0));
		assert_int_equal(vm_regex_limits(vm), 1);
		vm_free(vm);
		done(&f);
	}
}

/* Values that the event gives, whatever the field. */
static bool get_value(void *context, enum field_id id,
                      const struct field_arg *arg, struct value *ret)
{
	(void)id;
	(void)arg;
	*ret = *(const struct value *)context;
	return true;
}

static bool run_check(enum value_type type, enum op op, bool all,
                      const struct value *right, struct value left)
{
	struct field_info info = { .id = FIELD_FD_SIP, .type = type };
	struct field_arg none = { 0 };
	struct builder_error error;
	struct field_source fields = { .get = get_value, .context = &left };
	struct check_spec spec = { .right = BUILDER_NO_INPUT,
		                   .all = all,
		                   .op = op,
		                   .class = op_class_of(type),
		                   .values = right,
		                   .count = 1 };
	struct fixture f;
	struct vm *vm;
	bool truth;

	start(&f);
	spec.input = builder_field(f.builder, &info, &none);
	assert_int_equal(
		builder_add_rule(f.builder,
	                         builder_check(f.builder, &spec, &error)),
		0);
	assert_int_equal(builder_finish(f.builder, &f.program), 0);
	vm = vm_new(&f.program);
	assert_non_null(vm);
	vm_start_event(vm, &fields);
	truth = vm_run_rule(vm, 0);
	vm_free(vm);
	done(&f);
	return truth;
}

static struct value address(unsigned char last)
{
	return (struct value){ .type = VALUE_IPADDR,
		               .ip = { { 10, 1, 2, last }, 4 } };
}

static struct value network(unsigned char bits)
{
	return (struct value){ .type = VALUE_IPNET,
		               .net = { { { 10, 1, 2, 0x80 }, 4 }, bits } };
}

static void test_networks(void **state)
{
	struct value net = network(25), all = network(0), one = network(32);
	struct value six = { .type = VALUE_IPADDR, .ip = { { [15] = 1 }, 16 } };

	(void)state;
	assert_true(run_check(VALUE_IPNET, OP_EQ, false, &net, address(0x81)));
	assert_false(run_check(VALUE_IPNET, OP_EQ, false, &net, address(1)));
	assert_true(run_check(VALUE_IPNET, OP_IN, false, &net, address(0xff)));
	assert_true(run_check(VALUE_IPNET, OP_NE, false, &net, address(1)));
	assert_true(run_check(VALUE_IPNET, OP_EQ, false, &all, address(1)));
	assert_true(run_check(VALUE_IPNET, OP_EQ, false, &one, address(0x80)));
	assert_false(run_check(VALUE_IPNET, OP_EQ, false, &one, address(0x81)));
	/* another family is in no network */
	assert_false(run_check(VALUE_IPNET, OP_EQ, false, &all, six));
	assert_true(run_check(VALUE_IPNET, OP_NE, false, &all, six));
}

/* A connection's two sides: one equal is enough, != wants both. */
static void test_sides(void **state)
{
	struct value items[] = { address(1), address(2) };
	struct value both = { .type = VALUE_MANY, .many = { items, 2 } };
	struct value none = { .type = VALUE_MANY, .many = { items, 0 } };
	struct value two = address(2), three = address(3);

	(void)state;
	assert_true(run_check(VALUE_IPADDR, OP_EQ, false, &two, both));
	assert_false(run_check(VALUE_IPADDR, OP_EQ, false, &three, both));
	assert_false(run_check(VALUE_IPADDR, OP_NE, true, &two, both));
	assert_true(run_check(VALUE_IPADDR, OP_NE, true, &three, both));
	assert_true(run_check(VALUE_IPADDR, OP_NE, false, &two, both));
	assert_false(run_check(VALUE_IPADDR, OP_NE, true, &three, none));
	assert_false(run_check(VALUE_IPADDR, OP_EXISTS, false, &three, none));
}

static void test_bytes(void **state)
{
	struct value left = { .type = VALUE_BYTES, .str = { "\0ab", 3 } };
	struct value begin = { .type = VALUE_BYTES, .str = { "\0a", 2 } };
	struct value end = { .type = VALUE_BYTES, .str = { "ab", 2 } };

	(void)state;
	assert_true(
		run_check(VALUE_BYTES, OP_BSTARTSWITH, false, &begin, left));
	assert_false(run_check(VALUE_BYTES, OP_BSTARTSWITH, false, &end, left));
	assert_true(run_check(VALUE_BYTES, OP_BCONTAINS, false, &end, left));
	assert_true(run_check(VALUE_BYTES, OP_ENDSWITH, false, &end, left));
	assert_true(run_check(VALUE_BYTES, OP_EQ, false, &left, left));
	assert_true(run_check(VALUE_BYTES, OP_IN, false, &left, left));
	assert_false(run_check(VALUE_BYTES, OP_IN, false, &end, left));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_is_one),
		cmocka_unit_test(test_disassembly),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_verifier),
		cmocka_unit_test(test_mixed_signs),
		cmocka_unit_test(test_glob),
		cmocka_unit_test(test_regex_limit),
		cmocka_unit_test(test_jit_late),
		cmocka_unit_test(test_each_regex_limit),
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_sides),
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
