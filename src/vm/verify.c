/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify.c - what every program must hold to before it runs. */
#include <stdlib.h>

#include "saker/base/io.h"
#include "saker/vm/program.h"

struct block {
	uint32_t start;
	uint32_t end;   /* its RETURN */
	uint32_t limit; /* nodes below this may be used */
};

static bool instruction_ok(const struct program *p, const struct block *b,
                           uint32_t at)
{
	const struct instruction *i = &p->code[at];

	if (i->opcode >= INS__MAX)
		return false;
	switch (opcode_info(i->opcode)->argument) {
	case ARGUMENT_NONE:
	case ARGUMENT_TRUTH:
		return i->argument <= 1;
	case ARGUMENT_CHECK:
		return i->argument < p->nchecks;
	case ARGUMENT_NODE:
		return i->argument < b->limit;
	case ARGUMENT_TARGET:
		return i->argument > at && i->argument <= b->end;
	}
	return false;
}

/* depths[n] = frames that running node n needs, its own included. */
static bool block_ok(const struct program *p, struct block *b,
                     const size_t *depths, size_t *ret_depth)
{
	size_t deepest = 0;

	for (b->end = b->start; b->end < p->ncode; b->end++)
		if (p->code[b->end].opcode == INS_RETURN)
			break;
	if (b->end >= p->ncode)
		return false;
	for (uint32_t at = b->start; at <= b->end; at++) {
		if (!instruction_ok(p, b, at))
			return false;
		if (p->code[at].opcode == INS_NODE &&
		    depths[p->code[at].argument] > deepest)
			deepest = depths[p->code[at].argument];
	}
	*ret_depth = deepest + 1;
	return true;
}

/* Made of those before it, at a depth that recursion can bear. */
static bool input_ok(const struct vm_input *in, size_t number)
{
	if (in->kind == INPUT_TRANSFORMER &&
	    in->transformer >= TRANSFORMER__MAX)
		return false;
	if (in->kind <= INPUT_FIELD_ITEMS && in->info == NULL)
		return false;
	for (uint32_t i = 0; i < in->nparts; i++)
		if (in->parts[i] >= number)
			return false;
	return true;
}

static bool tables_ok(const struct program *p)
{
	for (size_t i = 0; i < p->ninputs; i++)
		if (!input_ok(&p->inputs[i], i))
			return false;
	for (size_t i = 0; i < p->nchecks; i++) {
		const struct check *c = &p->checks[i];

		bool constant = c->right == CHECK_CONSTANT;

		if (c->input >= p->ninputs || c->op >= OP__MAX ||
		    (!constant && c->right >= p->ninputs) ||
		    (constant && c->modifier == MODIFIER_NONE &&
		     c->noperands != 1) ||
		    c->match != op_info(c->op)->match)
			return false;
	}
	return p->ncode <= UINT32_MAX;
}

int program_verify(struct program *p)
{
	auto_free size_t *depths = calloc(p->nnodes + 1, sizeof(*depths));
	size_t depth = 0, deepest = 0;

	if (depths == NULL)
		return E_NOMEM;
	if (!tables_ok(p))
		return E_INVALID;
	for (size_t n = 0; n < p->nnodes; n++) {
		struct block b = { .start = p->nodes[n], .limit = (uint32_t)n };

		if (!block_ok(p, &b, depths, &depths[n]))
			return E_INVALID;
	}
	for (size_t r = 0; r < p->nrules; r++) {
		struct block b = { .start = p->rules[r],
			           .limit = (uint32_t)p->nnodes };

		if (!block_ok(p, &b, depths, &depth))
			return E_INVALID;
		deepest = depth > deepest ? depth : deepest;
	}
	p->depth = deepest;
	return 0;
}
