/* SPDX-License-Identifier: GPL-2.0-or-later */
/* coverage.h - which rules and sub-expressions tests have seen true and false.
 */
#ifndef SAKER_TESTING_COVERAGE_H
#define SAKER_TESTING_COVERAGE_H

#include "saker/base/err.h"
#include "saker/engine/trace.h"

struct coverage_node {
	bool was_true;
	bool was_false; /* or missing */
};

struct coverage_rule {
	const struct rule *rule;
	struct trace *trace;
	const struct event_types *types;
	struct coverage_node *nodes; /* as trace_node() numbers them */
	size_t nnodes;
	uint64_t asked; /* events of a type that it looks at */
	uint64_t asked_before_test;
	/* of a rule that the test expects an alert of: events of this test that
	 * matched, and of the others the one that came nearest, with what kept
	 * it from matching */
	bool is_watched;
	uint64_t matched;
	bool has_nearest;
	size_t nearest_distance;
	uint64_t nearest_serial;
	struct buf nearest;
	unsigned fired;  /* tests that wanted an alert of it and got it */
	unsigned silent; /* tests that named it as silent, asked it, and were
	                  * right */
};

/* Of the enabled rules of one rule set. */
struct coverage {
	struct coverage_rule *rules;
	size_t count;
};

/* The rule set was loaded to keep what its rules were made from, and outlives
 * the coverage. 0 or E_NOMEM. */
int coverage_init(struct coverage *c, const struct ruleset *rules) must_check;
void coverage_done(struct coverage *c);
/* Adds what from has seen; a rule is the same by file, line and name. from is
 * left empty. 0 or E_NOMEM. */
int coverage_merge(struct coverage *c, struct coverage *from) must_check;
void coverage_start_test(struct coverage *c);
/* In this test it is to be known what keeps the rule from matching. */
void coverage_watch(struct coverage *c, struct str rule);
void coverage_event(struct coverage *c, enum rule_source source,
                    struct str type, uint64_t serial,
                    const struct field_source *fields);
/* After the rule's trace was evaluated. */
void coverage_note_nearest(struct coverage_rule *r, uint64_t serial);
/* Was the rule asked since coverage_start_test()? */
bool coverage_was_asked(const struct coverage_rule *r);
/* NULL when no enabled rule has the name. */
struct coverage_rule *coverage_find(const struct coverage *c, struct str name);

#endif
