/* SPDX-License-Identifier: GPL-2.0-or-later */
/* world.h - what happens on the machine whose log is made. */
#ifndef TESTS_BENCH_WORLD_H
#define TESTS_BENCH_WORLD_H

#include "records.h"

struct world_options {
	uint64_t seed;
	unsigned containers;
	unsigned builders;
	unsigned attack_every; /* events; 0 = never */
};

struct world;

/* NULL when out of memory. */
struct world *world_new(const struct world_options *options);
void world_free(struct world *w);
/* What somebody does next, as the records of one event. */
void world_step(struct world *w, struct event_writer *out);
/* Below n. */
unsigned world_random(struct world *w, unsigned n);

#endif
