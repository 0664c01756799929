/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lookup.c - atoms by input and kind: a hash table of those that equal a value,
 * tries of the others. */
#include "saker/vm/lookup.h"

#include <stdlib.h>

#include "saker/base/err.h"
#include "saker/base/io.h"
#include "saker/vm/operand.h"
#include "trie.h"

/* Numbers are equal as value_compare_numbers() has it: a negative one is none
 * of the unsigned ones with its bits. */
struct str atom_key(const struct value *v, char scratch[16])
{
	enum op_class class = op_class_of(v->type);

	switch (class) {
	case CLASS_STRING:
	case CLASS_BYTES:
		return v->type == VALUE_LIST ? STR_NONE : v->str;
	case CLASS_NUMBER:
		scratch[0] = v->type == VALUE_INT && v->i < 0 ? '-' : '+';
		memcpy(scratch + 1, &v->u, sizeof(v->u));
		return (struct str){ scratch, 1 + sizeof(v->u) };
	case CLASS_IP:
		memcpy(scratch, v->ip.bytes, v->ip.len);
		return (struct str){ scratch, v->ip.len };
	default:
		return STR_NONE;
	}
}

static int build_table(struct lookup *l, struct arena *arena,
                       const uint32_t *members)
{
	size_t size = 4;
	uint32_t *table;

	while (size < (size_t)l->natoms * 2)
		size *= 2;
	table = arena_array(arena, uint32_t, size);
	if (table == NULL)
		return E_NOMEM;
	for (uint32_t n = 0; n < l->natoms; n++) {
		size_t i = str_hash(l->atoms[members[n]].text, OPERAND_SEED) &
		           (size - 1);

		while (table[i] != 0)
			i = (i + 1) & (size - 1);
		table[i] = members[n] + 1;
	}
	l->table = table;
	l->mask = size - 1;
	return 0;
}

static int build_trie(struct lookup *l, struct arena *arena,
                      const uint32_t *members)
{
	auto_free struct trie_text *texts = calloc(l->natoms, sizeof(*texts));

	if (texts == NULL)
		return E_NOMEM;
	for (uint32_t n = 0; n < l->natoms; n++)
		texts[n] = (struct trie_text){ l->atoms[members[n]].text,
			                       members[n] };
	l->trie = trie_build(arena, l->kind, texts, l->natoms);
	return l->trie != NULL ? 0 : E_NOMEM;
}

/* The numbers of the atoms by lookup, one lookup after the other. */
static uint32_t *sort(struct lookup *lookups, size_t count,
                      const struct atom *atoms, size_t natoms)
{
	auto_free uint32_t *next = calloc(count + 1, sizeof(*next));
	uint32_t *members = calloc(natoms + 1, sizeof(*members));

	if (next == NULL || members == NULL) {
		free(members);
		return NULL;
	}
	for (size_t i = 0; i < natoms; i++)
		lookups[atoms[i].lookup].natoms++;
	for (size_t i = 1; i < count; i++)
		next[i] = next[i - 1] + lookups[i - 1].natoms;
	for (uint32_t i = 0; i < natoms; i++)
		members[next[atoms[i].lookup]++] = i;
	return members;
}

int lookups_build(struct lookup *lookups, size_t count,
                  const struct atom *atoms, size_t natoms, struct arena *arena)
{
	auto_free uint32_t *members = sort(lookups, count, atoms, natoms);
	const uint32_t *own = members;

	if (members == NULL)
		return E_NOMEM;
	for (struct lookup *l = lookups; l < lookups + count; l++) {
		int r;

		l->atoms = atoms;
		r = l->kind == ATOM_EQUAL ? build_table(l, arena, own)
		                          : build_trie(l, arena, own);
		if (r < 0)
			return r;
		own += l->natoms;
	}
	return 0;
}

static void find_equal(const struct lookup *l, const struct value *v,
                       atom_found *found, void *context)
{
	char scratch[16];
	struct str key = atom_key(v, scratch);
	size_t i;

	if (key.len == 0)
		return;
	i = str_hash(key, OPERAND_SEED) & l->mask;
	for (; l->table[i] != 0; i = (i + 1) & l->mask)
		if (str_eq(l->atoms[l->table[i] - 1].text, key))
			found(context, l->table[i] - 1);
}

void lookup_find(const struct lookup *l, const struct value *v,
                 atom_found *found, void *context)
{
	if (l->kind == ATOM_EQUAL)
		find_equal(l, v, found, context);
	else if (v->type == VALUE_STRING)
		trie_find(l->trie, v->str, found, context);
}
