/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_trace.c - a rule taken apart says what the rule itself says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "oom.h"
#include "replay.h"
#include "saker/alert/render.h"
#include "saker/base/io.h"
#include "saker/engine/trace.h"
#include "saker/event/event.h"

static struct ruleset *load(const char *const *paths, size_t npaths)
{
	const struct rule_selection selection = { .lowest = PRIORITY_DEBUG,
		                                  .keep = true };
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;

	if (ruleset_load(paths, npaths, &selection, &diags, &rules) < 0)
		fail_msg("%s", diags.items[0].text);
	diag_done(&diags);
	return rules;
}

static struct ruleset *load_text(const char *text)
{
	char path[] = "/tmp/saker-trace-XXXXXX";
	const char *paths[] = { path };
	struct ruleset *rules;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	rules = load(paths, 1);
	unlink(path);
	return rules;
}

#define RULES                                                         \
	"- list: shells\n  items: [sh, bash]\n"                       \
	"- macro: inner\n  condition: (evt.type = open)\n"            \
	"- macro: outer\n  condition: (inner)\n"                      \
	"- rule: r\n"                                                 \
	"  condition: >\n"                                            \
	"    outer and (proc.name in (shells) or not user.uid = 0)\n" \
	"    and (user.name exists or tolower(proc.pname) = x or\n"   \
	"    not fd.name = a or proc.cmdline = val(fd.name)\n"        \
	"    or proc.name = val(proc.pname))\n"                       \
	"  desc: d\n  output: o\n  priority: info\n"

static bool get(void *context, enum field_id id, const struct field_arg *arg,
                struct value *ret)
{
	(void)context;
	(void)arg;
	*ret = (struct value){ .type = VALUE_STRING, .str = STR("open") };
	if (id == FIELD_PROC_PNAME)
		ret->str = STR("X");
	if (id == FIELD_USER_UID)
		*ret = (struct value){ .type = VALUE_UINT, .u = 7 };
	return id == FIELD_EVT_TYPE || id == FIELD_PROC_NAME ||
	       id == FIELD_PROC_PNAME || id == FIELD_USER_UID;
}

static const struct {
	enum trace_kind kind;
	uint32_t depth, end;
	enum truth truth;
	const char *macro, *text;
	const char *values; /* name=text of each */
} wanted[] = {
	{ TRACE_AND, 0, 13, TRUTH_TRUE, "", NULL, "" },
	{ TRACE_CHECK, 1, 2, TRUTH_TRUE, "outer", "evt.type = open",
	  "evt.type=open " },
	{ TRACE_OR, 1, 6, TRUTH_TRUE, "", NULL, "" },
	{ TRACE_CHECK, 2, 4, TRUTH_FALSE, "", "proc.name in (sh, bash)",
	  "proc.name=open " },
	{ TRACE_NOT, 2, 6, TRUTH_TRUE, "", "not user.uid = 0", "" },
	{ TRACE_CHECK, 3, 6, TRUTH_FALSE, "", "user.uid = 0", "user.uid=7 " },
	{ TRACE_OR, 1, 13, TRUTH_TRUE, "", NULL, "" },
	{ TRACE_CHECK, 2, 8, TRUTH_FALSE, "", "user.name exists",
	  "user.name " },
	{ TRACE_CHECK, 2, 9, TRUTH_TRUE, "", "tolower(proc.pname) = x",
	  "tolower(proc.pname)=x proc.pname=X " },
	{ TRACE_NOT, 2, 11, TRUTH_TRUE, "", "not fd.name = a", "" },
	{ TRACE_CHECK, 3, 11, TRUTH_MISSING, "", "fd.name = a", "fd.name " },
	{ TRACE_CHECK, 2, 12, TRUTH_MISSING, "", "proc.cmdline = val(fd.name)",
	  "proc.cmdline fd.name " },
	{ TRACE_CHECK, 2, 13, TRUTH_FALSE, "", "proc.name = val(proc.pname)",
	  "proc.name=open proc.pname=X " },
};

static void check_values(struct trace *t, size_t node, const char *expected)
{
	auto_buf struct buf shown = BUF_INIT;
	struct trace_value v;

	for (size_t i = 0; trace_value(t, node, i, &v); i++) {
		buf_add_str(&shown, v.name);
		if (v.value != NULL)
			buf_add_byte(&shown, '=');
		if (v.value != NULL)
			render_value(v.value, &shown);
		buf_add_byte(&shown, ' ');
	}
	assert_string_equal(buf_cstr(&shown), expected);
}

static void every_node_is_told(void **state)
{
	struct ruleset *rules = load_text(RULES);
	struct field_source fields = { .get = get, .context = NULL };
	struct trace *t = NULL;

	(void)state;
	assert_int_equal(trace_new(rules, 0, &t), 0);
	trace_evaluate(t, &fields);
	assert_int_equal(trace_count(t), sizeof(wanted) / sizeof(wanted[0]));
	for (size_t i = 0; i < trace_count(t); i++) {
		const struct trace_node *n = trace_node(t, i);
		auto_buf struct buf text = BUF_INIT;

		trace_print(t, i, &text);
		assert_int_equal(n->kind, wanted[i].kind);
		assert_int_equal(n->depth, wanted[i].depth);
		assert_int_equal(n->end, wanted[i].end);
		assert_int_equal(trace_truth(t, i), wanted[i].truth);
		assert_true(str_eq(n->macro, str_from(wanted[i].macro)));
		if (wanted[i].text != NULL)
			assert_string_equal(buf_cstr(&text), wanted[i].text);
		check_values(t, i, wanted[i].values);
	}
	/* in the macro, and on the second line of the folded text */
	assert_int_equal(trace_node(t, 1)->line, 4);
	assert_int_equal(trace_node(t, 7)->line, 10);
	assert_int_equal(trace_node(t, 7)->column, 10);
	trace_free(t);
	ruleset_free(rules);
}

/* Numbers of the blamed checks. */
static void check_blame(const char *condition, size_t distance,
                        const char *blamed)
{
	auto_buf struct buf text = BUF_INIT, found = BUF_INIT;
	struct field_source fields = { .get = get, .context = NULL };
	struct ruleset *rules;
	struct trace *t = NULL;

	buf_printf(&text,
	           "- rule: r\n  condition: %s\n  desc: d\n  output: o\n"
	           "  priority: info\n",
	           condition);
	rules = load_text(buf_cstr(&text));
	assert_int_equal(trace_new(rules, 0, &t), 0);
	trace_evaluate(t, &fields);
	assert_int_equal(trace_distance(t), distance);
	for (size_t i = 0; i < trace_count(t); i++)
		if (trace_is_blamed(t, i))
			buf_printf(&found, "%zu ", i);
	assert_string_equal(buf_cstr(&found), blamed);
	trace_free(t);
	ruleset_free(rules);
}

static void fewest_checks_are_blamed(void **state)
{
	(void)state;
	check_blame("evt.type = open", 0, "");
	check_blame("fd.name exists", 1, "0 ");
	check_blame("evt.type = open and proc.name = a and fd.name = b", 2,
	            "2 3 ");
	/* the cheaper side of an or; a negation wants the opposite */
	check_blame("(proc.name = a and fd.name = b) or proc.name = c", 1,
	            "4 ");
	check_blame("not (evt.type = open or proc.name = open)", 2, "2 3 ");
	check_blame("not (evt.type = open and proc.name = open)", 1, "2 ");
	check_blame("not (proc.name != open)", 0, "");
}

static void nothing_is_kept_unasked(void **state)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;
	struct trace *t = NULL;

	(void)state;
	assert_int_equal(ruleset_load_text("t", STR(RULES), &diags, &rules), 0);
	assert_int_equal(trace_new(rules, 0, &t), E_NOT_FOUND);
	diag_done(&diags);
	ruleset_free(rules);
}

/* Each allocation in turn: an error, or all of it. */
static void memory_may_end(void **state)
{
	struct ruleset *rules = load_text(RULES);
	struct field_source fields = { .get = get, .context = NULL };
	unsigned failures = 0;
	bool hit = true;

	(void)state;
	for (unsigned n = 1; hit; n++) {
		struct trace *t = NULL;
		int r;

		oom_arm(n);
		r = trace_new(rules, 0, &t);
		hit = oom_disarm();
		assert_true(r == 0 || (hit && r == E_NOMEM));
		failures += r == E_NOMEM;
		if (r == 0)
			trace_evaluate(t, &fields);
		assert_int_equal(r == 0, t != NULL);
		trace_free(t);
	}
	assert_true(failures > 10);
	ruleset_free(rules);
}

/* All rules over all events of recorded logs. */
struct comparison_run {
	const struct ruleset *rules;
	struct trace **traces;
	struct matcher *matcher;
	struct tracker *tracker;
	size_t events, hits;
};

static bool join(const struct trace *t, uint32_t node)
{
	const struct trace_node *n = trace_node(t, node);
	bool and = n->kind == TRACE_AND;

	for (uint32_t i = node + 1; i < n->end; i = trace_node(t, i)->end)
		if ((trace_truth(t, i) == TRUTH_TRUE) != and)
			return !and;
	return and;
}

/* Parents follow from their children, as the language says. */
static void check_tree(const struct trace *t)
{
	for (uint32_t i = 0; i < trace_count(t); i++) {
		bool truth = trace_truth(t, i) == TRUTH_TRUE;

		switch (trace_node(t, i)->kind) {
		case TRACE_AND:
		case TRACE_OR:
			assert_int_equal(truth, join(t, i));
			break;
		case TRACE_NOT:
			assert_int_equal(truth,
			                 trace_truth(t, i + 1) != TRUTH_TRUE);
			break;
		case TRACE_CHECK:
			assert_int_equal(trace_node(t, i)->end, i + 1);
			break;
		}
	}
}

static bool is_hit(const struct rule *rule, const struct rule *const *hits,
                   size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (hits[i] == rule)
			return true;
	return false;
}

static void compare(void *arg, struct audit_event *audit, struct process *p)
{
	struct comparison_run *c = arg;
	struct event_context context = { .tracker = c->tracker };
	const struct rule *const *hits;
	struct field_source fields;
	struct event e;
	enum rule_source source;
	size_t n;

	event_init(&e, &context, audit, p);
	fields = event_source(&e);
	source = e.is_syscall ? SOURCE_SYSCALL : SOURCE_AUDIT;
	n = matcher_match(c->matcher, source, e.type, &fields, true, &hits);
	for (size_t i = 0; i < ruleset_count(c->rules); i++) {
		const struct rule *rule = ruleset_rule(c->rules, i);

		trace_evaluate(c->traces[i], &fields);
		check_tree(c->traces[i]);
		assert_int_equal(trace_distance(c->traces[i]) == 0,
		                 trace_truth(c->traces[i], 0) == TRUTH_TRUE);
		if (rule->source == source && rule->enabled)
			assert_int_equal(trace_truth(c->traces[i], 0) ==
			                         TRUTH_TRUE,
			                 is_hit(rule, hits, n));
	}
	c->hits += n;
	c->events++;
}

static void replay_all(struct comparison_run *c, const char *pattern)
{
	struct host *host = host_none_new();
	glob_t logs;

	assert_int_equal(glob(pattern, 0, NULL, &logs), 0);
	for (size_t i = 0; i < logs.gl_pathc; i++) {
		c->tracker =
			tracker_new(&(struct tracker_options){ .host = host });
		assert_true(
			replay_file(c->tracker, logs.gl_pathv[i], compare, c));
		tracker_free(c->tracker);
	}
	globfree(&logs);
	host_free(host);
}

static void compare_all(const char *rules)
{
	const char *paths[] = { rules };
	struct comparison_run c = { .rules = load(paths, 1) };
	size_t count = ruleset_count(c.rules);
	char path[4096];

	c.traces = calloc(count, sizeof(*c.traces));
	c.matcher = matcher_new(c.rules);
	assert_non_null(c.traces);
	assert_non_null(c.matcher);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(trace_new(c.rules, i, &c.traces[i]), 0);
	assert_true(replay_find("live", path, sizeof(path) - 6));
	strcat(path, "/*.log");
	replay_all(&c, path);
	assert_true(c.events > 500 && c.hits > 0);
	for (size_t i = 0; i < count; i++)
		trace_free(c.traces[i]);
	free(c.traces);
	matcher_free(c.matcher);
	ruleset_free((struct ruleset *)(uintptr_t)c.rules);
}

static void shipped_rules_agree(void **state)
{
	const char *top = getenv("top_srcdir");
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s/rules", top != NULL ? top : ".");
	compare_all(path);
}

static void stable_rules_agree(void **state)
{
	char path[4096];

	(void)state;
	if (!replay_find("falco/falco_rules.yaml", path, sizeof(path)))
		skip();
	compare_all(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_node_is_told),
		cmocka_unit_test(fewest_checks_are_blamed),
		cmocka_unit_test(memory_may_end),
		cmocka_unit_test(nothing_is_kept_unasked),
		cmocka_unit_test(shipped_rules_agree),
		cmocka_unit_test(stable_rules_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
