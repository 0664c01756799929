/* SPDX-License-Identifier: GPL-2.0-or-later */
/* where.h - the container of an event; private to src/event. */
#ifndef SAKER_SRC_EVENT_WHERE_H
#define SAKER_SRC_EVENT_WHERE_H

#include "get.h"

/* NULL on the host. */
static inline const struct container *container_of_event(const struct event *e)
{
	if (e->container != NULL)
		return e->container;
	return e->process != NULL ? e->process->container : NULL;
}

/* NULL when no runtime's file told anything. */
static inline const struct container_metadata *
metadata_of_event(const struct event *e)
{
	const struct container *c = container_of_event(e);

	return c != NULL ? c->metadata : NULL;
}

#define metadata_fact(e, member)                                     \
	(metadata_of_event(e) != NULL ? metadata_of_event(e)->member \
	                              : FACT_UNKNOWN)

static inline bool give_fact(struct value *ret, enum fact fact)
{
	return fact != FACT_UNKNOWN && give_bool(ret, fact == FACT_YES);
}

#endif
