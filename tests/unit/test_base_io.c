/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_base_io.c - reading and writing files. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "oom.h"
#include "saker/base/io.h"

struct fixture {
	char dir[64];
	int fd;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/saker-io-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->fd = open(f->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(f->fd >= 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlinkat(f->fd, "file", 0);
	close(f->fd);
	rmdir(f->dir);
	free(f);
	return 0;
}

static void write_file(const struct fixture *f, struct str content)
{
	auto_close int fd =
		openat(f->fd, "file", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(io_write_all(fd, content), 0);
}

static void test_read(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf out = BUF_INIT;

	write_file(f, STR("a\0b"));
	buf_add_str(&out, STR("before:"));
	assert_int_equal(io_read_at(f->fd, "file", 3, &out), 0);
	assert_int_equal(out.len, 10);
	assert_memory_equal(out.data, "before:a\0b", 10);
	buf_clear(&out);
	write_file(f, STR(""));
	assert_int_equal(io_read_at(f->fd, "file", 0, &out), 0);
	assert_int_equal(out.len, 0);
}

static void test_read_limit(void **state)
{
	struct fixture *f = *state;
	auto_free char *content = malloc(100000);
	auto_buf struct buf out = BUF_INIT;

	memset(content, 'x', 100000);
	write_file(f, (struct str){ content, 100000 });
	assert_int_equal(io_read_at(f->fd, "file", 99999, &out), E_LIMIT);
	assert_int_equal(out.len, 99999);
	buf_clear(&out);
	assert_int_equal(io_read_at(f->fd, "file", 100000, &out), 0);
	assert_int_equal(out.len, 100000);
	buf_clear(&out);
	assert_int_equal(io_read_at(f->fd, "file", 0, &out), E_LIMIT);
	assert_int_equal(out.len, 0);
}

static void test_read_errors(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf out = BUF_INIT, fresh = BUF_INIT;

	assert_int_equal(io_read_at(f->fd, "none", 10, &out), E_NOT_FOUND);
	write_file(f, STR("x"));
	assert_int_equal(io_read_at(f->fd, "file/x", 10, &out), E_NOT_FOUND);
	assert_int_equal(io_read_at(f->fd, ".", 10, &out), E_IO);
	assert_int_equal(errno, EISDIR);
	oom_arm(1);
	assert_int_equal(io_read_at(f->fd, "file", 10, &fresh), E_NOMEM);
	assert_true(oom_disarm());
}

/* /proc files have size 0 and come in pieces. */
static void test_read_proc(void **state)
{
	auto_buf struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(
		io_read_at(AT_FDCWD, "/proc/self/status", 1 << 16, &out), 0);
	assert_true(str_has_prefix(buf_str(&out), STR("Name:")));
}

static void test_write_error(void **state)
{
	auto_close int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(io_write_all(fd, STR("x")), E_IO);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(io_write_all(fd, STR_NONE), 0);
}

static void *drain(void *arg)
{
	const int *fd = arg;
	static char chunk[4096];
	size_t total = 0;
	ssize_t n;

	while ((n = read(*fd, chunk, sizeof(chunk))) > 0)
		total += (size_t)n;
	return (void *)total;
}

/* More than a pipe holds, without O_NONBLOCK's EAGAIN ending it. */
static void test_write_waits(void **state)
{
	auto_free char *content = calloc(1, 1 << 20);
	pthread_t reader;
	void *total;
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_int_equal(fcntl(p[1], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(pthread_create(&reader, NULL, drain, &p[0]), 0);
	assert_int_equal(io_write_all(p[1], (struct str){ content, 1 << 20 }),
	                 0);
	close(p[1]);
	assert_int_equal(pthread_join(reader, &total), 0);
	assert_int_equal((size_t)total, 1 << 20);
	close(p[0]);
}

static void test_cleanup(void **state)
{
	int copy;

	(void)state;
	{
		auto_close int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		auto_close int none = -1;

		copy = fd;
		assert_true(fcntl(copy, F_GETFD) >= 0);
		assert_int_equal(none, -1);
	}
	assert_int_equal(fcntl(copy, F_GETFD), -1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_read),
		TEST(test_read_limit),
		TEST(test_read_errors),
		cmocka_unit_test(test_read_proc),
		cmocka_unit_test(test_write_error),
		cmocka_unit_test(test_write_waits),
		cmocka_unit_test(test_cleanup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
