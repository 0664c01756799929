/* SPDX-License-Identifier: GPL-2.0-or-later */
/* known.h - what checks and lookups have answered for values that come again:
 * programs, directories, ancestors. */
#ifndef SAKER_SRC_VM_KNOWN_H
#define SAKER_SRC_VM_KNOWN_H

#include "saker/vm/program.h"

struct known;

/* For all inputs of a program, which is borrowed. NULL when out of memory. */
struct known *known_new(const struct program *p);
void known_free(struct known *k);

/* Answers to one value, two bits each: asked, and true. Of lookups true means
 * that nothing was found. */
typedef uint64_t known_answers;

/* Where those of a value are kept, for which those of another one may be
 * forgotten; NULL = nowhere. Borrowed until the next value of the input. */
known_answers *known_find(const struct known *k, uint32_t input,
                          const struct value *v);

/* Places of a check, or of a lookup, among the answers for its input. */
#define KNOWN_NOWHERE UINT16_MAX
const uint16_t *known_checks(const struct known *k);
const uint16_t *known_lookups(const struct known *k);

/* False: it was not asked. */
static inline bool known_get(const known_answers *a, uint16_t place, bool *ret)
{
	uint64_t bits = a[place / 32] >> place % 32 * 2;

	*ret = (bits & 2) != 0;
	return (bits & 1) != 0;
}

static inline void known_put(known_answers *a, uint16_t place, bool truth)
{
	a[place / 32] |= (truth ? UINT64_C(3) : UINT64_C(1)) << place % 32 * 2;
}

#endif
