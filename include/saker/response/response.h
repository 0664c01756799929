/* SPDX-License-Identifier: GPL-2.0-or-later */
/* response.h - acting on processes: a request, guards, an action, a report.
 *
 * The engine asks, with a request that holds nothing of its tables, so that it
 * may be sent to another process. A responder, which has the privileges,
 * gathers facts of its own, decides (guards.def), acts (actions.def) and
 * reports. */
#ifndef SAKER_RESPONSE_RESPONSE_H
#define SAKER_RESPONSE_RESPONSE_H

#include "saker/alert/alert.h"
#include "saker/base/counters.h"
#include "saker/container/metadata.h"
#include "saker/evidence/evidence.h"
#include "saker/host/host.h"
#include "saker/process/process.h"
#include "saker/response/journal.h"
#include "saker/response/limits.h"

/* How long the end of what was hit is waited for. */
#define RESPONSE_DEATH_MS     100
#define RESPONSE_CONTAINER_MS 1000

/* What an event asks for. Texts are borrowed. */
struct response_request {
	struct rule_response response;
	struct str rule;      /* its name */
	struct str uuid;      /* the alert's */
	struct str alert;     /* in JSON, for commands and evidence */
	struct str records;   /* of the event, as evidence; may be empty */
	uint64_t event_ns;    /* CLOCK_REALTIME, the event's stamp */
	uint64_t received_ns; /* CLOCK_MONOTONIC; 0 = not known */
	bool is_replay;
	bool is_foreign; /* its node is another machine: pids mean nothing */

	bool has_process;
	pid_t pid, ppid;
	bool has_ended; /* as far as the engine knows */
	enum process_state state;
	uint64_t start_ticks; /* as tracked; 0 = not known */
	uint64_t start_ns;    /* the same, CLOCK_REALTIME */
	struct str exe;
	struct file_id exe_id;
	struct str cgroups; /* /proc/PID/cgroup as tracked; may be empty */

	struct str container;      /* its id; empty = none */
	struct str container_name; /* may be empty */
	struct str cgroup;         /* its own path; may be empty */
	uint64_t cgroup_id;        /* 0 = not known */
	struct str image, pod_namespace;
	const struct container_label *labels, *pod_labels;
	size_t nlabels, npod_labels;
};

/* All texts copied. 0 or E_NOMEM. */
int response_request_copy(const struct response_request *r, struct arena *arena,
                          struct response_request *ret) must_check;
/* What the metadata tell of the container; borrowed from them. */
void response_describe(struct response_request *q,
                       const struct container_metadata *m);

/* What became of it. Texts live in the arena that was given. */
struct response_outcome {
	bool is_set;  /* false: nothing was asked for, or responses are off */
	bool is_done; /* acted, and seen to have worked */
	struct alert_response report;
	struct str notice; /* what the operator must hear of; empty = nothing */
};

/* What the configuration says; may change while it runs. */
struct response_settings {
	enum response_mode mode;      /* can only lower the rule's */
	const struct str *never_kill; /* response_protect_valid() ones */
	size_t nnever_kill;
	struct response_limits limits;
	/* what is kept of a process before it is acted on; an empty directory:
	 * nothing */
	struct evidence_store evidence;
	/* of the action exec, ended by NULL; NULL = none */
	const char *const *command;
	unsigned command_ms;
};

/* An entry of the never-kill list: a path, or KIND:TEXT (protect.def). */
bool response_protect_valid(struct str entry);

/* Everything but the settings, which are copied, is borrowed. */
struct responder_options {
	struct host
		*host; /* used by the responder alone, one thread at a time */
	const struct control *control;
	struct journal *journal;   /* NULL = none: nothing is frozen */
	struct counters *counters; /* may be NULL */
	const int *trail;          /* trail_open()'s; NULL = none */
	pid_t self, parent, auditd, auditd_parent; /* 0 = none */
	/* who asks may have been taken over: what the never-kill list asks of a
	 * container is looked up here */
	bool is_suspicious;
	unsigned patience_ms; /* instead of RESPONSE_..._MS; 0 = those */
	struct response_settings settings;
};

struct responder;

/* NULL when out of memory. */
struct responder *responder_new(const struct responder_options *options);
void responder_free(struct responder *r);
/* Takes effect at the next request; circuit breakers are closed. From any
 * thread. 0 or E_NOMEM. */
int responder_configure(struct responder *r,
                        const struct response_settings *settings) must_check;
/* Facts, guards, action, verification: blocks until it is done, for
 * RESPONSE_CONTAINER_MS and somewhat more at most, a command for as long as it
 * may run. From any thread: one waits for another, but for a command that runs.
 */
void responder_run(struct responder *r, const struct response_request *request,
                   struct arena *arena, struct response_outcome *ret);

/* Once a second: some fifty files of the never-kill list are looked at, which a
 * kill would have to wait for else. From any thread. */
void responder_tick(struct responder *r);

/* The same in two steps, for what needs no waiting until it is sent: the kill
 * of one process. In the first it is decided about and, where all guards let it
 * pass, killed. NULL: it is something else, somebody is at work, or there is no
 * memory; nothing has been done then, and responder_run() does it all. It lives
 * in the arena, and borrows the request. */
struct response_strike;
struct response_strike *responder_strike(struct responder *r,
                                         const struct response_request *request,
                                         struct arena *arena) must_check;
/* Waits for the death, reports. To be called once; from any thread. */
void responder_finish(struct response_strike *s, struct response_outcome *ret);

#endif
