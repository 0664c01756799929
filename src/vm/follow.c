/* SPDX-License-Identifier: GPL-2.0-or-later */
/* follow.c - questions that were asked before for events alike, those of one
 * input together: what is known of its value answers them at once. */
#include "state.h"

static inline known_answers *answers_of(struct vm *vm, uint32_t input)
{
	const struct input_cache *cached = &vm->inputs[input];

	return cached->known_event == vm->event ? cached->known
	                                        : state_answers(vm, input);
}

/* The bits of the places whose answers are there. */
static uint64_t asked(known_answers answers, bool lookups)
{
	uint64_t bits = answers & KNOWN_ASKED;

	if (!lookups)
		return bits | bits << 1;
	bits = 0;
	for (uint64_t one = 0xffff; one != 0; one <<= KNOWN_LOOKUP_BITS)
		if ((answers & one) != 0)
			bits |= one;
	return bits;
}

static void ask(struct vm *vm, const struct vm_step *s, uint16_t shift,
                bool lookup)
{
	uint32_t number = known_whose(vm->known, s->number,
	                              (struct known_place){ s->word, shift });
	size_t count;

	if (lookup)
		vm_look_up(vm, number, &count);
	else
		state_check(vm, number);
}

/* What cannot be remembered stays as if it had not been asked. */
static bool ask_missing(struct vm *vm, const struct vm_step *s,
                        const known_answers *a)
{
	bool lookup = known_is_lookup(vm->known, s->number, s->word);
	uint64_t missing = s->mask & ~asked(*a, lookup);

	while (missing != 0 && ((*a ^ s->expected) & s->mask & ~missing) == 0) {
		unsigned at = (unsigned)__builtin_ctzll(missing);
		unsigned bits = lookup ? KNOWN_LOOKUP_BITS : KNOWN_CHECK_BITS;

		at -= at % bits;
		ask(vm, s, (uint16_t)at, lookup);
		missing &= ~(((UINT64_C(1) << bits) - 1) << at);
	}
	return (*a & s->mask) == s->expected;
}

bool vm_meets(struct vm *vm, const struct vm_step *s)
{
	const known_answers *a;

	if (s->kind == VM_STEP_CHECK)
		return state_check(vm, s->number);
	a = answers_of(vm, s->number) + s->word;
	return (*a & s->mask) == s->expected || ask_missing(vm, s, a);
}

uint32_t vm_follow(struct vm *vm, const struct vm_step *steps, uint32_t at)
{
	for (;;) {
		const struct vm_step *s = &steps[at];
		const known_answers *a;

		if (s->kind != VM_STEP_ANSWERS) {
			if (s->kind == VM_STEP_END)
				return at;
			at = s->next[state_check(vm, s->number)];
			continue;
		}
		a = answers_of(vm, s->number) + s->word;
		at = s->next[(*a & s->mask) == s->expected ||
		             ask_missing(vm, s, a)];
	}
}

static bool step_of_place(struct vm *vm, uint32_t input, struct known_place at,
                          unsigned bits, struct vm_step *ret)
{
	uint64_t mask = ((UINT64_C(1) << bits) - 1) << at.shift;
	known_answers a = answers_of(vm, input)[at.word];

	*ret = (struct vm_step){ .kind = VM_STEP_ANSWERS,
		                 .number = input,
		                 .word = at.word,
		                 .mask = mask,
		                 .expected = a & mask };
	return ret->expected != 0;
}

bool vm_step_of(struct vm *vm, uint32_t question, struct vm_step *ret)
{
	uint32_t number = question >> 1;
	const struct program *p = vm->program;

	if ((question & 1) != 0)
		return vm->lookup_places[number].word != KNOWN_NOWHERE &&
		       step_of_place(vm, p->lookups[number].input,
		                     vm->lookup_places[number],
		                     KNOWN_LOOKUP_BITS, ret);
	if (vm->check_places[number].word != KNOWN_NOWHERE)
		return step_of_place(vm, p->checks[number].input,
		                     vm->check_places[number], KNOWN_CHECK_BITS,
		                     ret);
	*ret = (struct vm_step){
		.kind = VM_STEP_CHECK,
		.number = number,
		.expected = vm->checks[number].result,
	};
	return true;
}
