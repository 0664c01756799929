/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nodes.h - one tracker per machine that a stream tells of. */
#ifndef SAKER_DAEMON_NODES_H
#define SAKER_DAEMON_NODES_H

#include "saker/base/limits.h"
#include "saker/container/snapshot.h"
#include "saker/container/tracker.h"
#include "saker/engine/ruleset.h"

/* Process ids of two machines say nothing about each other, and only this
 * machine's may be looked up in /proc. */
struct nodes {
	struct tracker *own; /* borrowed: of events that are from here */
	struct str own_name;
	bool is_replay; /* only events without a node are of "own" */
	struct tracker_options options; /* of the others; host replaced */
	struct host *no_host;
	const struct ruleset *ruleset; /* borrowed: what to watch */
	/* borrowed: what is known beside a log */
	const struct snapshot *snapshots[LIMIT_SNAPSHOTS];
	size_t nsnapshots;
	struct node *others[LIMIT_NODES];
	size_t nothers;
	struct node *last;
};

/* options.host is not used. 0 or E_NOMEM. */
int nodes_init(struct nodes *n, struct tracker *own, struct str own_name,
               bool is_replay,
               const struct tracker_options *options) must_check;
void nodes_done(struct nodes *n);
/* What the next two ask of a node that has a name. */
bool nodes_is_named_other(const struct nodes *n, struct str node);
struct tracker *nodes_named_tracker(struct nodes *n, struct str node);

/* False for events of this machine: auditd may give a short or a full name. */
static inline bool nodes_is_other(const struct nodes *n, struct str node)
{
	return node.len != 0 && nodes_is_named_other(n, node);
}

/* The tracker of that node's events. With more nodes than can be told apart,
 * or out of memory, NULL: the event then has no process. */
static inline struct tracker *nodes_tracker(struct nodes *n, struct str node)
{
	return node.len == 0 ? n->own : nodes_named_tracker(n, node);
}

/* The ith machine's tracker, and its name as the stream has it; the first is
 * this machine's, without a name. NULL past the last. */
struct tracker *nodes_at(const struct nodes *n, size_t i, struct str *ret_name);
/* Watches the files that the rules name, on all nodes, now and later. */
void nodes_use_rules(struct nodes *n, const struct ruleset *ruleset);
/* Calls fn with the files that rules name and whose identity is not known on a
 * machine whose processes are; once for each such machine. */
void nodes_each_unknown_identity(const struct nodes *n,
                                 void (*fn)(void *arg, struct str path),
                                 void *arg);
/* Events of the machine that s is of, and those without a node, are read beside
 * it; before the first event. s is borrowed. 0, E_NOMEM or E_FULL. */
int nodes_use_snapshot(struct nodes *n, const struct snapshot *s) must_check;

#endif
