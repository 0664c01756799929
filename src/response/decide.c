/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decide.c - whether a response may act: facts in, verdict out. */
#include "saker/base/clock.h"
#include "saker/response/response.h"

#define KTHREADD 2

/* An older event's process may have done anything since, and its pid may
 * belong to another. */
#define MAX_AGE_NS (30 * NS_PER_SEC)

/* Audit's stamps come from the kernel's coarse clock, up to a tick (10 ms at
 * HZ=100) behind, and are cut to milliseconds. */
#define START_SLACK_NS (20 * NS_PER_MS)

static const char *const reasons[REASON__MAX] = {
#define REASON(id, text) [REASON_##id] = text,
#include "saker/response/reasons.def"
#undef REASON
};

const char *response_reason_text(enum response_reason r)
{
	return reasons[r];
}

/* A container chooses its own paths, so that one of them proves nothing. */
static bool is_protected(const struct response_facts *f)
{
	const struct str deleted = STR(" (deleted)");
	struct str exe = f->exe;

	if (str_has_suffix(exe, deleted))
		exe.len -= deleted.len;
	for (size_t i = 0; i < f->nprotected; i++) {
		const struct response_protected *p = &f->protected[i];

		if (file_id_eq(p->id, f->exe_id))
			return true;
		if (f->state != PROCESS_CONTAINER && str_eq(p->path, exe))
			return true;
	}
	return false;
}

static bool is_kernel_thread(const struct response_facts *f)
{
	return f->is_kernel_thread || f->pid == KTHREADD ||
	       f->ppid == KTHREADD || f->live_ppid == KTHREADD;
}

/* Guards that need nothing but the event and saker's own state. */
static enum response_reason check_event(const struct response_facts *f)
{
	if (f->is_replay)
		return REASON_REPLAY;
	if (f->is_foreign)
		return REASON_FOREIGN;
	if (!f->has_process)
		return REASON_NO_PROCESS;
	if (f->pid <= 1)
		return REASON_INIT;
	if (f->pid == f->self)
		return REASON_SELF;
	if (f->pid == f->parent)
		return REASON_PARENT;
	if (f->pid == f->auditd)
		return REASON_AUDITD;
	if (f->pid == f->auditd_parent)
		return REASON_AUDITD_PARENT;
	if (f->state == PROCESS_SETUP)
		return REASON_SETUP;
	if (f->state != PROCESS_CONTAINER && !f->rule.host)
		return REASON_HOST;
	if (f->now_ns > f->event_ns && f->now_ns - f->event_ns > MAX_AGE_NS)
		return REASON_TOO_OLD;
	return REASON_NONE;
}

/* Guards on the process that has the pid now. */
static enum response_reason check_process(const struct response_facts *f)
{
	if (is_kernel_thread(f))
		return REASON_KERNEL_THREAD;
	if (f->live_error != 0)
		return f->live_error == E_NOT_FOUND ? REASON_GONE
		                                    : REASON_UNKNOWN;
	if ((f->start_ticks != 0 && f->start_ticks != f->live_ticks) ||
	    f->live_start_ns > f->event_ns + START_SLACK_NS)
		return REASON_OTHER_PROCESS;
	if (f->nprotected != 0 && f->exe.len == 0 && f->exe_id.ino == 0)
		return REASON_UNKNOWN;
	if (is_protected(f))
		return REASON_PROTECTED;
	return REASON_NONE;
}

enum response_verdict response_decide(const struct response_facts *f,
                                      enum response_reason *ret_reason)
{
	enum response_mode mode =
		f->mode < f->rule.mode ? f->mode : f->rule.mode;

	*ret_reason = REASON_NONE;
	if (f->rule.action == RESPONSE_NONE || mode == RESPONSE_OFF)
		return RESPONSE_NOTHING;
	*ret_reason = check_event(f);
	if (*ret_reason == REASON_NONE)
		*ret_reason = check_process(f);
	if (*ret_reason != REASON_NONE)
		return RESPONSE_REFUSE;
	return mode == RESPONSE_DRY_RUN ? RESPONSE_WOULD : RESPONSE_DO;
}
