/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint.h - what is wrong with rules that are valid. */
#ifndef SAKER_SRC_ENGINE_LINT_H
#define SAKER_SRC_ENGINE_LINT_H

#include "engine.h"

/* A rule that compiled. */
struct linted {
	const struct definition *definition;
	const struct expr *expr;
	const struct event_types *types;
	const struct rule *rule;
	node_id root;
};

/* Notes go to the rules' diags. 0 or E_NOMEM. */
int lint_rules(struct rules *r, const struct builder *b,
               const struct linted *all, size_t count) must_check;

/* The rule is the item that the rules' diagnostics are about. */
void lint_exceptions(struct rules *r, const struct definition *d);

#endif
