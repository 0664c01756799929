/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nodes.h - the builder's expressions; private to src/vm. */
#ifndef SAKER_VM_NODES_H
#define SAKER_VM_NODES_H

#include "saker/base/map.h"
#include "saker/vm/builder.h"

enum node_kind {
	NODE_CONSTANT,
	NODE_CHECK,
	NODE_NOT,
	NODE_AND,
	NODE_OR
};

struct node {
	enum node_kind kind;
	uint32_t check; /* NODE_CHECK: its index; NODE_CONSTANT: the truth */
	uint32_t uses;
	const uint32_t *children;
	uint32_t nchildren;
	uint32_t cost;  /* of finding out whether it is true, roughly */
	uint32_t block; /* of a shared one: its index in the program + 1 */
};

struct builder {
	struct arena *arena;
	struct map known; /* serialised expression -> its number + 1 */
	struct buf nodes; /* struct node */
	struct buf inputs;
	struct buf checks;
	struct buf roots; /* uint32_t */
	struct buf atoms;
	struct buf lookups;
	struct buf code;
	struct buf blocks;
	struct buf key;       /* scratch */
	struct lookup last;   /* of the last atom, its input and kind ... */
	uint32_t last_number; /* ... and number + 1; 0 = none yet */
	struct arena scratch; /* the same */
	struct arena own;     /* what the program needs no more */
	bool jit_late;        /* see program.h */
};

static inline struct node *builder_node(const struct builder *b, size_t i)
{
	return &((struct node *)(void *)b->nodes.data)[i];
}

static inline size_t builder_count(const struct buf *b, size_t size)
{
	return b->len / size;
}

/* Sets the atoms of a check of that specification. */
int check_atoms(struct builder *b, const struct check_spec *s,
                struct check *c) must_check;
uint32_t cost_of_check(const struct builder *b, const struct check *c);
uint32_t cost_of_children(const struct builder *b, const struct node *n);

/* Writes the blocks of all rules; *ret_rules are their starts. */
int emit_program(struct builder *b, struct buf *ret_rules) must_check;

#endif
