/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_strike.c - kills that are sent by who asks, before the thread of
 * responses has its turn. */
#include <fcntl.h>
#include <poll.h>
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
#include "saker/response/queue.h"
#include "sleeper.h"

struct fixture {
	struct host *host;
	struct control_options tiers;
	struct control *control;
	struct counters counters;
	struct responder *responder;
	struct response_settings settings;
	struct response_request request;
	struct arena arena;
};

static void make_responder(struct fixture *f)
{
	struct responder_options o = { .host = f->host,
		                       .counters = &f->counters,
		                       .patience_ms = 60000,
		                       .self = getpid(),
		                       .parent = getppid(),
		                       .settings = f->settings };

	responder_free(f->responder);
	control_free(f->control);
	f->control = control_new(&f->tiers);
	o.control = f->control;
	assert_non_null(f->control);
	f->responder = responder_new(&o);
	assert_non_null(f->responder);
}

static int setup(void **state)
{
	const struct response_rate plenty = { 1000, 1 };
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->host = host_direct_new();
	assert_non_null(f->host);
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

	responder_free(f->responder);
	control_free(f->control);
	host_free(f->host);
	arena_done(&f->arena);
	free(f);
	return 0;
}

/* One that has left the test's own program, whose processes are never acted
 * on. */
static pid_t start_child(struct fixture *f)
{
	pid_t pid = sleeper_start();

	f->request.pid = pid;
	f->request.event_ns = clock_realtime_ns();
	f->request.received_ns = clock_monotonic_ns();
	return pid;
}

static void assert_killed(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void run_never(void *arg, const struct response_request *request,
                      struct arena *arena, struct response_outcome *ret)
{
	(void)arg, (void)request, (void)arena, (void)ret;
	fail_msg("it was not begun");
}

struct collected {
	unsigned count;
	char result[256];
};

static void collect(void *arg, const struct response_done *done)
{
	struct collected *c = arg;

	c->count++;
	snprintf(c->result, sizeof(c->result), "%.*s",
	         STR_FMT(done->alert->response.result));
}

static void await(struct response_queue *q, struct collected *c,
                  const char *beginning)
{
	const unsigned before = c->count;

	while (c->count == before) {
		struct pollfd p = { .fd = response_queue_fd(q),
			            .events = POLLIN };

		assert_int_equal(poll(&p, 1, 60000), 1);
		response_queue_collect(q, collect, c);
	}
	if (!str_has_prefix(str_from(c->result), str_from(beginning)))
		fail_msg("'%s' does not begin with '%s'", c->result, beginning);
}

/* What is refused is so in the same way; one that nobody collects dies too. */
static void test_begun_by_who_asks(void **state)
{
	struct fixture *f = *state;
	struct response_runner runner = response_runner_of(f->responder);
	struct collected c = { 0 };
	struct response_queue *q;
	struct alert alert = { 0 };
	pid_t pid;

	runner.run = run_never;
	assert_int_equal(response_queue_new(&runner, &q), 0);
	pid = start_child(f);
	assert_int_equal(response_queue_submit(q, &f->request, &alert), 0);
	assert_killed(pid);
	await(q, &c, "terminated after ");
	f->request.pid = getpid();
	assert_int_equal(response_queue_submit(q, &f->request, &alert), 0);
	await(q, &c, "refused: saker itself");
	pid = start_child(f);
	assert_int_equal(response_queue_submit(q, &f->request, &alert), 0);
	response_queue_free(q);
	assert_killed(pid);
	assert_int_equal(counter_get(&f->counters, COUNTER_RESPONSES), 2);
	assert_int_equal(counter_get(&f->counters, COUNTER_RESPONSES_REFUSED),
	                 1);
}

static void assert_left(struct fixture *f)
{
	assert_null(responder_strike(f->responder, &f->request, &f->arena));
}

/* What takes files, others' processes or more than a signal is left to the
 * thread. */
static void test_left_to_the_thread(void **state)
{
	struct fixture *f = *state;
	pid_t pid = start_child(f);

	f->request.response.scope = RESPONSE_SCOPE_TREE;
	assert_left(f);
	f->request.response.scope = RESPONSE_SCOPE_PROCESS;
	f->request.response.mode = RESPONSE_DRY_RUN;
	assert_left(f);
	f->request.response.mode = RESPONSE_ENFORCE;
	f->settings.evidence.directory = "/";
	make_responder(f);
	assert_left(f);
	f->settings.evidence.directory = NULL;
	control_options_add(&f->tiers, STR("stop-verify"));
	make_responder(f);
	assert_left(f);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	kill(pid, SIGKILL);
	assert_killed(pid);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_begun_by_who_asks),
		TEST(test_left_to_the_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
