/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grouping.c - events of one key are summed up: libauparse ends an event at
 * PROCTITLE and makes another of what comes behind it (reversed logs), and a
 * user message whose sendto() is audited has its serial (kernels that log it
 * with the caller's context), but is an event of its own for us. */
#include "grouping.h"

#include <auparse.h>
#include <libaudit.h>
#include <stdio.h>
#include <stdlib.h>

#include "saker/audit/assemble.h"

struct group {
	struct audit_stamp stamp;
	char node[64];
	size_t records;
};

struct groups {
	struct group *rows;
	size_t n, max;
};

static void add(struct groups *g, struct audit_stamp stamp, struct str node,
                size_t records)
{
	struct group *row;

	if (g->n == g->max) {
		size_t max = g->max * 2 + 64;

		row = realloc(g->rows, max * sizeof(*row));
		if (row == NULL)
			abort();
		g->rows = row;
		g->max = max;
	}
	row = &g->rows[g->n++];
	*row = (struct group){ .stamp = stamp, .records = records };
	snprintf(row->node, sizeof(row->node), "%.*s", STR_FMT(node));
}

static int compare(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	int order = (x->stamp.serial > y->stamp.serial) -
	            (x->stamp.serial < y->stamp.serial);

	if (order == 0)
		order = (x->stamp.sec > y->stamp.sec) -
		        (x->stamp.sec < y->stamp.sec);
	if (order == 0)
		order = (x->stamp.ms > y->stamp.ms) -
		        (x->stamp.ms < y->stamp.ms);
	return order != 0 ? order : strcmp(x->node, y->node);
}

/* False when two events of one key have more than one record each. */
static bool sum_up(struct groups *g)
{
	size_t kept = 0;
	bool ok = true;

	if (g->n == 0)
		return true;
	qsort(g->rows, g->n, sizeof(*g->rows), compare);
	for (size_t i = 1; i < g->n; i++) {
		if (compare(&g->rows[kept], &g->rows[i]) != 0) {
			g->rows[++kept] = g->rows[i];
			continue;
		}
		ok = ok &&
		     (g->rows[kept].records == 1 || g->rows[i].records == 1);
		g->rows[kept].records += g->rows[i].records;
	}
	g->n = kept + 1;
	return ok;
}

/* Ours keep no EOE. */
static size_t count_records(auparse_state_t *au)
{
	size_t n = 0;

	if (auparse_first_record(au) > 0)
		do
			n += auparse_get_type(au) != AUDIT_EOE;
		while (auparse_next_record(au) > 0);
	return n;
}

static void take_theirs(auparse_state_t *au, auparse_cb_event_t type,
                        void *data)
{
	const au_event_t *e = auparse_get_timestamp(au);
	size_t records = count_records(au);
	struct audit_stamp stamp;

	if (type != AUPARSE_CB_EVENT_READY || e == NULL || records == 0)
		return;
	stamp = (struct audit_stamp){ (uint64_t)e->sec, e->milli, e->serial };
	add(data, stamp, str_from(e->host), records);
}

/* Only whole lines: test_oracle.c compares what the two take for a line. */
static void feed_line(auparse_state_t *au, struct str line)
{
	struct record r;

	if (record_parse(line, &r) < 0)
		return;
	auparse_feed(au, line.s, line.len);
	auparse_feed(au, "\n", 1);
}

static void group_theirs(struct str log, struct groups *g)
{
	auparse_state_t *au = auparse_init(AUSOURCE_FEED, NULL);
	struct str line;

	if (au == NULL)
		abort();
	auparse_add_callback(au, take_theirs, g, NULL);
	while (str_split(&log, '\n', &line))
		feed_line(au, line);
	auparse_flush_feed(au);
	auparse_destroy(au);
}

static void take_ours(struct assembler *a, struct groups *g)
{
	struct audit_event *e;

	while ((e = assembler_next(a)) != NULL) {
		add(g, e->stamp, e->node, e->nrecords);
		assembler_release(a, e);
	}
}

/* A record that came after the end of its event is part of no event of ours. */
static void take_record(struct assembler *a, const struct frame *frame,
                        const struct counters *counters, struct groups *g)
{
	uint64_t late = counter_get(counters, COUNTER_RECORDS_LATE);
	struct record r;

	if (assembler_add(a, frame, 0) == 0 &&
	    counter_get(counters, COUNTER_RECORDS_LATE) != late &&
	    record_parse(frame->text, &r) == 0)
		add(g, r.stamp, r.node, 1);
	take_ours(a, g);
}

/* False when the counters do not add up. */
static bool group_ours(struct str log, struct groups *g)
{
	struct counters counters = { 0 };
	struct assembler_options options = { .is_log = true,
		                             .counters = &counters };
	struct assembler *a = assembler_new(&options);
	struct framer f;
	struct frame frame;
	uint64_t in = 0, out;

	framer_init(&f, FRAMER_STRING, &counters);
	if (a == NULL || framer_push(&f, log) < 0)
		abort();
	while (framer_next(&f, &frame) || framer_flush(&f, &frame)) {
		in++;
		take_record(a, &frame, &counters, g);
	}
	assembler_flush(a);
	take_ours(a, g);
	out = counter_get(&counters, COUNTER_RECORDS_PARSED) +
	      counter_get(&counters, COUNTER_RECORDS_MALFORMED) +
	      counter_get(&counters, COUNTER_RECORDS_LATE) +
	      counter_get(&counters, COUNTER_RECORDS_EXCESS);
	framer_done(&f);
	assembler_free(a);
	return in == out;
}

static bool report(const char *name, const struct group *row, const char *what)
{
	printf("FAIL: %s: %llu.%03u:%llu node \"%s\", %zu records: %s\n", name,
	       (unsigned long long)row->stamp.sec, row->stamp.ms,
	       (unsigned long long)row->stamp.serial, row->node, row->records,
	       what);
	return false;
}

static bool compare_rows(const char *name, const struct groups *ours,
                         const struct groups *theirs)
{
	bool ok = true;
	size_t i = 0, j = 0;

	while (i < ours->n || j < theirs->n) {
		int order = i == ours->n ? 1
		            : j == theirs->n
		                    ? -1
		                    : compare(&ours->rows[i], &theirs->rows[j]);

		if (order == 0 &&
		    ours->rows[i].records != theirs->rows[j].records)
			ok = report(name, &ours->rows[i],
			            "libauparse has another number");
		else if (order < 0)
			ok = report(name, &ours->rows[i], "saker's only");
		else if (order > 0)
			ok = report(name, &theirs->rows[j],
			            "libauparse's only");
		i += order <= 0;
		j += order >= 0;
	}
	return ok;
}

bool grouping_equals(const char *name, struct str log, size_t *ret_events)
{
	struct groups ours = { 0 }, theirs = { 0 };
	bool adds_up = group_ours(log, &ours), is_once, ok;

	*ret_events = ours.n;
	group_theirs(log, &theirs);
	is_once = sum_up(&ours);
	if (!is_once)
		printf("FAIL: %s: a key in two events\n", name);
	if (!adds_up)
		printf("FAIL: %s: the counters do not add up\n", name);
	sum_up(&theirs);
	ok = compare_rows(name, &ours, &theirs) && adds_up && is_once;
	free(ours.rows);
	free(theirs.rows);
	return ok;
}
