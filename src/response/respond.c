/* SPDX-License-Identifier: GPL-2.0-or-later */
/* respond.c - a request from its facts to its report. */
#include "saker/response/response.h"

#include <inttypes.h>
#include <signal.h>

#include "identify.h"
#include "job.h"
#include "protect.h"
#include "rates.h"
#include "responder.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/response/trail.h"

static void count(const struct responder *r, enum counter id)
{
	counter_add(r->options.counters, id, 1);
}

/* What the guards ask of the event alone; the target is not looked at. */
static struct response_facts facts_of(struct responder *r,
                                      const struct response_request *q)
{
	const struct responder_options *o = &r->options;
	const struct settings *s = r->settings;
	const struct response_limits *l = &s->given.limits;
	struct response_facts f = {
		.mode = s->given.mode,
		.max_age_ns = l->max_age * NS_PER_SEC,
		.max_processes = q->response.scope == RESPONSE_SCOPE_CONTAINER
		                         ? l->max_container_processes
		                         : l->max_processes,
		.self = o->self,
		.parent = o->parent,
		.auditd = o->auditd,
		.auditd_parent = o->auditd_parent,
		.protect = s->protect,
		.nprotect = s->nprotect,
		.now_ns = clock_realtime_ns(),
		.request = q,
		.has_journal = o->journal != NULL,
		.has_container = true,
	};

	return f;
}

static void look_at_target(struct response_facts *f,
                           const struct response_target *t)
{
	f->members = target_members(t);
	f->nmembers = target_count(t);
	f->is_cut = t->is_cut;
	f->has_container = t->has_cgroup;
}

static void say_refused(const struct response_decision *d, struct buf *out)
{
	buf_printf(out, "refused: %s", response_reason_text(d->reason));
	if (d->member == NULL)
		return;
	buf_printf(out, " (process %d", (int)d->member->pid);
	if (d->member->exe.len != 0)
		buf_printf(out, ", %.*s", STR_FMT(d->member->exe));
	buf_add_byte(out, ')');
}

bool responder_allows(struct response_job *job)
{
	struct response_facts *f = job->facts;
	struct response_decision d;

	look_at_target(f, job->target);
	d = response_decide(f);
	if (d.verdict != RESPONSE_REFUSE)
		return true;
	say_refused(&d, job->result);
	return false;
}

void responder_yield(struct responder *r)
{
	pthread_mutex_unlock(&r->busy);
}

void responder_resume(struct responder *r)
{
	pthread_mutex_lock(&r->busy);
}

static void trip(struct responder *r, struct response_job *job)
{
	auto_buf struct buf which = BUF_INIT, notice = BUF_INIT;

	count(r, COUNTER_RESPONSES_TRIPPED);
	rates_trip(&r->history, &r->settings->given.limits, job->facts, &which);
	buf_printf(&notice,
	           "the response rate is exceeded (%.*s): responses fall to "
	           "dry-run for it until saker reload",
	           STR_FMT(buf_str(&which)));
	job->notice = arena_copy(job->finder->arena, buf_str(&notice));
}

static void say_done(const struct response_job *job,
                     struct alert_response *report)
{
	const struct response_request *q = job->request;
	const struct response_action_info *info =
		response_action_info(q->response.action);

	if (job->result->len != 0)
		return;
	buf_add_str(job->result, str_from(info->done));
	if (q->response.scope != RESPONSE_SCOPE_PROCESS)
		buf_printf(job->result, " %zu process%s", job->processes,
		           job->processes == 1 ? "" : "es");
	if (q->received_ns == 0)
		return;
	report->has_latency = true;
	report->latency_us =
		(clock_monotonic_ns() - q->received_ns) / NS_PER_US;
	buf_printf(job->result, " after %" PRIu64 " us", report->latency_us);
}

/* Evidence before it, its manifest behind it: but a command finds the folder
 * whole, and its process running. */
static int act_with_evidence(struct response_job *job,
                             struct evidence_store *store, unsigned ms,
                             struct alert_response *report)
{
	static response_act *const acts[] = {
#define ACTION(id, name, scopes, done, doc) [RESPONSE_##id] = act_##id,
#include "saker/engine/actions.def"
	};
	const enum response_action action = job->request->response.action;
	struct kept kept = { 0 };
	int error;

	evidence_keep(job, store, &kept);
	if (action == RESPONSE_EXEC) {
		response_release(job);
		evidence_finish(job, store, &kept, report);
		return acts[action](job);
	}
	job->until_ns = clock_monotonic_ns() + ms * NS_PER_MS;
	error = acts[action](job);
	response_release(job);
	evidence_finish(job, store, &kept, report);
	return error;
}

static int act_by_settings(struct response_job *job, unsigned ms,
                           struct alert_response *report)
{
	struct settings *settings = settings_use(job->responder->settings);
	int error;

	job->command = settings->given.command;
	job->command_ms = settings->given.command_ms;
	error = act_with_evidence(job, &settings->given.evidence, ms, report);
	settings_free(settings);
	return error;
}

static bool act(struct response_job *job, unsigned ms,
                struct alert_response *report)
{
	int error;

	job->counters = job->responder->options.counters;
	error = job->is_struck ? act_KILL(job)
	                       : act_by_settings(job, ms, report);
	count(job->responder,
	      error == 0 ? COUNTER_RESPONSES : COUNTER_RESPONSES_FAILED);
	if (job->tier != NULL)
		report->tier = str_from(job->tier);
	report->processes = job->processes;
	if (error == 0)
		say_done(job, report);
	else if (job->result->len == 0 && error == E_AGAIN)
		buf_printf(job->result, "failed: not seen to be %s after %u ms",
		           response_action_info(job->request->response.action)
		                   ->done,
		           ms);
	else if (job->result->len == 0)
		buf_printf(job->result, "failed: %s", err_text(error));
	return error == 0;
}

static unsigned patience_ms(const struct responder *r,
                            const struct response_request *q)
{
	if (r->options.patience_ms != 0)
		return r->options.patience_ms;
	return q->response.scope == RESPONSE_SCOPE_PROCESS
	               ? RESPONSE_DEATH_MS
	               : RESPONSE_CONTAINER_MS;
}

static void carry_out(struct responder *r, struct response_job *job,
                      const struct response_decision *d,
                      struct response_outcome *ret)
{
	const struct response_request *q = job->request;
	const char *name = response_action_info(q->response.action)->name;
	const unsigned ms = patience_ms(r, q);

	switch (d->verdict) {
	case RESPONSE_NOTHING:
		break;
	case RESPONSE_REFUSE:
		count(r, COUNTER_RESPONSES_REFUSED);
		say_refused(d, job->result);
		break;
	case RESPONSE_TRIP:
	case RESPONSE_TRIPPED:
		ret->notice = job->notice;
		count(r, COUNTER_RESPONSES_WOULD);
		ret->report.mode = STR("dry-run");
		buf_printf(job->result,
		           "would %s, but the rate limit was reached", name);
		break;
	case RESPONSE_WOULD:
		count(r, COUNTER_RESPONSES_WOULD);
		buf_printf(job->result, "would %s", name);
		break;
	case RESPONSE_DO:
		if (job->is_struck ||
		    rates_charge(&r->history, &r->settings->given.limits, q))
			ret->is_done = act(job, ms, &ret->report);
		else
			buf_add_str(job->result, STR("failed: out of memory"));
		break;
	}
}

static struct str keep(struct arena *arena, struct str v)
{
	return v.len != 0 ? arena_copy(arena, v) : STR_NONE;
}

static void describe(const struct response_request *q,
                     const struct response_target *t, struct arena *arena,
                     struct alert_response *report)
{
	const struct response_member *m =
		target_count(t) != 0 ? target_members(t) : NULL;

	report->pid = q->pid;
	report->container = keep(arena, q->container);
	report->start_ticks = q->start_ticks;
	report->exe = keep(arena, q->exe);
	if (m == NULL || m->error < 0)
		return;
	report->start_ticks = m->start_ticks;
	if (m->exe.len != 0)
		report->exe = keep(arena, m->exe);
}

/* An event that no guard on processes needs to see is refused without a look
 * at any. */
static int find_target(struct responder *r, const struct response_request *q,
                       const struct target_finder *finder,
                       struct response_target *target)
{
	if (q->is_replay || q->is_foreign || !q->has_process)
		return 0;
	responder_refresh(r);
	return target_find(finder, q, target);
}

static bool wants_users(const struct responder *r)
{
	const struct settings *s = r->settings;

	for (size_t i = 0; i < s->nprotect; i++)
		if (s->protect[i].kind == PROTECT_USER)
			return true;
	return false;
}

/* Believed, or looked up. */
static void identify_target(struct responder *r,
                            const struct response_request *q,
                            const struct response_target *target,
                            struct arena *arena, struct identity *ret)
{
	const struct identity_question question = {
		.host = r->options.host,
		.counters = r->options.counters,
		.arena = arena,
		.protect = r->settings->protect,
		.nprotect = r->settings->nprotect,
	};

	if (r->options.is_suspicious)
		identify(&question, q, target, ret);
	else
		*ret = (struct identity){ .request = *q };
}

/* A request on its way. */
struct work {
	struct response_facts facts;
	struct target_finder finder;
	struct response_target target;
	struct identity identity;
	struct response_decision decision;
	struct response_job job;
	struct buf result;
	int error;
};

static void decide(struct responder *r, struct work *w)
{
	struct response_facts *facts = &w->facts;

	identify_target(r, w->job.request, &w->target, w->finder.arena,
	                &w->identity);
	w->job.request = facts->request = &w->identity.request;
	facts->is_unidentified = w->identity.is_unidentified;
	rates_look(&r->history, &r->settings->given.limits, facts);
	facts->hits = rates_hit(&r->history, w->job.request);
	look_at_target(facts, &w->target);
	w->decision = response_decide(facts);
	if (w->decision.verdict == RESPONSE_TRIP)
		trip(r, &w->job);
}

static enum response_mode mode_of(const struct responder *r,
                                  const struct response_request *q)
{
	const enum response_mode mode = r->settings->given.mode;

	return mode < q->response.mode ? mode : q->response.mode;
}

static bool is_asked_for(const struct responder *r,
                         const struct response_request *q)
{
	return q->response.action != RESPONSE_NONE &&
	       mode_of(r, q) != RESPONSE_OFF;
}

/* As far as the verdict. The request must outlive the work. */
static void begin(struct responder *r, const struct response_request *q,
                  struct arena *arena, struct work *w)
{
	*w = (struct work){ .facts = facts_of(r, q) };
	w->finder = (struct target_finder){ .host = r->options.host,
		                            .control = r->options.control,
		                            .own_pid_ns = r->own_pid_ns,
		                            .own_root = r->own_root,
		                            .arena = arena,
		                            .max = w->facts.max_processes,
		                            .wants_users = wants_users(r) };
	w->job = (struct response_job){ .responder = r,
		                        .facts = &w->facts,
		                        .control = r->options.control,
		                        .journal = r->options.journal,
		                        .finder = &w->finder,
		                        .request = q,
		                        .target = &w->target,
		                        .result = &w->result };
	w->error = find_target(r, q, &w->finder, &w->target);
	if (w->error == 0)
		decide(r, w);
}

static void start_report(const struct responder *r,
                         const struct response_request *q,
                         struct response_outcome *ret)
{
	*ret = (struct response_outcome){
		.is_set = true,
		.report = { .action = str_from(
				    response_action_info(q->response.action)
					    ->name),
		            .scope = str_from(
				    response_scope_name(q->response.scope)),
		            .mode = str_from(
				    response_mode_name(mode_of(r, q))) },
	};
}

/* From the verdict to the trail. */
static void end(struct responder *r, const struct response_request *q,
                struct work *w, struct response_outcome *ret)
{
	struct arena *arena = w->finder.arena;

	start_report(r, q, ret);
	if (w->error < 0) {
		count(r, COUNTER_RESPONSES_FAILED);
		buf_printf(&w->result, "failed: %s", err_text(w->error));
	} else {
		carry_out(r, &w->job, &w->decision, ret);
		identity_done(&w->identity);
	}
	describe(q, &w->target, arena, &ret->report);
	ret->report.result = keep(arena, buf_str(&w->result));
	target_done(&w->target);
	buf_done(&w->result);
	/* what cannot be written there is in the alert all the same */
	if (r->options.trail != NULL &&
	    trail_write(*r->options.trail, q, ret) < 0)
		count(r, COUNTER_RESPONSES_UNWRITTEN);
}

void responder_run(struct responder *r, const struct response_request *q,
                   struct arena *arena, struct response_outcome *ret)
{
	struct work w;

	*ret = (struct response_outcome){ 0 };
	pthread_mutex_lock(&r->busy);
	responder_use_settings(r);
	if (is_asked_for(r, q)) {
		begin(r, q, arena, &w);
		end(r, q, &w, ret);
	}
	pthread_mutex_unlock(&r->busy);
}

struct response_strike {
	struct responder *responder;
	struct settings *settings; /* those of the verdict */
	const struct response_request *request;
	struct work work;
};

/* What the verdict needs is read in some microseconds, and a signal needs no
 * more: but not where files are to be written or others looked at before. */
static bool is_quick(const struct responder *r,
                     const struct response_request *q)
{
	const struct evidence_store *e = &r->settings->given.evidence;

	return q->response.action == RESPONSE_KILL &&
	       q->response.scope == RESPONSE_SCOPE_PROCESS &&
	       mode_of(r, q) == RESPONSE_ENFORCE &&
	       (e->directory == NULL || *e->directory == '\0') &&
	       r->options.control != NULL && !r->options.is_suspicious &&
	       control_process_tier(r->options.control) == PROCESS_TIER_PIDFD;
}

static void strike(struct responder *r, struct work *w)
{
	struct response_job *job = &w->job;

	if (w->error < 0 || w->decision.verdict != RESPONSE_DO ||
	    !rates_charge(&r->history, &r->settings->given.limits,
	                  job->request))
		return;
	job->is_struck = true;
	job->struck = process_handle_signal(&w->target.process, SIGKILL);
	job->until_ns =
		clock_monotonic_ns() + patience_ms(r, job->request) * NS_PER_MS;
}

struct response_strike *responder_strike(struct responder *r,
                                         const struct response_request *q,
                                         struct arena *arena)
{
	struct response_strike *s = NULL;

	if (pthread_mutex_trylock(&r->busy) != 0)
		return NULL;
	responder_use_settings(r);
	if (is_quick(r, q))
		s = arena_alloc(arena, sizeof(*s));
	if (s != NULL) {
		s->responder = r;
		s->settings = settings_use(r->settings);
		s->request = q;
		begin(r, q, arena, &s->work);
		strike(r, &s->work);
	}
	pthread_mutex_unlock(&r->busy);
	return s;
}

void responder_finish(struct response_strike *s, struct response_outcome *ret)
{
	struct responder *r = s->responder;
	const struct response_job *job = &s->work.job;

	/* nobody else is kept from acting by one that does not die */
	if (job->is_struck && job->struck == 0)
		(void)process_handle_wait(&s->work.target.process,
		                          job->until_ns);
	pthread_mutex_lock(&r->busy);
	end(r, s->request, &s->work, ret);
	settings_free(s->settings);
	pthread_mutex_unlock(&r->busy);
}
