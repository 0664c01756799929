/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trie.h - many texts looked for at once: at the beginning of a value, at its
 * end, or anywhere in it (Aho and Corasick, CACM 18(6), 1975); private to
 * src/vm. */
#ifndef SAKER_SRC_VM_TRIE_H
#define SAKER_SRC_VM_TRIE_H

#include "saker/base/arena.h"
#include "saker/vm/lookup.h"

struct trie;

struct trie_text {
	struct str text; /* not empty */
	uint32_t number;
};

/* Texts are told from each other; what the trie keeps is in the arena. NULL
 * when out of memory. */
struct trie *trie_build(struct arena *arena, enum atom_kind kind,
                        const struct trie_text *texts, size_t count);

/* Called for the number of each text that is found. False when it is known
 * already, and with it all texts that end in the same place and are shorter. */
typedef bool trie_found(void *context, uint32_t number);

/* Linear in v, whatever it is. */
void trie_find(const struct trie *t, struct str v, trie_found *found,
               void *context);

#endif
