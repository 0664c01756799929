/* SPDX-License-Identifier: GPL-2.0-or-later */
/* emit.c - instructions for expressions, with short-circuit jumps. */
#include <stdlib.h>

#include "nodes.h"

static uint32_t here(const struct builder *b)
{
	return (uint32_t)builder_count(&b->code, sizeof(struct instruction));
}

static void emit(struct builder *b, enum opcode opcode, uint32_t argument)
{
	struct instruction i = { .opcode = opcode, .argument = argument };

	buf_add(&b->code, &i, sizeof(i));
}

static void emit_node(struct builder *b, uint32_t n);

static int order(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return a < b ? -1 : a > b;
}

/* What others use too costs them together once an event. */
static uint32_t own_cost(const struct node *n)
{
	uint32_t users = n->uses < 8 ? n->uses : 8;

	return users > 1 ? n->cost / users : n->cost;
}

/* The cheap ones first, else as written: the result is the same in any order.
 * 0 or E_NOMEM. */
static int sort_children(struct builder *b, const struct node *n)
{
	uint32_t *children = (uint32_t *)(uintptr_t)n->children, *copy;
	uint64_t *keys;

	arena_reset(&b->scratch);
	keys = arena_array(&b->scratch, uint64_t, n->nchildren);
	copy = arena_array(&b->scratch, uint32_t, n->nchildren);
	if (keys == NULL || copy == NULL)
		return E_NOMEM;
	memcpy(copy, children, n->nchildren * sizeof(*copy));
	for (uint32_t i = 0; i < n->nchildren; i++)
		keys[i] =
			(uint64_t)own_cost(builder_node(b, copy[i])) << 32 | i;
	qsort(keys, n->nchildren, sizeof(*keys), order);
	for (uint32_t i = 0; i < n->nchildren; i++)
		children[i] = copy[(uint32_t)keys[i]];
	return 0;
}

/* Between the children a jump to the end; its target is known afterwards. */
static void emit_join(struct builder *b, const struct node *n)
{
	enum opcode jump = n->kind == NODE_AND ? INS_JUMP_FALSE : INS_JUMP_TRUE;
	uint32_t last = 0;

	if (sort_children(b, n) < 0) {
		b->code.failed = true;
		return;
	}
	for (uint32_t i = 0; i < n->nchildren; i++) {
		if (i > 0) {
			/* The chain of open jumps runs through their targets.
			 */
			emit(b, jump, last);
			last = here(b);
		}
		emit_node(b, n->children[i]);
	}
	while (last != 0 && !b->code.failed) {
		struct instruction *code = (void *)b->code.data;
		uint32_t previous = code[last - 1].argument;

		code[last - 1].argument = here(b);
		last = previous;
	}
}

static void emit_body(struct builder *b, const struct node *n)
{
	switch (n->kind) {
	case NODE_CONSTANT:
		emit(b, INS_CONSTANT, n->check);
		break;
	case NODE_CHECK:
		emit(b, INS_CHECK, n->check);
		break;
	case NODE_NOT:
		emit_node(b, n->children[0]);
		emit(b, INS_NOT, 0);
		break;
	case NODE_AND:
	case NODE_OR:
		emit_join(b, n);
		break;
	}
}

static void emit_node(struct builder *b, uint32_t n)
{
	const struct node *node = builder_node(b, n);

	if (node->block != 0)
		emit(b, INS_NODE, node->block - 1);
	else
		emit_body(b, node);
}

/* Checks are remembered by themselves, and NOT is cheaper than a look-up. */
static bool is_shared(const struct node *n)
{
	return n->uses > 1 && (n->kind == NODE_AND || n->kind == NODE_OR);
}

static void emit_shared(struct builder *b, uint32_t n)
{
	struct node *node = builder_node(b, n);
	uint32_t start = here(b);

	emit_body(b, node);
	emit(b, INS_RETURN, 0);
	buf_add(&b->blocks, &start, sizeof(start));
	node->block = (uint32_t)builder_count(&b->blocks, sizeof(start));
}

int emit_program(struct builder *b, struct buf *ret_rules)
{
	size_t nodes = builder_count(&b->nodes, sizeof(struct node));
	size_t rules = builder_count(&b->roots, sizeof(uint32_t));

	/* Children have lower numbers than their parents. */
	for (uint32_t n = 0; n < nodes; n++)
		if (is_shared(builder_node(b, n)))
			emit_shared(b, n);
	for (size_t r = 0; r < rules; r++) {
		uint32_t start = here(b);

		emit_node(b, ((const uint32_t *)(void *)b->roots.data)[r]);
		emit(b, INS_RETURN, 0);
		buf_add(ret_rules, &start, sizeof(start));
	}
	return b->code.failed || b->blocks.failed || ret_rules->failed ? E_NOMEM
	                                                               : 0;
}
