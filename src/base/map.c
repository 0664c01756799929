/* SPDX-License-Identifier: GPL-2.0-or-later */
/* map.c - open addressing, linear probing, tombstones. */
#include "saker/base/map.h"

#include <stdlib.h>

#include "saker/base/err.h"

enum slot_state {
	SLOT_FREE = 0,
	SLOT_USED,
	SLOT_TOMB
};

/* A number key lives in hash with a NULL key view: hashing of numbers is a
 * bijection, so equal hashes mean equal numbers. */
struct map_slot {
	const char *key;
	uint64_t hash;
	void *value;
	uint32_t key_len;
	enum slot_state state;
};

static struct str key_of(const struct map_slot *s)
{
	return (struct str){ s->key, s->key_len };
}

void map_init(struct map *m)
{
	*m = (struct map){ .seed = str_hash_seed() };
}

void map_clear(struct map *m)
{
	free(m->slots);
	m->slots = NULL;
	m->cap = 0;
	m->count = 0;
	m->tombs = 0;
}

void map_done(struct map *m)
{
	map_clear(m);
}

/* splitmix64's finaliser: invertible, so distinct numbers stay distinct. */
static uint64_t mix(uint64_t x, uint64_t seed)
{
	x ^= seed;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

static struct map_slot *find(const struct map *m, struct str key, uint64_t hash)
{
	if (m->cap == 0)
		return NULL;
	for (size_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
		struct map_slot *s = &m->slots[i];

		if (s->state == SLOT_FREE)
			return NULL;
		if (s->state == SLOT_USED && s->hash == hash &&
		    (s->key == NULL) == (key.s == NULL) &&
		    str_eq(key_of(s), key))
			return s;
	}
}

static void place(struct map_slot *slots, size_t cap, struct map_slot entry)
{
	size_t i = entry.hash & (cap - 1);

	while (slots[i].state == SLOT_USED)
		i = (i + 1) & (cap - 1);
	slots[i] = entry;
}

static int grow(struct map *m)
{
	size_t cap = m->cap != 0 ? m->cap : 16;
	struct map_slot *slots;

	/* two thirds full at most: what was removed leaves room, too */
	while ((m->count + 1) * 3 / 2 > cap)
		cap *= 2;
	slots = calloc(cap, sizeof(*slots));
	if (slots == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].state == SLOT_USED)
			place(slots, cap, m->slots[i]);
	free(m->slots);
	m->slots = slots;
	m->cap = cap;
	m->tombs = 0;
	return 0;
}

static int put(struct map *m, struct str key, uint64_t hash, void *value)
{
	struct map_slot *s = find(m, key, hash);

	if (key.len > UINT32_MAX)
		return E_NOMEM;
	if (s != NULL) {
		s->key = key.s;
		s->value = value;
		return 0;
	}
	if ((m->count + m->tombs + 1) * 4 > m->cap * 3 && grow(m) < 0)
		return E_NOMEM;
	place(m->slots, m->cap,
	      (struct map_slot){ key.s, hash, value, (uint32_t)key.len,
	                         SLOT_USED });
	m->count++;
	return 0;
}

static void *drop(struct map *m, struct map_slot *s)
{
	void *value;

	if (s == NULL)
		return NULL;
	value = s->value;
	*s = (struct map_slot){ .state = SLOT_TOMB };
	m->count--;
	m->tombs++;
	return value;
}

/* An empty key must differ from "number key", whose view is NULL. */
static struct str text_key(struct str key)
{
	return key.s != NULL ? key : STR("");
}

void *map_get(const struct map *m, struct str key)
{
	struct map_slot *s = find(m, text_key(key), str_hash(key, m->seed));

	return s != NULL ? s->value : NULL;
}

int map_put(struct map *m, struct str key, void *value)
{
	return put(m, text_key(key), str_hash(key, m->seed), value);
}

void *map_remove(struct map *m, struct str key)
{
	return drop(m, find(m, text_key(key), str_hash(key, m->seed)));
}

void *map_get_u64(const struct map *m, uint64_t key)
{
	size_t mask = m->cap - 1, i;
	uint64_t hash;

	if (m->count == 0)
		return NULL;
	hash = mix(key, m->seed);
	for (i = hash & mask; m->slots[i].state != SLOT_FREE;
	     i = (i + 1) & mask)
		if (m->slots[i].hash == hash && m->slots[i].key == NULL &&
		    m->slots[i].state == SLOT_USED)
			return m->slots[i].value;
	return NULL;
}

int map_put_u64(struct map *m, uint64_t key, void *value)
{
	return put(m, STR_NONE, mix(key, m->seed), value);
}

void *map_remove_u64(struct map *m, uint64_t key)
{
	return drop(m, find(m, STR_NONE, mix(key, m->seed)));
}

bool map_next(const struct map *m, size_t *cursor, struct str *ret_key,
              void **ret_value)
{
	while (*cursor < m->cap) {
		const struct map_slot *s = &m->slots[(*cursor)++];

		if (s->state != SLOT_USED)
			continue;
		if (ret_key != NULL)
			*ret_key = key_of(s);
		*ret_value = s->value;
		return true;
	}
	return false;
}
