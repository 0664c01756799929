/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_evidence_kept.c - what is done around an action: evidence before it, a
 * command as one. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
// clang-format on

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/response/queue.h"
#include "sleeper.h"

struct fixture {
	char dir[64], journal_path[128];
	struct host *host;
	struct control *control;
	struct journal *journal;
	struct counters counters;
	struct responder *responder;
	struct response_settings settings;
	struct response_request request;
	struct response_outcome outcome;
	struct arena arena;
	pid_t children[3];
	size_t nchildren;
};

static void nothing_undone(void *arg, const struct journal_entry *e, int error)
{
	(void)arg;
	(void)e;
	(void)error;
}

static void make_responder(struct fixture *f)
{
	struct responder_options o = { .host = f->host,
		                       .control = f->control,
		                       .journal = f->journal,
		                       .counters = &f->counters,
		                       .patience_ms = 60000,
		                       .self = getpid(),
		                       .parent = getppid(),
		                       .settings = f->settings };

	responder_free(f->responder);
	f->responder = responder_new(&o);
	assert_non_null(f->responder);
}

static int setup(void **state)
{
	const struct response_rate plenty = { 1000, 1 };
	const struct journal_recovery recovery = { .fn = nothing_undone };
	const struct control_options every = { 0 };
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/saker-kept.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->journal_path, sizeof(f->journal_path), "%s/journal",
	         f->dir);
	f->host = host_direct_new();
	f->control = control_new(&every);
	assert_true(f->host != NULL && f->control != NULL);
	assert_int_equal(journal_open(f->journal_path, f->control, &recovery,
	                              &f->journal),
	                 0);
	f->settings = (struct response_settings){
		.mode = RESPONSE_ENFORCE,
		.limits = { plenty, plenty, plenty, 64, 64, 30 },
	};
	f->request = (struct response_request){
		.response = { .action = RESPONSE_KILL,
		              .mode = RESPONSE_ENFORCE,
		              .host = true },
		.rule = STR("rule"),
		.has_process = true,
		.state = PROCESS_HOST,
	};
	make_responder(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	for (size_t i = 0; i < f->nchildren; i++) {
		kill(f->children[i], SIGKILL);
		waitpid(f->children[i], NULL, 0);
	}
	responder_free(f->responder);
	journal_free(f->journal);
	control_free(f->control);
	host_free(f->host);
	arena_done(&f->arena);
	snprintf(command, sizeof(command), "rm -rf %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

/* The request is about it from now on. */
static void start_child(struct fixture *f)
{
	pid_t pid = sleeper_start();

	f->children[f->nchildren++] = pid;
	f->request.pid = pid;
}

static void run(struct fixture *f)
{
	f->request.event_ns = clock_realtime_ns();
	f->request.received_ns = clock_monotonic_ns();
	arena_reset(&f->arena);
	responder_run(f->responder, &f->request, &f->arena, &f->outcome);
	assert_true(f->outcome.is_set);
}

static void assert_result(const struct fixture *f, const char *prefix)
{
	if (!str_has_prefix(f->outcome.report.result, str_from(prefix)))
		fail_msg("not \"%s...\": %.*s", prefix,
		         STR_FMT(f->outcome.report.result));
}

static void assert_killed(const struct fixture *f, size_t child)
{
	siginfo_t info;

	assert_int_equal(waitid(P_PID, (id_t)f->children[child], &info,
	                        WEXITED | WNOWAIT),
	                 0);
	assert_int_equal(info.si_status, SIGKILL);
}

static void assert_alive(const struct fixture *f, size_t child)
{
	siginfo_t info = { 0 };

	assert_int_equal(waitid(P_PID, (id_t)f->children[child], &info,
	                        WEXITED | WNOWAIT | WNOHANG),
	                 0);
	assert_int_equal(info.si_pid, 0);
}

static void assert_file(const char *dir, const char *name, const char *expected)
{
	auto_buf struct buf text = BUF_INIT;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(io_read_at(AT_FDCWD, path, 4096, &text), 0);
	assert_string_equal(buf_cstr(&text), expected);
}

/* Held still while it is looked at, dead afterwards. */
static void test_evidence(void **state)
{
	struct fixture *f = *state;
	char dir[160], path[256];
	auto_buf struct buf status = BUF_INIT;

	snprintf(dir, sizeof(dir), "%s/evidence", f->dir);
	f->settings.evidence = (struct evidence_store){ .directory = dir,
		                                        .quota_bytes = 1 << 24,
		                                        .max_ms = 10000,
		                                        .max_bytes = 1 << 24 };
	f->request.uuid = STR("0190a7c1-0000-7000-8000-000000000001");
	f->request.alert = STR("{\"rule\":\"r\"}\n");
	make_responder(f);
	start_child(f);
	run(f);
	assert_result(f, "terminated after ");
	assert_killed(f, 0);
	snprintf(path, sizeof(path), "%s/%.*s", dir, STR_FMT(f->request.uuid));
	assert_true(str_eq(f->outcome.report.evidence, str_from(path)));
	assert_file(path, "alert.json", "{\"rule\":\"r\"}\n");
	snprintf(path, sizeof(path), "%.*s/status",
	         STR_FMT(f->outcome.report.evidence));
	assert_int_equal(io_read_at(AT_FDCWD, path, 4096, &status), 0);
	/* a busy machine may stop it only later */
	assert_non_null(strstr(buf_cstr(&status), "State:\t"));
	/* a name that leads elsewhere gives none, and keeps from nothing */
	start_child(f);
	f->request.uuid = STR("../x");
	run(f);
	assert_result(f, "terminated after ");
	assert_int_equal(f->outcome.report.evidence.len, 0);
	assert_killed(f, 1);
	assert_int_equal(counter_get(&f->counters, COUNTER_EVIDENCE_INCOMPLETE),
	                 1);
	/* no room for two */
	f->settings.evidence.quota_bytes = 1;
	make_responder(f);
	start_child(f);
	f->request.uuid = STR("0190a7c1-0000-7000-8000-000000000002");
	run(f);
	assert_killed(f, 2);
	assert_int_equal(counter_get(&f->counters, COUNTER_EVIDENCE_EVICTED),
	                 1);
}

static void test_exec(void **state)
{
	struct fixture *f = *state;
	char script[160];
	const char *command[] = { "/bin/sh", "-c", script, NULL };

	snprintf(script, sizeof(script), "cat >%s/got", f->dir);
	f->request.response.action = RESPONSE_EXEC;
	f->request.alert = STR("{\"rule\":\"r\"}\n");
	start_child(f);
	run(f);
	assert_result(f, "failed: response.exec names no command");
	f->settings.command = command;
	f->settings.command_ms = 10000;
	make_responder(f);
	run(f);
	assert_result(f, "command done after ");
	assert_file(f->dir, "got", "{\"rule\":\"r\"}\n");
	assert_alive(f, 0);
	snprintf(script, sizeof(script), "exit 3");
	make_responder(f);
	run(f);
	assert_result(f, "failed: command's exit status 3");
	snprintf(script, sizeof(script), "sleep 100");
	f->settings.command_ms = 50;
	make_responder(f);
	run(f);
	assert_result(f, "failed: command ended after 50 ms");
	assert_int_equal(counter_get(&f->counters, COUNTER_RESPONSES_FAILED),
	                 3);
	/* the guards are those of every action */
	f->request.pid = getpid();
	run(f);
	assert_result(f, "refused: ");
}

struct collected {
	unsigned count;
	char results[2][128]; /* as they came, the first two */
};

static void collect(void *arg, const struct response_done *done)
{
	struct collected *c = arg;

	if (c->count < 2)
		snprintf(c->results[c->count], sizeof(c->results[0]), "%.*s",
		         STR_FMT(done->alert->response.result));
	c->count++;
}

static void await(struct response_queue *q, struct collected *c, unsigned n)
{
	while (c->count < n) {
		struct pollfd p = { .fd = response_queue_fd(q),
			            .events = POLLIN };

		assert_int_equal(poll(&p, 1, 10000), 1);
		response_queue_collect(q, collect, c);
	}
}

static int submit(struct fixture *f, struct response_queue *q,
                  enum response_action action)
{
	struct alert alert = { 0 };

	f->request.response.action = action;
	f->request.event_ns = clock_realtime_ns();
	f->request.received_ns = clock_monotonic_ns();
	return response_queue_submit(q, &f->request, &alert);
}

/* A command that does not end holds up no kill, and a reload meanwhile takes
 * nothing from it. */
static void test_kill_beside_command(void **state)
{
	struct fixture *f = *state;
	struct response_runner runner;
	struct collected c = { 0 };
	struct response_queue *q;
	char fifo[96], script[160];
	const char *command[] = { "/bin/sh", "-c", script, NULL };
	unsigned n = 0;
	int fd;

	snprintf(fifo, sizeof(fifo), "%s/fifo", f->dir);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	snprintf(script, sizeof(script), "cat %s; exit 3", fifo);
	f->settings.command = command;
	f->settings.command_ms = 60000;
	make_responder(f);
	runner = response_runner_of(f->responder);
	runner.begin = NULL; /* the thread does it all */
	assert_int_equal(response_queue_new(&runner, &q), 0);
	start_child(f);
	assert_int_equal(submit(f, q, RESPONSE_EXEC), 0);
	/* the command runs from when it reads */
	fd = open(fifo, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	f->settings.command = NULL;
	assert_int_equal(responder_configure(f->responder, &f->settings), 0);
	assert_int_equal(submit(f, q, RESPONSE_KILL), 0);
	await(q, &c, 1);
	assert_non_null(strstr(c.results[0], "terminated after "));
	assert_killed(f, 0);
	close(fd);
	await(q, &c, 2);
	assert_string_equal(c.results[1], "failed: command's exit status 3");
	/* its queue is bounded by itself */
	f->settings.command = command;
	assert_int_equal(responder_configure(f->responder, &f->settings), 0);
	start_child(f);
	f->request.container = STR("noisy");
	while (submit(f, q, RESPONSE_EXEC) == 0)
		n++;
	assert_int_equal(n, LIMIT_RESPONSE_COMMANDS_WAITING / 2);
	f->request.container = STR("other");
	while (submit(f, q, RESPONSE_EXEC) == 0)
		n++;
	f->request.container = STR("third");
	while (submit(f, q, RESPONSE_EXEC) == 0)
		n++;
	assert_int_equal(n, LIMIT_RESPONSE_COMMANDS_WAITING);
	f->request.container = STR_NONE;
	assert_int_equal(submit(f, q, RESPONSE_KILL), 0);
	await(q, &c, 3);
	assert_killed(f, 1);
	/* the first opens it, then those behind it */
	fd = open(fifo, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	unlink(fifo);
	close(fd);
	response_queue_free(q);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_evidence),
		TEST(test_exec),
		TEST(test_kill_beside_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
