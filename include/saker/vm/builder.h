/* SPDX-License-Identifier: GPL-2.0-or-later */
/* builder.h - builds a program from expressions; equal ones become one. */
#ifndef SAKER_VM_BUILDER_H
#define SAKER_VM_BUILDER_H

#include "saker/base/arena.h"
#include "saker/base/err.h"
#include "saker/vm/program.h"

struct builder;

/* Number of an expression in its builder; negative = error value. */
typedef int64_t node_id;

/* Everything that the program keeps is allocated in arena. NULL when out of
 * memory. */
struct builder *builder_new(struct arena *arena);
/* Machine code of patterns is made at their first match: see program.h. */
void builder_jit_late(struct builder *b);
/* Patterns of the program are freed too unless builder_finish succeeded. */
void builder_free(struct builder *b);

#define BUILDER_NO_INPUT ((node_id)-1000)

node_id builder_field(struct builder *b, const struct field_info *info,
                      const struct field_arg *arg);
node_id builder_constant(struct builder *b, bool truth);
node_id builder_not(struct builder *b, node_id child);

/* AND or OR of children: joined is then true for AND. */
node_id builder_join(struct builder *b, bool and, const node_id *children,
                     size_t count);

/* Inputs have numbers of their own. kind, type, and what the kind needs but
 * parts; the builder copies. */
node_id builder_input(struct builder *b, const struct vm_input *in,
                      const node_id *parts, size_t count);

struct check_spec {
	node_id input; /* from builder_field or builder_input */
	node_id right; /* the same, or BUILDER_NO_INPUT: values */
	bool all;      /* of several values all must pass, not one */
	enum op op;
	enum op_modifier modifier;
	enum op_class class;
	const struct value *values;
	size_t count;
};

/* Patterns that do not compile: E_INVALID with the reason and the offset. */
struct builder_error {
	char why[128];
	size_t offset;
	size_t value; /* which of the values */
};
node_id builder_check(struct builder *b, const struct check_spec *spec,
                      struct builder_error *ret_error);

/* What an input may be looked up for, beside others. Numbers of their own. */
node_id builder_atom(struct builder *b, uint32_t input, enum atom_kind kind,
                     struct str text);
/* Borrowed until the next call. */
const struct atom *builder_atoms(const struct builder *b, size_t *ret_count);
const struct lookup *builder_lookups(const struct builder *b,
                                     size_t *ret_count);

/* The inputs so far; borrowed until the next call. */
const struct vm_input *builder_inputs(const struct builder *b,
                                      size_t *ret_count);

/* How an expression is made, for what looks for mistakes in it. False, or NULL,
 * when it is another one. */
bool builder_and(const struct builder *b, node_id id,
                 const uint32_t **ret_children, size_t *ret_count);
bool builder_or(const struct builder *b, node_id id,
                const uint32_t **ret_children, size_t *ret_count);
bool builder_negates(const struct builder *b, node_id id, node_id *ret);
const struct check *builder_check_of(const struct builder *b, node_id id);
/* Expressions have the numbers below this, and a cost. */
size_t builder_size(const struct builder *b);
uint32_t builder_cost(const struct builder *b, node_id id);

/* The next rule's condition. */
int builder_add_rule(struct builder *b, node_id root) must_check;
/* Writes the program and verifies it. The caller frees it by program_done. */
int builder_finish(struct builder *b, struct program *ret) must_check;
void program_done(struct program *p);

#endif
