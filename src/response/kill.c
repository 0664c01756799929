/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kill.c - the end of a container, tier by tier. */
#include "kill.h"

#include <signal.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

/* A fork-and-exit chain outruns a naive loop for hundreds of passes. */
#define PASSES_MAX 1000
/* How long one freeze may take; then what is there is killed, and it is tried
 * again. */
#define FREEZE_NS (100 * NS_PER_MS)
/* Who was put into the container from outside is in another namespace: that is
 * the next tier's work. */
#define NAMESPACE_NS (200 * NS_PER_MS)

static bool is_in(const struct process_handle *h,
                  const struct response_job *job)
{
	auto_buf struct buf lines = BUF_INIT;
	struct str path = job->request->cgroup, rest, line;

	if (path.len == 0)
		return true;
	if (io_read_at(h->dir, "cgroup", LIMIT_LINE_BYTES, &lines) < 0)
		return false;
	rest = buf_str(&lines);
	while (str_split(&rest, '\n', &line)) {
		ptrdiff_t at = str_find(line, path);

		if (at > 0 && line.s[at - 1] == ':')
			return true;
	}
	return false;
}

static bool wait_empty(const struct response_job *job, uint64_t ns)
{
	uint64_t until = clock_monotonic_ns() + ns;

	return cgroup_handle_wait_empty(&job->target->cgroup,
	                                until < job->until_ns ? until
	                                                      : job->until_ns);
}

/* Each is held, and looked at once more, before it is hit. */
static int kill_listed(struct response_job *job, size_t *ret_count)
{
	auto_buf struct buf pids = BUF_INIT;
	int error = cgroup_handle_pids(&job->target->cgroup, TARGET_MAX, &pids);
	size_t n = pids.len / sizeof(pid_t);

	if (error < 0 && error != E_LIMIT)
		return error;
	error = 0;
	for (size_t i = 0; i < n; i++) {
		pid_t pid = ((pid_t *)(void *)pids.data)[i];
		struct process_handle h;
		int e;

		if (control_open_process(job->control, pid, &h) < 0)
			continue;
		e = is_in(&h, job) ? process_handle_signal(&h, SIGKILL) : 0;
		if (e < 0 && e != E_NOT_FOUND)
			error = e;
		process_handle_close(&h);
	}
	*ret_count = n;
	return error;
}

/* What is frozen by the v1 freezer, by us or by others, does not die. */
static void let_die(struct response_job *job)
{
	const struct cgroup_handle *g = &job->target->cgroup;

	response_release(job);
	if (g->freezer >= 0 &&
	    cgroup_is_frozen(g->freezer, CONTAINER_TIER_FREEZER) &&
	    cgroup_thaw(g->freezer, CONTAINER_TIER_FREEZER) < 0)
		return;
}

static int by_CGROUP_KILL(struct response_job *job)
{
	int error = cgroup_handle_kill(&job->target->cgroup);

	if (error < 0)
		return error;
	let_die(job);
	return cgroup_handle_wait_empty(&job->target->cgroup, job->until_ns)
	               ? 0
	               : E_AGAIN;
}

/* Frozen, nothing is started; killed, v2 ends at once and v1 when it is let
 * go. What came between the list and the freeze meets the next pass. */
static int by_freezing(struct response_job *job)
{
	for (int pass = 0; pass < PASSES_MAX; pass++) {
		uint64_t until = clock_monotonic_ns() + FREEZE_NS;
		size_t n = 0;
		int frozen, error;

		if (until > job->until_ns)
			until = job->until_ns;
		frozen = response_hold(job, until);
		if (frozen < 0 && frozen != E_AGAIN)
			return frozen;
		job->tier = container_tier_info(job->hold.how)->name;
		error = kill_listed(job, &n);
		frozen = thaw_container(job, &job->hold);
		let_die(job);
		if (error < 0 || frozen < 0)
			return error < 0 ? error : frozen;
		if (wait_empty(job, FREEZE_NS))
			return 0;
		if (clock_monotonic_ns() >= job->until_ns)
			return E_AGAIN;
	}
	return E_AGAIN;
}

static int by_CGROUP_FREEZE(struct response_job *job)
{
	return by_freezing(job);
}

static int by_FREEZER(struct response_job *job)
{
	return by_freezing(job);
}

/* The first process of a pid namespace takes all of it along
 * (pid_namespaces(7)). It must be the container's own: a pod may share its
 * namespace, and a container the host's. */
static int by_PID_NAMESPACE(struct response_job *job)
{
	const struct target_finder *f = job->finder;

	for (size_t i = 0; i < target_count(job->target); i++) {
		const struct response_member *m =
			&target_members(job->target)[i];
		struct host_process p;
		struct process_handle h;
		int error;

		if (f->host->ops->process(f->host, m->pid,
		                          HOST_WANT_IDS | HOST_WANT_NS,
		                          f->arena, &p) < 0 ||
		    p.vpid != 1 || p.ns_pid == 0 || p.ns_pid == f->own_pid_ns)
			continue;
		error = control_open_process(job->control, m->pid, &h);
		if (error < 0)
			continue;
		error = h.start_ticks == m->start_ticks && is_in(&h, job)
		                ? process_handle_signal(&h, SIGKILL)
		                : E_NOT_FOUND;
		process_handle_close(&h);
		if (error < 0)
			return error;
		let_die(job);
		return wait_empty(job, NAMESPACE_NS) ? 0 : E_STALE;
	}
	return E_UNSUPPORTED;
}

static int by_LOOP(struct response_job *job)
{
	for (int pass = 0; pass < PASSES_MAX; pass++) {
		size_t n;
		int error = kill_listed(job, &n);

		let_die(job);
		if (error < 0)
			return error;
		if (cgroup_handle_is_empty(&job->target->cgroup))
			return 0;
		if (clock_monotonic_ns() >= job->until_ns)
			return E_AGAIN;
	}
	return E_AGAIN;
}

static int (*const tiers[])(struct response_job *job) = {
#define CONTAINER_TIER(id, name, doc) [CONTAINER_TIER_##id] = by_##id,
#include "saker/host/tiers.def"
};

/* A tier that could not do it leaves the rest of the time to the next. One that
 * froze has thawed before it returns. */
int kill_container(struct response_job *job)
{
	int error = E_UNSUPPORTED;

	job->processes = target_count(job->target);
	for (unsigned t = 0; t < CONTAINER_TIER__MAX; t++) {
		if (!cgroup_handle_has(job->control, &job->target->cgroup,
		                       (enum container_tier)t))
			continue;
		job->tier = container_tier_info(t)->name;
		error = tiers[t](job);
		if (error == 0 || error == E_AGAIN)
			break;
	}
	response_release(job);
	/* no next tier: a busy machine takes longer to end many */
	if (error == E_STALE)
		error = cgroup_handle_wait_empty(&job->target->cgroup,
		                                 job->until_ns)
		                ? 0
		                : E_AGAIN;
	return error;
}
