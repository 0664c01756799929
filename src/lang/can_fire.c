/* SPDX-License-Identifier: GPL-2.0-or-later */
/* can_fire.c - can a condition be true, given what audit can tell? A field
 * without values makes its checks false, and their negations true. */
#include "saker/event/event_types.h"
#include "saker/lang/check.h"

struct truths {
	bool can_be_true;
	bool can_be_false;
};

static const struct term *missing_in(const struct term *t)
{
	const struct term *missing = NULL;
	struct str rest;
	const struct field_info *f;

	if (t->kind == TERM_FIELD) {
		f = field_find(t->name, &rest);
		return f != NULL && f->origin == FIELD_FROM_NOWHERE ? t : NULL;
	}
	for (const struct term *i = t->first; i != NULL && missing == NULL;
	     i = i->next)
		missing = missing_in(i);
	return missing;
}

/* Types of which saker has no events. */
static bool is_foreign(const struct comparison *c)
{
	if (!str_eq(c->left->name, STR("evt.type")) || c->nvalues == 0 ||
	    c->op == OP_NE || c->op == OP_EXISTS)
		return false;
	for (size_t i = 0; i < c->nvalues; i++)
		if (!event_type_is_foreign(c->values[i].s))
			return false;
	return true;
}

static struct truths of(const struct expr *e, const struct term **ret_missing)
{
	struct truths t = { true, true }, child;
	const struct term *missing;
	bool and = e->kind == EXPR_AND;

	switch (e->kind) {
	case EXPR_CHECK:
		missing = missing_in(e->check->left);
		if (missing == NULL && e->check->right_kind == RIGHT_TERM)
			missing = missing_in(e->check->right);
		if (missing == NULL && is_foreign(e->check))
			missing = e->check->left;
		if (missing != NULL && *ret_missing == NULL)
			*ret_missing = missing;
		t.can_be_true = missing == NULL;
		return t;
	case EXPR_NOT:
		child = of(e->children[0], ret_missing);
		return (struct truths){ child.can_be_false, child.can_be_true };
	case EXPR_MACRO:
		return t;
	default:
		break;
	}
	t = (struct truths){ and, !and};
	for (size_t i = 0; i < e->count; i++) {
		child = of(e->children[i], ret_missing);
		if (and) {
			t.can_be_true &= child.can_be_true;
			t.can_be_false |= child.can_be_false;
		} else {
			t.can_be_true |= child.can_be_true;
			t.can_be_false &= child.can_be_false;
		}
	}
	return t;
}

bool condition_can_fire(const struct expr *e, struct str *ret_missing)
{
	const struct term *missing = NULL;
	bool can = of(e, &missing).can_be_true;

	*ret_missing = missing != NULL ? missing->name : STR_NONE;
	return can;
}
