/* SPDX-License-Identifier: GPL-2.0-or-later */
/* join.c - a record into its event. */
#include "assembler.h"
#include "head.h"
#include "saker/audit/numbers.h"
#include "saker/base/limits.h"
#include "whole.h"

/* What becomes of each record is counted once. */
static void count_record(const struct assembler *a, enum counter id)
{
	if (!a->is_counted)
		count(a, id);
}

/* With a longer array of records, and alignment. */
static inline bool fits(const struct open_event *o, size_t len)
{
	const struct arena *arena = &o->e.arena;
	size_t need = len + 32 + sizeof(struct record);

	if (o->e.nrecords == o->max_records)
		need += 2 * sizeof(struct record) * o->max_records;
	return o->e.nrecords < LIMIT_EVENT_RECORDS &&
	       need <= arena->limit - arena->used;
}

static bool reserve_records(struct open_event *o)
{
	size_t max = o->max_records * 2;
	struct record *records =
		arena_alloc(&o->e.arena, max * sizeof(*records));

	if (records == NULL)
		return false;
	memcpy(records, o->e.records, o->e.nrecords * sizeof(*records));
	o->e.records = records;
	o->max_records = max;
	return true;
}

static inline void note_type(struct open_event *o, uint16_t type,
                             unsigned traits)
{
	o->has |= traits;
	o->npaths += type == AUDIT_PATH;
}

/* 0, E_FULL at one of the event's limits, or E_NOMEM. */
BYTES_INLINE int copy_record(struct open_event *o, const struct frame *frame,
                             const struct head *head, unsigned traits)
{
	const size_t len = frame->text.len;
	struct record *r;
	char *text;

	if (!fits(o, len))
		return E_FULL;
	if (o->e.nrecords == o->max_records && !reserve_records(o))
		return E_NOMEM;
	text = arena_bytes(&o->e.arena, len + 1);
	if (text == NULL)
		return E_NOMEM;
	memcpy(text, frame->text.s, len);
	text[len] = '\0';
	r = &o->e.records[o->e.nrecords++];
	head_fill(head, frame, text, &o->e.stamp, r);
	if (r == o->e.records)
		o->e.node = r->node;
	o->e.types |= AUDIT_EVENT_TYPE(head->type);
	o->e.has_report |= (traits & IS_REPORT) != 0;
	note_type(o, head->type, traits);
	return 0;
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

/* Of a record that nobody looks at its type is noted, and that is all. A report
 * is an event of its own, whatever its call is. */
static inline bool is_skipped(const struct open_event *o, unsigned traits)
{
	return o->is_unwanted &&
	       (traits & (IS_REPORT | IS_SYSCALL | IS_URINGOP)) == 0;
}

static __attribute__((noinline)) int leave_out(struct assembler *a,
                                               struct open_event *o, int error)
{
	if (error == E_FULL) {
		o->is_cut = true;
		count_record(a, COUNTER_RECORDS_EXCESS);
		return 0;
	}
	count_record(a, COUNTER_RECORDS_NOMEM);
	assembler_drop(a, o);
	return error;
}

static void chain_place(struct assembler *a, struct open_event *o)
{
	if (a->options.chain != NULL)
		a->options.chain(a->options.arg, a->place, o->e.place);
	o->e.place = a->place;
	a->place = 0;
}

/* 0, or E_NOMEM: the event is dropped. */
BYTES_INLINE int add_record(struct assembler *a, struct open_event *o,
                            const struct frame *frame, const struct head *head)
{
	const unsigned traits = record_traits(head->type);

	if (is_skipped(o, traits)) {
		note_type(o, head->type, traits);
	} else {
		int error = copy_record(o, frame, head, traits);

		if (error < 0)
			return leave_out(a, o, error);
		a->pending++;
		if ((traits & IS_SYSCALL) != 0)
			note_wanted(a, o);
	}
	if (a->place != 0)
		chain_place(a, o);
	if (!a->is_counted)
		counter_add_alone(a->options.counters, COUNTER_RECORDS_PARSED,
		                  1);
	if ((traits & IS_ALONE) != 0
	            ? o->e.nrecords == 1
	            : (o->has & (IS_PROCTITLE | IS_URINGOP)) != 0 &&
	                      lacks_eoe(a) && whole_has_all(o))
		assembler_finish(a, o, ENDED_COMPLETE);
	return 0;
}

/* An EOE whose event nobody saw: all its records were lost. */
static void end_event(struct assembler *a, struct open_event *o, uint64_t hash,
                      uint64_t now_ns)
{
	a->has_eoe = true;
	count_record(a, COUNTER_RECORDS_PARSED);
	if (o != NULL) {
		assembler_finish(a, o, ENDED_COMPLETE);
	} else if (table_recent(&a->table, hash) == RECENT_NO) {
		if (!assembler_is_joining(a, &a->last->stamp.stamp, now_ns))
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

/* The event at hand becomes that of the head, or none. 0 or E_NOMEM. */
static int find_event(struct assembler *a, const struct head *head,
                      uint64_t now_ns)
{
	const struct audit_stamp *stamp = &a->last->stamp.stamp;
	uint64_t hash = table_hash(&a->table, stamp, head->node);
	struct open_event *o = table_find(&a->table, hash, stamp, head->node);

	a->last->event = NULL;
	if (head->type == AUDIT_EOE) {
		end_event(a, o, hash, now_ns);
		return 0;
	}
	if (o == NULL && is_late(a, hash, head->type)) {
		count_record(a, COUNTER_RECORDS_LATE);
		return 0;
	}
	if (o == NULL)
		o = assembler_open(a, hash, now_ns);
	if (o == NULL) {
		count_record(a, COUNTER_RECORDS_NOMEM);
		count(a, COUNTER_EVENTS_NOMEM);
		return E_NOMEM;
	}
	a->last->event = o;
	return 0;
}

static inline bool is_of_last(const struct assembler *a,
                              const struct head *head)
{
	return a->last->event != NULL &&
	       str_eq(a->last->event->e.node, head->node) &&
	       head->type != AUDIT_EOE;
}

/* A record that is not like the one before. */
static __attribute__((noinline)) int
add_other(struct assembler *a, const struct frame *frame, uint64_t now_ns)
{
	struct head head;
	int error;

	if (frame->type == 0 && usual_head_of(frame->text) != NULL) {
		struct known_event *former = a->former;

		a->former = a->last;
		a->last = former;
	}
	error = head_parse(frame, &a->last->stamp, &head);
	if (error < 0) {
		count_record(a, COUNTER_RECORDS_MALFORMED);
		return error;
	}
	if (a->joined_ns == 0)
		a->joined_ns = now_ns;
	if (a->options.is_log)
		assembler_expire_log(a, head.node);
	if (!a->last->stamp.is_repeated || !is_of_last(a, &head))
		error = find_event(a, &head, now_ns);
	if (error < 0 || a->last->event == NULL)
		return error;
	return add_record(a, a->last->event, frame, &head);
}

int assembler_add(struct assembler *a, const struct frame *frame,
                  uint64_t now_ns)
{
	struct open_event *o = a->last->event;
	struct head head;
	int error;

	a->place = frame->place;
	a->is_counted = frame->is_counted;
	if (o != NULL && o->e.node.len == 0 &&
	    head_parse_usual(frame, &a->last->stamp, &head))
		error = add_record(a, o, frame, &head);
	else
		error = add_other(a, frame, now_ns);
	settle(a, a->place);
	return error;
}

void assembler_skip(const struct assembler *a, const struct frame *frame)
{
	settle(a, frame->place);
}
