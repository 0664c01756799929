/* SPDX-License-Identifier: GPL-2.0-or-later */
/* specialise.h - conditions as they are for events of one type; private to
 * src/engine. */
#ifndef SAKER_SRC_ENGINE_SPECIALISE_H
#define SAKER_SRC_ENGINE_SPECIALISE_H

#include "saker/vm/builder.h"

struct specialised; /* what became of an expression */

struct specialiser {
	struct builder *builder;
	struct arena *arena; /* borrowed */
	struct specialised *known;
	struct str type;
	uint32_t turn;
	node_id constants[2];
};

/* For the expressions that the builder has by now. 0 or E_NOMEM. */
int specialiser_init(struct specialiser *s, struct builder *b,
                     struct arena *arena) must_check;
/* What follows is for events of that type; STR_NONE = of one that is not known
 * beforehand. */
void specialiser_start(struct specialiser *s, struct str type);
/* An expression that is true for the same events of the type, which may be a
 * constant; it is added to the builder. Negative when out of memory. */
node_id specialise(struct specialiser *s, node_id id);

#endif
