/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tally.c - counts that have names of their own. */
#include "saker/daemon/tally.h"

#include <stdlib.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/base/map.h"
#include "saker/metrics/exposition.h"

/* A look at the clock costs about as much as a cheap rule. */
#define SAMPLE_EVERY 64u

struct entry {
	struct str labels[3];
	uint64_t count;
};

struct entries {
	struct map map;
	size_t most;
};

struct tally {
	struct arena arena;
	struct entries rules;     /* rule, priority */
	struct entries responses; /* action, mode, result */
	struct histogram response_time;
	struct histogram alert_time;
	struct histogram eval_time;
	unsigned events;
};

struct tally *tally_new(void)
{
	struct tally *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	map_init(&t->rules.map);
	map_init(&t->responses.map);
	t->rules.most = LIMIT_RULES;
	t->responses.most = LIMIT_METRICS_RESPONSES;
	return t;
}

void tally_free(struct tally *t)
{
	if (t == NULL)
		return;
	map_done(&t->rules.map);
	map_done(&t->responses.map);
	arena_done(&t->arena);
	free(t);
}

static struct entry *entry_new(struct tally *t, struct entries *es,
                               struct str key, const struct str labels[3])
{
	struct str copy = arena_copy(&t->arena, key);
	struct entry *e = arena_new(&t->arena, struct entry);

	if (copy.s == NULL || e == NULL)
		return NULL;
	for (unsigned i = 0; i < 3; i++)
		e->labels[i] = labels[i].s != NULL
		                       ? arena_copy(&t->arena, labels[i])
		                       : STR_NONE;
	return map_put(&es->map, copy, e) == 0 ? e : NULL;
}

/* Names are few: rules, and words of ours. */
static void count(struct tally *t, struct entries *es,
                  const struct str labels[3])
{
	auto_buf struct buf key = BUF_INIT;
	struct entry *e;

	for (unsigned i = 0; i < 3; i++) {
		buf_add_str(&key, labels[i]);
		buf_add_byte(&key, '\0');
	}
	if (key.failed)
		return;
	e = map_get(&es->map, buf_str(&key));
	if (e == NULL && es->map.count < es->most)
		e = entry_new(t, es, buf_str(&key), labels);
	if (e != NULL)
		e->count++;
}

void tally_match(struct tally *t, const struct rule *rule)
{
	const struct str labels[3] = { rule->name, str_from(priority_name(
							   rule->priority)) };

	if (t != NULL)
		count(t, &t->rules, labels);
}

/* "terminated after 412 us" -> "terminated" */
static struct str first_word(struct str text)
{
	size_t n = 0;

	while (n < text.len && text.s[n] >= 'a' && text.s[n] <= 'z')
		n++;
	return str_take(text, n);
}

void tally_alert(struct tally *t, const struct alert *alert,
                 uint64_t received_ns)
{
	const struct alert_response *r = &alert->response;

	if (t == NULL)
		return;
	if (received_ns != 0)
		histogram_add(&t->alert_time,
		              clock_monotonic_ns() - received_ns);
	if (alert->has_response) {
		const struct str labels[3] = { r->action, r->mode,
			                       first_word(r->result) };

		count(t, &t->responses, labels);
		if (r->has_latency)
			histogram_add(&t->response_time,
			              r->latency_us * NS_PER_US);
	}
}

bool tally_samples(struct tally *t)
{
	return t != NULL && ++t->events % SAMPLE_EVERY == 0;
}

void tally_eval(struct tally *t, uint64_t ns)
{
	histogram_add(&t->eval_time, ns);
}

static int by_labels(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a;
	const struct entry *y = *(struct entry *const *)b;
	int r = 0;

	for (unsigned i = 0; i < 3 && r == 0; i++)
		r = str_cmp(x->labels[i], y->labels[i]);
	return r;
}

static void render(const struct entries *es, const char *name,
                   const char *const names[], size_t nnames, struct buf *out)
{
	auto_free struct entry **sorted =
		calloc(es->map.count + 1, sizeof(*sorted));
	size_t cursor = 0, n = 0;
	void *entry;

	if (sorted == NULL) {
		out->failed = true;
		return;
	}
	while (map_next(&es->map, &cursor, NULL, &entry))
		sorted[n++] = entry;
	qsort(sorted, n, sizeof(sorted[0]), by_labels);
	for (size_t i = 0; i < n; i++) {
		struct metric_label labels[3];

		for (size_t l = 0; l < nnames; l++)
			labels[l] =
				(struct metric_label){ names[l],
				                       sorted[i]->labels[l] };
		metric_sample(out, name, labels, nnames,
		              (double)sorted[i]->count);
	}
}

void tally_render(const struct tally *t, struct buf *out)
{
	static const char *const rule[] = { "rule", "priority" };
	static const char *const response[] = { "action", "mode", "result" };

	metric_begin(out, "saker_rule_matches_total", METRIC_COUNTER,
	             "events that a rule matched");
	render(&t->rules, "saker_rule_matches_total", rule, 2, out);
	metric_begin(out, "saker_response_actions_total", METRIC_COUNTER,
	             "responses by what became of them");
	render(&t->responses, "saker_response_actions_total", response, 3, out);
	metric_histogram(out, "saker_response_latency_seconds",
	                 "event received to death seen", &t->response_time);
	metric_histogram(out, "saker_alert_latency_seconds",
	                 "event received to alert handed to the outputs",
	                 &t->alert_time);
	metric_histogram(out, "saker_eval_seconds",
	                 "trying the rules on an event, one of 64",
	                 &t->eval_time);
}
