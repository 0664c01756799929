/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_types.c - static analysis of conditions. A set is finite or the
 * complement of a finite one; what is not understood may match all types. */
#include "saker/lang/event_types.h"

#include <stdlib.h>

static const struct event_types everything = { .all_but = true };
static const struct event_types nothing = { .all_but = false };

struct analysis {
	struct arena *arena;
	bool nomem;
};

/* Names of a sorted list that are, or are not, in another. */
static size_t select_names(const struct event_types *a,
                           const struct event_types *b, bool in_b,
                           struct str *out)
{
	size_t n = 0, j = 0;

	for (size_t i = 0; i < a->count; i++) {
		while (j < b->count && str_cmp(b->names[j], a->names[i]) < 0)
			j++;
		if ((j < b->count && str_eq(b->names[j], a->names[i])) == in_b)
			out[n++] = a->names[i];
	}
	return n;
}

/* Names of two sorted lists; those of both once. */
static size_t merge_names(const struct event_types *a,
                          const struct event_types *b, struct str *out)
{
	size_t n = 0, i = 0, j = 0;

	while (i < a->count && j < b->count) {
		int order = str_cmp(a->names[i], b->names[j]);

		out[n++] = order < 0 ? a->names[i] : b->names[j];
		i += order <= 0;
		j += order >= 0;
	}
	while (i < a->count)
		out[n++] = a->names[i++];
	while (j < b->count)
		out[n++] = b->names[j++];
	return n;
}

static int order_names(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct event_types unite(struct analysis *x, const struct event_types *a,
                                const struct event_types *b)
{
	struct event_types r = { .all_but = a->all_but || b->all_but };
	struct str *names =
		arena_array(x->arena, struct str, a->count + b->count + 1);

	if (names == NULL) {
		x->nomem = true;
		return everything;
	}
	if (a->all_but && b->all_but) {
		r.count = select_names(a, b, true, names);
	} else if (r.all_but) {
		r.count = a->all_but ? select_names(a, b, false, names)
		                     : select_names(b, a, false, names);
	} else {
		r.count = merge_names(a, b, names);
	}
	r.names = names;
	return r;
}

static struct event_types complement(struct event_types t)
{
	t.all_but = !t.all_but;
	return t;
}

static struct event_types named(struct analysis *x, const struct comparison *c)
{
	struct str *names = arena_array(x->arena, struct str, c->nvalues + 1);
	struct event_types r = { .names = names };

	if (names == NULL) {
		x->nomem = true;
		return everything;
	}
	for (size_t i = 0; i < c->nvalues; i++)
		names[i] = c->values[i].s;
	if (c->nvalues > 1)
		qsort(names, c->nvalues, sizeof(*names), order_names);
	for (size_t i = 0; i < c->nvalues; i++)
		if (r.count == 0 || !str_eq(names[r.count - 1], names[i]))
			names[r.count++] = names[i];
	return r;
}

/* What is known of a check beforehand. */
enum outcome {
	UNDECIDED,
	NEVER,
	ALWAYS
};

static bool all_zero(const struct comparison *c)
{
	uint64_t n;

	for (size_t i = 0; i < c->nvalues; i++)
		if (!str_to_u64(c->values[i].s, 10, &n) || n != 0)
			return false;
	return true;
}

/* Events are counted from 1, so that rule files write "evt.num = 0" for never:
 * libsinsp's ppm_codes.cpp, evaluate_field_invariant(). */
static enum outcome of_number(const struct comparison *c)
{
	uint64_t n;

	if (!str_eq(c->left->name, STR("evt.num")) || c->left->has_arg)
		return UNDECIDED;
	if (c->op == OP_IN)
		return all_zero(c) ? NEVER : UNDECIDED;
	if (c->nvalues != 1 || !str_to_u64(c->values[0].s, 10, &n) || n > 1)
		return UNDECIDED;
	switch (c->op) {
	case OP_LT:
		return NEVER;
	case OP_GE:
		return ALWAYS;
	case OP_EQ:
	case OP_EQEQ:
	case OP_LE:
		return n == 0 ? NEVER : UNDECIDED;
	case OP_NE:
	case OP_GT:
		return n == 0 ? ALWAYS : UNDECIDED;
	default:
		return UNDECIDED;
	}
}

/* "= anyof" is "in", "!= allof" is "not in". Of the others only this is safe
 * to say: what a value must equal is one of them. */
static struct event_types of_names(struct analysis *x,
                                   const struct comparison *c, bool negated)
{
	bool exact = c->modifier == MODIFIER_NONE ||
	             c->modifier ==
	                     (c->op == OP_NE ? MODIFIER_ALLOF : MODIFIER_ANYOF);
	bool wanted = (c->op == OP_NE) == negated;

	if (c->nvalues == 0 && c->modifier != MODIFIER_NONE)
		return negated ? everything : nothing;
	if (wanted && (exact || c->op != OP_NE))
		return named(x, c);
	return exact && !wanted ? complement(named(x, c)) : everything;
}

static struct event_types of_check(struct analysis *x,
                                   const struct comparison *c, bool negated)
{
	enum outcome outcome;

	if (c->left->kind != TERM_FIELD || c->right_kind == RIGHT_TERM)
		return everything;
	outcome = of_number(c);
	if (outcome != UNDECIDED)
		return (outcome == NEVER) != negated ? nothing : everything;
	/* an event that is no system call has a type, but no syscall.type:
	 * there the negation of each check is true */
	if (!str_eq(c->left->name, STR("evt.type")) &&
	    (negated || !str_eq(c->left->name, STR("syscall.type"))))
		return everything;
	switch (c->op) {
	case OP_EXISTS:
		return negated ? nothing : everything;
	case OP_EQ:
	case OP_EQEQ:
	case OP_IN:
	case OP_INTERSECTS:
	case OP_NE:
		return of_names(x, c, negated);
	default:
		return everything;
	}
}

static struct event_types of(struct analysis *x, const struct expr *e,
                             bool negated)
{
	/* not (a and b) = not a or not b, so one of the two is an AND. */
	bool and = (e->kind == EXPR_AND) != negated;
	struct event_types t;

	if (e->kind == EXPR_CHECK)
		return of_check(x, e->check, negated);
	if (e->kind == EXPR_MACRO)
		return everything;
	if (e->kind == EXPR_NOT)
		return of(x, e->children[0], !negated);
	t = and? everything : nothing;
	for (size_t i = 0; i < e->count; i++) {
		struct event_types child = of(x, e->children[i], negated);

		if (and) {
			child = complement(child);
			t = complement(t);
			t = unite(x, &t, &child);
			t = complement(t);
		} else {
			t = unite(x, &t, &child);
		}
	}
	return t;
}

int event_types_of(struct arena *arena, const struct expr *e,
                   struct event_types *ret)
{
	struct analysis x = { .arena = arena };
	struct event_types t = of(&x, e, false);

	if (x.nomem)
		return E_NOMEM;
	*ret = t;
	return 0;
}

bool event_types_has(const struct event_types *t, struct str type)
{
	size_t low = 0, high = t->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = str_cmp(type, t->names[middle]);

		if (c == 0)
			return !t->all_but;
		if (c < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return t->all_but;
}

/* Linux has some 370 system calls, so all but a few are many. */
bool event_types_are_many(const struct event_types *t)
{
	return t->all_but ? t->count < 250 : t->count > MANY_EVENT_TYPES;
}

static bool is_type(const struct term *t)
{
	return t->kind == TERM_FIELD && !t->has_arg &&
	       (str_eq(t->name, STR("evt.type")) ||
	        str_eq(t->name, STR("syscall.type")));
}

static const struct term *type_inside(const struct term *t)
{
	const struct term *found = NULL;

	for (const struct term *i = t->first; i != NULL && found == NULL;
	     i = i->next)
		found = is_type(i) ? i : type_inside(i);
	return found;
}

static const struct term *refused_check(const struct comparison *c,
                                        const char **ret_why)
{
	const struct term *t;

	if (c->op != OP_EQ && c->op != OP_EQEQ && c->op != OP_NE &&
	    c->op != OP_IN && c->op != OP_EXISTS)
		return NULL;
	*ret_why =
		"event code search does not support `evt.type` checks with "
		"transformers";
	t = type_inside(c->left);
	if (t != NULL || !is_type(c->left) || c->right_kind != RIGHT_TERM)
		return t;
	*ret_why =
		"right-hand field comparisons on `evt.type`/`syscall.type` "
		"checks are not supported by event code search";
	return c->right;
}

const struct term *event_types_refused(const struct expr *e,
                                       const char **ret_why)
{
	const struct term *t = NULL;

	if (e->kind == EXPR_CHECK)
		return refused_check(e->check, ret_why);
	for (size_t i = 0; i < e->count && t == NULL; i++)
		t = event_types_refused(e->children[i], ret_why);
	return t;
}
