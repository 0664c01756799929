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
/* What was asked for the event, in order, each once: the program's checks, and
 * lookups that the caller asked for. The rest depends on the answers alone.
 * Borrowed until the next question. */
const uint32_t *vm_questions(const struct vm *vm, size_t *ret_count);
#define VM_QUESTION_IS_LOOKUP(question) (((question)&1) != 0)
#define VM_QUESTION_NUMBER(question)    ((question) >> 1)
/* A question, and where its answer leads. */
struct vm_step {
	uint32_t question;
	uint32_t next[2]; /* of a check: when it is false, true */
	uint32_t found;   /* the caller's */
};
/* From check to check, none of which was asked for the event yet, to the next
 * step that is a lookup. */
uint32_t vm_follow(struct vm *vm, const struct vm_step *steps, uint32_t at);

/* Of questions that were asked. */
bool vm_answer(const struct vm *vm, uint32_t check);
const uint32_t *vm_found(const struct vm *vm, uint32_t lookup,
                         size_t *ret_count);

/* Pattern matches given up at a limit since the start. */
uint64_t vm_regex_limits(const struct vm *vm);

#endif
