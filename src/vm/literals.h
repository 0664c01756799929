/* SPDX-License-Identifier: GPL-2.0-or-later */
/* literals.h - texts of which one is part of whatever a pattern matches. */
#ifndef SAKER_VM_LITERALS_H
#define SAKER_VM_LITERALS_H

#include "saker/base/arena.h"
#include "saker/base/err.h"

#define LITERALS_MAX 16u

struct literals {
	struct str texts[LITERALS_MAX];
	size_t count; /* 0 = nothing is known */
	bool folded;  /* ASCII letters may come in the other case */
};

/* Of a PCRE2 pattern that compiles as operand_compile_regex() does it. What is
 * not understood gives no literals. Texts are in the arena. 0 or E_NOMEM. */
int literals_of_regex(struct str pattern, struct arena *arena,
                      struct literals *ret) must_check;

#endif
