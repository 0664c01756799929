/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store.c - records copied into their event's arena. */
#include "store.h"

#include "saker/audit/numbers.h"
#include "saker/base/limits.h"

#define FIRST_RECORDS 12

/* With a longer array of records, and alignment. */
static bool fits(const struct open_event *o, size_t len)
{
	const struct arena *arena = &o->e.arena;
	size_t need = len + 32 + sizeof(struct record);

	if (o->e.nrecords == o->max_records)
		need += 2 * sizeof(struct record) * o->max_records;
	return o->e.nrecords < LIMIT_EVENT_RECORDS &&
	       need <= arena->limit - arena->used;
}

static bool reserve_record(struct open_event *o)
{
	size_t max = o->max_records != 0 ? o->max_records * 2 : FIRST_RECORDS;
	struct record *records;

	if (o->e.nrecords < o->max_records)
		return true;
	records = arena_alloc(&o->e.arena, max * sizeof(*records));
	if (records == NULL)
		return false;
	if (o->e.nrecords != 0)
		memcpy(records, o->e.records, o->e.nrecords * sizeof(*records));
	o->e.records = records;
	o->max_records = max;
	return true;
}

static void note_type(struct open_event *o, uint16_t type, unsigned traits)
{
	o->has |= traits;
	o->npaths += type == AUDIT_PATH;
}

/* A report is an event of its own, whatever its call is. */
bool store_skips(struct open_event *o, uint16_t type, unsigned traits)
{
	if (!o->is_unwanted ||
	    (traits & (IS_REPORT | IS_SYSCALL | IS_URINGOP)) != 0)
		return false;
	note_type(o, type, traits);
	return true;
}

int store_record(struct open_event *o, const struct frame *frame,
                 const struct head *head, unsigned traits)
{
	struct record *r;
	struct str text;

	if (!fits(o, frame->text.len))
		return E_FULL;
	if (!reserve_record(o))
		return E_NOMEM;
	text = arena_copy(&o->e.arena, frame->text);
	if (text.s == NULL)
		return E_NOMEM;
	r = &o->e.records[o->e.nrecords++];
	head_fill(head, frame, text.s, &o->e.stamp, r);
	if (r == o->e.records)
		o->e.node = r->node;
	o->e.types |= AUDIT_EVENT_TYPE(head->type);
	o->e.has_report |= (traits & IS_REPORT) != 0;
	note_type(o, head->type, traits);
	return 0;
}
