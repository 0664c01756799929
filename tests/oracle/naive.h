/* SPDX-License-Identifier: GPL-2.0-or-later */
/* naive.h - conditions evaluated straight from their tree: slow, and as
 * obvious as it can be. What the program says is compared with it. */
#ifndef SAKER_TESTS_NAIVE_H
#define SAKER_TESTS_NAIVE_H

#include "saker/event/field.h"
#include "saker/lang/ast.h"

/* The condition has passed the checker and has no macros left. */
bool naive_evaluate(const struct expr *e, const struct field_source *fields);

/* A field's or a transformer's value, made in the arena. False: none. */
bool naive_term(const struct term *t, const struct field_source *fields,
                struct arena *arena, struct value *ret);

#endif
