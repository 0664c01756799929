/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event.h - the enriched event: one getter per field, cached for the event. */
#ifndef SAKER_EVENT_EVENT_H
#define SAKER_EVENT_EVENT_H

#include "saker/audit/event.h"
#include "saker/container/tracker.h"
#include "saker/event/field.h"

struct event {
	struct audit_event *audit; /* borrowed */
	struct process *process;   /* borrowed; NULL = no process */
	struct tracker *tracker;   /* borrowed, for identities */
	struct str hostname;	   /* borrowed */
	struct str type;	   /* evt.type */
	bool is_syscall;
	unsigned char state[FIELD__MAX]; /* 0 unread, 1 value, 2 none */
	struct value values[FIELD__MAX]; /* of fields without argument */
};

/* Fills in what every event needs; values stay valid until the audit event is
 * released. */
void event_init(struct event *e, struct audit_event *audit,
		struct process *process, struct tracker *tracker,
		struct str hostname);
/* False = no value. */
bool event_get(struct event *e, enum field_id id, const struct field_arg *arg,
	       struct value *ret);
/* The same as a source for programs. */
struct field_source event_source(struct event *e);

#endif
