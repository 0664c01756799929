/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm.c - the executor: results are remembered for the length of one event. */
#include "saker/vm/vm.h"

#include <stdlib.h>

#include "state.h"

/* What transformers may make of one event. */
#define MADE_BYTES ((size_t)1024 * 1024)

static void share_found(struct vm *vm)
{
	uint32_t *next = vm->found;

	for (size_t i = 0; i < vm->program->nlookups; i++) {
		vm->lookups[i].found = next;
		next += vm->program->lookups[i].natoms;
	}
}

static void tell_plain(struct vm *vm)
{
	for (size_t i = 0; i < vm->program->ninputs; i++) {
		const struct vm_input *in = &vm->program->inputs[i];

		if (in->kind != INPUT_FIELD || in->arg.present)
			continue;
		vm->inputs[i].is_plain = true;
		vm->inputs[i].field = in->info->id;
	}
}

struct vm *vm_new(const struct program *p)
{
	struct vm *vm = calloc(1, sizeof(*vm));

	if (vm == NULL)
		return NULL;
	vm->program = p;
	vm->made.limit = MADE_BYTES;
	vm->inputs = calloc(p->ninputs + 1, sizeof(*vm->inputs));
	vm->values = calloc(p->ninputs + 1, sizeof(*vm->values));
	vm->checks = calloc(p->nchecks + 1, sizeof(*vm->checks));
	vm->nodes = calloc(p->nnodes + 1, sizeof(*vm->nodes));
	vm->frames = calloc(p->depth + 1, sizeof(*vm->frames));
	vm->atoms = calloc(p->natoms + 1, sizeof(*vm->atoms));
	vm->lookups = calloc(p->nlookups + 1, sizeof(*vm->lookups));
	vm->found = calloc(p->natoms + 1, sizeof(*vm->found));
	vm->questions =
		calloc(p->nchecks + p->nlookups + 1, sizeof(*vm->questions));
	vm->known = known_new(p);
	if (scratch_init(&vm->scratch) < 0 ||
	    reasons_init(&vm->reasons, p) < 0 || vm->known == NULL ||
	    vm->inputs == NULL || vm->values == NULL || vm->checks == NULL ||
	    vm->nodes == NULL || vm->frames == NULL || vm->atoms == NULL ||
	    vm->lookups == NULL || vm->found == NULL || vm->questions == NULL) {
		vm_free(vm);
		return NULL;
	}
	vm->scratch.jit_late = p->jit_late;
	share_found(vm);
	tell_plain(vm);
	vm->check_places = known_checks(vm->known);
	vm->lookup_places = known_lookups(vm->known);
	return vm;
}

void vm_free(struct vm *vm)
{
	if (vm == NULL)
		return;
	scratch_done(&vm->scratch);
	reasons_done(&vm->reasons);
	arena_done(&vm->made);
	free(vm->inputs);
	free(vm->values);
	free(vm->checks);
	free(vm->nodes);
	free(vm->frames);
	free(vm->questions);
	known_free(vm->known);
	free(vm->atoms);
	free(vm->lookups);
	free(vm->found);
	free(vm);
}

/* After 2^32 events the numbers begin again, and nothing remembered may then
 * look like new. */
static void forget_everything(struct vm *vm)
{
	const struct program *p = vm->program;

	for (size_t i = 0; i < p->ninputs; i++)
		vm->inputs[i].event = vm->inputs[i].known_event = 0;
	memset(vm->checks, 0, p->nchecks * sizeof(*vm->checks));
	memset(vm->nodes, 0, p->nnodes * sizeof(*vm->nodes));
	memset(vm->atoms, 0, p->natoms * sizeof(*vm->atoms));
	for (size_t i = 0; i < p->nlookups; i++)
		vm->lookups[i].event = vm->lookups[i].asked = 0;
	vm->event = 1;
}

void vm_start_event(struct vm *vm, const struct field_source *fields)
{
	vm->source = fields;
	vm->nquestions = 0;
	scratch_forget(&vm->scratch);
	arena_reset(&vm->made);
	vm->turn = known_make_room(vm->known);
	if (++vm->event == 0)
		forget_everything(vm);
}

/* A jump follows nearly every check: taking it here saves every second round
 * of the loop, and the branch that cannot be predicted in it. */
static inline uint32_t after_check(const struct instruction *code, uint32_t pc,
                                   bool truth)
{
	const struct instruction *next = &code[pc];

	if (next->opcode == (truth ? INS_JUMP_TRUE : INS_JUMP_FALSE))
		return next->argument;
	return next->opcode == (truth ? INS_JUMP_FALSE : INS_JUMP_TRUE) ? pc + 1
	                                                                : pc;
}

bool vm_run_rule(struct vm *vm, uint32_t rule)
{
	const struct program *p = vm->program;
	uint32_t pc = p->rules[rule];
	size_t depth = 0;
	bool truth = false;

	for (;;) {
		const struct instruction *i = &p->code[pc++];

		switch ((enum opcode)i->opcode) {
		case INS_CONSTANT:
			truth = i->argument != 0;
			break;
		case INS_CHECK:
			truth = state_check(vm, i->argument);
			pc = after_check(p->code, pc, truth);
			break;
		case INS_NODE:
			if (vm->nodes[i->argument].event == vm->event) {
				truth = vm->nodes[i->argument].result;
				break;
			}
			vm->frames[depth++] = (struct frame){ i->argument, pc };
			pc = p->nodes[i->argument];
			break;
		case INS_NOT:
			truth = !truth;
			break;
		case INS_JUMP_FALSE:
			pc = truth ? pc : i->argument;
			break;
		case INS_JUMP_TRUE:
			pc = truth ? i->argument : pc;
			break;
		case INS_RETURN:
			if (depth == 0)
				return truth;
			depth--;
			vm->nodes[vm->frames[depth].node] =
				(struct memo){ vm->event, truth };
			pc = vm->frames[depth].return_to;
			break;
		case INS__MAX:
			return false;
		}
	}
}

uint32_t vm_turn(const struct vm *vm)
{
	return vm->turn;
}

uint64_t vm_regex_limits(const struct vm *vm)
{
	return vm->scratch.regex_limits;
}
