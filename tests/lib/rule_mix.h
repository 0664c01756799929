/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule_mix.h - rules made up in any number: the operators, event types, macros
 * and exceptions that collections of detection rules are made of, few of which
 * match ordinary work. */
#ifndef SAKER_TESTS_RULE_MIX_H
#define SAKER_TESTS_RULE_MIX_H

#include "saker/base/buf.h"

/* The lists and macros that the rules use. */
void rule_mix_head(struct buf *out);
/* The same number gives the same rule. */
void rule_mix_rule(struct buf *out, size_t number);

#endif
