/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guard.h - what an event must have for a condition to be true, in a form in
 * which many conditions are looked up at once; private to src/engine. */
#ifndef SAKER_SRC_ENGINE_GUARD_H
#define SAKER_SRC_ENGINE_GUARD_H

#include "saker/vm/builder.h"

enum guard_kind {
	GUARD_NONE,  /* nothing that can be looked up */
	GUARD_ATOMS, /* the event meets one of the atoms */
	GUARD_NEVER, /* no event makes the condition true */
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
	struct guard *known; /* by expression */
	bool *is_known;
	bool nomem;
};

int guards_init(struct guards *g, struct builder *b,
                struct arena *arena) must_check;
/* Of an expression. Atoms are added to the builder. */
struct guard guard_of(struct guards *g, node_id id);

#endif
