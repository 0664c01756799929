/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probes.h - the lookups of one branch; private to src/engine. */
#ifndef SAKER_SRC_ENGINE_PROBES_H
#define SAKER_SRC_ENGINE_PROBES_H

#include "engine.h"
#include "guard.h"

struct guarded {
	uint32_t rule;
	struct guard guard;
};

/* By lookup: how many of these rules it would serve, in the arena. NULL when
 * out of memory. */
uint32_t *probes_users(const struct builder *b, const struct guarded *rules,
                       size_t count, struct arena *arena);
/* Sets the rules and probes of a branch, in kept; users is of all branches that
 * the same event may be looked up for. 0 or E_NOMEM. */
int probes_build(const struct builder *b, const struct guarded *rules,
                 size_t count, const uint32_t *users, struct arena *kept,
                 struct branch *ret) must_check;

#endif
