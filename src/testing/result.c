/* SPDX-License-Identifier: GPL-2.0-or-later */
/* result.c - the alerts of a test, each held against those that were expected
 * of its rule while the event's values are there. */
#include "saker/alert/render.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/vm/operand.h"
#include "testing.h"

struct comparing {
	struct test_result *result;
	struct test_fit *fit;
	bool failed; /* out of memory */
};

static struct str keep(struct comparing *c, struct str v)
{
	struct str copy = arena_copy(&c->result->arena, v);

	c->failed |= copy.s == NULL;
	return copy;
}

static struct test_difference *differs(struct comparing *c, const char *what)
{
	struct test_difference *d =
		arena_new(&c->result->arena, struct test_difference);
	struct test_difference **end = &c->fit->differences;

	if (d == NULL) {
		c->failed = true;
		return NULL;
	}
	while (*end != NULL)
		end = &(*end)->next;
	*end = d;
	c->fit->count++;
	d->what = str_from(what);
	return d;
}

static void differs_in(struct comparing *c, const char *what,
                       struct str expected, struct str got)
{
	struct test_difference *d = differs(c, what);

	if (d == NULL)
		return;
	d->has_expected = d->has_got = true;
	d->expected = expected;
	d->got = keep(c, got);
}

static bool matches(const struct operand *regex, struct str text)
{
	struct value v = { .type = VALUE_STRING, .str = text };
	struct scratch scratch;
	bool is_match;

	if (scratch_init(&scratch) < 0)
		return false;
	is_match = op_info(OP_REGEX)->match(regex, &v, &scratch);
	scratch_done(&scratch);
	return is_match;
}

static void compare_output(struct comparing *c, const struct suite_alert *e,
                           struct str message)
{
	if (e->output.s.s != NULL && str_find(message, e->output.s) < 0)
		differs_in(c, "output", e->output.s, message);
	if (e->output_regex != NULL && !matches(e->output_regex, message))
		differs_in(c, "output_regex", e->output_pattern.s, message);
}

static bool has_tag(const struct alert *a, struct str tag)
{
	for (size_t i = 0; i < a->ntags; i++)
		if (str_eq(a->tags[i], tag))
			return true;
	return false;
}

static void compare_tags(struct comparing *c, const struct suite_alert *e,
                         const struct alert *a)
{
	auto_buf struct buf all = BUF_INIT;

	for (size_t i = 0; i < a->ntags; i++)
		buf_printf(&all, "%s%.*s", i > 0 ? "," : "",
		           STR_FMT(a->tags[i]));
	for (size_t i = 0; i < e->tags.count; i++)
		if (!has_tag(a, e->tags.items[i].s))
			differs_in(c, "tags", e->tags.items[i].s,
			           buf_str(&all));
	c->failed |= all.failed;
}

static void compare_response(struct comparing *c, const struct suite_alert *e,
                             const struct alert *a)
{
	struct str got = a->has_response ? a->response.action : STR("none");

	if (e->response.s.s != NULL && !str_eq(e->response.s, got))
		differs_in(c, "response", e->response.s, got);
}

static void compare_field(struct comparing *c, const struct suite_field *f,
                          const struct field_source *event)
{
	auto_buf struct buf text = BUF_INIT;
	struct test_difference *d;
	struct value v;
	bool has = event->get(event->context, f->info->id, &f->arg, &v);

	if (has)
		render_value(&v, &text);
	c->failed |= text.failed;
	if (has == f->has_value && (!has || str_eq(buf_str(&text), f->value)))
		return;
	d = differs(c, "");
	if (d == NULL)
		return;
	d->what = f->name.s;
	d->has_expected = f->has_value;
	d->expected = f->value;
	d->has_got = has;
	if (has)
		d->got = keep(c, buf_str(&text));
}

/* Differences in the order in which the test writes what it expects. */
static bool compare(struct test_result *r, struct test_fit *fit,
                    const struct alert *alert, const struct field_source *event)
{
	const struct suite_alert *e = fit->expected;
	struct comparing c = { .result = r, .fit = fit };

	if (e->has_priority && e->priority != alert->priority)
		differs_in(&c, "priority", str_from(priority_name(e->priority)),
		           str_from(priority_name(alert->priority)));
	compare_output(&c, e, alert->message);
	compare_tags(&c, e, alert);
	compare_response(&c, e, alert);
	for (size_t i = 0; i < e->fields.count; i++)
		compare_field(&c, &e->fields.items[i], event);
	return !c.failed;
}

static bool add_fits(struct test_result *r, struct test_alert *a,
                     const struct alert *alert,
                     const struct field_source *event)
{
	const struct suite_alerts *expect = &r->test->expect;
	struct test_fit **last = &a->fits;

	for (size_t i = 0; i < expect->count; i++) {
		struct test_fit *fit;

		if (!str_eq(expect->items[i].rule.s, alert->rule))
			continue;
		fit = arena_new(&r->arena, struct test_fit);
		if (fit == NULL)
			return false;
		fit->expected = &expect->items[i];
		if (!compare(r, fit, alert, event))
			return false;
		*last = fit;
		last = &fit->next;
	}
	return true;
}

static bool make_room(struct test_result *r)
{
	size_t cap = r->cap != 0 ? 2 * r->cap : 16;
	struct test_alert *alerts;

	if (r->nalerts < r->cap)
		return true;
	alerts = arena_array(&r->arena, struct test_alert, cap);
	if (alerts == NULL)
		return false;
	if (r->nalerts != 0)
		memcpy(alerts, r->alerts, r->nalerts * sizeof(*alerts));
	r->alerts = alerts;
	r->cap = cap;
	return true;
}

static bool is_looked_at(const struct suite_texts *only, struct str rule)
{
	for (size_t i = 0; i < only->count; i++)
		if (glob_match(only->items[i].s, rule, false))
			return true;
	return only->count == 0;
}

bool result_add_alert(struct test_result *r, const struct alert *alert,
                      uint64_t serial, const struct field_source *event)
{
	struct test_alert *a;

	if (!is_looked_at(&r->test->only, alert->rule))
		return true;
	if (r->nalerts == LIMIT_TEST_ALERTS)
		return true;
	if (!make_room(r))
		return false;
	a = &r->alerts[r->nalerts];
	*a = (struct test_alert){
		.rule = arena_copy(&r->arena, alert->rule),
		.message = arena_copy(&r->arena, alert->message),
		.priority = alert->priority,
		.serial = serial,
	};
	if (a->rule.s == NULL || a->message.s == NULL ||
	    !add_fits(r, a, alert, event))
		return false;
	if (++r->nalerts < LIMIT_TEST_ALERTS)
		return true;
	return result_say(r, r->test->at, "there are %u alerts and maybe more",
	                  LIMIT_TEST_ALERTS);
}

struct test_problem *result_add_problem(struct test_result *r,
                                        enum test_problem_kind kind,
                                        struct position at)
{
	struct test_problem *p = arena_new(&r->arena, struct test_problem);

	if (p == NULL)
		return NULL;
	p->kind = kind;
	p->at = at;
	*r->last = p;
	r->last = &p->next;
	return p;
}

bool result_say(struct test_result *r, struct position at, const char *format,
                ...)
{
	struct test_problem *p = result_add_problem(r, TEST_OTHER, at);
	auto_buf struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&text, format, ap);
	va_end(ap);
	if (p == NULL)
		return false;
	p->text = arena_copy(&r->arena, buf_str(&text));
	return !text.failed && p->text.s != NULL;
}

void test_result_done(struct test_result *r)
{
	arena_done(&r->arena);
	*r = (struct test_result){ 0 };
}
