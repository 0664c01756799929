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
/* Before an event: what has become too much is forgotten. Returns how often
 * that was: answers from before then are none. */
uint32_t known_make_room(struct known *k);

/* Answers for one value, in words, each in a place of its own: of a check two
 * bits, asked and true; of a lookup the number of the set of atoms that it
 * found. 0 = not asked. */
typedef uint64_t known_answers;

struct known_place {
	uint16_t word;
	uint16_t shift;
};

#define KNOWN_CHECK_BITS  2u
#define KNOWN_LOOKUP_BITS 16u
/* The bits of checks that say that they were asked. */
#define KNOWN_ASKED UINT64_C(0x5555555555555555)
/* Of a place: its check, or lookup, has none. */
#define KNOWN_NOWHERE UINT16_MAX

const struct known_place *known_checks(const struct known *k);
const struct known_place *known_lookups(const struct known *k);
/* Whether the places of a word are those of lookups. */
bool known_is_lookup(const struct known *k, uint32_t input, uint16_t word);
/* Whose the place is, a check's or a lookup's. */
uint32_t known_whose(const struct known *k, uint32_t input,
                     struct known_place at);

/* Where the answers for a value are kept, for which those of another one may be
 * forgotten. v NULL = the input has none: all checks are false then, and
 * lookups find nothing. Borrowed until the next value of the input. */
known_answers *known_find(struct known *k, uint32_t input,
                          const struct value *v);

/* A set of atoms, in the order in which they were found. 0 = there is no room
 * for it. */
uint32_t known_set(struct known *k, const uint32_t *atoms, size_t count);
const uint32_t *known_set_atoms(const struct known *k, uint32_t set,
                                size_t *ret_count);

static inline uint64_t known_mask(struct known_place at, uint32_t bits)
{
	return ((UINT64_C(1) << bits) - 1) << at.shift;
}

/* False: it was not asked. */
static inline bool known_get(const known_answers *a, struct known_place at,
                             bool *ret)
{
	uint64_t bits = a[at.word] >> at.shift;

	*ret = (bits & 2) != 0;
	return (bits & 1) != 0;
}

static inline void known_put(known_answers *a, struct known_place at,
                             bool truth)
{
	a[at.word] |= (truth ? UINT64_C(3) : UINT64_C(1)) << at.shift;
}

static inline uint32_t known_get_set(const known_answers *a,
                                     struct known_place at)
{
	return (uint32_t)(a[at.word] >> at.shift & 0xffff);
}

static inline void known_put_set(known_answers *a, struct known_place at,
                                 uint32_t set)
{
	a[at.word] |= (uint64_t)set << at.shift;
}

#endif
