/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline.h - the data path, from a record to alerts and responses. */
#ifndef SAKER_DAEMON_PIPELINE_H
#define SAKER_DAEMON_PIPELINE_H

#include "saker/audit/assemble.h"
#include "saker/daemon/nodes.h"
#include "saker/daemon/responses.h"
#include "saker/daemon/share.h"
#include "saker/engine/ruleset.h"
#include "saker/event/event.h"
#include "saker/output/output.h"
#include "saker/source/redo.h"

/* Parts are borrowed from struct engine (engine.h), which owns them. */
struct pipeline {
	struct redo_log *redo; /* NULL = nobody goes on when this one dies */
	struct assembler *assembler;
	struct nodes *nodes;
	struct matcher *matcher;
	struct outputs *outputs;
	struct counters *counters;     /* may be NULL */
	struct tally *tally;           /* may be NULL */
	struct suppressor *suppressor; /* NULL = every alert is raised */
	struct responses *responses;   /* NULL = there are none */
	struct recent *recent;         /* NULL = no records are remembered */
	struct shares *shares;         /* NULL = all is judged, however late */
	bool is_replay;
	pid_t self; /* whose events are none; 0 = nobody's */
	const struct user_names *users; /* this machine's; may be NULL */
	struct event_context context;
	struct event_clock clock;
	struct event_shown shown;
	struct event_calls calls;
	bool match_all;
	bool is_patient; /* waits for outputs: in a replay nothing gets lost */
	struct str node; /* only events of this node; empty = all */
	struct malformed_notices {
		uint64_t second; /* CLOCK_MONOTONIC */
		unsigned shown;  /* in that second */
	} malformed;
	struct event event;                 /* the one being judged */
	struct audit_event container_event; /* behind it, when it is one */
	void (*on_alert)(void *arg,
	                 const struct alert *alert); /* may be NULL */
	void *on_alert_arg;
	/* each event that was judged, while its values are valid; may be NULL
	 */
	void (*on_event)(void *arg, struct event *event);
	void *on_event_arg;
	/* a record that is not understood; NULL: shown on standard error */
	void (*on_malformed)(void *arg, const struct frame *frame, int error);
	void *on_malformed_arg;
};

/* Takes one record; whatever it completes is judged at once. received_ns is
 * CLOCK_MONOTONIC. A record that is not understood is counted, shown (a few a
 * second) and skipped. */
void pipeline_feed(struct pipeline *p, const struct frame *frame,
                   uint64_t received_ns);
/* Of a record that is not understood, see above; other errors are counted
 * only. */
void pipeline_show_error(struct pipeline *p, const struct frame *frame,
                         int error);
/* The two halves of it, for threads of their own: a record into its event, and
 * one event that the assembler gave, which goes back to it afterwards. */
static inline void pipeline_assemble(struct pipeline *p,
                                     const struct frame *frame,
                                     uint64_t received_ns)
{
	int error = assembler_add(p->assembler, frame, received_ns);

	if (error != 0)
		pipeline_show_error(p, frame, error);
}

void pipeline_judge(struct pipeline *p, struct audit_event *audit);
/* All that the assembler has ready. */
void pipeline_judge_ended(struct pipeline *p);
/* An alert goes out, and is counted. */
void pipeline_raise(struct pipeline *p, const struct alert *alert,
                    uint64_t received_ns);
/* Asks for the alert's response: true when the alert was taken over, and comes
 * back in pipeline_collect(). */
bool pipeline_respond(struct pipeline *p, const struct rule_response *response,
                      uint64_t received_ns, struct alert *alert);
/* Alerts whose responses are done, or have been waited for for long enough. */
void pipeline_collect(struct pipeline *p);
/* Ends events whose time is over. */
void pipeline_tick(struct pipeline *p, uint64_t now_ns);
/* End of input: ends all events. */
void pipeline_end(struct pipeline *p);
/* Renders and hands an alert to the outputs. */
void pipeline_emit(struct pipeline *p, const struct alert *alert);
/* The suppressor's emit; arg is the pipeline. */
void pipeline_summary(void *arg, const struct alert *alert);
void pipeline_done(struct pipeline *p);

#endif
