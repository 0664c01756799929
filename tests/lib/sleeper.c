/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sleeper.c - a process to do something to. */
#include "sleeper.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>
/* cmocka wants those first */
#include <cmocka.h>

pid_t sleeper_start(void)
{
	int ends[2];
	char byte;
	pid_t pid;

	/* closed by execve: then it is sleep, and no copy of the test */
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		execl("/bin/sleep", "sleep", "600", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
	return pid;
}
