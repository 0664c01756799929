/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.c - fields are looked up, operators are held against field types,
 * values are parsed; what passes goes to the builder. */
#include "saker/lang/check.h"

#include "saker/base/io.h"
#include "store.h"
#include "terms.h"
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
	*c = (struct checker){ .rules = r,
		               .builder = b,
		               .code = CODE_CONDITION };
	map_init(&c->seen);
}

void checker_done(struct checker *c)
{
	map_done(&c->seen);
}

static int check_operator(struct checker *c, const struct comparison *cmp,
                          const struct checked_term *left)
{
	const struct op_info *op = op_info(cmp->op);
	enum op_class class = op_class_of(left->type);
	bool list = left->type == VALUE_LIST;

	if (list && cmp->op != OP_EXISTS && cmp->op != OP_IN &&
	    cmp->op != OP_INTERSECTS)
		return rules_error(
			c->rules, CODE_CONDITION, cmp->op_at, op->token.len,
			"list filter '%.*s' only supports operators 'exists', "
			"'in' and 'intersects'",
			STR_FMT(cmp->left->name));
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
	rules_hint(c->rules, "the trouble is after %zu bytes of it", e->offset);
	return E_INVALID;
}

/* Of several values one must pass; all of them for "in" of a list, and for !=
 * of a connection's two sides (libsinsp's sinsp_filtercheck_fd.cpp) or of
 * identities. */
static struct check_spec spec_of(const struct comparison *cmp,
                                 const struct checked_term *left)
{
	bool sides =
		left->field != NULL && (left->field->use == FIELD_USE_SIDES ||
	                                left->field->use == FIELD_USE_SEVERAL);

	return (struct check_spec){
		.input = left->input,
		.right = BUILDER_NO_INPUT,
		.all = (cmp->op == OP_IN && left->type == VALUE_LIST) ||
		       (cmp->op == OP_NE && sides),
		.op = cmp->op,
		.modifier = cmp->modifier,
		.class = op_class_of(left->type),
	};
}

/* A repeated group with a repetition inside: "(a+)+". Text that nearly matches
 * then takes exponential time, which the limits cut off as "no match". */
static bool has_nested_quantifiers(struct str p)
{
	bool repeats[64] = { false };
	size_t depth = 0;

	for (size_t i = 0; i < p.len; i++) {
		bool quantifier =
			p.s[i] == '*' || p.s[i] == '+' || p.s[i] == '{';

		if (p.s[i] == '\\') {
			i++;
		} else if (p.s[i] == '[') {
			i += p.len > i + 1 && p.s[i + 1] == ']';
			while (++i < p.len && p.s[i] != ']')
				;
		} else if (p.s[i] == '(' && depth + 1 < 64) {
			repeats[++depth] = false;
		} else if (p.s[i] == ')' && depth > 0) {
			bool inside = repeats[depth--];

			if (inside && i + 1 < p.len &&
			    (p.s[i + 1] == '*' || p.s[i + 1] == '+'))
				return true;
			repeats[depth] |= inside;
		} else if (quantifier) {
			repeats[depth] = true;
		}
	}
	return false;
}

static void lint_pattern(struct checker *c, const struct comparison *cmp)
{
	for (size_t i = 0;
	     c->rules->lint && cmp->op == OP_REGEX && i < cmp->nvalues; i++)
		if (has_nested_quantifiers(cmp->values[i].s))
			rules_note(c->rules, "LINT_REGEX", cmp->values[i].at,
			           cmp->values[i].length,
			           "a repeated group with a repetition in it "
			           "can take very long");
}

static node_id build(struct checker *c, const struct comparison *cmp,
                     const struct checked_term *left)
{
	auto_free struct value *values =
		calloc(cmp->nvalues + 1, sizeof(*values));
	struct check_spec spec = spec_of(cmp, left);
	struct builder_error error;
	int r = 0;
	node_id id;

	if (values == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < cmp->nvalues; i++) {
		int one = literal_parse(c, cmp, left, i, &values[i]);

		if (one == E_NOMEM)
			return one;
		if (one < 0 && r != E_INVALID)
			r = one;
	}
	if (r < 0)
		return r;
	lint_pattern(c, cmp);
	spec.values = values;
	spec.count = cmp->nvalues;
	id = builder_check(c->builder, &spec, &error);
	return id == E_INVALID ? bad_pattern(c, cmp, &error) : id;
}

static int check_right(struct checker *c, const struct comparison *cmp,
                       const struct checked_term *left,
                       const struct checked_term *right)
{
	struct position at = cmp->right->at;
	size_t length = cmp->right->length;

	if (cmp->op == OP_PMATCH || cmp->op == OP_REGEX)
		return rules_error(c->rules, CODE_CONDITION, at, length,
		                   "operator '%.*s' doesn't support right-hand "
		                   "side fields",
		                   STR_FMT(op_info(cmp->op)->token));
	if (left->type == VALUE_IPNET)
		return rules_error(c->rules, CODE_CONDITION, at, length,
		                   "field type 'IPNET' doesn't support "
		                   "right-hand side fields");
	if (left->field != NULL && left->field->use >= FIELD_USE_NO_RIGHT)
		return rules_error(c->rules, CODE_CONDITION, at, length,
		                   "field '%.*s' doesn't support right-hand "
		                   "side fields",
		                   STR_FMT(cmp->left->name));
	if (left->type == right->type)
		return 0;
	return rules_error(
		c->rules, CODE_CONDITION, at, length,
		"field '%.*s' has type '%s' while the right-hand side field "
		"'%.*s' has incompatible type '%s'",
		STR_FMT(cmp->left->name), value_type_name(left->type),
		STR_FMT(cmp->right->kind == TERM_VAL ? cmp->right->first->name
	                                             : cmp->right->name),
		value_type_name(right->type));
}

static node_id compare_terms(struct checker *c, const struct comparison *cmp,
                             const struct checked_term *left)
{
	struct check_spec spec = spec_of(cmp, left);
	struct builder_error error;
	struct checked_term right;
	int r = term_check(c, cmp->right, TERM_ON_RIGHT, &right);

	if (r == 0)
		r = check_right(c, cmp, left, &right);
	if (r < 0)
		return r;
	spec.right = right.input;
	return builder_check(c->builder, &spec, &error);
}

/* A word that is nearly the name of a list; lists' names have several parts. */
static struct str near_list(const struct rules *r, struct str word)
{
	for (size_t i = 0; i < rules_count(r, DEFINES_LIST); i++) {
		struct str name = rules_get(r, DEFINES_LIST, i)->name;

		if (str_find_byte(name, '_') > 0 && name.len + 2 >= word.len &&
		    word.len + 2 >= name.len &&
		    str_edit_distance(name, word) <= 2)
			return name;
	}
	return STR_NONE;
}

/* Names of lists were replaced by their items: what still looks like one is
 * taken as a value, by Falco too. */
static void lint_names(struct checker *c, const struct comparison *cmp)
{
	bool name = cmp->right_kind == RIGHT_NAME;

	if (!c->rules->lint || (!name && cmp->right_kind != RIGHT_LIST))
		return;
	for (size_t i = 0; i < cmp->nvalues; i++) {
		const struct literal *v = &cmp->values[i];
		struct str near = STR_NONE;

		if (str_find_byte(v->s, '_') > 0)
			near = near_list(c->rules, v->s);
		if (!name && near.len == 0)
			continue;
		rules_note(c->rules, "LINT_NAME", v->at, v->length,
		           "'%.*s' is no list: it is taken as a value",
		           STR_FMT(v->s));
		if (near.len > 0)
			rules_hint(c->rules, "did you mean '%.*s'?",
			           STR_FMT(near));
	}
}

static node_id check_comparison(struct checker *c, const struct comparison *cmp)
{
	struct checked_term left;
	int r;

	value_warn_missing(c->rules, cmp);
	r = term_check(c, cmp->left, TERM_ON_LEFT, &left);
	if (r < 0)
		return r;
	if (check_operator(c, cmp, &left) < 0)
		return E_INVALID;
	if (cmp->right_kind == RIGHT_TERM)
		return compare_terms(c, cmp, &left);
	lint_names(c, cmp);
	return build(c, cmp, &left);
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
	node_id few[8] = { 0 };
	auto_free node_id *many = NULL;
	node_id *children = few, result = 0;

	if (e->count > sizeof(few) / sizeof(few[0]))
		children = many = calloc(e->count, sizeof(*many));

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
