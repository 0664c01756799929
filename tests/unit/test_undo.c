/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_undo.c - a saker that is killed leaves nothing stopped, also when none
 * is started again. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
// clang-format on

#include "saker/base/io.h"
#include "saker/host/host.h"
#include "saker/response/journal.h"
#include "undo.h"

#define TRIES 2000

struct fixture {
	char dir[64], journal[96];
	struct host *host;
	struct config config;
	pid_t victim;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/saker-undo.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->journal, sizeof(f->journal), "%s/journal", f->dir);
	f->config = (struct config){ .response_mode = RESPONSE_ENFORCE,
		                     .response_journal = f->journal };
	f->host = host_direct_new();
	assert_non_null(f->host);
	/* guards whose own parent was killed */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	f->victim = fork();
	assert_true(f->victim >= 0);
	if (f->victim == 0)
		for (;;)
			pause();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	kill(f->victim, SIGKILL);
	while (wait(NULL) > 0)
		;
	host_free(f->host);
	snprintf(command, sizeof(command), "rm -rf %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static uint64_t start_of(struct fixture *f)
{
	struct arena arena = ARENA_INIT;
	struct host_process p = { 0 };

	assert_int_equal(f->host->ops->process(f->host, f->victim,
	                                       HOST_WANT_STAT, &arena, &p),
	                 0);
	arena_done(&arena);
	return p.start_ticks;
}

static void wait_until_stopped(pid_t pid)
{
	char path[32], state = '?';

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	for (int i = 0; i < TRIES && state != 'T'; i++) {
		FILE *stat = fopen(path, "r");

		if (stat == NULL ||
		    fscanf(stat, "%*d (%*[^)]) %c", &state) != 1)
			_exit(3);
		fclose(stat);
		poll(NULL, 0, 1);
	}
}

/* A responder that stops the process, and is killed then; in a process of its
 * own. */
static void stop_and_die(struct fixture *f, bool keep)
{
	const struct control_options every = { 0 };
	const struct journal_recovery recovery = { 0 };
	const struct journal_entry entry = { .is_stop = true,
		                             .pid = f->victim,
		                             .start_ticks = start_of(f) };
	struct control *control = control_new(&every);
	struct journal *journal = NULL;
	struct guard *guard = NULL;
	uint64_t id;

	f->config.keep_frozen = keep;
	undo_begin(&f->config, &guard);
	if (guard == NULL || control == NULL ||
	    journal_open(f->journal, control, &recovery, &journal) < 0 ||
	    journal_begin(journal, &entry, &id) < 0 ||
	    (keep && journal_keep(journal, id) < 0))
		_exit(1);
	kill(f->victim, SIGSTOP);
	wait_until_stopped(f->victim);
	raise(SIGKILL);
	_exit(2);
}

static void run_killed(struct fixture *f, bool keep)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		stop_and_die(f, keep);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static bool continues(struct fixture *f)
{
	siginfo_t info = { 0 };

	for (int i = 0; i < TRIES; i++) {
		assert_int_equal(waitid(P_PID, (id_t)f->victim, &info,
		                        WCONTINUED | WNOHANG),
		                 0);
		if (info.si_pid == f->victim)
			return true;
		poll(NULL, 0, 10);
	}
	return false;
}

static void test_nothing_stays_stopped(void **state)
{
	struct fixture *f = *state;

	run_killed(f, false);
	assert_true(continues(f));
}

/* What was kept once more is still kept after the guard's turn, whenever that
 * comes: it is undone neither before nor after. */
static void test_what_is_kept_stays(void **state)
{
	struct fixture *f = *state;
	struct journal_entries entries;
	struct guard *guard = NULL;
	struct arena arena = ARENA_INIT;
	siginfo_t info = { 0 };

	run_killed(f, true);
	/* one whose end can be waited for */
	f->config.keep_frozen = true;
	undo_begin(&f->config, &guard);
	guard_end(guard);
	assert_int_equal(
		waitid(P_PID, (id_t)f->victim, &info, WCONTINUED | WNOHANG), 0);
	assert_int_equal(info.si_pid, 0);
	assert_int_equal(journal_read(f->journal, &arena, &entries), 0);
	assert_int_equal(entries.count, 1);
	arena_done(&arena);
}

/* Where nothing may be done, there is nobody to undo it. */
static void test_no_guard(void **state)
{
	struct fixture *f = *state;
	struct guard *guard = NULL;

	f->config.response_mode = RESPONSE_DRY_RUN;
	undo_begin(&f->config, &guard);
	assert_null(guard);
	f->config.response_mode = RESPONSE_ENFORCE;
	f->config.response_journal = "";
	undo_begin(&f->config, &guard);
	assert_null(guard);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_stays_stopped),
		TEST(test_what_is_kept_stays),
		TEST(test_no_guard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
