/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_guards.c - every row of guards.def refuses what it is for, and nothing
 * else; the never-kill list; rates, circuit breakers, thresholds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "history.h"
#include "protect.h"
#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/response/assign.h"

#define NOW (1763769600 * NS_PER_SEC)

static const struct protected protect[] = {
	{ .kind = PROTECT_EXE,
	  .text = STR_INIT("/usr/sbin/sshd"),
	  .id = { 8, 1001 } },
	{ .kind = PROTECT_EXE, .text = STR_INIT("/usr/bin/dockerd") },
	{ .kind = PROTECT_EXE, .text = STR_INIT("/opt/backup/*") },
	{ .kind = PROTECT_UNIT, .text = STR_INIT("ssh*.service") },
	{ .kind = PROTECT_CGROUP, .text = STR_INIT("/critical*") },
	{ .kind = PROTECT_CONTAINER, .text = STR_INIT("db-*") },
	{ .kind = PROTECT_IMAGE, .text = STR_INIT("*/vault:*") },
	{ .kind = PROTECT_LABEL, .text = STR_INIT("tier=gold*") },
	{ .kind = PROTECT_LABEL, .text = STR_INIT("untouchable") },
	{ .kind = PROTECT_NAMESPACE, .text = STR_INIT("kube-system") },
	{ .kind = PROTECT_USER, .text = STR_INIT("999"), .uid = 999 },
};

struct scene {
	struct response_request request;
	struct response_member members[3];
	struct response_facts facts;
};

/* A process in a container that nothing speaks for. */
static void set(struct scene *s)
{
	*s = (struct scene){
		.request = { .response = { .action = RESPONSE_KILL,
		                           .mode = RESPONSE_ENFORCE },
		             .rule = STR("rule"),
		             .event_ns = NOW,
		             .has_process = true,
		             .pid = 4000,
		             .ppid = 3999,
		             .state = PROCESS_CONTAINER,
		             .start_ticks = 777,
		             .exe_id = { 9, 42 },
		             .container = STR("c0ffee"),
		             .container_name = STR("shop"),
		             .cgroup = STR("/docker/c0ffee") },
		.facts = { .mode = RESPONSE_ENFORCE,
		           .max_age_ns = 30 * NS_PER_SEC,
		           .max_processes = 64,
		           .self = 500,
		           .parent = 501,
		           .auditd = 502,
		           .auditd_parent = 503,
		           .protect = protect,
		           .nprotect = COUNT(protect),
		           .now_ns = NOW + NS_PER_MS,
		           .nmembers = 1,
		           .has_container = true,
		           .has_journal = true,
		           .has_tokens = { true, true, true } },
	};
	for (size_t i = 0; i < COUNT(s->members); i++)
		s->members[i] = (struct response_member){
			.pid = (pid_t)(4000 + i),
			.ppid = 3999,
			.start_ticks = 777,
			.start_ns = NOW - NS_PER_SEC,
			.is_in_container = true,
			.uid = 1000,
			.euid = 1000,
			.exe = STR("/bin/evil"),
			.exe_id = { 9, 42 },
			.cgroup = STR("0::/docker/c0ffee\n"),
		};
	s->facts.request = &s->request;
	s->facts.members = s->members;
}

static void assert_verdict(struct scene *s, enum response_verdict verdict,
                           enum response_reason reason)
{
	struct response_decision d;

	s->facts.request = &s->request;
	s->facts.members = s->members;
	d = response_decide(&s->facts);
	assert_string_equal(response_reason_text(d.reason),
	                    response_reason_text(reason));
	assert_int_equal(d.verdict, verdict);
}

/* For every action on every scope, on the event's process or on another one
 * that would be reached; a dry run says the same; nothing but its own switch
 * lifts the guard for hosts. */
static void assert_refused(const struct scene *given,
                           enum response_reason reason)
{
	for (int action = RESPONSE_NONE + 1; action < RESPONSE_ACTION__MAX;
	     action++)
		for (int scope = 0; scope < RESPONSE_SCOPE__MAX; scope++) {
			struct scene s = *given;

			s.request.response.action =
				(enum response_action)action;
			s.request.response.scope = (enum response_scope)scope;
			assert_verdict(&s, RESPONSE_REFUSE, reason);
			s.facts.mode = RESPONSE_DRY_RUN;
			assert_verdict(&s, RESPONSE_REFUSE, reason);
			s.request.response.host = true;
			if (reason != REASON_HOST)
				assert_verdict(&s, RESPONSE_REFUSE, reason);
		}
}

/* As the event's process, and as the last of three. */
static void assert_member_refused(void (*change)(struct response_member *m),
                                  enum response_reason reason)
{
	struct scene s;

	set(&s);
	change(&s.members[0]);
	s.request.pid = s.members[0].pid;
	assert_refused(&s, reason);
	set(&s);
	s.facts.nmembers = 3;
	change(&s.members[2]);
	assert_refused(&s, reason);
}

static void test_modes(void **state)
{
	static const enum response_verdict verdicts[3][3] = {
		{ RESPONSE_NOTHING, RESPONSE_NOTHING, RESPONSE_NOTHING },
		{ RESPONSE_NOTHING, RESPONSE_WOULD, RESPONSE_WOULD },
		{ RESPONSE_NOTHING, RESPONSE_WOULD, RESPONSE_DO },
	};
	struct scene s;

	(void)state;
	set(&s);
	for (int global = 0; global < 3; global++)
		for (int rule = 0; rule < 3; rule++) {
			s.facts.mode = (enum response_mode)global;
			s.request.response.mode = (enum response_mode)rule;
			assert_verdict(&s, verdicts[global][rule], REASON_NONE);
		}
	s.request.response.action = RESPONSE_NONE;
	assert_verdict(&s, RESPONSE_NOTHING, REASON_NONE);
}

static void test_event_guards(void **state)
{
	struct scene s;

	(void)state;
	set(&s);
	s.request.is_replay = true;
	assert_refused(&s, REASON_REPLAY);
	set(&s);
	s.request.is_foreign = true;
	assert_refused(&s, REASON_FOREIGN);
	set(&s);
	s.request.has_process = false;
	assert_refused(&s, REASON_NO_PROCESS);
	set(&s);
	s.request.state = PROCESS_SETUP;
	assert_refused(&s, REASON_SETUP);
	set(&s);
	s.facts.now_ns = NOW + 30 * NS_PER_SEC;
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
	s.facts.now_ns++;
	assert_refused(&s, REASON_TOO_OLD);
	s.facts.now_ns = NOW - NS_PER_SEC; /* the clock was set back */
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
	set(&s);
	s.request.has_ended = true;
	assert_verdict(&s, RESPONSE_REFUSE, REASON_ENDED);
	/* its container lives on */
	s.request.response.scope = RESPONSE_SCOPE_CONTAINER;
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
}

static void be_0(struct response_member *m)
{
	m->pid = 0;
}

static void be_1(struct response_member *m)
{
	m->pid = 1;
}

static void be_500(struct response_member *m)
{
	m->pid = 500;
}

static void be_501(struct response_member *m)
{
	m->pid = 501;
}

static void be_502(struct response_member *m)
{
	m->pid = 502;
}

static void be_503(struct response_member *m)
{
	m->pid = 503;
}

static void be_kernel(struct response_member *m)
{
	m->is_kernel_thread = true;
}

static void be_kernel_child(struct response_member *m)
{
	m->ppid = 2;
}

static void be_hidden(struct response_member *m)
{
	m->error = E_DENIED;
}

static void be_nameless(struct response_member *m)
{
	m->exe = STR_NONE;
	m->exe_id = (struct file_id){ 0 };
}

static void be_host(struct response_member *m)
{
	m->is_in_container = false;
}

static void test_vital_processes(void **state)
{
	(void)state;
	assert_member_refused(be_0, REASON_INIT);
	assert_member_refused(be_1, REASON_INIT);
	assert_member_refused(be_500, REASON_SELF);
	assert_member_refused(be_501, REASON_PARENT);
	assert_member_refused(be_502, REASON_AUDITD);
	assert_member_refused(be_503, REASON_AUDITD_PARENT);
	assert_member_refused(be_kernel, REASON_KERNEL_THREAD);
	assert_member_refused(be_kernel_child, REASON_KERNEL_THREAD);
	assert_member_refused(be_hidden, REASON_UNKNOWN);
	assert_member_refused(be_nameless, REASON_UNKNOWN);
	assert_member_refused(be_host, REASON_HOST);
}

static void be_sshd(struct response_member *m)
{
	m->exe_id = (struct file_id){ 8, 1001 }; /* whatever its name */
}

static void be_sshd_unit(struct response_member *m)
{
	m->cgroup =
		STR("12:pids:/docker/c0ffee\n"
	            "0::/docker/c0ffee/system.slice/sshd.service/x\n");
}

static void be_critical(struct response_member *m)
{
	m->cgroup =
		STR("3:pids:/critical.slice/docker/x\n"
	            "0::/docker/c0ffee\n");
}

static void be_postgres(struct response_member *m)
{
	m->euid = 999;
}

static void test_never_kill(void **state)
{
	(void)state;
	assert_member_refused(be_sshd, REASON_PROTECTED);
	assert_member_refused(be_sshd_unit, REASON_PROTECTED);
	assert_member_refused(be_critical, REASON_PROTECTED);
	assert_member_refused(be_postgres, REASON_PROTECTED);
}

static void test_never_kill_containers(void **state)
{
	static const struct container_label gold = { STR_INIT("tier"),
		                                     STR_INIT("golden") },
					    iron = { STR_INIT("tier"),
		                                     STR_INIT("iron") },
					    plain = { STR_INIT("untouchable"),
		                                      STR_INIT("") };
	struct scene s;

	(void)state;
	set(&s);
	s.request.container_name = STR("db-7");
	assert_refused(&s, REASON_PROTECTED);
	set(&s);
	s.request.container = STR("db-x");
	assert_refused(&s, REASON_PROTECTED);
	set(&s);
	s.request.image = STR("registry/vault:1");
	assert_refused(&s, REASON_PROTECTED);
	set(&s);
	s.request.pod_namespace = STR("kube-system");
	assert_refused(&s, REASON_PROTECTED);
	set(&s);
	s.request.nlabels = 1;
	s.request.labels = &gold;
	assert_refused(&s, REASON_PROTECTED);
	s.request.labels = &plain;
	assert_refused(&s, REASON_PROTECTED);
	s.request.labels = &iron;
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
	s.request.npod_labels = 1;
	s.request.pod_labels = &gold;
	assert_refused(&s, REASON_PROTECTED);
}

/* A container may call its files as it likes. */
static void test_never_kill_paths(void **state)
{
	static const struct {
		const char *exe;
		bool is_protected;
	} cases[] = {
		{ "/usr/sbin/sshd", true },
		{ "/usr/sbin/sshd (deleted)", true },
		{ "/usr/bin/dockerd", true },
		{ "/usr/bin/docker", false },
		{ "/opt/backup/agent", true },
		{ "/opt/backup", false },
	};
	struct scene s;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		set(&s);
		s.members[0].exe = str_from(cases[i].exe);
		assert_verdict(&s, RESPONSE_DO, REASON_NONE);
		s.request.response.host = true;
		s.request.state = PROCESS_HOST;
		s.members[0].is_in_container = false;
		assert_verdict(
			&s,
			cases[i].is_protected ? RESPONSE_REFUSE : RESPONSE_DO,
			cases[i].is_protected ? REASON_PROTECTED : REASON_NONE);
	}
}

static void test_host(void **state)
{
	struct scene s;

	(void)state;
	set(&s);
	s.request.state = PROCESS_HOST; /* the engine's word alone */
	assert_refused(&s, REASON_HOST);
	s.request.response.host = true;
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
}

static void test_same_process(void **state)
{
	struct scene s;

	(void)state;
	set(&s);
	s.members[0].error = E_NOT_FOUND;
	assert_verdict(&s, RESPONSE_REFUSE, REASON_GONE);
	s.request.response.scope = RESPONSE_SCOPE_CONTAINER;
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
	set(&s);
	s.members[0].start_ticks++;
	assert_refused(&s, REASON_OTHER_PROCESS);
	set(&s);
	s.members[0].cgroup = STR("0::/docker/c0ffee2\n");
	assert_refused(&s, REASON_OTHER_PROCESS);
	s.members[0].cgroup = STR("0::/docker/c0ffee/below\n");
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
	/* it may execute another file, and is the same */
	s.members[0].exe_id.ino++;
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
	/* unless nothing else is known of it */
	s.request.start_ticks = 0;
	assert_refused(&s, REASON_OTHER_PROCESS);
	/* but its fork, which settles it, too */
	s.request.start_ns = s.members[0].start_ns + 10 * NS_PER_MS;
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
	s.request.start_ns = s.members[0].start_ns + 50 * NS_PER_MS;
	assert_refused(&s, REASON_OTHER_PROCESS);
	s.request.start_ns = 0;
	s.members[0].exe_id.ino--;
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
	s.members[0].start_ns = NOW + 10 * NS_PER_MS; /* the coarse clock */
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
	s.members[0].start_ns = NOW + 50 * NS_PER_MS;
	assert_refused(&s, REASON_OTHER_PROCESS);
}

static void test_group_guards(void **state)
{
	struct scene s;

	(void)state;
	set(&s);
	s.facts.max_processes = 2;
	s.facts.nmembers = 2;
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
	s.facts.nmembers = 3;
	assert_refused(&s, REASON_TOO_MANY);
	s.facts.nmembers = 1;
	s.facts.is_cut = true;
	assert_refused(&s, REASON_TOO_MANY);
	set(&s);
	s.facts.has_container = false;
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
	s.request.response.scope = RESPONSE_SCOPE_CONTAINER;
	assert_verdict(&s, RESPONSE_REFUSE, REASON_NO_CONTAINER);
	set(&s);
	s.facts.is_unidentified = true;
	assert_refused(&s, REASON_UNIDENTIFIED);
	set(&s);
	s.facts.has_journal = false;
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
	s.request.response.action = RESPONSE_STOP;
	assert_verdict(&s, RESPONSE_REFUSE, REASON_NO_JOURNAL);
	s.request.response.action = RESPONSE_FREEZE;
	assert_verdict(&s, RESPONSE_REFUSE, REASON_NO_JOURNAL);
	s.request.response.action = RESPONSE_KILL;
	s.request.response.scope = RESPONSE_SCOPE_TREE;
	assert_verdict(&s, RESPONSE_REFUSE, REASON_NO_JOURNAL);
	set(&s);
	s.request.response.count = 3;
	s.facts.hits = 2;
	assert_refused(&s, REASON_THRESHOLD);
	s.facts.hits = 3;
	assert_verdict(&s, RESPONSE_DO, REASON_NONE);
}

static void test_rates(void **state)
{
	struct scene s;

	(void)state;
	for (int i = 0; i < 3; i++) {
		set(&s);
		*(i == 0   ? &s.facts.has_tokens.rule
		  : i == 1 ? &s.facts.has_tokens.container
		           : &s.facts.has_tokens.host) = false;
		assert_verdict(&s, RESPONSE_TRIP, REASON_NONE);
		*(i == 0   ? &s.facts.is_tripped.rule
		  : i == 1 ? &s.facts.is_tripped.container
		           : &s.facts.is_tripped.host) = true;
		assert_verdict(&s, RESPONSE_TRIPPED, REASON_NONE);
		/* a dry run stays one, and a guard is asked first */
		s.facts.mode = RESPONSE_DRY_RUN;
		assert_verdict(&s, RESPONSE_WOULD, REASON_NONE);
		s.request.is_replay = true;
		assert_verdict(&s, RESPONSE_REFUSE, REASON_REPLAY);
	}
}

static void test_reasons_differ(void **state)
{
	(void)state;
	for (int i = 0; i < REASON__MAX; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
				response_reason_text((enum response_reason)i),
				response_reason_text((enum response_reason)j));
}

static void test_bucket(void **state)
{
	const struct response_rate rate = { 3, 30 };
	const struct str key = STR("rule");
	uint64_t now = 5 * NS_PER_SEC;
	struct history h;

	(void)state;
	history_init(&h);
	for (int i = 0; i < 3; i++)
		assert_true(history_take(&h, 'r', key, rate, now));
	assert_false(history_has_token(&h, 'r', key, rate, now));
	assert_false(history_take(&h, 'r', key, rate, now));
	assert_true(history_has_token(&h, 'c', key, rate, now));
	now += 10 * NS_PER_SEC - 1;
	assert_false(history_take(&h, 'r', key, rate, now));
	assert_true(history_take(&h, 'r', key, rate, now + 1));
	assert_false(history_take(&h, 'r', key, rate, now + 1));
	/* never more than three at once, however long it was quiet */
	now += 3600 * NS_PER_SEC;
	for (int i = 0; i < 3; i++)
		assert_true(history_take(&h, 'r', key, rate, now));
	assert_false(history_take(&h, 'r', key, rate, now));
	assert_false(history_is_tripped(&h, 'r', key));
	history_trip(&h, 'r', key);
	assert_true(history_is_tripped(&h, 'r', key));
	assert_false(history_is_tripped(&h, 'c', key));
	/* closed at the word of who is not trusted, it gives no more */
	history_close(&h);
	assert_false(history_is_tripped(&h, 'r', key));
	assert_false(history_take(&h, 'r', key, rate, now));
	history_trip(&h, 'r', key);
	history_reset(&h);
	assert_false(history_is_tripped(&h, 'r', key));
	assert_true(history_take(&h, 'r', key, rate, now));
	history_done(&h);
}

static void test_thresholds(void **state)
{
	const struct str key = STR("rule");
	const uint64_t s = NS_PER_SEC;
	struct history h;

	(void)state;
	history_init(&h);
	assert_int_equal(history_hit(&h, key, 3, 10, 100 * s), 1);
	assert_int_equal(history_hit(&h, key, 3, 10, 101 * s), 2);
	assert_int_equal(history_hit(&h, key, 3, 10, 112 * s), 1);
	assert_int_equal(history_hit(&h, key, 3, 10, 113 * s), 2);
	assert_int_equal(history_hit(&h, key, 3, 10, 114 * s), 3);
	assert_int_equal(history_hit(&h, key, 3, 10, 115 * s), 3);
	/* the rule was changed: counted anew */
	assert_int_equal(history_hit(&h, key, 5, 10, 115 * s), 1);
	history_done(&h);
}

/* A full history forgets who is at rest, and refuses the rest: nobody gets more
 * than the rate by making names. */
/* A rule and a container make one key. */
static void test_keys_of_two(void **state)
{
	const struct str a = STR("rule\0a"), b = STR("rule\0b");
	struct history h;

	(void)state;
	history_init(&h);
	assert_int_equal(history_hit(&h, a, 3, 60, 1), 1);
	assert_int_equal(history_hit(&h, a, 3, 60, 2), 2);
	assert_int_equal(history_hit(&h, b, 3, 60, 3), 1);
	assert_int_equal(history_hit(&h, a, 3, 60, 4), 3);
	history_done(&h);
}

static void test_history_is_bounded(void **state)
{
	const struct response_rate rate = { 1, 60 };
	uint64_t now = NS_PER_SEC;
	struct history h;
	char name[32];

	(void)state;
	history_init(&h);
	for (unsigned i = 0; i < HISTORY_KEYS; i++) {
		snprintf(name, sizeof(name), "%u", i);
		assert_true(history_take(&h, 'r', str_from(name), rate, now));
	}
	assert_false(history_take(&h, 'r', STR("new"), rate, now));
	assert_int_equal(h.keys.count, HISTORY_KEYS);
	now += 61 * NS_PER_SEC;
	assert_true(history_take(&h, 'r', STR("new"), rate, now));
	assert_int_equal(h.keys.count, HISTORY_KEYS);
	history_done(&h);
}

static void test_rate_texts(void **state)
{
	static const char *const wrong[] = { "",     "3",     "3/",     "/3",
		                             "0/3s", "3/0s",  "x/3s",   "3/3h",
		                             "-1/3", "3/25h", "3/9999m" };
	struct response_rate r;

	(void)state;
	assert_true(response_rate_parse(STR("3/30s"), &r));
	assert_true(r.count == 3 && r.seconds == 30);
	assert_true(response_rate_parse(STR("10/1m"), &r));
	assert_true(r.count == 10 && r.seconds == 60);
	assert_true(response_rate_parse(STR("5/7"), &r));
	assert_true(r.count == 5 && r.seconds == 7);
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_false(response_rate_parse(str_from(wrong[i]), &r));
}

static void test_entries(void **state)
{
	static const char *const
		right[] = { "/x",        "exe:/x*",  "unit:a.service",
		            "user:root", "user:123", "label:a=b" },
		*const wrong[] = {
			"",          "x", "exe:x", "unit:", "user:no such user",
			"colour:red"
		};
	struct protected *list;
	struct str given[] = { STR("user:root"), STR("/bin/x") };
	struct arena arena = ARENA_INIT;
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(right); i++)
		assert_true(response_protect_valid(str_from(right[i])));
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_false(response_protect_valid(str_from(wrong[i])));
	assert_int_equal(protected_list(given, 2, &arena, &list, &n), 0);
	/* behind the built-in ones */
	assert_true(n > 20);
	assert_int_equal(list[n - 2].kind, PROTECT_USER);
	assert_int_equal(list[n - 2].uid, 0);
	assert_int_equal(list[n - 1].kind, PROTECT_EXE);
	arena_done(&arena);
}

static void test_assignments(void **state)
{
	struct str tags[] = { STR("escape"), STR("mitre") };
	struct rule rule = { .name = STR("Write below etc"),
		             .priority = PRIORITY_ERROR,
		             .tags = tags,
		             .ntags = 2 };
	static const char *const right[] = { "tag:mitre kill container",
		                             "priority:error stop host dry-run",
		                             "rule:\"Write below*\" freeze",
		                             "rule:Write* kill tree" };
	static const char *const others[] = { "tag:mit kill",
		                              "priority:critical kill",
		                              "rule:\"Write below\" kill" };
	static const char *const wrong[] = { "",
		                             "kill",
		                             "tag: kill",
		                             "tag:x",
		                             "x:y kill",
		                             "priority:x kill",
		                             "tag:x maim",
		                             "tag:x kill x",
		                             "tag:x freeze tree",
		                             "rule:\"x kill" };
	struct response_assignment a;
	const struct rule_response *r;

	(void)state;
	for (size_t i = 0; i < COUNT(right); i++) {
		assert_null(response_assignment_parse(str_from(right[i]), &a));
		assert_ptr_equal(response_assigned(&a, 1, &rule), &a.response);
	}
	for (size_t i = 0; i < COUNT(others); i++) {
		assert_null(response_assignment_parse(str_from(others[i]), &a));
		assert_null(response_assigned(&a, 1, &rule));
	}
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_non_null(
			response_assignment_parse(str_from(wrong[i]), &a));
	assert_null(response_assignment_parse(
		STR("tag:escape stop process host dry-run"), &a));
	r = &a.response;
	assert_true(r->action == RESPONSE_STOP && r->host &&
	            r->mode == RESPONSE_DRY_RUN &&
	            r->scope == RESPONSE_SCOPE_PROCESS);
	/* a rule's own is not replaced */
	rule.response.action = RESPONSE_KILL;
	assert_null(response_assigned(&a, 1, &rule));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_event_guards),
		cmocka_unit_test(test_vital_processes),
		cmocka_unit_test(test_never_kill),
		cmocka_unit_test(test_never_kill_containers),
		cmocka_unit_test(test_never_kill_paths),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_same_process),
		cmocka_unit_test(test_group_guards),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_reasons_differ),
		cmocka_unit_test(test_bucket),
		cmocka_unit_test(test_thresholds),
		cmocka_unit_test(test_keys_of_two),
		cmocka_unit_test(test_history_is_bounded),
		cmocka_unit_test(test_rate_texts),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_assignments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
