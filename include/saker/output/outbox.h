/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outbox.h - alerts on their way from the process that raises them to the one
 * that delivers them.
 *
 * It lies in memory that both have in common with their parent, so that what is
 * in it outlives either. One process puts, one takes. Who takes trusts nothing
 * of what is there. */
#ifndef SAKER_OUTPUT_OUTBOX_H
#define SAKER_OUTPUT_OUTBOX_H

#include <sys/types.h>

#include "saker/base/counters.h"
#include "saker/base/err.h"
#include "saker/base/str.h"
#include "saker/engine/rule.h"

struct outbox;
struct outputs;
struct outputs_stats;

/* Before the processes that use it are forked; noutputs as configured. NULL
 * when out of memory or descriptors. counters are shared, too. */
struct outbox *outbox_new(size_t bytes, size_t noutputs,
                          struct counters *counters);
void outbox_free(struct outbox *o);
size_t outbox_outputs(const struct outbox *o);

/* What one output is to get. */
struct outbox_part {
	uint32_t output;
	struct str message;
};

/* Puts one alert in: all parts, or none. Never waits: what finds no room is
 * dropped and counted. */
void outbox_put(struct outbox *o, enum priority priority,
                const struct outbox_part *parts, size_t nparts);
/* One that could not even be rendered: the same. */
void outbox_count_lost(struct outbox *o, uint32_t output);
/* In a new process that puts, after the one before it died. */
void outbox_resume_putting(struct outbox *o);
/* Asks for files to be opened anew. */
void outbox_ask_reopen(struct outbox *o);
/* Nothing more will be put. */
void outbox_end(struct outbox *o);
/* What has become of it; name stays as it was. False past the end. */
bool outbox_stats(const struct outbox *o, size_t output,
                  struct outputs_stats *ret);
/* Polls readable when something was delivered; for who puts. */
int outbox_delivered_fd(const struct outbox *o);
void outbox_clear_delivered(struct outbox *o);

/* The descriptor by which who takes is woken. */
int outbox_fd(const struct outbox *o);
/* Waits until there may be something to take, or to be let go, `other` is
 * readable, or timeout_ms have passed. True when `other` is. */
bool outbox_wait(struct outbox *o, int other, int timeout_ms);
/* In a new process that takes, before its outputs are made: begins with what
 * the one before it left. */
void outbox_resume_taking(struct outbox *o);
/* Whether that is done: who takes; 0 = nobody yet. */
void outbox_set_taker(struct outbox *o, pid_t pid);
pid_t outbox_taker(const struct outbox *o);
/* Hands what is there to the outputs, and lets go what they have put in a safe
 * place or are done with. */
void outbox_deliver(struct outbox *o, struct outputs *outputs);
/* True after outbox_end() once everything was handed over. */
bool outbox_is_done(const struct outbox *o);

#endif
