/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.h - the engine at work on a live source. */
#ifndef SAKER_DAEMON_RUN_H
#define SAKER_DAEMON_RUN_H

#include "saker/base/file_set.h"
#include "saker/daemon/config.h"

/* The configuration anew, on any thread. */
struct config_reader {
	/* Appends the configuration's files. 0 or E_NOMEM. */
	int (*gather)(void *arg, struct file_set *set);
	/* What they say, and the command line; files NULL: they are read. 0, or
	 * an error with the reasons in diags; *ret is then not set. */
	int (*read)(void *arg, const struct file_set *files, struct config *ret,
	            struct diag_list *diags);
	void *arg;
};

/* Runs until the source ends or a signal says so: SIGINT and SIGTERM end it
 * (as auditd's plugin only auditd's own SIGTERM does), SIGHUP loads
 * configuration and rules again and reopens outputs, SIGUSR1 writes the
 * counters to standard error and reopens outputs. Requests on the control
 * socket are answered (control.h). Reports on standard error. 0, E_INVALID
 * (rules, settings), or what kept it from running. */
int daemon_run(const struct config *config, const struct config_reader *again);

#endif
