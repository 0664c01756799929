/* SPDX-License-Identifier: GPL-2.0-or-later */
/* job.h - one response under way, as the actions see it.
 *
 * The row ACTION(KILL, ...) of actions.def is done by act_KILL(). An action is
 * called when all guards have passed, with the event's process open: it acts,
 * verifies, and writes what became of it. */
#ifndef SAKER_SRC_RESPONSE_JOB_H
#define SAKER_SRC_RESPONSE_JOB_H

#include "saker/alert/alert.h"
#include "saker/evidence/evidence.h"
#include "target.h"

struct response_job {
	struct responder *responder;
	struct response_facts *facts;
	const struct control *control;
	struct journal *journal; /* NULL = none */
	const struct target_finder *finder;
	const struct response_request *request;
	struct response_target *target;
	uint64_t until_ns;          /* CLOCK_MONOTONIC: given up then */
	const char *tier;           /* by which it was done; static */
	size_t processes;           /* how many were reached */
	struct counters *counters;  /* may be NULL */
	const char *const *command; /* NULL = none is configured */
	unsigned command_ms;
	struct str notice;  /* for the operator; empty = none */
	struct buf *result; /* empty = made from what is returned */
	/* a kill was sent already, with that result */
	bool is_struck;
	int struck;
	/* what is frozen or stopped on the way: response_hold() */
	struct response_hold {
		bool is_held;
		bool is_cgroup;
		int dir; /* borrowed from the target */
		enum container_tier how;
		uint64_t id; /* the journal's */
	} hold;
};

/* 0 when it was done and verified; E_AGAIN when it was not verified in time;
 * else why it could not be done. */
typedef int response_act(struct response_job *job);

#define ACTION(id, name, scopes, done, doc) response_act act_##id;
#include "saker/engine/actions.def"

/* Asked again before each step that reaches processes which the guards have not
 * seen. False: one of them refuses; job->result says why. */
bool responder_allows(struct response_job *job);

/* While a command runs, others are responded to: the host, the settings and the
 * target's facts may be used by them. */
void responder_yield(struct responder *r);
void responder_resume(struct responder *r);

/* Holds the target still so that it can be looked at: its container's cgroup
 * frozen, or its process stopped. Undone by response_release() and by the
 * action itself when it has killed. 0; else the target runs on. */
int response_hold(struct response_job *job, uint64_t until_ns) must_check;
void response_release(struct response_job *job);

/* A folder of evidence under way. */
struct kept {
	bool is_kept;
	char uuid[ALERT_UUID_LENGTH + 1];
	struct evidence_request request;
	struct evidence_result result;
};

/* Holds the target and collects, where the store has a directory; the target
 * stays held. What goes wrong is counted, and nothing that keeps from acting.
 * Then, after the action, the manifest and the report. */
void evidence_keep(struct response_job *job, struct evidence_store *store,
                   struct kept *ret);
void evidence_finish(struct response_job *job,
                     const struct evidence_store *store,
                     const struct kept *kept, struct alert_response *report);

/* Freezes by the best tier that works here, in the journal first. 0, or why it
 * is not frozen. */
int freeze_container(struct response_job *job, uint64_t until_ns,
                     struct response_hold *ret) must_check;
int thaw_container(struct response_job *job, struct response_hold *hold);
/* SIGSTOP for one process, in the journal first; a kept one stays in it. */
int stop_process(struct response_job *job, const struct process_handle *h,
                 uint64_t *ret_id) must_check;
/* Stops the target's processes and what they have started meanwhile, until
 * there is nothing new. handles: struct process_handle each, to be closed; ids:
 * uint64_t each, the journal's. */
struct stopped {
	struct buf handles, ids;
};
int stop_tree(struct response_job *job, struct stopped *ret) must_check;
void continue_tree(struct response_job *job, struct stopped *s);
void stopped_done(struct stopped *s);

#endif
