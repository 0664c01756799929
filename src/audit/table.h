/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.h - events under construction by key, and the keys that ended lately.
 */
#ifndef SAKER_AUDIT_TABLE_H
#define SAKER_AUDIT_TABLE_H

#include "saker/audit/event.h"
#include "saker/base/err.h"
#include "traits.h"

#define FIRST_RECORDS 8

/* e comes first: assembler_release() gets back what assembler_next() gave. */
struct open_event {
	struct audit_event e;
	uint64_t hash;
	struct open_event *next; /* in its bucket */
	size_t max_records;
	size_t npaths;
	unsigned has;     /* enum trait of its records */
	bool is_cut;      /* a limit kept records out */
	bool is_unwanted; /* nobody looks at more than its SYSCALL */
	bool has_ended;
	struct record first[FIRST_RECORDS]; /* comes last */
};

static inline struct open_event *from_link(struct list *link)
{
	return container_of(link, struct open_event, e.link);
}

#define RECENT_KEYS 8192u

struct table {
	struct open_event **buckets;
	size_t mask;
	uint64_t seed;
	/* Direct mapped, so that memory and look-up stay constant and an old
	 * key is simply overwritten. The lowest bit says that the event lacked
	 * its SYSCALL. */
	uint64_t recent[RECENT_KEYS];
};

enum recent {
	RECENT_NO,
	RECENT_WHOLE,
	RECENT_LACKS_SYSCALL
};

/* 0 or E_NOMEM. */
int table_init(struct table *t, size_t max_events) must_check;
void table_done(struct table *t);

/* Seeded, since stamps come from outside: the steps that end xxHash's 64 bits,
 * so that each bit reaches the lower ones, which choose the bucket. */
static inline uint64_t table_hash(const struct table *t,
                                  const struct audit_stamp *stamp,
                                  struct str node)
{
	uint64_t hash = t->seed ^ (stamp->sec << 10 | stamp->ms);

	if (node.len != 0)
		hash ^= str_hash(node, t->seed);
	hash = (hash ^ hash >> 33) * 0xc2b2ae3d27d4eb4fULL;
	hash = (hash ^ hash >> 29 ^ stamp->serial) * 0x165667b19e3779f9ULL;
	hash = (hash ^ hash >> 32) * 0xc2b2ae3d27d4eb4fULL;
	return hash ^ hash >> 29;
}

static inline struct open_event *table_find(const struct table *t,
                                            uint64_t hash,
                                            const struct audit_stamp *stamp,
                                            struct str node)
{
	struct open_event *o = t->buckets[hash & t->mask];

	while (o != NULL &&
	       !(o->hash == hash && audit_stamp_eq(&o->e.stamp, stamp) &&
	         str_eq(o->e.node, node)))
		o = o->next;
	return o;
}

static inline void table_insert(struct table *t, struct open_event *o)
{
	struct open_event **bucket = &t->buckets[o->hash & t->mask];

	o->next = *bucket;
	*bucket = o;
}

static inline void table_remove(struct table *t, struct open_event *o)
{
	struct open_event **link = &t->buckets[o->hash & t->mask];

	while (*link != o)
		link = &(*link)->next;
	*link = o->next;
}

static inline void table_remember(struct table *t, uint64_t hash,
                                  bool lacks_syscall)
{
	t->recent[hash % RECENT_KEYS] = (hash & ~1ULL) | lacks_syscall;
}

static inline enum recent table_recent(const struct table *t, uint64_t hash)
{
	uint64_t seen = t->recent[hash % RECENT_KEYS];

	if ((seen & ~1ULL) != (hash & ~1ULL))
		return RECENT_NO;
	return (seen & 1) != 0 ? RECENT_LACKS_SYSCALL : RECENT_WHOLE;
}

#endif
