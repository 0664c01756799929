/* SPDX-License-Identifier: GPL-2.0-or-later */
/* deliver.h - what a writer is made of, and what its thread does. */
#ifndef SAKER_OUTPUT_DELIVER_H
#define SAKER_OUTPUT_DELIVER_H

#include <pthread.h>

#include "writer.h"

/* Above the lock: set once, or the thread's own. */
struct writer {
	struct output_spec spec;
	size_t number;                     /* of the output */
	bool at_once;                      /* as outputs_options have it */
	const struct outputs_given *given; /* NULL = nothing */
	pthread_t thread;
	int wake;                       /* eventfd */
	struct spool *spool;            /* NULL = in memory only */
	struct spool_stats spool_known; /* what was counted of its losses */
	uint64_t spool_retry_ns;        /* 0 = its last append worked */
	struct sink sink;
	bool is_open;
	struct message *current; /* being written; NULL = none */
	size_t done;             /* bytes of it that are written */
	struct list sent;        /* written, not known to have arrived */
	struct list again;       /* the same of a connection that was lost */
	size_t sent_bytes;
	uint64_t taken;      /* bytes that this connection took */
	uint64_t from_spool; /* messages in hand that the spool has too */
	unsigned confirm_ms; /* until arrival is asked for again */
	unsigned retry_ms;   /* 0 = the last attempt did not fail */
	uint64_t retry_ns;

	pthread_mutex_t lock;
	struct counters *counters;
	pthread_cond_t moved; /* something was delivered, or failing changed */
	struct queue queue;
	struct outputs_stats stats;    /* pending is computed */
	struct outputs_stats *account; /* a copy for others; may be NULL */
	bool failing;
	bool gone;
	bool reopen;
	bool hurry; /* try at once, not when the time has come */
	bool stop;
	/* the thread sleeps with nothing in hand, and who submits may do its
	 * work; and does it now, so that it must not go on */
	bool is_resting;
	bool is_lent;
	bool ended;  /* the thread will not touch this any more */
	bool orphan; /* the thread is the last to */
};

/* After changes of stats, failing or gone, which others then see. */
void writer_unlock(struct writer *w);
/* Opens the sink, or has it opened. As outputs_add(). */
int writer_open(struct writer *w, struct sink *ret) must_check;
/* The lock is held. */
uint64_t writer_pending(const struct writer *w);
void writer_drop(struct writer *w, uint64_t n);

/* By who submits, while is_lent: writes m, which is the writer's now. True: the
 * thread has to be woken for the rest. */
bool deliver_at_once(struct writer *w, struct message *m) must_check;
/* The thread: takes messages from the queue into the spool, and from there, in
 * their order, to the sink, until it is told to stop. */
void deliver(struct writer *w);

#endif
