/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_atoms.c - checks that are answered, or ruled out, by texts that are
 * looked for in their input together with those of other checks. */
#include "literals.h"
#include "nodes.h"

static int add(struct builder *b, const struct check *c, enum atom_kind kind,
               struct str text, uint32_t *atoms, uint32_t *count)
{
	node_id id = builder_atom(b, c->input, kind, text);

	if (id < 0)
		return (int)id;
	atoms[(*count)++] = (uint32_t)id;
	return 0;
}

static int set_atoms(struct builder *b, struct check *c, enum atom_kind kind,
                     const struct str *texts, size_t count)
{
	uint32_t *atoms = arena_array(b->arena, uint32_t, count + 1);
	uint32_t n = 0;

	if (atoms == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++)
		if (add(b, c, kind, texts[i], atoms, &n) < 0)
			return E_NOMEM;
	c->atoms = atoms;
	c->natoms = n;
	return 0;
}

/* One that is shorter is found in nearly everything. */
#define LITERAL_MIN 2u

static int regex_atoms(struct builder *b, const struct check_spec *s,
                       struct check *c)
{
	struct literals l;

	arena_reset(&b->scratch);
	if (literals_of_regex(s->values->str, &b->scratch, &l) < 0)
		return E_NOMEM;
	for (size_t i = 0; i < l.count; i++)
		if (l.texts[i].len < LITERAL_MIN)
			return 0;
	return set_atoms(b, c, l.folded ? ATOM_PART_FOLDED : ATOM_PART, l.texts,
	                 l.count);
}

static void fold(struct str s)
{
	char *text = (char *)(uintptr_t)s.s;

	for (size_t i = 0; i < s.len; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] | 0x20);
}

static int part_atoms(struct builder *b, const struct check_spec *s,
                      struct check *c)
{
	enum atom_kind kind =
		s->op == OP_ICONTAINS ? ATOM_PART_FOLDED : ATOM_PART;
	struct str *texts;

	arena_reset(&b->scratch);
	texts = arena_array(&b->scratch, struct str, s->count + 1);
	if (texts == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < s->count; i++) {
		if (s->values[i].str.len == 0)
			return 0;
		texts[i] = arena_copy(&b->scratch, s->values[i].str);
		if (texts[i].s == NULL)
			return E_NOMEM;
		if (kind == ATOM_PART_FOLDED)
			fold(texts[i]);
	}
	c->is_decided = s->count > 0;
	return set_atoms(b, c, kind, texts, s->count);
}

int check_atoms(struct builder *b, const struct check_spec *s, struct check *c)
{
	bool one = s->modifier == MODIFIER_NONE && s->count == 1;

	if (s->right != BUILDER_NO_INPUT || s->all || s->class != CLASS_STRING)
		return 0;
	if (s->op == OP_REGEX && one)
		return regex_atoms(b, s, c);
	if ((s->op == OP_CONTAINS || s->op == OP_ICONTAINS) &&
	    (one || s->modifier == MODIFIER_ANYOF))
		return part_atoms(b, s, c);
	return 0;
}
