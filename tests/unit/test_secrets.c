/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_secrets.c - a key that only root may read, in a process that is not root
 * any more. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/daemon/sandbox.h"
#include "saker/output/secrets.h"

static bool reads(const char *path, const char *wanted)
{
	auto_buf struct buf text = BUF_INIT;

	return io_read_at(AT_FDCWD, path, 64, &text) == 0 &&
	       str_eq(buf_str(&text), str_from(wanted));
}

/* 0 = all is as it should be; then what is not. */
static int without_privileges(const struct output_secrets *s, const char *path)
{
	auto_buf struct buf name = BUF_INIT;
	struct sandbox_user user;

	if (sandbox_user_find("no-such-user", &user) < 0 ||
	    sandbox_begin() < 0 || sandbox_drop(&user) < 0)
		return 1;
	if (reads(path, "key"))
		return 2;
	if (sandbox_freeze_files(-1) == 0)
		return 3;
	output_secrets_name(s, path, &name);
	return reads(buf_cstr(&name), "key") ? 0 : 4;
}

static void a_key_is_handed_over(void **state)
{
	struct output_secrets s = { 0 };
	char path[] = "/tmp/saker-key-XXXXXX";
	auto_buf struct buf output = BUF_INIT, name = BUF_INIT;
	auto_close int fd = mkstemp(path);
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(write(fd, "key", 3), 3);
	buf_printf(&output,
	           "https://localhost:1/,key_file=%s,ca_file=/no/such/file",
	           path);
	assert_int_equal(output_secrets_add(&s, buf_str(&output)), 0);
	assert_int_equal(s.count, 1);
	/* root needs none */
	output_secrets_name(&s, path, &name);
	assert_string_equal(buf_cstr(&name), path);
	output_secrets_name(NULL, "/other", &name);
	assert_string_equal(buf_cstr(&name), "/other");
	pid = fork();
	if (pid == 0)
		_exit(without_privileges(&s, path));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	output_secrets_done(&s);
	unlink(path);
}

/* No key is that long: who needs it tells of it. */
static void a_file_that_is_too_long_is_left(void **state)
{
	struct output_secrets s = { 0 };
	char path[] = "/tmp/saker-key-XXXXXX";
	auto_buf struct buf output = BUF_INIT;
	auto_close int fd = mkstemp(path);

	(void)state;
	assert_int_equal(ftruncate(fd, LIMIT_SECRET_BYTES + 1), 0);
	buf_printf(&output, "https://localhost:1/,key_file=%s", path);
	errno = 0;
	assert_int_equal(output_secrets_add(&s, buf_str(&output)), 0);
	assert_int_equal(s.count, 0);
	output_secrets_done(&s);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_handed_over),
		cmocka_unit_test(a_file_that_is_too_long_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
