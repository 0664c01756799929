/* SPDX-License-Identifier: GPL-2.0-or-later */
/* daemon.h - a saker at work; private to src/daemon. */
#ifndef SAKER_SRC_DAEMON_DAEMON_H
#define SAKER_SRC_DAEMON_DAEMON_H

#include "files.h"
#include "privileged.h"
#include "reload.h"
#include "saker/daemon/engine.h"
#include "saker/daemon/notices.h"
#include "saker/daemon/protection.h"
#include "saker/daemon/sandbox.h"
#include "saker/output/outbox.h"
#include "saker/process/connector.h"
#include "saker/source/redo.h"
#include "saker/source/source.h"
#include "server.h"
#include "undo.h"

#define INPUTS_MAX    8
#define PROCESSES_MAX 4

struct input {
	const char *spec; /* borrowed from the configuration */
	struct source source;
	bool is_open;
	bool has_ended;
	uint64_t behind_ns; /* when what is judged came, while more waits; or 0
	                     */
};

struct daemon {
	const struct config *config;       /* it was started with; borrowed */
	const struct config_reader *again; /* borrowed */
	/* its own, or what it has in common with the processes that were and
	 * will be its like */
	struct counters *counters;
	struct told *told;     /* NULL = nobody else tells */
	_Atomic pid_t *reader; /* who drains the sources; NULL = threads */
	struct privileged privileged;
	struct guard *undo;    /* NULL = none, or another process's */
	struct outbox *outbox; /* of who delivers; NULL = the engine does */
	/* kept for the next engine; NULL = not */
	struct redo_log *redo;
	struct tables *tables;
	struct ruleset *ruleset;     /* loaded before; NULL = not yet */
	struct connector *connector; /* open before; NULL = not */
	struct files *files;         /* the monitor's; NULL = there is none */
	struct landlock_states *landlock; /* the same */
	const struct control *control;    /* the same, of who responds */
	int inotify;              /* to which the monitor adds watches; or -1 */
	const char *why_single;   /* static; NULL = is_separate */
	bool is_separate;         /* a monitor has the privileges */
	bool is_restarted;        /* the one before ended unexpectedly */
	bool has_to_look;         /* for processes that it did not know */
	bool has_dispatcher;      /* an audit dispatcher started saker */
	struct sandbox_user user; /* of what has no privileges */
	struct engine engine;
	struct notices notices;
	struct input inputs[INPUTS_MAX];
	size_t ninputs;
	struct reloader *reloader;
	int control_fd; /* to listen on; -1 = nobody can ask */
	int metrics_fd; /* the same */
	gid_t control_readers;
	struct server *server;       /* NULL = nobody can ask */
	struct publisher *publisher; /* of metrics; NULL = none are wanted */
	int signal_fd;
	uint64_t died_ns; /* the engine before; CLOCK_MONOTONIC as the next */
	_Atomic uint64_t
		*ready_ns; /* to be told when this one works; or NULL */
	uint64_t next_tick_ns;
	uint64_t wake_ns;  /* when it has to go on at the latest */
	uint64_t trust_ns; /* until then the time says nothing about events */
	uint64_t next_beat_ns;
	uint64_t next_alive_ns; /* to the service manager */
	uint64_t started_ns;    /* CLOCK_REALTIME, like the next */
	uint64_t rules_ns;      /* when the rules in use were loaded */
	struct protected_process protected[PROCESSES_MAX];
	size_t nprotected;
	bool stop;
};

/* The engine's work, from its parts to its end, in this process; in a sandbox
 * when is_separate. What is open already stays as it is. */
int daemon_work(struct daemon *d) must_check;
/* The same in a process of its own, with this one as its monitor. In the
 * engine's process it returns when that is done. */
int daemon_separate(struct daemon *d) must_check;

/* Opens the process connector where it is wanted, for the engines that come:
 * what happens between two of them waits there. Says itself what keeps it from
 * that.
 */
void connector_begin(struct daemon *d);

/* Opens what the configuration names; says itself what cannot be used. 0 or the
 * error; inputs_close() in any case. */
int inputs_open(struct daemon *d) must_check;
/* Starts the threads. */
int inputs_start(struct daemon *d) must_check;
/* In a process that another drains the sources for. */
void inputs_leave(struct daemon *d);
/* Goes on behind a process that ended unexpectedly; how many records it does
 * again. */
size_t inputs_resume(struct daemon *d);
/* Feeds a batch of each source to the pipeline. True when more may wait; sets
 * stop when all have ended. */
bool inputs_drain(struct daemon *d);
/* Ends the sources, and feeds what they left. */
void inputs_finish(struct daemon *d);
/* The time up to which all that came has been judged: an event is not late
 * whose records still wait. */
uint64_t inputs_time(const struct daemon *d, uint64_t now_ns);
/* Records that wait. */
uint64_t inputs_pending(const struct daemon *d);
void inputs_close(struct daemon *d);

/* Appends a JSON object: what this saker is and does. */
void status_render(const struct daemon *d, struct buf *out);
/* The same for what became of the last reload. */
void status_render_reload(const struct reload_result *r, struct buf *out);
/* The control socket: made where the configuration says, served, removed. Says
 * itself what is wrong; without it saker goes on. */
void requests_listen(struct daemon *d);
void requests_open(struct daemon *d);
void requests_unlink(struct daemon *d);
void requests_serve(struct daemon *d);
void requests_close(struct daemon *d);
/* Raises an alert that says that saker is well, when it is time for one. */
void heartbeat_tick(struct daemon *d, uint64_t now_ns);
/* Begins a reload, and takes what became of it. */
void reload_begin(struct daemon *d);
void reload_end(struct daemon *d);

#endif
