/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_coverage.c - what of the rules no test has reached. */
#include "test_report.h"

struct coverage_totals test_coverage_totals(const struct coverage *c)
{
	struct coverage_totals t = { .rules = c->count };

	for (size_t i = 0; i < c->count; i++) {
		const struct coverage_rule *r = &c->rules[i];

		t.fired += r->fired != 0;
		t.silent += r->silent != 0;
		t.nodes += r->nnodes;
		for (size_t n = 0; n < r->nnodes; n++)
			t.nodes_true += r->nodes[n].was_true;
	}
	return t;
}

/* An "and" is never true when one of its parts never is: the part is told. */
bool test_coverage_is_gap(const struct coverage_rule *r, size_t node)
{
	const struct trace_node *t = trace_node(r->trace, node);
	size_t child = node + 1;

	if (r->nodes[node].was_true)
		return false;
	if (t->kind == TRACE_NOT || t->kind == TRACE_CHECK)
		return true;
	for (; child < t->end; child = trace_node(r->trace, child)->end)
		if (!r->nodes[child].was_true)
			return false;
	return true;
}
