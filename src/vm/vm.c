/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm.c - the executor: results are remembered for the length of one event. */
#include "saker/vm/vm.h"

#include <stdlib.h>

#include "known.h"

/* A remembered result carries the number of the event it is for. */
struct memo {
	uint32_t event;
	bool result;
};

/* What transformers may make of one event. */
#define MADE_BYTES ((size_t)1024 * 1024)

struct input_cache {
	const struct value *value; /* NULL = none */
	known_answers *known;      /* NULL = not kept */
	uint32_t event;
	uint32_t known_event;
	struct value made; /* where the source keeps none */
};

struct lookup_memo {
	uint32_t event;
	uint32_t asked; /* the last event whose questions have it */
	uint32_t count;
	uint32_t *found; /* as many as the lookup has atoms */
};

struct frame {
	uint32_t node;
	uint32_t return_to;
};

struct vm {
	const struct program *program;
	const struct field_source *source;
	uint32_t event;
	struct input_cache *inputs;
	struct arena made; /* by transformers, of this event */
	struct memo *checks;
	struct memo *nodes;
	uint32_t *atoms; /* the last event that met them */
	struct lookup_memo *lookups;
	uint32_t *found; /* of all lookups */
	struct frame *frames;
	uint32_t *questions; /* checks and lookups of this event */
	size_t nquestions;
	struct known *known;
	const uint16_t *places; /* of checks, in known */
	struct scratch scratch;
};

static void share_found(struct vm *vm)
{
	uint32_t *next = vm->found;

	for (size_t i = 0; i < vm->program->nlookups; i++) {
		vm->lookups[i].found = next;
		next += vm->program->lookups[i].natoms;
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
	vm->checks = calloc(p->nchecks + 1, sizeof(*vm->checks));
	vm->nodes = calloc(p->nnodes + 1, sizeof(*vm->nodes));
	vm->frames = calloc(p->depth + 1, sizeof(*vm->frames));
	vm->atoms = calloc(p->natoms + 1, sizeof(*vm->atoms));
	vm->lookups = calloc(p->nlookups + 1, sizeof(*vm->lookups));
	vm->found = calloc(p->natoms + 1, sizeof(*vm->found));
	vm->questions =
		calloc(p->nchecks + p->nlookups + 1, sizeof(*vm->questions));
	vm->known = known_new(p);
	if (scratch_init(&vm->scratch) < 0 || vm->known == NULL ||
	    vm->inputs == NULL || vm->checks == NULL || vm->nodes == NULL ||
	    vm->frames == NULL || vm->atoms == NULL || vm->lookups == NULL ||
	    vm->found == NULL || vm->questions == NULL) {
		vm_free(vm);
		return NULL;
	}
	share_found(vm);
	vm->places = known_checks(vm->known);
	return vm;
}

void vm_free(struct vm *vm)
{
	if (vm == NULL)
		return;
	scratch_done(&vm->scratch);
	arena_done(&vm->made);
	free(vm->inputs);
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

	memset(vm->inputs, 0, p->ninputs * sizeof(*vm->inputs));
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
	if (++vm->event == 0)
		forget_everything(vm);
}

static bool read_part(void *context, uint32_t number, struct value *ret)
{
	const struct value *v = vm_read(context, number);

	if (v != NULL)
		*ret = *v;
	return v != NULL;
}

static const struct value *make(struct vm *vm, uint32_t input)
{
	const struct vm_input *in = &vm->program->inputs[input];
	struct input_reader reader = { read_part, vm, vm->source, &vm->made };
	struct value *made = &vm->inputs[input].made;
	const struct value *kept;

	if (in->kind != INPUT_FIELD || in->arg.present ||
	    vm->source->view == NULL)
		return vm_input_make(in, &reader, made) ? made : NULL;
	kept = vm->source->view(vm->source->context, in->info->id);
	return kept != NULL && !value_is_empty_list(kept) ? kept : NULL;
}

static inline const struct value *read_input(struct vm *vm, uint32_t input)
{
	struct input_cache *cached = &vm->inputs[input];

	if (cached->event != vm->event) {
		cached->value = make(vm, input);
		cached->event = vm->event;
	}
	return cached->value;
}

const struct value *vm_read(struct vm *vm, uint32_t input)
{
	return read_input(vm, input);
}

/* Of an input that has a value. */
static inline known_answers *answers_of(struct vm *vm, uint32_t input)
{
	struct input_cache *cached = &vm->inputs[input];

	if (cached->known_event != vm->event) {
		cached->known = known_find(vm->known, input, cached->value);
		cached->known_event = vm->event;
	}
	return cached->known;
}

static inline bool match_one(struct vm *vm, const struct check *c,
                             const struct operand *o, const struct value *v)
{
	enum op_class class = op_class_of(v->type);

	if (class == CLASS_IP && o->class == CLASS_NET)
		class = CLASS_NET;
	return class == o->class && c->match(o, v, &vm->scratch);
}

static size_t count_values(const struct value *v)
{
	if (v->type == VALUE_LIST)
		return v->list.count;
	return v->type == VALUE_MANY ? v->many.count : 1;
}

static const struct value *nth_value(const struct value *v, size_t i,
                                     struct value *text)
{
	if (v->type == VALUE_MANY)
		return &v->many.items[i];
	if (v->type != VALUE_LIST)
		return v;
	*text = (struct value){ .type = VALUE_STRING, .str = v->list.items[i] };
	return text;
}

/* Several values pass by one of them, or by all, as the check wants it. */
static bool match(struct vm *vm, const struct check *c, const struct operand *o,
                  const struct value *v)
{
	size_t count;

	if (v->type != VALUE_LIST && v->type != VALUE_MANY)
		return match_one(vm, c, o, v);
	count = count_values(v);
	for (size_t i = 0; i < count; i++) {
		struct value text;

		if (match_one(vm, c, o, nth_value(v, i, &text)) != c->all)
			return !c->all;
	}
	return c->all;
}

/* The event's own value as the right side. */
static bool match_input(struct vm *vm, const struct check *c,
                        const struct value *left)
{
	const struct value *right = vm_read(vm, c->right);
	struct operand o = { .values = right, .count = 1 };
	struct value *items;

	if (right == NULL)
		return false;
	o.class = op_class_of(right->type);
	if (right->type != VALUE_LIST)
		return match(vm, c, &o, left);
	items = arena_array(&vm->made, struct value, right->list.count + 1);
	if (items == NULL)
		return false;
	for (size_t i = 0; i < right->list.count; i++)
		items[i] = (struct value){ .type = VALUE_STRING,
			                   .str = right->list.items[i] };
	o.values = items;
	o.count = right->list.count;
	return match(vm, c, &o, left);
}

struct finding {
	struct vm *vm;
	struct lookup_memo *memo;
};

static bool keep_found(void *context, uint32_t atom)
{
	struct finding *f = context;

	if (f->vm->atoms[atom] == f->vm->event)
		return false;
	f->vm->atoms[atom] = f->vm->event;
	f->memo->found[f->memo->count++] = atom;
	return true;
}

static void look_up(struct vm *vm, uint32_t lookup)
{
	const struct lookup *l = &vm->program->lookups[lookup];
	const struct value *v = read_input(vm, l->input);
	struct finding f = { vm, &vm->lookups[lookup] };
	uint16_t place = known_lookups(vm->known)[lookup];
	known_answers *known = NULL;
	bool is_empty;

	f.memo->event = vm->event;
	f.memo->count = 0;
	if (v != NULL && place != KNOWN_NOWHERE)
		known = answers_of(vm, l->input);
	if (v == NULL ||
	    (known != NULL && known_get(known, place, &is_empty) && is_empty))
		return;
	for (size_t i = 0; i < count_values(v); i++) {
		struct value text;

		lookup_find(l, nth_value(v, i, &text), keep_found, &f);
	}
	if (known != NULL && f.memo->count == 0)
		known_put(known, place, true);
}

const uint32_t *vm_found(const struct vm *vm, uint32_t lookup,
                         size_t *ret_count)
{
	*ret_count = vm->lookups[lookup].count;
	return vm->lookups[lookup].found;
}

const uint32_t *vm_look_up(struct vm *vm, uint32_t lookup, size_t *ret_count)
{
	struct lookup_memo *memo = &vm->lookups[lookup];

	if (memo->event != vm->event)
		look_up(vm, lookup);
	if (memo->asked != vm->event) {
		memo->asked = vm->event;
		vm->questions[vm->nquestions++] = lookup << 1 | 1;
	}
	return vm_found(vm, lookup, ret_count);
}

/* A few texts are found sooner one by one. */
#define FEW_ATOMS 6u

static bool is_worth_lookup(const struct vm *vm, const struct check *c)
{
	uint32_t lookup;

	if (c->natoms == 0)
		return false;
	lookup = vm->program->atoms[c->atoms[0]].lookup;
	return !c->is_decided || vm->lookups[lookup].event == vm->event ||
	       vm->program->lookups[lookup].natoms > FEW_ATOMS;
}

static bool meets_atom(struct vm *vm, const struct check *c)
{
	uint32_t lookup = vm->program->atoms[c->atoms[0]].lookup;

	if (vm->lookups[lookup].event != vm->event)
		look_up(vm, lookup);
	if (vm->lookups[lookup].count == 0)
		return false;
	for (uint32_t i = 0; i < c->natoms; i++)
		if (vm->atoms[c->atoms[i]] == vm->event)
			return true;
	return false;
}

/* v is the value of its input. */
static bool evaluate(struct vm *vm, const struct check *c,
                     const struct value *v)
{
	uint32_t matches = 0;

	if (v->type == VALUE_BOOL && c->op == OP_EQ && c->noperands == 1 &&
	    c->operands->class == CLASS_BOOL)
		return v->b == c->operands->values->b;
	if (c->right != CHECK_CONSTANT)
		return match_input(vm, c, v);
	if (is_worth_lookup(vm, c)) {
		bool is_met = meets_atom(vm, c);

		if (!is_met || c->is_decided)
			return is_met;
	}
	if (c->noperands == 1 && c->modifier == MODIFIER_NONE)
		return match(vm, c, c->operands, v);
	for (uint32_t i = 0; i < c->noperands; i++)
		matches += match(vm, c, &c->operands[i], v);
	switch (c->modifier) {
	case MODIFIER_ONEOF:
		return matches == 1;
	case MODIFIER_ALLOF:
		return matches > 0 && matches == c->noperands;
	default:
		return matches > 0;
	}
}

/* A match that was given up is to be counted each time. */
static bool evaluate_kept(struct vm *vm, const struct check *c,
                          const struct value *v, uint16_t place)
{
	uint64_t limits = vm->scratch.regex_limits;
	known_answers *known = answers_of(vm, c->input);
	bool truth;

	if (known == NULL)
		return evaluate(vm, c, v);
	if (known_get(known, place, &truth))
		return truth;
	truth = evaluate(vm, c, v);
	if (limits == vm->scratch.regex_limits)
		known_put(known, place, truth);
	return truth;
}

static bool answer(struct vm *vm, uint32_t index)
{
	const struct check *c = &vm->program->checks[index];
	const struct value *v = read_input(vm, c->input);
	uint16_t place = vm->places[index];

	if (v == NULL || c->op == OP_EXISTS)
		return v != NULL;
	if (place != KNOWN_NOWHERE)
		return evaluate_kept(vm, c, v, place);
	return evaluate(vm, c, v);
}

static inline bool check(struct vm *vm, uint32_t index)
{
	struct memo *m = &vm->checks[index];

	if (m->event != vm->event) {
		m->result = answer(vm, index);
		m->event = vm->event;
		vm->questions[vm->nquestions++] = index << 1;
	}
	return m->result;
}

bool vm_check(struct vm *vm, uint32_t index)
{
	return check(vm, index);
}

bool vm_answer(const struct vm *vm, uint32_t index)
{
	return vm->checks[index].result;
}

const uint32_t *vm_questions(const struct vm *vm, size_t *ret_count)
{
	*ret_count = vm->nquestions;
	return vm->questions;
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
			truth = check(vm, i->argument);
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

uint64_t vm_regex_limits(const struct vm *vm)
{
	return vm->scratch.regex_limits;
}
