/* SPDX-License-Identifier: GPL-2.0-or-later */
/* act.c - kill, stop and freeze. */
#include <signal.h>
#include <unistd.h>

#include "job.h"
#include "kill.h"
#include "saker/base/clock.h"

static int kill_process(struct response_job *job)
{
	const struct process_handle *h = &job->target->process;
	int error;

	job->tier = process_tier_info(h->tier)->name;
	job->processes = 1;
	/* that tier stops first */
	if (h->tier == PROCESS_TIER_STOP && !job->hold.is_held) {
		error = response_hold(job, job->until_ns);
		if (error < 0)
			return error;
	}
	error = job->is_struck ? job->struck
	                       : process_handle_signal(h, SIGKILL);
	if (error == 0 && !process_handle_wait(h, job->until_ns))
		error = E_AGAIN;
	response_release(job);
	return error;
}

/* Killed from the leaves up or down makes no difference once all stand still.
 */
static int kill_stopped(struct response_job *job, const struct stopped *s)
{
	const struct process_handle *h = (void *)s->handles.data;
	size_t n = s->handles.len / sizeof(*h);
	const uint64_t *ids = (void *)s->ids.data;
	int result = 0;

	for (size_t i = 0; i < n; i++) {
		int error = process_handle_signal(&h[i], SIGKILL);

		if (error < 0 && error != E_NOT_FOUND)
			result = error;
	}
	for (size_t i = 0; i < n; i++) {
		if (!process_handle_wait(&h[i], job->until_ns)) {
			result = result < 0 ? result : E_AGAIN;
			continue;
		}
		journal_end(job->journal, ids[i]);
		job->processes++;
	}
	return result;
}

static int kill_tree(struct response_job *job)
{
	struct stopped s = { BUF_INIT, BUF_INIT };
	int error;

	job->tier = process_tier_info(job->target->process.tier)->name;
	error = stop_tree(job, &s);
	/* what does not come to rest is killed as far as it was seen */
	if (error == 0 || error == E_AGAIN) {
		int killed = kill_stopped(job, &s);

		error = killed < 0 ? killed : error;
	}
	if (error < 0)
		continue_tree(job, &s);
	response_release(job);
	stopped_done(&s);
	return error;
}

int act_KILL(struct response_job *job)
{
	switch (job->request->response.scope) {
	case RESPONSE_SCOPE_TREE:
		return kill_tree(job);
	case RESPONSE_SCOPE_CONTAINER:
		return kill_container(job);
	case RESPONSE_SCOPE_PROCESS:
	case RESPONSE_SCOPE__MAX:
	default:
		return kill_process(job);
	}
}

/* Not all may stop at once: one in the kernel does so when it comes out. */
static bool is_stopped(const struct process_handle *h, uint64_t until_ns)
{
	for (;;) {
		char state;

		if (process_handle_state(h, &state) < 0 || state == 'T' ||
		    state == 't' || state == 'Z')
			return true;
		if (clock_monotonic_ns() > until_ns)
			return false;
		usleep(500);
	}
}

int act_STOP(struct response_job *job)
{
	struct stopped s = { BUF_INIT, BUF_INIT };
	const struct process_handle *h;
	const uint64_t *ids;
	int error;

	job->tier = process_tier_info(control_process_tier(job->control))->name;
	error = stop_tree(job, &s);
	h = (void *)s.handles.data;
	ids = (void *)s.ids.data;
	if (error < 0)
		continue_tree(job, &s);
	for (size_t i = 0; error == 0 && i < s.handles.len / sizeof(*h); i++) {
		if (!is_stopped(&h[i], job->until_ns))
			error = E_AGAIN;
		else if (journal_keep(job->journal, ids[i]) < 0)
			error = E_IO;
		else
			job->processes++;
	}
	stopped_done(&s);
	return error;
}

int act_FREEZE(struct response_job *job)
{
	const struct cgroup_handle *g = &job->target->cgroup;
	struct response_hold hold = { 0 };
	int error;

	if ((g->unified >= 0 &&
	     cgroup_is_frozen(g->unified, CONTAINER_TIER_CGROUP_FREEZE)) ||
	    (g->freezer >= 0 &&
	     cgroup_is_frozen(g->freezer, CONTAINER_TIER_FREEZER))) {
		buf_add_str(job->result, STR("was frozen before"));
		return 0;
	}
	error = freeze_container(job, job->until_ns, &hold);
	if (hold.is_held)
		job->tier = container_tier_info(hold.how)->name;
	if (error == 0)
		error = journal_keep(job->journal, hold.id);
	if (error < 0)
		thaw_container(job, &hold);
	job->processes = target_count(job->target);
	return error;
}
