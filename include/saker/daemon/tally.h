/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally.h - counts that have names of their own: rules, responses, times. */
#ifndef SAKER_DAEMON_TALLY_H
#define SAKER_DAEMON_TALLY_H

#include "saker/alert/alert.h"

/* Over all rule sets that the run has had. */
struct tally;

/* NULL when out of memory. */
struct tally *tally_new(void);
void tally_free(struct tally *t);
/* A rule matched, whether or not that becomes an alert. Out of memory: it is
 * not counted. t may be NULL, here and below. */
void tally_match(struct tally *t, const struct rule *rule);
/* An alert went to the outputs; received_ns as in struct audit_event, 0 = not
 * known. */
void tally_alert(struct tally *t, const struct alert *alert,
                 uint64_t received_ns);
/* True for one of many: its time is to be given to tally_eval(). */
bool tally_samples(struct tally *t);
void tally_eval(struct tally *t, uint64_t ns);
/* Appends them in Prometheus' text format. */
void tally_render(const struct tally *t, struct buf *out);

#endif
