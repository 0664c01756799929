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

/* What would be written before it is read is left as it is. */
static void clear(struct open_event *o)
{
	struct audit_event *e = &o->e;

	memset(e, 0, offsetof(struct audit_event, arena));
	e->memo = NULL;
	memset(&e->cache, 0,
	       offsetof(struct audit_event, cache.syscall) -
	               offsetof(struct audit_event, cache));
	memset(&o->hash, 0,
	       offsetof(struct open_event, first) -
	               offsetof(struct open_event, hash));
}

void pool_give(struct pool *p, struct open_event *o)
{
	if (p->count >= POOL_EVENTS) {
		arena_done(&o->e.arena);
		free(o);
		return;
	}
	arena_reset(&o->e.arena);
	clear(o);
	/* the one that is still in the caches comes again first */
	list_add_tail(p->events.next, &o->e.link);
	p->count++;
}
