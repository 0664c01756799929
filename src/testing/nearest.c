/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest.c - which event came nearest to making an expected alert, and what
 * kept it from that. */
#include "saker/alert/render.h"
#include "saker/testing/coverage.h"

void coverage_watch(struct coverage *c, struct str rule)
{
	struct coverage_rule *r = coverage_find(c, rule);

	if (r != NULL)
		r->is_watched = true;
}

/* The fields that a check reads, with their values. */
static void add_values(struct trace *t, size_t node, struct buf *out)
{
	struct trace_value v;

	for (size_t n = 0; trace_value(t, node, n, &v); n++) {
		buf_printf(out, "%s%.*s is ", n == 0 ? "" : ", ",
		           STR_FMT(v.name));
		if (v.value != NULL)
			render_value(v.value, out);
		else
			buf_add_str(out, STR("missing"));
	}
}

static void add_blamed(struct trace *t, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < trace_count(t); i++) {
		if (!trace_is_blamed(t, i))
			continue;
		buf_add_str(out, any ? STR("; ") : STR(""));
		trace_print(t, i, out);
		buf_printf(out, " is %s (", truth_name(trace_truth(t, i)));
		add_values(t, i, out);
		buf_add_byte(out, ')');
		any = true;
	}
}

void coverage_note_nearest(struct coverage_rule *r, uint64_t serial)
{
	size_t distance = trace_distance(r->trace);

	if (distance == 0) {
		r->matched++;
		return;
	}
	if (r->has_nearest && distance >= r->nearest_distance)
		return;
	r->has_nearest = true;
	r->nearest_distance = distance;
	r->nearest_serial = serial;
	buf_clear(&r->nearest);
	add_blamed(r->trace, &r->nearest);
}
