/* SPDX-License-Identifier: GPL-2.0-or-later */
/* freeze.c - freezing and stopping, never without a line in the journal. */
#include <signal.h>

#include "job.h"
#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

/* Each pass finds what was started while the one before was at work; what is
 * stopped starts nothing. */
#define PASSES_MAX 50

static int freeze_by(struct response_job *job, enum container_tier how,
                     uint64_t until_ns, struct response_hold *ret)
{
	const struct cgroup_handle *g = &job->target->cgroup;
	const bool is_v2 = how == CONTAINER_TIER_CGROUP_FREEZE;
	struct response_hold hold = { .is_held = true,
		                      .is_cgroup = true,
		                      .dir = is_v2 ? g->unified : g->freezer,
		                      .how = how };
	struct journal_entry entry = {
		.how = how,
		.ino = is_v2 ? g->unified_ino : g->freezer_ino,
		.container = job->request->container,
		.path = is_v2 ? g->unified_path : g->freezer_path,
	};
	int error = journal_begin(job->journal, &entry, &hold.id);

	if (error < 0)
		return error;
	error = cgroup_freeze(hold.dir, how, until_ns);
	/* v1 may freeze for ever while new processes appear; it holds most of
	 * them meanwhile, and is let go by the caller in any case */
	if (error < 0 && error != E_AGAIN) {
		thaw_container(job, &hold);
		return error;
	}
	*ret = hold;
	return error;
}

int freeze_container(struct response_job *job, uint64_t until_ns,
                     struct response_hold *ret)
{
	static const enum container_tier tiers[] = {
		CONTAINER_TIER_CGROUP_FREEZE, CONTAINER_TIER_FREEZER
	};
	int error = E_UNSUPPORTED;

	if (job->journal == NULL)
		return E_UNSUPPORTED;
	for (size_t i = 0; i < COUNT(tiers); i++) {
		if (!cgroup_handle_has(job->control, &job->target->cgroup,
		                       tiers[i]))
			continue;
		error = freeze_by(job, tiers[i], until_ns, ret);
		if (error == 0 || error == E_AGAIN)
			return error;
	}
	return error;
}

/* A freezer that is not let go holds its processes for ever ("dangerous to
 * leave", runc's freezer.go): it stays in the journal until it is seen to be
 * thawed. */
int thaw_container(struct response_job *job, struct response_hold *hold)
{
	int error = 0;

	if (!hold->is_held)
		return 0;
	for (int i = 0; i < 100; i++) {
		error = cgroup_thaw(hold->dir, hold->how);
		if (error == E_NOT_FOUND ||
		    (error == 0 && !cgroup_is_frozen(hold->dir, hold->how)))
			break;
		error = E_AGAIN;
		usleep(1000);
	}
	if (error == 0 || error == E_NOT_FOUND)
		journal_end(job->journal, hold->id);
	hold->is_held = false;
	return error == E_NOT_FOUND ? 0 : error;
}

int stop_process(struct response_job *job, const struct process_handle *h,
                 uint64_t *ret_id)
{
	struct journal_entry entry = { .is_stop = true,
		                       .pid = h->pid,
		                       .start_ticks = h->start_ticks };
	int error = job->journal != NULL
	                    ? journal_begin(job->journal, &entry, ret_id)
	                    : E_UNSUPPORTED;

	if (error < 0)
		return error;
	error = process_handle_signal(h, SIGSTOP);
	if (error < 0)
		journal_end(job->journal, *ret_id);
	return error;
}

int response_hold(struct response_job *job, uint64_t until_ns)
{
	struct response_hold hold = { .is_held = true };
	int error;

	if (job->hold.is_held)
		return 0;
	if (job->target->has_cgroup &&
	    job->request->response.scope == RESPONSE_SCOPE_CONTAINER) {
		error = freeze_container(job, until_ns, &hold);
		if (error == 0 || error == E_AGAIN)
			job->hold = hold;
		return error;
	}
	if (!job->target->has_process)
		return E_NOT_FOUND;
	error = stop_process(job, &job->target->process, &hold.id);
	if (error == 0)
		job->hold = hold;
	return error;
}

void response_release(struct response_job *job)
{
	struct response_hold *hold = &job->hold;

	if (!hold->is_held)
		return;
	if (hold->is_cgroup) {
		thaw_container(job, hold);
		return;
	}
	hold->is_held = false;
	if (process_handle_signal(&job->target->process, SIGCONT) == 0 ||
	    !job->target->has_process)
		journal_end(job->journal, hold->id);
}

/* Members from the nth on. One that has ended meanwhile needs no stopping. */
static int stop_members(struct response_job *job, size_t from,
                        struct stopped *s)
{
	for (size_t i = from; i < target_count(job->target); i++) {
		const struct response_member *m =
			&target_members(job->target)[i];
		struct process_handle h;
		uint64_t id = 0;
		int error = control_open_process(job->control, m->pid, &h);

		if (error == 0 && h.start_ticks != m->start_ticks) {
			process_handle_close(&h);
			error = E_NOT_FOUND;
		}
		if (error == E_NOT_FOUND)
			continue;
		if (error < 0)
			return error;
		error = stop_process(job, &h, &id);
		if (error == 0) {
			buf_add(&s->handles, &h, sizeof(h));
			buf_add(&s->ids, &id, sizeof(id));
			continue;
		}
		process_handle_close(&h);
		if (error != E_NOT_FOUND)
			return error;
	}
	return s->handles.failed || s->ids.failed ? E_NOMEM : 0;
}

int stop_tree(struct response_job *job, struct stopped *ret)
{
	const bool is_container =
		job->request->response.scope == RESPONSE_SCOPE_CONTAINER;
	size_t done = 0;

	for (int pass = 0; pass < PASSES_MAX; pass++) {
		int error = stop_members(job, done, ret);

		if (error < 0 ||
		    job->request->response.scope == RESPONSE_SCOPE_PROCESS)
			return error;
		done = target_count(job->target);
		error = is_container
		                ? target_add_container(job->finder, job->target)
		                : target_add_descendants(job->finder,
		                                         job->target);
		if (error <= 0)
			return error;
		if (!responder_allows(job))
			return E_DENIED;
		if (clock_monotonic_ns() > job->until_ns)
			return E_AGAIN;
	}
	return E_AGAIN;
}

void continue_tree(struct response_job *job, struct stopped *s)
{
	const struct process_handle *h = (void *)s->handles.data;
	const uint64_t *ids = (void *)s->ids.data;

	for (size_t i = 0; i < s->handles.len / sizeof(*h); i++) {
		int error = process_handle_signal(&h[i], SIGCONT);

		if (error == 0 || error == E_NOT_FOUND)
			journal_end(job->journal, ids[i]);
	}
}

void stopped_done(struct stopped *s)
{
	struct process_handle *h = (void *)s->handles.data;

	for (size_t i = 0; i < s->handles.len / sizeof(*h); i++)
		process_handle_close(&h[i]);
	buf_done(&s->handles);
	buf_done(&s->ids);
}
