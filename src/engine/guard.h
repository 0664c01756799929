/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guard.h - what an event must have for a condition to be true, in a form in
 * which many conditions are looked up at once; private to src/engine. */
#ifndef SAKER_SRC_ENGINE_GUARD_H
#define SAKER_SRC_ENGINE_GUARD_H

#include "saker/vm/builder.h"

enum guard_kind {
	GUARD_NONE,  /* nothing that can be looked up */
	GUARD_ATOMS, /* the event meets one of the atoms */
	GUARD_NEVER, /* no event of the type makes the condition true */
};

struct guard {
	enum guard_kind kind;
	const uint32_t *atoms;
	size_t count;
};

/* Of all expressions of a builder, which must get no more of them. */
struct guards {
	struct builder *builder;
	struct arena *arena; /* borrowed, for what is found out */
	struct guard *known; /* by expression; of those without event types */
	unsigned char *state;
	bool nomem;
};

int guards_init(struct guards *g, struct builder *b,
                struct arena *arena) must_check;
/* Of an expression, for events of that type; STR_NONE = of a type that no rule
 * names. Atoms are added to the builder. */
struct guard guard_of(struct guards *g, node_id id, struct str type);
/* Whether that type alone makes the expression true or false. False = it
 * depends on more. */
bool guard_is_settled(struct guards *g, node_id id, struct str type,
                      bool *ret_truth);

/* Whether evt.type is asked for within. */
bool guard_has_type(struct guards *g, node_id id);
/* The parts of an and, an or, or of a negation. */
size_t guard_parts(const struct guards *g, node_id id, const uint32_t **ret,
                   uint32_t *inner);

#endif
