/* SPDX-License-Identifier: GPL-2.0-or-later */
/* specialise.c - partial evaluation: the checks of evt.type become constants,
 * and what they decide goes. Conditions that differed in the types they name
 * are often the same then, and what is the same is evaluated once. */
#include "specialise.h"

#include "saker/base/io.h"

enum typed {
	UNSEEN,
	HAS_NO_TYPE,
	HAS_TYPE,
};

struct specialised {
	enum typed typed;
	uint32_t turn; /* that the result is of; 0 = none yet */
	uint32_t result;
};

int specialiser_init(struct specialiser *s, struct builder *b,
                     struct arena *arena)
{
	*s = (struct specialiser){
		.builder = b,
		.arena = arena,
		.constants = { builder_constant(b, false),
		               builder_constant(b, true) },
	};
	s->known = arena_array(arena, struct specialised, builder_size(b) + 1);
	return s->known != NULL && s->constants[0] >= 0 && s->constants[1] >= 0
	               ? 0
	               : E_NOMEM;
}

void specialiser_start(struct specialiser *s, struct str type)
{
	s->type = type;
	s->turn++;
}

static bool is_of_type(const struct specialiser *s, const struct check *c)
{
	size_t count;
	const struct vm_input *in =
		&builder_inputs(s->builder, &count)[c->input];

	return in->kind == INPUT_FIELD && in->info->id == FIELD_EVT_TYPE;
}

/* The parts of an and, an or, or of a negation. */
static size_t parts_of(const struct specialiser *s, node_id id,
                       const uint32_t **ret, uint32_t *inner)
{
	node_id negated;
	size_t count;

	if (builder_and(s->builder, id, ret, &count) ||
	    builder_or(s->builder, id, ret, &count))
		return count;
	if (!builder_negates(s->builder, id, &negated))
		return 0;
	*inner = (uint32_t)negated;
	*ret = inner;
	return 1;
}

/* Whether evt.type is asked for within. */
static bool has_type(struct specialiser *s, node_id id)
{
	const struct check *c = builder_check_of(s->builder, id);
	bool has = c != NULL && is_of_type(s, c);
	const uint32_t *parts;
	uint32_t inner;
	size_t count;

	if (s->known[id].typed != UNSEEN)
		return s->known[id].typed == HAS_TYPE;
	count = parts_of(s, id, &parts, &inner);
	for (size_t i = 0; i < count && !has; i++)
		has = has_type(s, parts[i]);
	s->known[id].typed = has ? HAS_TYPE : HAS_NO_TYPE;
	return has;
}

static bool holds_type(const struct operand *o, struct str type)
{
	for (size_t i = 0; i < o->count; i++)
		if (str_eq(o->values[i].str, type))
			return true;
	return false;
}

static node_id decide(const struct specialiser *s, node_id id,
                      const struct check *c)
{
	bool equal = c->op == OP_EQ || c->op == OP_IN || c->op == OP_INTERSECTS;

	if (s->type.len == 0 || c->right != CHECK_CONSTANT ||
	    c->modifier != MODIFIER_NONE || c->all ||
	    (!equal && c->op != OP_NE))
		return id;
	return s->constants[holds_type(&c->operands[0], s->type) == equal];
}

static bool is_among(const node_id *ids, size_t count, node_id id)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static node_id join(struct specialiser *s, bool and, const uint32_t *parts,
                    size_t count)
{
	node_id *kept = arena_array(s->arena, node_id, count + 1);
	size_t n = 0;

	if (kept == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		node_id part = specialise(s, parts[i]);

		if (part < 0 || part == s->constants[!and])
			return part;
		if (part != s->constants[and] && !is_among(kept, n, part))
			kept[n++] = part;
	}
	return n > 0 ? builder_join(s->builder, and, kept, n)
	             : s->constants[and];
}

static node_id make(struct specialiser *s, node_id id)
{
	const struct check *c = builder_check_of(s->builder, id);
	const uint32_t *parts;
	node_id inner;
	size_t count;

	if (c != NULL)
		return decide(s, id, c);
	if (builder_negates(s->builder, id, &inner)) {
		inner = specialise(s, inner);
		return inner < 0 ? inner : builder_not(s->builder, inner);
	}
	if (builder_and(s->builder, id, &parts, &count))
		return join(s, true, parts, count);
	builder_or(s->builder, id, &parts, &count);
	return join(s, false, parts, count);
}

node_id specialise(struct specialiser *s, node_id id)
{
	struct specialised *known = &s->known[id];
	node_id result;

	if (!has_type(s, id))
		return id;
	if (known->turn == s->turn)
		return known->result;
	result = make(s, id);
	if (result >= 0) {
		known->turn = s->turn;
		known->result = (uint32_t)result;
	}
	return result;
}
