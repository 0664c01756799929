/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_use.c - what snapshots know of a log's processes and containers.
 *
 * A snapshot shows a process as it was at one time. Of one that started before
 * the log did, no record tells how it came to be what it was: all is taken. One
 * that started later goes its way in the stream; taken is what live tracking
 * reads in /proc as it starts: its cgroup, which names its container. */
#include "saker/base/limits.h"
#include "snapshot_fields.h"

/* Parents that are looked up for one process at most. */
#define MAX_ANCESTORS 64

struct found {
	const struct snapshot *snapshot;
	const struct snapshot_process *process;
};

static const struct snapshot_process *find_in(const struct snapshot *s,
                                              pid_t pid, uint64_t at_ns)
{
	const struct snapshot_process *p =
		pid > 0 ? map_get_u64(&s->processes, (uint64_t)pid) : NULL;

	while (p != NULL && p->start_ns > at_ns + 2 * PROCESS_CLOCK_SLACK_NS)
		p = p->older;
	if (p != NULL && p->exit_ns != 0 &&
	    at_ns > p->exit_ns + PROCESS_CLOCK_SLACK_NS)
		return NULL;
	return p;
}

/* The last one before the event is nearest to it, then the first after it. */
static bool is_better(const struct snapshot *a, const struct snapshot *b,
                      uint64_t at_ns)
{
	bool before = a->time_ns <= at_ns;

	if (b == NULL || before != (b->time_ns <= at_ns))
		return b == NULL || before;
	return before ? a->time_ns > b->time_ns : a->time_ns < b->time_ns;
}

/* Of one start two snapshots may tell two times: the clock is adjusted. */
static bool is_later(const struct snapshot_process *a,
                     const struct snapshot_process *b)
{
	return a->start_ns > b->start_ns + 2 * PROCESS_CLOCK_SLACK_NS;
}

static bool find(const struct tracker *t, pid_t pid, uint64_t at_ns,
                 struct found *ret)
{
	struct found best = { 0 };

	for (size_t i = 0; i < t->nsnapshots; i++) {
		const struct snapshot *s = t->snapshots[i];
		const struct snapshot_process *p = find_in(s, pid, at_ns);

		if (p == NULL)
			continue;
		if (best.process == NULL || is_later(p, best.process) ||
		    (!is_later(best.process, p) &&
		     is_better(s, best.snapshot, at_ns)))
			best = (struct found){ s, p };
	}
	*ret = best;
	return best.process != NULL;
}

/* No record can have told of its start. */
static bool is_from_before(const struct tracker *t, const struct found *f,
                           uint64_t at_ns)
{
	return f->process->start_ns + 2 * PROCESS_CLOCK_SLACK_NS <
	               t->first_ns ||
	       at_ns >= f->snapshot->time_ns;
}

/* Its own parent, or one that orphans go to; another is the parent of a later
 * process with that pid (kernel/exit.c, find_new_reaper()). */
static bool can_be_child(const struct found *f, pid_t ppid, uint64_t at_ns)
{
	const struct snapshot_process *p = f->process, *reaper;

	if (ppid <= 1 || (pid_t)p->ppid == ppid)
		return true;
	reaper = find_in(f->snapshot, ppid, at_ns);
	if (reaper != NULL && reaper->container != NULL &&
	    reaper->container == p->container)
		return true;
	for (unsigned i = 0; p != NULL && i < MAX_ANCESTORS; i++) {
		if ((pid_t)p->ppid == ppid)
			return true;
		p = find_in(f->snapshot, (pid_t)p->ppid, at_ns);
	}
	return false;
}

static void put_cgroup(struct tracker *t, struct process *p,
                       const struct snapshot_process *from)
{
	struct cgroup *c;

	if (from->cgroup.len == 0)
		return;
	c = cgroup_intern(&t->cgroups, from->cgroup);
	process_keep(p, c != NULL);
	if (c == NULL)
		return;
	if (c->id == 0)
		c->id = from->cgroup_id;
	cgroup_unref(p->cgroup);
	p->cgroup = c;
}

static void put_facts(struct tracker *t, struct process *p,
                      const struct snapshot_process *from)
{
	p->ppid = (pid_t)from->ppid;
	p->start_ticks = from->start_ticks;
	p->priv->is_precise = true;
	p->uid = from->uid;
	p->euid = from->euid;
	p->gid = from->gid;
	p->auid = from->auid;
	p->ses = from->ses;
	p->exe_id = from->exe_id;
	process_put_text(p, &p->comm, from->comm);
	process_put_text(p, &p->exe, from->exe);
	process_put_text(p, &p->cwd, from->cwd);
	if (from->argc != 0)
		process_set_argv(p, from->argv, from->argc);
	p->has_caps = from->has_caps;
	p->caps_euid = from->caps_euid;
	memcpy(p->caps, from->caps, sizeof(p->caps));
	put_cgroup(t, p, from);
}

static void fill(const struct process *p, struct str *text, struct str v)
{
	if (text->len == 0 && v.len != 0)
		process_keep(p, process_set_text(text, v));
}

static void put_metadata(const struct process *p, struct container *c,
                         const struct container_metadata *from)
{
	struct container_metadata copy = *from;

	/* packing sorts and cuts what it is given */
	c->metadata = metadata_pack(&copy);
	process_keep(p, c->metadata != NULL);
}

static void describe(const struct process *p, struct container *c,
                     const struct snapshot_container *from)
{
	if (from->name.len != 0)
		process_keep(p, process_set_text(&c->name, from->name));
	if (from->runtime.len != 0)
		process_keep(p, process_set_text(&c->runtime, from->runtime));
	fill(p, &c->pod_uid, from->pod_uid);
	if (c->cgroup_id == 0)
		c->cgroup_id = from->cgroup_id;
	if (c->start_ns == 0)
		c->start_ns = from->start_ns;
	if (c->metadata == NULL && from->metadata != NULL)
		put_metadata(p, c, from->metadata);
	if (c->priv->baseline == NULL && from->baseline != NULL)
		c->priv->baseline = posture_copy(p, from->baseline);
}

static void put_container(struct tracker *t, struct process *p,
                          const struct snapshot_process *from, uint64_t at_ns)
{
	const struct snapshot_container *s = from->container;
	struct container *c;

	p->state = PROCESS_CONTAINER;
	p->entered = from->entered;
	p->entry_serial = from->entry_serial;
	if (s == NULL)
		return;
	c = registry_get(&t->containers,
	                 &(struct container_facts){
				 .full_id = s->full_id,
				 .given_id = s->given_id,
				 .runtime = s->runtime,
				 .pod_uid = s->pod_uid,
				 .cgroup = s->cgroup,
				 .cgroup_id = s->cgroup_id,
			 },
	                 false, at_ns);
	process_keep(p, c != NULL);
	if (c == NULL)
		return;
	describe(p, c, s);
	announce_entry(t, c, p, false, at_ns);
	p->container = container_ref(c);
}

/* What a runtime at work is for is told by its command line; its further stages
 * have that from it. */
static void put_setup(struct tracker *t, struct process *p)
{
	const struct known_file *f = known_files_find(&t->files, p->exe_id);
	const struct runtime_kind *kind =
		f != NULL && f->kind != NULL
			? f->kind
			: runtime_kind_of(str_basename(p->exe));
	bool is_stage = p->parent != NULL && p->parent->state == PROCESS_SETUP;

	if (kind != NULL && !is_stage) {
		p->priv->is_settled = true;
		state_make_runtime(t, p, kind, p->start_ns);
	} else {
		state_settle(t, p);
	}
}

struct process *snapshot_add(struct tracker *t,
                             const struct snapshot_process *from,
                             struct process *parent, uint64_t at_ns)
{
	struct process *p;

	/* Holds the parent while the table makes room. */
	process_ref(parent);
	p = process_table_add(t->processes, (pid_t)from->pid, from->start_ns);
	if (p != NULL) {
		put_facts(t, p, from);
		process_table_set_parent(p, parent);
		p->priv->is_settled = from->state != PROCESS_SETUP;
		if (from->state == PROCESS_CONTAINER)
			put_container(t, p, from, at_ns);
		else if (from->state == PROCESS_SETUP)
			put_setup(t, p);
	}
	process_unref(parent);
	return p;
}

struct process *snapshot_birth(struct tracker *t, pid_t pid, pid_t ppid,
                               uint64_t at_ns)
{
	const struct snapshot_process *chain[MAX_ANCESTORS];
	struct process *p = NULL;
	struct found f;
	size_t n = 0;

	if (!find(t, pid, at_ns, &f) || !is_from_before(t, &f, at_ns) ||
	    !can_be_child(&f, ppid, at_ns))
		return NULL;
	/* the log has told of its end */
	p = process_table_newest(t->processes, pid);
	if (p != NULL && p->start_ns >= f.process->start_ns)
		return NULL;
	while (n < MAX_ANCESTORS && f.process != NULL) {
		chain[n++] = f.process;
		pid = (pid_t)f.process->ppid;
		p = process_table_find(t->processes, pid, f.process->start_ns);
		if (p != NULL || !find(t, pid, f.process->start_ns, &f))
			break;
	}
	while (n-- > 0)
		p = snapshot_add(t, chain[n], p, at_ns);
	return p;
}

void snapshot_complete(struct tracker *t, struct process *p, uint64_t at_ns)
{
	struct found f;

	if (!find(t, p->pid, at_ns, &f) || is_from_before(t, &f, at_ns))
		return;
	p->start_ns = f.process->start_ns;
	p->start_ticks = f.process->start_ticks;
	put_cgroup(t, p, f.process);
}

/* A container that was made after the snapshot has nothing but the name in
 * common with one that was there. */
void snapshot_describe(struct tracker *t, const struct process *p,
                       struct container *c, bool is_new, uint64_t at_ns)
{
	for (size_t i = 0; i < t->nsnapshots; i++) {
		const struct snapshot *s = t->snapshots[i];
		const struct snapshot_container *from =
			map_get(&s->containers, c->full_id);

		if (from == NULL || (is_new && s->time_ns <= at_ns) ||
		    (c->cgroup_id != 0 && from->cgroup_id != 0 &&
		     c->cgroup_id != from->cgroup_id))
			continue;
		describe(p, c, from);
	}
}

void snapshot_identify(struct tracker *t, struct known_file *known)
{
	for (size_t i = 0; i < t->nsnapshots; i++) {
		const struct snapshot *s = t->snapshots[i];

		for (size_t j = 0; j < s->nfiles; j++)
			if (str_eq(s->files[j].path, known->path))
				known_files_learn(&t->files, known,
				                  s->files[j].id, 0);
	}
}

int tracker_use_snapshot(struct tracker *t, const struct snapshot *s)
{
	if (t->nsnapshots == LIMIT_SNAPSHOTS)
		return E_FULL;
	t->snapshots[t->nsnapshots++] = s;
	for (size_t i = 0; i < s->nfiles; i++) {
		struct known_file *known =
			known_files_by_path(&t->files, s->files[i].path);

		if (known != NULL)
			known_files_learn(&t->files, known, s->files[i].id, 0);
	}
	if (s->host != NULL)
		posture_set_host(t, s->host);
	return 0;
}
