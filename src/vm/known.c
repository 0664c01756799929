/* SPDX-License-Identifier: GPL-2.0-or-later */
/* known.c - a table by hash for each input whose values are texts and whose
 * checks take more than finding the value does.
 *
 * A check of a value against constants answers the same for equal values, and
 * the value itself is compared: nothing can be outdated. */
#include "known.h"

#include <stdlib.h>

#include "saker/base/limits.h"

/* Checks cheaper than this together are sooner asked than remembered. */
#define WORTH_COST 6u

/* One value's place: answers, then this, then the value's bytes. */
struct slot {
	uint64_t hash; /* 0 = free */
	uint32_t len;
	uint32_t type;
};

struct table {
	unsigned char *slots; /* NULL = not kept */
	uint16_t words;       /* of answers */
	uint16_t room;        /* for bytes */
	uint32_t size;        /* of a slot */
	uint32_t cost;
	uint32_t places;
};

struct known {
	const struct program *program;
	struct table *tables; /* by input */
	uint16_t *checks;
	uint16_t *lookups;
	unsigned char *memory;
};

static bool is_list(const struct program *p, uint32_t input)
{
	return p->inputs[input].type == VALUE_LIST;
}

static bool is_text(const struct program *p, uint32_t input)
{
	return p->inputs[input].type == VALUE_STRING || is_list(p, input);
}

static uint32_t cost_of(const struct program *p, const struct check *c)
{
	uint32_t each = is_list(p, c->input) ? 4 : 1;

	switch (c->op) {
	case OP_EQ:
	case OP_NE:
	case OP_STARTSWITH:
	case OP_ENDSWITH:
		return each * c->noperands;
	case OP_REGEX:
		return 8 * each * c->noperands;
	default:
		return 3 * each * c->noperands;
	}
}

static uint16_t add_place(struct table *t)
{
	return t->places < LIMIT_KNOWN_CHECKS ? (uint16_t)t->places++
	                                      : KNOWN_NOWHERE;
}

/* Lookups come first: there are few of one input, and they save most. */
static void give_places(struct known *k)
{
	const struct program *p = k->program;

	for (size_t i = 0; i < p->nlookups; i++) {
		k->lookups[i] = add_place(&k->tables[p->lookups[i].input]);
		k->tables[p->lookups[i].input].cost += 3;
	}
	for (size_t i = 0; i < p->nchecks; i++) {
		const struct check *c = &p->checks[i];

		k->checks[i] = KNOWN_NOWHERE;
		if (c->right != CHECK_CONSTANT || c->op == OP_EXISTS)
			continue;
		k->checks[i] = add_place(&k->tables[c->input]);
		k->tables[c->input].cost += cost_of(p, c);
	}
}

static void drop_unkept(struct known *k)
{
	const struct program *p = k->program;

	for (size_t i = 0; i < p->nlookups; i++)
		if (k->tables[p->lookups[i].input].size == 0)
			k->lookups[i] = KNOWN_NOWHERE;
	for (size_t i = 0; i < p->nchecks; i++)
		if (k->tables[p->checks[i].input].size == 0)
			k->checks[i] = KNOWN_NOWHERE;
}

static size_t measure(struct known *k)
{
	const struct program *p = k->program;
	size_t sum = 0;

	for (uint32_t i = 0; i < p->ninputs; i++) {
		struct table *t = &k->tables[i];

		if (!is_text(p, i) || t->cost < WORTH_COST)
			continue;
		t->words = (uint16_t)((t->places + 31) / 32);
		t->room = is_list(p, i) ? LIMIT_KNOWN_LIST_BYTES
		                        : LIMIT_KNOWN_BYTES;
		t->size = (uint32_t)(t->words * sizeof(known_answers) +
		                     sizeof(struct slot) + t->room);
		sum += (size_t)t->size * LIMIT_KNOWN_VALUES;
	}
	return sum;
}

static bool share(struct known *k)
{
	size_t size = measure(k);
	unsigned char *next;

	drop_unkept(k);
	/* pages of it that are never used are not there */
	next = k->memory = calloc(1, size + 1);
	if (k->memory == NULL)
		return false;
	for (size_t i = 0; i < k->program->ninputs; i++) {
		struct table *t = &k->tables[i];

		if (t->size == 0)
			continue;
		t->slots = next;
		next += (size_t)t->size * LIMIT_KNOWN_VALUES;
	}
	return true;
}

struct known *known_new(const struct program *p)
{
	struct known *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	k->program = p;
	k->tables = calloc(p->ninputs + 1, sizeof(*k->tables));
	k->checks = calloc(p->nchecks + 1, sizeof(*k->checks));
	k->lookups = calloc(p->nlookups + 1, sizeof(*k->lookups));
	if (k->tables != NULL && k->checks != NULL && k->lookups != NULL) {
		give_places(k);
		if (share(k))
			return k;
	}
	known_free(k);
	return NULL;
}

void known_free(struct known *k)
{
	if (k == NULL)
		return;
	free(k->tables);
	free(k->checks);
	free(k->lookups);
	free(k->memory);
	free(k);
}

const uint16_t *known_checks(const struct known *k)
{
	return k->checks;
}

const uint16_t *known_lookups(const struct known *k)
{
	return k->lookups;
}

/* The texts of a list as one, each behind its length. False: too long. */
static bool join(const struct value *v, char *text, size_t room,
                 struct str *ret)
{
	size_t len = 0;

	for (size_t i = 0; i < v->list.count; i++) {
		struct str item = v->list.items[i];
		uint16_t n = (uint16_t)item.len;

		if (item.len > room || room - item.len < len + sizeof(n))
			return false;
		memcpy(text + len, &n, sizeof(n));
		len += sizeof(n);
		if (n != 0)
			memcpy(text + len, item.s, n);
		len += n;
	}
	*ret = (struct str){ text, len };
	return true;
}

static known_answers *take(const struct table *t, known_answers *answers,
                           struct slot *slot, struct slot value, const char *s)
{
	memset(answers, 0, t->words * sizeof(*answers));
	*slot = value;
	memcpy(slot + 1, s, value.len);
	return answers;
}

/* 0 is no hash. Values of the same one only forget each other. */
static uint64_t hash_of(struct str v)
{
	uint64_t h = v.len, part = 0;

	if (v.len > 64)
		return str_hash(v, OPERAND_SEED) | 1;
	if (v.len < 8) {
		memcpy(&part, v.s, v.len);
		h ^= part;
	} else {
		for (size_t i = 0; i + 8 < v.len; i += 8) {
			memcpy(&part, v.s + i, 8);
			h = (h ^ part) * 0x9e3779b97f4a7c15ULL;
			h ^= h >> 29;
		}
		memcpy(&part, v.s + v.len - 8, 8);
		h ^= part;
	}
	h *= 0xbf58476d1ce4e5b9ULL;
	return (h ^ h >> 32) | 1;
}

known_answers *known_find(const struct known *k, uint32_t input,
                          const struct value *v)
{
	const struct table *t = &k->tables[input];
	char text[LIMIT_KNOWN_LIST_BYTES];
	struct str key = v->str;
	known_answers *answers;
	struct slot *slot;
	uint64_t hash;

	if ((v->type != VALUE_STRING && v->type != VALUE_LIST) ||
	    (v->type == VALUE_LIST && !join(v, text, t->room, &key)) ||
	    key.len > t->room || key.len == 0)
		return NULL;
	hash = hash_of(key);
	answers = (known_answers *)(void *)(t->slots +
	                                    (hash >> 8) % LIMIT_KNOWN_VALUES *
	                                            t->size);
	slot = (struct slot *)(void *)(answers + t->words);
	if (slot->hash == hash && slot->len == key.len &&
	    slot->type == v->type && memcmp(slot + 1, key.s, key.len) == 0)
		return answers;
	return take(t, answers, slot,
	            (struct slot){ hash, (uint32_t)key.len, v->type }, key.s);
}
