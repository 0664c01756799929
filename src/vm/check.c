/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.c - inputs read, looked up and held against constants, each once an
 * event. */
#include "state.h"

static bool read_part(void *context, uint32_t number, struct value *ret)
{
	const struct value *v = vm_read(context, number);

	if (v != NULL)
		*ret = *v;
	return v != NULL;
}

static __attribute__((noinline)) const struct value *make(struct vm *vm,
                                                          uint32_t input)
{
	const struct vm_input *in = &vm->program->inputs[input];
	struct input_reader reader = { read_part, vm, vm->source, &vm->made };
	struct value *made = &vm->values[input];

	return vm_input_make(in, &reader, made) ? made : NULL;
}

static inline const struct value *read_input(struct vm *vm, uint32_t input)
{
	struct input_cache *cached = &vm->inputs[input];
	const struct value *v;

	if (cached->event == vm->event)
		return cached->value;
	if (cached->is_plain && vm->source->view != NULL) {
		v = vm->source->view(vm->source->context, cached->field);
		if (v != NULL && value_is_empty_list(v))
			v = NULL;
	} else {
		v = make(vm, input);
	}
	cached->event = vm->event;
	return cached->value = v;
}

const struct value *vm_read(struct vm *vm, uint32_t input)
{
	return read_input(vm, input);
}

known_answers *state_answers(struct vm *vm, uint32_t input)
{
	struct input_cache *cached = &vm->inputs[input];

	if (cached->known_event == vm->event)
		return cached->known;
	cached->known = known_find(vm->known, input, read_input(vm, input));
	cached->known_event = vm->event;
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

static void find(struct vm *vm, uint32_t lookup, const struct value *v)
{
	struct finding f = { vm, &vm->lookups[lookup] };

	for (size_t i = 0; i < count_values(v); i++) {
		struct value text;

		lookup_find(&vm->program->lookups[lookup],
		            nth_value(v, i, &text), keep_found, &f);
	}
}

/* What was found before for the same value. */
static void recall(struct vm *vm, struct lookup_memo *memo, uint32_t set)
{
	size_t count;
	const uint32_t *atoms = known_set_atoms(vm->known, set, &count);

	for (size_t i = 0; i < count; i++) {
		vm->atoms[atoms[i]] = vm->event;
		memo->found[i] = atoms[i];
	}
	memo->count = (uint32_t)count;
}

static void look_up(struct vm *vm, uint32_t lookup)
{
	uint32_t input = vm->program->lookups[lookup].input, set;
	const struct value *v = read_input(vm, input);
	struct lookup_memo *memo = &vm->lookups[lookup];
	struct known_place place = vm->lookup_places[lookup];
	known_answers *known;

	memo->event = vm->event;
	memo->count = 0;
	if (v == NULL)
		return;
	if (place.word == KNOWN_NOWHERE) {
		find(vm, lookup, v);
		return;
	}
	known = state_answers(vm, input);
	set = known_get_set(known, place);
	if (set != 0) {
		recall(vm, memo, set);
		return;
	}
	find(vm, lookup, v);
	set = known_set(vm->known, memo->found, memo->count);
	known_put_set(known, place, set);
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
	*ret_count = memo->count;
	return memo->found;
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

/* Most that differ do so in their length or their first byte. */
static inline bool same_text(struct str a, struct str b)
{
	return a.len == b.len &&
	       (a.len == 0 || (a.s[0] == b.s[0] && str_eq(a, b)));
}

/* v is the value of its input. */
static bool evaluate(struct vm *vm, const struct check *c,
                     const struct value *v)
{
	uint32_t matches = 0;

	if (c->right != CHECK_CONSTANT)
		return match_input(vm, c, v);
	if ((c->op == OP_EQ || c->op == OP_NE) && c->noperands == 1) {
		const struct operand *o = c->operands;

		if (v->type == VALUE_BOOL && o->class == CLASS_BOOL)
			return (v->b == o->values->b) == (c->op == OP_EQ);
		if (v->type == VALUE_STRING && o->class == CLASS_STRING)
			return same_text(v->str, o->values->str) ==
			       (c->op == OP_EQ);
	}
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
                          const struct value *v, struct known_place place)
{
	uint64_t limits = vm->scratch.regex_limits;
	known_answers *known = state_answers(vm, c->input);
	bool truth;

	if (known_get(known, place, &truth))
		return truth;
	truth = c->op == OP_EXISTS || evaluate(vm, c, v);
	if (limits == vm->scratch.regex_limits)
		known_put(known, place, truth);
	return truth;
}

static bool answer(struct vm *vm, uint32_t index)
{
	const struct check *c = &vm->program->checks[index];
	const struct value *v = read_input(vm, c->input);
	struct known_place place = vm->check_places[index];

	if (v == NULL)
		return false;
	if (place.word != KNOWN_NOWHERE)
		return evaluate_kept(vm, c, v, place);
	return c->op == OP_EXISTS || evaluate(vm, c, v);
}

bool state_ask(struct vm *vm, uint32_t index)
{
	bool truth = answer(vm, index);

	vm->checks[index] = (struct memo){ vm->event, truth };
	vm->questions[vm->nquestions++] = index << 1;
	return truth;
}

const uint32_t *vm_questions(const struct vm *vm, size_t *ret_count)
{
	*ret_count = vm->nquestions;
	return vm->questions;
}
