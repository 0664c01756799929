/* SPDX-License-Identifier: GPL-2.0-or-later */
/* separation.h - the monitor's side of saker's processes; private to
 * src/daemon. */
#ifndef SAKER_SRC_DAEMON_SEPARATION_H
#define SAKER_SRC_DAEMON_SEPARATION_H

#include <pthread.h>

#include "courier.h"
#include "generation.h"
#include "reader.h"

/* Of the engine's threads. */
enum {
	SOCKET_ENGINE,
	SOCKET_RELOAD,
	SOCKET_METRICS,
	SOCKET_RESPONSES,
	ENGINE_SOCKETS = SOCKET_RESPONSES + RESPONSE_SOCKETS
};

struct separation {
	struct daemon *daemon;
	/* the thread that reloads replaces it */
	pthread_mutex_t lock;
	struct generation *reloaded; /* NULL = none */
	struct ruleset *ruleset;     /* of the start */
	struct monitor *monitor;
	struct host *host;
	/* Kernel rules take their time: they have a thread, and a monitor with
	 * nothing in common with the other but the options. */
	struct monitor *reload_monitor;
	pthread_t reload_thread;
	bool has_reload_thread;
	struct response_config response;
	struct responses *responses;
	struct output_pipes *pipes;
	struct courier courier;
	struct reader reader;
	struct files files;
	pid_t engine;
	int sockets[ENGINE_SOCKETS];
	struct restart restart;
	bool stop;
	int status; /* of waitpid(), of the engine that ended */
};

/* What struct monitor_options asks for at a reload; arg is the separation. */
int follow_wanted_rules(void *arg, struct diag_list *diags,
                        struct kernel_rules **ret) must_check;
int follow_files(void *arg, unsigned piece, struct buf *out) must_check;
int follow_reload(void *arg) must_check;

#endif
