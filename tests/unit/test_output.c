/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_output.c - writers: files, pipes, rotation, stalls, failures. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "oom.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/output/output.h"
#include "writer.h"

/* Long enough never to be reached by what works. */
#define PATIENCE_MS 20000

struct fixture {
	char dir[64];
	char path[80];
	char spec[96];
	struct counters counters;
	struct writer *writers[4];
	size_t count;
	bool at_once;
	struct diag_list diags;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/saker-output-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/alerts", f->dir);
	snprintf(f->spec, sizeof(f->spec), "file:%s", f->path);
	*state = f;
	return 0;
}

/* The same, and who submits may write. */
static int setup_at_once(void **state)
{
	struct fixture *f;
	int r = setup(state);

	f = *state;
	f->at_once = true;
	signal(SIGPIPE, SIG_IGN);
	return r;
}

static void end(struct fixture *f)
{
	for (size_t i = 0; i < f->count; i++)
		writer_free(f->writers[i]);
	f->count = 0;
}

static int teardown(void **state)
{
	static const char *const names[] = { "alerts", "old", "other", "link" };
	struct fixture *f = *state;
	char path[128];

	end(f);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		unlink(path);
	}
	rmdir(f->dir);
	diag_done(&f->diags);
	free(f);
	return 0;
}

static int try_add(struct fixture *f, const char *text)
{
	struct output_spec spec;
	int r = output_spec_parse(&spec, str_from(text), ALERT_TEXT, NULL,
	                          &f->diags);

	if (r < 0)
		return r;
	r = writer_new(&spec, NULL,
	               &(struct writer_options){ .counters = &f->counters,
	                                         .at_once = f->at_once },
	               &f->writers[f->count]);
	if (r == 0)
		f->count++;
	else
		output_spec_done(&spec);
	return r;
}

static void add(struct fixture *f, const char *spec)
{
	assert_int_equal(try_add(f, spec), 0);
}

static void submit_to(struct writer *w, struct str message)
{
	if (writer_put(w, PRIORITY_NOTICE, message, NULL))
		writer_wake(w);
}

static void submit(struct fixture *f, const char *text, const char *json)
{
	for (size_t i = 0; i < f->count; i++)
		submit_to(f->writers[i],
		          str_from(writer_spec(f->writers[i])->format ==
		                                   ALERT_JSON
		                           ? json
		                           : text));
}

static struct outputs_stats stats(struct fixture *f)
{
	struct outputs_stats s = { 0 };

	for (size_t i = 0; i < f->count; i++)
		writer_add_stats(f->writers[i], &s);
	assert_int_equal(s.submitted, s.written + s.dropped + s.pending);
	return s;
}

#define PATIENT 0

static void flush(struct fixture *f, unsigned timeout_ms)
{
	uint64_t until = timeout_ms == PATIENT ? 0
	                                       : clock_monotonic_ns() +
	                                                 timeout_ms * NS_PER_MS;

	for (size_t i = 0; i < f->count; i++)
		writer_flush(f->writers[i], until);
}

static void reopen(struct fixture *f)
{
	for (size_t i = 0; i < f->count; i++)
		writer_reopen(f->writers[i]);
}

/* Waits for something that another thread is about to do. */
#define eventually(condition)                             \
	for (unsigned tries = 0; !(condition); tries++) { \
		assert_true(tries < PATIENCE_MS);         \
		usleep(1000);                             \
	}

static void assert_file(const char *path, const char *expected)
{
	auto_buf struct buf content = BUF_INIT;

	assert_int_equal(io_read_at(AT_FDCWD, path, 1 << 20, &content), 0);
	assert_string_equal(buf_cstr(&content), expected);
}

static void write_file(const char *path, const char *content)
{
	auto_close int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(io_write_all(fd, str_from(content)), 0);
}

/* Descriptor 1 becomes fd while the output is opened; fd is closed. */
static void add_as_stdout(struct fixture *f, int fd, const char *spec)
{
	auto_close int saved = dup(STDOUT_FILENO);
	int r;

	fflush(stdout);
	assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
	close(fd);
	r = try_add(f, spec);
	assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
	assert_int_equal(r, 0);
}

static void test_file(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	add(f, f->spec);
	submit(f, "one\n", "1\n");
	submit(f, "two\n", "2\n");
	flush(f, PATIENCE_MS);
	assert_int_equal(stats(f).written, 2);
	assert_file(f->path, "one\ntwo\n");
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0137, 0);
	end(f);

	/* appended to by the next run */
	add(f, f->spec);
	submit(f, "three\n", "");
	flush(f, PATIENT);
	assert_file(f->path, "one\ntwo\nthree\n");
}

static void test_formats(void **state)
{
	struct fixture *f = *state;
	char spec[128], other[96];

	snprintf(other, sizeof(other), "%s/other.json", f->dir);
	snprintf(spec, sizeof(spec), "file:%s", other);
	add(f, spec);
	snprintf(spec, sizeof(spec), "%s,text", f->spec);
	add(f, spec);
	submit(f, "text\n", "{}\n");
	flush(f, PATIENCE_MS);
	assert_file(f->path, "text\n");
	assert_file(other, "{}\n");
}

static void test_refused(void **state)
{
	static const struct {
		const char *spec;
		int error;
	} cases[] = {
		{ "", E_INVALID },
		{ "stdou", E_INVALID },
		{ "stdout:x", E_INVALID },
		{ "file", E_INVALID },
		{ "file:", E_INVALID },
		{ "file:,json", E_INVALID },
		{ "stdout,json,json=x", E_INVALID },
		{ "file:/nowhere/at/all", E_NOT_FOUND },
		{ "file:/dev/null/x", E_NOT_FOUND },
		{ "file:/tmp", E_IO },
	};
	struct fixture *f = *state;
	char spec[128], link[96];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(try_add(f, cases[i].spec), cases[i].error);
	/* what a link points at is not ours to write */
	snprintf(link, sizeof(link), "%s/link", f->dir);
	snprintf(spec, sizeof(spec), "file:%s", link);
	write_file(f->path, "");
	assert_int_equal(symlink(f->path, link), 0);
	assert_int_equal(try_add(f, spec), E_DENIED);
	/* a FIFO that nobody reads is an error and no wait */
	unlink(link);
	assert_int_equal(mkfifo(link, 0600), 0);
	assert_int_equal(try_add(f, spec), E_IO);
	assert_int_equal(stats(f).outputs, 0);
}

static void test_reopen(void **state)
{
	struct fixture *f = *state;
	char old[96];

	snprintf(old, sizeof(old), "%s/old", f->dir);
	add(f, f->spec);
	submit(f, "before\n", "");
	flush(f, PATIENCE_MS);
	assert_int_equal(rename(f->path, old), 0);
	submit(f, "still old\n", "");
	flush(f, PATIENCE_MS);
	reopen(f);
	eventually(access(f->path, F_OK) == 0);
	submit(f, "new\n", "");
	flush(f, PATIENCE_MS);
	assert_file(old, "before\nstill old\n");
	assert_file(f->path, "new\n");
	assert_int_equal(stats(f).written, 3);
}

/* Somebody put a link in the way: what is open stays in use. */
static void test_reopen_refused(void **state)
{
	struct fixture *f = *state;
	char old[96];

	snprintf(old, sizeof(old), "%s/old", f->dir);
	add(f, f->spec);
	assert_int_equal(rename(f->path, old), 0);
	assert_int_equal(symlink("/dev/null", f->path), 0);
	reopen(f);
	eventually(counter_get(&f->counters, COUNTER_OUTPUT_ERRORS) == 1);
	submit(f, "line\n", "");
	flush(f, PATIENCE_MS);
	assert_file(old, "line\n");
}

static void test_unfinished_line(void **state)
{
	struct fixture *f = *state;

	write_file(f->path, "whole\nhal");
	add(f, f->spec);
	submit(f, "next\n", "");
	flush(f, PATIENCE_MS);
	assert_file(f->path, "whole\nhal\nnext\n");
}

static void test_full_disk(void **state)
{
	struct fixture *f = *state;

	add(f, "file:/dev/full");
	add(f, f->spec);
	submit(f, "kept\n", "");
	eventually(counter_get(&f->counters, COUNTER_OUTPUT_ERRORS) != 0);
	flush(f, PATIENT);
	assert_file(f->path, "kept\n"); /* the other one does not suffer */
	eventually(stats(f).written == 1);
	assert_int_equal(stats(f).pending, 1);
	assert_int_equal(stats(f).dropped, 0);
	end(f);
	assert_int_equal(counter_get(&f->counters, COUNTER_OUTPUT_DROPPED), 1);
}

/* The limit makes the kernel write the first half of a line only. */
static void limit_file_size(rlim_t bytes)
{
	struct rlimit l;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static void test_short_write(void **state)
{
	struct fixture *f = *state;

	signal(SIGXFSZ, SIG_IGN);
	add(f, f->spec);
	limit_file_size(6);
	submit(f, "abcdefghij\n", "");
	submit(f, "second\n", "");
	eventually(counter_get(&f->counters, COUNTER_OUTPUT_ERRORS) != 0);
	limit_file_size(RLIM_INFINITY);
	assert_int_equal(stats(f).pending, 2);
	flush(f, PATIENCE_MS);
	assert_file(f->path, "abcdefghij\nsecond\n");
	assert_int_equal(stats(f).written, 2);
}

/* A line that the full file holds half of is whole in the next one. */
static void test_reopen_inside_line(void **state)
{
	struct fixture *f = *state;
	char old[96];

	signal(SIGXFSZ, SIG_IGN);
	snprintf(old, sizeof(old), "%s/old", f->dir);
	add(f, f->spec);
	limit_file_size(6);
	submit(f, "abcdefghij\n", "");
	eventually(counter_get(&f->counters, COUNTER_OUTPUT_ERRORS) != 0);
	assert_int_equal(rename(f->path, old), 0);
	reopen(f);
	limit_file_size(RLIM_INFINITY);
	flush(f, PATIENCE_MS);
	assert_int_equal(stats(f).written, 1);
	if (access(f->path, F_OK) == 0) {
		assert_file(old, "abcdef");
		assert_file(f->path, "abcdefghij\n");
	} else { /* the retry came before the request to reopen */
		assert_file(old, "abcdefghij\n");
	}
}

static void read_exactly(int fd, const char *expected)
{
	for (size_t n = 0; expected[n] != '\0'; n++) {
		char c;

		assert_int_equal(read(fd, &c, 1), 1);
		assert_int_equal(c, expected[n]);
	}
}

static void test_stdout_pipe(void **state)
{
	struct fixture *f = *state;
	int p[2], flags;

	assert_int_equal(pipe(p), 0);
	flags = fcntl(p[1], F_GETFL);

	int shared = dup(p[1]);

	add_as_stdout(f, p[1], "stdout,json");
	submit(f, "text\n", "{}\n");
	read_exactly(p[0], "{}\n");
	/* whoever shares the description still has a blocking one */
	assert_int_equal(fcntl(shared, F_GETFL), flags);
	close(shared);
	close(p[0]);
}

static void test_stdout_file(void **state)
{
	struct fixture *f = *state;

	write_file(f->path, "head\n");
	add_as_stdout(f, open(f->path, O_WRONLY | O_APPEND), "stdout");
	submit(f, "line\n", "");
	flush(f, PATIENCE_MS);
	assert_file(f->path, "head\nline\n");
}

static void test_stdout_socket(void **state)
{
	struct fixture *f = *state;
	int s[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	add_as_stdout(f, s[1], "stdout");
	submit(f, "line\n", "");
	read_exactly(s[0], "line\n");
	close(s[0]);
	submit(f, "nobody\n", "");
	eventually(stats(f).gone == 1);
	assert_int_equal(stats(f).dropped, 1);
}

static char *long_line(size_t n)
{
	char *line = malloc(n + 1);

	assert_non_null(line);
	memset(line, 'x', n);
	line[n - 1] = '\n';
	line[n] = '\0';
	return line;
}

static void submit_many(struct fixture *f, unsigned n)
{
	auto_free char *line = long_line(1 << 20);

	for (unsigned i = 0; i < n; i++)
		submit(f, line, "short\n");
}

/* Nobody reads: the queue fills, the rest is dropped, nothing waits, the other
 * output gets everything, and the end comes. */
static void test_stalled_pipe(void **state)
{
	struct fixture *f = *state;
	char spec[128];
	struct stat st;
	int p[2];

	assert_int_equal(pipe(p), 0);
	add_as_stdout(f, p[1], "stdout");
	snprintf(spec, sizeof(spec), "%s,json", f->spec);
	add(f, spec);
	submit_many(f, 20);
	eventually(stat(f->path, &st) == 0 && st.st_size == 20 * 6);
	assert_int_equal(stats(f).written, 20);
	assert_true(stats(f).dropped >= 4);
	assert_true(stats(f).pending <= 16);
	assert_int_equal(counter_get(&f->counters, COUNTER_OUTPUT_DROPPED),
	                 stats(f).dropped);
	flush(f, 20);
	end(f);
	/* whatever was not written is accounted for */
	assert_int_equal(counter_get(&f->counters, COUNTER_OUTPUT_DROPPED), 20);
	close(p[0]);
}

/* The pipe takes 64 KiB at a time; the line comes out whole. */
static void test_slow_reader(void **state)
{
	struct fixture *f = *state;
	auto_free char *got = malloc(3 << 20);
	size_t n = 0;
	int p[2];

	assert_int_equal(pipe(p), 0);
	add_as_stdout(f, p[1], "stdout");
	submit_many(f, 3);
	while (n < 3 << 20) {
		ssize_t r = read(p[0], got + n, (3 << 20) - n);

		assert_true(r > 0);
		n += (size_t)r;
	}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(got[i], (i + 1) % (1 << 20) == 0 ? '\n' : 'x');
	flush(f, PATIENCE_MS);
	assert_int_equal(stats(f).written, 3);
	close(p[0]);
}

static void test_closed_pipe(void **state)
{
	struct fixture *f = *state;
	int p[2];

	assert_int_equal(pipe(p), 0);
	add_as_stdout(f, p[1], "stdout");
	close(p[0]);
	signal(SIGPIPE, SIG_DFL);
	submit(f, "nobody\n", "");
	eventually(stats(f).gone == 1);
	submit(f, "reads this\n", "");
	assert_int_equal(stats(f).dropped, 2);
	assert_int_equal(stats(f).pending, 0);
	flush(f, PATIENT);
}

/* Replay waits for room instead of losing alerts. */
static void test_wait_room(void **state)
{
	struct fixture *f = *state;
	auto_free char *line = long_line(1 << 20);

	add(f, f->spec);
	for (int i = 0; i < 40; i++) {
		writer_wait_room(f->writers[0], LIMIT_OUTPUT_QUEUE_BYTES / 2,
		                 0);
		submit(f, line, "");
	}
	flush(f, PATIENT);
	assert_int_equal(stats(f).written, 40);
	assert_int_equal(stats(f).dropped, 0);
}

static void test_out_of_memory(void **state)
{
	struct fixture *f = *state;
	bool hit = true;

	for (unsigned n = 1; hit; n++) {
		int r;

		oom_arm(n);
		r = try_add(f, f->spec);
		hit = oom_disarm();
		assert_int_equal(r, hit ? E_NOMEM : 0);
	}
	end(f);
	add(f, f->spec);
	oom_arm(1);
	submit(f, "lost\n", "");
	assert_true(oom_disarm());
	assert_int_equal(stats(f).dropped, 1);
}

/* Without a description of its own a writer takes no more than the pipe has
 * room for. */
static void test_shared_description(void **state)
{
	auto_free char *line = long_line(1 << 20);
	struct str rest = str_from(line);
	struct sink s = { .may_block = true };
	char page[4096];
	int p[2];
	ssize_t n;

	(void)state;
	assert_int_equal(pipe(p), 0);
	s.fd = p[1];
	while ((n = sink_write(&s, rest)) > 0)
		rest = str_skip(rest, (size_t)n);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(io_read_most(p[0], page, sizeof(page), -1),
	                 sizeof(page));
	assert_true(sink_write(&s, rest) > 0);
	close(p[0]);
	close(p[1]);
}

/* A descriptor whose writes hang, as a dead network file system's do: the
 * argument names a pipe's end, taken for one that never blocks. */
static int open_hanging(struct sink *s, const struct output_spec *spec)
{
	*s = (struct sink){ .fd = atoi(spec->argument) };
	return 0;
}

static void test_hanging_write(void **state)
{
	static const struct sink_ops ops = { .open = open_hanging,
		                             .close = sink_close,
		                             .write = sink_write };
	static const struct output_kind kind = { "hanging", ARGUMENT_NEEDED,
		                                 KIND_AT_ONCE, &ops, "" };
	struct fixture *f = *state;
	auto_free char *line = long_line(1 << 20);
	struct pollfd written = { .events = POLLIN };
	struct outputs_stats s = { 0 };
	struct output_spec spec = { .kind = &kind };
	struct writer *w;
	char number[16];
	int p[2];

	assert_int_equal(pipe(p), 0);
	written.fd = p[0];
	snprintf(number, sizeof(number), "%d", p[1]);
	spec.argument = arena_copy(&spec.arena, str_from(number)).s;
	assert_int_equal(
		writer_new(&spec, NULL,
	                   &(struct writer_options){ .counters = &f->counters },
	                   &w),
		0);
	submit_to(w, str_from(line));
	submit_to(w, STR("second\n"));
	assert_int_equal(poll(&written, 1, -1), 1); /* it is in its write */
	writer_flush(w, clock_monotonic_ns() + 10 * NS_PER_MS);
	writer_add_stats(w, &s);
	assert_int_equal(s.pending, 2);
	writer_free(w);
	assert_int_equal(counter_get(&f->counters, COUNTER_OUTPUT_DROPPED), 2);
	/* once the write returns its thread cleans up behind itself */
	for (size_t n = 0; n < 1 << 20;) {
		ssize_t r = read(p[0], line, 1 << 20);

		assert_true(r > 0);
		n += (size_t)r;
	}
	eventually(fcntl(p[1], F_GETFD) < 0);
	close(p[0]);
}

/* Once its thread sleeps nobody has to be woken. What a pipe takes in part only
 * is the thread's, and what follows stays behind it. */
static void test_at_once(void **state)
{
	struct fixture *f = *state;
	auto_free char *line = long_line(1 << 20);
	bool is_threads = true;
	int p[2];

	assert_int_equal(pipe(p), 0);
	add_as_stdout(f, p[1], "stdout");
	while (is_threads) {
		is_threads = writer_put(f->writers[0], PRIORITY_NOTICE,
		                        STR("line\n"), NULL);
		if (is_threads)
			writer_wake(f->writers[0]);
		read_exactly(p[0], "line\n");
	}
	submit(f, line, "");
	submit(f, "next\n", "");
	for (size_t n = 0; n < 1 << 20;) {
		char bytes[4096];
		ssize_t r = read(p[0], bytes,
		                 n + sizeof(bytes) < 1 << 20 ? sizeof(bytes)
		                                             : (1 << 20) - n);

		assert_true(r > 0);
		assert_memory_equal(bytes, line + n, (size_t)r);
		n += (size_t)r;
	}
	read_exactly(p[0], "next\n");
	close(p[0]);
}

static void test_table(void **state)
{
	size_t n = 0;

	(void)state;
	for (; output_kind_name(n) != NULL; n++)
		assert_non_null(output_kind_doc(n));
	assert_true(n > 2);
	assert_null(output_kind_doc(n));
	for (n = 0; output_option_name(n) != NULL; n++)
		assert_non_null(output_option_doc(n));
	assert_null(output_option_doc(n));
}

#define TEST(f)                                                  \
	cmocka_unit_test_setup_teardown(f, setup, teardown),     \
	{                                                        \
#f ", at once", f, setup_at_once, teardown, NULL \
	}
#define TEST_AT_ONCE(f) \
	cmocka_unit_test_setup_teardown(f, setup_at_once, teardown)

/* A receiver that takes everything and, until it is told to, reads nothing. */
static struct {
	_Atomic size_t taken, most;
	_Atomic bool reads;
} deaf;

static int deaf_open(struct sink *s, const struct output_spec *spec)
{
	(void)spec;
	*s = (struct sink){ .fd = -1 };
	return 0;
}

static void deaf_close(struct sink *s)
{
	(void)s;
}

static ssize_t deaf_write(struct sink *s, struct str bytes)
{
	(void)s;
	deaf.taken += bytes.len;
	if (!deaf.reads)
		deaf.most = deaf.taken;
	return (ssize_t)bytes.len;
}

static ssize_t deaf_unconfirmed(struct sink *s)
{
	(void)s;
	return deaf.reads ? 0 : (ssize_t)deaf.taken;
}

static void test_deaf_receiver(void **state)
{
	static const struct sink_ops ops = { .open = deaf_open,
		                             .close = deaf_close,
		                             .write = deaf_write,
		                             .unconfirmed = deaf_unconfirmed };
	static const struct output_kind kind = { .name = "deaf", .ops = &ops };
	auto_free char *line = long_line(64 * 1024);
	const size_t count = 4 * LIMIT_OUTPUT_SENT_BYTES / strlen(line);
	struct output_spec spec = { .kind = &kind };
	struct counters counters = { 0 };
	struct outputs_stats stats = { 0 };
	struct writer *w;

	(void)state;
	assert_int_equal(
		writer_new(&spec, NULL,
	                   &(struct writer_options){ .counters = &counters },
	                   &w),
		0);
	for (size_t i = 0; i < count; i++)
		submit_to(w, str_from(line));
	while (deaf.taken <= LIMIT_OUTPUT_SENT_BYTES - strlen(line))
		usleep(1000);
	/* that no more follows can only be waited for */
	writer_wait_room(w, 0, clock_monotonic_ns() + 100 * NS_PER_MS);
	assert_in_range(deaf.most, LIMIT_OUTPUT_SENT_BYTES - strlen(line),
	                LIMIT_OUTPUT_SENT_BYTES + strlen(line));
	deaf.reads = true;
	writer_flush(w, 0);
	writer_add_stats(w, &stats);
	assert_int_equal(stats.written, count);
	assert_int_equal(deaf.taken, count * strlen(line));
	writer_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file),
		TEST(test_formats),
		TEST(test_refused),
		TEST(test_reopen),
		TEST(test_reopen_refused),
		TEST(test_unfinished_line),
		TEST(test_full_disk),
		TEST(test_short_write),
		TEST(test_reopen_inside_line),
		TEST(test_stdout_pipe),
		TEST(test_stdout_file),
		TEST(test_stdout_socket),
		TEST(test_stalled_pipe),
		TEST(test_slow_reader),
		TEST(test_closed_pipe),
		TEST(test_wait_room),
		cmocka_unit_test(test_deaf_receiver),
		TEST(test_shared_description),
		TEST(test_hanging_write),
		TEST(test_out_of_memory),
		TEST_AT_ONCE(test_at_once),
		TEST(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
