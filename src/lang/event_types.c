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
		r.count = select_names(a, b, false, names);
		for (size_t i = 0; i < b->count; i++)
			names[r.count++] = b->names[i];
		qsort(names, r.count, sizeof(*names), order_names);
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
	qsort(names, c->nvalues, sizeof(*names), order_names);
	for (size_t i = 0; i < c->nvalues; i++)
		if (r.count == 0 || !str_eq(names[r.count - 1], names[i]))
			names[r.count++] = names[i];
	return r;
}

/* evt.num = 0 is how rule files write "never". */
static bool is_never(const struct comparison *c)
{
	return str_eq(c->left->name, STR("evt.num")) &&
	       (c->op == OP_EQ || c->op == OP_EQEQ) && c->nvalues == 1 &&
	       str_eq(c->values[0].s, STR("0"));
}

static struct event_types of_check(struct analysis *x,
                                   const struct comparison *c, bool negated)
{
	struct event_types t;

	if (c->left->kind != TERM_FIELD || c->modifier != MODIFIER_NONE ||
	    c->right_kind == RIGHT_TERM)
		return everything;
	if (is_never(c))
		return negated ? everything : nothing;
	/* an event that is no system call has a type, but no syscall.type:
	 * there the negation of each check is true */
	if (!str_eq(c->left->name, STR("evt.type")) &&
	    (negated || !str_eq(c->left->name, STR("syscall.type"))))
		return everything;
	switch (c->op) {
	case OP_EQ:
	case OP_EQEQ:
	case OP_IN:
	case OP_INTERSECTS:
		t = named(x, c);
		return negated ? complement(t) : t;
	case OP_NE:
		t = named(x, c);
		return negated ? t : complement(t);
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

/* Linux has some 370 system calls, so all but a few are many. */
bool event_types_are_many(const struct event_types *t)
{
	return t->all_but ? t->count < 250 : t->count > MANY_EVENT_TYPES;
}
