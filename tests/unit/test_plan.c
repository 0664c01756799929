/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_plan.c - the kernel rules of many rules, for this machine and others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libaudit.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "oom.h"
#include "replay.h"
#include "rule.h"
#include "saker/base/io.h"
#include "saker/engine/ruleset.h"
#include "saker/kernel/plan.h"
#include "saker/lang/event_types.h"

#define MOST_RULES 400

struct made {
	struct ruleset *rules;
	struct arena arena;
	struct kernel_needs needs[MOST_RULES];
	struct str names[MOST_RULES];
	size_t count;
	struct kernel_target target;
	struct kernel_plan plan;
};

static void load(struct made *m, const char *path)
{
	const struct rule_selection selection = { .lowest = PRIORITY_DEBUG,
		                                  .keep = true };
	struct diag_list diags = DIAG_LIST_INIT;

	*m = (struct made){ 0 };
	assert_int_equal(ruleset_load(&path, 1, &selection, &diags, &m->rules),
	                 0);
	diag_done(&diags);
	assert_int_equal(kernel_target_here(&m->target), 0);
}

static int add_needs(struct made *m, size_t i)
{
	const struct rule_origin *o = ruleset_origin(m->rules, i);

	return ruleset_rule(m->rules, i)->source == SOURCE_AUDIT
	               ? kernel_needs_add_records(&m->needs[i], &m->arena,
	                                          o->types)
	               : kernel_needs_add(&m->needs[i], &m->arena, o->expr,
	                                  o->types);
}

static int make(struct made *m)
{
	static const struct str own[] = { STR_INIT("/bin/sh"),
		                          STR_INIT("/no/such/program") };
	struct kernel_plan_request request = {
		.target = &m->target,
		.needs = m->needs,
		.names = m->names,
		.prefix = "saker_",
		.own = own,
		.nown = 2,
	};
	int r = 0;

	m->count = ruleset_count(m->rules);
	assert_true(m->count <= MOST_RULES);
	request.count = m->count;
	for (size_t i = 0; r == 0 && i < m->count; i++) {
		m->needs[i] = KERNEL_NEEDS_INIT;
		m->names[i] = STR("a-theme");
		r = add_needs(m, i);
	}
	return r < 0 ? r : kernel_plan_make(&request, &m->arena, &m->plan);
}

static void unload(struct made *m)
{
	arena_done(&m->arena);
	ruleset_free(m->rules);
}

/* As it would be read on that machine. */
static void add_foreign(const struct made *m, struct str line, struct buf *out)
{
	ptrdiff_t at = str_find(line, STR(" arch=b"));

	if (at < 0) {
		buf_add_str(out, line);
		return;
	}
	buf_add_str(out, str_take(line, (size_t)at + 6));
	line = str_skip(line, (size_t)at + 6);
	for (size_t i = 0; i < m->target.nabis; i++)
		if (str_has_prefix(line, str_from(m->target.abis[i].name)))
			buf_printf(out, "%s",
			           audit_machine_to_name(audit_elf_to_machine(
					   m->target.abis[i].elf)));
	buf_add_str(out, str_skip(line, 3));
}

static void parse(const struct made *m, struct str line)
{
	auto_buf struct buf text = BUF_INIT;
	struct diag_list diags = DIAG_LIST_INIT;
	struct audit_rule_data *rule = NULL;

	add_foreign(m, line, &text);
	assert_int_equal(rule_line_parse("x", 1, buf_str(&text), &diags, &rule),
	                 0);
	if (rule == NULL || diags.count != 0)
		fail_msg("%s: %s", buf_cstr(&text),
		         diags.count > 0 ? diags.items[0].text : "no rule");
	free(rule);
	diag_done(&diags);
}

static void check_group(const struct made *m, const struct kernel_group *g)
{
	assert_true(g->nlines > 0);
	assert_true(g->key.len > 0 && g->key.len <= 31);
	assert_true(g->is_own || g->nserved > 0);
	for (size_t i = 0; i < g->nlines; i++) {
		assert_true(str_find(g->lines[i], STR("auid")) < 0);
		if (!g->is_uring)
			parse(m, g->lines[i]);
	}
}

static bool is_served(const struct made *m, size_t need)
{
	for (size_t i = 0; i < m->plan.ngroups; i++)
		for (size_t k = 0; k < m->plan.groups[i].nserved; k++)
			if (m->plan.groups[i].served[k] == need)
				return true;
	for (size_t i = 0; i < m->plan.nabsent; i++)
		for (size_t k = 0; k < m->plan.absent[i].nserved; k++)
			if (m->plan.absent[i].served[k] == need)
				return true;
	return m->needs[need].count == 0;
}

static size_t check_plan(struct made *m)
{
	size_t lines = 0;

	assert_int_equal(make(m), 0);
	for (size_t i = 0; i < m->plan.ngroups; i++) {
		check_group(m, &m->plan.groups[i]);
		lines += m->plan.groups[i].nlines;
	}
	for (size_t i = 0; i < m->count; i++)
		if (!is_served(m, i))
			fail_msg("%.*s is not served",
			         STR_FMT(ruleset_rule(m->rules, i)->name));
	return lines;
}

static const struct {
	const char *machine;
	unsigned kernel, auditctl;
	size_t nabis;
} machines[] = {
	{ "x86_64", KERNEL_VERSION_OF(6, 8, 0), KERNEL_VERSION_OF(4, 0, 0), 2 },
	{ "x86_64", KERNEL_VERSION_OF(3, 10, 0), KERNEL_VERSION_OF(2, 8, 5),
	  2 },
	{ "aarch64", KERNEL_VERSION_OF(5, 14, 0), KERNEL_VERSION_OF(3, 0, 7),
	  2 },
	{ "aarch64", KERNEL_VERSION_OF(4, 18, 0), KERNEL_VERSION_OF(2, 8, 5),
	  2 },
	{ "i386", KERNEL_VERSION_OF(4, 18, 0), KERNEL_VERSION_OF(3, 0, 0), 1 },
	{ "i686", KERNEL_VERSION_OF(3, 10, 0), KERNEL_VERSION_OF(2, 8, 5), 1 },
	{ "s390x", KERNEL_VERSION_OF(5, 14, 0), KERNEL_VERSION_OF(3, 0, 7), 2 },
	{ "ppc64le", KERNEL_VERSION_OF(5, 14, 0), KERNEL_VERSION_OF(3, 0, 7),
	  1 },
};

static size_t for_machine(const char *path, size_t i)
{
	struct made m;
	size_t lines = 0;

	load(&m, path);
	m.target.kernel = machines[i].kernel;
	m.target.auditctl = machines[i].auditctl;
	if (kernel_target_set_machine(&m.target, machines[i].machine) == 0) {
		assert_int_equal(m.target.nabis, machines[i].nabis);
		lines = check_plan(&m);
		assert_true(lines > 10);
	}
	unload(&m);
	return lines;
}

/* Every line is one that libaudit takes for that machine. */
static void lines_are_rules_there(void **state)
{
	const char *top = getenv("top_srcdir");
	char own[4096], falco[4096];
	bool has_falco =
		replay_find("falco/falco_rules.yaml", falco, sizeof(falco));
	size_t n = 0;

	(void)state;
	set_aumessage_mode(MSG_QUIET, DBG_NO);
	snprintf(own, sizeof(own), "%s/tests/data/audit-rules",
	         top != NULL ? top : ".");
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		n += for_machine(own, i);
		if (has_falco)
			for_machine(falco, i);
	}
	assert_true(n > 0);
}

static void unknown_machines_are_refused(void **state)
{
	struct kernel_target t, before;
	unsigned version;

	(void)state;
	assert_int_equal(kernel_target_here(&t), 0);
	before = t;
	assert_int_equal(kernel_target_set_machine(&t, "pdp11"), E_NOT_FOUND);
	assert_memory_equal(&t, &before, sizeof(t));
	assert_false(kernel_version_parse(STR("new"), &version));
	assert_false(kernel_version_parse(STR("5.x"), &version));
	assert_true(kernel_version_parse(STR("5.14.0-70.el9"), &version));
	assert_int_equal(version, KERNEL_VERSION_OF(5, 14, 0));
	assert_true(kernel_version_parse(STR("4.4.302"), &version));
	assert_int_equal(version, KERNEL_VERSION_OF(4, 4, 255));
	assert_true(kernel_version_parse(STR("6-rc1"), &version));
	assert_int_equal(version, KERNEL_VERSION_OF(6, 0, 0));
}

static void write_rule(char *path, const char *condition)
{
	auto_buf struct buf text = BUF_INIT;
	int fd = mkstemp(path);

	buf_printf(&text,
	           "- rule: r\n  condition: %s\n  desc: d\n  output: o\n"
	           "  priority: info\n",
	           condition);
	assert_true(fd >= 0);
	assert_int_equal(io_write_all(fd, buf_str(&text)), 0);
	close(fd);
}

static void runtimes_are_those_there(void **state)
{
	static const struct str runtimes[] = { STR_INIT("/bin/sh"),
		                               STR_INIT("/bin/ls") };
	char path[] = "/tmp/saker-plan-XXXXXX";
	struct made m;

	(void)state;
	write_rule(path, "evt.type = chmod and fs.path.is_runtime = true");
	load(&m, path);
	assert_int_equal(make(&m), 0);
	assert_int_equal(m.plan.ngroups, 0);
	assert_int_equal(m.plan.nabsent, 1);
	assert_true(str_eq(m.plan.absent[0].path, STR("host_runtimes")));
	m.target.runtimes = runtimes;
	m.target.nruntimes = 2;
	assert_int_equal(make(&m), 0);
	assert_int_equal(m.plan.ngroups, 2);
	assert_int_equal(m.plan.nabsent, 0);
	/* a permission is of no architecture */
	assert_int_equal(m.plan.groups[0].nlines, 1);
	unlink(path);
	unload(&m);
}

static void own_programs_are_left_out_first(void **state)
{
	char path[] = "/tmp/saker-plan-XXXXXX";
	struct made m;

	(void)state;
	write_rule(path, "evt.type in (execve, setns, unshare)");
	load(&m, path);
	m.target.kernel = KERNEL_VERSION_OF(5, 0, 0);
	assert_int_equal(make(&m), 0);
	assert_int_equal(m.plan.ngroups, 2);
	assert_true(m.plan.groups[0].is_own);
	assert_int_equal(m.plan.groups[0].nlines, 1);
	assert_true(str_has_prefix(m.plan.groups[0].lines[0],
	                           STR("-a never,exit -F arch=")));
	assert_true(str_find(m.plan.groups[0].lines[0],
	                     STR(" -S setns,unshare -F exe=/")) > 0);
	m.target.kernel = KERNEL_VERSION_OF(4, 2, 0);
	assert_int_equal(make(&m), 0);
	assert_int_equal(m.plan.ngroups, 1);
	unlink(path);
	unload(&m);
}

/* Where the numbers are others, all is logged. */
static void numbers_are_the_machines(void **state)
{
	static const struct {
		const char *condition, *machine, *calls;
	} rows[] = {
		{ "evt.type = clone and ns.flags contains CLONE_NEWNS",
		  "aarch64", "clone -F a0&0x20000" },
		{ "evt.type = clone and ns.flags contains CLONE_NEWNS", "s390x",
		  "clone" },
		{ "evt.type = openat and evt.arg.flags contains O_DIRECTORY",
		  "x86_64", "openat -F a2&0x10000" },
		{ "evt.type = openat and evt.arg.flags contains O_DIRECTORY",
		  "aarch64", "openat" },
		{ "evt.type = openat and evt.arg.flags contains O_TRUNC",
		  "aarch64", "openat -F a2&0x200" },
		{ "evt.type = ptrace and evt.arg.request contains "
		  "PTRACE_SETREGS",
		  "aarch64", "ptrace" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[] = "/tmp/saker-plan-XXXXXX";
		auto_buf struct buf wanted = BUF_INIT;
		struct made m;

		write_rule(path, rows[i].condition);
		load(&m, path);
		buf_printf(&wanted,
		           "-a always,exit -F arch=b64 -S %s -F "
		           "key=saker_a-theme",
		           rows[i].calls);
		if (kernel_target_set_machine(&m.target, rows[i].machine) ==
		    0) {
			const struct kernel_group *last;

			assert_int_equal(make(&m), 0);
			last = &m.plan.groups[m.plan.ngroups - 1];
			while (last->is_uring)
				last--;
			assert_true(str_eq(last->lines[0], buf_str(&wanted)));
		}
		unlink(path);
		unload(&m);
	}
}

static void memory_may_end(void **state)
{
	const char *top = getenv("top_srcdir");
	char path[4096];
	struct made m;
	bool hit = true;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/data/audit-rules",
	         top != NULL ? top : ".");
	load(&m, path);
	for (unsigned n = 1; hit; n++) {
		int r;

		oom_arm(n);
		r = make(&m);
		hit = oom_disarm();
		assert_int_equal(r, hit ? E_NOMEM : 0);
		arena_done(&m.arena);
		m.arena = ARENA_INIT;
	}
	unload(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_rules_there),
		cmocka_unit_test(unknown_machines_are_refused),
		cmocka_unit_test(runtimes_are_those_there),
		cmocka_unit_test(own_programs_are_left_out_first),
		cmocka_unit_test(numbers_are_the_machines),
		cmocka_unit_test(memory_may_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
