/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.h - the engine at work on a live source. */
#ifndef SAKER_DAEMON_RUN_H
#define SAKER_DAEMON_RUN_H

#include "saker/daemon/config.h"

/* Runs until the source ends or a signal says so: SIGINT and SIGTERM end it
 * (as auditd's plugin only auditd's own SIGTERM does), SIGHUP loads the rules
 * again and reopens outputs, SIGUSR1 writes the counters to standard error.
 * Reports on standard error. 0, E_INVALID (rules, settings), or what kept it
 * from running. */
int daemon_run(const struct config *config);

#endif
