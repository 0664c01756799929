/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_recorded.c - fields of events that a real kernel wrote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "replay.h"
#include "saker/alert/render.h"
#include "saker/event/event.h"

static const struct expectation {
	const char *log, *type, *field, *value;
	unsigned count;
} expectations[] = {
	/* a reverse shell in a container */
	{ "att_exec_inside", "dup2", "fd.type", "ipv4", 3 },
	{ "att_exec_inside", "dup2", "fd.sip", "127.0.0.1", 3 },
	{ "att_exec_inside", "execve", "proc.is_exe_from_memfd", "true", 1 },
	{ "att_ptrace_hostpid", "ptrace", "evt.arg.request", "PTRACE_SEIZE",
	  2 },
	{ "host_open_variants", "openat2", "evt.arg.resolve",
	  "RESOLVE_NO_SYMLINKS", 1 },
	{ "host_open_variants", "openat2", "fd.name", "/opt/lab/o/d/a", 1 },
	{ "host_open_variants", "openat", "fd.name", "/opt/lab/o/top", 1 },
	{ "host_open_variants", "renameat2", "evt.arg.newpath",
	  "/opt/lab/o/d/newf", 1 },
	{ "host_sockets", "connect", "fd.name", "@lab-abstract", 1 },
	{ "host_sockets", "sendto", "fd.typechar", "u", 1 },
	{ "host_sockets", "socket", "evt.arg.domain", "AF_INET6", 1 },
	{ "host_namespaces", "setns", "fd.type", NULL, 0 },
	{ "host_namespaces", "mount", "evt.arg.flags", "REC|PRIVATE", 1 },
	{ "runc_exec", "execve", "evt.category", "process", 11 },
};

struct count {
	const struct expectation *expected;
	struct tracker *tracker;
	unsigned seen;
};

static void look(void *arg, struct audit_event *audit, struct process *p)
{
	struct count *c = arg;
	struct event_context context = { .tracker = c->tracker };
	struct buf text = BUF_INIT;
	struct event e;
	struct str rest;
	struct field_arg field_arg = { 0 };
	const struct field_info *info;
	struct value v;

	event_init(&e, &context, audit, p);
	if (!str_eq(e.type, str_from(c->expected->type)))
		return;
	info = field_find(str_from(c->expected->field), &rest);
	assert_non_null(info);
	if (rest.len != 0)
		field_arg = (struct field_arg){ .present = true, .name = rest };
	if (!event_get(&e, info->id, &field_arg, &v))
		return;
	render_value(&v, &text);
	if (c->expected->value == NULL ||
	    strcmp(buf_cstr(&text), c->expected->value) == 0)
		c->seen++;
	buf_done(&text);
}

static bool check(const struct expectation *expected)
{
	struct host *host = host_none_new();
	struct count c = {
		.expected = expected,
		.tracker =
			tracker_new(&(struct tracker_options){ .host = host }),
	};
	char name[128], path[4096];
	bool found;

	snprintf(name, sizeof(name), "live/%s.log", expected->log);
	found = replay_find(name, path, sizeof(path)) &&
	        replay_file(c.tracker, path, look, &c);
	if (found && c.seen != expected->count)
		fail_msg("%s: %u times %s of %s is %s, not %u", expected->log,
		         c.seen, expected->field, expected->type,
		         expected->value != NULL ? expected->value : "there",
		         expected->count);
	tracker_free(c.tracker);
	host_free(host);
	return found;
}

static void recorded_events_have_their_fields(void **state)
{
	unsigned checked = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(expectations) / sizeof(*expectations);
	     i++)
		checked += check(&expectations[i]);
	if (checked == 0)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_events_have_their_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
