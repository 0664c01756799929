/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sets.h - numbers for sets of atoms; private to src/vm. */
#ifndef SAKER_SRC_VM_SETS_H
#define SAKER_SRC_VM_SETS_H

#include <stddef.h>
#include <stdint.h>

struct sets;

/* NULL when out of memory. */
struct sets *sets_new(void);
void sets_free(struct sets *s);
/* All numbers are free again. */
void sets_forget(struct sets *s);

/* The same for the same atoms in the same order, from 1 to LIMIT_KNOWN_SETS;
 * 0 when there is no room for it. */
uint32_t sets_number(struct sets *s, const uint32_t *atoms, size_t count);
/* Borrowed until they are forgotten. */
const uint32_t *sets_atoms(const struct sets *s, uint32_t number,
                           size_t *ret_count);

#endif
