/* SPDX-License-Identifier: GPL-2.0-or-later */
/* matcher.c - one event against the rules that its type can match. */
#include <stdlib.h>

#include "engine.h"
#include "saker/engine/threshold.h"

struct matcher {
	const struct ruleset *rules;
	struct thresholds *thresholds; /* NULL = nothing is counted */
	struct vm *vm;
	const struct rule **hits;
};

struct matcher *matcher_new(const struct ruleset *rs)
{
	struct matcher *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->rules = rs;
	m->vm = vm_new(&rs->program);
	m->hits = calloc(rs->count + 1, sizeof(struct rule *));
	if (m->vm == NULL || m->hits == NULL) {
		matcher_free(m);
		return NULL;
	}
	return m;
}

void matcher_free(struct matcher *m)
{
	if (m == NULL)
		return;
	vm_free(m->vm);
	free(m->hits);
	free(m);
}

void matcher_use_thresholds(struct matcher *m, struct thresholds *t)
{
	m->thresholds = t;
}

static bool is_enough(const struct matcher *m, const struct rule *rule,
                      const struct field_source *fields)
{
	return !rule->threshold.is_given || m->thresholds == NULL ||
	       thresholds_reached(m->thresholds, rule, fields);
}

size_t matcher_match(struct matcher *m, enum rule_source source,
                     struct str event_type, const struct field_source *fields,
                     bool all, const struct rule *const **ret_hits)
{
	const struct rule_numbers *candidates =
		index_find(&m->rules->index[source], event_type);
	size_t hits = 0;

	vm_start_event(m->vm, fields);
	for (size_t i = 0; i < candidates->count; i++) {
		uint32_t rule = candidates->items[i];

		if (!vm_run_rule(m->vm, rule) ||
		    !is_enough(m, &m->rules->rules[rule], fields))
			continue;
		m->hits[hits++] = &m->rules->rules[rule];
		if (!all)
			break;
	}
	*ret_hits = m->hits;
	return hits;
}
