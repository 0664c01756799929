/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm.c - the executor: results are remembered for the length of one event. */
#include "saker/vm/vm.h"

#include <stdlib.h>

/* A remembered result carries the number of the event it is for. */
struct memo {
	uint32_t event;
	bool result;
};

struct field_cache {
	uint32_t event;
	bool present;
	struct value value;
};

struct frame {
	uint32_t node;
	uint32_t return_to;
};

struct vm {
	const struct program *program;
	const struct field_source *source;
	uint32_t event;
	struct field_cache *fields;
	struct memo *checks;
	struct memo *nodes;
	struct frame *frames;
	struct scratch scratch;
};

struct vm *vm_new(const struct program *p)
{
	struct vm *vm = calloc(1, sizeof(*vm));

	if (vm == NULL)
		return NULL;
	vm->program = p;
	vm->fields = calloc(p->nfields + 1, sizeof(*vm->fields));
	vm->checks = calloc(p->nchecks + 1, sizeof(*vm->checks));
	vm->nodes = calloc(p->nnodes + 1, sizeof(*vm->nodes));
	vm->frames = calloc(p->depth + 1, sizeof(*vm->frames));
	if (scratch_init(&vm->scratch) < 0 || vm->fields == NULL ||
	    vm->checks == NULL || vm->nodes == NULL || vm->frames == NULL) {
		vm_free(vm);
		return NULL;
	}
	return vm;
}

void vm_free(struct vm *vm)
{
	if (vm == NULL)
		return;
	scratch_done(&vm->scratch);
	free(vm->fields);
	free(vm->checks);
	free(vm->nodes);
	free(vm->frames);
	free(vm);
}

/* After 2^32 events the numbers begin again, and nothing remembered may then
 * look like new. */
static void forget_everything(struct vm *vm)
{
	const struct program *p = vm->program;

	memset(vm->fields, 0, p->nfields * sizeof(*vm->fields));
	memset(vm->checks, 0, p->nchecks * sizeof(*vm->checks));
	memset(vm->nodes, 0, p->nnodes * sizeof(*vm->nodes));
	vm->event = 1;
}

void vm_start_event(struct vm *vm, const struct field_source *fields)
{
	vm->source = fields;
	if (++vm->event == 0)
		forget_everything(vm);
}

static const struct value *read_field(struct vm *vm, uint32_t index)
{
	struct field_cache *f = &vm->fields[index];

	if (f->event != vm->event) {
		const struct field_ref *ref = &vm->program->fields[index];

		f->present = vm->source->get(vm->source->context, ref->info->id,
		                             &ref->arg, &f->value) &&
		             (f->value.type != VALUE_LIST ||
		              f->value.list.count > 0);
		f->event = vm->event;
	}
	return f->present ? &f->value : NULL;
}

/* A list is what it is by any of its elements. */
static bool match_any(struct vm *vm, const struct check *c,
                      const struct operand *o, const struct value *v)
{
	op_match_fn *match = op_info(c->op)->match;

	if (v->type != VALUE_LIST)
		return op_class_of(v->type) == o->class &&
		       match(o, v, &vm->scratch);
	for (size_t i = 0; i < v->list.count; i++) {
		struct value item = { .type = VALUE_STRING,
			              .str = v->list.items[i] };

		if (o->class == CLASS_STRING && match(o, &item, &vm->scratch))
			return true;
	}
	return false;
}

static bool evaluate(struct vm *vm, const struct check *c)
{
	const struct value *v = read_field(vm, c->field);
	uint32_t matches = 0;

	if (v == NULL || c->op == OP_EXISTS)
		return v != NULL;
	for (uint32_t i = 0; i < c->noperands; i++)
		matches += match_any(vm, c, &c->operands[i], v);
	switch (c->modifier) {
	case MODIFIER_ONEOF:
		return matches == 1;
	case MODIFIER_ALLOF:
		return matches > 0 && matches == c->noperands;
	default:
		return matches > 0;
	}
}

static bool check(struct vm *vm, uint32_t index)
{
	struct memo *m = &vm->checks[index];

	if (m->event != vm->event) {
		m->result = evaluate(vm, &vm->program->checks[index]);
		m->event = vm->event;
	}
	return m->result;
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
			truth = check(vm, i->argument);
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

uint64_t vm_regex_limits(const struct vm *vm)
{
	return vm->scratch.regex_limits;
}
