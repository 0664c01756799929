/* SPDX-License-Identifier: GPL-2.0-or-later */
/* threshold.h - rules that fire only with so many events within a time. */
#ifndef SAKER_ENGINE_THRESHOLD_H
#define SAKER_ENGINE_THRESHOLD_H

#include "saker/base/counters.h"
#include "saker/engine/rule.h"

/* The times of the latest events, for each rule and combination of values, in
 * bounded memory: who was not heard of the longest is forgotten first. It
 * outlives rule sets: a rule is known by its name. */
struct thresholds;

/* counters may be NULL and are borrowed. NULL when out of memory. */
struct thresholds *thresholds_new(struct counters *counters);
void thresholds_free(struct thresholds *t);

/* The rule's condition is true for the event: counts it, by the event's time.
 * True when it is the last of so many, after which counting starts anew; and
 * when there is no memory to count with. */
bool thresholds_reached(struct thresholds *t, const struct rule *rule,
                        const struct field_source *event);

/* A hash of the rule, the machine and what the event has in those fields. */
uint64_t rule_keys_hash(const struct rule *rule, const struct rule_key *keys,
                        size_t nkeys, const struct field_source *event,
                        uint64_t seed);

#endif
