/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_foresee.c - processes that are looked at before they are to be killed.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/response/wire.h"
#include "sleeper.h"

/* This machine, with an account of what is asked. */
struct watched {
	struct host host;
	struct host_ops ops;
	struct host *real;
	unsigned looks;      /* at more than what is executed */
	bool executes_other; /* what was asked alone is not what it was */
};

struct fixture {
	struct watched watched;
	struct control *control;
	struct counters counters;
	struct response_settings settings;
	struct responder *responder;
	struct response_request request;
	struct arena arena;
	pid_t pid;
};

static int watched_process(struct host *h, pid_t pid, unsigned want,
                           struct arena *a, struct host_process *ret)
{
	struct watched *w = (struct watched *)(void *)h;
	int error = w->real->ops->process(w->real, pid, want, a, ret);

	w->looks += want != HOST_WANT_EXE;
	if (error == 0 && want == HOST_WANT_EXE && w->executes_other)
		ret->exe_id.ino++;
	return error;
}

static int setup(void **state)
{
	const struct response_rate plenty = { 1000000, 1 };
	const struct control_options tiers = { 0 };
	struct fixture *f = calloc(1, sizeof(*f));
	struct responder_options o;

	assert_non_null(f);
	f->watched.real = host_direct_new();
	assert_non_null(f->watched.real);
	f->watched.ops = *f->watched.real->ops;
	f->watched.ops.process = watched_process;
	f->watched.host.ops = &f->watched.ops;
	f->control = control_new(&tiers);
	assert_non_null(f->control);
	f->settings = (struct response_settings){
		.mode = RESPONSE_ENFORCE,
		.limits = { plenty, plenty, plenty, 64, 64, 30 },
	};
	o = (struct responder_options){
		.host = &f->watched.host,
		.control = f->control,
		.counters = &f->counters,
		.patience_ms = 60000,
		.self = getpid(),
		.parent = getppid(),
		.settings = f->settings,
	};
	f->responder = responder_new(&o);
	assert_non_null(f->responder);
	f->pid = sleeper_start();
	f->request = (struct response_request){
		.response = { .action = RESPONSE_KILL,
		              .mode = RESPONSE_DRY_RUN,
		              .host = true },
		.rule = STR("rule"),
		.has_process = true,
		.state = PROCESS_HOST,
		.pid = f->pid,
		.event_ns = clock_realtime_ns(),
		.received_ns = clock_monotonic_ns(),
	};
	*state = f;
	return 0;
}

static void end_child(struct fixture *f, bool was_killed)
{
	int status;

	if (!was_killed)
		kill(f->pid, SIGTERM);
	assert_int_equal(waitpid(f->pid, &status, 0), f->pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), was_killed ? SIGKILL : SIGTERM);
	f->pid = 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	if (f->pid != 0)
		end_child(f, false);
	responder_free(f->responder);
	control_free(f->control);
	host_free(f->watched.real);
	arena_done(&f->arena);
	free(f);
	return 0;
}

/* How many looks it took; the answer is the same whichever. */
static unsigned looks(struct fixture *f, pid_t foreseen)
{
	struct response_outcome outcome;

	responder_foresee(f->responder, foreseen);
	f->watched.looks = 0;
	f->request.event_ns = clock_realtime_ns();
	responder_run(f->responder, &f->request, &f->arena, &outcome);
	assert_true(str_eq(outcome.report.result, STR("would kill")));
	assert_true(outcome.report.start_ticks != 0);
	return f->watched.looks;
}

/* Where others had the processor for too long in between, it is tried again. */
static void is_not_looked_at_again(void **state)
{
	struct fixture *f = *state;

	while (looks(f, f->pid) != 0)
		;
}

static void must_be_who_is_asked_for(void **state)
{
	struct fixture *f = *state;

	assert_true(looks(f, getpid()) > 0);
	assert_true(looks(f, 0) > 0);
}

static void must_execute_the_same(void **state)
{
	struct fixture *f = *state;

	f->watched.executes_other = true;
	for (unsigned i = 0; i < 100; i++)
		assert_true(looks(f, f->pid) > 0);
}

static void serves_one_request(void **state)
{
	struct fixture *f = *state;

	while (looks(f, f->pid) != 0)
		;
	f->watched.looks = 0;
	responder_run(f->responder, &f->request, &f->arena,
	              &(struct response_outcome){ 0 });
	assert_true(f->watched.looks > 0);
}

static void must_be_alive(void **state)
{
	struct fixture *f = *state;
	struct response_outcome outcome;

	responder_foresee(f->responder, f->pid);
	f->request.response.mode = RESPONSE_ENFORCE;
	end_child(f, false);
	responder_run(f->responder, &f->request, &f->arena, &outcome);
	assert_false(outcome.is_done);
	assert_int_equal(counter_get(&f->counters, COUNTER_RESPONSES), 0);
}

/* New settings may ask for more. */
static void must_tell_what_the_guards_ask(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < 100; i++) {
		responder_foresee(f->responder, f->pid);
		assert_int_equal(
			responder_configure(f->responder, &f->settings), 0);
		f->watched.looks = 0;
		responder_run(f->responder, &f->request, &f->arena,
		              &(struct response_outcome){ 0 });
		assert_true(f->watched.looks > 0);
	}
}

/* An announcement is not answered; the request behind it is. */
static void travels(void **state)
{
	struct fixture *f = *state;
	struct response_outcome outcome;
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	f->request.response.mode = RESPONSE_ENFORCE;
	response_announce(ends[0], f->pid);
	assert_true(response_serve(ends[1], f->responder));
	assert_true(response_send(ends[0], &f->request, true));
	assert_true(response_serve(ends[1], f->responder));
	assert_true(response_receive(ends[0], &f->arena, &outcome));
	assert_true(outcome.is_done);
	end_child(f, true);
	close(ends[0]);
	assert_false(response_serve(ends[1], f->responder));
	close(ends[1]);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(is_not_looked_at_again),
		TEST(must_be_who_is_asked_for),
		TEST(must_execute_the_same),
		TEST(serves_one_request),
		TEST(must_be_alive),
		TEST(must_tell_what_the_guards_ask),
		TEST(travels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
