/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm.h - runs a program over one event at a time. */
#ifndef SAKER_VM_VM_H
#define SAKER_VM_VM_H

#include "saker/vm/program.h"

struct vm;

/* Scratch memory for one thread; the program is borrowed. NULL when out of
 * memory. */
struct vm *vm_new(const struct program *p);
void vm_free(struct vm *vm);
/* Forgets the results for the last event. fields is borrowed until the next
 * call. */
void vm_start_event(struct vm *vm, const struct field_source *fields);
/* Allocates nothing. */
bool vm_run_rule(struct vm *vm, uint32_t rule);
/* What the program reads at that input, read now if it was not yet: NULL = no
 * value. Borrowed until the next event. */
const struct value *vm_read(struct vm *vm, uint32_t input);
/* The atoms of the lookup that the event meets, looked up now if they were not
 * yet. Borrowed until the next event. */
const uint32_t *vm_look_up(struct vm *vm, uint32_t lookup, size_t *ret_count);
/* What was asked for the event, in order, each once: checks and lookups. What
 * the program does depends on the answers alone. Borrowed until the next
 * question. */
const uint32_t *vm_questions(const struct vm *vm, size_t *ret_count);

/* Of rules that were run for the event and are false: which answers make them
 * so, whatever the others are. Begun with none. */
void vm_reasons_start(struct vm *vm);
void vm_add_reasons(struct vm *vm, uint32_t rule);
/* What the lookup found, and with it that it found nothing else. */
void vm_add_lookup_reason(struct vm *vm, uint32_t lookup);
bool vm_is_reason(const struct vm *vm, uint32_t question);

enum vm_step_kind {
	VM_STEP_END,
	VM_STEP_ANSWERS, /* of one input's value */
	VM_STEP_CHECK,   /* one that has no place among those */
};

/* Questions, and where it goes on with their answers as expected, [1], and with
 * others, [0]. */
struct vm_step {
	uint64_t mask;
	uint64_t expected;
	uint32_t next[2];
	uint32_t number; /* of the input, or the check */
	uint16_t word;   /* of what is known of the input's value */
	uint16_t kind;
};

/* To the next step that is an end. */
uint32_t vm_follow(struct vm *vm, const struct vm_step *steps, uint32_t at);
/* Whether the event answers the step's questions as expected. */
bool vm_meets(struct vm *vm, const struct vm_step *s);
/* A question that was asked, with the event's answer. False: it cannot be
 * remembered. */
bool vm_step_of(struct vm *vm, uint32_t question,
                struct vm_step *ret) must_check;
/* Steps of another turn mean nothing any more. */
uint32_t vm_turn(const struct vm *vm);

/* Pattern matches given up at a limit since the start. */
uint64_t vm_regex_limits(const struct vm *vm);

#endif
