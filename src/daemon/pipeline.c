/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline.c - THE data path. Start reading here.
 *
 *	frame -> record -> audit event	assembler_add(), assembler_next()
 *	      -> who and where		tracker_observe()
 *	      -> enriched events	event_init(), event_next()
 *	      -> rules that match	matcher_match()
 *	      -> alert			alert_from_hit()
 *	      -> response		pipeline_respond(); it may keep it
 *	      -> outputs		outputs_submit()
 */
#include "saker/daemon/pipeline.h"

#include "saker/alert/alert.h"
#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"
#include "saker/daemon/recent.h"
#include "saker/daemon/suppress.h"
#include "saker/daemon/tally.h"

void pipeline_emit(struct pipeline *p, const struct alert *alert)
{
	if (p->is_patient)
		outputs_wait_room(p->outputs);
	if (outputs_submit(p->outputs, alert) < 0)
		counter_add(p->counters, COUNTER_ALERTS_NOMEM, 1);
}

void pipeline_summary(void *arg, const struct alert *alert)
{
	struct pipeline *p = arg;

	pipeline_emit(p, alert);
	if (p->on_alert != NULL)
		p->on_alert(p->on_alert_arg, alert);
	counter_add(p->counters, COUNTER_ALERTS, 1);
}

void pipeline_raise(struct pipeline *p, const struct alert *alert,
                    uint64_t received_ns)
{
	pipeline_summary(p, alert);
	tally_alert(p->tally, alert, received_ns);
}

/* An event that is judged again, after a death or because a relay sends it once
 * more, raises the same alerts: receivers tell them by their uuid. */
static void identify(const struct pipeline *p, struct alert *alert)
{
	const struct event *e = &p->event;
	const struct audit_event *audit = e->audit;
	const uint64_t numbers[] = {
		audit->stamp.sec,
		audit->stamp.ms,
		audit->stamp.serial,
		e->noperations,
		e->record != NULL ? (uint64_t)(e->record - audit->records) + 1
				  : 0,
	};
	const struct str texts[] = {
		p->context.hostname,
		audit->node,
		e->type,
		e->container != NULL ? e->container->full_id : STR_NONE,
		alert->rule,
	};
	auto_buf struct buf key = BUF_INIT;

	buf_add_str(&key,
	            (struct str){ (const char *)numbers, sizeof(numbers) });
	for (size_t i = 0; i < COUNT(texts); i++) {
		buf_add_str(&key, texts[i]);
		buf_add_byte(&key, '\n');
	}
	/* of what found no memory it is one of its own */
	alert_identify(alert, key.failed ? STR_NONE : buf_str(&key));
}

/* An alert that waits for its response is in this process alone: its event is
 * not done with. */
static bool respond(struct pipeline *p, const struct rule_response *response,
                    uint64_t received_ns, struct alert *alert)
{
	uint64_t place = p->redo != NULL ? p->event.audit->place : 0;

	alert->place = place;
	if (place != 0)
		redo_hold(p->redo, place);
	if (pipeline_respond(p, response, received_ns, alert))
		return true;
	if (place != 0)
		redo_settle(p->redo, place);
	return false;
}

static void raise_alert(struct pipeline *p, const struct rule *rule,
                        const struct field_source *fields, uint64_t received_ns)
{
	const struct rule_response *response =
		responses_wanted(p->responses, rule);
	struct alert alert;

	tally_match(p->tally, rule);
	/* who is to be responded to is, each time */
	if (p->suppressor != NULL && response->action == RESPONSE_NONE &&
	    suppressor_takes(p->suppressor, rule, fields))
		return;
	if (alert_from_hit(rule, fields, &alert) < 0) {
		counter_add(p->counters, COUNTER_ALERTS_NOMEM, 1);
		return;
	}
	identify(p, &alert);
	if (response->action == RESPONSE_NONE ||
	    !respond(p, response, received_ns, &alert))
		pipeline_raise(p, &alert, received_ns);
	alert_done(&alert);
}

/* What saker itself does must not feed back into it. */
static bool is_own(const struct pipeline *p, const struct process *process,
                   struct str node)
{
	return process != NULL && process->pid == p->self &&
	       !nodes_is_other(p->nodes, node);
}

static void match(struct pipeline *p)
{
	struct field_source fields = event_source(&p->event);
	const uint64_t began =
		tally_samples(p->tally) ? clock_monotonic_ns() : 0;
	const uint64_t limited = matcher_regex_limits(p->matcher);
	const struct rule *const *hits;
	size_t n;

	n = matcher_match(p->matcher,
	                  event_is_of_audit(&p->event) ? SOURCE_AUDIT
	                                               : SOURCE_SYSCALL,
	                  p->event.type, &fields, p->match_all, &hits);
	if (matcher_regex_limits(p->matcher) != limited)
		counter_add(p->counters, COUNTER_REGEX_LIMITED,
		            matcher_regex_limits(p->matcher) - limited);
	if (began != 0)
		tally_eval(p->tally, clock_monotonic_ns() - began);
	for (size_t i = 0; i < n; i++)
		raise_alert(p, hits[i], &fields, p->event.audit->received_ns);
	if (p->on_event != NULL)
		p->on_event(p->on_event_arg, &p->event);
}

static void use_node(struct pipeline *p, struct tracker *t)
{
	p->context.tracker = t;
	p->context.users = t != p->nodes->own ? NULL : p->users;
	p->context.clock = &p->clock;
	p->context.shown = &p->shown;
	p->context.calls = &p->calls;
}

static void judge_container(struct pipeline *p, struct str node,
                            uint64_t received_ns,
                            const struct container_event *what)
{
	struct audit_event *audit = &p->container_event;

	arena_reset(&audit->arena);
	*audit = (struct audit_event){
		.stamp = { .sec = what->time_ns / NS_PER_SEC,
		           .ms = (unsigned)(what->time_ns % NS_PER_SEC /
		                            NS_PER_MS),
		           .serial = what->serial },
		.node = node,
		.received_ns = received_ns,
		.is_complete = true,
		.arena = audit->arena,
	};
	event_init_container(&p->event, &p->context, audit, what);
	match(p);
}

/* What the tracker has found out, as events of their own. */
static void judge_containers(struct pipeline *p, struct tracker *t,
                             struct str node, uint64_t received_ns)
{
	struct container_event what;

	while (t != NULL && tracker_next_event(t, &what)) {
		use_node(p, t);
		judge_container(p, node, received_ns, &what);
		container_event_done(&what);
	}
}

static void remember(struct pipeline *p, const struct process *process,
                     const struct audit_event *audit)
{
	struct recent_key who;

	if (process == NULL || nodes_is_other(p->nodes, audit->node))
		return;
	who = (struct recent_key){ .pid = process->pid,
		                   .start_ticks = process->start_ticks };
	if (process->container != NULL)
		who.container = process->container->full_id;
	recent_note(p->recent, &who, audit);
}

static void judge_acts(struct pipeline *p, const struct audit_event *audit)
{
	do
		match(p);
	while (event_next(&p->event));
	counter_add_alone(p->counters, COUNTER_EVENTS_EVALUATED, 1);
	/* a field that finds no memory has no value, and may be what a rule
	 * looks for */
	if (audit->arena.failed)
		counter_add(p->counters, COUNTER_EVENTS_NOMEM, 1);
}

static void judge(struct pipeline *p, struct audit_event *audit)
{
	struct process *process = NULL;
	struct tracker *t;

	tracker_connector_follow(p->nodes->own, audit->received_ns);
	t = nodes_tracker(p->nodes, audit->node);
	use_node(p, t);
	if (t != NULL)
		process = tracker_observe(t, audit);
	else
		counter_add(p->counters, COUNTER_EVENTS_UNTRACKED, 1);
	if (p->recent != NULL)
		remember(p, process, audit);
	event_init(&p->event, &p->context, audit, process);
	if (!is_own(p, process, audit->node) &&
	    !(shares_are_pressed(p->shares) &&
	      shares_shed_event(p->shares, process, audit)))
		judge_acts(p, audit);
	judge_containers(p, t, audit->node, audit->received_ns);
}

void pipeline_judge(struct pipeline *p, struct audit_event *audit)
{
	uint64_t began;

	if (p->node.len != 0 && !str_eq(p->node, audit->node))
		return;
	if (!shares_are_pressed(p->shares)) {
		judge(p, audit);
		return;
	}
	began = p->shares->cpu_clock();
	p->shares->act = (struct share_act){ 0 };
	judge(p, audit);
	shares_charge(p->shares, &p->shares->act,
	              p->shares->cpu_clock() - began);
}

void pipeline_judge_ended(struct pipeline *p)
{
	struct audit_event *audit;

	while ((audit = assembler_next(p->assembler)) != NULL) {
		if (p->redo != NULL)
			redo_judging(p->redo, audit->place);
		pipeline_judge(p, audit);
		if (p->redo != NULL)
			redo_judging(p->redo, 0);
		assembler_release(p->assembler, audit);
	}
}

#define MALFORMED_A_SECOND 5u
#define MALFORMED_BYTES    120

void pipeline_show_error(struct pipeline *p, const struct frame *frame,
                         int error)
{
	uint64_t second = clock_monotonic_ns() / NS_PER_SEC;

	if (error != E_INVALID && error != E_TRUNCATED)
		return;
	if (p->on_malformed != NULL) {
		p->on_malformed(p->on_malformed_arg, frame, error);
		return;
	}
	if (second != p->malformed.second)
		p->malformed = (struct malformed_notices){ second, 0 };
	if (p->malformed.shown++ < MALFORMED_A_SECOND)
		log_line("record %llu skipped (%s): %.*s",
		         (unsigned long long)counter_get(p->counters,
		                                         COUNTER_RECORDS_IN),
		         err_text(error),
		         STR_FMT(str_take(frame->text, MALFORMED_BYTES)));
}

void pipeline_feed(struct pipeline *p, const struct frame *frame,
                   uint64_t received_ns)
{
	if (p->redo != NULL)
		redo_feeding(p->redo, frame->place);
	if (!frame->is_counted && shares_ask_for_records(p->shares) &&
	    shares_shed_record(p->shares, p->nodes, frame))
		assembler_skip(p->assembler, frame);
	else
		pipeline_assemble(p, frame, received_ns);
	if (p->redo != NULL)
		redo_fed(p->redo);
	pipeline_judge_ended(p);
}

void pipeline_tick(struct pipeline *p, uint64_t now_ns)
{
	assembler_expire(p->assembler, now_ns);
	pipeline_judge_ended(p);
	tracker_tick(p->nodes->own);
	judge_containers(p, p->nodes->own, STR_NONE, 0);
	if (p->suppressor != NULL && !p->is_replay)
		suppressor_tick(p->suppressor, clock_realtime_ns());
}

void pipeline_end(struct pipeline *p)
{
	struct tracker *t;
	struct str node;

	assembler_flush(p->assembler);
	pipeline_judge_ended(p);
	for (size_t i = 0; (t = nodes_at(p->nodes, i, &node)) != NULL; i++) {
		tracker_end(t);
		if (p->node.len == 0 || str_eq(p->node, node))
			judge_containers(p, t, node, 0);
	}
	if (p->suppressor != NULL)
		suppressor_tick(p->suppressor, UINT64_MAX);
}

void pipeline_done(struct pipeline *p)
{
	arena_done(&p->container_event.arena);
}
