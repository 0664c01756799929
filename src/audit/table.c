/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.c - chained hash table of fixed size. */
#include "table.h"

#include <stdlib.h>

int table_init(struct table *t, size_t max_events)
{
	size_t n = 64;

	while (n < max_events)
		n *= 2;
	/* Stamps and nodes come from outside. */
	*t = (struct table){ .mask = n - 1, .seed = str_hash_seed() };
	t->buckets = calloc(n, sizeof(struct open_event *));
	return t->buckets != NULL ? 0 : E_NOMEM;
}

void table_done(struct table *t)
{
	free(t->buckets);
	t->buckets = NULL;
}

uint64_t table_hash(const struct table *t, const struct audit_stamp *stamp,
                    struct str node)
{
	uint64_t key[] = { stamp->sec, stamp->ms, stamp->serial };
	uint64_t seed = t->seed;

	if (node.len != 0)
		seed ^= str_hash(node, t->seed);
	return str_hash((struct str){ (const char *)key, sizeof(key) }, seed);
}

struct open_event *table_find(const struct table *t, uint64_t hash,
                              const struct audit_stamp *stamp, struct str node)
{
	struct open_event *o = t->buckets[hash & t->mask];

	while (o != NULL &&
	       !(o->hash == hash && audit_stamp_eq(&o->e.stamp, stamp) &&
	         str_eq(o->e.node, node)))
		o = o->next;
	return o;
}

void table_insert(struct table *t, struct open_event *o)
{
	struct open_event **bucket = &t->buckets[o->hash & t->mask];

	o->next = *bucket;
	*bucket = o;
}

void table_remove(struct table *t, struct open_event *o)
{
	struct open_event **link = &t->buckets[o->hash & t->mask];

	while (*link != o)
		link = &(*link)->next;
	*link = o->next;
}

void table_remember(struct table *t, uint64_t hash, bool lacks_syscall)
{
	t->recent[hash % RECENT_KEYS] = (hash & ~1ULL) | lacks_syscall;
}

enum recent table_recent(const struct table *t, uint64_t hash)
{
	uint64_t seen = t->recent[hash % RECENT_KEYS];

	if ((seen & ~1ULL) != (hash & ~1ULL))
		return RECENT_NO;
	return (seen & 1) != 0 ? RECENT_LACKS_SYSCALL : RECENT_WHOLE;
}
