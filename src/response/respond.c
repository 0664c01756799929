/* SPDX-License-Identifier: GPL-2.0-or-later */
/* respond.c - a request from its facts to its report. */
#include "saker/response/response.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#include "identify.h"
#include "job.h"
#include "protect.h"
#include "rates.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/response/trail.h"
#include "settings.h"

/* Identities of the never-kill list's files are as old as that at most. */
#define REFRESH_NS NS_PER_SEC

struct responder {
	struct responder_options options;
	struct settings *settings;
	/* held while a request is worked on, but for a command's run */
	pthread_mutex_t busy;
	pthread_mutex_t lock;  /* of next */
	struct settings *next; /* NULL = no others */
	struct history history;
	uint64_t own_pid_ns;
	struct file_id own_root;
};

static void look_at_self(struct responder *r)
{
	struct host *h = r->options.host;
	struct arena arena = ARENA_INIT;
	struct host_process p;

	if (h->ops->process(h, getpid(), HOST_WANT_NS_PID | HOST_WANT_ROOT,
	                    &arena, &p) == 0) {
		r->own_pid_ns = p.ns_pid;
		r->own_root = p.root_id;
	}
	arena_done(&arena);
}

struct responder *responder_new(const struct responder_options *options)
{
	struct responder *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	pthread_mutex_init(&r->busy, NULL);
	pthread_mutex_init(&r->lock, NULL);
	history_init(&r->history);
	r->options = *options;
	r->settings = settings_copy(&options->settings);
	if (r->settings == NULL) {
		responder_free(r);
		return NULL;
	}
	look_at_self(r);
	return r;
}

void responder_free(struct responder *r)
{
	if (r == NULL)
		return;
	settings_free(r->settings);
	settings_free(r->next);
	history_done(&r->history);
	pthread_mutex_destroy(&r->lock);
	pthread_mutex_destroy(&r->busy);
	free(r);
}

int responder_configure(struct responder *r,
                        const struct response_settings *settings)
{
	struct settings *s = settings_copy(settings), *former;

	if (s == NULL)
		return E_NOMEM;
	pthread_mutex_lock(&r->lock);
	former = r->next;
	r->next = s;
	pthread_mutex_unlock(&r->lock);
	settings_free(former);
	return 0;
}

static void use_settings(struct responder *r)
{
	struct settings *next;

	pthread_mutex_lock(&r->lock);
	next = r->next;
	r->next = NULL;
	pthread_mutex_unlock(&r->lock);
	if (next == NULL)
		return;
	settings_free(r->settings);
	r->settings = next;
	if (r->options.is_suspicious)
		history_close(&r->history);
	else
		history_reset(&r->history);
}

static void refresh(struct responder *r, uint64_t now)
{
	struct settings *s = r->settings;

	if (s->refreshed_ns != 0 && now - s->refreshed_ns < REFRESH_NS)
		return;
	protected_refresh(s->protect, s->nprotect, r->options.host);
	s->refreshed_ns = now;
}

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

static void trip(struct responder *r, const struct response_facts *f,
                 struct arena *arena, struct response_outcome *ret)
{
	auto_buf struct buf which = BUF_INIT, notice = BUF_INIT;

	count(r, COUNTER_RESPONSES_TRIPPED);
	rates_trip(&r->history, &r->settings->given.limits, f, &which);
	buf_printf(&notice,
	           "the response rate is exceeded (%.*s): responses fall to "
	           "dry-run for it until saker reload",
	           STR_FMT(buf_str(&which)));
	ret->notice = arena_copy(arena, buf_str(&notice));
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

static bool act(struct response_job *job, unsigned ms,
                struct alert_response *report)
{
	struct settings *settings = settings_use(job->responder->settings);
	int error;

	job->counters = job->responder->options.counters;
	job->command = settings->given.command;
	job->command_ms = settings->given.command_ms;
	error = act_with_evidence(job, &settings->given.evidence, ms, report);
	settings_free(settings);
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

static void carry_out(struct responder *r, struct response_job *job,
                      const struct response_decision *d,
                      struct response_outcome *ret)
{
	const struct response_request *q = job->request;
	const char *name = response_action_info(q->response.action)->name;
	unsigned ms = q->response.scope == RESPONSE_SCOPE_PROCESS
	                      ? RESPONSE_DEATH_MS
	                      : RESPONSE_CONTAINER_MS;

	if (r->options.patience_ms != 0)
		ms = r->options.patience_ms;
	switch (d->verdict) {
	case RESPONSE_NOTHING:
		break;
	case RESPONSE_REFUSE:
		count(r, COUNTER_RESPONSES_REFUSED);
		say_refused(d, job->result);
		break;
	case RESPONSE_TRIP:
		trip(r, job->facts, job->finder->arena, ret);
		/* fall through */
	case RESPONSE_TRIPPED:
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
		if (rates_charge(&r->history, &r->settings->given.limits, q))
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
	if (q->is_replay || q->is_foreign || !q->has_process) {
		*target = (struct response_target){ 0 };
		return 0;
	}
	refresh(r, clock_monotonic_ns());
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

static void decide_and_do(struct responder *r, struct response_job *job,
                          struct response_outcome *ret)
{
	struct response_facts *facts = job->facts;
	struct response_decision d;
	struct identity identity;

	identify_target(r, job->request, job->target, job->finder->arena,
	                &identity);
	job->request = facts->request = &identity.request;
	facts->is_unidentified = identity.is_unidentified;
	rates_look(&r->history, &r->settings->given.limits, facts);
	facts->hits = rates_hit(&r->history, job->request);
	look_at_target(facts, job->target);
	d = response_decide(facts);
	carry_out(r, job, &d, ret);
	identity_done(&identity);
}

static void run(struct responder *r, const struct response_request *q,
                struct response_facts *facts, struct arena *arena,
                struct response_outcome *ret)
{
	auto_buf struct buf result = BUF_INIT;
	struct response_target target = { 0 };
	struct target_finder finder = { .host = r->options.host,
		                        .control = r->options.control,
		                        .own_pid_ns = r->own_pid_ns,
		                        .own_root = r->own_root,
		                        .arena = arena,
		                        .max = facts->max_processes,
		                        .wants_users = wants_users(r) };
	struct response_job job = { .responder = r,
		                    .facts = facts,
		                    .control = r->options.control,
		                    .journal = r->options.journal,
		                    .finder = &finder,
		                    .request = q,
		                    .target = &target,
		                    .result = &result };
	int error = find_target(r, q, &finder, &target);

	if (error < 0) {
		count(r, COUNTER_RESPONSES_FAILED);
		buf_printf(&result, "failed: %s", err_text(error));
	} else {
		decide_and_do(r, &job, ret);
	}
	describe(q, &target, arena, &ret->report);
	ret->report.result = keep(arena, buf_str(&result));
	target_done(&target);
}

static void respond(struct responder *r, const struct response_request *q,
                    struct arena *arena, struct response_outcome *ret)
{
	struct response_facts facts;
	enum response_mode mode;

	*ret = (struct response_outcome){ 0 };
	use_settings(r);
	facts = facts_of(r, q);
	mode = facts.mode < q->response.mode ? facts.mode : q->response.mode;
	if (q->response.action == RESPONSE_NONE || mode == RESPONSE_OFF)
		return;
	ret->is_set = true;
	ret->report = (struct alert_response){
		.action = str_from(
			response_action_info(q->response.action)->name),
		.scope = str_from(response_scope_name(q->response.scope)),
		.mode = str_from(response_mode_name(mode)),
	};
	run(r, q, &facts, arena, ret);
	/* what cannot be written there is in the alert all the same */
	if (r->options.trail != NULL &&
	    trail_write(*r->options.trail, q, ret) < 0)
		count(r, COUNTER_RESPONSES_UNWRITTEN);
}

void responder_run(struct responder *r, const struct response_request *q,
                   struct arena *arena, struct response_outcome *ret)
{
	pthread_mutex_lock(&r->busy);
	respond(r, q, arena, ret);
	pthread_mutex_unlock(&r->busy);
}
