/* SPDX-License-Identifier: GPL-2.0-or-later */
/* values.h - literals of conditions as values of a field's type. */
#ifndef SAKER_SRC_LANG_VALUES_H
#define SAKER_SRC_LANG_VALUES_H

#include "terms.h"

/* The i-th literal of a comparison's right side. 0; E_NOT_FOUND for an unknown
 * event type that is to be no error; E_INVALID with the error in the rules'
 * diags; E_NOMEM. Texts borrow from the comparison. */
int literal_parse(struct checker *c, const struct comparison *cmp,
                  const struct checked_term *left, size_t i,
                  struct value *ret) must_check;

/* Warns of a value that reads like a field, like a transformer's call, or like
 * a pattern that needs no regex. */
void value_warn(struct rules *r, enum op op, const struct literal *v);

/* Warns of comparisons with <NA>, where that is a value. */
void value_warn_missing(struct rules *r, const struct comparison *c);

#endif
