/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pool.h - events to be used again, with the memory of their arenas. */
#ifndef SAKER_AUDIT_POOL_H
#define SAKER_AUDIT_POOL_H

#include "table.h"

struct pool {
	struct list events;
	size_t count;
};

void pool_init(struct pool *p);
void pool_done(struct pool *p);
/* An empty event, in no list; NULL when out of memory. */
struct open_event *pool_take(struct pool *p);
/* o is in no list. */
void pool_give(struct pool *p, struct open_event *o);
/* Of any list of events. */
void pool_free_events(struct list *head);

#endif
