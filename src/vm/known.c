/* SPDX-License-Identifier: GPL-2.0-or-later */
/* known.c - a table by hash for each input: its values, and what was answered
 * for them.
 *
 * A check of a value against constants answers the same for equal values, and
 * the value itself is compared: nothing can be outdated. Where a value is kept
 * nowhere, its answers are for the one event. */
#include "known.h"

#include <stdlib.h>

#include "saker/base/limits.h"
#include "sets.h"

/* Numbers of one input, a power of 2. */
#define NUMBERS_BITS 4u

#define LOOKUPS_A_WORD (64 / KNOWN_LOOKUP_BITS)
#define CHECKS_A_WORD  (64 / KNOWN_CHECK_BITS)
#define LOOKUP_WORDS   ((ATOM__KINDS + LOOKUPS_A_WORD - 1) / LOOKUPS_A_WORD)
#define CHECK_WORDS    (LIMIT_KNOWN_CHECKS / CHECKS_A_WORD)

/* Not part of who calls it, so that what is asked most saves no registers. */
#define KNOWN_CALLED __attribute__((noinline))

/* One value's place: answers, then this, then the bytes of a text. */
struct slot {
	uint64_t hash; /* of a number: itself */
	uint32_t len;  /* 0 = free */
	uint32_t type;
};

struct table {
	unsigned char *slots;
	known_answers *own;        /* of a value that has no slot */
	const known_answers *none; /* of no value */
	uint32_t *whose;           /* by place */
	uint32_t size;             /* of a slot */
	uint32_t count;            /* of slots; 0 = all values are own's */
	uint16_t lookup_words;     /* the first */
	uint16_t words;
	uint16_t room; /* for bytes of a text; 0 = numbers */
	uint16_t nlookups;
	uint16_t nchecks;
};

struct known {
	const struct program *program;
	struct table *tables; /* by input */
	struct known_place *checks;
	struct known_place *lookups;
	uint32_t *whose;
	unsigned char *memory;
	struct sets *sets;
	uint32_t turn;
	bool is_full; /* of sets */
	/* all was asked: no atoms were found, and nothing is true */
	known_answers none[LOOKUP_WORDS + CHECK_WORDS];
	char joined[LIMIT_KNOWN_LIST_BYTES]; /* scratch */
};

static struct known_place place_of(uint32_t n, uint32_t bits, uint32_t first)
{
	return (struct known_place){ (uint16_t)(first + n / (64 / bits)),
		                     (uint16_t)(n % (64 / bits) * bits) };
}

static struct known_place add_lookup(struct table *t)
{
	uint32_t n = t->nlookups;

	if (n == LOOKUP_WORDS * LOOKUPS_A_WORD)
		return (struct known_place){ KNOWN_NOWHERE, 0 };
	t->nlookups++;
	t->lookup_words = (uint16_t)(n / LOOKUPS_A_WORD + 1);
	return place_of(n, KNOWN_LOOKUP_BITS, 0);
}

/* Behind all lookups. */
static struct known_place add_check(struct table *t)
{
	if (t->nchecks == LIMIT_KNOWN_CHECKS)
		return (struct known_place){ KNOWN_NOWHERE, 0 };
	return place_of(t->nchecks++, KNOWN_CHECK_BITS, t->lookup_words);
}

static void give_places(struct known *k)
{
	const struct program *p = k->program;

	for (size_t i = 0; i < p->nlookups; i++)
		k->lookups[i] = add_lookup(&k->tables[p->lookups[i].input]);
	for (size_t i = 0; i < p->nchecks; i++) {
		const struct check *c = &p->checks[i];

		k->checks[i] =
			c->right == CHECK_CONSTANT
				? add_check(&k->tables[c->input])
				: (struct known_place){ KNOWN_NOWHERE, 0 };
	}
}

static uint32_t *whose_of(const struct table *t, struct known_place at)
{
	uint32_t first = t->lookup_words * LOOKUPS_A_WORD;

	return at.word < t->lookup_words
	               ? &t->whose[at.word * LOOKUPS_A_WORD +
	                           at.shift / KNOWN_LOOKUP_BITS]
	               : &t->whose[first +
	                           (at.word - t->lookup_words) * CHECKS_A_WORD +
	                           at.shift / KNOWN_CHECK_BITS];
}

static void tell_whose(struct known *k)
{
	const struct program *p = k->program;

	for (uint32_t i = 0; i < p->nlookups; i++)
		if (k->lookups[i].word != KNOWN_NOWHERE)
			*whose_of(&k->tables[p->lookups[i].input],
			          k->lookups[i]) = i;
	for (uint32_t i = 0; i < p->nchecks; i++)
		if (k->checks[i].word != KNOWN_NOWHERE)
			*whose_of(&k->tables[p->checks[i].input],
			          k->checks[i]) = i;
}

/* What the table of an input is to keep, and how much memory that takes. */
static size_t measure(const struct program *p, uint32_t input, struct table *t)
{
	t->words = (uint16_t)(t->lookup_words +
	                      (t->nchecks + CHECKS_A_WORD - 1) / CHECKS_A_WORD);
	if (p->inputs[input].type == VALUE_LIST)
		t->room = LIMIT_KNOWN_LIST_BYTES;
	else if (p->inputs[input].type == VALUE_STRING)
		t->room = LIMIT_KNOWN_BYTES;
	if (t->words != 0)
		t->count =
			t->room != 0 ? LIMIT_KNOWN_VALUES : 1u << NUMBERS_BITS;
	t->size = (uint32_t)(t->words * sizeof(known_answers) +
	                     sizeof(struct slot) + t->room);
	return (size_t)t->size * t->count + t->words * sizeof(known_answers);
}

static size_t places_of(const struct table *t)
{
	return t->lookup_words * LOOKUPS_A_WORD +
	       (size_t)(t->words - t->lookup_words) * CHECKS_A_WORD;
}

static bool share(struct known *k)
{
	size_t size = 0, places = 0;
	unsigned char *next;

	for (uint32_t i = 0; i < k->program->ninputs; i++) {
		size += measure(k->program, i, &k->tables[i]);
		places += places_of(&k->tables[i]);
	}
	/* pages of it that are never used are not there */
	next = k->memory = calloc(1, size + 1);
	k->whose = calloc(places + 1, sizeof(*k->whose));
	if (k->memory == NULL || k->whose == NULL)
		return false;
	places = 0;
	for (struct table *t = k->tables; t < k->tables + k->program->ninputs;
	     t++) {
		t->own = (known_answers *)(void *)next;
		t->slots = next + t->words * sizeof(known_answers);
		next = t->slots + (size_t)t->size * t->count;
		t->none = k->none + LOOKUP_WORDS - t->lookup_words;
		t->whose = k->whose + places;
		places += places_of(t);
	}
	return true;
}

/* The set without any atoms is always there. */
static void begin(struct known *k)
{
	uint64_t set = known_set(k, NULL, 0);

	for (size_t i = 0; i < LOOKUP_WORDS; i++)
		k->none[i] = set * 0x0001000100010001;
	for (size_t i = LOOKUP_WORDS; i < LOOKUP_WORDS + CHECK_WORDS; i++)
		k->none[i] = KNOWN_ASKED;
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
	k->sets = sets_new();
	if (k->tables != NULL && k->checks != NULL && k->lookups != NULL &&
	    k->sets != NULL) {
		give_places(k);
		if (share(k)) {
			tell_whose(k);
			begin(k);
			return k;
		}
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
	free(k->whose);
	free(k->memory);
	sets_free(k->sets);
	free(k);
}

static struct slot *slot_of(const struct table *t, known_answers *answers)
{
	return (struct slot *)(void *)(answers + t->words);
}

static known_answers *nth_slot(const struct table *t, uint64_t i)
{
	return (known_answers *)(void *)(t->slots + i * t->size);
}

uint32_t known_make_room(struct known *k)
{
	if (!k->is_full)
		return k->turn;
	for (size_t i = 0; i < k->program->ninputs; i++) {
		const struct table *t = &k->tables[i];

		for (uint32_t n = 0; n < t->count; n++)
			slot_of(t, nth_slot(t, n))->len = 0;
	}
	sets_forget(k->sets);
	k->is_full = false;
	begin(k);
	return ++k->turn;
}

const struct known_place *known_checks(const struct known *k)
{
	return k->checks;
}

const struct known_place *known_lookups(const struct known *k)
{
	return k->lookups;
}

bool known_is_lookup(const struct known *k, uint32_t input, uint16_t word)
{
	return word < k->tables[input].lookup_words;
}

uint32_t known_whose(const struct known *k, uint32_t input,
                     struct known_place at)
{
	return *whose_of(&k->tables[input], at);
}

uint32_t known_set(struct known *k, const uint32_t *atoms, size_t count)
{
	uint32_t set = 0;

	if (count <= LIMIT_KNOWN_SET) {
		set = sets_number(k->sets, atoms, count);
		k->is_full |= set == 0;
	}
	return set;
}

const uint32_t *known_set_atoms(const struct known *k, uint32_t set,
                                size_t *ret_count)
{
	return sets_atoms(k->sets, set, ret_count);
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

/* Texts of up to 16 bytes are these two, and their length. */
#define SHORT_BYTES 16u

struct ends {
	uint64_t first, last;
};

static inline struct ends ends_of(struct str v)
{
	struct ends e = { 0, 0 };

	if (v.len >= 8) {
		memcpy(&e.first, v.s, 8);
		memcpy(&e.last, v.s + v.len - 8, 8);
	} else if (v.len >= 4) {
		memcpy(&e.first, v.s, 4);
		memcpy(&e.last, v.s + v.len - 4, 4);
	} else {
		e.first = (unsigned char)v.s[0] |
		          (unsigned)(unsigned char)v.s[v.len / 2] << 8;
		e.last = (unsigned char)v.s[v.len - 1];
	}
	return e;
}

/* Values of the same one only forget each other. */
static inline uint64_t hash_of(struct str v, struct ends e)
{
	uint64_t h = v.len ^ e.first, part;

	if (v.len > 64)
		return str_hash(v, OPERAND_SEED);
	for (size_t i = 8; i + 8 < v.len; i += 8) {
		memcpy(&part, v.s + i, 8);
		h = (h ^ h >> 29) * 0x9e3779b97f4a7c15ULL ^ part;
	}
	h = ((h ^ h >> 29) * 0x9e3779b97f4a7c15ULL ^ e.last) *
	    0xbf58476d1ce4e5b9ULL;
	return h ^ h >> 32;
}

static KNOWN_CALLED known_answers *own(const struct table *t)
{
	for (size_t i = 0; i < t->words; i++)
		t->own[i] = 0;
	return t->own;
}

static KNOWN_CALLED known_answers *take(const struct table *t,
                                        known_answers *answers,
                                        struct slot value, const void *bytes)
{
	struct slot *slot = slot_of(t, answers);

	memset(answers, 0, t->words * sizeof(*answers));
	*slot = value;
	if (bytes != NULL)
		memcpy(slot + 1, bytes,
		       value.len > SHORT_BYTES ? value.len : SHORT_BYTES);
	return answers;
}

static KNOWN_CALLED known_answers *find_number(const struct table *t,
                                               const struct value *v)
{
	uint64_t number;
	known_answers *answers;
	const struct slot *slot;

	switch (v->type) {
	case VALUE_BOOL:
		number = v->b;
		break;
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_TIME:
	case VALUE_PORT:
	case VALUE_DURATION:
		number = v->u;
		break;
	default:
		return own(t);
	}
	answers = nth_slot(t, number * 0x9e3779b97f4a7c15ULL >>
	                              (64 - NUMBERS_BITS));
	slot = slot_of(t, answers);
	if (slot->hash == number && slot->type == v->type && slot->len != 0)
		return answers;
	return take(t, answers, (struct slot){ number, 1, v->type }, NULL);
}

static inline bool is_slot_of(const struct slot *slot, uint64_t hash,
                              struct str v, uint32_t type)
{
	return slot->hash == hash && slot->len == v.len && slot->type == type;
}

static KNOWN_CALLED known_answers *find_long(const struct table *t,
                                             struct str v, uint32_t type)
{
	uint64_t hash = hash_of(v, ends_of(v));
	known_answers *answers = nth_slot(t, (hash >> 8) % LIMIT_KNOWN_VALUES);
	const struct slot *slot = slot_of(t, answers);

	if (is_slot_of(slot, hash, v, type) &&
	    memcmp(slot + 1, v.s, v.len) == 0)
		return answers;
	return take(t, answers, (struct slot){ hash, (uint32_t)v.len, type },
	            v.s);
}

static KNOWN_CALLED known_answers *take_short(const struct table *t,
                                              known_answers *answers,
                                              struct slot value, struct ends e)
{
	return take(t, answers, value, &e);
}

static KNOWN_CALLED known_answers *find_short(const struct table *t,
                                              struct str v, uint32_t type)
{
	struct ends e = ends_of(v);
	uint64_t hash = hash_of(v, e);
	known_answers *answers = nth_slot(t, (hash >> 8) % LIMIT_KNOWN_VALUES);
	const struct slot *slot = slot_of(t, answers);
	const struct ends *there =
		(const struct ends *)(const void *)(slot + 1);

	if (is_slot_of(slot, hash, v, type) && there->first == e.first &&
	    there->last == e.last)
		return answers;
	return take_short(t, answers,
	                  (struct slot){ hash, (uint32_t)v.len, type }, e);
}

/* Not empty. */
static inline known_answers *find_text(const struct table *t, struct str v,
                                       uint32_t type)
{
	return v.len <= SHORT_BYTES ? find_short(t, v, type)
	                            : find_long(t, v, type);
}

static KNOWN_CALLED known_answers *
find_list(struct known *k, const struct table *t, const struct value *v)
{
	struct str all;

	if (v->type != VALUE_LIST || !join(v, k->joined, t->room, &all) ||
	    all.len == 0)
		return own(t);
	return find_text(t, all, VALUE_LIST);
}

known_answers *known_find(struct known *k, uint32_t input,
                          const struct value *v)
{
	const struct table *t = &k->tables[input];

	if (v == NULL)
		return (known_answers *)(uintptr_t)t->none;
	if (t->count == 0)
		return own(t);
	if (t->room == 0)
		return find_number(t, v);
	if (v->type == VALUE_STRING && v->str.len - 1 < t->room)
		return find_text(t, v->str, VALUE_STRING);
	return find_list(k, t, v);
}
