/* SPDX-License-Identifier: GPL-2.0-or-later */
/* condition.h - one condition alone, compiled and run as those of rules are. */
#ifndef SAKER_ENGINE_CONDITION_H
#define SAKER_ENGINE_CONDITION_H

#include "saker/base/diag.h"
#include "saker/base/err.h"
#include "saker/event/field.h"

struct condition;

/* Compiles text; the rule files give it their lists and macros. 0; E_INVALID
 * with the errors in diags; E_NOMEM. */
int condition_load(const char *const *paths, size_t npaths, struct str text,
                   struct diag_list *diags, struct condition **ret) must_check;
void condition_free(struct condition *c);
bool condition_evaluate(struct condition *c, const struct field_source *fields);

#endif
