/* SPDX-License-Identifier: GPL-2.0-or-later */
/* threshold.c - counting towards rules' thresholds, in bounded memory. */
#include "saker/engine/threshold.h"

#include <stdlib.h>

#include "saker/base/limits.h"
#include "saker/base/list.h"
#include "saker/base/map.h"

/* The latest events, a ring: as many as the threshold has. */
struct tally {
	struct list node; /* the longest unheard of first */
	uint64_t key;
	unsigned size, count, next;
	uint64_t times[];
};

struct thresholds {
	struct map tallies;
	struct list order;
	size_t bytes;
	struct counters *counters;
};

struct thresholds *thresholds_new(struct counters *counters)
{
	struct thresholds *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	map_init(&t->tallies);
	list_init(&t->order);
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
	t->bytes -= bytes_of(tally->size);
	free(tally);
}

static struct tally *oldest(struct thresholds *t)
{
	return container_of(t->order.next, struct tally, node);
}

void thresholds_free(struct thresholds *t)
{
	if (t == NULL)
		return;
	while (!list_is_empty(&t->order))
		forget(t, oldest(t));
	map_done(&t->tallies);
	free(t);
}

static void make_room(struct thresholds *t, size_t bytes)
{
	while (t->bytes + bytes > LIMIT_THRESHOLD_BYTES &&
	       !list_is_empty(&t->order)) {
		forget(t, oldest(t));
		counter_add(t->counters, COUNTER_THRESHOLDS_EVICTED, 1);
	}
}

static struct tally *add(struct thresholds *t, uint64_t key, unsigned size)
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
	t->bytes += bytes_of(size);
	list_add_tail(&t->order, &tally->node);
	return tally;
}

static struct tally *find(struct thresholds *t, uint64_t key, unsigned size)
{
	struct tally *tally = map_get_u64(&t->tallies, key);

	/* another threshold since the rules were reloaded */
	if (tally != NULL && tally->size != size) {
		forget(t, tally);
		tally = NULL;
	}
	if (tally == NULL)
		return add(t, key, size);
	list_remove(&tally->node);
	list_add_tail(&t->order, &tally->node);
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
	struct tally *tally = find(t, key, f->count);
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
