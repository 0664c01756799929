/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_response.c - responses to real processes of this test, by every tier;
 * the journal; the thread. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/response/queue.h"
#include "sleeper.h"

struct fixture {
	char dir[64];
	char journal_path[128];
	struct host *host;
	struct control_options tiers;
	struct control *control;
	struct journal *journal;
	struct counters counters;
	struct responder *responder;
	struct response_settings settings;
	struct response_request request;
	struct response_outcome outcome;
	struct arena arena;
	pid_t children[8];
	size_t nchildren;
	unsigned undone;
	int undone_error;
};

static void write_text(const char *path, const char *text)
{
	auto_close int fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(io_write_all(fd, str_from(text)), 0);
}

static void count_undone(void *arg, const struct journal_entry *e, int error)
{
	struct fixture *f = arg;

	(void)e;
	f->undone++;
	f->undone_error = error;
}

static void open_journal(struct fixture *f, bool keep)
{
	struct journal_recovery recovery = { .keep = keep,
		                             .fn = count_undone,
		                             .arg = f };

	f->undone = 0;
	assert_int_equal(journal_open(f->journal_path, f->control, &recovery,
	                              &f->journal),
	                 0);
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

static void make_control(struct fixture *f)
{
	journal_free(f->journal);
	control_free(f->control);
	f->journal = NULL;
	f->control = control_new(&f->tiers);
	assert_non_null(f->control);
	open_journal(f, false);
	make_responder(f);
}

static int setup(void **state)
{
	const struct response_rate plenty = { 1000, 1 };
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/saker-response.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->journal_path, sizeof(f->journal_path), "%s/journal",
	         f->dir);
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
	make_control(f);
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

/* Waits until it has left the test's own program, whose processes are never
 * acted on. */
static pid_t start_child(struct fixture *f)
{
	pid_t pid = sleeper_start();

	f->children[f->nchildren++] = pid;
	f->request.pid = pid;
	f->request.event_ns = clock_realtime_ns();
	f->request.received_ns = clock_monotonic_ns();
	return pid;
}

static void run(struct fixture *f)
{
	arena_reset(&f->arena);
	responder_run(f->responder, &f->request, &f->arena, &f->outcome);
}

static void assert_result(const struct fixture *f, const char *beginning)
{
	struct str got = f->outcome.report.result;

	assert_true(f->outcome.is_set);
	if (!str_has_prefix(got, str_from(beginning)))
		fail_msg("'%.*s' does not begin with '%s'", STR_FMT(got),
		         beginning);
}

static char state_of(pid_t pid)
{
	struct process_handle h;
	struct control_options none = { 0 };
	struct control *c = control_new(&none);
	char state = '-';

	assert_non_null(c);
	if (control_open_process(c, pid, &h) == 0) {
		if (process_handle_state(&h, &state) < 0)
			state = '-';
		process_handle_close(&h);
	}
	control_free(c);
	return state;
}

static void assert_killed(const struct fixture *f, size_t child)
{
	int status;

	assert_int_equal(waitpid(f->children[child], &status, 0),
	                 f->children[child]);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void assert_alive(const struct fixture *f, size_t child)
{
	char state = state_of(f->children[child]);

	assert_true(state == 'S' || state == 'R' || state == 'D');
}

static void test_kill_by_each_tier(void **state)
{
	struct fixture *f = *state;

	for (unsigned t = 0; t < PROCESS_TIER__MAX; t++) {
		const char *name = process_tier_info(t)->name;

		f->tiers.process_tiers = 1u << t;
		make_control(f);
		if (control_process_tier(f->control) != t)
			continue; /* an older kernel */
		f->nchildren = 0;
		start_child(f);
		start_child(f);
		f->request.pid = f->children[0];
		run(f);
		assert_result(f, "terminated after ");
		assert_string_equal(f->outcome.report.tier.s, name);
		assert_true(f->outcome.report.has_latency);
		assert_true(f->outcome.report.exe.len != 0);
		assert_killed(f, 0);
		assert_alive(f, 1);
		kill(f->children[1], SIGKILL);
		waitpid(f->children[1], NULL, 0);
		f->nchildren = 0;
		run(f);
		assert_result(f, "refused: the process is gone");
	}
	assert_int_equal(counter_get(&f->counters, COUNTER_RESPONSES_FAILED),
	                 0);
}

static void test_recycled(void **state)
{
	struct fixture *f = *state;

	for (unsigned t = 0; t < PROCESS_TIER__MAX; t++) {
		f->tiers.process_tiers = 1u << t;
		make_control(f);
		start_child(f);
		f->request.start_ticks = 5;
		run(f);
		assert_result(f, "refused: the pid belongs to another process");
		f->request.start_ticks = 0;
		f->request.event_ns = clock_realtime_ns() - 5 * NS_PER_SEC;
		run(f);
		assert_result(f, "refused: the pid belongs to another process");
		assert_alive(f, t);
	}
}

static void test_dry_run(void **state)
{
	struct fixture *f = *state;

	f->settings.mode = RESPONSE_DRY_RUN;
	make_responder(f);
	start_child(f);
	run(f);
	assert_result(f, "would kill");
	assert_true(str_eq(f->outcome.report.mode, STR("dry-run")));
	assert_alive(f, 0);
	assert_int_equal(counter_get(&f->counters, COUNTER_RESPONSES_WOULD), 1);
	f->settings.mode = RESPONSE_OFF;
	assert_int_equal(responder_configure(f->responder, &f->settings), 0);
	run(f);
	assert_false(f->outcome.is_set);
	assert_alive(f, 0);
}

static void test_never_itself(void **state)
{
	struct fixture *f = *state;
	const pid_t pids[] = { 0, 1, 2, getpid(), getppid() };

	start_child(f);
	for (size_t i = 0; i < COUNT(pids); i++) {
		f->request.pid = pids[i];
		run(f);
		assert_result(f, "refused: ");
	}
}

static void test_never_kill(void **state)
{
	static const struct str list[] = { STR_INIT("/bin/sleep") };
	struct fixture *f = *state;

	f->settings.never_kill = list;
	f->settings.nnever_kill = 1;
	make_responder(f);
	start_child(f);
	run(f);
	assert_result(f, "refused: on the never-kill list");
	assert_alive(f, 0);
}

/* sh with two sleeps below it. */
static void start_family(struct fixture *f)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c",
		      "sleep 600 & sleep 600; :", (char *)NULL);
		_exit(127);
	}
	f->children[f->nchildren++] = pid;
	f->request.pid = pid;
	f->request.response.scope = RESPONSE_SCOPE_TREE;
	f->request.received_ns = clock_monotonic_ns();
}

static void run_family(struct fixture *f)
{
	/* until all three are there */
	for (int i = 0; i < 500; i++) {
		f->settings.mode = RESPONSE_DRY_RUN;
		f->settings.limits.max_processes = 2;
		make_responder(f);
		f->request.event_ns = clock_realtime_ns();
		run(f);
		if (str_has_prefix(f->outcome.report.result,
		                   STR("refused: it would reach too many")))
			break;
		poll(NULL, 0, 10);
	}
	f->settings.mode = RESPONSE_ENFORCE;
}

static void test_tree(void **state)
{
	struct fixture *f = *state;

	start_family(f);
	run_family(f);
	make_responder(f);
	run(f);
	assert_result(f, "refused: it would reach too many processes");
	assert_true(counter_get(&f->counters, COUNTER_RESPONSES_REFUSED) > 0);
	assert_alive(f, 0);
	f->settings.limits.max_processes = 3;
	make_responder(f);
	run(f);
	assert_result(f, "terminated 3 processes after ");
	assert_killed(f, 0);
	f->nchildren = 0;
}

static void test_age(void **state)
{
	struct fixture *f = *state;

	start_child(f);
	f->request.event_ns = clock_realtime_ns() -
	                      (f->settings.limits.max_age + 1) * NS_PER_SEC;
	run(f);
	assert_result(f, "refused: ");
	assert_alive(f, 0);
	assert_int_equal(counter_get(&f->counters, COUNTER_RESPONSES_REFUSED),
	                 1);
}

static void test_stop_and_resume(void **state)
{
	struct journal_entries list;
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;

	start_child(f);
	f->request.response.action = RESPONSE_STOP;
	run(f);
	assert_result(f, "stopped after ");
	assert_int_equal(state_of(f->children[0]), 'T');
	assert_int_equal(journal_read(f->journal_path, &arena, &list), 0);
	assert_int_equal(list.count, 1);
	assert_true(list.items[0].is_stop && list.items[0].is_kept);
	assert_int_equal(list.items[0].pid, f->children[0]);
	/* as saker resume does it */
	assert_int_equal(journal_undo(f->control, &list.items[0]), 0);
	assert_int_equal(journal_close_entry(f->journal_path, &list.items[0]),
	                 0);
	assert_alive(f, 0);
	assert_int_equal(journal_read(f->journal_path, &arena, &list), 0);
	assert_int_equal(list.count, 0);
	arena_done(&arena);
}

/* What was stopped runs again when saker starts anew, unless it is kept. */
static void test_recovery(void **state)
{
	struct fixture *f = *state;

	start_child(f);
	f->request.response.action = RESPONSE_STOP;
	run(f);
	assert_int_equal(state_of(f->children[0]), 'T');
	journal_free(f->journal);
	open_journal(f, true);
	assert_int_equal(f->undone, 0);
	assert_int_equal(state_of(f->children[0]), 'T');
	journal_free(f->journal);
	open_journal(f, false);
	assert_int_equal(f->undone, 1);
	assert_int_equal(f->undone_error, 0);
	assert_alive(f, 0);
	journal_free(f->journal);
	open_journal(f, false);
	assert_int_equal(f->undone, 0);
	make_responder(f);
}

static void test_one_owner(void **state)
{
	struct journal_recovery recovery = { 0 };
	struct fixture *f = *state;
	struct journal *other;

	assert_int_equal(
		journal_open(f->journal_path, f->control, &recovery, &other),
		E_FULL);
}

/* Another boot's entries, a half line, lines that are none, another process,
 * another directory. */
static void test_odd_journals(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf boot = BUF_INIT;
	struct arena arena = ARENA_INIT;
	struct journal_entries list;
	char text[512];

	start_child(f);
	journal_free(f->journal);
	f->journal = NULL;
	snprintf(text, sizeof(text), "boot\tx\nstop\t1\t%d\t5\n",
	         (int)f->children[0]);
	write_text(f->journal_path, text);
	assert_int_equal(journal_read(f->journal_path, &arena, &list), 0);
	assert_int_equal(list.count, 0);
	assert_int_equal(io_read_at(AT_FDCWD, "/proc/sys/kernel/random/boot_id",
	                            64, &boot),
	                 0);
	snprintf(text, sizeof(text),
	         "boot\t%snonsense\nstop\tx\t1\t1\nend\t9\nstop\t1\t%d\t5\n"
	         "freeze\t2\tcgroup.freeze\t12345\tid\t/tmp\n"
	         "freeze\t3\tbellows\t1\tid\t/tmp\nstop\t4\t1\t1",
	         buf_cstr(&boot), (int)f->children[0]);
	write_text(f->journal_path, text);
	assert_int_equal(journal_read(f->journal_path, &arena, &list), 0);
	assert_int_equal(list.count, 2);
	open_journal(f, false);
	assert_int_equal(f->undone, 2);
	assert_int_equal(f->undone_error, E_STALE);
	assert_int_equal(journal_read(f->journal_path, &arena, &list), 0);
	assert_int_equal(list.count, 0);
	arena_done(&arena);
	make_responder(f);
}

/* A journal that nobody empties is not written for ever. */
static void test_full_journal(void **state)
{
	const struct journal_entry e = { .is_stop = true,
		                         .pid = 1,
		                         .start_ticks = UINT64_MAX };
	struct fixture *f = *state;
	uint64_t id, n = 0;
	int error;

	while ((error = journal_begin(f->journal, &e, &id)) == 0)
		n++;
	assert_int_equal(error, E_LIMIT);
	/* an entry takes some 50 bytes */
	assert_in_range(n, LIMIT_JOURNAL_BYTES / 100, LIMIT_JOURNAL_BYTES / 20);
	for (uint64_t i = 1; i <= n; i++)
		journal_end(f->journal, i);
	assert_int_equal(journal_begin(f->journal, &e, &id), 0);
}

/* Only so many, then dry run, and it says so; a reload ends that. */
static void test_circuit_breaker(void **state)
{
	struct fixture *f = *state;

	f->settings.limits.rule = (struct response_rate){ 2, 60 };
	make_responder(f);
	for (int i = 0; i < 5; i++) {
		start_child(f);
		run(f);
		assert_result(f, i < 2 ? "terminated after"
		                       : "would kill, but the rate limit");
		assert_int_equal(f->outcome.notice.len != 0, i == 2);
		assert_true(str_eq(f->outcome.report.mode,
		                   i < 2 ? STR("enforce") : STR("dry-run")));
	}
	assert_killed(f, 0);
	assert_killed(f, 1);
	for (size_t i = 2; i < 5; i++)
		assert_alive(f, i);
	assert_int_equal(counter_get(&f->counters, COUNTER_RESPONSES), 2);
	assert_int_equal(counter_get(&f->counters, COUNTER_RESPONSES_WOULD), 3);
	assert_int_equal(counter_get(&f->counters, COUNTER_RESPONSES_TRIPPED),
	                 1);
	f->request.rule = STR("another");
	run(f);
	assert_result(f, "terminated after");
	f->request.rule = STR("rule");
	assert_int_equal(responder_configure(f->responder, &f->settings), 0);
	f->request.pid = f->children[3];
	run(f);
	assert_result(f, "terminated after");
}

/* Replay and other machines: nothing is looked at. */
static void test_not_here(void **state)
{
	struct fixture *f = *state;

	start_child(f);
	f->request.is_replay = true;
	run(f);
	assert_result(f, "refused: replay");
	f->request.is_replay = false;
	f->request.is_foreign = true;
	run(f);
	assert_result(f, "refused: the event is from another machine");
	assert_alive(f, 0);
}

struct collected {
	unsigned count, late;
	char result[128];
};

static void collect(void *arg, const struct response_done *done)
{
	struct collected *c = arg;

	c->count++;
	c->late += done->is_late;
	snprintf(c->result, sizeof(c->result), "%.*s",
	         STR_FMT(done->alert->response.result));
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

static void test_queue(void **state)
{
	struct fixture *f = *state;
	struct response_runner runner = response_runner_of(f->responder);
	struct collected c = { 0 };
	struct response_queue *q;
	struct alert alert = { 0 };

	runner.begin = NULL; /* the thread does it all */
	assert_int_equal(response_queue_new(&runner, &q), 0);
	assert_int_equal(response_queue_deadline(q), 0);
	start_child(f);
	assert_int_equal(response_queue_submit(q, &f->request, &alert), 0);
	await(q, &c, 1);
	assert_killed(f, 0);
	assert_true(
		str_has_prefix(str_from(c.result), STR("terminated after ")));
	assert_int_equal(c.late, 0);
	response_queue_free(q);
}

/* Waits until it is told to go on. */
static void run_slowly(void *arg, const struct response_request *request,
                       struct arena *arena, struct response_outcome *ret)
{
	char byte;

	(void)request;
	(void)arena;
	assert_int_equal(read(*(const int *)arg, &byte, 1), 1);
	*ret = (struct response_outcome){
		.is_set = true,
		.report = { .action = STR("kill"), .result = STR("done") },
	};
}

/* Until the container gets no further. */
static unsigned submit_for(struct fixture *f, struct response_queue *q,
                           const char *container)
{
	struct alert alert = { 0 };
	unsigned n = 0;

	f->request.container = str_from(container);
	while (response_queue_submit(q, &f->request, &alert) == 0)
		n++;
	return n;
}

/* One container does not take all, however many it has; another finds room
 * then, and so does a third. */
static unsigned fill_queue(struct fixture *f, struct response_queue *q)
{
	unsigned noisy = submit_for(f, q, "noisy");

	assert_int_equal(noisy, LIMIT_RESPONSES_WAITING / 2);
	assert_int_equal(submit_for(f, q, "other"),
	                 LIMIT_RESPONSES_WAITING / 4);
	assert_int_equal(submit_for(f, q, "noisy"), 0);
	assert_int_equal(submit_for(f, q, ""), LIMIT_RESPONSES_WAITING / 4);
	return LIMIT_RESPONSES_WAITING;
}

static void test_queue_does_not_wait(void **state)
{
	struct fixture *f = *state;
	struct collected c = { 0 };
	struct response_queue *q;
	unsigned n;
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(response_queue_new(
				 &(struct response_runner){ .arg = &ends[0],
	                                                    .run = run_slowly },
				 &q),
	                 0);
	n = fill_queue(f, q);
	assert_int_equal(n, LIMIT_RESPONSES_WAITING);
	assert_true(response_queue_deadline(q) != 0);
	response_queue_collect(q, collect, &c);
	assert_int_equal(c.count, 0);
	/* the alert goes out without the result, which follows */
	while (response_queue_deadline(q) > clock_monotonic_ns())
		poll(NULL, 0, 10);
	response_queue_collect(q, collect, &c);
	assert_true(c.count >= 1 && c.late == 0);
	assert_true(str_has_prefix(str_from(c.result), STR("under way")));
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(write(ends[1], "x", 1), 1);
	response_queue_flush(q, 10000);
	response_queue_collect(q, collect, &c);
	assert_true(c.late >= 1);
	assert_int_equal(c.count, n + c.late);
	assert_string_equal(c.result, "done");
	response_queue_free(q);
	close(ends[0]);
	close(ends[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_kill_by_each_tier),
		TEST(test_recycled),
		TEST(test_dry_run),
		TEST(test_never_itself),
		TEST(test_never_kill),
		TEST(test_tree),
		TEST(test_age),
		TEST(test_stop_and_resume),
		TEST(test_recovery),
		TEST(test_one_owner),
		TEST(test_odd_journals),
		TEST(test_full_journal),
		TEST(test_circuit_breaker),
		TEST(test_not_here),
		TEST(test_queue),
		TEST(test_queue_does_not_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
