/* SPDX-License-Identifier: GPL-2.0-or-later */
/* index.c - event type -> rules. */
#include <stdlib.h>

#include "engine.h"

void index_init(struct index *x)
{
	*x = (struct index){ 0 };
	map_init(&x->types);
}

void index_done(struct index *x)
{
	size_t cursor = 0;
	struct str name;
	void *v;

	while (map_next(&x->types, &cursor, &name, &v))
		free(((struct rule_numbers *)v)->items);
	map_done(&x->types);
	free(x->others.items);
}

static int add(struct rule_numbers *n, uint32_t rule)
{
	if (n->count == n->cap) {
		size_t cap = n->cap != 0 ? n->cap * 2 : 8;
		uint32_t *items = realloc(n->items, cap * sizeof(*items));

		if (items == NULL)
			return E_NOMEM;
		n->items = items;
		n->cap = cap;
	}
	n->items[n->count++] = rule;
	return 0;
}

int index_add_names(struct index *x, struct arena *arena,
                    const struct event_types *t)
{
	for (size_t i = 0; i < t->count; i++) {
		struct rule_numbers *n;
		struct str name;

		if (map_get(&x->types, t->names[i]) != NULL)
			continue;
		n = arena_new(arena, struct rule_numbers);
		name = arena_copy(arena, t->names[i]);
		if (n == NULL || name.s == NULL ||
		    map_put(&x->types, name, n) < 0)
			return E_NOMEM;
	}
	return 0;
}

static int add_to_all_but(struct index *x, uint32_t rule,
                          const struct event_types *t)
{
	size_t cursor = 0;
	struct str name;
	void *v;

	while (map_next(&x->types, &cursor, &name, &v))
		if (event_types_has(t, name) && add(v, rule) < 0)
			return E_NOMEM;
	return add(&x->others, rule);
}

int index_add_rule(struct index *x, uint32_t rule, const struct event_types *t)
{
	if (t->all_but)
		return add_to_all_but(x, rule, t);
	for (size_t i = 0; i < t->count; i++)
		if (add(map_get(&x->types, t->names[i]), rule) < 0)
			return E_NOMEM;
	return 0;
}

const struct rule_numbers *index_find(const struct index *x, struct str type)
{
	const struct rule_numbers *n = map_get(&x->types, type);

	return n != NULL ? n : &x->others;
}
