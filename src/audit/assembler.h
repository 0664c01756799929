/* SPDX-License-Identifier: GPL-2.0-or-later */
/* assembler.h - what assemble.c and join.c share. */
#ifndef SAKER_AUDIT_ASSEMBLER_H
#define SAKER_AUDIT_ASSEMBLER_H

#include "memo.h"
#include "pool.h"
#include "saker/audit/assemble.h"
#include "table.h"

/* After so many events ended by the timer, and no EOE ever: nobody sends it. */
#define NO_EOE_EVENTS 16

struct assembler {
	struct assembler_options options;
	uint64_t timeout_ns;
	struct table table;
	struct list open; /* by first record; in a log also ended ones */
	size_t nopen;
	struct list ready;
	size_t nready;
	struct pool pool;
	size_t pending;
	bool has_eoe;
	unsigned timer_endings;
	uint64_t joined_ns; /* of the first record; 0 = none yet */
	uint64_t begin_ns;  /* real time, as in stamps; 0 = not told */
	/* Events whose stamp is known by its text, those of the last records:
	 * two processors' are often mixed. */
	struct known_event {
		struct stamp_memo stamp;
		struct open_event *event; /* NULL = there is none any more */
	} known[2], *last, *former;
	struct decode_memo memo;
	/* of the record at hand, until it is in an event */
	uint64_t place;
	bool is_counted;
};

enum ending {
	ENDED_COMPLETE,
	ENDED_BY_TIMER,
	ENDED_BY_EVICTION
};

static inline void count(const struct assembler *a, enum counter id)
{
	counter_add(a->options.counters, id, 1);
}

static inline bool lacks_eoe(const struct assembler *a)
{
	return !a->has_eoe &&
	       (a->options.is_log || a->timer_endings >= NO_EOE_EVENTS);
}

/* Nothing more is to be done with what is kept there. */
static inline void settle(const struct assembler *a, uint64_t place)
{
	if (place != 0 && a->options.settle != NULL)
		a->options.settle(a->options.arg, place);
}

/* A new event of the stamp at hand, without a node: that is the caller's to
 * set. NULL when out of memory. */
struct open_event *assembler_open(struct assembler *a, uint64_t hash,
                                  uint64_t now_ns);
void assembler_finish(struct assembler *a, struct open_event *o,
                      enum ending ending);
/* For want of memory. */
void assembler_drop(struct assembler *a, struct open_event *o);
/* Whether what an event lacks was logged before the stream was joined. */
bool assembler_is_joining(const struct assembler *a,
                          const struct audit_stamp *s, uint64_t received_ns);
/* Ends what is too old beside the stamp at hand, of that node. */
void assembler_expire_log(struct assembler *a, struct str node);

#endif
