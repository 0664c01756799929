/* SPDX-License-Identifier: GPL-2.0-or-later */
/* turns.h - turns at something that takes time: a rest for all after each, and
 * a longer one for who had it while others had to go without. */
#ifndef SAKER_BASE_TURNS_H
#define SAKER_BASE_TURNS_H

#include <stdbool.h>
#include <stdint.h>

/* Owners whose own rests are remembered. */
#define TURNS_OWNERS 16

/* All zero is nobody's turn. Times are CLOCK_MONOTONIC. */
struct turns {
	uint64_t rest_until_ns;
	uint64_t last;       /* owner */
	uint64_t refused_ns; /* when another than that last went without */
	struct turn {
		uint64_t owner;
		uint64_t until_ns;
	} own[TURNS_OWNERS];
};

/* Whether the owner, any number that stands for one, may have a turn now. */
bool turns_may(struct turns *t, uint64_t owner, uint64_t now_ns);
/* It had one; all rest for so many times as long as that took. */
void turns_took(struct turns *t, uint64_t owner, uint64_t began_ns,
                uint64_t ended_ns, unsigned rest_times);

#endif
