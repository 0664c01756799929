/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rates.h - how often a rule, a container and the host may be acted on. */
#ifndef SAKER_SRC_RESPONSE_RATES_H
#define SAKER_SRC_RESPONSE_RATES_H

#include "history.h"
#include "saker/response/guards.h"

/* Sets what the guards ask of them. */
void rates_look(const struct history *h, const struct response_limits *l,
                struct response_facts *f);
/* Notes one more for the rule's threshold; returns how many there were. */
unsigned rates_hit(struct history *h, const struct response_request *q);
/* Everything that is to be charged is, before it is done: false, without memory
 * to note it in, and it must not be. */
bool rates_charge(struct history *h, const struct response_limits *l,
                  const struct response_request *q) must_check;
/* From here on dry run, for those whose rate it is; appends which. */
void rates_trip(struct history *h, const struct response_limits *l,
                const struct response_facts *f, struct buf *which);

#endif
