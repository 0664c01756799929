/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command.h - one program run to its end, without a shell. */
#ifndef SAKER_BASE_COMMAND_H
#define SAKER_BASE_COMMAND_H

#include "saker/base/err.h"
#include "saker/base/str.h"

struct command_result {
	bool is_timed_out; /* it and its process group were killed */
	int exit_status;   /* -1 when a signal ended it */
	int signal;        /* 0 when it exited by itself */
};

/* Runs argv (argv[0]: an absolute path) with input on its standard input, its
 * output thrown away, "/" as its directory, a minimal environment, and a
 * session of its own. Blocks until it ends, at most timeout_ms. A program that
 * does not read its input is no error. 0, E_NOT_FOUND, E_DENIED (what execve(2)
 * says), E_INVALID (no absolute path) or E_IO. */
int command_run(const char *const *argv, struct str input, unsigned timeout_ms,
                struct command_result *ret) must_check;

#endif
