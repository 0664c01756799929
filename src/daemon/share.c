/* SPDX-License-Identifier: GPL-2.0-or-later */
/* share.c - parts of the engine's time.
 *
 * Slots are found by a hash alone, with a new seed in each window: two who fall
 * on one share a part for that long (stochastic fairness queueing, McKenney
 * 1990), and nobody can arrange to. */
#include "saker/daemon/share.h"

#include <stdlib.h>

#include "saker/base/array.h"
#include "saker/base/clock.h"

/* Records of other events come between those of one: 42 at most on record. */
#define TRAILING_RECORDS 512u
/* Of a part, for one kind of act in the quarter that is not for all. */
#define KINDS_OF_PART 8u

struct shares *shares_new(struct counters *counters)
{
	struct shares *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->counters = counters;
	s->clock = clock_monotonic_ns;
	s->cpu_clock = clock_thread_ns;
	s->seed = str_hash_seed();
	return s;
}

void shares_free(struct shares *s)
{
	free(s);
}

/* How much less must wait a look later to be on the way down. Behind a stop of
 * saker itself (SIGSTOP, a frozen virtual machine) much waits, but nothing is
 * lost by judging all of it. */
#define LESS(bytes) ((bytes) / 64)

static bool is_growing(struct shares *s, size_t used, size_t bytes,
                       uint64_t look_ns)
{
	const uint64_t now = s->clock(), passed = now - s->looked_ns;
	const size_t before = s->used;

	if (s->looked_ns != 0 && passed < look_ns)
		return false;
	s->looked_ns = now;
	s->used = used;
	return passed < 2 * look_ns && used + LESS(bytes) > before;
}

void shares_press(struct shares *s, size_t used, size_t bytes, uint64_t look_ns)
{
	if (used <= bytes / 2)
		s->looked_ns = 0;
	if (s->is_pressed && used < bytes / 4) {
		s->is_pressed = false;
		s->trailing = TRAILING_RECORDS;
	} else if (!s->is_pressed && used > bytes / 2 &&
	           is_growing(s, used, bytes, look_ns)) {
		s->is_pressed = true;
		counter_add(s->counters, COUNTER_PRESSED, 1);
	}
}

static void begin_window(struct shares *s, uint64_t now_ns)
{
	s->active_before = s->active;
	s->active = 0;
	s->window++;
	s->began_ns = now_ns;
}

/* splitmix64's finalizer; the seed is not known to who chooses x. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

/* True when it is used for the first time in this window. */
static bool renew(struct share_slot *slot, uint64_t window)
{
	if (slot->window == window)
		return false;
	*slot = (struct share_slot){ .window = window };
	return true;
}

static struct share_slot *user_of(struct shares *s, const struct share_act *act)
{
	uint64_t h = mix(act->who ^ (s->seed + s->window));
	struct share_slot *slot = &s->users[h % COUNT(s->users)];

	s->active += renew(slot, s->window);
	return slot;
}

static struct share_slot *kind_of(struct shares *s, const struct share_act *act)
{
	uint64_t h = mix(mix(act->who ^ (s->seed + s->window)) ^ act->what);
	struct share_slot *slot = &s->kinds[h % COUNT(s->kinds)];

	renew(slot, s->window);
	return slot;
}

bool shares_allow(struct shares *s, const struct share_act *act,
                  uint64_t now_ns)
{
	const struct share_slot *user;
	uint64_t part;
	unsigned n;

	if (now_ns - s->began_ns >= SHARE_WINDOW_NS)
		begin_window(s, now_ns);
	user = user_of(s, act);
	n = s->active > s->active_before ? s->active : s->active_before;
	part = SHARE_WINDOW_NS / (n + 1);
	return user->used_ns < part - part / 4 ||
	       (user->used_ns < part &&
	        kind_of(s, act)->used_ns < part / KINDS_OF_PART);
}

void shares_charge(struct shares *s, const struct share_act *act, uint64_t ns)
{
	if (ns > SHARE_MOST_NS)
		ns = SHARE_MOST_NS;
	user_of(s, act)->used_ns += ns;
	kind_of(s, act)->used_ns += ns;
}
