/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target.c - the processes that a response would reach, read from the host. */
#include "target.h"

#include "saker/base/array.h"
#include "saker/base/io.h"
#include "saker/container/cgroup.h"

static bool is_in_container_cgroup(struct str cgroups)
{
	struct cgroup_facts facts;

	cgroup_parse(cgroups, &facts);
	return facts.role == CGROUP_CONTAINER || facts.role == CGROUP_POD;
}

/* A process that a container's own cgroup does not speak for: its namespace or
 * its root directory does. Services have other mounts than the host's, but not
 * another root. */
static bool is_contained(const struct target_finder *f, unsigned wanted,
                         const struct host_process *p)
{
	const unsigned want = HOST_WANT_NS_PID | HOST_WANT_ROOT;
	struct host_process more = *p;

	if (is_in_container_cgroup(p->cgroup))
		return true;
	if ((wanted & want) != want &&
	    f->host->ops->process(f->host, p->pid, want, f->arena, &more) < 0)
		return false;
	return (more.ns_pid != 0 && f->own_pid_ns != 0 &&
	        more.ns_pid != f->own_pid_ns) ||
	       (more.root_id.ino != 0 && f->own_root.ino != 0 &&
	        !file_id_eq(more.root_id, f->own_root));
}

/* Its file is the last that a process which ends lets go of; one that has none
 * and does not end hides it. */
static int examine(const struct target_finder *f, pid_t pid, unsigned more,
                   struct response_member *m)
{
	const unsigned want = HOST_WANT_STAT | HOST_WANT_EXE |
	                      HOST_WANT_CGROUP |
	                      (f->wants_users ? HOST_WANT_IDS : 0u) | more;
	struct host_process p;
	int error;

	error = f->host->ops->process(f->host, pid, want, f->arena, &p);
	if (error == 0 && p.exe.len == 0 && p.exe_id.ino == 0 &&
	    !p.is_kernel_thread)
		error = f->host->ops->process(f->host, pid, want, f->arena, &p);
	if (error == 0 && p.is_exiting)
		error = E_NOT_FOUND;
	*m = (struct response_member){ .pid = pid, .error = error };
	if (error < 0)
		return error;
	m->ppid = p.ppid;
	m->start_ticks = p.start_ticks;
	m->start_ns = p.start_ns;
	m->is_kernel_thread = p.is_kernel_thread;
	m->uid = p.uid;
	m->euid = p.euid;
	m->exe = p.exe;
	m->exe_id = p.exe_id;
	m->cgroup = p.cgroup;
	m->is_in_container = is_contained(f, want, &p);
	return 0;
}

static bool has_member(const struct response_target *t, pid_t pid)
{
	for (size_t i = 0; i < target_count(t); i++)
		if (target_members(t)[i].pid == pid)
			return true;
	return false;
}

/* Who ended meanwhile is no member. 1 when added. */
static int add(const struct target_finder *f, struct response_target *t,
               pid_t pid)
{
	struct response_member m;

	if (examine(f, pid, 0, &m) == E_NOT_FOUND)
		return 0;
	if (target_count(t) >= f->max) {
		t->is_cut = true;
		return 0;
	}
	buf_add(&t->members, &m, sizeof(m));
	return t->members.failed ? E_NOMEM : 1;
}

struct kin {
	pid_t pid, ppid, sid;
	bool is_descendant;
};

struct census {
	const struct target_finder *finder;
	struct buf kin; /* struct kin */
};

static int count_one(void *arg, pid_t pid)
{
	struct census *c = arg;
	struct host *h = c->finder->host;
	struct arena arena = ARENA_INIT;
	struct host_process p;
	struct kin kin;

	if (h->ops->process(h, pid, HOST_WANT_STAT, &arena, &p) == 0 &&
	    !p.is_exiting) {
		kin = (struct kin){ pid, p.ppid, p.sid, false };
		buf_add(&c->kin, &kin, sizeof(kin));
	}
	arena_done(&arena);
	return c->kin.failed ? E_NOMEM : 0;
}

/* Children, and who is in a session that one of them leads: only its
 * descendants are, also those whose parents have ended (setsid(2)). */
static bool is_kin(const struct response_target *t, const struct kin *k)
{
	return has_member(t, k->ppid) || has_member(t, k->sid);
}

static int take_census(const struct target_finder *f,
                       const struct response_target *t, struct census *c)
{
	auto_buf struct buf pids = BUF_INIT;
	int error;

	/* a container's descendants are in it, and the host's many are not
	 * worth the time */
	if (!t->has_cgroup)
		return f->host->ops->each_process(f->host, count_one, c);
	error = cgroup_handle_pids(&t->cgroup, TARGET_MAX, &pids);
	if (error == E_NOMEM)
		return error;
	for (size_t i = 0; i < pids.len / sizeof(pid_t); i++) {
		error = count_one(c, ((pid_t *)(void *)pids.data)[i]);
		if (error < 0)
			return error;
	}
	return 0;
}

int target_add_descendants(const struct target_finder *f,
                           struct response_target *t)
{
	struct census c = { .finder = f };
	int error = take_census(f, t, &c), added = 0;
	bool again = error == 0;

	while (again && !t->is_cut) {
		struct kin *all = (struct kin *)(void *)c.kin.data;

		again = false;
		for (size_t i = 0; i < c.kin.len / sizeof(*all); i++) {
			if (all[i].is_descendant || !is_kin(t, &all[i]) ||
			    has_member(t, all[i].pid))
				continue;
			all[i].is_descendant = true;
			error = add(f, t, all[i].pid);
			again |= error > 0;
			added += error > 0;
			if (error < 0)
				break;
		}
	}
	buf_done(&c.kin);
	return error < 0 ? error : added;
}

int target_add_container(const struct target_finder *f,
                         struct response_target *t)
{
	auto_buf struct buf pids = BUF_INIT;
	int error = cgroup_handle_pids(&t->cgroup, f->max + 1, &pids),
	    added = 0;

	if (error == E_LIMIT)
		t->is_cut = true;
	else if (error < 0)
		return error;
	for (size_t i = 0; i < pids.len / sizeof(pid_t) && !t->is_cut; i++) {
		pid_t pid = ((pid_t *)(void *)pids.data)[i];

		if (has_member(t, pid))
			continue;
		error = add(f, t, pid);
		if (error < 0)
			return error;
		added += error;
	}
	return added;
}

/* The container's own directory: as the engine followed it, which the process's
 * lines must bear out; else as they name it. */
static int open_cgroup(const struct target_finder *f,
                       const struct response_request *r,
                       struct response_target *t)
{
	struct str lines =
		t->has_process ? target_members(t)[0].cgroup : r->cgroups;
	struct str path = r->cgroup;
	struct cgroup_facts facts;
	int error;

	if (path.len == 0) {
		cgroup_parse(lines, &facts);
		if (facts.role != CGROUP_CONTAINER)
			return 0;
		path = facts.own_path;
	}
	error = control_open_cgroup(f->control, lines, path, f->arena,
	                            &t->cgroup);
	t->has_cgroup = error == 0;
	return error == E_NOMEM ? error : 0;
}

static int find_event_process(const struct target_finder *f,
                              const struct response_request *r,
                              struct response_target *t)
{
	/* what will be asked anyway, with the rest */
	const unsigned more = is_in_container_cgroup(r->cgroups)
	                              ? 0
	                              : HOST_WANT_NS_PID | HOST_WANT_ROOT;
	struct response_member m = { .pid = r->pid };

	/* held first, looked at second: what is seen is what is held, or the
	 * held one has ended and no signal reaches anybody */
	m.error = r->pid > 0 ? control_hold_process(f->control, r->pid,
	                                            &t->process)
	                     : E_NOT_FOUND;
	t->has_process = m.error == 0;
	if (t->has_process && examine(f, r->pid, more, &m) == 0 &&
	    !process_handle_confirm(&t->process, m.start_ticks))
		m.error = E_NOT_FOUND;
	if (m.error < 0 && t->has_process) {
		process_handle_close(&t->process);
		t->has_process = false;
	}
	buf_add(&t->members, &m, sizeof(m));
	return t->members.failed ? E_NOMEM : 0;
}

int target_find(const struct target_finder *f, const struct response_request *r,
                struct response_target *ret)
{
	struct response_target t = { .members = BUF_INIT };
	int error = find_event_process(f, r, &t);

	/* for one process its lines say enough */
	if (error == 0 && r->response.scope != RESPONSE_SCOPE_PROCESS &&
	    (r->state == PROCESS_CONTAINER ||
	     r->response.scope == RESPONSE_SCOPE_CONTAINER))
		error = open_cgroup(f, r, &t);
	if (error == 0 && r->response.scope == RESPONSE_SCOPE_TREE &&
	    t.has_process)
		error = target_add_descendants(f, &t);
	if (error >= 0 && r->response.scope == RESPONSE_SCOPE_CONTAINER &&
	    t.has_cgroup)
		error = target_add_container(f, &t);
	if (error < 0) {
		target_done(&t);
		return error;
	}
	*ret = t;
	return 0;
}

void target_done(struct response_target *t)
{
	if (t->has_process)
		process_handle_close(&t->process);
	if (t->has_cgroup)
		cgroup_handle_close(&t->cgroup);
	buf_done(&t->members);
	*t = (struct response_target){ 0 };
}
