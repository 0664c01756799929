/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source.h - where records come from. */
#ifndef SAKER_SOURCE_SOURCE_H
#define SAKER_SOURCE_SOURCE_H

#include "saker/audit/frame.h"
#include "saker/base/err.h"
#include "saker/source/ring.h"

struct source;

/* One row per kind in sources.def; "name" or "name:argument". */
struct source_kind {
	const char *name;
	const char *doc;
	bool is_live;
	int (*open)(struct source *s, struct str argument);
	/* Reads once what is there and pushes it into the ring. 0, E_AGAIN,
	 * E_END at end of input, E_IO. Never waits for the ring. */
	int (*read)(struct source *s);
	void (*close)(struct source *s);
};

struct source {
	const struct source_kind *kind;
	int fd;
	struct ring *ring;	   /* borrowed */
	struct counters *counters; /* borrowed */
	struct framer framer;
	void *state; /* the kind's */
};

/* spec as on the command line: stdin, netlink, file:PATH, unix:PATH. 0, E_INVALID
 * (no such kind), E_DENIED, E_UNSUPPORTED, E_NOT_FOUND, E_IO (errno set). */
int source_open(struct str spec, struct ring *ring, struct counters *counters,
		struct source *ret) must_check;
void source_close(struct source *s);
/* Starts a thread that does nothing but drain the source into the ring, until
 * its end or source_stop(). */
int source_start(struct source *s) must_check;
void source_stop(struct source *s);

#endif
