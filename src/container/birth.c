/* SPDX-License-Identifier: GPL-2.0-or-later */
/* birth.c - processes that become known: by a fork event, a record, or /proc.
 */

#include "tracking.h"

/* Parents that are looked up in /proc for one process at most. */
#define MAX_ANCESTORS 64
/* include/linux/init_task.h, kernel/kthread.c: kthreadd is always pid 2. */
#define KTHREADD 2

/* Hierarchies of v1 show "/" for a process that is exiting, whatever it was in
 * (kernel/cgroup/cgroup.c, proc_cgroup_show()). */
static bool is_cut_line(struct str line, struct str before)
{
	struct str hierarchy = str_take(line, line.len - 1);

	return str_has_suffix(line, STR(":/")) &&
	       !str_has_prefix(line, STR("0::")) &&
	       str_has_prefix(before, hierarchy);
}

static bool is_same_or_cut(struct str text, struct str before)
{
	struct str line, old;

	while (str_split(&text, '\n', &line))
		if (!str_split(&before, '\n', &old) ||
		    (!str_eq(line, old) && !is_cut_line(line, old)))
			return false;
	return !str_split(&before, '\n', &old);
}

void birth_read_cgroup(struct tracker *t, struct process *p)
{
	struct cgroup *known = p->cgroup, *c;

	buf_clear(&t->text);
	counter_add(t->counters, COUNTER_CGROUP_READS, 1);
	if (t->host->ops->cgroup(t->host, p->pid, &t->text) < 0) {
		if (p->cgroup == NULL)
			counter_add(t->counters, COUNTER_CGROUP_MISSES, 1);
		return;
	}
	/* A zombie's file is there and empty of paths. */
	if (t->text.len == 0)
		return;
	if (known == NULL && p->parent != NULL)
		known = p->parent->cgroup;
	if (known != NULL && is_same_or_cut(buf_str(&t->text), known->text))
		c = cgroup_ref(known);
	else
		c = cgroup_intern(&t->cgroups, buf_str(&t->text));
	process_keep(p, c != NULL);
	if (c == NULL)
		return;
	cgroup_unref(p->cgroup);
	p->cgroup = c;
}

bool birth_is_same_start(const struct process *p, uint64_t start_ns)
{
	return p->start_ns + PROCESS_CLOCK_SLACK_NS >= start_ns &&
	       start_ns + 2 * PROCESS_CLOCK_SLACK_NS >= p->start_ns;
}

bool birth_is_same(const struct process *p, const struct host_process *f)
{
	uint64_t start_ns;

	if (p->start_ticks != 0)
		return p->start_ticks == f->start_ticks;
	start_ns = f->start_ns;
	/* Of a process that was met in a record, only that it was there. */
	if (!p->priv->is_precise)
		return start_ns <= p->start_ns + 2 * PROCESS_CLOCK_SLACK_NS;
	return birth_is_same_start(p, start_ns);
}

static void apply_facts(struct tracker *t, struct process *p,
                        const struct host_process *f)
{
	p->start_ticks = f->start_ticks;
	p->ppid = f->ppid;
	p->sid = f->sid;
	p->pgid = f->pgid;
	p->uid = f->uid;
	p->euid = f->euid;
	p->gid = f->gid;
	p->auid = f->auid;
	p->ses = f->ses;
	p->exe_id = f->exe_id;
	p->priv->caller = 0;
	/* Texts that find no memory stay unknown. */
	process_put_text(p, &p->comm, f->comm);
	process_put_text(p, &p->exe, f->exe);
	process_put_text(p, &p->cwd, f->cwd);
	if (f->argc != 0)
		process_set_argv(p, f->argv, f->argc);
	if (f->cgroup.len != 0) {
		cgroup_unref(p->cgroup);
		p->cgroup = cgroup_intern(&t->cgroups, f->cgroup);
		process_keep(p, p->cgroup != NULL);
	}
}

/* A runtime's state directory is named after the container: then a cgroup
 * /NAME of a bare "runc run NAME" is one. */
static bool has_state_directory(struct tracker *t, struct str name)
{
	static const char *const files[][2] = {
		{ "/run/runc/", "/state.json" },
		{ "/run/crun/", "/status" },
		{ "/run/youki/", "/state.json" },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct file_id id;

		buf_clear(&t->text);
		buf_add_str(&t->text, str_from(files[i][0]));
		buf_add_str(&t->text, name);
		buf_add_str(&t->text, str_from(files[i][1]));
		if (t->host->ops->file_id(t->host, buf_cstr(&t->text), &id) ==
		    0)
			return true;
	}
	return false;
}

struct str birth_state_name(struct tracker *t, const struct cgroup *c)
{
	struct str name = str_basename(c->facts.path);

	return t->is_live && name.len != 0 && has_state_directory(t, name)
	               ? name
	               : STR_NONE;
}

static bool is_container_cgroup(struct tracker *t, const struct cgroup *c)
{
	return c->facts.role == CGROUP_CONTAINER ||
	       birth_state_name(t, c).len != 0;
}

bool birth_is_inside(struct tracker *t, struct process *p)
{
	struct host_process f;

	if (!t->is_live || p->cgroup == NULL ||
	    (p->cgroup->facts.role != CGROUP_CONTAINER &&
	     p->cgroup->facts.path.len <= 1))
		return false;
	if (t->host->ops->process(t->host, p->pid, HOST_WANT_NS, &t->arena,
	                          &f) < 0)
		f.ns_mnt = 0;
	/* The host's own mount namespace: a tool that was moved there. */
	if (f.ns_mnt != 0 && f.ns_mnt == t->ns_mnt)
		return false;
	return is_container_cgroup(t, p->cgroup);
}

/* What /proc shows is the process now, and the stream may lag behind: a child
 * of a runtime at work is left to what the stream will say of it. */
static void judge_facts(struct tracker *t, struct process *p, bool is_scan)
{
	const struct known_file *f = known_files_find(&t->files, p->exe_id);
	bool is_runtime = f != NULL && f->kind != NULL;

	if (p->state == PROCESS_CONTAINER)
		return;
	if (is_runtime && p->state == PROCESS_HOST)
		state_make_runtime(t, p, f->kind, p->start_ns);
	else if (!is_runtime && (is_scan || p->state == PROCESS_HOST) &&
	         birth_is_inside(t, p))
		state_enter(t, p, NULL, p->start_ns);
}

static struct process *kthreadd(struct tracker *t)
{
	struct process *p = process_table_newest(t->processes, KTHREADD);

	if (p != NULL)
		return p;
	p = process_table_add(t->processes, KTHREADD, 0);
	if (p != NULL) {
		p->priv->is_settled = true;
		process_put_text(p, &p->comm, STR("kthreadd"));
	}
	return p;
}

struct process *birth_find_parent(struct tracker *t, pid_t ppid, uint64_t at_ns)
{
	if (ppid <= 0)
		return NULL;
	if (ppid == KTHREADD)
		return kthreadd(t);
	return process_table_find(t->processes, ppid, at_ns);
}

/* What is found later may have drifted already. */
static bool has_posture(const struct process *p)
{
	return p->priv->posture != NULL ||
	       (p->container != NULL && p->container->priv->baseline != NULL);
}

/* Adds one process that /proc knows; parent may be NULL. */
static struct process *add_by_facts(struct tracker *t,
                                    const struct host_process *f,
                                    struct process *parent, bool is_scan)
{
	struct process *p;

	/* Holds the parent while the table makes room. */
	process_ref(parent);
	p = process_table_add(t->processes, f->pid, f->start_ns);
	if (p != NULL) {
		apply_facts(t, p, f);
		process_table_set_parent(p, parent);
		state_settle(t, p);
		judge_facts(t, p, is_scan);
		if (p->state == PROCESS_CONTAINER && !has_posture(p))
			posture_enter(t, p, f, NULL);
	}
	process_unref(parent);
	return p;
}

struct process *birth_by_proc(struct tracker *t, pid_t pid, uint64_t at_ns,
                              bool is_scan)
{
	struct host_process chain[MAX_ANCESTORS];
	struct process *p = NULL;
	size_t n = 0;

	while (n < MAX_ANCESTORS && pid > 0) {
		p = n != 0 ? birth_find_parent(t, pid, at_ns) : NULL;
		if (p != NULL ||
		    t->host->ops->process(t->host, pid, HOST_WANT_ALL,
		                          &t->arena, &chain[n]) < 0 ||
		    chain[n].start_ns > at_ns + 2 * PROCESS_CLOCK_SLACK_NS)
			break;
		pid = chain[n++].ppid;
	}
	if (n == 0)
		return NULL;
	while (n-- > 0)
		p = add_by_facts(t, &chain[n], p, is_scan);
	return p;
}

static int scan_one(void *arg, pid_t pid)
{
	struct tracker *t = arg;

	arena_reset(&t->arena);
	if (process_table_newest(t->processes, pid) == NULL)
		birth_by_proc(t, pid, UINT64_MAX / 2, true);
	return 0;
}

int birth_scan(struct tracker *t)
{
	return t->host->ops->each_process(t->host, scan_one, t);
}

static void on_fork(struct tracker *t, const struct connector_event *e)
{
	struct process *parent = process_table_newest(t->processes, e->parent);
	struct process *p;

	if (parent == NULL)
		parent = birth_by_proc(t, e->parent, e->time_ns, false);
	p = process_table_newest(t->processes, e->pid);
	/* The scan may have seen it first. */
	if (p != NULL && p->exit_ns == 0 && birth_is_same_start(p, e->time_ns))
		return;
	process_ref(parent);
	p = process_table_add(t->processes, e->pid, e->time_ns);
	if (p != NULL) {
		p->ppid = e->parent;
		p->sid = parent != NULL ? parent->sid : 0;
		p->pgid = parent != NULL ? parent->pgid : 0;
		p->priv->is_precise = true;
		process_table_set_parent(p, parent);
		birth_read_cgroup(t, p);
	}
	process_unref(parent);
}

/* Ahead of the stream: only facts are taken, the state waits for the record. */
static void on_exec(struct tracker *t, const struct connector_event *e)
{
	struct process *p = process_table_newest(t->processes, e->pid);

	if (p == NULL)
		return;
	if (p->exit_ns != 0)
		process_table_revive(p);
	p->priv->exec_ns = e->time_ns;
	if (e->time_ns >= p->priv->changed_ns &&
	    e->time_ns < p->priv->changed_ns + PROCESS_CLOCK_SLACK_NS)
		p->priv->changed_ns = e->time_ns;
	birth_read_cgroup(t, p);
	posture_exec(t, p);
}

void birth_by_connector(void *arg, const struct connector_event *e)
{
	struct tracker *t = arg;
	struct process *p;

	arena_reset(&t->arena);
	switch (e->kind) {
	case CONNECTOR_FORK:
		on_fork(t, e);
		break;
	case CONNECTOR_EXEC:
		on_exec(t, e);
		break;
	case CONNECTOR_SESSION:
		p = process_table_newest(t->processes, e->pid);
		if (p != NULL)
			p->sid = p->pgid = p->pid;
		break;
	case CONNECTOR_EXIT:
	default:
		p = process_table_newest(t->processes, e->pid);
		if (p != NULL)
			process_table_exit(t->processes, p, e->time_ns);
		break;
	}
}
