/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge.c - which alert is which expected one, and what is left over. */
#include <stdlib.h>

#include "saker/base/io.h"
#include "saker/vm/op.h"
#include "testing.h"

/* One expected alert, which may have to come several times. */
struct slot {
	const struct suite_alert *expected;
	uint64_t taken;
	bool is_tried;
};

struct judging {
	struct test_result *result;
	struct coverage *coverage;
	struct slot *slots;
	size_t nslots;
	bool failed; /* out of memory */
};

static struct slot *slot_of(const struct judging *j,
                            const struct suite_alert *expected)
{
	return &j->slots[expected - j->result->test->expect.items];
}

static bool find_place(struct judging *j, struct test_alert *a);

/* One of those who have the place finds another. */
static bool make_place(struct judging *j, struct slot *s)
{
	for (size_t i = 0; i < j->result->nalerts; i++) {
		struct test_alert *b = &j->result->alerts[i];

		if (b->taken_by == s->expected && find_place(j, b))
			return true;
	}
	return false;
}

/* Kuhn's matching: an alert that fits several expected ones must not take the
 * only one that another fits. As deep as there are expected ones at most. */
static bool find_place(struct judging *j, struct test_alert *a)
{
	for (const struct test_fit *f = a->fits; f != NULL; f = f->next) {
		struct slot *s = slot_of(j, f->expected);

		if (f->differences != NULL || s->is_tried)
			continue;
		s->is_tried = true;
		if (s->taken < s->expected->times)
			s->taken++;
		else if (!make_place(j, s))
			continue;
		a->taken_by = f->expected;
		return true;
	}
	return false;
}

static void assign(struct judging *j)
{
	for (size_t i = 0; i < j->result->nalerts; i++) {
		for (size_t s = 0; s < j->nslots; s++)
			j->slots[s].is_tried = false;
		find_place(j, &j->result->alerts[i]);
	}
}

static const struct test_fit *fit_of(const struct test_alert *a,
                                     const struct suite_alert *expected)
{
	const struct test_fit *f = a->fits;

	while (f != NULL && f->expected != expected)
		f = f->next;
	return f;
}

/* The earliest that fits: if all can have their turn, this finds it. */
static void assign_in_order(struct judging *j)
{
	size_t next = 0;

	for (size_t s = 0; s < j->nslots; s++) {
		struct slot *slot = &j->slots[s];

		for (size_t i = next; i < j->result->nalerts &&
		                      slot->taken < slot->expected->times;
		     i++) {
			struct test_alert *a = &j->result->alerts[i];
			const struct test_fit *f = fit_of(a, slot->expected);

			if (f == NULL || f->differences != NULL)
				continue;
			a->taken_by = slot->expected;
			slot->taken++;
			next = i + 1;
		}
	}
}

/* An alert of the rule that nothing has taken, the more alike the better. */
static struct test_alert *nearest(const struct judging *j,
                                  const struct slot *slot,
                                  const struct test_fit **ret_fit)
{
	struct test_alert *best = NULL;

	for (size_t i = 0; i < j->result->nalerts; i++) {
		struct test_alert *a = &j->result->alerts[i];
		const struct test_fit *f = fit_of(a, slot->expected);

		if (a->taken_by != NULL || f == NULL ||
		    (best != NULL && f->count >= (*ret_fit)->count))
			continue;
		best = a;
		*ret_fit = f;
	}
	return best;
}

static struct test_problem *add(struct judging *j, enum test_problem_kind kind,
                                struct position at)
{
	struct test_problem *p = result_add_problem(j->result, kind, at);

	j->failed |= p == NULL;
	return p;
}

static size_t count_came(const struct test_result *r, struct str rule)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nalerts; i++)
		n += str_eq(r->alerts[i].rule, rule);
	return n;
}

static bool came(const struct test_result *r, struct str rule)
{
	return count_came(r, rule) != 0;
}

static void explain(struct judging *j, struct test_problem *p)
{
	struct str rule = p->expected->rule.s;
	const struct coverage_rule *r = coverage_find(j->coverage, rule);
	auto_buf struct buf text = BUF_INIT;

	if (r == NULL)
		return;
	if (!coverage_was_asked(r))
		buf_add_str(&text, STR("there is no event of a type that it "
		                       "looks at"));
	else if (r->matched > count_came(j->result, rule))
		buf_add_str(&text, STR("its condition was true, but an earlier "
		                       "rule raised its alert"));
	else if (r->has_nearest && r->nearest_serial != 0)
		buf_printf(&text, "nearest is serial %llu: %.*s",
		           (unsigned long long)r->nearest_serial,
		           STR_FMT(buf_str(&r->nearest)));
	else if (r->has_nearest)
		buf_add_str(&text, buf_str(&r->nearest));
	if (text.len == 0)
		return;
	p->text = arena_copy(&j->result->arena, buf_str(&text));
	j->failed |= text.failed || p->text.s == NULL;
}

static void report_slot(struct judging *j, struct slot *slot)
{
	const struct test_fit *fit;
	struct test_alert *near;
	struct test_problem *p;

	while (slot->taken < slot->expected->times && !j->failed &&
	       (near = nearest(j, slot, &fit)) != NULL) {
		p = add(j,
		        fit->differences != NULL ? TEST_DIFFERENT
		                                 : TEST_MISPLACED,
		        slot->expected->at);
		if (p == NULL)
			return;
		p->expected = near->taken_by = slot->expected;
		p->got = near;
		p->fit = fit;
		slot->taken++;
	}
	if (slot->taken == slot->expected->times)
		return;
	p = add(j, TEST_MISSING, slot->expected->at);
	if (p == NULL)
		return;
	p->expected = slot->expected;
	p->times = slot->expected->times - slot->taken;
	explain(j, p);
}

static void report_alert(struct judging *j, const struct test_alert *a)
{
	const struct suite_test *t = j->result->test;
	struct test_problem *p = NULL;
	bool others = t->others == SUITE_OTHERS_ALLOW || !t->expect.is_given;

	for (size_t i = 0; i < t->silent.count; i++) {
		if (!glob_match(t->silent.items[i].s, a->rule, false))
			continue;
		p = add(j, TEST_NOT_SILENT, t->silent.items[i].at);
		break;
	}
	if (p == NULL && a->taken_by == NULL && !others)
		p = add(j, TEST_UNEXPECTED, t->at);
	if (p != NULL)
		p->got = a;
}

/* Silence is worth something of a rule that was asked. */
static bool count_silent(struct judging *j, const struct suite_text *pattern,
                         struct coverage *c)
{
	bool is_asked = false;

	for (size_t i = 0; i < c->count; i++) {
		struct coverage_rule *r = &c->rules[i];

		if (!glob_match(pattern->s, r->rule->name, false) ||
		    !coverage_was_asked(r))
			continue;
		is_asked = true;
		r->silent += !came(j->result, r->rule->name);
	}
	return is_asked;
}

static void judge_silent(struct judging *j, struct coverage *c)
{
	const struct suite_texts *silent = &j->result->test->silent;

	if (j->result->events == 0)
		return;
	for (size_t i = 0; i < silent->count; i++)
		if (!count_silent(j, &silent->items[i], c) &&
		    !result_say(j->result, silent->items[i].at,
		                "'%.*s' is silent because it was never asked: "
		                "there is no event of a type that it looks at",
		                STR_FMT(silent->items[i].s)))
			j->failed = true;
}

static bool is_first_of_rule(const struct judging *j, size_t slot)
{
	struct str rule = j->slots[slot].expected->rule.s;

	for (size_t s = 0; s < slot; s++)
		if (str_eq(j->slots[s].expected->rule.s, rule))
			return false;
	return true;
}

static void count_fired(const struct judging *j, struct coverage *c)
{
	for (size_t s = 0; s < j->nslots; s++) {
		const struct slot *slot = &j->slots[s];
		struct coverage_rule *r =
			coverage_find(c, slot->expected->rule.s);

		if (r != NULL && slot->taken == slot->expected->times &&
		    is_first_of_rule(j, s))
			r->fired++;
	}
}

int result_judge(struct test_result *r, struct coverage *c)
{
	struct judging j = { .result = r,
		             .coverage = c,
		             .nslots = r->test->expect.count };
	auto_free struct slot *slots = calloc(j.nslots + 1, sizeof(*slots));

	if (slots == NULL)
		return E_NOMEM;
	j.slots = slots;
	for (size_t i = 0; i < j.nslots; i++)
		slots[i].expected = &r->test->expect.items[i];
	if (r->test->ordered)
		assign_in_order(&j);
	else
		assign(&j);
	count_fired(&j, c);
	for (size_t i = 0; i < j.nslots && !j.failed; i++)
		report_slot(&j, &slots[i]);
	for (size_t i = 0; i < r->nalerts && !j.failed; i++)
		report_alert(&j, &r->alerts[i]);
	judge_silent(&j, c);
	return j.failed ? E_NOMEM : 0;
}
