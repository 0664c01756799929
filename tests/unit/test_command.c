/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_command.c - programs run without a shell. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
// clang-format on

#include "saker/base/clock.h"
#include "saker/base/command.h"
#include "saker/base/io.h"

static int run(const char *script, struct str input, unsigned timeout_ms,
               struct command_result *ret)
{
	const char *argv[] = { "/bin/sh", "-c", script, NULL };

	return command_run(argv, input, timeout_ms, ret);
}

static void a_program_gets_its_input(void **state)
{
	char path[] = "/tmp/saker-command-XXXXXX";
	auto_close int fd = mkstemp(path);
	auto_buf struct buf got = BUF_INIT;
	struct command_result r;
	char script[128];

	(void)state;
	assert_true(fd >= 0);
	snprintf(script, sizeof(script), "cat >%s; pwd >>%s; exit 3", path,
	         path);
	assert_int_equal(run(script, STR("{\"a\":1}\n"), 10000, &r), 0);
	assert_int_equal(r.exit_status, 3);
	assert_false(r.is_timed_out);
	assert_int_equal(io_read_at(AT_FDCWD, path, 4096, &got), 0);
	assert_string_equal(buf_cstr(&got), "{\"a\":1}\n/\n");
	unlink(path);
}

static void much_input_arrives_whole(void **state)
{
	size_t n = (size_t)1024 * 1024;
	auto_free char *text = malloc(n);
	struct command_result r;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', n);
	assert_int_equal(run("test $(wc -c) = 1048576", (struct str){ text, n },
	                     20000, &r),
	                 0);
	assert_int_equal(r.exit_status, 0);
}

static void input_that_nobody_reads_is_no_error(void **state)
{
	size_t n = (size_t)1024 * 1024;
	auto_free char *text = calloc(1, n);
	struct command_result r;

	(void)state;
	assert_non_null(text);
	assert_int_equal(
		run("exec 0<&-; exit 0", (struct str){ text, n }, 20000, &r),
		0);
	assert_int_equal(r.exit_status, 0);
}

static void a_slow_program_is_ended_with_its_children(void **state)
{
	char path[] = "/tmp/saker-command-XXXXXX";
	auto_close int fd = mkstemp(path);
	auto_buf struct buf got = BUF_INIT;
	struct command_result r;
	char script[128];
	uint64_t pid;

	(void)state;
	assert_true(fd >= 0);
	snprintf(script, sizeof(script), "sleep 1000 & echo $! >%s; wait",
	         path);
	assert_int_equal(run(script, STR_NONE, 500, &r), 0);
	assert_true(r.is_timed_out);
	assert_int_equal(r.signal, SIGKILL);
	assert_int_equal(io_read_at(AT_FDCWD, path, 64, &got), 0);
	assert_true(str_to_u64(str_trim(buf_str(&got)), 10, &pid));
	/* its new parent may not have reaped it yet */
	for (int i = 0; i < 1000 && kill((pid_t)pid, 0) == 0; i++) {
		auto_buf struct buf stat = BUF_INIT;
		char name[64];

		snprintf(name, sizeof(name), "/proc/%d/stat", (int)pid);
		if (io_read_at(AT_FDCWD, name, 4096, &stat) < 0 ||
		    str_find(buf_str(&stat), STR(") Z ")) >= 0)
			break;
		assert_true(i < 999);
		usleep(10000);
	}
	unlink(path);
}

static void what_cannot_run_is_an_error(void **state)
{
	const char *missing[] = { "/nonexistent/saker", NULL };
	const char *relative[] = { "true", NULL };
	const char *no_program[] = { "/etc/passwd", NULL };
	struct command_result r;

	(void)state;
	assert_int_equal(command_run(missing, STR_NONE, 1000, &r), E_NOT_FOUND);
	assert_int_equal(command_run(relative, STR_NONE, 1000, &r), E_INVALID);
	assert_int_equal(command_run(no_program, STR_NONE, 1000, &r), E_DENIED);
}

static void it_inherits_nothing(void **state)
{
	struct command_result r;

	(void)state;
	setenv("SAKER_SECRET", "x", 1);
	assert_int_equal(run("test -z \"$SAKER_SECRET\" && "
	                     "test \"$(ls /proc/self/fd | wc -l)\" = 4",
	                     STR_NONE, 10000, &r),
	                 0);
	assert_int_equal(r.exit_status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_gets_its_input),
		cmocka_unit_test(much_input_arrives_whole),
		cmocka_unit_test(input_that_nobody_reads_is_no_error),
		cmocka_unit_test(a_slow_program_is_ended_with_its_children),
		cmocka_unit_test(what_cannot_run_is_an_error),
		cmocka_unit_test(it_inherits_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
