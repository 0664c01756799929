/* SPDX-License-Identifier: GPL-2.0-or-later */
/* terms.h - fields and transformers of conditions as inputs of a program. */
#ifndef SAKER_SRC_LANG_TERMS_H
#define SAKER_SRC_LANG_TERMS_H

#include "saker/lang/check.h"

struct checked_term {
	node_id input;
	enum value_type type;
	const struct field_info *field; /* NULL: a transformer */
};

/* Where a term stands: what a field may do there differs. */
enum term_place {
	TERM_ON_LEFT,
	TERM_ON_RIGHT,
	TERM_IN_OUTPUT,
	TERM_INSIDE, /* of a transformer */
};

/* 0; E_NOT_FOUND for an unknown field that is to be no error; E_INVALID with
 * the error in the rules' diags; E_NOMEM. */
int term_check(struct checker *c, const struct term *t, enum term_place place,
               struct checked_term *ret) must_check;

#endif
