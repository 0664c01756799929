/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_frequency.c - thresholds of rules, and series of alerts that repeat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "saker/base/clock.h"
#include "saker/base/limits.h"
#include "saker/daemon/suppress.h"
#include "saker/engine/ruleset.h"
#include "saker/engine/threshold.h"

#define BEGIN (1700000000 * (uint64_t)NS_PER_SEC)

/* An event: its time, and what tells it from others. */
struct sample {
	uint64_t time_ns;
	const char *container;
	const char *path;
	uint64_t pid;
};

static bool get(void *context, enum field_id id, const struct field_arg *arg,
                struct value *ret)
{
	const struct sample *s = context;

	(void)arg;
	switch (id) {
	case FIELD_EVT_RAWTIME:
		*ret = (struct value){ .type = VALUE_TIME, .u = s->time_ns };
		return true;
	case FIELD_EVT_TYPE:
		*ret = (struct value){ .type = VALUE_STRING,
			               .str = STR("unlink") };
		return true;
	case FIELD_CONTAINER_ID:
		*ret = (struct value){ .type = VALUE_STRING,
			               .str = str_from(s->container) };
		return true;
	case FIELD_FS_PATH_NAME:
		*ret = (struct value){ .type = VALUE_STRING,
			               .str = str_from(s->path) };
		return s->path != NULL;
	case FIELD_PROC_PID:
		*ret = (struct value){ .type = VALUE_UINT, .u = s->pid };
		return true;
	default:
		return false;
	}
}

static struct field_source source(const struct sample *s)
{
	return (struct field_source){ .get = get,
		                      .context = (void *)(uintptr_t)s };
}

static struct ruleset *load(const char *text)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;

	if (ruleset_load_text("t.yaml", str_from(text), &diags, &rules) < 0)
		fail_msg("%s", diags.items[0].text);
	diag_done(&diags);
	return rules;
}

#define RULE(name, more)                                \
	"- rule: " name                                 \
	"\n  desc: d\n  condition: evt.type = unlink\n" \
	"  output: '" name                              \
	" (path=%fs.path.name pid=%proc.pid)'\n"        \
	"  priority: info\n" more

struct threshold_case {
	unsigned count;
	uint64_t step_ns; /* between two events */
	unsigned containers;
	unsigned events;
	unsigned fires;
};

static unsigned count_fires(const struct threshold_case *c)
{
	char text[512];
	struct counters counters = { 0 };
	struct thresholds *t = thresholds_new(&counters);
	struct ruleset *rules;
	unsigned fires = 0;

	snprintf(text, sizeof(text),
	         "%s  threshold: {count: %u, within: 10s}\n", RULE("r", ""),
	         c->count);
	rules = load(text);
	assert_non_null(t);
	for (unsigned i = 0; i < c->events; i++) {
		char id[16];
		struct sample s = { BEGIN + i * c->step_ns, id, NULL, i };
		struct field_source fields = source(&s);

		snprintf(id, sizeof(id), "c%u", i % c->containers);
		fires += thresholds_reached(t, ruleset_rule(rules, 0), &fields);
	}
	thresholds_free(t);
	ruleset_free(rules);
	return fires;
}

static void test_threshold(void **state)
{
	static const struct threshold_case cases[] = {
		{ 1, NS_PER_SEC, 1, 3, 3 },
		{ 3, NS_PER_SEC, 1, 2, 0 },
		{ 3, NS_PER_SEC, 1, 3, 1 },
		{ 3, NS_PER_SEC, 1, 5, 1 },
		{ 3, NS_PER_SEC, 1, 6, 2 },
		{ 3, 5 * NS_PER_SEC, 1, 3, 1 }, /* exactly ten seconds */
		{ 3, 5 * NS_PER_SEC + 1, 1, 100, 0 },
		{ 3, 0, 1, 30, 10 },
		{ 3, NS_PER_SEC, 2, 5, 1 }, /* each container for itself */
		{ 3, NS_PER_SEC, 2, 6, 2 },
		{ LIMIT_THRESHOLD_COUNT, NS_PER_MS, 1, 2000, 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (count_fires(&cases[i]) != cases[i].fires)
			fail_msg("case %zu fires %u times", i,
			         count_fires(&cases[i]));
}

/* More keys than there is memory for: what is forgotten is counted. */
static void test_threshold_limit(void **state)
{
	struct counters counters = { 0 };
	struct thresholds *t = thresholds_new(&counters);
	struct ruleset *rules =
		load(RULE("r", "  threshold: {count: 1000, within: 1h}\n"));
	const struct rule *rule = ruleset_rule(rules, 0);

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		char id[16];
		struct sample s = { BEGIN, id, NULL, i };
		struct field_source fields = source(&s);

		snprintf(id, sizeof(id), "c%u", i);
		assert_false(thresholds_reached(t, rule, &fields));
	}
	assert_in_range(counter_get(&counters, COUNTER_THRESHOLDS_EVICTED),
	                2000 - LIMIT_THRESHOLD_BYTES / 8000, 2000);
	thresholds_free(t);
	ruleset_free(rules);
}

/* One container that brings up ever new keys forgets its own. */
static void test_threshold_share(void **state)
{
	struct counters counters = { 0 };
	struct ruleset *rules = load(
		RULE("r",
	             "  threshold: {count: 500, within: 1h, by: [proc.pid]}"
	             "\n"));
	const struct rule *rule = ruleset_rule(rules, 0);
	unsigned fires = 0, most = 0;

	(void)state;
	/* one in 64 shares its place with the other, by its table's seed */
	for (unsigned turn = 0; turn < 3; turn++) {
		struct thresholds *t = thresholds_new(&counters);

		assert_non_null(t);
		fires = 0;
		for (unsigned i = 0; i < 500; i++) {
			struct sample quiet = { BEGIN, "quiet", NULL, 1 };
			struct field_source fields = source(&quiet);

			fires += thresholds_reached(t, rule, &fields);
			for (unsigned k = 0; i == 250 && k < 5000; k++) {
				struct sample noisy = { BEGIN, "noisy", NULL,
					                100000 + k };

				fields = source(&noisy);
				(void)!thresholds_reached(t, rule, &fields);
			}
		}
		most = fires > most ? fires : most;
		thresholds_free(t);
	}
	assert_int_equal(most, 1);
	assert_true(counter_get(&counters, COUNTER_THRESHOLDS_EVICTED) > 0);
	ruleset_free(rules);
}

/* A rule that is not there yet leaves the event to the rules behind it. */
static void test_threshold_and_order(void **state)
{
	struct ruleset *rules =
		load(RULE("many", "  threshold: {count: 3, within: 10s}\n")
	                     RULE("one", ""));
	struct thresholds *t = thresholds_new(NULL);
	struct matcher *m = matcher_new(rules);
	const char *expected[] = { "one", "one", "many", "one" };

	(void)state;
	matcher_use_thresholds(m, t);
	for (unsigned i = 0; i < 4; i++) {
		struct sample s = { BEGIN, "web", NULL, i };
		struct field_source fields = source(&s);
		const struct rule *const *hits;

		assert_int_equal(matcher_match(m, SOURCE_SYSCALL, STR("unlink"),
		                               &fields, false, &hits),
		                 1);
		assert_true(str_eq(hits[0]->name, str_from(expected[i])));
	}
	matcher_free(m);
	thresholds_free(t);
	ruleset_free(rules);
}

/* What the suppressor has emitted. */
struct emitted {
	unsigned count;
	uint64_t told;
	char last[256];
};

static void emit(void *arg, const struct alert *alert)
{
	struct emitted *e = arg;

	e->count++;
	for (size_t i = 0; i < alert->nfields; i++)
		if (str_eq(alert->fields[i].name, STR("alert.count")))
			e->told += alert->fields[i].value.u;
	snprintf(e->last, sizeof(e->last), "%.*s", STR_FMT(alert->message));
	assert_true(alert->is_summary);
}

struct world {
	struct emitted emitted;
	struct counters counters;
	struct ruleset *rules;
	struct suppressor *s;
};

static void open_world(struct world *w, const char *more, unsigned rate)
{
	char text[512];
	const struct suppress_options options = {
		.within_ns = 60 * NS_PER_SEC,
		.rate = rate,
		.counters = &w->counters,
		.emit = emit,
		.arg = &w->emitted,
	};

	memset(w, 0, sizeof(*w));
	snprintf(text, sizeof(text), "%s%s", RULE("r", ""), more);
	w->rules = load(text);
	w->s = suppressor_new(&options);
	assert_non_null(w->s);
}

static void close_world(struct world *w)
{
	suppressor_free(w->s);
	ruleset_free(w->rules);
}

static bool takes(struct world *w, const struct sample *s)
{
	struct field_source fields = source(s);

	return suppressor_takes(w->s, ruleset_rule(w->rules, 0), &fields);
}

static void test_repeats(void **state)
{
	struct sample s = { BEGIN, "web", "/a", 1 };
	struct world w;

	(void)state;
	open_world(&w, "", 1000);
	assert_false(takes(&w, &s));
	for (unsigned i = 0; i < 10; i++, s.time_ns += NS_PER_SEC)
		assert_true(takes(&w, &s));
	s.pid = 2;
	assert_false(takes(&w, &s));
	s.pid = 1;
	s.path = "/b";
	assert_false(takes(&w, &s));
	s.path = "/a";
	s.container = "db";
	assert_false(takes(&w, &s));
	assert_int_equal(w.emitted.count, 0);
	s.container = "web";
	s.time_ns = BEGIN + 60 * NS_PER_SEC;
	assert_false(takes(&w, &s)); /* its time is over: a new series */
	assert_int_equal(w.emitted.count, 1);
	assert_int_equal(w.emitted.told, 10);
	assert_string_equal(w.emitted.last,
	                    "r (path=/a pid=1) [repeated: 10 "
	                    "more since 22:13:20.000000000]");
	suppressor_tick(w.s, UINT64_MAX);
	assert_int_equal(w.emitted.count, 1); /* nothing was held since */
	assert_int_equal(counter_get(&w.counters, COUNTER_ALERTS_SUPPRESSED),
	                 10);
	close_world(&w);
}

/* Other paths each time: at most so many of one rule and container. */
static void test_rate(void **state)
{
	struct world w;
	unsigned raised = 0;

	(void)state;
	open_world(&w, "", 20);
	for (unsigned i = 0; i < 1000; i++) {
		char path[16];
		struct sample s = { BEGIN + i * NS_PER_MS, "web", path, i };

		snprintf(path, sizeof(path), "/%u", i);
		raised += !takes(&w, &s);
	}
	assert_int_equal(raised, 20);
	suppressor_tick(w.s, UINT64_MAX);
	assert_int_equal(w.emitted.count, 1);
	assert_int_equal(w.emitted.told, 980);
	assert_non_null(strstr(w.emitted.last, "[of this rule 980 more since"));
	close_world(&w);
}

static void test_rule_key(void **state)
{
	struct sample s = { BEGIN, "web", "/a", 1 };
	struct world w;

	(void)state;
	open_world(&w,
	           "  suppress: {within: 10s, count: 2, by: [container.id]}\n",
	           1000);
	assert_false(takes(&w, &s));
	s.path = "/b";
	assert_false(takes(&w, &s));
	s.path = "/c";
	assert_true(takes(&w, &s));
	suppressor_tick(w.s, BEGIN + 9 * NS_PER_SEC);
	assert_int_equal(w.emitted.count, 0);
	suppressor_tick(w.s, BEGIN + 10 * NS_PER_SEC);
	assert_int_equal(w.emitted.told, 1);
	close_world(&w);
	open_world(&w, "  suppress: {within: 0s}\n", 1);
	for (unsigned i = 0; i < 100; i++)
		assert_false(takes(&w, &s));
	close_world(&w);
}

/* Every held alert is told, however many series there are. */
static void test_series_limit(void **state)
{
	const unsigned n = 2 * LIMIT_SERIES;
	struct world w;
	unsigned raised = 0;

	(void)state;
	open_world(&w, "", UINT32_MAX);
	for (unsigned i = 0; i < 2 * n; i++) {
		char path[16];
		struct sample s = { BEGIN, "web", path, 1 };

		snprintf(path, sizeof(path), "/%u", i / 2);
		raised += !takes(&w, &s);
	}
	assert_in_range(counter_get(&w.counters, COUNTER_SERIES_EVICTED),
	                n - LIMIT_SERIES, n);
	suppressor_tick(w.s, UINT64_MAX);
	assert_int_equal(raised + w.emitted.told, 2 * n);
	close_world(&w);
}

static void check_error(const char *more, const char *expected)
{
	char text[512];
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;

	snprintf(text, sizeof(text), "%s%s", RULE("r", ""), more);
	assert_int_equal(
		ruleset_load_text("t.yaml", str_from(text), &diags, &rules),
		E_INVALID);
	assert_string_equal(diags.items[0].text, expected);
	diag_done(&diags);
}

static void test_errors(void **state)
{
	static const char *const cases[][2] = {
		{ "  threshold: {within: 10s}\n",
		  "threshold: count or within is missing" },
		{ "  threshold: {count: 5}\n",
		  "threshold: count or within is missing" },
		{ "  threshold: {count: 0, within: 10s}\n",
		  "threshold: wrong count" },
		{ "  threshold: {count: 1001, within: 10s}\n",
		  "threshold: wrong count" },
		{ "  threshold: {count: many, within: 10s}\n",
		  "threshold: wrong count" },
		{ "  threshold: {count: 5, within: 0s}\n",
		  "threshold: wrong time" },
		{ "  threshold: {count: 5, within: 10}\n",
		  "threshold: wrong time" },
		{ "  threshold: {count: 5, within: 25h}\n",
		  "threshold: wrong time" },
		{ "  threshold: {count: 5, within: 10s, by: container.id}\n",
		  "threshold: by takes a list of fields" },
		{ "  threshold: {count: 5, within: 10s, by: [container.di]}\n",
		  "threshold counts by a field that does not exist, "
		  "'container.di'" },
		{ "  threshold: {count: 5, within: 10s, per: x}\n",
		  "unknown key 'per' in threshold" },
		{ "  suppress: {by: [container.id]}\n",
		  "suppress: within is missing" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check_error(cases[i][0], cases[i][1]);
}

/* Alerts so large that their bytes come to an end before their number does. */
static void test_series_bytes(void **state)
{
	const unsigned n = 2 * LIMIT_SERIES_BYTES / LIMIT_ALERT_FIELD_BYTES;
	static char path[LIMIT_ALERT_FIELD_BYTES + 1];
	struct world w;

	(void)state;
	assert_true(n < LIMIT_SERIES);
	open_world(&w, "", UINT32_MAX);
	memset(path, 'x', sizeof(path) - 1);
	for (unsigned i = 0; i < 2 * n; i++) {
		struct sample s = { BEGIN, "web", path, 1 };
		int len = snprintf(path, sizeof(path), "/%08u", i / 2);

		path[len] = 'x';
		takes(&w, &s);
	}
	assert_in_range(counter_get(&w.counters, COUNTER_SERIES_EVICTED), 1, n);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threshold),
		cmocka_unit_test(test_threshold_limit),
		cmocka_unit_test(test_threshold_share),
		cmocka_unit_test(test_threshold_and_order),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_rule_key),
		cmocka_unit_test(test_series_limit),
		cmocka_unit_test(test_series_bytes),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
