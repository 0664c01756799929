/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ring.h - bounded queue of frames between the reader and the engine. */
#ifndef SAKER_SOURCE_RING_H
#define SAKER_SOURCE_RING_H

#include "saker/audit/frame.h"
#include "saker/base/counters.h"

/* One writer, one reader, no locks. A frame that does not fit is dropped by
 * the writer and counted: the writer never waits. */
struct ring;

/* bytes is rounded up to a power of two. NULL when out of memory. */
struct ring *ring_new(size_t bytes, struct counters *counters);
void ring_free(struct ring *r);

/* Writer. False when the frame was dropped. received_ns is CLOCK_MONOTONIC. */
bool ring_push(struct ring *r, const struct frame *frame, uint64_t received_ns);
/* Writer: the reader is woken once per batch. */
void ring_wake(struct ring *r);
/* Writer: no more will come. */
void ring_end(struct ring *r);

/* Reader: eventfd that polls readable when there may be frames. */
int ring_fd(const struct ring *r);
/* Reader: the oldest frame, borrowed until ring_pop(). False when empty. */
bool ring_peek(struct ring *r, struct frame *ret, uint64_t *ret_received_ns);
void ring_pop(struct ring *r);
/* Reader: true after ring_end() once everything was taken. */
bool ring_is_done(const struct ring *r);
/* Reader: clears the eventfd before looking again. */
void ring_clear_wake(struct ring *r);
/* Frames that wait; approximate for other threads. */
size_t ring_pending(const struct ring *r);

#endif
