/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resolve.c - a record's pid -> the process that it means: pids come again, and
 * some are those of threads. */
#include "saker/base/clock.h"
#include "tracking.h"

/* How often a process's start is compared with /proc where nothing tells of
 * ends. */
#define CHECK_NS NS_PER_SEC

/* Kernels before "audit: consistently record PIDs with task_tgid_nr()" (2016)
 * print the calling thread's id as pid=, some records did until 2024
 * (NETFILTER_CFG, EVENT_LISTENER): /proc knows threads, and whose they are. */
static pid_t leader_of(struct tracker *t, pid_t pid)
{
	struct host_process f;

	if (t->host->ops->process(t->host, pid, HOST_WANT_IDS, &t->arena, &f) <
	            0 ||
	    f.tgid == 0)
		return pid;
	return f.tgid;
}

static struct process *by_thread(struct tracker *t, pid_t pid, uint64_t at_ns)
{
	pid_t leader = leader_of(t, pid);
	struct process *p = NULL;

	if (leader != pid)
		p = process_table_find(t->processes, leader, at_ns);
	return p != NULL ? p : birth_by_proc(t, leader, at_ns, false);
}

/* A leader's exit is not its threads': the process may go on. */
static bool is_gone_by_proc(struct tracker *t, struct process *p)
{
	struct host_process f;
	int error;

	error = t->host->ops->process(t->host, p->pid, HOST_WANT_STAT,
	                              &t->arena, &f);
	if (error == E_UNSUPPORTED)
		return true;
	if (error < 0)
		return false;
	if (!birth_is_same_start(p, f.start_ns))
		return true;
	process_table_revive(p);
	return false;
}

static bool is_gone(struct tracker *t, struct process *p, uint64_t at_ns)
{
	return p->exit_ns != 0 && at_ns > p->exit_ns + PROCESS_CLOCK_SLACK_NS &&
	       is_gone_by_proc(t, p);
}

static bool is_other_by_proc(struct tracker *t, struct process *p,
                             uint64_t at_ns)
{
	struct host_process f;
	int error;

	error = t->host->ops->process(t->host, p->pid, HOST_WANT_STAT,
	                              &t->arena, &f);
	if (error == E_NOT_FOUND)
		process_table_exit(t->processes, p, at_ns);
	if (error < 0)
		return false;
	if (!birth_is_same(p, &f))
		return true;
	p->priv->checked_ns = at_ns;
	return false;
}

/* Where nothing tells of ends, a pid may be another process's since. */
static bool is_other_by_now(struct tracker *t, struct process *p,
                            uint64_t at_ns)
{
	uint64_t since = t->gap_ns;

	if (!t->is_live)
		return false;
	if (t->connector == NULL && at_ns > CHECK_NS)
		since = at_ns - CHECK_NS;
	return p->exit_ns == 0 && p->priv->checked_ns < since &&
	       is_other_by_proc(t, p, at_ns);
}

bool resolve_is_gone(void *arg, const struct process *p)
{
	struct tracker *t = arg;
	struct host_process f;
	int error;

	if (!t->is_live)
		return false;
	error = t->host->ops->process(t->host, p->pid, HOST_WANT_STAT,
	                              &t->arena, &f);
	return error == E_NOT_FOUND || (error == 0 && !birth_is_same(p, &f));
}

static struct process *first_sight(struct tracker *t, pid_t pid, pid_t ppid,
                                   uint64_t at_ns)
{
	struct process *parent, *p;

	p = t->is_live ? by_thread(t, pid, at_ns) : NULL;
	if (p == NULL && t->nsnapshots != 0)
		p = snapshot_birth(t, pid, ppid, at_ns);
	if (p != NULL)
		return p;
	parent = birth_find_parent(t, ppid, at_ns);
	if (parent == NULL && t->is_live)
		parent = birth_by_proc(t, ppid, at_ns, false);
	if (parent == NULL && t->nsnapshots != 0)
		parent = snapshot_birth(t, ppid, 0, at_ns);
	if (parent == NULL && !t->is_live && ppid > 1)
		parent = process_table_add(t->processes, ppid, at_ns);
	process_ref(parent);
	p = process_table_add(t->processes, pid, at_ns);
	if (p != NULL) {
		p->ppid = ppid;
		p->sid = parent != NULL ? parent->sid : 0;
		p->pgid = parent != NULL ? parent->pgid : 0;
		process_table_set_parent(p, parent);
		/* /proc does not know it: its end has been, or never comes. */
		if (t->is_live)
			process_table_exit(t->processes, p, at_ns);
		if (t->nsnapshots != 0)
			snapshot_complete(t, p, at_ns);
	}
	process_unref(parent);
	return p;
}

struct process *resolve_event(struct tracker *t, const struct audit_syscall *sc,
                              unsigned kinds, uint64_t at_ns)
{
	struct process *newest = process_table_newest(t->processes, sc->pid);
	struct process *p = process_at(newest, at_ns);

	/* Older than its process: the clock was set meanwhile. */
	if (p == NULL && newest != NULL && newest->exit_ns == 0 &&
	    newest->ppid == sc->ppid)
		return newest;
	if (p == NULL || is_gone(t, p, at_ns) || is_other_by_now(t, p, at_ns))
		return first_sight(t, sc->pid, sc->ppid, at_ns);
	if (!t->is_live && reuse_is_other(t, p, sc, kinds, at_ns))
		return first_sight(t, sc->pid, sc->ppid, at_ns);
	return p;
}

struct process *resolve_pid(struct tracker *t, pid_t pid, uint64_t at_ns)
{
	struct process *p = process_table_find(t->processes, pid, at_ns);

	if (p == NULL && t->is_live)
		p = by_thread(t, pid, at_ns);
	if (p == NULL && t->nsnapshots != 0)
		p = snapshot_birth(t, pid, 0, at_ns);
	return p;
}
