/* SPDX-License-Identifier: GPL-2.0-or-later */
/* values.h - literals of conditions as values of a field's type. */
#ifndef SAKER_SRC_LANG_VALUES_H
#define SAKER_SRC_LANG_VALUES_H

#include "saker/event/field.h"
#include "saker/lang/rules.h"

/* 0; E_INVALID with the error in the rules' diags. Texts borrow from v. */
int literal_parse(struct rules *r, const struct field_info *f,
                  const struct literal *v, struct value *ret);

#endif
