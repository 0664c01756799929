/* SPDX-License-Identifier: GPL-2.0-or-later */
/* daemon.h - a saker at work; private to src/daemon. */
#ifndef SAKER_SRC_DAEMON_DAEMON_H
#define SAKER_SRC_DAEMON_DAEMON_H

#include "reload.h"
#include "saker/daemon/engine.h"
#include "saker/daemon/notices.h"
#include "saker/daemon/protection.h"
#include "saker/kernel/audit.h"
#include "saker/source/source.h"
#include "server.h"

#define INPUTS_MAX    8
#define PROCESSES_MAX 4

struct input {
	const char *spec; /* borrowed from the configuration */
	struct ring *ring;
	struct source source;
	bool is_open;
	bool has_ended;
};

struct daemon {
	const struct config *config; /* it was started with; borrowed */
	struct engine engine;
	struct notices notices;
	struct kernel_session *session; /* NULL = the kernel is left alone */
	struct input inputs[INPUTS_MAX];
	size_t ninputs;
	struct reloader *reloader;
	struct server *server; /* NULL = nobody can ask */
	int signal_fd;
	uint64_t next_tick_ns;
	uint64_t started_ns; /* CLOCK_REALTIME, like the next */
	uint64_t rules_ns;   /* when the rules in use were loaded */
	struct protected_process protected[PROCESSES_MAX];
	size_t nprotected;
	bool stop;
};

/* Opens and starts what the configuration names; says itself what cannot be
 * used. 0 or the error; inputs_close() in any case. */
int inputs_open(struct daemon *d) must_check;
/* Feeds a batch of each ring to the pipeline. True when more may wait; sets
 * stop when all have ended. */
bool inputs_drain(struct daemon *d);
/* Ends the sources, and feeds what they left. */
void inputs_finish(struct daemon *d);
void inputs_close(struct daemon *d);

/* Appends a JSON object: what this saker is and does. */
void status_render(const struct daemon *d, struct buf *out);
/* The same for what became of the last reload. */
void status_render_reload(const struct reload_result *r, struct buf *out);
/* The control socket: opened where the configuration says, and asked. Says
 * itself what is wrong; without it saker goes on. */
void requests_open(struct daemon *d);
void requests_serve(struct daemon *d);
void requests_close(struct daemon *d);
/* Begins a reload, and takes what became of it. */
void reload_begin(struct daemon *d);
void reload_end(struct daemon *d);

#endif
