/* SPDX-License-Identifier: GPL-2.0-or-later */
/* response.h - acting on a process: decide (pure), then do. */
#ifndef SAKER_RESPONSE_RESPONSE_H
#define SAKER_RESPONSE_RESPONSE_H

#include "saker/alert/alert.h"
#include "saker/base/counters.h"
#include "saker/host/host.h"
#include "saker/process/process.h"

/* An executable whose processes are never acted on. Files are compared by
 * identity; the path counts only on the host, where no container chose it. */
struct response_protected {
	struct str path;
	struct file_id id;
};

/* What decides, all of it. */
struct response_facts {
	struct rule_response rule;
	enum response_mode mode; /* global: can only lower the rule's */
	bool is_replay;
	pid_t self, parent;          /* saker's own */
	pid_t auditd, auditd_parent; /* 0 = none */
	const struct response_protected *protected;
	size_t nprotected;
	uint64_t event_ns; /* CLOCK_REALTIME, the event's stamp */
	uint64_t now_ns;   /* CLOCK_REALTIME */

	bool is_foreign; /* the event is from another machine */
	bool has_process;
	pid_t pid;
	pid_t ppid;
	enum process_state state;
	uint64_t start_ticks; /* as tracked; 0 = not known */
	int live_error;       /* 0 = what follows was read from the host now */
	uint64_t live_ticks;
	uint64_t live_start_ns; /* CLOCK_REALTIME */
	pid_t live_ppid;
	bool is_kernel_thread;
	struct str exe;
	struct file_id exe_id;
};

enum response_verdict {
	RESPONSE_NOTHING, /* none asked for, or off */
	RESPONSE_REFUSE,
	RESPONSE_WOULD, /* dry run */
	RESPONSE_DO,
};

enum response_reason {
#define REASON(id, text) REASON_##id,
#include "saker/response/reasons.def"
#undef REASON
	REASON__MAX
};

const char *response_reason_text(enum response_reason r);

/* *ret_reason is why it refuses; REASON_NONE otherwise. */
enum response_verdict response_decide(const struct response_facts *facts,
                                      enum response_reason *ret_reason);

/* What stays the same from event to event. Everything is borrowed. */
struct responder {
	struct host *host;
	struct counters *counters; /* may be NULL */
	enum response_mode mode;
	bool is_replay;
	pid_t self, parent;
	pid_t auditd, auditd_parent;  /* 0 = none */
	const struct str *never_kill; /* paths of executables */
	size_t nnever_kill;
};

struct response_event {
	struct process *process; /* borrowed; NULL = the event has none */
	bool is_foreign;  /* its node is another machine: pids mean nothing */
	uint64_t time_ns; /* CLOCK_REALTIME, the event's stamp */
	uint64_t received_ns; /* CLOCK_MONOTONIC */
};

/* Gathers the facts, decides, acts, counts, and writes what became of it into
 * the alert. True when there is something to report. Blocks at most for the
 * target's death, RESPONSE_DEATH_MS. */
#define RESPONSE_DEATH_MS 100
bool response_run(const struct responder *r, const struct rule_response *rule,
                  const struct response_event *event, struct alert *alert);

#endif
