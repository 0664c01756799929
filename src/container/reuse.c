/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reuse.c - a log's processes: is the pid of this record still the same one's?
 *
 * No record tells that a process ended, unless it calls exit_group() where that
 * is audited, or crashes. What tells that another has its pid:
 * - its parent is not its own, and none that adopts orphans;
 * - its parent's pid is another process's meanwhile;
 * - its container's cgroup was removed, which needs an empty one;
 * - its session is another, and no LOGIN record said so;
 * - its parent forked a child of that pid since;
 * - it was a stage of a runtime whose container runs;
 * - it was but somebody's parent so far, and is a container's child now;
 * - it runs its parent's program again without having executed it: a child that
 *   has not executed anything yet. Only where that does not change where it is:
 *   what a file is called is the container's word. */
#include <libaudit.h>

#include "tracking.h"

/* Pids come round after 32768 forks at least (include/linux/threads.h). */
#define SETUP_NS (5 * NS_PER_SEC)

static bool is_known_ancestor(const struct process *p, pid_t pid)
{
	for (p = p->parent; p != NULL; p = p->parent)
		if (p->pid == pid)
			return true;
	return false;
}

/* Orphans go to an ancestor or to the first process of their pid namespace
 * (kernel/exit.c, find_new_reaper()). A reaper may have left no record: a
 * runtime's last stage is soon at work, under whom ever. */
static bool is_other_parent(struct tracker *t, const struct process *p,
                            pid_t ppid, uint64_t at_ns)
{
	const struct process *parent;

	if (ppid == p->ppid || ppid <= 1 || p->ppid == 0 ||
	    is_known_ancestor(p, ppid))
		return false;
	parent = process_table_find(t->processes, ppid, at_ns);
	/* who could adopt a container's process would be known: the runtime's
	 * ancestors are, and so are the container's processes */
	if (parent == NULL && p->state == PROCESS_SETUP)
		return at_ns > p->priv->seen_ns + SETUP_NS;
	if (parent == NULL)
		return p->state != PROCESS_HOST;
	return p->container == NULL || parent->container != p->container;
}

static bool is_parent_reused(struct tracker *t, const struct process *p,
                             pid_t ppid, uint64_t at_ns)
{
	const struct process *parent = p->parent, *now;

	if (parent == NULL || ppid <= 1 || parent->pid != ppid)
		return false;
	/* who has the pid now */
	if (parent->priv->table == t->processes && !parent->priv->is_replaced &&
	    parent->start_ns <= at_ns + PROCESS_CLOCK_SLACK_NS)
		return false;
	now = process_table_find(t->processes, ppid, at_ns);
	return now != NULL && now != parent &&
	       now->start_ns > p->priv->seen_ns + PROCESS_CLOCK_SLACK_NS;
}

static bool is_after_removal(const struct process *p, uint64_t at_ns)
{
	uint64_t removed_ns =
		p->container != NULL ? p->container->priv->removed_ns : 0;

	return removed_ns != 0 && at_ns > removed_ns + PROCESS_CLOCK_SLACK_NS;
}

static bool is_other_session(const struct process *p,
                             const struct audit_syscall *sc)
{
	return !sc->is_io_uring && p->priv->has_session &&
	       p->ses != AUDIT_ID_UNSET && sc->ses != p->ses;
}

static bool is_forked_since(const struct process *p, pid_t ppid, uint64_t at_ns)
{
	return p->priv->forked_ns != 0 && p->priv->forked_by == ppid &&
	       at_ns + PROCESS_CLOCK_SLACK_NS >= p->priv->forked_ns;
}

static bool is_same_caller(const struct process *p,
                           const struct audit_syscall *sc)
{
	return sc->caller != 0 && sc->caller == p->priv->caller;
}

static bool is_fresh_child(const struct process *p,
                           const struct audit_syscall *sc, unsigned kinds)
{
	const struct process *parent = p->parent;

	return p->priv->has_executed && !is_same_caller(p, sc) &&
	       !str_same(sc->exe, p->exe) && parent != NULL &&
	       parent->pid == sc->ppid &&
	       !(sc->success && (kinds & CALL_EXEC) != 0) &&
	       p->state != PROCESS_SETUP && parent->state == p->state &&
	       parent->container == p->container && sc->exe.len != 0 &&
	       str_eq(sc->exe, parent->exe) && str_eq(sc->comm, parent->comm);
}

/* A runtime's stage ends where the container's program begins. */
static bool is_stage_over(const struct process *p, pid_t ppid, uint64_t at_ns)
{
	const struct session *s = p->priv->session;

	return p->state == PROCESS_SETUP && !has_mark(p, MARK_MAIN) &&
	       s != NULL && s->container != NULL && ppid != p->ppid &&
	       at_ns > p->priv->seen_ns + SETUP_NS;
}

/* Known as a parent's number alone, it was taken for the host's. */
static bool is_first_heard(struct tracker *t, const struct process *p,
                           pid_t ppid, uint64_t at_ns)
{
	const struct process *parent;

	if (p->priv->seen_ns != 0 || p->ppid != 0 || p->state != PROCESS_HOST)
		return false;
	parent = process_table_find(t->processes, ppid, at_ns);
	return parent != NULL && parent->state != PROCESS_HOST;
}

bool reuse_is_other(struct tracker *t, const struct process *p,
                    const struct audit_syscall *sc, unsigned kinds,
                    uint64_t at_ns)
{
	return is_other_parent(t, p, sc->ppid, at_ns) ||
	       is_parent_reused(t, p, sc->ppid, at_ns) ||
	       is_first_heard(t, p, sc->ppid, at_ns) ||
	       is_stage_over(p, sc->ppid, at_ns) ||
	       is_after_removal(p, at_ns) || is_other_session(p, sc) ||
	       is_forked_since(p, sc->ppid, at_ns) ||
	       is_fresh_child(p, sc, kinds);
}

/* The stamp is the call's begin (kernel/auditsc.c, __audit_syscall_entry()), so
 * that all of a child's come later. In a pid namespace of its own a caller sees
 * other numbers: its child's parent will tell. */
static void note_fork(struct tracker *t, const struct process *p,
                      const struct audit_syscall *sc, uint64_t at_ns)
{
	struct process *old;

	if (sc->exit <= 0 || sc->exit > INT32_MAX)
		return;
	old = process_table_newest(t->processes, (pid_t)sc->exit);
	if (old == NULL || old == p || old->priv->seen_ns == 0 ||
	    old->priv->seen_ns + PROCESS_CLOCK_SLACK_NS >= at_ns)
		return;
	old->priv->forked_ns = at_ns;
	old->priv->forked_by = p->pid;
}

void reuse_observe(struct tracker *t, struct process *p,
                   const struct audit_syscall *sc, unsigned kinds,
                   uint64_t at_ns)
{
	p->priv->seen_ns = at_ns;
	p->priv->has_session |= !sc->is_io_uring;
	if (sc->success && (kinds & CALL_EXEC) != 0)
		p->priv->has_executed = true;
	if (sc->success && (kinds & CALL_FORK) != 0)
		note_fork(t, p, sc, at_ns);
}

static bool field(const struct record *r, struct str name, uint64_t max,
                  uint64_t *ret)
{
	struct str raw;

	return record_field(r, name, &raw) && decode_dec(raw, ret) &&
	       *ret <= max;
}

void reuse_observe_login(struct tracker *t, struct audit_event *e,
                         uint64_t at_ns)
{
	const struct record *r = audit_event_record(e, AUDIT_LOGIN, 0);
	struct process *p;
	uint64_t pid, id;

	if (r == NULL || !field(r, STR("pid"), INT32_MAX, &pid))
		return;
	p = process_table_find(t->processes, (pid_t)pid, at_ns);
	if (p == NULL)
		return;
	p->priv->caller = 0;
	if (field(r, STR("ses"), AUDIT_ID_UNSET, &id))
		p->ses = (uint32_t)id;
	if (field(r, STR("auid"), AUDIT_ID_UNSET, &id))
		p->auid = (uint32_t)id;
}

/* kernel/auditsc.c, audit_core_dumps(): it dies of the signal. */
void reuse_observe_crash(struct tracker *t, struct process *p,
                         struct audit_event *e, uint64_t at_ns)
{
	if (audit_event_record(e, AUDIT_ANOM_ABEND, 0) != NULL)
		process_table_exit(t->processes, p, at_ns);
}
