/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint.c - rules that can never match, or never be the first. */
#include "lint.h"

#include <stdlib.h>

#include "saker/base/io.h"
#include "saker/event/event_types.h"

/* Pairs are compared: of larger sets only so many rules are. */
#define SHADOWS_MAX ((size_t)2000)

/* The operands of a rule's outermost and, sorted. */
struct conjuncts {
	node_id *ids;
	size_t count;
};

static bool collect(const struct builder *b, node_id id, struct buf *out)
{
	const uint32_t *children;
	size_t count;

	if (!builder_and(b, id, &children, &count)) {
		buf_add(out, &id, sizeof(id));
		return !out->failed;
	}
	for (size_t i = 0; i < count; i++)
		if (!collect(b, children[i], out))
			return false;
	return true;
}

static int order(const void *a, const void *b)
{
	node_id x = *(const node_id *)a, y = *(const node_id *)b;

	return x < y ? -1 : x > y;
}

static bool has(const struct conjuncts *c, node_id id)
{
	return bsearch(&id, c->ids, c->count, sizeof(id), order) != NULL;
}

static bool is_subset(const struct conjuncts *a, const struct conjuncts *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (!has(b, a->ids[i]))
			return false;
	return true;
}

/* "field = value" or "field in (values)" of a field with one value. */
static bool is_set(const struct builder *b, const struct check *c)
{
	size_t count;
	const struct vm_input *in = &builder_inputs(b, &count)[c->input];

	return (c->op == OP_EQ || c->op == OP_IN) &&
	       c->modifier == MODIFIER_NONE && c->right == CHECK_CONSTANT &&
	       in->type != VALUE_LIST && in->type != VALUE_IPNET &&
	       (in->info == NULL || in->info->use < FIELD_USE_SEVERAL);
}

static bool same_value(const struct value *a, const struct value *b)
{
	switch (op_class_of(a->type)) {
	case CLASS_STRING:
	case CLASS_BYTES:
		return str_eq(a->str, b->str);
	case CLASS_BOOL:
		return a->b == b->b;
	case CLASS_NUMBER:
		return value_compare_numbers(a, b) == 0;
	default:
		return true;
	}
}

static bool are_disjoint(const struct check *a, const struct check *b)
{
	const struct operand *x = a->operands, *y = b->operands;

	for (size_t i = 0; i < x->count; i++)
		for (size_t j = 0; j < y->count; j++)
			if (same_value(&x->values[i], &y->values[j]))
				return false;
	return true;
}

static bool contradict(const struct builder *b, node_id x, node_id y)
{
	const struct check *a = builder_check_of(b, x);
	const struct check *c = builder_check_of(b, y);

	return a != NULL && c != NULL && a->input == c->input && is_set(b, a) &&
	       is_set(b, c) && are_disjoint(a, c);
}

static bool is_contradiction(const struct builder *b, const struct conjuncts *c)
{
	node_id negated;

	for (size_t i = 0; i < c->count; i++) {
		if (builder_negates(b, c->ids[i], &negated) && has(c, negated))
			return true;
		for (size_t j = 0; j < i; j++)
			if (contradict(b, c->ids[i], c->ids[j]))
				return true;
	}
	return false;
}

/* "evt.num = 0" says never on purpose. */
static bool is_never(const struct linted *l)
{
	return str_find(l->rule->compiled, STR("evt.num = 0")) >= 0;
}

/* Why no event of the rule's source has one of the types; NULL = some has. */
static const char *wrong_source(const struct linted *l)
{
	bool is_audit = l->rule->source == SOURCE_AUDIT, is_other = false;

	if (l->types->all_but)
		return NULL;
	for (size_t i = 0; i < l->types->count; i++) {
		struct str name = l->types->names[i];
		bool calls = event_type_is_of_syscall(name);
		bool records = event_type_is_of_audit(name);

		if ((is_audit ? records : calls) || event_type_is_foreign(name))
			return NULL;
		is_other |= is_audit ? calls : records;
	}
	if (!is_other)
		return "its records only describe the events that they are in: "
		       "ask for audit.record.TYPE.FIELD there";
	return is_audit ? "its event types are system calls, which are of "
	                  "source syscall"
	                : "its event types are audit records, which want "
	                  "'source: audit'";
}

static void check_never(struct rules *r, const struct builder *b,
                        const struct linted *l, const struct conjuncts *c)
{
	bool no_type = !l->types->all_but && l->types->count == 0;
	const char *why = NULL;

	if (is_never(l))
		return;
	if (no_type)
		why = "no event type can meet the condition";
	else if (is_contradiction(b, c))
		why = "parts of the condition contradict each other";
	else
		why = wrong_source(l);
	if (why != NULL)
		rules_note(r, "LINT_NEVER_MATCHES", l->definition->at,
		           l->definition->name.len, "%s", why);
}

static void check_shadowed(struct rules *r, const struct linted *all,
                           const struct conjuncts *c, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (!all[j].rule->enabled || all[j].rule->threshold.is_given ||
		    all[j].rule->source != all[i].rule->source ||
		    is_never(&all[j]) || !is_subset(&c[j], &c[i]))
			continue;
		rules_note(r, "LINT_SHADOWED", all[i].definition->at,
		           all[i].definition->name.len,
		           "the earlier rule '%.*s' matches whenever this one "
		           "does; with rule_matching: first this one never "
		           "alerts",
		           STR_FMT(all[j].rule->name));
		return;
	}
}

static void check_can_fire(struct rules *r, const struct linted *l)
{
	if (l->rule->can_fire)
		return;
	rules_note(r, "LINT_CANNOT_FIRE", l->definition->at,
	           l->definition->name.len,
	           "the rule is unable to fire: audit does not tell %.*s",
	           STR_FMT(l->rule->missing));
}

static int make_conjuncts(struct rules *r, const struct builder *b,
                          const struct linted *l, struct conjuncts *ret)
{
	auto_buf struct buf ids = BUF_INIT;

	if (!collect(b, l->root, &ids))
		return E_NOMEM;
	ret->count = ids.len / sizeof(node_id);
	ret->ids = arena_array(r->arena, node_id, ret->count);
	if (ret->ids == NULL)
		return E_NOMEM;
	memcpy(ret->ids, ids.data, ids.len);
	qsort(ret->ids, ret->count, sizeof(node_id), order);
	return 0;
}

int lint_rules(struct rules *r, const struct builder *b,
               const struct linted *all, size_t count)
{
	struct conjuncts *c =
		arena_array(r->arena, struct conjuncts, count + 1);

	if (c == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		if (make_conjuncts(r, b, &all[i], &c[i]) < 0)
			return E_NOMEM;
		rules_set_item(r, all[i].definition);
		check_can_fire(r, &all[i]);
		lint_exceptions(r, all[i].definition);
		check_never(r, b, &all[i], &c[i]);
		if (i < SHADOWS_MAX)
			check_shadowed(r, all, c, i);
	}
	return 0;
}
