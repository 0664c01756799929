/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store.c - records copied into their event's arena. */
#include "store.h"

#include "saker/audit/numbers.h"
#include "saker/base/limits.h"

#define FIRST_RECORDS 12

bool store_fits(const struct open_event *o, const struct record *r)
{
	const struct arena *arena = &o->e.arena;
	/* the copy, a longer array of records, and alignment */
	size_t need =
		r->text.len + 32 + sizeof(*r) +
		2 * sizeof(*r) *
			(o->e.nrecords == o->max_records ? o->max_records : 0);

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

/* A type that came as a number has a name of ours. */
static bool is_within(struct str v, struct str text)
{
	return v.s >= text.s && v.s <= text.s + text.len;
}

/* A view of from, or none, becomes one of to. */
static void move(struct str *v, struct str from, struct str to)
{
	if (v->s != NULL)
		v->s = to.s + (v->s - from.s);
}

static void note_type(struct open_event *o, uint16_t type)
{
	o->has_syscall |= type == AUDIT_SYSCALL;
	o->has_uringop |= type == AUDIT_URINGOP;
	o->has_proctitle |= type == AUDIT_PROCTITLE;
	o->has_execve |= type == AUDIT_EXECVE;
	o->npaths += type == AUDIT_PATH;
}

/* A report is an event of its own, whatever its call is. */
bool store_skips(struct open_event *o, const struct record *r)
{
	if (!o->is_unwanted || record_is_report(r->type) ||
	    r->type == AUDIT_SYSCALL || r->type == AUDIT_URINGOP)
		return false;
	note_type(o, r->type);
	return true;
}

int store_record(struct open_event *o, const struct record *parsed)
{
	struct str text;
	struct record *r;

	if (!reserve_record(o))
		return E_NOMEM;
	text = arena_copy(&o->e.arena, parsed->text);
	if (text.s == NULL)
		return E_NOMEM;
	r = &o->e.records[o->e.nrecords++];
	*r = *parsed;
	if (is_within(r->type_name, parsed->text))
		move(&r->type_name, parsed->text, text);
	move(&r->node, parsed->text, text);
	move(&r->body, parsed->text, text);
	move(&r->enriched, parsed->text, text);
	r->text = text;
	o->e.node = o->e.records[0].node;
	o->e.types |= AUDIT_EVENT_TYPE(r->type);
	note_type(o, r->type);
	if (r->type != AUDIT_SYSCALL && r->type != AUDIT_PATH)
		o->e.has_report |= record_is_report(r->type);
	return 0;
}
