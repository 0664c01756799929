/* SPDX-License-Identifier: GPL-2.0-or-later */
/* threshold.c - counting towards rules' thresholds, in bounded memory. */
#include "saker/engine/threshold.h"

#include <stdlib.h>

#include "saker/base/limits.h"
#include "saker/base/list.h"
#include "saker/base/map.h"

/* The latest events, a ring: as many as the threshold has. */
struct tally {
	struct list node; /* of its owner */
	struct owner *owner;
	uint64_t key;
	unsigned size, count, next;
	uint64_t times[];
};

/* Containers share one when their hashes do. */
#define OWNERS 64

struct owner {
	struct list tallies; /* the longest unheard of first */
	size_t bytes;
};

struct thresholds {
	struct map tallies;
	struct owner owners[OWNERS];
	size_t bytes;
	struct counters *counters;
};

struct thresholds *thresholds_new(struct counters *counters)
{
	struct thresholds *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	map_init(&t->tallies);
	for (size_t i = 0; i < OWNERS; i++)
		list_init(&t->owners[i].tallies);
	t->counters = counters;
	return t;
}

static size_t bytes_of(unsigned size)
{
	return sizeof(struct tally) + size * sizeof(uint64_t);
}

static void forget(struct thresholds *t, struct tally *tally)
{
	map_remove_u64(&t->tallies, tally->key);
	list_remove(&tally->node);
	tally->owner->bytes -= bytes_of(tally->size);
	t->bytes -= bytes_of(tally->size);
	free(tally);
}

static struct tally *oldest(struct owner *o)
{
	return container_of(o->tallies.next, struct tally, node);
}

void thresholds_free(struct thresholds *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < OWNERS; i++)
		while (!list_is_empty(&t->owners[i].tallies))
			forget(t, oldest(&t->owners[i]));
	map_done(&t->tallies);
	free(t);
}

/* Who has most gives way: what one container does makes no other's counts be
 * forgotten. */
static struct owner *largest(struct thresholds *t)
{
	struct owner *found = &t->owners[0];

	for (size_t i = 1; i < OWNERS; i++)
		if (t->owners[i].bytes > found->bytes)
			found = &t->owners[i];
	return found;
}

static void make_room(struct thresholds *t, size_t bytes)
{
	while (t->bytes != 0 && t->bytes + bytes > LIMIT_THRESHOLD_BYTES) {
		forget(t, oldest(largest(t)));
		counter_add(t->counters, COUNTER_THRESHOLDS_EVICTED, 1);
	}
}

static struct tally *add(struct thresholds *t, uint64_t key, unsigned size,
                         struct owner *owner)
{
	struct tally *tally;

	make_room(t, bytes_of(size));
	tally = calloc(1, bytes_of(size));
	if (tally == NULL)
		return NULL;
	if (map_put_u64(&t->tallies, key, tally) < 0) {
		free(tally);
		return NULL;
	}
	tally->key = key;
	tally->size = size;
	tally->owner = owner;
	owner->bytes += bytes_of(size);
	t->bytes += bytes_of(size);
	list_add_tail(&owner->tallies, &tally->node);
	return tally;
}

/* An event without a value differs from all that have one. */
static uint64_t hash_field(const struct field_source *event, enum field_id id,
                           const struct field_arg *arg, uint64_t seed)
{
	static const struct field_arg no_arg = { 0 };
	struct value v;

	return event->get(event->context, id, arg != NULL ? arg : &no_arg, &v)
	               ? value_hash(&v, seed)
	               : str_hash(STR("no value"), seed);
}

uint64_t rule_keys_hash(const struct rule *rule, const struct rule_key *keys,
                        size_t nkeys, const struct field_source *event,
                        uint64_t seed)
{
	uint64_t h = str_hash(rule->name, seed);

	h = hash_field(event, FIELD_AUDIT_NODE, NULL, h);
	if (nkeys == 0)
		h = hash_field(event, FIELD_CONTAINER_ID, NULL, h);
	for (size_t i = 0; i < nkeys; i++)
		h = hash_field(event, keys[i].field->id, &keys[i].arg, h);
	return h;
}

static struct owner *owner_of(struct thresholds *t,
                              const struct field_source *event)
{
	uint64_t h = hash_field(event, FIELD_AUDIT_NODE, NULL, t->tallies.seed);

	return &t->owners[hash_field(event, FIELD_CONTAINER_ID, NULL, h) %
	                  OWNERS];
}

static struct tally *find(struct thresholds *t, uint64_t key, unsigned size,
                          const struct field_source *event)
{
	struct tally *tally = map_get_u64(&t->tallies, key);

	/* another threshold since the rules were reloaded */
	if (tally != NULL && tally->size != size) {
		forget(t, tally);
		tally = NULL;
	}
	if (tally == NULL)
		return add(t, key, size, owner_of(t, event));
	list_remove(&tally->node);
	list_add_tail(&tally->owner->tallies, &tally->node);
	return tally;
}

static uint64_t time_of(const struct field_source *event)
{
	static const struct field_arg no_arg = { 0 };
	struct value v;

	return event->get(event->context, FIELD_EVT_RAWTIME, &no_arg, &v) ? v.u
	                                                                  : 0;
}

bool thresholds_reached(struct thresholds *t, const struct rule *rule,
                        const struct field_source *event)
{
	const struct rule_frequency *f = &rule->threshold;
	uint64_t key =
		rule_keys_hash(rule, f->by, f->nby, event, t->tallies.seed);
	struct tally *tally = find(t, key, f->count, event);
	uint64_t now = time_of(event), first;

	if (tally == NULL)
		return true;
	tally->times[tally->next] = now;
	tally->next = (tally->next + 1) % tally->size;
	if (tally->count < tally->size)
		tally->count++;
	/* the ring is full: what comes next is the first of them. Events of
	 * several processors are not in the order of their times. */
	first = tally->times[tally->next];
	if (tally->count < tally->size ||
	    (now > first && now - first > f->within_ns))
		return false;
	tally->count = 0;
	return true;
}
