/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline_respond.c - from an alert to its response, and back. */
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/daemon/log.h"
#include "saker/daemon/pipeline.h"
#include "saker/daemon/recent.h"

static void describe_container(const struct container *c,
                               struct response_request *q)
{
	const struct container_metadata *m = c->metadata;

	q->container = c->id;
	q->container_name = c->name;
	q->cgroup = c->cgroup;
	q->cgroup_id = c->cgroup_id;
	if (m == NULL)
		return;
	response_describe(q, m);
	if (m->name.len == 0)
		q->container_name = c->name;
}

static void describe_process(const struct process *p,
                             struct response_request *q)
{
	q->has_process = true;
	q->pid = p->pid;
	q->ppid = p->ppid;
	q->has_ended = p->exit_ns != 0;
	q->state = p->state;
	q->start_ticks = p->start_ticks;
	q->start_ns = tracker_start_ns(p);
	q->exe = p->exe;
	q->exe_id = p->exe_id;
	q->cgroups = tracker_cgroup_text(p);
	if (p->container != NULL)
		describe_container(p->container, q);
}

/* Of the process, or of all its container, as far as they are remembered. */
static void add_recent(const struct pipeline *p,
                       const struct response_request *q, struct buf *out)
{
	const struct process *process = p->event.process;
	struct recent_key who = { 0 };

	if (process == NULL || q->is_foreign)
		return;
	if (q->response.scope == RESPONSE_SCOPE_CONTAINER &&
	    process->container != NULL)
		who.container = process->container->full_id;
	else
		who = (struct recent_key){ .pid = process->pid,
			                   .start_ticks =
			                           process->start_ticks };
	recent_collect(p->recent, &who, LIMIT_RESPONSE_TEXT_BYTES, out);
}

static void add_records(const struct audit_event *audit, struct buf *records)
{
	for (size_t i = 0; i < audit->nrecords; i++) {
		struct str text = audit->records[i].text;

		if (records->len + text.len >= LIMIT_RESPONSE_TEXT_BYTES)
			break;
		buf_add_str(records, text);
		buf_add_byte(records, '\n');
	}
}

/* Rendering is left to the outputs, behind the kill, unless somebody is to have
 * it before. Both are bounded, as they may go to another process in one
 * datagram. */
static void describe_alert(const struct pipeline *p, const struct alert *alert,
                           struct response_request *q, struct buf *json,
                           struct buf *records)
{
	if (!alert_render_json_within(alert, LIMIT_RESPONSE_TEXT_BYTES, json))
		counter_add(p->counters, COUNTER_RESPONSES_BRIEF, 1);
	if (!json->failed)
		q->alert = buf_str(json);
	if (p->recent != NULL)
		add_recent(p, q, records);
	if (records->len == 0)
		add_records(p->event.audit, records);
	if (!records->failed)
		q->records = buf_str(records);
}

bool pipeline_respond(struct pipeline *p, const struct rule_response *response,
                      uint64_t received_ns, struct alert *alert)
{
	struct response_request q = {
		.response = *response,
		.rule = alert->rule,
		.uuid = str_from(alert->uuid),
		.event_ns = audit_stamp_ns(&p->event.audit->stamp),
		.received_ns = received_ns,
		.is_replay = p->is_replay,
		.is_foreign = nodes_is_other(p->nodes, p->event.audit->node),
	};

	auto_buf struct buf json = BUF_INIT, records = BUF_INIT;

	if (p->event.process != NULL)
		describe_process(p->event.process, &q);
	if (responses_want_text(p->responses, response))
		describe_alert(p, alert, &q, &json, &records);
	return responses_ask(p->responses, &q, alert);
}

static void tell(struct pipeline *p, struct str message)
{
	struct alert_internal what = {
		.time_ns = clock_realtime_ns(),
		.priority = PRIORITY_CRITICAL,
		.hostname = p->context.hostname,
		.name = STR("response"),
		.message = message,
	};
	struct alert alert;

	log_line("%.*s", STR_FMT(message));
	if (alert_from_internal(&what, &alert) < 0) {
		counter_add(p->counters, COUNTER_ALERTS_NOMEM, 1);
		return;
	}
	pipeline_emit(p, &alert);
	alert_done(&alert);
}

/* The alert went out before: what became of its response, by its id. */
static void tell_late(struct pipeline *p, const struct alert *alert)
{
	const struct alert_response *r = &alert->response;
	auto_buf struct buf text = BUF_INIT;

	buf_printf(&text, "%.*s for %s (rule %.*s): %.*s", STR_FMT(r->action),
	           alert->uuid, STR_FMT(alert->rule), STR_FMT(r->result));
	tell(p, buf_str(&text));
}

static void take_back(void *arg, const struct response_done *done)
{
	struct pipeline *p = arg;

	if (done->is_late)
		tell_late(p, done->alert);
	else
		pipeline_raise(p, done->alert, done->received_ns);
	if (!done->is_late && done->alert->place != 0)
		redo_settle(p->redo, done->alert->place);
	if (done->notice.len != 0)
		tell(p, done->notice);
}

void pipeline_collect(struct pipeline *p)
{
	struct response_queue *q = responses_queue(p->responses);

	if (q != NULL)
		response_queue_collect(q, take_back, p);
}
