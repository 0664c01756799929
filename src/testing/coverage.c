/* SPDX-License-Identifier: GPL-2.0-or-later */
/* coverage.c - what rules and sub-expressions came out as. */
#include "saker/testing/coverage.h"

#include <stdlib.h>

#include "saker/lang/event_types.h"

static int init_rule(struct coverage_rule *r, const struct ruleset *rules,
                     size_t number)
{
	int error = trace_new(rules, number, &r->trace);

	if (error < 0)
		return error;
	r->rule = ruleset_rule(rules, number);
	r->types = ruleset_origin(rules, number)->types;
	r->nnodes = trace_count(r->trace);
	r->nodes = calloc(r->nnodes + 1, sizeof(*r->nodes));
	return r->nodes != NULL ? 0 : E_NOMEM;
}

static void done_rule(struct coverage_rule *r)
{
	trace_free(r->trace);
	buf_done(&r->nearest);
	free(r->nodes);
}

int coverage_init(struct coverage *c, const struct ruleset *rules)
{
	size_t count = ruleset_count(rules);

	*c = (struct coverage){ 0 };
	c->rules = calloc(count + 1, sizeof(*c->rules));
	if (c->rules == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		int error;

		if (!ruleset_rule(rules, i)->enabled)
			continue;
		error = init_rule(&c->rules[c->count++], rules, i);
		if (error < 0) {
			coverage_done(c);
			return error;
		}
	}
	return 0;
}

void coverage_done(struct coverage *c)
{
	for (size_t i = 0; i < c->count; i++)
		done_rule(&c->rules[i]);
	free(c->rules);
	*c = (struct coverage){ 0 };
}

void coverage_start_test(struct coverage *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct coverage_rule *r = &c->rules[i];

		r->asked_before_test = r->asked;
		r->is_watched = r->has_nearest = false;
		r->matched = 0;
	}
}

void coverage_event(struct coverage *c, enum rule_source source,
                    struct str type, uint64_t serial,
                    const struct field_source *fields)
{
	for (size_t i = 0; i < c->count; i++) {
		struct coverage_rule *r = &c->rules[i];

		if (r->rule->source != source ||
		    !event_types_has(r->types, type))
			continue;
		r->asked++;
		trace_evaluate(r->trace, fields);
		for (size_t n = 0; n < r->nnodes; n++) {
			bool is_true = trace_truth(r->trace, n) == TRUTH_TRUE;

			r->nodes[n].was_true |= is_true;
			r->nodes[n].was_false |= !is_true;
		}
		if (r->is_watched)
			coverage_note_nearest(r, serial);
	}
}

bool coverage_was_asked(const struct coverage_rule *r)
{
	return r->asked > r->asked_before_test;
}

struct coverage_rule *coverage_find(const struct coverage *c, struct str name)
{
	for (size_t i = 0; i < c->count; i++)
		if (str_eq(c->rules[i].rule->name, name))
			return &c->rules[i];
	return NULL;
}

static struct coverage_rule *find_same(const struct coverage *c,
                                       const struct coverage_rule *other)
{
	const struct rule *b = other->rule;

	for (size_t i = 0; i < c->count; i++) {
		const struct rule *a = c->rules[i].rule;

		if (a->line == b->line && strcmp(a->file, b->file) == 0 &&
		    str_eq(a->name, b->name) &&
		    c->rules[i].nnodes == other->nnodes)
			return &c->rules[i];
	}
	return NULL;
}

static void add_rule(struct coverage_rule *r, const struct coverage_rule *from)
{
	r->asked += from->asked;
	r->fired += from->fired;
	r->silent += from->silent;
	for (size_t i = 0; i < r->nnodes; i++) {
		r->nodes[i].was_true |= from->nodes[i].was_true;
		r->nodes[i].was_false |= from->nodes[i].was_false;
	}
}

int coverage_merge(struct coverage *c, struct coverage *from)
{
	size_t room = c->count + from->count + 1;
	struct coverage_rule *rules = realloc(c->rules, room * sizeof(*rules));

	if (rules == NULL)
		return E_NOMEM;
	c->rules = rules;
	for (size_t i = 0; i < from->count; i++) {
		struct coverage_rule *same = find_same(c, &from->rules[i]);

		if (same == NULL) {
			c->rules[c->count++] = from->rules[i];
			continue;
		}
		add_rule(same, &from->rules[i]);
		done_rule(&from->rules[i]);
	}
	free(from->rules);
	*from = (struct coverage){ 0 };
	return 0;
}
