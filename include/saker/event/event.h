/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event.h - the enriched event: one getter per field, cached for the event. */
#ifndef SAKER_EVENT_EVENT_H
#define SAKER_EVENT_EVENT_H

#include "saker/audit/event.h"
#include "saker/container/tracker.h"
#include "saker/event/field.h"
#include "saker/event/users.h"

/* Stamps of events before, for times that count from them. */
struct event_clock {
	uint64_t first_ns;
	uint64_t previous_ns;
};

/* What all events share. Borrowed by each. */
struct event_context {
	struct tracker *tracker;
	const struct user_names *users; /* NULL: no names beyond the records' */
	struct str hostname;            /* of events that carry no node */
	struct event_clock *clock;      /* NULL: no relative times */
};

struct syscall_info;

struct event {
	const struct event_context *context;
	struct audit_event *audit; /* borrowed */
	struct process *process;   /* borrowed; NULL = no process */
	struct str type;           /* evt.type */
	/* what the call's arguments mean; NULL = not in the table */
	const struct syscall_info *call;
	bool is_syscall;         /* a system call or io_uring operation */
	bool mount_reported;     /* see mount.reported */
	bool ns_repeated;        /* see ns.repeated */
	uint64_t since_first_ns; /* only with a clock */
	uint64_t since_previous_ns;
	struct event_fd *fd;       /* see src/event/fd.h; NULL = unread */
	struct event_facts *facts; /* see src/event/facts.h; NULL = unread */
	unsigned char state[FIELD__MAX]; /* 0 unread, 1 value, 2 none */
	struct value values[FIELD__MAX]; /* of fields without argument */
};

/* Fills in what every event needs. Values stay valid until the audit event is
 * released. */
void event_init(struct event *e, const struct event_context *context,
                struct audit_event *audit, struct process *process);
/* False = no value. */
bool event_get(struct event *e, enum field_id id, const struct field_arg *arg,
               struct value *ret);
/* The same as a source for programs. */
struct field_source event_source(struct event *e);

#endif
