/* SPDX-License-Identifier: GPL-2.0-or-later */
/* respond.c - gathers the facts, acts on the verdict, reports. */
#include <inttypes.h>
#include <stdlib.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/response/response.h"

static void gather_live(const struct responder *r, struct arena *arena,
                        struct response_facts *f)
{
	struct host_process live = { 0 };

	f->live_error = r->host->ops->process(
		r->host, f->pid, HOST_WANT_STAT | HOST_WANT_EXE, arena, &live);
	if (f->live_error != 0)
		return;
	f->live_ticks = live.start_ticks;
	f->live_start_ns = live.start_ns;
	f->live_ppid = live.ppid;
	f->is_kernel_thread = live.is_kernel_thread;
	if (live.exe.s != NULL)
		f->exe = live.exe;
	if (live.exe_id.ino != 0)
		f->exe_id = live.exe_id;
}

/* Identities are looked up anew each time: an upgrade replaces the file. */
static int gather_protected(const struct responder *r, struct arena *arena,
                            struct response_facts *f)
{
	struct response_protected *list;

	list = arena_array(arena, struct response_protected, r->nnever_kill);
	if (list == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < r->nnever_kill; i++) {
		list[i].path = arena_copy(arena, r->never_kill[i]);
		if (list[i].path.s == NULL)
			return E_NOMEM;
		/* a file that is not there has no processes to protect */
		if (r->host->ops->file_id(r->host, list[i].path.s,
		                          &list[i].id) < 0)
			list[i].id = (struct file_id){ 0 };
	}
	f->protected = list;
	f->nprotected = r->nnever_kill;
	return 0;
}

static void gather(const struct responder *r, const struct response_event *e,
                   struct arena *arena, struct response_facts *f)
{
	const struct process *p = e->process;

	f->mode = r->mode;
	f->is_replay = r->is_replay;
	f->is_foreign = e->is_foreign;
	f->self = r->self;
	f->parent = r->parent;
	f->auditd = r->auditd;
	f->auditd_parent = r->auditd_parent;
	f->event_ns = e->time_ns;
	f->now_ns = clock_realtime_ns();
	f->has_process = p != NULL;
	f->live_error = E_UNSUPPORTED;
	if (p == NULL)
		return;
	f->pid = p->pid;
	f->ppid = p->ppid;
	f->state = p->state;
	f->start_ticks = p->start_ticks;
	f->exe = p->exe;
	f->exe_id = p->exe_id;
	if (r->is_replay || e->is_foreign)
		return;
	gather_live(r, arena, f);
	if (f->live_error == 0)
		f->live_error = gather_protected(r, arena, f);
}

static void count(const struct responder *r, enum counter id)
{
	counter_add(r->counters, id, 1);
}

static void act(const struct responder *r, const struct response_facts *f,
                uint64_t received_ns, struct alert_response *report,
                struct buf *result)
{
	bool dead = false;
	int e = E_UNSUPPORTED;

	if (f->rule.action == RESPONSE_KILL &&
	    f->rule.scope == RESPONSE_SCOPE_PROCESS)
		e = r->host->ops->kill(r->host, f->pid, f->live_ticks,
		                       RESPONSE_DEATH_MS, &dead);

	count(r, e == 0 && dead ? COUNTER_RESPONSES : COUNTER_RESPONSES_FAILED);
	if (e < 0) {
		buf_printf(result, "failed: %s", err_text(e));
	} else if (!dead) {
		buf_printf(result, "failed: signalled, not dead after %d ms",
		           RESPONSE_DEATH_MS);
	} else if (received_ns == 0) {
		buf_add_str(result, STR("terminated"));
	} else {
		report->has_latency = true;
		report->latency_us =
			(clock_monotonic_ns() - received_ns) / NS_PER_US;
		buf_printf(result, "terminated after %" PRIu64 " us",
		           report->latency_us);
	}
}

static void carry_out(const struct responder *r, const struct response_facts *f,
                      const struct response_event *event,
                      struct alert_response *report, struct buf *result)
{
	enum response_reason reason;

	switch (response_decide(f, &reason)) {
	case RESPONSE_NOTHING:
		break;
	case RESPONSE_REFUSE:
		count(r, COUNTER_RESPONSES_REFUSED);
		buf_printf(result, "refused: %s", response_reason_text(reason));
		break;
	case RESPONSE_WOULD:
		count(r, COUNTER_RESPONSES_WOULD);
		buf_add_str(result, STR("would kill"));
		break;
	case RESPONSE_DO:
		act(r, f, event->received_ns, report, result);
		break;
	}
}

bool response_run(const struct responder *r, const struct rule_response *rule,
                  const struct response_event *event, struct alert *alert)
{
	enum response_mode mode = r->mode < rule->mode ? r->mode : rule->mode;
	auto_buf struct buf result = BUF_INIT;
	struct response_facts facts = { .rule = *rule };
	struct alert_response report = { 0 };
	struct arena arena = ARENA_INIT;

	if (rule->action == RESPONSE_NONE || mode == RESPONSE_OFF)
		return false;
	report.action = str_from(response_action_info(rule->action)->name);
	gather(r, event, &arena, &facts);
	report.mode = str_from(response_mode_name(mode));
	carry_out(r, &facts, event, &report, &result);
	report.pid = facts.pid;
	report.start_ticks =
		facts.live_error == 0 ? facts.live_ticks : facts.start_ticks;
	report.exe = facts.exe;
	report.result = buf_str(&result);
	/* out of memory: the alert goes without, the counters tell */
	if (result.failed || alert_set_response(alert, &report) < 0)
		count(r, COUNTER_ALERTS_NOMEM);
	arena_done(&arena);
	return true;
}
