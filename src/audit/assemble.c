/* SPDX-License-Identifier: GPL-2.0-or-later */
/* assemble.c - records joined into events.
 *
 * Live: an event ends at its EOE, which the kernel always logs last, and goes
 * out at once. What has none (alone by type, or EOE lost) ends by the timer.
 *
 * Log: auditd writes no EOE, so that PROCTITLE ends a system call's event, and
 * an event without PROCTITLE (AVC alone, io_uring) only when the log is 2 s
 * further. Events leave in the order of their first records, serials sorted
 * where CPUs overtook each other: one that ended waits for those before it, so
 * that a process's system calls and io_uring operations keep their order.
 */
#include "saker/audit/assemble.h"

#include <stdlib.h>

#include "memo.h"
#include "pool.h"
#include "saker/audit/numbers.h"
#include "saker/base/clock.h"
#include "saker/base/limits.h"
#include "store.h"
#include "table.h"
#include "whole.h"

/* Nodes' clocks may differ, and their records be delivered late, by this much
 * in one log. */
#define NODE_SKEW_NS (3600 * NS_PER_SEC)
/* The largest distance of serials that overtook each other on record is 17. */
#define SORT_DISTANCE 64
/* After so many events ended by the timer, and no EOE ever: nobody sends it. */
#define NO_EOE_EVENTS 16
/* A live stream is joined in the middle of events: what they lack then is no
 * loss. Hardly a system call is in the middle of its records for this long; one
 * is where the machine's processors are themselves held back. */
#define JOIN_NS (100 * NS_PER_MS)
/* Room for what the getters make of the records. */
#define GETTER_BYTES (4u * LIMIT_EVENT_BYTES)

enum ending {
	ENDED_COMPLETE,
	ENDED_BY_TIMER,
	ENDED_BY_EVICTION
};

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
	/* The one that the last record went into, whose stamp is known. */
	struct open_event *last;
	bool has_eoe;
	unsigned timer_endings;
	uint64_t joined_ns; /* of the first record; 0 = none yet */
	uint64_t begin_ns;  /* real time, as in stamps; 0 = not told */
	struct stamp_memo stamp;
	struct decode_memo memo;
	/* of the record at hand, until it is in an event */
	uint64_t place;
	bool is_counted;
};

static void count(const struct assembler *a, enum counter id)
{
	counter_add(a->options.counters, id, 1);
}

/* What becomes of each record is counted once. */
static void count_record(const struct assembler *a, enum counter id)
{
	if (!a->is_counted)
		count(a, id);
}

static void count_parsed(const struct assembler *a)
{
	if (!a->is_counted)
		counter_add_alone(a->options.counters, COUNTER_RECORDS_PARSED,
		                  1);
}

static void settle(const struct assembler *a, uint64_t place)
{
	if (place != 0 && a->options.settle != NULL)
		a->options.settle(a->options.arg, place);
}

struct assembler *assembler_new(const struct assembler_options *options)
{
	struct assembler *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->options = *options;
	if (a->options.max_open == 0)
		a->options.max_open = LIMIT_OPEN_EVENTS;
	if (a->options.timeout_ms == 0)
		a->options.timeout_ms = LIMIT_EVENT_TIMEOUT_MS;
	a->timeout_ns = a->options.timeout_ms * NS_PER_MS;
	list_init(&a->open);
	list_init(&a->ready);
	pool_init(&a->pool);
	if (table_init(&a->table, a->options.max_open) < 0) {
		free(a);
		return NULL;
	}
	return a;
}

void assembler_free(struct assembler *a)
{
	if (a == NULL)
		return;
	pool_free_events(&a->open);
	pool_free_events(&a->ready);
	pool_done(&a->pool);
	table_done(&a->table);
	free(a);
}

static void recycle(struct assembler *a, struct open_event *o)
{
	settle(a, o->e.place);
	list_remove(&o->e.link);
	pool_give(&a->pool, o);
}

void assembler_release(struct assembler *a, struct audit_event *e)
{
	list_init(&e->link);
	recycle(a, container_of(e, struct open_event, e));
}

struct audit_event *assembler_next(struct assembler *a)
{
	struct open_event *o;

	if (list_is_empty(&a->ready))
		return NULL;
	o = from_link(a->ready.next);
	list_remove(&o->e.link);
	a->nready--;
	a->pending -= o->e.nrecords;
	return &o->e;
}

size_t assembler_ready(const struct assembler *a)
{
	return a->nready;
}

size_t assembler_pending(const struct assembler *a)
{
	return a->pending;
}

static void send_out(struct assembler *a, struct open_event *o)
{
	list_remove(&o->e.link);
	a->nopen--;
	a->nready++;
	list_add_tail(&a->ready, &o->e.link);
}

static void send_out_ended(struct assembler *a)
{
	while (!list_is_empty(&a->open) && from_link(a->open.next)->has_ended)
		send_out(a, from_link(a->open.next));
}

static void forget(struct assembler *a, struct open_event *o)
{
	table_remove(&a->table, o);
	table_remember(&a->table, o->hash,
	               (o->has & (IS_SYSCALL | IS_URINGOP)) == 0);
	if (a->last == o)
		a->last = NULL;
}

void assembler_begin(struct assembler *a, uint64_t real_ns)
{
	a->begin_ns = real_ns;
}

/* A stamp is the time at which the system call began. */
static bool is_joining(const struct assembler *a, const struct audit_stamp *s,
                       uint64_t received_ns)
{
	uint64_t ns = audit_stamp_ns(s) < a->begin_ns ? a->timeout_ns : JOIN_NS;

	return !a->options.is_log && received_ns < a->joined_ns + ns;
}

static void finish(struct assembler *a, struct open_event *o,
                   enum ending ending)
{
	static const enum counter counters[] = {
		[ENDED_COMPLETE] = COUNTER_EVENTS_COMPLETE,
		[ENDED_BY_TIMER] = COUNTER_EVENTS_TIMED_OUT,
		[ENDED_BY_EVICTION] = COUNTER_EVENTS_EVICTED,
	};

	forget(a, o);
	o->e.arena.limit = LIMIT_EVENT_BYTES + GETTER_BYTES;
	o->e.is_complete = ending == ENDED_COMPLETE;
	o->e.is_partial = whole_is_partial(o);
	if (!o->is_unwanted && (o->has & IS_SYSCALL) != 0)
		audit_event_read_names(&o->e);
	o->e.memo = NULL;
	counter_add_alone(a->options.counters, counters[ending], 1);
	if (o->e.is_partial && !is_joining(a, &o->e.stamp, o->e.received_ns))
		count(a, COUNTER_EVENTS_PARTIAL);
	o->has_ended = true;
	if (a->options.is_log)
		send_out_ended(a);
	else
		send_out(a, o);
}

static void finish_late(struct assembler *a, struct open_event *o)
{
	bool has_title = (o->has & IS_PROCTITLE) != 0;
	bool is_whole = (o->has & IS_SYSCALL) != 0 && has_title && !a->has_eoe;

	if (!a->has_eoe && has_title && a->timer_endings < NO_EOE_EVENTS)
		a->timer_endings++;
	finish(a, o, is_whole ? ENDED_COMPLETE : ENDED_BY_TIMER);
}

static void drop(struct assembler *a, struct open_event *o)
{
	count(a, COUNTER_EVENTS_NOMEM);
	forget(a, o);
	a->pending -= o->e.nrecords;
	a->nopen--;
	recycle(a, o);
}

static void enqueue(struct assembler *a, struct open_event *o)
{
	struct list *at = a->open.prev;

	for (int i = 0; a->options.is_log && i < SORT_DISTANCE; i++) {
		if (at == &a->open ||
		    !audit_stamp_is_before(&o->e.stamp,
		                           &from_link(at)->e.stamp))
			break;
		at = at->prev;
	}
	/* a list's tail is what comes before its head */
	list_add_tail(at->next, &o->e.link);
	a->nopen++;
}

/* NULL when out of memory. The caller sets node once the text is copied. */
static struct open_event *open_event(struct assembler *a, uint64_t hash,
                                     uint64_t now_ns)
{
	struct open_event *o;

	while (a->nopen >= a->options.max_open)
		finish(a, from_link(a->open.next), ENDED_BY_EVICTION);
	o = pool_take(&a->pool);
	if (o == NULL)
		return NULL;
	o->hash = hash;
	o->e.stamp = a->stamp.stamp;
	o->e.received_ns = a->options.is_log ? 0 : now_ns;
	o->e.arena.limit = LIMIT_EVENT_BYTES;
	o->e.memo = &a->memo;
	enqueue(a, o);
	table_insert(&a->table, o);
	return o;
}

static bool lacks_eoe(const struct assembler *a)
{
	return !a->has_eoe &&
	       (a->options.is_log || a->timer_endings >= NO_EOE_EVENTS);
}

static void note_wanted(const struct assembler *a, struct open_event *o)
{
	const struct assembler_options *options = &a->options;
	const struct audit_syscall *s;

	if (options->wants == NULL || o->is_unwanted)
		return;
	s = audit_event_syscall(&o->e);
	o->is_unwanted = s != NULL && !options->wants(options->wants_arg, s);
	if (o->is_unwanted)
		count(a, COUNTER_EVENTS_UNWANTED);
}

/* 0; E_FULL: the record is left out; E_NOMEM: the event is dropped. */
static int keep_record(struct assembler *a, struct open_event *o,
                       const struct frame *frame, const struct head *head,
                       unsigned traits)
{
	int error;

	if (store_skips(o, head->type, traits))
		return 0;
	error = store_record(o, frame, head, traits);
	if (error == E_FULL) {
		o->is_cut = true;
		count_record(a, COUNTER_RECORDS_EXCESS);
	} else if (error < 0) {
		count_record(a, COUNTER_RECORDS_NOMEM);
		drop(a, o);
	} else {
		a->pending++;
		if (head->type == AUDIT_SYSCALL)
			note_wanted(a, o);
	}
	return error;
}

static int add_record(struct assembler *a, struct open_event *o,
                      const struct frame *frame, const struct head *head)
{
	const unsigned traits = record_traits(head->type);
	int error = keep_record(a, o, frame, head, traits);

	if (error < 0)
		return error == E_FULL ? 0 : error;
	if (a->place != 0) {
		if (a->options.chain != NULL)
			a->options.chain(a->options.arg, a->place, o->e.place);
		o->e.place = a->place;
		a->place = 0;
	}
	a->last = o;
	count_parsed(a);
	if ((traits & IS_ALONE) != 0
	            ? o->e.nrecords == 1
	            : (o->has & (IS_PROCTITLE | IS_URINGOP)) != 0 &&
	                      lacks_eoe(a) && whole_has_all(o))
		finish(a, o, ENDED_COMPLETE);
	return 0;
}

/* An EOE whose event nobody saw: all its records were lost. */
static void end_event(struct assembler *a, struct open_event *o, uint64_t hash,
                      uint64_t now_ns)
{
	a->has_eoe = true;
	count_parsed(a);
	if (o != NULL) {
		finish(a, o, ENDED_COMPLETE);
	} else if (table_recent(&a->table, hash) == RECENT_NO) {
		if (!is_joining(a, &a->stamp.stamp, now_ns))
			count(a, COUNTER_EVENTS_PARTIAL);
		table_remember(&a->table, hash, false);
	}
}

/* A system call that blocks for longer than the timeout after an LSM logged
 * about it is still to be seen: its SYSCALL opens the event again. */
static bool is_late(const struct assembler *a, uint64_t hash, uint16_t type)
{
	enum recent recent = table_recent(&a->table, hash);

	if (type == AUDIT_SYSCALL || type == AUDIT_URINGOP)
		return recent == RECENT_WHOLE;
	return recent != RECENT_NO;
}

static void expire_log(struct assembler *a, struct str node)
{
	uint64_t now = audit_stamp_ns(&a->stamp.stamp);

	while (!list_is_empty(&a->open)) {
		struct open_event *o = from_link(a->open.next);
		uint64_t slack = str_eq(o->e.node, node) ? 0 : NODE_SKEW_NS;
		uint64_t then = audit_stamp_ns(&o->e.stamp);

		if (now < then || now - then < a->timeout_ns + slack)
			break;
		finish_late(a, o);
	}
}

/* Most records follow one of their event. */
static bool follows_last(const struct assembler *a, const struct head *head)
{
	return a->stamp.is_repeated && a->last != NULL &&
	       str_eq(a->last->e.node, head->node) && head->type != AUDIT_EOE;
}

static int join(struct assembler *a, const struct frame *frame,
                const struct head *head, uint64_t now_ns)
{
	uint64_t hash = table_hash(&a->table, &a->stamp.stamp, head->node);
	struct open_event *o =
		table_find(&a->table, hash, &a->stamp.stamp, head->node);

	a->last = NULL;
	if (head->type == AUDIT_EOE) {
		end_event(a, o, hash, now_ns);
		return 0;
	}
	if (o == NULL) {
		if (is_late(a, hash, head->type)) {
			count_record(a, COUNTER_RECORDS_LATE);
			return 0;
		}
		o = open_event(a, hash, now_ns);
		if (o == NULL) {
			count_record(a, COUNTER_RECORDS_NOMEM);
			count(a, COUNTER_EVENTS_NOMEM);
			return E_NOMEM;
		}
	}
	return add_record(a, o, frame, head);
}

static int add_frame(struct assembler *a, const struct frame *frame,
                     uint64_t now_ns)
{
	struct head head;
	int error = head_parse(frame, &a->stamp, &head);

	if (error < 0) {
		count_record(a, COUNTER_RECORDS_MALFORMED);
		return error;
	}
	if (follows_last(a, &head))
		return add_record(a, a->last, frame, &head);
	if (a->joined_ns == 0)
		a->joined_ns = now_ns;
	if (a->options.is_log)
		expire_log(a, head.node);
	return join(a, frame, &head, now_ns);
}

int assembler_add(struct assembler *a, const struct frame *frame,
                  uint64_t now_ns)
{
	int error;

	a->place = frame->place;
	a->is_counted = frame->is_counted;
	error = add_frame(a, frame, now_ns);
	settle(a, a->place);
	a->place = 0;
	a->is_counted = false;
	return error;
}

void assembler_skip(const struct assembler *a, const struct frame *frame)
{
	settle(a, frame->place);
}

uint64_t assembler_deadline(const struct assembler *a)
{
	if (a->options.is_log || list_is_empty(&a->open))
		return 0;
	return from_link(a->open.next)->e.received_ns + a->timeout_ns;
}

/* Those that waited for an EOE that never comes go before what follows. */
static void finish_whole(struct assembler *a)
{
	struct list *link = a->open.next;

	while (link != &a->open) {
		struct open_event *o = from_link(link);

		link = link->next;
		if (whole_has_all(o))
			finish(a, o, ENDED_COMPLETE);
	}
}

void assembler_expire(struct assembler *a, uint64_t now_ns)
{
	bool knew = lacks_eoe(a);
	uint64_t deadline;

	while ((deadline = assembler_deadline(a)) != 0 && deadline <= now_ns)
		finish_late(a, from_link(a->open.next));
	if (!knew && lacks_eoe(a))
		finish_whole(a);
}

void assembler_flush(struct assembler *a)
{
	while (!list_is_empty(&a->open))
		finish_late(a, from_link(a->open.next));
}
