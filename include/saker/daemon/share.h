/* SPDX-License-Identifier: GPL-2.0-or-later */
/* share.h - who may have how much of the engine's time while records come
 * faster than they can be judged.
 *
 * The time is that of the processor: a machine with much else to do makes
 * nobody greedy. It goes in windows. In each, everybody who does something has
 * the same part; one part is left for who comes next. Who has used up theirs is
 * not judged until the next window. A quarter of it is only for kinds of calls
 * that the rest was not filled with: a flood of one call does not hide
 * another. */
#ifndef SAKER_DAEMON_SHARE_H
#define SAKER_DAEMON_SHARE_H

#include <stdbool.h>

#include "saker/audit/frame.h"
#include "saker/base/counters.h"
#include "saker/base/limits.h"
#include "saker/daemon/nodes.h"

#define SHARE_WINDOW_NS 50000000u
/* No single event counts for more: the kernel may have had to do with what came
 * next. */
#define SHARE_MOST_NS (SHARE_WINDOW_NS / 16)

/* Hashes: who does it, and what kind of thing it is. */
struct share_act {
	uint64_t who, what;
};

/* Whose events were not judged. */
struct share_shed {
	uint64_t who;
	char kind[16]; /* "container", "user", "cgroup" or "unknown" */
	char id[96];
	char name[64]; /* of a container; empty = not known */
	uint64_t events;
	uint64_t told; /* of them in a notice */
};

struct share_slot {
	uint64_t window;
	uint64_t used_ns;
};

struct share_decision {
	struct audit_stamp stamp;
	bool is_shed;
};

struct shares {
	/* What follows is asked before each record. */
	bool is_pressed;   /* more waits than is good */
	unsigned trailing; /* records of events decided on that may follow */
	struct counters *counters;
	uint64_t (*clock)(void);     /* CLOCK_MONOTONIC */
	uint64_t (*cpu_clock)(void); /* what is shared */
	uint64_t seed;
	uint64_t window, began_ns;
	unsigned active, active_before; /* who did something in a window */
	uint64_t looked_ns;             /* at how much waits; 0 = not lately */
	size_t used;                    /* as it was then */
	struct share_act act;           /* at hand */
	struct share_slot users[LIMIT_SHARE_USERS];
	struct share_slot kinds[LIMIT_SHARE_KINDS];
	struct share_decision decisions[LIMIT_SHARE_DECISIONS];
	struct share_shed shed[LIMIT_SHARE_TOLD];
	uint64_t others; /* events of those who had to make room there */
};

/* NULL when out of memory. */
struct shares *shares_new(struct counters *counters);
void shares_free(struct shares *s);

/* How much waits, of how much that may: more than half that becomes no less
 * between two looks presses, until it is less than a quarter. To be told more
 * often than that. */
void shares_press(struct shares *s, size_t used, size_t bytes,
                  uint64_t look_ns);
static inline bool shares_are_pressed(const struct shares *s)
{
	return s != NULL && s->is_pressed;
}
static inline bool shares_ask_for_records(const struct shares *s)
{
	return s != NULL && (s->is_pressed || s->trailing != 0);
}

/* Whether there is anything left of their part; now_ns is of cpu_clock(). */
bool shares_allow(struct shares *s, const struct share_act *act,
                  uint64_t now_ns);
/* Time that the act has taken. */
void shares_charge(struct shares *s, const struct share_act *act, uint64_t ns);

/* True when the record is of a system call that nothing but rules needs, whose
 * caller has used up its part, or of the event of such a one; counted. */
bool shares_shed_record(struct shares *s, struct nodes *nodes,
                        const struct frame *frame);
/* The same for an event; process NULL = nobody knows. Else what it takes is to
 * be charged to s->act. */
bool shares_shed_event(struct shares *s, const struct process *process,
                       struct audit_event *event);

/* Whose events were shed, most of them first; NULL past the last. */
const struct share_shed *shares_shed_at(struct shares *s, size_t i);
void shares_set_told(struct shares *s);

#endif
