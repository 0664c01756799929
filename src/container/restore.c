/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restore.c - the tables of a tracker that ended unexpectedly, for the next
 * one on the same machine: what takes long to ask for is taken from a snapshot
 * that is some seconds old, and /proc says of each process whether it is still
 * the same and runs the same program. */
#include "saker/base/clock.h"
#include "snapshot_fields.h"

/* Parents that are followed for one process at most. */
#define MAX_ANCESTORS 64

enum fate {
	FATE_SAME,
	FATE_ENDED,
	FATE_OTHER /* another process, or another program: to be asked for */
};

static enum fate ask(struct tracker *t, const struct snapshot_process *from,
                     struct host_process *facts)
{
	if (from->exit_ns != 0 ||
	    t->host->ops->process(t->host, (pid_t)from->pid, HOST_WANT_STAT,
	                          &t->arena, facts) < 0)
		return FATE_ENDED;
	return facts->start_ticks == from->start_ticks &&
	                       str_eq(facts->comm, from->comm)
	               ? FATE_SAME
	               : FATE_OTHER;
}

static struct process *restore(struct tracker *t, const struct snapshot *s,
                               uint64_t pid, unsigned depth)
{
	const struct snapshot_process *from =
		pid != 0 ? map_get_u64(&s->processes, pid) : NULL;
	struct process *p = process_table_newest(t->processes, (pid_t)pid);
	struct host_process facts = { 0 };
	enum fate fate;

	if (p != NULL || from == NULL || depth > MAX_ANCESTORS)
		return p;
	fate = ask(t, from, &facts);
	if (fate == FATE_OTHER)
		return NULL;
	p = snapshot_add(t, from, restore(t, s, from->ppid, depth + 1),
	                 s->time_ns);
	if (p == NULL)
		return NULL;
	if (fate == FATE_ENDED) {
		process_table_exit(t->processes, p,
		                   from->exit_ns != 0 ? from->exit_ns
		                                      : clock_realtime_ns());
		return p;
	}
	p->ppid = facts.ppid;
	p->sid = facts.sid;
	p->pgid = facts.pgid;
	return p;
}

void tracker_restore(struct tracker *t, const struct snapshot *s)
{
	size_t cursor = 0;
	void *value;

	while (map_next(&s->processes, &cursor, NULL, &value)) {
		const struct snapshot_process *from = value;

		arena_reset(&t->arena);
		restore(t, s, from->pid, 0);
	}
}
