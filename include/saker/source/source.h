/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source.h - where records come from. */
#ifndef SAKER_SOURCE_SOURCE_H
#define SAKER_SOURCE_SOURCE_H

#include <pthread.h>

#include "saker/audit/frame.h"
#include "saker/base/err.h"
#include "saker/source/pace.h"
#include "saker/source/ring.h"

struct source;
struct source_options;

/* One row per kind in sources.def; "name" or "name:argument". */
struct source_kind {
	const char *name;
	const char *argument; /* what it is called in help; NULL = none */
	const char *doc;
	bool is_live;
	int (*open)(struct source *s, struct str argument,
	            const struct source_options *options);
	void (*close)(struct source *s);
	/* On the source's thread: reads once what is there and pushes it into
	 * the ring. 0, E_AGAIN, E_END at end of input, E_IO. Never waits for
	 * the ring. With fd < 0 it tries to get it back, and reconnect_ms says
	 * when. NULL: there is no thread and no ring, but what follows. */
	int (*read)(struct source *s);
	/* A new connection, without waiting: 0, E_AGAIN when nobody serves it
	 * now, E_DENIED, E_IO. NULL: it is no client. */
	int (*connect)(struct source *s, int *ret_fd);
	/* As source_peek(), source_pop() and source_load(). */
	bool (*peek)(struct source *s, struct frame *ret,
	             uint64_t *ret_received_ns);
	void (*pop)(struct source *s);
	struct source_load (*load)(const struct source *s);
	/* Nothing more comes. */
	void (*stop)(struct source *s);
	/* As source_resume_taking() and source_position(). */
	void (*resume)(struct source *s);
	uint64_t (*position)(const struct source *s);
};

struct source_options {
	size_t ring_bytes; /* of records that may wait */
	/* What was read and not yet judged outlives the process, in memory that
	 * it has in common with the one that opens the source. */
	bool is_shared;
	struct counters *counters; /* borrowed */
};

/* What waits to be judged. */
struct source_load {
	size_t bytes, used; /* of the ring, or of the kernel's queue */
	size_t records;     /* as far as they can be counted */
};

struct source {
	const struct source_kind *kind;
	int fd; /* to poll for reading; -1 = not connected now */
	/* what is not read is kept elsewhere (a regular file, the relay's
	 * queue): the reader thread may wait for room */
	bool is_lossless;
	unsigned reconnect_ms;
	/* Who asks another process for a connection, as source_connect(), and
	 * what is passed to it; NULL = it connects itself. */
	int (*connect)(void *arg, const struct source *s, int *ret_fd);
	void *connect_arg;
	struct pace pace; /* of who reads it: its thread, or who takes frames */
	struct ring *ring;         /* NULL = none is needed */
	struct counters *counters; /* borrowed */
	struct framer framer;
	void *state; /* the kind's */
	/* 0 after a normal end or source_stop(), else why it ended. */
	_Atomic int error;
	int stop_fd; /* an eventfd, of all processes that have it in common */
	bool is_started, is_stopped, is_left;
	pthread_t thread;
};

/* The table, for help and completion; NULL past the end. */
const struct source_kind *source_kind_at(size_t i);

/* spec as on the command line: stdin, netlink, file:PATH, unix:PATH,
 * relay:PATH. 0, E_INVALID (no such kind,
 * a directory), E_DENIED, E_UNSUPPORTED, E_NOT_FOUND, E_NOMEM, E_IO (errno
 * set). *ret must not move while it is open. A unix socket that nobody serves
 * yet is no error: it is tried again. */
int source_open(struct str spec, const struct source_options *options,
                struct source *ret) must_check;
/* Stops, too. */
void source_close(struct source *s);
/* Where the source needs one, starts a thread that does nothing but drain it
 * into the ring, until its end or source_stop(). The thread blocks all signals.
 * 0, E_NOMEM or E_IO. */
int source_start(struct source *s) must_check;
/* In a new process, of a shared source: goes on where the process that took
 * frames, or that drained the source, stopped when it died; the second before
 * source_start(). */
void source_resume_taking(struct source *s);
void source_resume_draining(struct source *s);
/* In the process that opened a source which another drains: connects it anew,
 * so that both have the connection. 0, with a descriptor for that one; E_AGAIN
 * when nobody serves it now, E_UNSUPPORTED when it is no client, E_DENIED,
 * E_IO.
 */
int source_connect(struct source *s, int *ret_fd) must_check;
/* Nothing more comes; what has come is still there. */
void source_stop(struct source *s);
/* Whether a thread drains it, which may be another process's. */
bool source_has_thread(const struct source *s);
/* In a process whose thread it is not: closes what is drained, which remains
 * the other's. Before any other use of it here. */
void source_leave(struct source *s);
/* Asks that thread to end, from another process; source_is_done() once it has.
 */
void source_ask_stop(const struct source *s);
/* Waits until its own thread has ended by itself, or was asked to. */
void source_join(struct source *s);

/* Instead of polling: for how long records are to be gathered before they are
 * looked for, because so many come; 0 = not now. */
uint64_t source_gather_ns(const struct source *s);
/* How many frames were taken since the last time; for source_gather_ns(). */
void source_count(struct source *s, size_t frames, uint64_t now_ns);
/* The order is: poll source_poll_fd() for reading, source_wake(), then peek and
 * pop until nothing is there. */
int source_poll_fd(const struct source *s);
void source_wake(struct source *s);
/* The oldest frame and when it was received (CLOCK_MONOTONIC), borrowed until
 * source_pop(). False when there is none now. */
bool source_peek(struct source *s, struct frame *ret,
                 uint64_t *ret_received_ns);
void source_pop(struct source *s);
/* The number of the oldest frame, or of the next one to come; each has its own.
 */
uint64_t source_position(const struct source *s);
/* How many frames were taken; and how many of these, from the first on, are
 * judged, so that who sent them may forget them. */
uint64_t source_taken(const struct source *s);
void source_set_settled(struct source *s, uint64_t frames);
/* True once the source has ended and everything was taken. */
bool source_is_done(const struct source *s);
struct source_load source_load(const struct source *s);

#endif
