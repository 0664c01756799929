/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_outbox.c - alerts between the process that raises them and the one that
 * delivers: none is lost with either, and accounts come out even. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "saker/base/io.h"
#include "saker/output/outbox.h"
#include "saker/output/output.h"

#define BYTES ((size_t)64 * 1024)

struct fixture {
	struct counters counters;
	struct outbox *outbox;
	struct outputs_given given;
	char path[32];
	char spec[64];
};

static int open_file(void *arg, size_t output, struct output_opened *ret)
{
	const struct fixture *f = arg;

	assert_int_equal(output, 0);
	ret->fd = open(f->path, O_WRONLY | O_APPEND | O_CLOEXEC);
	return ret->fd >= 0 ? 0 : E_IO;
}

static int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));
	int fd;

	strcpy(f->path, "/tmp/saker-outbox-XXXXXX");
	fd = mkstemp(f->path);
	close(fd);
	snprintf(f->spec, sizeof(f->spec), "file:%s", f->path);
	f->outbox = outbox_new(BYTES, 1, &f->counters);
	f->given = (struct outputs_given){
		.outbox = f->outbox, .spool = -1, .open = open_file, .arg = f
	};
	*state = f;
	return f->outbox != NULL && fd >= 0 ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	outbox_free(f->outbox);
	unlink(f->path);
	test_free(f);
	return 0;
}

static void put(struct fixture *f, const char *message)
{
	const struct outbox_part part = { 0, str_from(message) };

	outbox_put(f->outbox, PRIORITY_NOTICE, &part, 1);
}

static struct outputs *begin(struct fixture *f)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct outputs_options options = { .counters = &f->counters,
		                           .given = &f->given };
	struct outputs *o;

	outbox_resume_taking(f->outbox);
	o = outputs_new(&options);
	assert_non_null(o);
	assert_int_equal(outputs_add(o, str_from(f->spec), &diags), 0);
	diag_done(&diags);
	return o;
}

static void expect_file(const struct fixture *f, const char *text)
{
	auto_buf struct buf found = BUF_INIT;

	assert_int_equal(io_read_at(AT_FDCWD, f->path, BYTES, &found), 0);
	assert_string_equal(buf_cstr(&found), text);
}

static struct outputs_stats stats(const struct fixture *f)
{
	struct outputs_stats s;

	assert_true(outbox_stats(f->outbox, 0, &s));
	assert_int_equal(s.submitted, s.written + s.dropped + s.pending);
	return s;
}

static void arrives(void **state)
{
	struct fixture *f = *state;
	struct outputs *o = begin(f);

	put(f, "one\n");
	put(f, "two\n");
	assert_int_equal(stats(f).pending, 2);
	outbox_deliver(f->outbox, o);
	outputs_flush(o, 10000);
	expect_file(f, "one\ntwo\n");
	assert_int_equal(stats(f).written, 2);
	assert_int_equal(stats(f).pending, 0);
	outbox_end(f->outbox);
	assert_true(outbox_is_done(f->outbox));
	outputs_free(o);
}

/* What was handed over and is not done with is handed over again. */
static void outlives_who_takes(void **state)
{
	struct fixture *f = *state;
	struct outputs *o;
	int status;
	pid_t pid;

	put(f, "one\n");
	pid = fork();
	if (pid == 0) {
		/* no thread of the output's can have written when it ends */
		strcpy(f->spec, "unix:/nowhere");
		o = begin(f);
		outbox_deliver(f->outbox, o);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	put(f, "two\n");
	assert_int_equal(stats(f).pending, 2);
	o = begin(f);
	outbox_deliver(f->outbox, o);
	outputs_flush(o, 10000);
	expect_file(f, "one\ntwo\n");
	assert_int_equal(stats(f).submitted, 2);
	assert_int_equal(stats(f).written, 2);
	outputs_free(o);
}

static void is_bounded(void **state)
{
	struct fixture *f = *state;
	static char message[1000];
	struct outputs *o;

	memset(message, 'x', sizeof(message) - 1);
	for (unsigned i = 0; i < 100; i++)
		put(f, message);
	assert_true(stats(f).dropped > 30);
	assert_int_equal(stats(f).submitted, 100);
	assert_int_equal(counter_get(&f->counters, COUNTER_OUTPUT_DROPPED),
	                 stats(f).dropped);
	o = begin(f);
	outbox_deliver(f->outbox, o);
	outputs_flush(o, 10000);
	assert_int_equal(stats(f).written + stats(f).dropped, 100);
	outputs_free(o);
}

/* Whoever takes sleeps without a time limit: it would sleep for ever if once
 * both missed each other. */
static void wakes_who_takes(void **state)
{
	struct fixture *f = *state;
	struct outputs *o = begin(f);
	const unsigned n = 3000;
	pid_t pid = fork();

	if (pid == 0) {
		for (unsigned i = 0; i < n; i++) {
			if (i % 7 == 0)
				usleep(i % 200);
			put(f, "alert\n");
			while (stats(f).pending > 100)
				usleep(50);
		}
		_exit(0);
	}
	while (stats(f).written < n) {
		assert_false(outbox_wait(f->outbox, -1, -1));
		outbox_deliver(f->outbox, o);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(stats(f).dropped, 0);
	outputs_free(o);
}

static void tells_of_another_descriptor(void **state)
{
	struct fixture *f = *state;
	int p[2];

	assert_int_equal(pipe(p), 0);
	assert_false(outbox_wait(f->outbox, p[0], 0));
	assert_int_equal(write(p[1], "x", 1), 1);
	assert_true(outbox_wait(f->outbox, p[0], -1));
	close(p[0]);
	close(p[1]);
}

/* The array's end is passed many times. */
static void wraps(void **state)
{
	struct fixture *f = *state;
	struct outputs *o = begin(f);
	char message[512];

	for (unsigned i = 0; i < 2000; i++) {
		snprintf(message, sizeof(message), "%0*u\n", (int)(1 + i % 500),
		         i);
		put(f, message);
		outbox_deliver(f->outbox, o);
		if (i % 50 == 0)
			outputs_flush(o, 10000);
	}
	outputs_flush(o, 10000);
	assert_int_equal(stats(f).written, 2000);
	assert_int_equal(counter_get(&f->counters, COUNTER_OUTBOX_DAMAGED), 0);
	outputs_free(o);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(arrives),
		TEST(outlives_who_takes),
		TEST(is_bounded),
		TEST(wakes_who_takes),
		TEST(tells_of_another_descriptor),
		TEST(wraps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
