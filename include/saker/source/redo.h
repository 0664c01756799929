/* SPDX-License-Identifier: GPL-2.0-or-later */
/* redo.h - records that were taken from a source and whose events are not
 * judged yet, kept where the end of who judges does not reach them. */
#ifndef SAKER_SOURCE_REDO_H
#define SAKER_SOURCE_REDO_H

#include "saker/audit/frame.h"
#include "saker/base/counters.h"

/* In memory that a process has in common with those that it forks; one of them
 * at a time uses it. What finds no room pushes out the oldest records, which a
 * death then loses: nothing ever waits for it. */
struct redo_log;

/* What one death after the other happened at is given up after so many. */
#define REDO_DEATHS 3u

/* NULL when out of memory. counters are shared, too, and borrowed. */
struct redo_log *redo_new(size_t bytes, struct counters *counters);
void redo_free(struct redo_log *r);

/* Where a frame comes from; position as source_position(), number as
 * source_taken(). */
struct redo_origin {
	unsigned source;
	uint64_t position;
	uint64_t number;
};

/* Before the frame is taken from its source: keeps a copy, and sets its place.
 */
void redo_add(struct redo_log *r, const struct redo_origin *from,
              uint64_t received_ns, struct frame *frame);
/* The number of the source's oldest frame that is kept; taken = none is. */
uint64_t redo_oldest(const struct redo_log *r, unsigned source, uint64_t taken);
/* Around what is done with a frame, and with an event by the place of its last
 * record; 0 = with none any more. */
void redo_feeding(struct redo_log *r, uint64_t place);
void redo_fed(struct redo_log *r);
void redo_judging(struct redo_log *r, uint64_t place);
/* As the hooks of struct assembler_options; log is the struct redo_log. */
void redo_chain(void *log, uint64_t place, uint64_t before);
void redo_settle(void *log, uint64_t place);
/* The event has to be settled once more: part of it goes on. */
void redo_hold(struct redo_log *r, uint64_t place);

/* In a new process, after the one before died. What it died of is given up when
 * REDO_DEATHS in a row did: true then, and counted. */
bool redo_resume(struct redo_log *r);
/* Whether this frame of the source was kept, and not taken from the source. */
bool redo_has(const struct redo_log *r, unsigned source, uint64_t position);
/* The next frame to be done again, in the order of redo_add(); *cursor begins
 * with 0. Borrowed until it is settled. False when there are no more. */
bool redo_next(struct redo_log *r, uint64_t *cursor, struct frame *ret,
               uint64_t *ret_received_ns);

#endif
