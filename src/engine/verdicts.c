/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verdicts.c - a decision tree for each type of event, grown by the events
 * themselves.
 *
 * Of an event that matches no rule some answers make all rules false, whatever
 * the others are: these are kept, and an event that gives the same ones, in
 * whatever order they are asked, matches nothing either. Questions that several
 * rules have are asked once, and those of one input are one step: its value's
 * answers are bits, of which the step compares those that it is about. */
#include "verdicts.h"

#include <stdlib.h>

#include "saker/base/limits.h"

/* Of steps: not known; known that no rule matches; the first of the others. The
 * first two are ends. */
enum {
	UNKNOWN,
	NONE_MATCHES,
	FIRST_STEP
};

struct verdicts {
	struct vm_step *steps;
	uint32_t nsteps;
	uint32_t *roots; /* first step by partition */
	size_t npartitions;
	struct vm_step *wanted; /* scratch: the steps of an event */
	size_t nwanted;
	uint32_t turn; /* of the vm that the steps are of */
};

struct verdicts *verdicts_new(size_t partitions)
{
	struct verdicts *v = calloc(1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->npartitions = partitions;
	v->nsteps = FIRST_STEP;
	v->steps = calloc(LIMIT_VERDICT_STEPS, sizeof(*v->steps));
	v->roots = calloc(partitions + 1, sizeof(*v->roots));
	v->wanted = calloc(LIMIT_VERDICT_QUESTIONS, sizeof(*v->wanted));
	if (v->steps == NULL || v->roots == NULL || v->wanted == NULL) {
		verdicts_free(v);
		return NULL;
	}
	return v;
}

void verdicts_free(struct verdicts *v)
{
	if (v == NULL)
		return;
	free(v->steps);
	free(v->roots);
	free(v->wanted);
	free(v);
}

static void forget(struct verdicts *v)
{
	memset(v->roots, 0, v->npartitions * sizeof(*v->roots));
	v->nsteps = FIRST_STEP;
}

bool verdicts_none(struct verdicts *v, size_t partition, struct vm *vm)
{
	if (v->turn != vm_turn(vm)) {
		forget(v);
		v->turn = vm_turn(vm);
	}
	return vm_follow(vm, v->steps, v->roots[partition]) == NONE_MATCHES;
}

static bool is_same(const struct vm_step *a, const struct vm_step *b)
{
	return a->kind == b->kind && a->number == b->number &&
	       a->word == b->word;
}

static void want(struct verdicts *v, const struct vm_step *s)
{
	for (size_t i = 0; s->kind == VM_STEP_ANSWERS && i < v->nwanted; i++)
		if (is_same(&v->wanted[i], s)) {
			v->wanted[i].mask |= s->mask;
			v->wanted[i].expected |= s->expected;
			return;
		}
	v->wanted[v->nwanted++] = *s;
}

/* The reasons, in the order in which inputs were asked for first: what is dear
 * comes late. False: it cannot be remembered. */
static bool collect(struct verdicts *v, struct vm *vm)
{
	size_t count;
	const uint32_t *questions = vm_questions(vm, &count);

	v->nwanted = 0;
	for (size_t i = 0; i < count; i++) {
		struct vm_step s;

		if (!vm_is_reason(vm, questions[i]))
			continue;
		if (v->nwanted == LIMIT_VERDICT_QUESTIONS ||
		    !vm_step_of(vm, questions[i], &s))
			return false;
		want(v, &s);
	}
	return true;
}

/* A step that the event has come by tells something of it: as expected, all
 * that it asks; else, of a single check, that it is the other way. */
static void drop_known(struct verdicts *v, const struct vm_step *s, bool met)
{
	if (s->kind == VM_STEP_ANSWERS && !met &&
	    __builtin_popcountll(s->mask) != 2)
		return;
	for (size_t i = 0; i < v->nwanted; i++)
		if (is_same(&v->wanted[i], s)) {
			v->wanted[i].mask &= ~s->mask;
			v->wanted[i].expected &= ~s->mask;
			if (s->kind == VM_STEP_CHECK || !v->wanted[i].mask)
				v->wanted[i].kind = VM_STEP_END;
			return;
		}
}

/* Where the event leaves the tree. NULL: behind too many other answers. */
static uint32_t *find_end(struct verdicts *v, size_t partition, struct vm *vm)
{
	uint32_t *at = &v->roots[partition];
	size_t others = 0;

	while (*at >= FIRST_STEP) {
		struct vm_step *s = &v->steps[*at];
		bool met = vm_meets(vm, s);

		drop_known(v, s, met);
		others = met || s->kind == VM_STEP_CHECK ? 0 : others + 1;
		if (others == LIMIT_VERDICT_OTHERS)
			return NULL;
		at = &s->next[met];
	}
	return at;
}

void verdicts_learn(struct verdicts *v, size_t partition, struct vm *vm)
{
	uint32_t *at;

	if (!collect(v, vm))
		return;
	if (v->nsteps + v->nwanted > LIMIT_VERDICT_STEPS)
		forget(v);
	at = find_end(v, partition, vm);
	if (at == NULL)
		return;
	for (size_t i = 0; i < v->nwanted; i++) {
		struct vm_step *s = &v->wanted[i];

		if (s->kind == VM_STEP_END)
			continue;
		*at = v->nsteps++;
		v->steps[*at] = *s;
		at = &v->steps[*at].next[s->kind == VM_STEP_ANSWERS ||
		                         s->expected != 0];
	}
	*at = NONE_MATCHES;
}
