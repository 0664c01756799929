/* SPDX-License-Identifier: GPL-2.0-or-later */
/* assemble.h - records joined into events by (node, sec.ms, serial). */
#ifndef SAKER_AUDIT_ASSEMBLE_H
#define SAKER_AUDIT_ASSEMBLE_H

#include "saker/audit/event.h"
#include "saker/audit/frame.h"
#include "saker/base/counters.h"

/* Every record given to assembler_add() is counted once: parsed (in an event,
 * or an EOE), malformed, late (its event had ended) or excess (its event was at
 * a limit). An event that ended without its SYSCALL, by the timer or as a user
 * message whose sendto() is audited too, is followed by a second one of the
 * same key when that SYSCALL comes after all. */
struct assembler;

struct assembler_options {
	/* A log has no EOE (auditd writes none): as long as none was seen, a
	 * system call's event ends with its SYSCALL, PROCTITLE and PATHs, and
	 * age is told by the stamps of later records instead of the clock.
	 * Events then leave in the order of their first records and serials,
	 * so that one may wait for another that is still open. */
	bool is_log;
	unsigned max_open;         /* 0 = LIMIT_OPEN_EVENTS */
	unsigned timeout_ms;       /* 0 = LIMIT_EVENT_TIMEOUT_MS */
	struct counters *counters; /* may be NULL */
	/* Of frames that have a place: that one follows another (0 = none) in
	 * the same event; that nothing more is to be done with a record, or
	 * with all of an event, given by its last record: it was released. Both
	 * may be NULL. */
	void (*chain)(void *arg, uint64_t place, uint64_t before);
	void (*settle)(void *arg, uint64_t place);
	void *arg;
	/* Whether anybody looks beyond the SYSCALL record of such an event;
	 * where not, what only describes the call is counted and not kept.
	 * NULL = always. */
	bool (*wants)(void *arg, const struct audit_syscall *s);
	void *wants_arg;
};

/* NULL when out of memory. */
struct assembler *assembler_new(const struct assembler_options *options);
void assembler_free(struct assembler *a);

/* A live stream is joined now: what an event that began before this time
 * (CLOCK_REALTIME) lacks until the timeout was logged before. */
void assembler_begin(struct assembler *a, uint64_t real_ns);
/* Copies the record's text into its event. now_ns is CLOCK_MONOTONIC, used for
 * the timer and kept as received_ns. 0; E_INVALID, E_TRUNCATED: malformed,
 * counted, skipped; E_NOMEM: event dropped and counted. */
int assembler_add(struct assembler *a, const struct frame *frame,
                  uint64_t now_ns);
/* Nothing is to be done with it. */
void assembler_skip(const struct assembler *a, const struct frame *frame);
/* Ends events that are older than the timeout. */
void assembler_expire(struct assembler *a, uint64_t now_ns);
/* Ends all open events (end of input). */
void assembler_flush(struct assembler *a);
/* CLOCK_MONOTONIC of the next expiry, 0 when nothing is open. */
uint64_t assembler_deadline(const struct assembler *a);
/* Number of records that wait in open events and in the queue of ended ones. */
size_t assembler_pending(const struct assembler *a);

/* How many ended events wait to be taken. */
size_t assembler_ready(const struct assembler *a);

/* The next ended event, in order of ending (live) or as said above (log); NULL
 * when there is none. The caller gives it back with assembler_release(), before
 * assembler_free(). */
struct audit_event *assembler_next(struct assembler *a);
void assembler_release(struct assembler *a, struct audit_event *e);

#endif
