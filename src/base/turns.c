/* SPDX-License-Identifier: GPL-2.0-or-later */
/* turns.c - whoever asks without end has most turns, unless its own rest is
 * longer than that of all: between the two ends the others find a turn. */
#include "saker/base/turns.h"

#include "saker/base/clock.h"

/* The own rest, by that of all. */
#define OWN_TIMES 4
/* How long somebody's having gone without makes own rests count. */
#define WANTED_NS NS_PER_SEC

bool turns_may(struct turns *t, uint64_t owner, uint64_t now_ns)
{
	if (now_ns < t->rest_until_ns) {
		if (owner != t->last)
			t->refused_ns = now_ns;
		return false;
	}
	if (t->refused_ns == 0 || now_ns > t->refused_ns + WANTED_NS)
		return true;
	for (unsigned i = 0; i < TURNS_OWNERS; i++)
		if (t->own[i].owner == owner && now_ns < t->own[i].until_ns)
			return false;
	return true;
}

/* The owner's place, or that of the one whose rest ends first. */
static struct turn *place_of(struct turns *t, uint64_t owner)
{
	struct turn *place = &t->own[0];

	for (unsigned i = 0; i < TURNS_OWNERS; i++) {
		if (t->own[i].owner == owner && t->own[i].until_ns != 0)
			return &t->own[i];
		if (t->own[i].until_ns < place->until_ns)
			place = &t->own[i];
	}
	return place;
}

void turns_took(struct turns *t, uint64_t owner, uint64_t began_ns,
                uint64_t ended_ns, unsigned rest_times)
{
	uint64_t rest = rest_times * (ended_ns - began_ns);

	t->rest_until_ns = ended_ns + rest;
	t->last = owner;
	*place_of(t, owner) =
		(struct turn){ owner, ended_ns + OWN_TIMES * rest };
}
