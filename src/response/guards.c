/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guards.c - a function for each row of guards.def, and the decision. */
#include "saker/response/guards.h"

#include "protect.h"
#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/err.h"
#include "saker/process/table.h"

#define KTHREADD 2

/* Audit's stamps come from the kernel's coarse clock, up to a tick (10 ms at
 * HZ=100) behind, and are cut to milliseconds. */
#define START_SLACK_NS (20 * NS_PER_MS)

typedef struct response_facts facts;
typedef struct response_member member;

static bool REPLAY(const facts *f)
{
	return f->request->is_replay;
}

static bool FOREIGN(const facts *f)
{
	return f->request->is_foreign;
}

static bool NO_PROCESS(const facts *f)
{
	return !f->request->has_process;
}

static bool SETUP(const facts *f)
{
	return f->request->state == PROCESS_SETUP;
}

/* An older event's process may have done anything since, and its pid may
 * belong to another. */
static bool TOO_OLD(const facts *f)
{
	return f->now_ns > f->request->event_ns &&
	       f->now_ns - f->request->event_ns > f->max_age_ns;
}

/* Where the start time has no finer steps than 10 ms, the kernel's word that it
 * has ended tells it from who got the pid next. */
static bool ENDED(const facts *f)
{
	return f->request->has_ended &&
	       f->request->response.scope != RESPONSE_SCOPE_CONTAINER;
}

static bool INIT(const facts *f, const member *m)
{
	(void)f;
	return m->pid <= 1;
}

static bool SELF(const facts *f, const member *m)
{
	return m->pid == f->self;
}

static bool PARENT(const facts *f, const member *m)
{
	return m->pid == f->parent;
}

static bool AUDITD(const facts *f, const member *m)
{
	return m->pid == f->auditd;
}

static bool AUDITD_PARENT(const facts *f, const member *m)
{
	return m->pid == f->auditd_parent;
}

static bool is_event_process(const facts *f, const member *m)
{
	return m == f->members && m->pid == f->request->pid;
}

static bool KERNEL_THREAD(const facts *f, const member *m)
{
	return m->is_kernel_thread || m->pid == KTHREADD ||
	       m->ppid == KTHREADD ||
	       (is_event_process(f, m) && f->request->ppid == KTHREADD);
}

/* One of many may end at any time; a container outlives the event's process. */
static bool GONE(const facts *f, const member *m)
{
	return m->error == E_NOT_FOUND && is_event_process(f, m) &&
	       f->request->response.scope != RESPONSE_SCOPE_CONTAINER;
}

static bool UNKNOWN(const facts *f, const member *m)
{
	bool has_exe = m->exe.len != 0 || m->exe_id.ino != 0;

	if (m->error != 0)
		return m->error != E_NOT_FOUND;
	return f->nprotect != 0 && !has_exe;
}

/* Within a container its own directories count as one. */
static bool is_in_cgroup(struct str lines, struct str path)
{
	struct str line, number, controllers;

	while (str_split(&lines, '\n', &line))
		if (str_split(&line, ':', &number) &&
		    str_split(&line, ':', &controllers) &&
		    str_has_prefix(line, path) &&
		    (line.len == path.len || line.s[path.len] == '/'))
			return true;
	return false;
}

static bool is_other_start(uint64_t a, uint64_t b)
{
	return (a > b ? a - b : b - a) > 2 * PROCESS_CLOCK_SLACK_NS;
}

/* A process may execute something else at any time, with or without a record of
 * it, so that a start time that is the same settles it: /proc's, or, in other
 * steps, the fork's. Without any its file and its cgroup must speak for it. Who
 * starts behind the event did not do it. */
static bool OTHER_PROCESS(const facts *f, const member *m)
{
	if (!is_event_process(f, m) || m->error != 0)
		return false;
	if (m->start_ns > f->request->event_ns + START_SLACK_NS)
		return true;
	if (f->request->cgroup.len != 0 && m->cgroup.len != 0 &&
	    !is_in_cgroup(m->cgroup, f->request->cgroup))
		return true;
	if (f->request->start_ticks != 0)
		return f->request->start_ticks != m->start_ticks;
	if (f->request->start_ns != 0)
		return is_other_start(f->request->start_ns, m->start_ns);
	return f->request->exe_id.ino != 0 && m->exe_id.ino != 0 &&
	       !file_id_eq(f->request->exe_id, m->exe_id);
}

/* Both must say so: the engine, which followed it from its start, and what the
 * host shows of it now. */
static bool HOST(const facts *f, const member *m)
{
	return !f->request->response.host && m->error == 0 &&
	       (f->request->state != PROCESS_CONTAINER || !m->is_in_container);
}

static bool PROTECTED(const facts *f, const member *m)
{
	for (size_t i = 0; i < f->nprotect; i++)
		if (protected_is(&f->protect[i], f, m))
			return true;
	return false;
}

static bool NO_CONTAINER(const facts *f)
{
	return f->request->response.scope == RESPONSE_SCOPE_CONTAINER &&
	       !f->has_container;
}

static bool UNIDENTIFIED(const facts *f)
{
	return f->is_unidentified;
}

/* A tree is stopped before it is killed, so that nothing slips away. */
static bool NO_JOURNAL(const facts *f)
{
	const struct rule_response *r = &f->request->response;

	return !f->has_journal &&
	       (r->action == RESPONSE_STOP || r->action == RESPONSE_FREEZE ||
	        (r->action == RESPONSE_KILL &&
	         r->scope == RESPONSE_SCOPE_TREE));
}

static bool TOO_MANY(const facts *f)
{
	return f->is_cut || f->nmembers > f->max_processes;
}

static bool THRESHOLD(const facts *f)
{
	return f->hits < f->request->response.count;
}

static const char *const texts[REASON__MAX] = {
	[REASON_NONE] = "",
#define EVENT_GUARD(id, text)   [REASON_##id] = text,
#define PROCESS_GUARD(id, text) [REASON_##id] = text,
#define GROUP_GUARD(id, text)   [REASON_##id] = text,
#include "saker/response/guards.def"
};

const char *response_reason_text(enum response_reason r)
{
	return texts[r];
}

struct row {
	enum response_reason reason;
	bool (*refuses)(const facts *f);
};

struct process_row {
	enum response_reason reason;
	bool (*refuses)(const facts *f, const member *m);
};

static const struct row event_guards[] = {
#define EVENT_GUARD(id, text) { REASON_##id, id },
#include "saker/response/guards.def"
};

static const struct process_row process_guards[] = {
#define PROCESS_GUARD(id, text) { REASON_##id, id },
#include "saker/response/guards.def"
};

static const struct row group_guards[] = {
#define GROUP_GUARD(id, text) { REASON_##id, id },
#include "saker/response/guards.def"
};

static enum response_reason ask(const struct row *rows, size_t count,
                                const facts *f)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].refuses(f))
			return rows[i].reason;
	return REASON_NONE;
}

static enum response_reason ask_of(const facts *f, const member *m)
{
	for (size_t i = 0; i < COUNT(process_guards); i++)
		if (process_guards[i].refuses(f, m))
			return process_guards[i].reason;
	return REASON_NONE;
}

static void check(const facts *f, struct response_decision *d)
{
	d->reason = ask(event_guards, COUNT(event_guards), f);
	for (size_t i = 0; d->reason == REASON_NONE && i < f->nmembers; i++) {
		d->reason = ask_of(f, &f->members[i]);
		if (d->reason != REASON_NONE)
			d->member = &f->members[i];
	}
	if (d->reason == REASON_NONE)
		d->reason = ask(group_guards, COUNT(group_guards), f);
}

struct response_decision response_decide(const facts *f)
{
	enum response_mode mode = f->mode < f->request->response.mode
	                                  ? f->mode
	                                  : f->request->response.mode;
	struct response_decision d = { .verdict = RESPONSE_NOTHING };
	const struct response_rates *has = &f->has_tokens,
				    *tripped = &f->is_tripped;

	if (f->request->response.action == RESPONSE_NONE ||
	    mode == RESPONSE_OFF)
		return d;
	check(f, &d);
	if (d.reason != REASON_NONE)
		d.verdict = RESPONSE_REFUSE;
	else if (mode == RESPONSE_DRY_RUN)
		d.verdict = RESPONSE_WOULD;
	else if (tripped->rule || tripped->container || tripped->host)
		d.verdict = RESPONSE_TRIPPED;
	else if (!has->rule || !has->container || !has->host)
		d.verdict = RESPONSE_TRIP;
	else
		d.verdict = RESPONSE_DO;
	return d;
}
