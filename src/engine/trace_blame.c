/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_blame.c - which checks keep a condition from being true: the fewest
 * that would have to come out otherwise. */
#include "trace_nodes.h"

static size_t add(size_t a, size_t b)
{
	return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void weigh_join(struct trace *t, uint32_t at, bool and)
{
	struct node *n = &t->nodes[at];

	n->to_true = and? 0 : SIZE_MAX;
	n->to_false = and? SIZE_MAX : 0;
	for (uint32_t i = at + 1; i < n->told.end; i = t->nodes[i].told.end) {
		const struct node *child = &t->nodes[i];

		if (and) {
			n->to_true = add(n->to_true, child->to_true);
			n->to_false = least(n->to_false, child->to_false);
		} else {
			n->to_true = least(n->to_true, child->to_true);
			n->to_false = add(n->to_false, child->to_false);
		}
	}
}

static void weigh(struct trace *t, uint32_t at)
{
	struct node *n = &t->nodes[at];

	n->is_blamed = false;
	switch (n->told.kind) {
	case TRACE_CHECK:
		n->to_true = n->truth != TRUTH_TRUE;
		n->to_false = n->truth == TRUTH_TRUE;
		break;
	case TRACE_NOT:
		n->to_true = t->nodes[at + 1].to_false;
		n->to_false = t->nodes[at + 1].to_true;
		break;
	default:
		weigh_join(t, at, n->told.kind == TRACE_AND);
		break;
	}
}

/* What it takes for the node to be as wanted. */
static size_t cost(const struct node *n, bool wanted)
{
	return wanted ? n->to_true : n->to_false;
}

static uint32_t cheapest_child(const struct trace *t, uint32_t at, bool wanted)
{
	uint32_t best = at + 1;

	for (uint32_t i = best; i < t->nodes[at].told.end;
	     i = t->nodes[i].told.end)
		if (cost(&t->nodes[i], wanted) < cost(&t->nodes[best], wanted))
			best = i;
	return best;
}

/* As deep as the condition, which has a limit. */
static void blame(struct trace *t, uint32_t at, bool wanted)
{
	struct node *n = &t->nodes[at];

	if (cost(n, wanted) == 0)
		return;
	if (n->told.kind == TRACE_CHECK) {
		n->is_blamed = true;
	} else if (n->told.kind == TRACE_NOT) {
		blame(t, at + 1, !wanted);
	} else if ((n->told.kind == TRACE_AND) == wanted) {
		for (uint32_t i = at + 1; i < n->told.end;
		     i = t->nodes[i].told.end)
			blame(t, i, wanted);
	} else {
		blame(t, cheapest_child(t, at, wanted), wanted);
	}
}

size_t trace_distance(struct trace *t)
{
	/* children have higher numbers than their parents */
	for (size_t i = t->count; i-- > 0;)
		weigh(t, (uint32_t)i);
	blame(t, 0, true);
	return t->nodes[0].to_true;
}

bool trace_is_blamed(const struct trace *t, size_t node)
{
	return t->nodes[node].is_blamed;
}
