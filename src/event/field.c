/* SPDX-License-Identifier: GPL-2.0-or-later */
/* field.c - look-ups in the field catalogue. */
#include "saker/event/field.h"

#define NEAR_ENOUGH 3u

static const struct field_info catalogue[] = {
#define FIELD(ID, NAME, TYPE, ARG, USE, ORIGIN, GETTER, DOC) \
	[FIELD_##ID] = {                                     \
		.id = FIELD_##ID,                            \
		.name = { NAME, sizeof(NAME) - 1 },          \
		.type = VALUE_##TYPE,                        \
		.arg = FIELD_ARG_##ARG,                      \
		.use = FIELD_USE_##USE,                      \
		.origin = FIELD_FROM_##ORIGIN,               \
		.doc = DOC,                                  \
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

/* One byte of a name that is not empty. */
#define HASH(s, len)                                              \
	((unsigned char)((s)[(len)-1] * 29 + (s)[(len) / 2] * 7 + \
	                 (s)[(len) / 3] * 3 + (int)((len)&0xff)))

static const unsigned char hashes[] = {
#define FIELD(id, name, type, arg, use, origin, getter, doc) \
	HASH(name, sizeof(name) - 1),
#include "saker/event/fields.def"
#undef FIELD
};

/* Large rule sets ask hundreds of thousands of times. */
static const struct field_info *find_exact(struct str name)
{
	const unsigned char *end = hashes + FIELD__MAX, *at = hashes;
	int hash;

	if (name.len == 0)
		return NULL;
	hash = HASH(name.s, name.len);
	while ((at = memchr(at, hash, (size_t)(end - at))) != NULL) {
		const struct field_info *f = &catalogue[at - hashes];

		if (str_eq(f->name, name))
			return f;
		at++;
	}
	return NULL;
}

static bool takes_name(const struct field_info *f)
{
	return f->arg == FIELD_ARG_NAME_REQUIRED ||
	       f->arg == FIELD_ARG_NAME_OPTIONAL;
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
		if (f != NULL && takes_name(f) && i + 1 < name.len) {
			*ret_rest = str_skip(name, i + 1);
			return f;
		}
	}
	return NULL;
}

struct str field_suggest(struct str name)
{
	struct str best = STR_NONE;
	unsigned least = NEAR_ENOUGH + 1;

	for (size_t i = 0; i < FIELD__MAX; i++) {
		struct str candidate = catalogue[i].name;
		unsigned d = str_edit_distance(name, candidate);

		if (d < least && d < candidate.len / 2) {
			least = d;
			best = candidate;
		}
	}
	return best;
}

const char *field_origin_name(enum field_origin origin)
{
	static const char *const names[] = {
		[FIELD_FROM_RECORDS] = "records",
		[FIELD_FROM_TRACKING] = "tracking",
		[FIELD_FROM_PROC] = "/proc",
		[FIELD_FROM_METADATA] = "metadata",
		[FIELD_FROM_NOWHERE] = "nowhere",
	};

	return names[origin];
}
