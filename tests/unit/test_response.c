/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_response.c - every guard, and the kill of a child. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/response/response.h"

/* What rendering needs of the engine; these tests do not look at it. */
const char *priority_name(enum priority p)
{
	(void)p;
	return "Critical";
}

#define NOW (1763769600 * NS_PER_SEC)

static const struct response_protected protected[] = {
	{ { "/usr/sbin/sshd", 14 }, { 8, 1001 } },
	{ { "/usr/bin/dockerd", 16 }, { 0, 0 } }, /* not there */
};

/* A process in a container that nothing speaks for. */
static struct response_facts victim(void)
{
	return (struct response_facts){
		.rule = { .action = RESPONSE_KILL, .mode = RESPONSE_ENFORCE },
		.mode = RESPONSE_ENFORCE,
		.self = 500,
		.parent = 501,
		.auditd = 502,
		.auditd_parent = 503,
		.protected = protected,
		.nprotected = 2,
		.event_ns = NOW,
		.now_ns = NOW + NS_PER_MS,
		.has_process = true,
		.pid = 4000,
		.ppid = 3999,
		.state = PROCESS_CONTAINER,
		.start_ticks = 777,
		.live_ticks = 777,
		.live_start_ns = NOW - NS_PER_SEC,
		.live_ppid = 3999,
		.exe = STR("/bin/evil"),
		.exe_id = { 9, 42 },
	};
}

static void assert_verdict(const struct response_facts *f,
                           enum response_verdict verdict,
                           enum response_reason reason)
{
	enum response_reason got = REASON__MAX;

	assert_int_equal(response_decide(f, &got), verdict);
	assert_string_equal(response_reason_text(got),
	                    response_reason_text(reason));
}

static void assert_refused(const struct response_facts *f,
                           enum response_reason reason)
{
	struct response_facts dry = *f, host = *f;

	assert_verdict(f, RESPONSE_REFUSE, reason);
	/* a dry run says what enforcing would do */
	dry.mode = RESPONSE_DRY_RUN;
	assert_verdict(&dry, RESPONSE_REFUSE, reason);
	/* host: true lifts one guard only */
	if (reason == REASON_HOST)
		return;
	host.rule.host = true;
	assert_verdict(&host, RESPONSE_REFUSE, reason);
}

static void test_modes(void **state)
{
	static const enum response_verdict verdicts[3][3] = {
		{ RESPONSE_NOTHING, RESPONSE_NOTHING, RESPONSE_NOTHING },
		{ RESPONSE_NOTHING, RESPONSE_WOULD, RESPONSE_WOULD },
		{ RESPONSE_NOTHING, RESPONSE_WOULD, RESPONSE_DO },
	};
	struct response_facts f = victim();

	(void)state;
	for (int global = 0; global < 3; global++)
		for (int rule = 0; rule < 3; rule++) {
			f.mode = (enum response_mode)global;
			f.rule.mode = (enum response_mode)rule;
			assert_verdict(&f, verdicts[global][rule], REASON_NONE);
		}
	f.rule.action = RESPONSE_NONE;
	assert_verdict(&f, RESPONSE_NOTHING, REASON_NONE);
}

static void test_mode_names(void **state)
{
	enum response_mode m;

	(void)state;
	for (int i = RESPONSE_OFF; i <= RESPONSE_ENFORCE; i++) {
		const char *name = response_mode_name((enum response_mode)i);

		assert_true(response_mode_parse(str_from(name), &m));
		assert_int_equal(m, i);
	}
	m = RESPONSE_OFF;
	assert_false(response_mode_parse(STR("Enforce"), &m));
	assert_false(response_mode_parse(STR(""), &m));
	assert_int_equal(m, RESPONSE_OFF);
}

static void test_vital_pids(void **state)
{
	static const struct {
		pid_t pid;
		enum response_reason reason;
	} cases[] = {
		{ -1, REASON_INIT },    { 0, REASON_INIT },
		{ 1, REASON_INIT },     { 2, REASON_KERNEL_THREAD },
		{ 500, REASON_SELF },   { 501, REASON_PARENT },
		{ 502, REASON_AUDITD }, { 503, REASON_AUDITD_PARENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct response_facts f = victim();

		f.pid = cases[i].pid;
		assert_refused(&f, cases[i].reason);
	}
}

static void test_kernel_threads(void **state)
{
	struct response_facts flagged = victim(), tracked = victim(),
			      live = victim();

	(void)state;
	flagged.is_kernel_thread = true;
	assert_refused(&flagged, REASON_KERNEL_THREAD);
	tracked.ppid = 2;
	assert_refused(&tracked, REASON_KERNEL_THREAD);
	live.live_ppid = 2;
	assert_refused(&live, REASON_KERNEL_THREAD);
}

static void test_place(void **state)
{
	struct response_facts f = victim();

	(void)state;
	f.state = PROCESS_SETUP;
	assert_refused(&f, REASON_SETUP);
	f.state = PROCESS_HOST;
	assert_refused(&f, REASON_HOST);
	f.rule.host = true;
	assert_verdict(&f, RESPONSE_DO, REASON_NONE);
}

static void test_origin(void **state)
{
	struct response_facts replay = victim(), foreign = victim(),
			      nobody = victim();

	(void)state;
	replay.is_replay = true;
	assert_refused(&replay, REASON_REPLAY);
	foreign.is_foreign = true;
	assert_refused(&foreign, REASON_FOREIGN);
	nobody.has_process = false;
	assert_refused(&nobody, REASON_NO_PROCESS);
}

static void test_freshness(void **state)
{
	struct response_facts f = victim();

	(void)state;
	f.now_ns = f.event_ns + 30 * NS_PER_SEC;
	assert_verdict(&f, RESPONSE_DO, REASON_NONE);
	f.now_ns++;
	assert_refused(&f, REASON_TOO_OLD);
	f.now_ns = f.event_ns - NS_PER_SEC; /* the clock was set back */
	assert_verdict(&f, RESPONSE_DO, REASON_NONE);
}

static void test_same_process(void **state)
{
	struct response_facts gone = victim(), hidden = victim(),
			      other = victim(), later = victim(),
			      unknown = victim();

	(void)state;
	gone.live_error = E_NOT_FOUND;
	assert_refused(&gone, REASON_GONE);
	hidden.live_error = E_DENIED;
	assert_refused(&hidden, REASON_UNKNOWN);
	other.live_ticks++;
	assert_refused(&other, REASON_OTHER_PROCESS);
	/* the start time was not tracked: what started before the event is it
	 */
	unknown.start_ticks = 0;
	assert_verdict(&unknown, RESPONSE_DO, REASON_NONE);
	unknown.live_start_ns = NOW + 10 * NS_PER_MS; /* the coarse clock */
	assert_verdict(&unknown, RESPONSE_DO, REASON_NONE);
	unknown.live_start_ns = NOW + 50 * NS_PER_MS;
	assert_refused(&unknown, REASON_OTHER_PROCESS);
	later.live_start_ns = NOW + NS_PER_SEC;
	assert_refused(&later, REASON_OTHER_PROCESS);
}

static void test_never_kill(void **state)
{
	struct response_facts f = victim();

	(void)state;
	f.exe_id = (struct file_id){ 8, 1001 };
	assert_refused(&f, REASON_PROTECTED); /* whatever its name */
	/* a container may call its file sshd */
	f.exe_id = (struct file_id){ 9, 42 };
	f.exe = STR("/usr/sbin/sshd");
	assert_verdict(&f, RESPONSE_DO, REASON_NONE);
	f.state = PROCESS_HOST;
	f.rule.host = true;
	assert_verdict(&f, RESPONSE_REFUSE, REASON_PROTECTED);
	f.exe = STR("/usr/sbin/sshd (deleted)"); /* upgraded while it runs */
	assert_verdict(&f, RESPONSE_REFUSE, REASON_PROTECTED);
	f.exe = STR("/usr/bin/dockerd");
	assert_verdict(&f, RESPONSE_REFUSE, REASON_PROTECTED);
	f.exe = STR("/usr/bin/docker");
	assert_verdict(&f, RESPONSE_DO, REASON_NONE);
	/* what cannot be compared is not killed */
	f.exe = STR_NONE;
	f.exe_id = (struct file_id){ 0 };
	assert_verdict(&f, RESPONSE_REFUSE, REASON_UNKNOWN);
	f.nprotected = 0;
	assert_verdict(&f, RESPONSE_DO, REASON_NONE);
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

/* A machine with one process. */
struct fake {
	struct host host;
	struct host_process process;
	int process_error, kill_error;
	bool survives;
	unsigned asked, killed;
	pid_t killed_pid;
	uint64_t killed_ticks;
};

static int fake_process(struct host *h, pid_t pid, unsigned want,
                        struct arena *arena, struct host_process *ret)
{
	struct fake *f = container_of(h, struct fake, host);

	(void)want;
	(void)arena;
	f->asked++;
	if (f->process_error == 0 && pid != f->process.pid)
		return E_NOT_FOUND;
	if (f->process_error == 0)
		*ret = f->process;
	return f->process_error;
}

static int fake_file_id(struct host *h, const char *path, struct file_id *ret)
{
	(void)h;
	if (strcmp(path, "/usr/sbin/sshd") != 0)
		return E_NOT_FOUND;
	*ret = (struct file_id){ 8, 1001 };
	return 0;
}

static int fake_kill(struct host *h, pid_t pid, uint64_t start_ticks,
                     unsigned timeout_ms, bool *ret_dead)
{
	struct fake *f = container_of(h, struct fake, host);

	(void)timeout_ms;
	f->killed++;
	f->killed_pid = pid;
	f->killed_ticks = start_ticks;
	*ret_dead = !f->survives;
	return f->kill_error;
}

static const struct host_ops fake_ops = { .process = fake_process,
	                                  .file_id = fake_file_id,
	                                  .kill = fake_kill };

struct fixture {
	struct fake fake;
	struct counters counters;
	struct responder responder;
	struct rule_response rule;
	struct process process;
	struct response_event event;
	struct alert alert;
};

static const struct str never_kill[] = { { "/usr/sbin/sshd", 14 },
	                                 { "/none", 5 } };

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->fake.host.ops = &fake_ops;
	f->fake.process = (struct host_process){ .pid = 4000,
		                                 .ppid = 3999,
		                                 .start_ticks = 1,
		                                 .exe = STR("/bin/evil"),
		                                 .exe_id = { 9, 42 } };
	f->responder = (struct responder){ .host = &f->fake.host,
		                           .counters = &f->counters,
		                           .mode = RESPONSE_ENFORCE,
		                           .self = getpid(),
		                           .parent = getppid(),
		                           .never_kill = never_kill,
		                           .nnever_kill = 2 };
	f->rule = (struct rule_response){ .action = RESPONSE_KILL,
		                          .mode = RESPONSE_ENFORCE };
	f->process = (struct process){ .pid = 4000,
		                       .ppid = 3999,
		                       .start_ticks = 1,
		                       .state = PROCESS_CONTAINER };
	f->event =
		(struct response_event){ .process = &f->process,
		                         .time_ns = clock_realtime_ns(),
		                         .received_ns = clock_monotonic_ns() };
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	alert_done(&f->alert);
	free(f);
	return 0;
}

static bool run(struct fixture *f)
{
	return response_run(&f->responder, &f->rule, &f->event, &f->alert);
}

static void assert_result(const struct fixture *f, const char *result)
{
	const struct alert_response *r = &f->alert.response;

	assert_true(f->alert.has_response);
	if (!str_eq(r->result, str_from(result)))
		fail_msg("'%.*s' is not '%s'", STR_FMT(r->result), result);
}

static void assert_counted(const struct fixture *f, enum counter id)
{
	static const enum counter all[] = { COUNTER_RESPONSES,
		                            COUNTER_RESPONSES_WOULD,
		                            COUNTER_RESPONSES_REFUSED,
		                            COUNTER_RESPONSES_FAILED };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_int_equal(counter_get(&f->counters, all[i]),
		                 all[i] == id);
}

static void test_run_kills(void **state)
{
	struct fixture *f = *state;
	const struct alert_response *r = &f->alert.response;
	char expected[64];

	f->process.start_ticks = 0; /* not tracked: read */
	assert_true(run(f));
	assert_int_equal(f->fake.killed, 1);
	assert_int_equal(f->fake.killed_pid, 4000);
	assert_int_equal(f->fake.killed_ticks, 1);
	assert_true(r->has_latency);
	snprintf(expected, sizeof(expected), "terminated after %llu us",
	         (unsigned long long)r->latency_us);
	assert_result(f, expected);
	assert_counted(f, COUNTER_RESPONSES);
	assert_int_equal(r->pid, 4000);
	assert_int_equal(r->start_ticks, 1);
	assert_true(str_eq(r->exe, STR("/bin/evil")));
	assert_true(str_eq(r->action, STR("kill")));
	assert_true(str_eq(r->mode, STR("enforce")));
}

static void test_run_dry(void **state)
{
	struct fixture *f = *state;

	f->responder.mode = RESPONSE_DRY_RUN;
	assert_true(run(f));
	assert_int_equal(f->fake.killed, 0);
	assert_result(f, "would kill");
	assert_counted(f, COUNTER_RESPONSES_WOULD);
	assert_true(str_eq(f->alert.response.mode, STR("dry-run")));
}

static void test_run_nothing(void **state)
{
	struct fixture *f = *state;

	f->responder.mode = RESPONSE_OFF;
	assert_false(run(f));
	f->responder.mode = RESPONSE_ENFORCE;
	f->rule.action = RESPONSE_NONE;
	assert_false(run(f));
	assert_int_equal(f->fake.killed + f->fake.asked, 0);
	assert_false(f->alert.has_response);
	assert_counted(f, COUNTER__MAX);
}

static void test_run_replay(void **state)
{
	struct fixture *f = *state;

	f->responder.is_replay = true;
	assert_true(run(f));
	assert_int_equal(f->fake.killed + f->fake.asked, 0);
	assert_result(f, "refused: replay");
	assert_counted(f, COUNTER_RESPONSES_REFUSED);
}

static void test_run_refused(void **state)
{
	struct fixture *f = *state;

	f->fake.process.exe_id = (struct file_id){ 8, 1001 };
	assert_true(run(f));
	assert_int_equal(f->fake.killed, 0);
	assert_result(f, "refused: the executable is on the never-kill list");
	assert_counted(f, COUNTER_RESPONSES_REFUSED);
}

static void test_run_without_process(void **state)
{
	struct fixture *f = *state;

	f->event.process = NULL;
	assert_true(run(f));
	assert_int_equal(f->fake.killed + f->fake.asked, 0);
	assert_result(f, "refused: the event has no process");
}

static void test_run_replaced(void **state)
{
	struct fixture *f = *state;

	f->process.start_ticks = 5;
	assert_true(run(f));
	assert_int_equal(f->fake.killed, 0);
	assert_result(f, "refused: the pid belongs to another process now");
}

static void test_run_fails(void **state)
{
	struct fixture *f = *state;

	f->fake.kill_error = E_DENIED;
	assert_true(run(f));
	assert_result(f, "failed: permission denied");
	assert_false(f->alert.response.has_latency);
	assert_counted(f, COUNTER_RESPONSES_FAILED);
}

static void test_run_survivor(void **state)
{
	struct fixture *f = *state;

	f->fake.survives = true;
	assert_true(run(f));
	assert_result(f, "failed: signalled, not dead after 100 ms");
	assert_counted(f, COUNTER_RESPONSES_FAILED);
}

/* A child of this test under the direct host. */
static pid_t start_child(struct fixture *f)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		for (;;)
			pause();
	f->process.pid = pid;
	f->process.ppid = getpid();
	f->process.start_ticks = 0;
	f->event.time_ns = clock_realtime_ns();
	return pid;
}

static void test_kills_child(void **state)
{
	struct fixture *f = *state;
	pid_t pid = start_child(f), neighbour = start_child(f);
	struct host *host = host_direct_new();
	int status;

	assert_non_null(host);
	f->process.pid = pid;
	f->responder.host = host;
	assert_true(run(f));
	assert_counted(f, COUNTER_RESPONSES);
	assert_true(f->alert.response.start_ticks != 0);
	assert_true(f->alert.response.exe.len != 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	assert_int_equal(waitpid(neighbour, &status, WNOHANG), 0);

	/* reaped: gone */
	assert_true(run(f));
	assert_result(f, "refused: the process is gone");
	kill(neighbour, SIGKILL);
	waitpid(neighbour, &status, 0);
	host_free(host);
}

static void test_spares_other_child(void **state)
{
	struct fixture *f = *state;
	pid_t pid = start_child(f);
	struct host *host = host_direct_new();
	int status;

	assert_non_null(host);
	f->responder.host = host;
	/* the pid of a process that started at another time */
	f->process.start_ticks = 1;
	assert_true(run(f));
	assert_result(f, "refused: the pid belongs to another process now");
	/* an event from before it started */
	f->process.start_ticks = 0;
	f->event.time_ns -= 10 * NS_PER_SEC;
	assert_true(run(f));
	assert_result(f, "refused: the pid belongs to another process now");
	assert_int_equal(waitpid(pid, &status, WNOHANG), 0);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	host_free(host);
}

/* host_none: what cannot be examined is not killed. */
static void test_no_host(void **state)
{
	struct fixture *f = *state;
	struct host *host = host_none_new();

	assert_non_null(host);
	f->responder.host = host;
	assert_true(run(f));
	assert_result(f, "refused: the process could not be examined");
	host_free(host);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_mode_names),
		cmocka_unit_test(test_vital_pids),
		cmocka_unit_test(test_kernel_threads),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_freshness),
		cmocka_unit_test(test_same_process),
		cmocka_unit_test(test_never_kill),
		cmocka_unit_test(test_reasons_differ),
		TEST(test_run_kills),
		TEST(test_run_dry),
		TEST(test_run_nothing),
		TEST(test_run_replay),
		TEST(test_run_refused),
		TEST(test_run_without_process),
		TEST(test_run_replaced),
		TEST(test_run_fails),
		TEST(test_run_survivor),
		TEST(test_kills_child),
		TEST(test_spares_other_child),
		TEST(test_no_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
