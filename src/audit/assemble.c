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
#include <stdlib.h>

#include "assembler.h"
#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/limits.h"
#include "whole.h"

/* Nodes' clocks may differ, and their records be delivered late, by this much
 * in one log. */
#define NODE_SKEW_NS (3600 * NS_PER_SEC)
/* The largest distance of serials that overtook each other on record is 17. */
#define SORT_DISTANCE 64
/* A live stream is joined in the middle of events: what they lack then is no
 * loss. Hardly a system call is in the middle of its records for this long; one
 * is where the machine's processors are themselves held back. */
#define JOIN_NS (100 * NS_PER_MS)
/* Room for what the getters make of the records. */
#define GETTER_BYTES (4u * LIMIT_EVENT_BYTES)

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
	a->last = &a->known[0];
	a->former = &a->known[1];
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
	for (size_t i = 0; i < COUNT(a->known); i++)
		if (a->known[i].event == o)
			a->known[i].event = NULL;
}

void assembler_begin(struct assembler *a, uint64_t real_ns)
{
	a->begin_ns = real_ns;
}

/* A stamp is the time at which the system call began. */
bool assembler_is_joining(const struct assembler *a,
                          const struct audit_stamp *s, uint64_t received_ns)
{
	uint64_t ns = audit_stamp_ns(s) < a->begin_ns ? a->timeout_ns : JOIN_NS;

	return !a->options.is_log && received_ns < a->joined_ns + ns;
}

void assembler_finish(struct assembler *a, struct open_event *o,
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
	if (o->e.is_partial &&
	    !assembler_is_joining(a, &o->e.stamp, o->e.received_ns))
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
	assembler_finish(a, o, is_whole ? ENDED_COMPLETE : ENDED_BY_TIMER);
}

void assembler_drop(struct assembler *a, struct open_event *o)
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

struct open_event *assembler_open(struct assembler *a, uint64_t hash,
                                  uint64_t now_ns)
{
	struct open_event *o;

	while (a->nopen >= a->options.max_open)
		assembler_finish(a, from_link(a->open.next), ENDED_BY_EVICTION);
	o = pool_take(&a->pool);
	if (o == NULL)
		return NULL;
	o->hash = hash;
	o->e.stamp = a->last->stamp.stamp;
	o->e.records = o->first;
	o->max_records = COUNT(o->first);
	o->e.received_ns = a->options.is_log ? 0 : now_ns;
	o->e.arena.limit = LIMIT_EVENT_BYTES;
	o->e.memo = &a->memo;
	enqueue(a, o);
	table_insert(&a->table, o);
	return o;
}

uint64_t assembler_deadline(const struct assembler *a)
{
	if (a->options.is_log || list_is_empty(&a->open))
		return 0;
	return from_link(a->open.next)->e.received_ns + a->timeout_ns;
}

void assembler_expire_log(struct assembler *a, struct str node)
{
	uint64_t now = audit_stamp_ns(&a->last->stamp.stamp);

	while (!list_is_empty(&a->open)) {
		struct open_event *o = from_link(a->open.next);
		uint64_t slack = str_eq(o->e.node, node) ? 0 : NODE_SKEW_NS;
		uint64_t then = audit_stamp_ns(&o->e.stamp);

		if (now < then || now - then < a->timeout_ns + slack)
			break;
		finish_late(a, o);
	}
}

/* Those that waited for an EOE that never comes go before what follows. */
static void finish_whole(struct assembler *a)
{
	struct list *link = a->open.next;

	while (link != &a->open) {
		struct open_event *o = from_link(link);

		link = link->next;
		if (whole_has_all(o))
			assembler_finish(a, o, ENDED_COMPLETE);
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
