/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verdicts.c - a decision tree for each type of event, grown by the events
 * themselves.
 *
 * What is asked next depends on the answers so far and on nothing else, and so
 * does the verdict: an event that gives the same answers to the same questions
 * as one before matches what that one matched, which was nothing. Checks that
 * several rules have are asked once, and what leads from one to the next is one
 * load instead of the rules' code. */
#include "verdicts.h"

#include <stdlib.h>

#include "saker/base/limits.h"

/* Of steps: not known; known that no rule matches; the first of the others. The
 * first two are there as lookups, so that following the others ends at them. */
enum {
	UNKNOWN,
	NONE_MATCHES,
	FIRST_STEP
};

#define A_LOOKUP 1u

struct verdicts {
	struct vm_step *steps; /* of a lookup, next is: it found other atoms,
	                        * these; found is where those are: how many, and
	                        * behind that which */
	uint32_t nsteps;
	uint32_t *atoms;
	uint32_t natoms;
	uint32_t *roots; /* first step by partition */
	size_t npartitions;
};

struct verdicts *verdicts_new(size_t partitions)
{
	struct verdicts *v = calloc(1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->npartitions = partitions;
	v->nsteps = FIRST_STEP;
	v->steps = calloc(LIMIT_VERDICT_STEPS, sizeof(*v->steps));
	v->atoms = calloc(LIMIT_VERDICT_ATOMS, sizeof(*v->atoms));
	v->roots = calloc(partitions + 1, sizeof(*v->roots));
	if (v->steps == NULL || v->atoms == NULL || v->roots == NULL) {
		verdicts_free(v);
		return NULL;
	}
	v->steps[UNKNOWN].question = A_LOOKUP;
	v->steps[NONE_MATCHES].question = A_LOOKUP;
	return v;
}

void verdicts_free(struct verdicts *v)
{
	if (v == NULL)
		return;
	free(v->steps);
	free(v->atoms);
	free(v->roots);
	free(v);
}

static bool found_these(const struct verdicts *v, const struct vm_step *s,
                        const uint32_t *atoms, size_t count)
{
	const uint32_t *these = &v->atoms[s->found];

	return these[0] == count &&
	       (count == 0 ||
	        memcmp(these + 1, atoms, count * sizeof(*atoms)) == 0);
}

bool verdicts_none(const struct verdicts *v, size_t partition, struct vm *vm)
{
	uint32_t at = vm_follow(vm, v->steps, v->roots[partition]);

	while (at >= FIRST_STEP) {
		const struct vm_step *s = &v->steps[at];
		const uint32_t *atoms;
		size_t count;

		atoms = vm_look_up(vm, VM_QUESTION_NUMBER(s->question), &count);
		at = vm_follow(vm, v->steps,
		               s->next[found_these(v, s, atoms, count)]);
	}
	return at == NONE_MATCHES;
}

static void forget(struct verdicts *v)
{
	memset(v->roots, 0, v->npartitions * sizeof(*v->roots));
	v->nsteps = FIRST_STEP;
	v->natoms = 0;
}

static uint32_t add_step(struct verdicts *v, const struct vm *vm,
                         uint32_t question)
{
	struct vm_step *s = &v->steps[v->nsteps];
	const uint32_t *atoms;
	size_t count;

	*s = (struct vm_step){ .question = question, .found = v->natoms };
	if (!VM_QUESTION_IS_LOOKUP(question))
		return v->nsteps++;
	atoms = vm_found(vm, VM_QUESTION_NUMBER(question), &count);
	v->atoms[v->natoms++] = (uint32_t)count;
	for (size_t i = 0; i < count; i++)
		v->atoms[v->natoms++] = atoms[i];
	return v->nsteps++;
}

/* Which way the event goes on from a step. */
static bool answer_of(const struct verdicts *v, const struct vm_step *s,
                      const struct vm *vm)
{
	uint32_t number = VM_QUESTION_NUMBER(s->question);
	const uint32_t *atoms;
	size_t count;

	if (!VM_QUESTION_IS_LOOKUP(s->question))
		return vm_answer(vm, number);
	atoms = vm_found(vm, number, &count);
	return found_these(v, s, atoms, count);
}

/* Places in the tree that the event may take. */
static bool has_room(struct verdicts *v, const struct vm *vm,
                     const uint32_t *questions, size_t count)
{
	size_t atoms = 0, found;

	for (size_t i = 0; i < count; i++)
		if (VM_QUESTION_IS_LOOKUP(questions[i])) {
			vm_found(vm, VM_QUESTION_NUMBER(questions[i]), &found);
			atoms += 1 + found;
		}
	if (count > LIMIT_VERDICT_QUESTIONS || atoms > LIMIT_VERDICT_ATOMS)
		return false;
	if (v->nsteps + count > LIMIT_VERDICT_STEPS ||
	    v->natoms + atoms > LIMIT_VERDICT_ATOMS)
		forget(v);
	return true;
}

void verdicts_learn(struct verdicts *v, size_t partition, const struct vm *vm)
{
	uint32_t *at = &v->roots[partition];
	size_t count, others = 0;
	const uint32_t *questions = vm_questions(vm, &count);

	if (!has_room(v, vm, questions, count))
		return;
	for (size_t i = 0; i < count;) {
		bool answer;

		if (*at < FIRST_STEP)
			*at = add_step(v, vm, questions[i]);
		answer = answer_of(v, &v->steps[*at], vm);
		at = &v->steps[*at].next[answer];
		if (answer || !VM_QUESTION_IS_LOOKUP(questions[i])) {
			others = 0;
			i++;
		} else if (++others == LIMIT_VERDICT_OTHERS) {
			return;
		}
	}
	*at = NONE_MATCHES;
}
