/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cost.c - what it takes, roughly, to find out whether an expression is true:
 * the cheap parts of it are asked first. */
#include "nodes.h"

/* Asking the machine costs a system call or several. */
#define COST_OF_PROC 1000u
#define COST_MAX     100000u

static uint32_t cost_of_field(const struct field_info *info)
{
	if (info->id == FIELD_EVT_TYPE)
		return 1;
	if (info->use == FIELD_USE_SEVERAL)
		return 30;
	switch (info->origin) {
	case FIELD_FROM_RECORDS:
		return 4;
	case FIELD_FROM_TRACKING:
		return 5;
	case FIELD_FROM_PROC:
		return COST_OF_PROC;
	case FIELD_FROM_METADATA:
	case FIELD_FROM_NOWHERE:
		break;
	}
	return 6;
}

static uint32_t cost_of_input(const struct builder *b, uint32_t input)
{
	const struct vm_input *in =
		&((const struct vm_input *)(const void *)b->inputs.data)[input];
	uint32_t cost = in->kind == INPUT_LITERAL ? 0 : 20;

	if (in->kind == INPUT_FIELD)
		return cost_of_field(in->info);
	if (in->kind == INPUT_FIELD_ITEMS)
		return 10 * cost_of_field(in->info);
	for (uint32_t i = 0; i < in->nparts && cost < COST_MAX; i++)
		cost += cost_of_input(b, in->parts[i]);
	return cost;
}

static uint32_t cost_of_operator(const struct check *c)
{
	switch (c->op) {
	case OP_EXISTS:
		return 0;
	case OP_REGEX:
		return c->natoms > 0 ? 30 : 100;
	case OP_CONTAINS:
	case OP_ICONTAINS:
	case OP_GLOB:
	case OP_IGLOB:
	case OP_PMATCH:
		return 8;
	case OP_IN:
	case OP_INTERSECTS:
		return 3;
	default:
		return 2;
	}
}

uint32_t cost_of_check(const struct builder *b, const struct check *c)
{
	uint32_t cost = cost_of_input(b, c->input);
	uint32_t operands = c->noperands > 1 ? c->noperands : 1;

	if (c->right != CHECK_CONSTANT)
		cost += cost_of_input(b, c->right);
	operands = operands < 64 ? operands : 64;
	cost += operands * cost_of_operator(c);
	return cost < COST_MAX ? cost : COST_MAX;
}

uint32_t cost_of_children(const struct builder *b, const struct node *n)
{
	uint32_t cost = 0;

	for (uint32_t i = 0; i < n->nchildren && cost < COST_MAX; i++)
		cost += builder_node(b, n->children[i])->cost;
	return cost < COST_MAX ? cost : COST_MAX;
}
