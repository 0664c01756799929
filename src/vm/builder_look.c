/* SPDX-License-Identifier: GPL-2.0-or-later */
/* builder_look.c - what a builder holds, for those who plan by it. */
#include "nodes.h"

const struct vm_input *builder_inputs(const struct builder *b,
                                      size_t *ret_count)
{
	*ret_count = builder_count(&b->inputs, sizeof(struct vm_input));
	return (const struct vm_input *)(const void *)b->inputs.data;
}

const struct atom *builder_atoms(const struct builder *b, size_t *ret_count)
{
	*ret_count = builder_count(&b->atoms, sizeof(struct atom));
	return (const struct atom *)(const void *)b->atoms.data;
}

const struct lookup *builder_lookups(const struct builder *b, size_t *ret_count)
{
	*ret_count = builder_count(&b->lookups, sizeof(struct lookup));
	return (const struct lookup *)(const void *)b->lookups.data;
}

bool builder_and(const struct builder *b, node_id id,
                 const uint32_t **ret_children, size_t *ret_count)
{
	const struct node *n = builder_node(b, (size_t)id);

	*ret_children = n->children;
	*ret_count = n->nchildren;
	return n->kind == NODE_AND;
}

bool builder_or(const struct builder *b, node_id id,
                const uint32_t **ret_children, size_t *ret_count)
{
	const struct node *n = builder_node(b, (size_t)id);

	*ret_children = n->children;
	*ret_count = n->nchildren;
	return n->kind == NODE_OR;
}

size_t builder_size(const struct builder *b)
{
	return builder_count(&b->nodes, sizeof(struct node));
}

uint32_t builder_cost(const struct builder *b, node_id id)
{
	return builder_node(b, (size_t)id)->cost;
}

bool builder_negates(const struct builder *b, node_id id, node_id *ret)
{
	const struct node *n = builder_node(b, (size_t)id);

	if (n->kind == NODE_NOT)
		*ret = n->children[0];
	return n->kind == NODE_NOT;
}

const struct check *builder_check_of(const struct builder *b, node_id id)
{
	const struct node *n = builder_node(b, (size_t)id);

	return n->kind == NODE_CHECK ? &((const struct check *)(const void *)
	                                         b->checks.data)[n->check]
	                             : NULL;
}
