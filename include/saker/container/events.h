/* SPDX-License-Identifier: GPL-2.0-or-later */
/* events.h - what happens to containers. */
#ifndef SAKER_CONTAINER_EVENTS_H
#define SAKER_CONTAINER_EVENTS_H

#include "saker/container/container.h"
#include "saker/process/process.h"

enum container_event_kind {
#define CONTAINER_EVENT(id, name, doc) CONTAINER_EVENT_##id,
#include "saker/container/events.def"
#undef CONTAINER_EVENT
	CONTAINER_EVENT__MAX
};

/* Holds references, given back by container_event_done(). */
struct container_event {
	enum container_event_kind kind;
	struct container *container;
	struct process *process; /* NULL = not known */
	uint64_t time_ns;
	uint64_t serial; /* of the audit event that told it; 0 = none did */
};

void container_event_done(struct container_event *e);
/* As in evt.type; static. */
struct str container_event_name(enum container_event_kind kind);

#endif
