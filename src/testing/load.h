/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.h - what the readers of a test file share. */
#ifndef SAKER_SRC_TESTING_LOAD_H
#define SAKER_SRC_TESTING_LOAD_H

#include "saker/base/io.h"
#include "saker/testing/suite.h"

struct loader {
	struct suite *suite;
	struct diag_list *diags;
	bool is_enriched; /* see suite.c */
	size_t values;    /* read so far: aliases make few bytes into many */
};

/* What auditd puts between a record and its enrichment (libaudit.h,
 * AUDIT_INTERP_SEPARATOR). */
#define ENRICHMENT_SEPARATOR '\x1d'

enum mapping {
	MAPPING_SUITE,
	MAPPING_TEST,
	MAPPING_ALERT,
	MAPPING_PROCESS,
	MAPPING_CONTAINER,
	MAPPING_NAMESPACES,
	MAPPING_FILE_ID,
	MAPPING_FILE,
};

/* Each reader takes the value of a key and fills the member that keys.def
 * names. 0, E_INVALID with the reason in diags, E_NOMEM. */
#define KEY(mapping, name, reader, type, member) \
	int reader(struct loader *l, const struct yaml *y, void *member_at);
#include "keys.def"
#undef KEY

/* Reads each key of the mapping into the struct at into. All errors are
 * collected: the result is the worst. */
int load_mapping(struct loader *l, enum mapping mapping, const struct yaml *y,
                 void *into) must_check;
/* An array for the items of a sequence, or for one that stands alone, each read
 * by fn into its element; it is there, filled as far as it went, on E_INVALID
 * too, so that it can be freed.
 */
int load_sequence(struct loader *l, const struct yaml *y, size_t size,
                  int (*fn)(struct loader *, const struct yaml *, void *),
                  void *ret_items, size_t *ret_count) must_check;
/* Counts a value: false, with an error, when there are too many. */
bool load_has_room(struct loader *l, const struct yaml *y);
/* Records an error; E_INVALID. */
int load_error(struct loader *l, struct position at, size_t length,
               const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Adds "did you mean" to the last error when a known word is near. */
void load_suggest(struct loader *l, struct str word, struct str known,
                  unsigned *best);
void load_hint(struct loader *l, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The worse of two results. */
static inline int load_worse(int a, int b)
{
	return a == E_NOMEM || b == 0 ? a : b;
}

#endif
