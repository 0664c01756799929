/* SPDX-License-Identifier: GPL-2.0-or-later */
/* courier.h - the process that delivers alerts, and who keeps it running;
 * private to src/daemon. */
#ifndef SAKER_SRC_DAEMON_COURIER_H
#define SAKER_SRC_DAEMON_COURIER_H

#include <pthread.h>

#include "restart.h"
#include "saker/daemon/config.h"
#include "saker/daemon/protection.h"
#include "saker/daemon/sandbox.h"
#include "saker/monitor/monitor.h"
#include "saker/output/outbox.h"

/* The monitor's. Set outbox and config before courier_begin(). */
struct courier {
	const struct config *config; /* borrowed, like the next two */
	struct outbox *outbox;
	struct counters *counters;
	struct landlock_states *landlock;
	struct output_pipes *pipes; /* for the engine; NULL = none */
	struct sandbox_user user;
	struct monitor *monitor; /* of the thread that answers the courier */
	pthread_t thread;
	bool has_thread;
	int socket;
	pid_t pid; /* 0 = there is none */
	int status;
	struct restart restart;
};

/* Starts it and waits until it can deliver. 0, or what kept it from that, which
 * it has said itself. courier_end() in any case. */
int courier_begin(struct courier *c) must_check;
/* Sees off one that has ended, and starts another when that is due. */
void courier_tick(struct courier *c);
/* It delivers what there is, for a limited time, and ends. */
void courier_end(struct courier *c);

/* In its own process: its work, until its end. Asks for what takes privileges
 * through the socket. 0 or an error. */
int courier_work(const struct courier *c, int socket) must_check;

#endif
