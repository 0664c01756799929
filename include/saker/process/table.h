/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.h - all processes that events may still refer to. */
#ifndef SAKER_PROCESS_TABLE_H
#define SAKER_PROCESS_TABLE_H

#include "saker/base/counters.h"
#include "saker/process/process.h"

/* Audit stamps come from the kernel's coarse clock, up to one tick (10 ms at
 * HZ=100) behind the precise one of start times. */
#define PROCESS_CLOCK_SLACK_NS 12000000ULL
/* How long an exited process is kept, in the stream's time. */
#define PROCESS_EXIT_GRACE_NS 10000000000ULL

struct session;

/* What only src/process and src/container use. */
struct process_private {
	struct process_table *table; /* NULL once forgotten */
	struct process *older; /* the pid's incarnation before; borrowed */
	struct list exited;
	void (*release)(struct process *);
	unsigned children; /* processes in the table whose parent this is */
	bool is_precise;   /* start_ns is the kernel's time of the fork */
	bool is_replaced;  /* its pid has a newer incarnation */
	/* In a log: what records told. */
	bool has_executed, has_session;
	bool has_own_users;  /* it or an ancestor made a user namespace */
	uint64_t exec_ns;    /* last exec by the proc connector; 0 = none */
	uint64_t checked_ns; /* when its pid was last sure to be its own */
	uint64_t seen_ns;    /* in a log: the last record's stamp; 0 = none */
	/* in the last record: audit_syscall.caller, while nothing else told who
	 * it is; 0 = not told */
	uint64_t caller;
	/* a fork that gave its pid to a child; 0 = none */
	uint64_t forked_ns;
	pid_t forked_by;

	/* The state follows the audit stream, which lags behind the connector:
	 * it is settled when the stream first speaks of the process. */
	bool is_settled;
	struct process *settle_next; /* while a chain is being settled */
	struct session *session;     /* reference; NULL = none */
	struct session *old_session; /* reference */
	uint64_t changed_ns; /* when state became what it is; 0 = never */
	enum process_state old_state; /* before changed_ns */
	unsigned marks; /* what it did while it set a container up */

	struct posture *posture; /* reference; NULL = not known */
	unsigned drift;          /* kinds seen so far */
	unsigned drift_new;      /* kinds first seen at drift_serial */
	uint64_t drift_serial;
	uint64_t look_ns; /* CLOCK_REALTIME; 0 = never */
	unsigned look;    /* what the last look at it found */
};

struct process_table_options {
	unsigned max;              /* 0 = LIMIT_PROCESSES */
	struct counters *counters; /* may be NULL */
	/* Called before a process leaves the table, while its parent is known,
	 * and before one is freed; either may be NULL. */
	void (*settle)(void *arg, struct process *p);
	void (*release)(struct process *p);
	/* Has it ended though nobody told? Asked when the table is full and
	 * nothing in it is known to have ended; NULL = nobody knows. */
	bool (*is_gone)(void *arg, const struct process *p);
	void *arg;
};

struct process_table;

struct process_table *
process_table_new(const struct process_table_options *options);
void process_table_free(struct process_table *t);

/* Processes that these return are borrowed from the table: valid until the
 * next add or expire, longer with process_ref(). */

/* A new incarnation of pid; an older one counts as exited. NULL when out of
 * memory. */
struct process *process_table_add(struct process_table *t, pid_t pid,
                                  uint64_t start_ns);
/* The incarnation that an event with that stamp is of: the newest that had
 * started by then. NULL = none. */
struct process *process_table_find(struct process_table *t, pid_t pid,
                                   uint64_t at_ns);
/* The same, from the newest incarnation on, which may be NULL. */
struct process *process_at(struct process *newest, uint64_t at_ns);
struct process *process_table_newest(struct process_table *t, pid_t pid);
/* Takes a reference of parent; NULL = unknown. */
void process_table_set_parent(struct process *p, struct process *parent);
void process_table_exit(struct process_table *t, struct process *p,
                        uint64_t at_ns);
/* An exit that was none: a thread's exec ends the leader, not the process. */
void process_table_revive(struct process *p);
/* Keeps p from being evicted soon. */
void process_table_touch(struct process_table *t, struct process *p);
/* Forgets what exited longer ago than the grace. stream_ns: the newest stamp
 * seen; wall_ns: CLOCK_REALTIME, 0 for a log. */
void process_table_expire(struct process_table *t, uint64_t stream_ns,
                          uint64_t wall_ns);
size_t process_table_count(const struct process_table *t);
/* Calls fn with each process until it returns non-zero, and returns that. fn
 * must neither add nor forget any. */
int process_table_each(const struct process_table *t,
                       int (*fn)(void *arg, struct process *p), void *arg);

/* Counts a fact of p that found no memory. */
void process_keep(const struct process *p, bool is_kept);
/* Replaces an owned heap text by a copy of v. False when out of memory, with
 * the text untouched. For what is no process's. */
bool process_set_text(struct str *text, struct str v);
/* Replaces one of p's texts by a copy of v. Counts a lack of memory. */
void process_put_text(struct process *p, struct str *text, struct str v);
/* The same for what hardly ever changes. */
static inline void process_keep_text(struct process *p, struct str *text,
                                     struct str v)
{
	if (!str_same(*text, v))
		process_put_text(p, text, v);
}
/* Copies argv, cut at LIMIT_CMDLINE_BYTES. Counts a lack of memory. */
void process_set_argv(struct process *p, const struct str *argv, size_t argc);
/* Forgets the command line. */
void process_drop_argv(struct process *p);
/* p's names, directory and command line are from now on those of from. */
void process_share_texts(struct process *p, const struct process *from);

#endif
