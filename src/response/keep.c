/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keep.c - evidence before an action: held still, collected, then acted on. */
#include <stdio.h>

#include "job.h"
#include "saker/base/clock.h"
#include "saker/base/counters.h"

/* A v1 freezer may not come to an end; what it holds by then is held. */
#define HOLD_NS (50 * NS_PER_MS)

void evidence_keep(struct response_job *job, struct evidence_store *store,
                   struct kept *ret)
{
	const struct response_request *q = job->request;
	const struct response_target *t = job->target;

	if (store->directory == NULL || store->directory[0] == '\0' ||
	    !t->has_process || q->uuid.len > ALERT_UUID_LENGTH)
		return;
	/* a target that runs on can still be looked at */
	if (response_hold(job, clock_monotonic_ns() + HOLD_NS) < 0)
		response_release(job);
	snprintf(ret->uuid, sizeof(ret->uuid), "%.*s", STR_FMT(q->uuid));
	ret->request = (struct evidence_request){
		.host = job->finder->host,
		.pid = t->process.pid,
		.start_ticks = t->process.start_ticks,
		.uuid = ret->uuid,
		.alert = q->alert,
		.events = q->records,
	};
	ret->is_kept =
		evidence_collect(store, &ret->request, &ret->result) == 0;
	if (!ret->is_kept || !ret->result.is_complete)
		counter_add(job->counters, COUNTER_EVIDENCE_INCOMPLETE, 1);
}

void evidence_finish(struct response_job *job,
                     const struct evidence_store *store,
                     const struct kept *kept, struct alert_response *report)
{
	unsigned evicted = 0;

	if (!kept->is_kept)
		return;
	if (evidence_seal(store, &kept->request, &kept->result, &evicted) < 0)
		counter_add(job->counters, COUNTER_EVIDENCE_INCOMPLETE, 1);
	counter_add(job->counters, COUNTER_EVIDENCE_EVICTED, evicted);
	report->evidence = evidence_path(store, kept->uuid, job->finder->arena);
}
