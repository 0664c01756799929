/* SPDX-License-Identifier: GPL-2.0-or-later */
/* map.h - seeded hash maps from a string or a number to a pointer. */
#ifndef SAKER_BASE_MAP_H
#define SAKER_BASE_MAP_H

#include "saker/base/str.h"

struct map_slot;

/* Open addressing with linear probing. Keys are borrowed: a string key must
 * live as long as its entry. One map holds one kind of key. */
struct map {
	struct map_slot *slots;
	size_t cap;
	size_t count;
	size_t tombs;
	uint64_t seed;
};

/* Random seed from the kernel: attackers choose keys. */
void map_init(struct map *m);
void map_done(struct map *m);
void map_clear(struct map *m);

void *map_get(const struct map *m, struct str key);
/* Sets or replaces. 0, or a negative error when out of memory. */
int map_put(struct map *m, struct str key, void *value);
/* Removes and returns the value; NULL when there was none. */
void *map_remove(struct map *m, struct str key);

void *map_get_u64(const struct map *m, uint64_t key);
int map_put_u64(struct map *m, uint64_t key, void *value);
void *map_remove_u64(struct map *m, uint64_t key);

/* Iteration: start with *cursor = 0; false at the end. The map must not grow
 * meanwhile; removing the current entry is allowed. */
bool map_next(const struct map *m, size_t *cursor, struct str *ret_key,
              void **ret_value);

#endif
