/* SPDX-License-Identifier: GPL-2.0-or-later */
/* writer.h - one output: a bounded queue and the thread that empties it. */
#ifndef SAKER_OUTPUT_WRITER_H
#define SAKER_OUTPUT_WRITER_H

#include "saker/base/counters.h"
#include "saker/output/output.h"
#include "sink.h"

struct writer;

/* Opens the sink and starts the thread. argument is copied. */
int writer_new(const struct output_kind *kind, struct str argument,
               struct counters *counters, struct writer **ret) must_check;
void writer_submit(struct writer *w, struct str line);
void writer_reopen(struct writer *w);
void writer_add_stats(struct writer *w, struct outputs_stats *sum);
/* Waits until at most `bytes` are queued or the deadline (CLOCK_MONOTONIC) has
 * passed; with deadline_ns 0 until then or until writing fails. */
void writer_wait(struct writer *w, size_t bytes, uint64_t deadline_ns);
/* Drops and counts what is pending, ends the thread. */
void writer_free(struct writer *w);

#endif
