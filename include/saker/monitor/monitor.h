/* SPDX-License-Identifier: GPL-2.0-or-later */
/* monitor.h - the process that keeps the privileges, and what it does for the
 * engine: the rows of host/requests.def. */
#ifndef SAKER_MONITOR_MONITOR_H
#define SAKER_MONITOR_MONITOR_H

#include "saker/base/counters.h"
#include "saker/host/wire.h"
#include "saker/kernel/audit.h"
#include "saker/output/output.h"

/* All of it is borrowed, and comes from the command line and root's files: what
 * the engine says never widens it. */
struct monitor_options {
	struct host *host;              /* direct */
	struct kernel_session *session; /* NULL = the kernel is left alone */
	/* the rules that the session is to have now, from root's files; asked
	 * for on the thread that serves the request */
	int (*wanted_rules)(void *arg, struct diag_list *diags,
	                    struct kernel_rules **ret);
	void *wanted_rules_arg;
	/* reads what responses may do from root's files anew, on that thread
	 * too; NULL = there are none */
	int (*reload_responses)(void *arg);
	void *reload_responses_arg;
	/* what configuration and rule files say, piece by piece as
	 * file_set_pack() has it; on that thread, too */
	int (*files)(void *arg, unsigned piece, struct buf *out);
	void *files_arg;
	int inotify;          /* that the engine reads; -1 = none */
	const char *snapshot; /* "" = none */
	const char *metrics;  /* the same */
	struct counters *counters;
	/* as wire_asker(): WIRE_COURIER asks for these outputs, WIRE_READER for
	 * this. Connects a source; 0 with a descriptor that is the caller's, or
	 * an error */
	unsigned asker;
	int (*connect)(void *arg, unsigned source, int *ret_fd);
	void *connect_arg;
	const char *const *outputs;
	size_t noutputs;
	struct output_user program; /* whom a program among them runs as */
	/* Where who opens outputs keeps pipes for the engine, and where the
	 * engine's are from; NULL = there are none. */
	struct output_pipes *pipes;
};

struct monitor;

/* Outputs that are pipes, as they were opened last; for several threads. NULL
 * when out of memory. */
struct output_pipes *output_pipes_new(size_t noutputs);
void output_pipes_free(struct output_pipes *p);

/* NULL when out of memory. */
struct monitor *monitor_new(const struct monitor_options *options);
void monitor_free(struct monitor *m);
/* Another engine, which watches no directory yet, reads inotify. */
void monitor_use_watches(struct monitor *m, int inotify);
/* Answers one request that waits on the socket; what is none, or not allowed,
 * is counted and answered with E_INVALID or E_DENIED. False when the other side
 * is gone. */
bool monitor_serve(struct monitor *m, int socket);
/* Programs among the outputs that have ended are seen off. Returns how many
 * there still are. By the thread that serves. */
size_t monitor_reap(struct monitor *m);
/* Whether the engine may have the file's content. */
bool monitor_may_read(const char *path);

/* sd_notify(3). The numbers travel in requests to the monitor. */
enum service_state {
	SERVICE_READY = 0,
	SERVICE_STOPPING = 1,
	SERVICE_RELOADING = 2, /* until it is ready again */
	SERVICE_ALIVE = 3      /* and how it fares; feeds a watchdog */
};

/* One datagram to the socket that systemd names; nothing where it names none.
 * Never waits. */
void service_notify(enum service_state state, const struct counters *counters);
/* How often to say SERVICE_ALIVE; 0 = nobody listens. */
uint64_t service_period_ns(void);

#endif
