/* SPDX-License-Identifier: GPL-2.0-or-later */
/* writer.h - one output: a bounded queue, a spool and the thread that empties
 * them. */
#ifndef SAKER_OUTPUT_WRITER_H
#define SAKER_OUTPUT_WRITER_H

#include "saker/base/counters.h"
#include "saker/output/output.h"
#include "sink.h"
#include "spool.h"

struct writer;

/* What a writer is told beside the spec. */
struct writer_options {
	size_t number; /* of the output */
	struct counters *counters;
	bool at_once;                      /* as outputs_options have it */
	const struct outputs_given *given; /* borrowed; NULL = nothing */
};

/* Opens the sink and starts the thread. When that is done the spec, and the
 * spool, which may be NULL, are the writer's. 0, or what opening came to with
 * errno set. */
int writer_new(struct output_spec *spec, struct spool *spool,
               const struct writer_options *options,
               struct writer **ret) must_check;
/* t, unless NULL, is done when the message is in a safe place. True: it is for
 * the thread, which the caller has to wake. */
bool writer_put(struct writer *w, enum priority priority, struct str message,
                struct ticket *t) must_check;
void writer_wake(struct writer *w);
/* Something for this output found no memory. */
void writer_count_lost(struct writer *w);
void writer_reopen(struct writer *w);
void writer_add_stats(struct writer *w, struct outputs_stats *sum);
const struct output_spec *writer_spec(const struct writer *w);
/* Waits until at most `bytes` are queued in memory or the deadline
 * (CLOCK_MONOTONIC) has passed; with deadline_ns 0 until then or until writing
 * fails. */
void writer_wait_room(struct writer *w, size_t bytes, uint64_t deadline_ns);
/* The same until nothing is pending. */
void writer_flush(struct writer *w, uint64_t deadline_ns);
/* Ends the thread. What is pending goes into the spool, or is dropped and
 * counted. */
void writer_free(struct writer *w);

#endif
