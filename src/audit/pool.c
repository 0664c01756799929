/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pool.c - events that were released. */
#include "pool.h"

#include <stdlib.h>

#define POOL_EVENTS 128

void pool_init(struct pool *p)
{
	*p = (struct pool){ 0 };
	list_init(&p->events);
}

void pool_free_events(struct list *head)
{
	while (!list_is_empty(head)) {
		struct open_event *o = from_link(head->next);

		list_remove(&o->e.link);
		arena_done(&o->e.arena);
		free(o);
	}
}

void pool_done(struct pool *p)
{
	pool_free_events(&p->events);
}

struct open_event *pool_take(struct pool *p)
{
	struct open_event *o;

	if (list_is_empty(&p->events))
		return calloc(1, sizeof(*o));
	o = from_link(p->events.next);
	list_remove(&o->e.link);
	p->count--;
	return o;
}

void pool_give(struct pool *p, struct open_event *o)
{
	struct arena arena = o->e.arena;

	if (p->count >= POOL_EVENTS) {
		arena_done(&arena);
		free(o);
		return;
	}
	arena_reset(&arena);
	*o = (struct open_event){ .e.arena = arena };
	/* the one that is still in the caches comes again first */
	list_add_tail(p->events.next, &o->e.link);
	p->count++;
}
