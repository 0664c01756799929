/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_direct.c - alerts into a pipe past who delivers: in order with what goes
 * through the outbox, whole, and accounted for. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "handover.h"
#include "saker/alert/alert.h"
#include "saker/base/io.h"
#include "saker/output/output.h"

#define BYTES ((size_t)64 * 1024)

struct fixture {
	struct counters counters;
	struct outbox *outbox;
	struct outputs_given given;
	struct outputs *taker, *putter;
	char directory[32], path[48], spec[64];
	int reader;
	unsigned given_pipes;
};

static int open_output(void *arg, size_t output, struct output_opened *ret)
{
	const struct fixture *f = arg;

	(void)output;
	ret->fd = open(f->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	return ret->fd >= 0 ? 0 : E_IO;
}

static int open_pipe(void *arg, size_t output, int *ret_fd)
{
	struct fixture *f = arg;
	struct output_opened opened = { .fd = -1 };
	int error = open_output(arg, output, &opened);

	f->given_pipes++;
	*ret_fd = opened.fd;
	return error;
}

static struct outputs *make(struct fixture *f,
                            const struct outputs_options *options)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct outputs *o = outputs_new(options);

	assert_non_null(o);
	assert_int_equal(outputs_add(o, str_from(f->spec), &diags), 0);
	diag_done(&diags);
	return o;
}

static void begin_taking(struct fixture *f)
{
	outbox_resume_taking(f->outbox);
	f->taker = make(f, &(struct outputs_options){ .counters = &f->counters,
	                                              .given = &f->given,
	                                              .at_once = true });
}

static int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));

	signal(SIGPIPE, SIG_IGN);
	strcpy(f->directory, "/tmp/saker-direct-XXXXXX");
	assert_non_null(mkdtemp(f->directory));
	snprintf(f->path, sizeof(f->path), "%s/pipe", f->directory);
	snprintf(f->spec, sizeof(f->spec), "file:%s,text", f->path);
	assert_int_equal(mkfifo(f->path, 0600), 0);
	f->reader = open(f->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	f->outbox = outbox_new(BYTES, 1, &f->counters);
	assert_non_null(f->outbox);
	f->given = (struct outputs_given){
		.outbox = f->outbox, .spool = -1, .open = open_output, .arg = f
	};
	begin_taking(f);
	f->putter = make(f, &(struct outputs_options){ .outbox = f->outbox,
	                                               .open_pipe = open_pipe,
	                                               .open_pipe_arg = f });
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	outputs_free(f->putter);
	outputs_free(f->taker);
	outbox_free(f->outbox);
	if (f->reader >= 0)
		close(f->reader);
	unlink(f->path);
	rmdir(f->directory);
	test_free(f);
	return 0;
}

static void submit(struct fixture *f, const char *message)
{
	struct alert a;

	assert_int_equal(alert_from_internal(
				 &(struct alert_internal){
					 .time_ns = 1700000000123456789,
					 .priority = PRIORITY_NOTICE,
					 .hostname = STR("node"),
					 .name = STR("test"),
					 .message = str_from(message) },
				 &a),
	                 0);
	assert_int_equal(outputs_submit(f->putter, &a), 0);
	alert_done(&a);
}

/* The thread that delivers comes to rest by itself. */
static void wait_even(const struct fixture *f)
{
	while (!outbox_is_even(f->outbox, 0))
		poll(NULL, 0, 1);
}

static void expect_accounts(const struct fixture *f, uint64_t written,
                            uint64_t pending)
{
	struct outputs_stats s;

	assert_true(outbox_stats(f->outbox, 0, &s));
	assert_int_equal(s.submitted, s.written + s.dropped + s.pending);
	assert_int_equal(s.written, written);
	assert_int_equal(s.pending, pending);
	assert_int_equal(s.dropped, 0);
}

/* The next line ends with the message. */
static void expect_line(const struct fixture *f, const char *message)
{
	static char line[2 * PIPE_BUF];
	size_t n = 0;

	do {
		struct pollfd p = { .fd = f->reader, .events = POLLIN };

		poll(&p, 1, -1);
		assert_int_equal(read(f->reader, line + n, 1), 1);
	} while (line[n++] != '\n');
	line[n - 1] = '\0';
	assert_non_null(strstr(line, message));
	assert_string_equal(strstr(line, message), message);
}

static void expect_nothing(const struct fixture *f)
{
	char byte;

	assert_int_equal(read(f->reader, &byte, 1), -1);
}

static void needs_nobody(void **state)
{
	struct fixture *f = *state;

	wait_even(f);
	submit(f, "first");
	submit(f, "second");
	expect_line(f, "first");
	expect_line(f, "second");
	expect_nothing(f);
	expect_accounts(f, 2, 0);
	assert_false(outbox_wait(f->outbox, -1, 0));
}

static void keeps_order(void **state)
{
	struct fixture *f = *state;
	const struct outbox_part part = { 0, STR("before\n") };

	wait_even(f);
	outbox_put(f->outbox, PRIORITY_NOTICE, &part, 1);
	submit(f, "behind");
	expect_nothing(f);
	expect_accounts(f, 0, 2);
	outbox_deliver(f->outbox, f->taker);
	expect_line(f, "before");
	expect_line(f, "behind");
	wait_even(f);
	submit(f, "direct");
	expect_line(f, "direct");
	expect_accounts(f, 3, 0);
}

static void is_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	static char most[PIPE_BUF + 2];

	memset(most, 'x', sizeof(most) - 1);
	wait_even(f);
	submit(f, most);
	expect_nothing(f);
	expect_accounts(f, 0, 1);
	outbox_deliver(f->outbox, f->taker);
	expect_line(f, most);
}

/* Each page of a pipe holds what came with one write. */
static void waits_for_no_reader(void **state)
{
	struct fixture *f = *state;
	struct outputs_stats s;
	unsigned n = 0;

	wait_even(f);
	do {
		submit(f, "alert");
		n++;
		assert_true(outbox_stats(f->outbox, 0, &s));
	} while (s.pending == 0);
	outbox_deliver(f->outbox, f->taker);
	while (n-- > 0)
		expect_line(f, "alert");
	wait_even(f);
}

static void tells_who_delivers_that_nobody_reads(void **state)
{
	struct fixture *f = *state;
	struct outputs_stats s;

	wait_even(f);
	close(f->reader);
	f->reader = -1;
	submit(f, "alert");
	expect_accounts(f, 0, 1);
	outbox_deliver(f->outbox, f->taker);
	do {
		poll(NULL, 0, 1);
		outbox_stats(f->outbox, 0, &s);
	} while (s.failing == 0);
	assert_false(outbox_is_even(f->outbox, 0));
}

static void follows_a_reopening(void **state)
{
	struct fixture *f = *state;

	wait_even(f);
	outputs_reopen(f->putter);
	submit(f, "first");
	expect_nothing(f);
	outbox_deliver(f->outbox, f->taker);
	expect_line(f, "first");
	while (outbox_opened(f->outbox, 0) < 2)
		poll(NULL, 0, 1);
	assert_int_equal(f->given_pipes, 1);
	outputs_tick(f->putter);
	outputs_tick(f->putter);
	assert_int_equal(f->given_pipes, 2);
	wait_even(f);
	submit(f, "second");
	expect_line(f, "second");
}

/* What was handed to one who died is delivered again, and nothing before it. */
static void waits_for_the_next_who_takes(void **state)
{
	struct fixture *f = *state;
	const struct outbox_part part = { 0, STR("before\n") };

	wait_even(f);
	outputs_free(f->taker);
	outbox_put(f->outbox, PRIORITY_NOTICE, &part, 1);
	submit(f, "behind");
	expect_nothing(f);
	begin_taking(f);
	submit(f, "last");
	expect_nothing(f);
	outbox_deliver(f->outbox, f->taker);
	expect_line(f, "before");
	expect_line(f, "behind");
	expect_line(f, "last");
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(needs_nobody),
		TEST(keeps_order),
		TEST(is_whole_or_not_at_all),
		TEST(waits_for_no_reader),
		TEST(tells_who_delivers_that_nobody_reads),
		TEST(follows_a_reopening),
		TEST(waits_for_the_next_who_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
