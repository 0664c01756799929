/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ring.h - bounded queue of frames between the reader and the engine. */
#ifndef SAKER_SOURCE_RING_H
#define SAKER_SOURCE_RING_H

#include "saker/audit/frame.h"
#include "saker/base/counters.h"

/* One writer, one reader, no locks. A frame that does not fit is dropped by
 * the writer and counted: the writer never waits. */
struct ring;

/* bytes is rounded up to a power of two, 64 KiB at least. NULL when out of
 * memory or descriptors. */
struct ring *ring_new(size_t bytes, struct counters *counters);
/* The same in memory that a child has in common with this process: what the
 * one wrote, the other can read, after the first has died, too. */
struct ring *ring_new_shared(size_t bytes, struct counters *counters);
void ring_free(struct ring *r);
/* In a new process, of a shared ring whose reader, or writer, died: goes on
 * where that stopped. */
void ring_resume_reading(struct ring *r);
void ring_resume_writing(struct ring *r);

/* Writer. False when the frame was dropped. received_ns is CLOCK_MONOTONIC. */
bool ring_push(struct ring *r, const struct frame *frame, uint64_t received_ns);
/* Writer, after each batch: RECORDS_IN (dropped ones included) and
 * RECORDS_DROPPED get the batch's counts, and the reader is woken unless it
 * was woken already since its last ring_clear_wake(). */
void ring_wake(struct ring *r);
/* Writer: no more will come. Does what ring_wake() does. */
void ring_end(struct ring *r);
/* Writer: bytes that are free now, and in all. A frame takes 16 bytes and its
 * text, rounded up to 8. */
size_t ring_room(const struct ring *r);
size_t ring_size(const struct ring *r);

/* Reader: eventfd that polls readable when there may be frames. The order is
 * poll, ring_clear_wake(), then peek and pop until empty. */
int ring_fd(const struct ring *r);
/* Reader: the oldest frame, borrowed until ring_pop(). False when empty. */
bool ring_peek(struct ring *r, struct frame *ret, uint64_t *ret_received_ns);
void ring_pop(struct ring *r);
/* Reader: a number of its own for each frame; of the one that is next. */
uint64_t ring_position(const struct ring *r);
/* Reader: how many were taken, and how many of these, from the first on, will
 * not be asked for again: their events are judged. */
uint64_t ring_taken(const struct ring *r);
void ring_set_settled(struct ring *r, uint64_t frames);
/* Writer, of a shared ring: how many were pushed, and settled of these. The
 * descriptor polls readable once there are more after ring_want_settled(). */
uint64_t ring_pushed(const struct ring *r);
uint64_t ring_settled(const struct ring *r);
int ring_settled_fd(const struct ring *r);
void ring_want_settled(struct ring *r);
/* Reader: true after ring_end() once everything was taken. */
bool ring_is_done(const struct ring *r);
/* Reader: clears the eventfd before looking again. */
void ring_clear_wake(struct ring *r);
/* Frames that wait; approximate for other threads. */
size_t ring_pending(const struct ring *r);

#endif
