/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suppress.h - alerts that repeat become one, and a summary that counts them.
 */
#ifndef SAKER_DAEMON_SUPPRESS_H
#define SAKER_DAEMON_SUPPRESS_H

#include "saker/alert/alert.h"
#include "saker/base/counters.h"

/* Alerts of one rule for one container with the same text, or with the same
 * values in the fields that the rule names, are a series: the first is raised,
 * the others within a time are counted, and told in one alert as the time is
 * over. The same for what one rule raises too often for one container. Memory
 * is bounded: with too many series the oldest is summed up early. */
struct suppressor;

struct suppress_options {
	bool rules_only;    /* only rules that ask for it themselves */
	uint64_t within_ns; /* of rules that do not */
	unsigned rate;      /* alerts of a rule and container within that */
	struct counters *counters; /* may be NULL; borrowed */
	/* hands a summary on; it is the suppressor's, and ends afterwards */
	void (*emit)(void *arg, const struct alert *alert);
	void *arg;
};

/* NULL when out of memory. */
struct suppressor *suppressor_new(const struct suppress_options *options);
/* Emits nothing more. */
void suppressor_free(struct suppressor *s);

/* True when the alert that the event would raise is one more of a series, and
 * counted; false when it is to be raised. Time is the event's. Out of memory:
 * false. */
bool suppressor_takes(struct suppressor *s, const struct rule *rule,
                      const struct field_source *event);
/* Emits the summaries of series whose time is over at now_ns, on the clock of
 * the events; UINT64_MAX: of all, in the order in which they began. */
void suppressor_tick(struct suppressor *s, uint64_t now_ns);

#endif
