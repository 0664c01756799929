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

uint64_t table_hash(const struct table *t, const struct audit_stamp *stamp,
                    struct str node);
struct open_event *table_find(const struct table *t, uint64_t hash,
                              const struct audit_stamp *stamp, struct str node);
void table_insert(struct table *t, struct open_event *o);
void table_remove(struct table *t, struct open_event *o);

void table_remember(struct table *t, uint64_t hash, bool lacks_syscall);
enum recent table_recent(const struct table *t, uint64_t hash);

#endif
