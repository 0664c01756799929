/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sets.c - what lookups find, which is the same few atoms again and again, as
 * one number. */
#include "sets.h"

#include <stdlib.h>
#include <string.h>

#include "saker/base/limits.h"

#define SLOTS (LIMIT_KNOWN_SETS * 2)

struct sets {
	uint32_t starts[LIMIT_KNOWN_SETS + 1]; /* of number - 1 */
	uint32_t atoms[LIMIT_KNOWN_ATOMS];
	uint16_t slots[SLOTS]; /* numbers by hash; 0 = free */
	uint32_t count;
};

struct sets *sets_new(void)
{
	return calloc(1, sizeof(struct sets));
}

void sets_free(struct sets *s)
{
	free(s);
}

void sets_forget(struct sets *s)
{
	memset(s->slots, 0, sizeof(s->slots));
	s->count = 0;
}

const uint32_t *sets_atoms(const struct sets *s, uint32_t number,
                           size_t *ret_count)
{
	*ret_count = s->starts[number] - s->starts[number - 1];
	return s->atoms + s->starts[number - 1];
}

static uint32_t hash_of(const uint32_t *atoms, size_t count)
{
	uint32_t h = (uint32_t)count;

	for (size_t i = 0; i < count; i++)
		h = (h ^ atoms[i]) * 0x9e3779b1u;
	return h ^ h >> 15;
}

static int same(const struct sets *s, uint32_t number, const uint32_t *atoms,
                size_t count)
{
	size_t n;
	const uint32_t *its = sets_atoms(s, number, &n);

	return n == count &&
	       (n == 0 || memcmp(its, atoms, n * sizeof(*atoms)) == 0);
}

uint32_t sets_number(struct sets *s, const uint32_t *atoms, size_t count)
{
	uint32_t at = hash_of(atoms, count) % SLOTS;
	uint32_t start = s->starts[s->count];

	for (; s->slots[at] != 0; at = (at + 1) % SLOTS)
		if (same(s, s->slots[at], atoms, count))
			return s->slots[at];
	if (s->count == LIMIT_KNOWN_SETS || count > LIMIT_KNOWN_ATOMS - start)
		return 0;
	if (count != 0)
		memcpy(s->atoms + start, atoms, count * sizeof(*atoms));
	s->starts[s->count + 1] = start + (uint32_t)count;
	s->slots[at] = (uint16_t)++s->count;
	return s->count;
}
