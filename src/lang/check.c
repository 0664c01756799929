/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.c - fields are looked up, operators are held against field types,
 * values are parsed; what passes goes to the builder. */
#include "saker/lang/check.h"

#include "saker/base/io.h"
#include "store.h"
#include "values.h"

/* Results of comparisons that did not pass, where numbers of nodes are
 * otherwise. */
enum {
	SEEN_INVALID = 1,
	SEEN_UNKNOWN = 2,
	SEEN_NODE = 3
};

void checker_init(struct checker *c, struct rules *r, struct builder *b)
{
	*c = (struct checker){ .rules = r, .builder = b };
	map_init(&c->seen);
}

void checker_done(struct checker *c)
{
	map_done(&c->seen);
}

static struct diag *last_diag(struct checker *c)
{
	struct diag_list *l = c->rules->diags;

	return l->count > 0 ? &l->items[l->count - 1] : NULL;
}

static node_id unknown_field(struct checker *c, const struct term *t)
{
	struct str near = field_suggest(t->name);

	c->unknown = true;
	if (c->quiet_unknown)
		return E_NOT_FOUND;
	rules_error(c->rules, CODE_CONDITION, t->at, t->length,
	            "filter_check called with nonexistent field %.*s",
	            STR_FMT(t->name));
	if (near.s != NULL)
		diag_set_hint(last_diag(c), "did you mean '%.*s'?",
		              STR_FMT(near));
	return E_INVALID;
}

static node_id resolve_field(struct checker *c, const struct term *t,
                             const struct field_info **ret)
{
	struct field_arg arg;
	const char *why;
	int r = field_resolve(t->name, t->has_arg, t->arg, ret, &arg, &why);

	if (r == E_NOT_FOUND)
		return unknown_field(c, t);
	if (r < 0)
		return rules_error(c->rules, CODE_CONDITION, t->at, t->length,
		                   "%s", why);
	if (field_is_deprecated(*ret))
		rules_warn(c->rules, CODE_DEPRECATED, t->at, t->length,
		           "usage of deprecated field '%.*s' has been detected "
		           "in the rule condition",
		           STR_FMT(t->name));
	return builder_field(c->builder, *ret, &arg);
}

static node_id not_yet(struct checker *c, struct position at, size_t length,
                       const char *what)
{
	return rules_error(c->rules, CODE_CONDITION, at, length,
	                   "%s are not supported yet", what);
}

static int check_operator(struct checker *c, const struct comparison *cmp,
                          const struct field_info *f)
{
	const struct op_info *op = op_info(cmp->op);
	enum op_class class = op_class_of(f->type);

	if (op->match == NULL)
		return (int)not_yet(c, cmp->op_at, op->token.len,
		                    "bcontains and bstartswith");
	if ((op->classes & class) != 0)
		return 0;
	return rules_error(
		c->rules, CODE_CONDITION, cmp->op_at, op->token.len,
		"filter error: '%.*s' operator not supported for %s filters",
		STR_FMT(op->token), op_class_name(class));
}

static node_id bad_pattern(struct checker *c, const struct comparison *cmp,
                           const struct builder_error *e)
{
	const struct literal *v = &cmp->values[e->value];

	rules_error(c->rules, CODE_CONDITION, v->at, v->length,
	            "invalid regex pattern: %s", e->why);
	diag_set_hint(last_diag(c), "the trouble is after %zu bytes of it",
	              e->offset);
	return E_INVALID;
}

static node_id build(struct checker *c, const struct comparison *cmp,
                     node_id field, const struct field_info *f)
{
	auto_free struct value *values =
		calloc(cmp->nvalues + 1, sizeof(*values));
	struct check_spec spec = { .field = field,
		                   .op = cmp->op,
		                   .modifier = cmp->modifier,
		                   .class = op_class_of(f->type),
		                   .values = values,
		                   .count = cmp->nvalues };
	struct builder_error error;
	int r = 0;
	node_id id;

	if (values == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < cmp->nvalues; i++)
		if (literal_parse(c->rules, f, &cmp->values[i], &values[i]) < 0)
			r = E_INVALID;
	if (r < 0)
		return r;
	id = builder_check(c->builder, &spec, &error);
	return id == E_INVALID ? bad_pattern(c, cmp, &error) : id;
}

/* A name alone stands for the list of that name, which text substitution
 * would have put in by now. */
static void warn_name(struct checker *c, const struct comparison *cmp)
{
	const struct literal *v = cmp->values;

	if (cmp->right_kind == RIGHT_NAME)
		rules_warn(c->rules, "LOAD_COMPILE_CONDITION", v->at, v->length,
		           "'%.*s' is no list: it is taken as a value",
		           STR_FMT(v->s));
}

static node_id check_comparison(struct checker *c, const struct comparison *cmp)
{
	const struct field_info *f = NULL;
	node_id field;

	if (cmp->left->kind != TERM_FIELD)
		return not_yet(c, cmp->left->at, cmp->left->length,
		               "transformers");
	field = resolve_field(c, cmp->left, &f);
	if (field < 0)
		return field;
	if (cmp->right_kind == RIGHT_TERM)
		return not_yet(c, cmp->right->at, cmp->right->length,
		               "fields on the right side");
	if (check_operator(c, cmp, f) < 0)
		return E_INVALID;
	warn_name(c, cmp);
	return build(c, cmp, field, f);
}

static node_id comparison(struct checker *c, const struct comparison *cmp)
{
	uint64_t key = (uintptr_t)cmp;
	uintptr_t seen = (uintptr_t)map_get_u64(&c->seen, key);
	node_id id;

	if (seen >= SEEN_NODE)
		return (node_id)(seen - SEEN_NODE);
	if (seen == SEEN_INVALID)
		return E_INVALID;
	id = check_comparison(c, cmp);
	if (id == E_NOMEM)
		return id;
	if (id == E_NOT_FOUND)
		seen = SEEN_UNKNOWN;
	else
		seen = id < 0 ? SEEN_INVALID : (uintptr_t)id + SEEN_NODE;
	if (map_put_u64(&c->seen, key, (void *)seen) < 0)
		return E_NOMEM;
	return id;
}

static node_id expression(struct checker *c, const struct expr *e);

static node_id join(struct checker *c, const struct expr *e)
{
	auto_free node_id *children = calloc(e->count, sizeof(*children));
	node_id result = 0;

	if (children == NULL)
		return E_NOMEM;
	/* All of them, so that all errors are found. */
	for (size_t i = 0; i < e->count; i++) {
		children[i] = expression(c, e->children[i]);
		if (children[i] == E_NOMEM)
			return E_NOMEM;
		if (children[i] < 0)
			result = children[i];
	}
	return result < 0 ? result
	                  : builder_join(c->builder, e->kind == EXPR_AND,
	                                 children, e->count);
}

static node_id expression(struct checker *c, const struct expr *e)
{
	node_id child;

	switch (e->kind) {
	case EXPR_AND:
	case EXPR_OR:
		return join(c, e);
	case EXPR_NOT:
		child = expression(c, e->children[0]);
		return child < 0 ? child : builder_not(c->builder, child);
	case EXPR_CHECK:
		return comparison(c, e->check);
	case EXPR_MACRO:
		break;
	}
	return E_INVALID;
}

node_id checker_condition(struct checker *c, const struct expr *e)
{
	c->unknown = false;
	return expression(c, e);
}
