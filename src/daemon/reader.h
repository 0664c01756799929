/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader.h - the process that drains what somebody waits for, and who keeps it
 * running; private to src/daemon. */
#ifndef SAKER_SRC_DAEMON_READER_H
#define SAKER_SRC_DAEMON_READER_H

#include "daemon.h"
#include "restart.h"
#include "saker/monitor/monitor.h"

/* The monitor's. */
struct reader {
	struct daemon *daemon; /* borrowed; its inputs are open */
	pid_t pid;             /* 0 = there is none */
	int status;
	struct restart restart;
	struct monitor *monitor; /* what it may ask for */
	int socket;              /* on which it asks; -1 = it is not there */
};

/* Starts it where a source needs one. 0, E_NOMEM or E_IO. reader_end() in any
 * case. */
int reader_begin(struct reader *r) must_check;
/* Sees off one that has ended, and starts another when that is due. */
void reader_tick(struct reader *r);
/* Answers what it asks on socket. */
void reader_serve(struct reader *r);
/* It ends, for a limited time in order. */
void reader_end(struct reader *r);

#endif
