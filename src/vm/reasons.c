/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reasons.c - which of the answers that were given make rules false.
 *
 * A program is followed with the other answers left open, both ways where one
 * of those decides. Jumps go forward only, so that one pass over a block knows
 * with which truths each instruction can be come to. */
#include <stdlib.h>

#include "state.h"

enum {
	MAYBE_FALSE = 1,
	MAYBE_TRUE = 2,
	MAYBE_BOTH = MAYBE_FALSE | MAYBE_TRUE
};

static uint8_t only(bool truth)
{
	return truth ? MAYBE_TRUE : MAYBE_FALSE;
}

int reasons_init(struct reasons *r, const struct program *p)
{
	r->nquestions =
		2 * (p->nchecks > p->nlookups ? p->nchecks : p->nlookups) + 1;
	r->questions = calloc(r->nquestions, sizeof(*r->questions));
	r->nodes = calloc(p->nnodes + 1, sizeof(*r->nodes));
	r->passed = calloc(p->ncode + 1, sizeof(*r->passed));
	r->truths = calloc(p->ncode + 1, sizeof(*r->truths));
	return r->questions != NULL && r->nodes != NULL && r->passed != NULL &&
	                       r->truths != NULL
	               ? 0
	               : E_NOMEM;
}

void reasons_done(struct reasons *r)
{
	free(r->questions);
	free(r->nodes);
	free(r->passed);
	free(r->truths);
}

void vm_reasons_start(struct vm *vm)
{
	struct reasons *r = &vm->reasons;

	if (++r->turn == 0) {
		memset(r->questions, 0, r->nquestions * sizeof(*r->questions));
		r->turn = 1;
	}
}

/* By question: the turn in which it became a reason. */
static uint32_t *reason_of(struct vm *vm, uint32_t question)
{
	return &vm->reasons.questions[question];
}

bool vm_is_reason(const struct vm *vm, uint32_t question)
{
	return vm->reasons.questions[question] == vm->reasons.turn;
}

void vm_add_lookup_reason(struct vm *vm, uint32_t lookup)
{
	*reason_of(vm, lookup << 1 | 1) = vm->reasons.turn;
}

/* A lookup that found nothing of what the check needs says that it is false. */
static bool lacks_atoms(const struct vm *vm, const struct check *c)
{
	if (c->natoms == 0 ||
	    !vm_is_reason(vm, vm->program->atoms[c->atoms[0]].lookup << 1 | 1))
		return false;
	for (uint32_t i = 0; i < c->natoms; i++)
		if (vm->atoms[c->atoms[i]] == vm->event)
			return false;
	return true;
}

/* With all answers, the checks that are come by are kept. */
static uint8_t truths_of_check(struct vm *vm, uint32_t check, bool all)
{
	struct reasons *r = &vm->reasons;
	const struct memo *m = &vm->checks[check];

	if (all && m->event == vm->event)
		r->passed[r->npassed++] = check;
	if (m->event == vm->event && (all || vm_is_reason(vm, check << 1)))
		return only(m->result);
	return lacks_atoms(vm, &vm->program->checks[check]) ? MAYBE_FALSE
	                                                    : MAYBE_BOTH;
}

static uint8_t truths_of_block(struct vm *vm, uint32_t pc, bool all);

/* Once in each pass. */
static uint8_t truths_of_node(struct vm *vm, uint32_t node, bool all)
{
	struct node_truths *n = &vm->reasons.nodes[node];

	if (n->pass != vm->reasons.pass) {
		n->truths = truths_of_block(vm, vm->program->nodes[node], all);
		n->pass = vm->reasons.pass;
	}
	return n->truths;
}

static uint8_t negated(uint8_t truths)
{
	return (uint8_t)(((truths & MAYBE_FALSE) != 0 ? MAYBE_TRUE : 0) |
	                 ((truths & MAYBE_TRUE) != 0 ? MAYBE_FALSE : 0));
}

/* Depth is that of the nodes, which program_verify() bounds. */
static uint8_t truths_of_block(struct vm *vm, uint32_t pc, bool all)
{
	uint8_t *at = vm->reasons.truths;

	for (at[pc] = MAYBE_FALSE;; pc++) {
		const struct instruction *i = &vm->program->code[pc];
		uint8_t now = at[pc], jumps;

		at[pc] = 0;
		if (i->opcode == INS_RETURN)
			return now;
		if (now == 0)
			continue;
		switch ((enum opcode)i->opcode) {
		case INS_CONSTANT:
			now = only(i->argument != 0);
			break;
		case INS_CHECK:
			now = truths_of_check(vm, i->argument, all);
			break;
		case INS_NODE:
			now = truths_of_node(vm, i->argument, all);
			break;
		case INS_NOT:
			now = negated(now);
			break;
		case INS_JUMP_FALSE:
		case INS_JUMP_TRUE:
			jumps = now & only(i->opcode == INS_JUMP_TRUE);
			at[i->argument] |= jumps;
			now &= (uint8_t)~jumps;
			break;
		default:
			return MAYBE_BOTH;
		}
		at[pc + 1] |= now;
	}
}

static uint8_t truths_of_rule(struct vm *vm, uint32_t rule, bool all)
{
	struct reasons *r = &vm->reasons;

	r->npassed = 0;
	if (++r->pass == 0) {
		memset(r->nodes, 0, vm->program->nnodes * sizeof(*r->nodes));
		r->pass = 1;
	}
	return truths_of_block(vm, vm->program->rules[rule], all);
}

/* What was asked last has decided; what was asked before that is needed seldom.
 */
void vm_add_reasons(struct vm *vm, uint32_t rule)
{
	struct reasons *r = &vm->reasons;
	size_t left;

	if (truths_of_rule(vm, rule, false) == MAYBE_FALSE)
		return;
	truths_of_rule(vm, rule, true);
	left = r->npassed;
	while (left != 0) {
		*reason_of(vm, r->passed[--left] << 1) = r->turn;
		if (truths_of_rule(vm, rule, false) == MAYBE_FALSE)
			return;
	}
}
