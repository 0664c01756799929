/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program.h - the conditions of a whole rule set as one program. */
#ifndef SAKER_VM_PROGRAM_H
#define SAKER_VM_PROGRAM_H

#include "saker/base/buf.h"
#include "saker/vm/input.h"
#include "saker/vm/lookup.h"
#include "saker/vm/operand.h"

enum opcode {
#define INSTRUCTION(id, name, argument, doc) INS_##id,
#include "saker/vm/ops.def"
#undef INSTRUCTION
	INS__MAX
};

enum argument_kind {
	ARGUMENT_NONE,
	ARGUMENT_TRUTH,
	ARGUMENT_CHECK,
	ARGUMENT_NODE,
	ARGUMENT_TARGET,
};

struct opcode_info {
	const char *name;
	enum argument_kind argument;
	const char *doc;
};

const struct opcode_info *opcode_info(enum opcode o);

struct instruction {
	uint32_t opcode;
	uint32_t argument;
};

/* No input on the right side: the operands are known. */
#define CHECK_CONSTANT UINT32_MAX

/* One comparison: evaluated once an event. */
struct check {
	uint32_t input; /* read once an event */
	uint32_t right; /* input that it is compared with; CHECK_CONSTANT */
	bool all;       /* of several values all must pass, not one */
	enum op op;
	enum op_modifier modifier;
	op_match_fn *match;             /* the operator's */
	const struct operand *operands; /* several only with a modifier */
	uint32_t noperands;
	/* All of one lookup: without one of them the check is false ... */
	const uint32_t *atoms;
	uint32_t natoms;
	bool is_decided; /* ... and with one it is true */
};

/* Code is a row of blocks, each ending in RETURN. A block belongs to a shared
 * expression (node) or to a rule; jumps go forward inside their block, and the
 * block of a node uses nodes of lower numbers only: programs always end. */
struct program {
	const struct instruction *code;
	size_t ncode;
	const struct vm_input *inputs; /* each made of those before it */
	size_t ninputs;
	const struct check *checks;
	size_t nchecks;
	const uint32_t *nodes; /* start of each node's block */
	size_t nnodes;
	const uint32_t *rules; /* start of each rule's block */
	size_t nrules;
	const struct atom *atoms;
	size_t natoms;
	const struct lookup *lookups;
	size_t nlookups;
	size_t depth;  /* nested nodes, set by program_verify */
	bool jit_late; /* patterns become machine code at their first match, so
	                * that one executor alone may use them */
};

/* Checks every index, jump and block. 0 or E_INVALID: a program that passed
 * needs no checks while it runs. */
int program_verify(struct program *p) must_check;

/* An input as conditions write it. */
void program_print_input(const struct program *p, uint32_t input,
                         struct buf *out);
/* The instructions of one rule, and of the nodes that it uses, as text. */
void program_disassemble(const struct program *p, uint32_t rule,
                         struct buf *out);

#endif
