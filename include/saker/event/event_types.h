/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_types.h - the names that evt.type can have. */
#ifndef SAKER_EVENT_EVENT_TYPES_H
#define SAKER_EVENT_EVENT_TYPES_H

#include <stdbool.h>

#include "saker/base/arena.h"
#include "saker/base/err.h"
#include "saker/base/str.h"

/* A system call of some architecture, an io_uring operation, a container event,
 * a record type in lower case, or one of Falco's events that audit has not. */
bool event_type_is_known(struct str name);
/* The nearest name of a system call, for hints; STR_NONE when none is near. */
struct str event_type_suggest(struct str name);
/* True for the last: no event of this source has that type. */
bool event_type_is_foreign(struct str name);
/* A record that a program sends, or auditd; not the kernel. */
bool event_type_is_sent(struct str name);
/* A system call of some architecture. */
bool event_type_is_call(struct str name);
/* One of those after which all that is known of processes, descriptors and
 * files is as before. */
bool event_type_is_inert(struct str name);
/* What happens to containers. */
bool event_type_is_of_container(struct str name);
/* io_uring has an operation of that name. */
bool event_type_is_operation(struct str name);
/* An event of source syscall, or audit, can have that type; bpf is both. */
bool event_type_is_of_syscall(struct str name);
bool event_type_is_of_audit(struct str name);

/* What socketcall(2) of 32-bit programs does by that number: "connect";
 * "socketcall" for others. */
struct str event_type_of_socketcall(uint64_t number);
/* The number by which it makes that call; -1 for what it cannot make. */
int event_type_socketcall(struct str type);

enum event_kind {
	EVENT_CALL,      /* a system call */
	EVENT_OPERATION, /* of io_uring */
	EVENT_RECORD,    /* of source audit */
	EVENT_CONTAINER, /* what happens to containers */
	EVENT_PART,      /* a record that only describes another's event */
};

struct event_type {
	struct str name;
	enum event_kind kind;
	uint16_t record; /* its number; 0 for what is no record */
};

/* All that this source has, by kind and name; names of calls of the
 * architectures that it knows. In the arena. 0 or E_NOMEM. */
int event_types_list(struct arena *a, const struct event_type **ret,
                     size_t *ret_count) must_check;
/* Name of the ith argument of a call, for evt.arg; STR_NONE past the last. */
struct str event_type_argument(struct str call, size_t i);

#endif
