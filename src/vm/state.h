/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.h - what the executor holds; private to src/vm. */
#ifndef SAKER_SRC_VM_STATE_H
#define SAKER_SRC_VM_STATE_H

#include "known.h"
#include "saker/vm/vm.h"

/* A remembered result carries the number of the event it is for. */
struct memo {
	uint32_t event;
	bool result;
};

struct input_cache {
	const struct value *value; /* NULL = none */
	known_answers *known;
	uint32_t event;
	uint32_t known_event;
	bool is_plain; /* a field, which the source may keep */
	enum field_id field;
};

struct lookup_memo {
	uint32_t event;
	uint32_t asked; /* the last event whose questions have it */
	uint32_t count;
	uint32_t *found; /* as many as the lookup has atoms */
};

struct node_truths {
	uint32_t pass;
	uint8_t truths;
};

/* Scratch of reasons.c. */
struct reasons {
	uint32_t *questions; /* the last turn that each was a reason in */
	size_t nquestions;
	uint32_t turn;
	uint32_t pass; /* over a rule */
	struct node_truths *nodes;
	uint32_t *passed; /* checks */
	size_t npassed;
	uint8_t *truths; /* by instruction */
};

int reasons_init(struct reasons *r, const struct program *p) must_check;
void reasons_done(struct reasons *r);

struct frame {
	uint32_t node;
	uint32_t return_to;
};

struct vm {
	const struct program *program;
	const struct field_source *source;
	uint32_t event;
	struct input_cache *inputs;
	struct value *values; /* of inputs that the source keeps none of */
	struct arena made;    /* by transformers, of this event */
	struct memo *checks;
	struct memo *nodes;
	uint32_t *atoms; /* the last event that met them */
	struct lookup_memo *lookups;
	uint32_t *found; /* of all lookups */
	struct frame *frames;
	uint32_t *questions; /* checks and lookups of this event */
	size_t nquestions;
	struct known *known;
	uint32_t turn;                          /* of what is known */
	const struct known_place *check_places; /* in known */
	const struct known_place *lookup_places;
	struct reasons reasons;
	struct scratch scratch;
};

/* Answers a check that was not asked for this event. */
bool state_ask(struct vm *vm, uint32_t check);
/* What is known of the input's value. */
known_answers *state_answers(struct vm *vm, uint32_t input);

static inline bool state_check(struct vm *vm, uint32_t index)
{
	const struct memo *m = &vm->checks[index];

	return m->event == vm->event ? m->result : state_ask(vm, index);
}

#endif
