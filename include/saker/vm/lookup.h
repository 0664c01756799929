/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lookup.h - the constants that many checks hold against one input, found in
 * its value all at once. */
#ifndef SAKER_VM_LOOKUP_H
#define SAKER_VM_LOOKUP_H

#include "saker/base/arena.h"
#include "saker/base/err.h"
#include "saker/event/value.h"

/* What the constant is to the value. */
enum atom_kind {
	ATOM_EQUAL,
	ATOM_PREFIX,
	ATOM_SUFFIX,
	ATOM_PATH, /* the value is it or is below it, as paths */
	ATOM_PART,
	ATOM_PART_FOLDED, /* the same in any case of ASCII; itself in lower */
	ATOM__KINDS
};

struct atom {
	uint32_t lookup; /* where it is found */
	struct str text; /* of ATOM_EQUAL: from atom_key() */
};

struct trie;

/* All atoms of one input and kind. Immutable, in an arena. */
struct lookup {
	uint32_t input;
	enum atom_kind kind;
	uint32_t natoms;
	const struct trie *trie;
	const uint32_t *table; /* ATOM_EQUAL: atom + 1 by hash; 0 = free */
	size_t mask;
	const struct atom *atoms; /* those of the program */
};

/* A value that can be looked up by equality, as bytes: texts as they are, the
 * rest written to scratch. Empty for what cannot, such as networks, and for
 * empty texts. */
struct str atom_key(const struct value *v, char scratch[16]);

/* Of all atoms, which know their lookup; lookups[] knows what it is for. 0 or
 * E_NOMEM. */
int lookups_build(struct lookup *lookups, size_t count,
                  const struct atom *atoms, size_t natoms,
                  struct arena *arena) must_check;

/* As trie_found. */
typedef bool atom_found(void *context, uint32_t atom);

/* Which of the atoms v meets; v is no list. */
void lookup_find(const struct lookup *l, const struct value *v,
                 atom_found *found, void *context);

#endif
