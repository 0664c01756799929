/* SPDX-License-Identifier: GPL-2.0-or-later */
/* job.h - one response under way, as the actions see it.
 *
 * The row ACTION(KILL, ...) of actions.def is done by act_KILL(). An action is
 * called when all guards have passed, with the target held: it acts, verifies,
 * and writes what became of it. */
#ifndef SAKER_SRC_RESPONSE_JOB_H
#define SAKER_SRC_RESPONSE_JOB_H

#include "saker/alert/alert.h"
#include "saker/response/response.h"

struct responder;
struct response_request;
struct response_target;

struct response_job {
	struct responder *responder;
	const struct response_request *request; /* what the event asked for */
	struct response_target *target;         /* verified; handles are open */
	struct arena *arena;                    /* of the report's texts */
	struct alert_response *report;
};

/* 0, or why it could not be done; report->result is made from that unless the
 * action has set it. */
typedef int response_act(struct response_job *job);

#define ACTION(id, name, scopes, done, doc) response_act act_##id;
#include "saker/engine/actions.def"

#endif
