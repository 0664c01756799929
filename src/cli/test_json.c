/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_json.c - results of tests for programs, one object a line. */
#include "saker/base/escape.h"
#include "test_report.h"

static const char *kind_name(enum test_problem_kind kind)
{
	static const char *const names[] = {
		[TEST_MISSING] = "missing",
		[TEST_UNEXPECTED] = "unexpected",
		[TEST_DIFFERENT] = "different",
		[TEST_MISPLACED] = "misplaced",
		[TEST_NOT_SILENT] = "not_silent",
		[TEST_OTHER] = "other",
	};

	return names[kind];
}

static void add_member(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, "\"%s\":", name);
	escape_json(out, value);
}

static void add_alert(const struct test_alert *a, struct buf *out)
{
	buf_add_byte(out, '{');
	add_member(out, "output", a->message);
	buf_printf(out, ",\"priority\":\"%s\",", priority_name(a->priority));
	add_member(out, "rule", a->rule);
	if (a->serial != 0)
		buf_printf(out, ",\"serial\":%llu",
		           (unsigned long long)a->serial);
	buf_add_byte(out, '}');
}

static void add_value(struct buf *out, const char *name, bool has, struct str v)
{
	if (has)
		add_member(out, name, v);
	else
		buf_printf(out, "\"%s\":null", name);
}

static void add_differences(const struct test_fit *fit, struct buf *out)
{
	buf_add_str(out, STR(",\"differences\":["));
	for (const struct test_difference *d = fit->differences; d != NULL;
	     d = d->next) {
		buf_add_byte(out, '{');
		add_value(out, "expected", d->has_expected, d->expected);
		buf_add_byte(out, ',');
		add_value(out, "got", d->has_got, d->got);
		buf_add_byte(out, ',');
		add_member(out, "what", d->what);
		buf_add_byte(out, '}');
		if (d->next != NULL)
			buf_add_byte(out, ',');
	}
	buf_add_byte(out, ']');
}

static void add_problem(const struct test_problem *p, struct buf *out)
{
	buf_printf(out, "{\"column\":%u", p->at.column);
	if (p->fit != NULL)
		add_differences(p->fit, out);
	buf_printf(out, ",\"kind\":\"%s\",\"line\":%u", kind_name(p->kind),
	           p->at.line);
	if (p->expected != NULL || p->got != NULL) {
		buf_add_byte(out, ',');
		add_member(out, "rule",
		           p->expected != NULL ? p->expected->rule.s
		                               : p->got->rule);
	}
	if (p->got != NULL && p->got->serial != 0)
		buf_printf(out, ",\"serial\":%llu",
		           (unsigned long long)p->got->serial);
	if (p->text.s != NULL) {
		buf_add_byte(out, ',');
		add_member(out, "text", p->text);
	}
	if (p->times != 0)
		buf_printf(out, ",\"times\":%llu",
		           (unsigned long long)p->times);
	buf_add_byte(out, '}');
}

void test_json_result(const struct test_result *r, const char *path,
                      struct buf *out)
{
	buf_add_str(out, STR("{\"alerts\":["));
	for (size_t i = 0; i < r->nalerts; i++) {
		if (i > 0)
			buf_add_byte(out, ',');
		add_alert(&r->alerts[i], out);
	}
	buf_printf(out, "],\"events\":%llu,", (unsigned long long)r->events);
	add_member(out, "file", str_from(path));
	buf_printf(out, ",\"line\":%u,\"passed\":%s,\"problems\":[",
	           r->test->at.line, r->problems == NULL ? "true" : "false");
	for (const struct test_problem *p = r->problems; p != NULL;
	     p = p->next) {
		add_problem(p, out);
		if (p->next != NULL)
			buf_add_byte(out, ',');
	}
	buf_add_str(out, STR("],"));
	add_member(out, "test", r->test->name.s);
	buf_add_str(out, STR("}\n"));
}

void test_json_errors(const struct diag_list *diags, struct buf *out)
{
	for (size_t i = 0; i < diags->count; i++) {
		const struct diag *d = &diags->items[i];

		if (d->severity != DIAG_ERROR)
			continue;
		buf_printf(out, "{\"column\":%u,", d->column);
		add_member(out, "error", str_from(d->text));
		buf_add_byte(out, ',');
		add_value(out, "file", d->file != NULL, str_from(d->file));
		if (d->hint != NULL) {
			buf_add_byte(out, ',');
			add_member(out, "hint", str_from(d->hint));
		}
		buf_printf(out, ",\"line\":%u}\n", d->line);
	}
}

static void add_node(const struct coverage_rule *r, size_t node,
                     struct buf *out)
{
	const struct trace_node *n = trace_node(r->trace, node);
	struct buf text = BUF_INIT;

	trace_print(r->trace, node, &text);
	buf_printf(out, "{\"column\":%u,", n->column);
	add_member(out, "expression", buf_str(&text));
	buf_add_byte(out, ',');
	add_value(out, "file", n->file != NULL, str_from(n->file));
	buf_printf(out, ",\"line\":%u}", n->line);
	buf_done(&text);
}

static void add_nodes(const struct coverage_rule *r, const char *name,
                      bool is_truth, struct buf *out)
{
	bool any = false;

	buf_printf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < r->nnodes; i++) {
		if (is_truth ? r->nodes[i].was_true : r->nodes[i].was_false)
			continue;
		if (any)
			buf_add_byte(out, ',');
		add_node(r, i, out);
		any = true;
	}
	buf_add_byte(out, ']');
}

void test_json_coverage(const struct coverage *c, struct buf *out)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct coverage_rule *r = &c->rules[i];

		buf_printf(out, "{\"asked\":%llu,\"coverage\":",
		           (unsigned long long)r->asked);
		escape_json(out, r->rule->name);
		buf_add_byte(out, ',');
		add_member(out, "file", str_from(r->rule->file));
		buf_printf(out, ",\"fired\":%u,\"line\":%u", r->fired,
		           r->rule->line);
		add_nodes(r, "never_false", false, out);
		add_nodes(r, "never_true", true, out);
		buf_printf(out, ",\"silent\":%u}\n", r->silent);
	}
}

void test_json_summary(const struct test_totals *t, const struct coverage *c,
                       struct buf *out)
{
	struct coverage_totals n = test_coverage_totals(c);

	buf_printf(out,
	           "{\"summary\":{\"failed\":%zu,\"files\":%zu,\"parts\":%zu,"
	           "\"parts_true\":%zu,\"rules\":%zu,\"rules_fired\":%zu,"
	           "\"rules_silent\":%zu,\"tests\":%zu,\"wrong_files\":%zu}}\n",
	           t->failed, t->files, n.nodes, n.nodes_true, n.rules, n.fired,
	           n.silent, t->tests, t->wrong_files);
}
