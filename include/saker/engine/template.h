/* SPDX-License-Identifier: GPL-2.0-or-later */
/* template.h - a rule's output text, compiled. */
#ifndef SAKER_ENGINE_TEMPLATE_H
#define SAKER_ENGINE_TEMPLATE_H

#include "saker/engine/rule.h"
#include "saker/lang/rules.h"

/* Parts live in the arena. 0; E_INVALID with all errors in the rules' diags
 * (E_NOT_FOUND when unknown fields are all that is wrong and quiet was asked
 * for); E_NOMEM. */
int template_compile(struct rules *r, struct arena *arena,
                     const struct text *text, bool quiet,
                     struct template *ret) must_check;

#endif
