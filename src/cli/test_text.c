/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_text.c - results of tests for people: what was expected begins with -,
 * what came with +. */
#include "saker/base/escape.h"
#include "test_report.h"

#define RED   "\033[31m"
#define GREEN "\033[32m"
#define BOLD  "\033[1m"
#define RESET "\033[0m"

struct printing {
	struct buf *out;
	bool color;
	const char *path;
};

static void add_colored(const struct printing *p, const char *color,
                        const char *text)
{
	if (p->color)
		buf_add_str(p->out, str_from(color));
	buf_add_str(p->out, str_from(text));
	if (p->color)
		buf_add_str(p->out, str_from(RESET));
}

static void add_line_start(const struct printing *p, char sign, bool is_deeper)
{
	buf_add_str(p->out, str_from(is_deeper ? "      " : "  "));
	if (p->color && sign != ' ')
		buf_add_str(p->out, str_from(sign == '+' ? GREEN : RED));
	buf_add_byte(p->out, sign);
	buf_add_byte(p->out, ' ');
}

static void end_line(const struct printing *p)
{
	if (p->color)
		buf_add_str(p->out, str_from(RESET));
	buf_add_byte(p->out, '\n');
}

/* "Rule [Critical] at serial 7" and its message. */
static void add_alert(const struct printing *p, const struct test_alert *a,
                      const char *remark)
{
	add_line_start(p, '+', false);
	escape_text(p->out, a->rule);
	buf_printf(p->out, " [%s]%s", priority_name(a->priority), remark);
	if (a->serial != 0)
		buf_printf(p->out, ", serial %llu",
		           (unsigned long long)a->serial);
	end_line(p);
	buf_add_str(p->out, STR("        "));
	escape_text(p->out, a->message);
	buf_add_byte(p->out, '\n');
}

static void add_expected(const struct printing *p, const struct test_problem *x)
{
	add_line_start(p, '-', false);
	escape_text(p->out, x->expected->rule.s);
	if (x->times > 1)
		buf_printf(p->out, ", %llu times",
		           (unsigned long long)x->times);
	buf_printf(p->out, ": did not come (line %u)", x->at.line);
	end_line(p);
	if (x->text.s != NULL) {
		buf_add_str(p->out, STR("        "));
		escape_text(p->out, x->text);
		buf_add_byte(p->out, '\n');
	}
	for (size_t i = 0; i < x->expected->fields.count; i++) {
		const struct suite_field *f = &x->expected->fields.items[i];

		add_line_start(p, '-', true);
		escape_text(p->out, f->name.s);
		buf_add_str(p->out, STR(": "));
		escape_text(p->out, f->has_value ? f->value : STR("<NA>"));
		end_line(p);
	}
}

static void add_side(const struct printing *p, char sign,
                     const struct test_difference *d, bool has, struct str v)
{
	add_line_start(p, sign, true);
	escape_text(p->out, d->what);
	buf_add_str(p->out, STR(": "));
	escape_text(p->out, has ? v : STR("<NA>"));
	end_line(p);
}

static void add_different(const struct printing *p,
                          const struct test_problem *x)
{
	add_line_start(p, ' ', false);
	escape_text(p->out, x->got->rule);
	buf_add_str(p->out, STR(": came, but is not as expected"));
	if (x->got->serial != 0)
		buf_printf(p->out, ", serial %llu",
		           (unsigned long long)x->got->serial);
	buf_printf(p->out, " (line %u)", x->at.line);
	end_line(p);
	for (const struct test_difference *d = x->fit->differences; d != NULL;
	     d = d->next) {
		add_side(p, '-', d, d->has_expected, d->expected);
		add_side(p, '+', d, d->has_got, d->got);
	}
}

static void add_text(const struct printing *p, const struct test_problem *x)
{
	add_line_start(p, ' ', false);
	escape_text(p->out, str_from(p->path));
	buf_printf(p->out, ":%u:%u: ", x->at.line, x->at.column);
	escape_text(p->out, x->text);
	end_line(p);
}

static void add_problem(const struct printing *p, const struct test_problem *x)
{
	switch (x->kind) {
	case TEST_MISSING:
		add_expected(p, x);
		break;
	case TEST_UNEXPECTED:
		add_alert(p, x->got, ": came, and is not expected");
		break;
	case TEST_NOT_SILENT:
		add_alert(p, x->got, ": came, and must be silent");
		break;
	case TEST_MISPLACED:
		add_alert(p, x->got, ": came, but not in this order");
		break;
	case TEST_DIFFERENT:
		add_different(p, x);
		break;
	case TEST_OTHER:
		add_text(p, x);
		break;
	}
}

void test_text_result(const struct test_result *r, const char *path, bool color,
                      struct buf *out)
{
	struct printing p = { out, color, path };

	if (r->problems == NULL)
		return;
	add_colored(&p, RED, "FAIL");
	buf_add_byte(out, ' ');
	escape_text(out, str_from(path));
	buf_printf(out, ":%u: ", r->test->at.line);
	if (color)
		buf_add_str(out, str_from(BOLD));
	escape_text(out, r->test->name.s);
	end_line(&p);
	for (const struct test_problem *x = r->problems; x != NULL; x = x->next)
		add_problem(&p, x);
}

void test_text_file(const char *path, size_t tests, size_t failed, bool color,
                    struct buf *out)
{
	struct printing p = { out, color, path };

	add_colored(&p, failed != 0 ? RED : GREEN,
	            failed != 0 ? "FAIL" : "ok  ");
	buf_add_byte(out, ' ');
	escape_text(out, str_from(path));
	buf_printf(out, ": %zu test%s", tests, tests == 1 ? "" : "s");
	if (failed != 0)
		buf_printf(out, ", %zu failed", failed);
	buf_add_byte(out, '\n');
}

void test_text_summary(const struct test_totals *t, const struct coverage *c,
                       bool is_listed, struct buf *out)
{
	struct coverage_totals n = test_coverage_totals(c);

	buf_printf(out, "%zu test%s, %zu failed", t->tests,
	           t->tests == 1 ? "" : "s", t->failed);
	if (t->wrong_files != 0)
		buf_printf(out, "; %zu of %zu files could not be used",
		           t->wrong_files, t->files);
	if (n.rules != 0)
		buf_printf(out,
		           "\nrules: %zu of %zu fired as expected, %zu of %zu "
		           "were silent as expected\nparts of conditions: %zu "
		           "of %zu were true%s",
		           n.fired, n.rules, n.silent, n.rules, n.nodes_true,
		           n.nodes,
		           is_listed || n.nodes == n.nodes_true
		                   ? ""
		                   : "; --coverage shows the others");
	buf_add_byte(out, '\n');
}

static void add_gaps(const struct coverage_rule *r, struct buf *out)
{
	for (size_t i = 0; i < r->nnodes; i++) {
		const struct trace_node *n = trace_node(r->trace, i);
		struct buf text = BUF_INIT;

		if (!test_coverage_is_gap(r, i))
			continue;
		trace_print(r->trace, i, &text);
		buf_add_str(out, STR("  never true: "));
		escape_text(out, buf_str(&text));
		if (n->file != NULL) {
			buf_add_str(out, STR("  ("));
			escape_text(out, str_from(n->file));
			buf_printf(out, ":%u:%u)", n->line, n->column);
		}
		buf_add_byte(out, '\n');
		buf_done(&text);
	}
}

void test_text_coverage(const struct coverage *c, struct buf *out)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct coverage_rule *r = &c->rules[i];

		escape_text(out, r->rule->name);
		buf_printf(out, ": fires in %u test%s, silent in %u%s",
		           r->fired, r->fired == 1 ? "" : "s", r->silent,
		           r->asked == 0 ? ", never asked" : "");
		buf_add_byte(out, '\n');
		add_gaps(r, out);
	}
}
