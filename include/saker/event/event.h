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

struct arg_info;
struct syscall_info;

/* What evt.arg showed of events before: most are like one of those. Begins as
 * zeros. */
struct event_shown {
	const struct arg_info *args;     /* of the last type asked for */
	const struct syscall_info *call; /* its own; NULL = none */
	size_t nargs;
	struct shown_flags {
		unsigned set;
		unsigned len; /* 0 = none */
		uint64_t value;
		char text[48];
	} flags[8];
};

/* System calls that were looked up before, by where their names are: those of
 * libaudit and of our tables stay there. Begins as zeros. */
struct event_calls {
	struct {
		const char *name;
		const struct syscall_info *info;
	} known[64];
};

/* What all events share. Borrowed by each. */
struct event_context {
	struct tracker *tracker;
	const struct user_names *users; /* NULL: no names beyond the records' */
	struct str hostname;            /* of events that carry no node */
	struct event_clock *clock;      /* NULL: no relative times */
	struct event_shown *shown;      /* NULL: found out anew each time */
	struct event_calls *calls;      /* the same */
};

/* What rules judge: one act or fact. An audit event holds one or several of
 * them, see event_next(). */
struct event {
	const struct event_context *context;
	struct audit_event *audit; /* borrowed */
	/* the record that is judged; NULL = the system call */
	struct record *record;
	size_t next_record;      /* where the search for the next one begins */
	size_t noperations;      /* io_uring operations of a call so far */
	struct process *process; /* borrowed; NULL = no process */
	/* of an event that is about a container (container/events.h), which may
	 * not be the process's; borrowed. NULL = another event */
	const struct container *container;
	struct str type; /* evt.type */
	/* what the arguments of the audit event's system call mean; NULL = not
	 * in the table */
	const struct syscall_info *call;
	bool is_syscall;         /* a system call or io_uring operation */
	bool mount_reported;     /* see mount.reported */
	bool ns_repeated;        /* see ns.repeated */
	uint64_t since_first_ns; /* only with a clock */
	uint64_t since_previous_ns;
	struct event_fd *fd; /* see src/event/fd.h; NULL = unread */
	/* the path whose absolute name was made last, see path_resolve() */
	const struct audit_path *resolved;
	struct str resolved_name;
	const struct audit_path *main_path; /* see path_pick() */
	bool main_is_picked;
	bool flags_are_read; /* of an open */
	bool has_flags;
	uint64_t flags;
	struct objects *objects; /* see src/event/get_identity.c; NULL = unread
	                          */
	struct event_facts *facts; /* see src/event/facts.h; NULL = unread */
	unsigned char state[FIELD__MAX]; /* 0 unread, 1 value, 2 none */
	struct value values[FIELD__MAX]; /* of fields without argument */
};

/* Fills in what every event needs, of the audit event's first act or fact: its
 * system call, when it has one, else a record. Values stay valid until the
 * audit event is released. */
void event_init(struct event *e, const struct event_context *context,
                struct audit_event *audit, struct process *process);
/* Goes on to what else the audit event tells: each record that reports
 * something of its own (AVC, KERN_MODULE ...) is an event of source audit, each
 * io_uring operation within a call one of source syscall. Process and state are
 * those of the first. False when there is no more. */
bool event_next(struct event *e);
/* An event of what has happened to a container: of source syscall, without a
 * call and its arguments. audit has no records; its time and node are set. */
void event_init_container(struct event *e, const struct event_context *context,
                          struct audit_event *audit,
                          const struct container_event *what);
/* True for events of source audit, false for those of source syscall. */
static inline bool event_is_of_audit(const struct event *e)
{
	return !e->is_syscall && e->container == NULL;
}
/* False = no value. */
bool event_get(struct event *e, enum field_id id, const struct field_arg *arg,
               struct value *ret);
/* The same as a source for programs. */
struct field_source event_source(struct event *e);

#endif
