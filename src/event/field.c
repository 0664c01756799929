/* SPDX-License-Identifier: GPL-2.0-or-later */
/* field.c - look-ups in the field catalogue. */
#include "saker/event/field.h"

#define LONGEST_NAME ((size_t)64)
#define NEAR_ENOUGH  3u

static const struct field_info catalogue[] = {
#define FIELD(ID, NAME, TYPE, ARG, ORIGIN, GETTER, DOC) \
	[FIELD_##ID] = {                                \
		.id = FIELD_##ID,                       \
		.name = { NAME, sizeof(NAME) - 1 },     \
		.type = VALUE_##TYPE,                   \
		.arg = FIELD_ARG_##ARG,                 \
		.origin = FIELD_FROM_##ORIGIN,          \
		.doc = DOC,                             \
	},
#include "saker/event/fields.def"
#undef FIELD
};

_Static_assert(sizeof(catalogue) / sizeof(catalogue[0]) == FIELD__MAX,
               "a row of fields.def is missing");

const struct field_info *field_info(enum field_id id)
{
	return &catalogue[id];
}

static const struct field_info *find_exact(struct str name)
{
	for (size_t i = 0; i < FIELD__MAX; i++)
		if (str_eq(catalogue[i].name, name))
			return &catalogue[i];
	return NULL;
}

const struct field_info *field_find(struct str name, struct str *ret_rest)
{
	const struct field_info *f = find_exact(name);

	if (f != NULL) {
		*ret_rest = STR_NONE;
		return f;
	}
	for (size_t i = name.len; i-- > 0;) {
		if (name.s[i] != '.')
			continue;
		f = find_exact(str_take(name, i));
		if (f != NULL && f->arg == FIELD_ARG_NAME_REQUIRED &&
		    i + 1 < name.len) {
			*ret_rest = str_skip(name, i + 1);
			return f;
		}
	}
	return NULL;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein's distance, one row of the table at a time. */
static unsigned edit_distance(struct str a, struct str b)
{
	unsigned row[LONGEST_NAME + 1];

	for (unsigned j = 0; j <= b.len; j++)
		row[j] = j;
	for (unsigned i = 1; i <= a.len; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= b.len; j++) {
			unsigned above = row[j];
			unsigned change = a.s[i - 1] != b.s[j - 1];

			row[j] = min3(row[j] + 1, row[j - 1] + 1,
			              diagonal + change);
			diagonal = above;
		}
	}
	return row[b.len];
}

struct str field_suggest(struct str name)
{
	struct str best = STR_NONE;
	unsigned least = NEAR_ENOUGH + 1;

	if (name.len > LONGEST_NAME)
		return STR_NONE;
	for (size_t i = 0; i < FIELD__MAX; i++) {
		struct str candidate = catalogue[i].name;
		unsigned d;

		if (candidate.len > LONGEST_NAME)
			continue;
		d = edit_distance(name, candidate);
		if (d < least && d < candidate.len / 2) {
			least = d;
			best = candidate;
		}
	}
	return best;
}
