/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recent.h - the last records of processes, as evidence of what led to an
 * alert. */
#ifndef SAKER_DAEMON_RECENT_H
#define SAKER_DAEMON_RECENT_H

#include "saker/audit/event.h"
#include "saker/base/buf.h"

struct recent;

/* Whose records; of container alone when pid is 0. */
struct recent_key {
	pid_t pid;
	uint64_t start_ticks; /* 0 = not known, as good as any */
	struct str container; /* its full id; empty = none */
};

/* Takes so many bytes and never more; what is new overwrites the oldest. NULL
 * when out of memory. */
struct recent *recent_new(size_t bytes);
void recent_free(struct recent *r); /* NULL is none */
/* Copies the event's records, as many as LIMIT_RECENT_EVENT_BYTES hold. */
void recent_note(struct recent *r, const struct recent_key *who,
                 const struct audit_event *event);
/* Appends the latest that fit into max bytes, a record a line, the oldest
 * first. */
void recent_collect(const struct recent *r, const struct recent_key *who,
                    size_t max, struct buf *out);

#endif
