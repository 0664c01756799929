/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_needs.c - kernel rules that a condition needs: the fewest that lose no
 * event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <libaudit.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "oom.h"
#include "replay.h"
#include "rule.h"
#include "saker/base/io.h"
#include "saker/engine/trace.h"
#include "saker/event/event.h"
#include "saker/event/event_types.h"
#include "saker/kernel/target.h"
#include "saker/lang/event_types.h"

static struct ruleset *load_path(const char *path)
{
	const struct rule_selection selection = { .lowest = PRIORITY_DEBUG,
		                                  .keep = true };
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;

	if (ruleset_load(&path, 1, &selection, &diags, &rules) < 0)
		fail_msg("%s", diags.items[0].text);
	diag_done(&diags);
	return rules;
}

static struct ruleset *load(const char *condition)
{
	char path[] = "/tmp/saker-needs-XXXXXX";
	auto_buf struct buf text = BUF_INIT;
	struct ruleset *rules;
	int fd = mkstemp(path);

	buf_printf(&text,
	           "- rule: r\n  condition: %s\n  desc: d\n  output: o\n"
	           "  priority: info\n  warn_evttypes: false\n",
	           condition);
	assert_true(fd >= 0);
	assert_int_equal(io_write_all(fd, buf_str(&text)), 0);
	close(fd);
	rules = load_path(path);
	unlink(path);
	return rules;
}

static struct kernel_needs needs_of(const struct ruleset *rules, size_t rule,
                                    struct arena *arena)
{
	const struct rule_origin *o = ruleset_origin(rules, rule);
	struct kernel_needs needs = KERNEL_NEEDS_INIT;

	assert_int_equal(kernel_needs_add(&needs, arena, o->expr, o->types), 0);
	return needs;
}

/* What stands between the architecture and the key. */
static void add_line(const char *arch, struct str line, struct buf *out)
{
	auto_buf struct buf head = BUF_INIT;

	buf_printf(&head, "-a always,exit -F arch=%s -S ", arch);
	if (!str_has_prefix(line, buf_str(&head)))
		return;
	line = str_skip(line, head.len);
	assert_true(str_has_suffix(line, STR(" -F key=saker")));
	line.len -= sizeof(" -F key=saker") - 1;
	buf_printf(out, "%s%.*s", out->len > 0 ? "; " : "", STR_FMT(line));
}

static const struct {
	const char *condition, *b64, *b32;
} cases[] = {
	{ "evt.type in (execve, execveat)", "execve,execveat",
	  "execve,execveat" },
	{ "evt.type = stime", "", "stime" },
	{ "evt.type = openat and proc.name = x", "openat", "openat" },
	/* registers, users, parents */
	{ "evt.type = ioctl and evt.a1 in (0x5412, 0x541c)",
	  "ioctl -F a1=21522; ioctl -F a1=21532",
	  "ioctl -F a1=21522; ioctl -F a1=21532" },
	{ "evt.type = ioctl and evt.a1 != 3", "ioctl", "ioctl" },
	{ "evt.type = fchmod and evt.arg.mode contains S_ISUID",
	  "fchmod -F a1&0x800", "fchmod -F a1&0x800" },
	{ "evt.type = setns and user.euid = 0", "setns -F euid=0",
	  "setns -F euid=0" },
	{ "evt.type = setns and user.euid > 0", "setns", "setns" },
	{ "evt.type = setns and proc.ppid = 2", "setns -F ppid=2",
	  "setns -F ppid=2" },
	/* devices */
	{ "evt.type = openat and fs.path.rdev in (\"0a:ed\", \"103:03\")",
	  "openat -F devmajor=10 -F devminor=237; "
	  "openat -F devmajor=259 -F devminor=3",
	  "openat -F devmajor=10 -F devminor=237; "
	  "openat -F devmajor=259 -F devminor=3" },
	{ "evt.type = openat and fs.path.rdev startswith \"ca:\"",
	  "openat -F devmajor=202", "openat -F devmajor=202" },
	{ "evt.type = openat and fs.path.rdev startswith c", "openat",
	  "openat" },
	{ "evt.type = openat and fs.path.rdev = x", "openat", "openat" },
	/* results */
	{ "evt.type = setns and evt.failed = false", "setns -F success=1",
	  "setns -F success=1" },
	{ "evt.type = setns and not evt.failed = true", "setns", "setns" },
	{ "evt.type = setns and evt.failed = true and evt.res in (EPERM, "
	  "EACCES)",
	  "setns -F exit=-EPERM; setns -F exit=-EACCES",
	  "setns -F exit=-EPERM; setns -F exit=-EACCES" },
	{ "evt.type = setns and evt.res = SUCCESS", "setns -F success=1",
	  "setns -F success=1" },
	{ "evt.type = dup2 and evt.rawres in (0, 1)",
	  "dup2 -F exit=0; dup2 -F exit=1", "dup2 -F exit=0; dup2 -F exit=1" },
	{ "evt.type = dup2 and evt.rawres >= 0", "dup2 -F success=1",
	  "dup2 -F success=1" },
	{ "evt.type = dup2 and evt.rawres > -2", "dup2", "dup2" },
	{ "evt.type = dup2 and evt.rawres = -1", "dup2 -F exit=-EPERM",
	  "dup2 -F exit=-EPERM" },
	{ "evt.type = dup2 and fd.num = -1", "dup2 -F success=0",
	  "dup2 -F success=0" },
	{ "evt.type in (openat, close) and fd.num >= 0",
	  "close; openat -F success=1", "close; openat -F success=1" },
	{ "evt.type = setns and evt.failed = true and evt.failed = false", "",
	  "" },
	/* registers, by call */
	{ "evt.type in (open, openat, openat2, creat) and evt.is_open_write = "
	  "true",
	  "creat; open -F a1&3; openat -F a2&3; openat2 -F perm=w",
	  "creat; open -F a1&3; openat -F a2&3; openat2 -F perm=w" },
	{ "evt.type = openat and evt.is_open_write = false", "openat",
	  "openat" },
	{ "evt.type = openat and not evt.is_open_write = true", "openat",
	  "openat" },
	{ "evt.type = openat and evt.arg.flags contains O_TRUNC",
	  "openat -F a2&0x200", "openat -F a2&0x200" },
	{ "evt.type = openat and evt.arg.flags contains O_RDONLY", "openat",
	  "openat" },
	{ "evt.type = openat and (evt.is_open_write = true or evt.arg.flags "
	  "contains O_TRUNC)",
	  "openat -F a2&0x203", "openat -F a2&0x203" },
	{ "evt.type in (unshare, setns) and (ns.flags contains CLONE_NEWUSER "
	  "or ns.flags contains CLONE_NEWNS)",
	  "setns -F a1&0x10020000; unshare -F a0&0x10020000",
	  "setns -F a1&0x10020000; unshare -F a0&0x10020000" },
	{ "evt.type = ptrace and evt.arg.request contains PTRACE_POKE",
	  "ptrace -F a0=6; ptrace -F a0=5; ptrace -F a0=4",
	  "ptrace -F a0=6; ptrace -F a0=5; ptrace -F a0=4" },
	{ "evt.type = ptrace and evt.arg.request contains 1", "ptrace",
	  "ptrace" },
	{ "evt.type = mount and not mount.flags contains MS_BIND", "mount",
	  "mount" },
	/* one side of an OR that nothing is known of takes all */
	{ "evt.type = setns and (evt.failed = true or proc.name = x)", "setns",
	  "setns" },
	{ "evt.type = setns and evt.failed = true or evt.type = setns", "setns",
	  "setns" },
	{ "(evt.type = setns and evt.failed = true) or (evt.type = unshare)",
	  "setns -F success=0; unshare", "setns -F success=0; unshare" },
	/* 32-bit programs make socket calls by socketcall, too */
	{ "evt.type = connect and evt.failed = false", "connect -F success=1",
	  "connect -F success=1; socketcall -F a0=3 -F success=1" },
	{ "evt.type = socket and evt.arg.domain = AF_ALG", "socket -F a0=38",
	  "socket -F a0=38; socketcall -F a0=1" },
	/* objects */
	{ "evt.type in (chmod, ftruncate) and fs.path.identity in "
	  "(/etc/passwd, /etc/group)",
	  "chmod -F path=/etc/passwd; chmod -F path=/etc/group; ftruncate",
	  "chmod -F path=/etc/passwd; chmod -F path=/etc/group; ftruncate" },
	{ "evt.type = chmod and not fs.path.identity = /etc/passwd", "chmod",
	  "chmod" },
	{ "evt.type = chmod and fs.path.identity startswith /etc/", "chmod",
	  "chmod" },
	{ "evt.type = openat and evt.is_open_write = true and "
	  "fs.path.identity = /etc/no-such-file",
	  "openat -F a2&3 -F path=/etc/no-such-file",
	  "openat -F a2&3 -F path=/etc/no-such-file" },
	{ "evt.type = chmod and fs.path.identity in (/no/such, \"/etc/a b\")",
	  "", "" },
	{ "evt.type = chmod and fs.path.identity = /proc/no-such-file", "",
	  "" },
	{ "evt.type = chmod and fs.path.is_runtime = true", "", "" },
	{ "evt.type = mknod and fs.path.type in (block, char)",
	  "mknod -F filetype=block; mknod -F filetype=character",
	  "mknod -F filetype=block; mknod -F filetype=character" },
	{ "evt.type in (mount, fsmount) and mount.source.type = block",
	  "fsmount,fsopen,fsconfig,fspick; mount -F filetype=block",
	  "fsmount,fsopen,fsconfig,fspick; mount -F filetype=block" },
	{ "evt.type = connect and fd.sip = 10.0.0.1",
	  "connect -F saddr_fam=2; connect -F saddr_fam=10",
	  "connect -F saddr_fam=2; socketcall -F a0=3 -F saddr_fam=2; connect "
	  "-F saddr_fam=10; socketcall -F a0=3 -F saddr_fam=10" },
	{ "evt.type = connect and fd.type in (unix, ipv6)",
	  "connect -F saddr_fam=1; connect -F saddr_fam=10",
	  "connect -F saddr_fam=1; socketcall -F a0=3 -F saddr_fam=1; connect "
	  "-F saddr_fam=10; socketcall -F a0=3 -F saddr_fam=10" },
	{ "evt.type = connect and fd.type = file", "connect",
	  "connect; socketcall -F a0=3" },
	/* where the host finds it */
	{ "evt.type = chmod and fs.path.host pmatch (/etc, /etc/passwd)",
	  "chmod -F dir=/etc", "chmod -F dir=/etc" },
	{ "evt.type = chmod and fs.path.host pmatch (/etc/passwd)",
	  "chmod -F path=/etc/passwd", "chmod -F path=/etc/passwd" },
	{ "evt.type = chmod and fs.path.host startswith /etc/pass and "
	  "evt.failed = false",
	  "chmod -F dir=/etc", "chmod -F dir=/etc" },
	{ "evt.type = chmod and fs.path.host regex '/etc/(a|b).*'",
	  "chmod -F dir=/etc", "chmod -F dir=/etc" },
	{ "evt.type = chmod and fs.path.host regex '/etc/a|/usr/b'", "chmod",
	  "chmod" },
	{ "evt.type = chmod and fs.path.host regex '/etc/*x'", "chmod",
	  "chmod" },
	{ "evt.type = chmod and fs.path.host regex '/etc/[(]a|/usr'", "chmod",
	  "chmod" },
	{ "evt.type = chmod and fs.path.host glob /etc/x*/y",
	  "chmod -F dir=/etc", "chmod -F dir=/etc" },
	{ "evt.type = chmod and fs.path.host startswith /etc", "chmod",
	  "chmod" },
	{ "evt.type = chmod and fs.path.host endswith /etc/x", "chmod",
	  "chmod" },
	{ "evt.type = chmod and fs.path.name startswith /etc/", "chmod",
	  "chmod" },
	{ "evt.type = chmod and container.id = host and fs.path.name "
	  "startswith "
	  "/etc/",
	  "chmod -F dir=/etc", "chmod -F dir=/etc" },
	{ "evt.type = chmod and container.id != host and (fs.path.name = x or "
	  "(container.id = host and fs.path.name startswith /etc/))",
	  "chmod", "chmod" },
	{ "container.id = host and (evt.type = chmod or (evt.type = setns and "
	  "container.id != host))",
	  "chmod", "chmod" },
	{ "not (container.id = host and evt.type != chmod) and evt.type = "
	  "chmod "
	  "and container.id != host",
	  "chmod", "chmod" },
	{ "evt.type in (openat, chmod) and evt.is_io_uring = true", "chmod",
	  "chmod" },
	/* no event type */
	{ "proc.name = x", "all", "all" },
	{ "evt.failed = true", "all -F success=0", "all -F success=0" },
	{ "evt.type != close and evt.failed = true", "all -F success=0",
	  "all -F success=0" },
	{ "evt.type = container", "", "" },
	{ "evt.type = container_start and evt.failed = false",
	  "execve,execveat", "execve,execveat" },
};

static void filters_are_what_must_hold(void **state)
{
	(void)state;
	if (audit_detect_machine() != MACH_86_64)
		skip();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_buf struct buf b64 = BUF_INIT, b32 = BUF_INIT;
		struct ruleset *rules = load(cases[i].condition);
		struct arena arena = ARENA_INIT;
		struct kernel_needs needs = needs_of(rules, 0, &arena);
		struct kernel_target target;
		struct kernel_line *lines;
		size_t n;

		assert_int_equal(kernel_target_here(&target), 0);
		assert_int_equal(
			kernel_needs_lines(&needs, &target, &arena, &lines, &n),
			0);
		for (size_t k = 0; k < n; k++) {
			add_line("b64", lines[k].text, &b64);
			add_line("b32", lines[k].text, &b32);
		}
		assert_string_equal(buf_cstr(&b64), cases[i].b64);
		assert_string_equal(buf_cstr(&b32), cases[i].b32);
		arena_done(&arena);
		ruleset_free(rules);
	}
}

static void memory_may_end(void **state)
{
	struct ruleset *rules =
		load("evt.type in (open, socket, setns) and "
	             "(evt.failed = true or evt.res = EPERM or "
	             "evt.is_open_write = true)");
	const struct rule_origin *o = ruleset_origin(rules, 0);
	struct kernel_target target;
	bool hit = true;

	(void)state;
	assert_int_equal(kernel_target_here(&target), 0);
	for (unsigned n = 1; hit; n++) {
		struct kernel_needs needs = KERNEL_NEEDS_INIT;
		struct arena arena = ARENA_INIT;
		struct kernel_line *lines;
		size_t count;
		int r;

		oom_arm(n);
		r = kernel_needs_add(&needs, &arena, o->expr, o->types);
		if (r == 0)
			r = kernel_needs_lines(&needs, &target, &arena, &lines,
			                       &count);
		hit = oom_disarm();
		assert_int_equal(r, hit ? E_NOMEM : 0);
		arena_done(&arena);
	}
	ruleset_free(rules);
}

static void rings_are_told_apart(void **state)
{
	struct ruleset *rules = load("evt.type in (openat, execve)");
	struct arena arena = ARENA_INIT;
	struct kernel_needs needs = needs_of(rules, 0, &arena);
	struct kernel_target target;
	struct kernel_line *lines;
	size_t n;

	(void)state;
	assert_int_equal(kernel_target_here(&target), 0);
	assert_int_equal(
		kernel_needs_lines(&needs, &target, &arena, &lines, &n), 0);
	assert_true(n > 1 && lines[n - 1].is_uring && !lines[n - 2].is_uring);
	assert_true(str_eq(lines[n - 1].text,
	                   STR("-a always,io_uring -S openat -F key=saker")));
	arena_done(&arena);
	ruleset_free(rules);
}

static void rules_add_up(void **state)
{
	struct ruleset *one = load("evt.type = setns and evt.failed = true");
	struct ruleset *two = load("evt.type in (setns, unshare)");
	struct arena arena = ARENA_INIT;
	struct kernel_needs needs = needs_of(one, 0, &arena);
	const struct rule_origin *o = ruleset_origin(two, 0);

	(void)state;
	assert_int_equal(needs.items[0].any[0].count, 1);
	assert_int_equal(kernel_needs_add(&needs, &arena, o->expr, o->types),
	                 0);
	assert_int_equal(needs.count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(needs.items[i].count, 1);
		assert_int_equal(needs.items[i].any[0].count, 0);
	}
	arena_done(&arena);
	ruleset_free(one);
	ruleset_free(two);
}

static void some_records_need_calls(void **state)
{
	static const struct str names[] = { STR_INIT("kern_module"),
		                            STR_INIT("user_login") };
	const struct event_types types = { .names = names, .count = 2 };
	struct kernel_needs needs = KERNEL_NEEDS_INIT;
	struct arena arena = ARENA_INIT;

	(void)state;
	assert_int_equal(kernel_needs_add_records(&needs, &arena, &types), 0);
	assert_int_equal(needs.count, 3);
	assert_true(str_eq(needs.items[0].call, STR("init_module")));
	assert_true(kernel_record_needs_call(STR("kern_module")));
	assert_false(kernel_record_needs_call(STR("user_login")));
	arena_done(&arena);
}

/* As the kernel does. */
static bool passes(const struct kernel_filter *f,
                   const struct audit_syscall *sc)
{
	uint32_t value;

	if (f->field > KERNEL_FILTER_SUCCESS)
		return f->field != KERNEL_FILTER_URING; /* no register */
	if (f->field == KERNEL_FILTER_SUCCESS)
		return sc->has_result && sc->success == (f->value != 0);
	if (f->field == KERNEL_FILTER_EXIT)
		value = (uint32_t)sc->exit;
	else
		value = (uint32_t)sc->a[f->field];
	if (f->is_mask)
		return (value & (uint32_t)f->value) != 0;
	if (f->is_less)
		return value < (uint32_t)f->value;
	return (value == (uint32_t)f->value) != f->is_not;
}

static bool is_taken(const struct kernel_needs *needs, struct event *e)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);

	for (size_t i = 0; i < needs->count; i++) {
		const struct kernel_need *n = &needs->items[i];

		if (n->call.len > 0 && !str_eq(n->call, e->type))
			continue;
		for (size_t k = 0; k < n->count; k++) {
			size_t f = 0;

			while (f < n->any[k].count &&
			       passes(&n->any[k].filters[f], sc))
				f++;
			if (f == n->any[k].count)
				return true;
		}
	}
	return false;
}

struct soundness {
	const struct ruleset *rules;
	struct trace **traces;
	struct kernel_needs *needs;
	struct tracker *tracker;
	size_t matches;
};

/* Operations of rings and calls by socketcall come by rules of their own. */
static bool is_plain_call(struct event *e)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);

	return sc != NULL && !sc->is_io_uring && sc->name != NULL &&
	       strcmp(sc->name, "socketcall") != 0;
}

static void look(void *arg, struct audit_event *audit, struct process *p)
{
	struct soundness *s = arg;
	struct event_context context = { .tracker = s->tracker };
	struct field_source fields;
	struct event e;

	event_init(&e, &context, audit, p);
	fields = event_source(&e);
	if (!is_plain_call(&e))
		return;
	for (size_t i = 0; i < ruleset_count(s->rules); i++) {
		if (ruleset_rule(s->rules, i)->source != SOURCE_SYSCALL)
			continue;
		trace_evaluate(s->traces[i], &fields);
		if (trace_truth(s->traces[i], 0) != TRUTH_TRUE)
			continue;
		s->matches++;
		if (!is_taken(&s->needs[i], &e))
			fail_msg("serial %llu of %.*s is lost to %.*s",
			         (unsigned long long)audit->stamp.serial,
			         STR_FMT(e.type),
			         STR_FMT(ruleset_rule(s->rules, i)->name));
	}
}

static void look_at_logs(struct soundness *s)
{
	struct host *host = host_none_new();
	char path[4096];
	glob_t logs;

	assert_true(replay_find("live", path, sizeof(path) - 6));
	strcat(path, "/*.log");
	assert_int_equal(glob(path, 0, NULL, &logs), 0);
	for (size_t i = 0; i < logs.gl_pathc; i++) {
		s->tracker =
			tracker_new(&(struct tracker_options){ .host = host });
		assert_true(replay_file(s->tracker, logs.gl_pathv[i], look, s));
		tracker_free(s->tracker);
	}
	globfree(&logs);
	host_free(host);
}

static size_t count_matches(struct ruleset *rules)
{
	size_t count = ruleset_count(rules);
	struct soundness s = { .rules = rules };
	struct arena arena = ARENA_INIT;

	s.traces = calloc(count, sizeof(*s.traces));
	s.needs = calloc(count, sizeof(*s.needs));
	assert_true(s.traces != NULL && s.needs != NULL);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(trace_new(rules, i, &s.traces[i]), 0);
		s.needs[i] = needs_of(rules, i, &arena);
	}
	look_at_logs(&s);
	for (size_t i = 0; i < count; i++)
		trace_free(s.traces[i]);
	free(s.traces);
	free(s.needs);
	arena_done(&arena);
	ruleset_free(rules);
	return s.matches;
}

/* What a rule matches in recorded logs, its kernel rules let through. */
static void no_event_is_lost(void **state)
{
	const char *top = getenv("top_srcdir");
	size_t matches = 0;
	char path[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		matches += count_matches(load(cases[i].condition));
	assert_true(matches > 200);
	snprintf(path, sizeof(path), "%s/rules", top != NULL ? top : ".");
	assert_true(count_matches(load_path(path)) > 0);
	if (replay_find("falco/falco_rules.yaml", path, sizeof(path)))
		assert_true(count_matches(load_path(path)) > 0);
}

static struct audit_rule_data *parse(const char *text)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct audit_rule_data *rule = NULL;

	assert_int_equal(rule_line_parse("x", 1, str_from(text), &diags, &rule),
	                 0);
	if (rule == NULL)
		fail_msg("%s", diags.items[0].text);
	diag_done(&diags);
	return rule;
}

static const struct {
	const char *wanted, *loaded[3];
	bool touched, whole;
} coverages[] = {
	{ "arch=b64 -S setns,unshare",
	  { "-a always,exit -F arch=b64 -S setns -k x",
	    "-a always,exit -F arch=b64 -S unshare,mount -F key=y" },
	  true,
	  true },
	{ "arch=b64 -S setns,unshare",
	  { "-a always,exit -F arch=b64 -S setns" },
	  true,
	  false },
	{ "arch=b64 -S setns",
	  { "-a always,exit -F arch=b32 -S setns",
	    "-a never,exit -F arch=b64 -S setns" },
	  false,
	  false },
	{ "arch=b64 -S setns",
	  { "-a always,exit -F arch=b64 -S setns -F success=1" },
	  true,
	  false },
	{ "arch=b64 -S setns -F success=1 -F a1&0x20000",
	  { "-A always,exit -F arch=b64 -S all -F a1&0x7e020000" },
	  true,
	  true },
	{ "arch=b64 -S openat", { "-w /etc/passwd -p rwa" }, true, false },
	/* texts are compared, not their lengths */
	{ "arch=b64 -S openat -F path=/etc/passwd",
	  { "-a always,exit -F arch=b64 -S openat -F path=/etc/shadow" },
	  true,
	  false },
	{ "arch=b64 -S openat -F path=/etc/passwd",
	  { "-a always,exit -F arch=b64 -S openat -F path=/etc/passwd -F "
	    "key=x" },
	  true,
	  true },
	{ "arch=b64 -S openat -F path=/etc/passwd",
	  { "-a always,exit -F arch=b64 -S openat -F dir=/etc" },
	  true,
	  true },
	{ "arch=b64 -S openat -F path=/etc/passwd",
	  { "-a always,exit -F arch=b64 -S openat -F dir=/usr" },
	  true,
	  false },
	/* permissions stand for calls */
	{ "arch=b64 -S openat,chmod -F path=/etc/passwd",
	  { "-w /etc/passwd -p rwa" },
	  true,
	  true },
	{ "arch=b64 -S openat,chmod -F path=/etc/passwd",
	  { "-w /etc/passwd -p wa" },
	  true,
	  false },
	{ "arch=b64 -S openat -F a2&3 -F path=/etc/passwd",
	  { "-w /etc/passwd -p wa" },
	  true,
	  true },
	{ "arch=b64 -S open_by_handle_at -F path=/etc/passwd",
	  { "-w /etc/passwd -p rwxa" },
	  false,
	  false },
	{ "arch=b64 -S setns -F exit=-EPERM",
	  { "-a always,exit -F arch=b64 -S setns -F success=0" },
	  true,
	  true },
	{ "arch=b64 -S setns -F exit=-EPERM",
	  { "-a always,exit -F arch=b64 -S setns -F success=1" },
	  true,
	  false },
	/* the first that matches decides */
	{ "arch=b64 -S setns,unshare",
	  { "-a never,exit -F arch=b64 -S setns",
	    "-a always,exit -F arch=b64 -S setns,unshare" },
	  true,
	  false },
	{ "arch=b64 -S setns,unshare",
	  { "-a always,exit -F arch=b64 -S setns,unshare",
	    "-a never,exit -F arch=b64 -S setns" },
	  true,
	  true },
	{ "arch=b64 -S setns",
	  { "-a never,exit -F arch=b64 -S setns -F exe=/bin/sh",
	    "-a always,exit -F arch=b64 -S setns" },
	  true,
	  true },
	{ "arch=b64 -S setns",
	  { "-a always,exit -F arch=b64 -S setns -F auid!=unset" },
	  true,
	  false },
	{ "arch=b64 -S setns", { "-a always,task" }, false, false },
};

static void coverage_is_by_call_and_condition(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(coverages) / sizeof(coverages[0]); i++) {
		auto_buf struct buf text = BUF_INIT;
		struct audit_rule_data *wanted;
		struct rule_coverage c;

		buf_printf(&text, "-a always,exit -F %s -F key=k",
		           coverages[i].wanted);
		wanted = parse(buf_cstr(&text));
		c = rule_coverage_begin(wanted);
		for (size_t k = 0; coverages[i].loaded[k] != NULL; k++) {
			struct audit_rule_data *loaded =
				parse(coverages[i].loaded[k]);

			rule_coverage_add(&c, loaded);
			free(loaded);
		}
		if (c.touched != coverages[i].touched ||
		    rule_coverage_is_whole(&c) != coverages[i].whole)
			fail_msg("row %zu: %d %d", i, c.touched,
			         rule_coverage_is_whole(&c));
		free(wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_are_what_must_hold),
		cmocka_unit_test(memory_may_end),
		cmocka_unit_test(rings_are_told_apart),
		cmocka_unit_test(rules_add_up),
		cmocka_unit_test(some_records_need_calls),
		cmocka_unit_test(no_event_is_lost),
		cmocka_unit_test(coverage_is_by_call_and_condition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
