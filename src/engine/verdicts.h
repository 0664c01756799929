/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verdicts.h - which answers of checks have meant before that no rule of a type
 * matches. */
#ifndef SAKER_SRC_ENGINE_VERDICTS_H
#define SAKER_SRC_ENGINE_VERDICTS_H

#include "saker/vm/vm.h"

struct verdicts;

/* Of so many partitions. NULL when out of memory. */
struct verdicts *verdicts_new(size_t partitions);
void verdicts_free(struct verdicts *v);

/* Asks what was asked for events like this one, until it is known that no rule
 * matches. False: it is not known. */
bool verdicts_none(struct verdicts *v, size_t partition, struct vm *vm);
/* The event that the vm has answered everything for matches no rule, by the
 * vm's reasons. */
void verdicts_learn(struct verdicts *v, size_t partition, struct vm *vm);

#endif
