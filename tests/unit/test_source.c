/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_source.c - sources and recorded logs, over real files and sockets. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <zlib.h>

#include <cmocka.h>

#include "saker/base/io.h"
#include "saker/source/log_file.h"
#include "saker/source/source.h"

#define RING_BYTES ((size_t)1024 * 1024)
#define OPTIONS(f)                          \
	(&(struct source_options){          \
		.ring_bytes = RING_BYTES,   \
		.counters = &(f)->counters, \
	})
#define LINE "type=CWD msg=audit(1.000:%d): cwd=\"/\"\n"

struct fixture {
	char directory[64];
	char path[96];
	struct counters counters;
	struct source source;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	strcpy(f->directory, "/tmp/saker-test-XXXXXX");
	if (mkdtemp(f->directory) == NULL)
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/log", f->directory);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	source_close(&f->source);
	unlink(f->path);
	rmdir(f->directory);
	free(f);
	return 0;
}

static void open_source(struct fixture *f, const char *kind)
{
	char spec[128];

	snprintf(spec, sizeof(spec), "%s:%s", kind, f->path);
	assert_int_equal(source_open(str_from(spec), OPTIONS(f), &f->source),
	                 0);
	assert_int_equal(source_start(&f->source), 0);
}

/* Takes frames until count were taken or the source ended; checks that they are
 * lines first, first + 1, ... */
static unsigned take(struct fixture *f, unsigned first, unsigned count)
{
	unsigned taken = 0;
	struct frame frame;
	uint64_t when;
	char line[64];

	while (taken < count && !ring_is_done(f->source.ring)) {
		struct pollfd p = { .fd = ring_fd(f->source.ring),
			            .events = POLLIN };

		assert_int_equal(poll(&p, 1, 60000), 1);
		ring_clear_wake(f->source.ring);
		for (; ring_peek(f->source.ring, &frame, &when);
		     ring_pop(f->source.ring)) {
			snprintf(line, sizeof(line), LINE,
			         (int)(first + taken));
			line[strlen(line) - 1] = '\0';
			assert_true(str_eq(frame.text, str_from(line)));
			assert_true(when != 0);
			taken++;
		}
	}
	return taken;
}

static void write_lines(int fd, unsigned first, unsigned count)
{
	for (unsigned i = first; i < first + count; i++)
		assert_true(dprintf(fd, LINE, (int)i) > 0);
}

static void file_is_read_to_its_end(void **state)
{
	struct fixture *f = *state;
	/* More than the ring holds: a file waits for room, nothing is lost. */
	unsigned count = 60000;
	int fd = open(f->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	FILE *out = fdopen(fd, "w");

	assert_non_null(out);
	for (unsigned i = 0; i < count; i++)
		fprintf(out, LINE, (int)i);
	fclose(out);
	open_source(f, "file");
	assert_int_equal(take(f, 0, count + 1), count);
	assert_int_equal(f->source.error, 0);
	assert_int_equal(counter_get(&f->counters, COUNTER_RECORDS_IN), count);
	assert_int_equal(counter_get(&f->counters, COUNTER_RECORDS_DROPPED), 0);
}

static void fifo_waits_for_its_writer(void **state)
{
	struct fixture *f = *state;
	int fd;

	assert_int_equal(mkfifo(f->path, 0600), 0);
	open_source(f, "file");
	fd = open(f->path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	write_lines(fd, 0, 3);
	assert_int_equal(take(f, 0, 3), 3);
	/* The last line has no newline. */
	assert_true(dprintf(fd, "type=CWD msg=audit(1.000:3): cwd=\"/\"") > 0);
	close(fd);
	assert_int_equal(take(f, 3, 10), 1);
	assert_true(ring_is_done(f->source.ring));
}

static int serve(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)),
	                 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void socket_is_served_again(void **state)
{
	struct fixture *f = *state;

	/* Nobody serves it at first, and twice it goes away. */
	open_source(f, "unix");
	for (unsigned round = 0; round < 2; round++) {
		int server = serve(f->path);
		int client = accept4(server, NULL, NULL, SOCK_CLOEXEC);

		assert_true(client >= 0);
		write_lines(client, round * 5, 5);
		assert_int_equal(take(f, round * 5, 5), 5);
		close(client);
		close(server);
		unlink(f->path);
	}
	source_stop(&f->source);
	assert_true(ring_is_done(f->source.ring));
}

/* Standard input as auditd gives it to a plugin: a socket pair, one byte at a
 * time, end of file when auditd goes. */
static void stdin_takes_any_chunking(void **state)
{
	struct fixture *f = *state;
	auto_close int saved = dup(STDIN_FILENO);
	const char text[] = "type=CWD msg=audit(1.000:0): cwd=\"/\"\n";
	int ends[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(source_open(STR("stdin"), OPTIONS(f), &f->source), 0);
	assert_int_equal(source_start(&f->source), 0);
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		assert_int_equal(write(ends[1], text + i, 1), 1);
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(take(f, 0, 2), 1);
	assert_int_equal(f->source.error, 0);
	dup2(saved, STDIN_FILENO);
}

static void stop_ends_a_silent_source(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkfifo(f->path, 0600), 0);
	open_source(f, "file");
	source_stop(&f->source);
	assert_true(ring_is_done(f->source.ring));
	assert_int_equal(f->source.error, 0);
}

static void bad_specifications_are_errors(void **state)
{
	static const struct {
		const char *spec;
		int error;
	} rows[] = {
		{ "", E_INVALID },       { "nothing", E_INVALID },
		{ "file", E_INVALID },   { "file:", E_INVALID },
		{ "unix", E_INVALID },   { "netlink:x", E_INVALID },
		{ "file:/", E_INVALID }, { "file:/no/such/file", E_NOT_FOUND },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(source_open(str_from(rows[i].spec), OPTIONS(f),
		                             &f->source),
		                 rows[i].error);
	for (size_t i = 0; source_kind_at(i) != NULL; i++)
		assert_non_null(source_kind_at(i)->doc);
}

static void write_gzip(const char *path, unsigned count)
{
	gzFile gz = gzopen(path, "wb");

	assert_non_null(gz);
	for (unsigned i = 0; i < count; i++)
		assert_true(gzprintf(gz, LINE, (int)i) > 0);
	assert_int_equal(gzclose(gz), Z_OK);
}

static unsigned count_frames(struct log_reader *r, int *ret_error)
{
	struct frame frame;
	unsigned count = 0;

	while ((*ret_error = log_next(r, &frame)) == 0)
		count++;
	return count;
}

static void log_may_be_compressed(void **state)
{
	struct fixture *f = *state;
	struct log_reader *r = NULL;
	uint64_t done, total;
	struct stat st;
	int error;

	write_gzip(f->path, 50000);
	assert_int_equal(log_open(f->path, &f->counters, &r), 0);
	assert_int_equal(count_frames(r, &error), 50000);
	assert_int_equal(error, E_END);
	assert_int_equal(stat(f->path, &st), 0);
	log_progress(r, &done, &total);
	assert_int_equal(done, st.st_size);
	assert_int_equal(total, st.st_size);
	log_close(r);
	assert_int_equal(counter_get(&f->counters, COUNTER_RECORDS_IN), 50000);
}

static void damaged_logs_are_errors(void **state)
{
	struct fixture *f = *state;
	struct log_reader *r = NULL;
	struct stat st;
	int error, fd;

	assert_int_equal(log_open("/", NULL, &r), E_INVALID);
	assert_int_equal(log_open("/no/such/log", NULL, &r), E_NOT_FOUND);
	assert_null(r);
	write_gzip(f->path, 50000);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(truncate(f->path, st.st_size / 2), 0);
	assert_int_equal(log_open(f->path, NULL, &r), 0);
	assert_true(count_frames(r, &error) > 1000);
	assert_int_equal(error, E_TRUNCATED);
	log_close(r);
	fd = open(f->path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "\xff\xff\xff\xff\xff\xff", 6, 10), 6);
	close(fd);
	assert_int_equal(log_open(f->path, NULL, &r), 0);
	count_frames(r, &error);
	assert_int_equal(error, E_INVALID);
	log_close(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(file_is_read_to_its_end),
		TEST(fifo_waits_for_its_writer),
		TEST(socket_is_served_again),
		TEST(stdin_takes_any_chunking),
		TEST(stop_ends_a_silent_source),
		TEST(bad_specifications_are_errors),
		TEST(log_may_be_compressed),
		TEST(damaged_logs_are_errors),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
