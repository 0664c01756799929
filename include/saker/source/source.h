/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source.h - where records come from. */
#ifndef SAKER_SOURCE_SOURCE_H
#define SAKER_SOURCE_SOURCE_H

#include <pthread.h>

#include "saker/audit/frame.h"
#include "saker/base/err.h"
#include "saker/source/ring.h"

struct source;

/* One row per kind in sources.def; "name" or "name:argument". */
struct source_kind {
	const char *name;
	const char *argument; /* what it is called in help; NULL = none */
	const char *doc;
	bool is_live;
	int (*open)(struct source *s, struct str argument);
	/* Reads once what is there and pushes it into the ring. 0, E_AGAIN,
	 * E_END at end of input, E_IO. Never waits for the ring. With fd < 0 it
	 * tries to get it back, and reconnect_ms says when. */
	int (*read)(struct source *s);
	void (*close)(struct source *s);
};

struct source {
	const struct source_kind *kind;
	int fd;           /* to poll for reading; -1 = not connected now */
	/* what is not read is kept elsewhere (a regular file, the relay's
	 * queue): the reader thread may wait for room */
	bool is_lossless;
	unsigned reconnect_ms;
	struct ring *ring;         /* borrowed */
	struct counters *counters; /* borrowed */
	struct framer framer;
	void *state; /* the kind's */
	/* Set by the reader thread before ring_end(): 0 after a normal end or
	 * source_stop(), else why it ended. */
	_Atomic int error;
	int stop_fd;
	bool is_started;
	pthread_t thread;
};

/* The table, for help and completion; NULL past the end. */
const struct source_kind *source_kind_at(size_t i);

/* spec as on the command line: stdin, netlink, file:PATH, unix:PATH,
 * relay:PATH. 0,
 * E_INVALID (no such kind, a directory), E_DENIED, E_UNSUPPORTED, E_NOT_FOUND,
 * E_NOMEM, E_IO (errno set). *ret must not move while it is open. A unix socket
 * that nobody serves yet is no error: it is tried again. */
int source_open(struct str spec, struct ring *ring, struct counters *counters,
                struct source *ret) must_check;
/* Stops, too. */
void source_close(struct source *s);
/* Starts a thread that does nothing but drain the source into the ring, until
 * its end or source_stop(); then it calls ring_end(). The thread blocks all
 * signals. 0, E_NOMEM or E_IO. */
int source_start(struct source *s) must_check;
void source_stop(struct source *s);

#endif
