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
		free(((struct partition *)v)->rules.items);
	map_done(&x->types);
	free(x->others.rules.items);
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
		struct partition *p;
		struct str name;

		if (map_get(&x->types, t->names[i]) != NULL)
			continue;
		p = arena_new(arena, struct partition);
		name = arena_copy(arena, t->names[i]);
		if (p != NULL)
			p->name = name;
		if (p == NULL || name.s == NULL ||
		    map_put(&x->types, name, p) < 0)
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
		if (event_types_has(t, name) &&
		    add(&((struct partition *)v)->rules, rule) < 0)
			return E_NOMEM;
	return add(&x->others.rules, rule);
}

int index_add_rule(struct index *x, uint32_t rule, const struct event_types *t)
{
	if (t->all_but)
		return add_to_all_but(x, rule, t);
	for (size_t i = 0; i < t->count; i++) {
		struct partition *p = map_get(&x->types, t->names[i]);

		if (add(&p->rules, rule) < 0)
			return E_NOMEM;
	}
	return 0;
}

const struct partition *index_find(const struct index *x, struct str type)
{
	const struct partition *p = map_get(&x->types, type);

	return p != NULL ? p : &x->others;
}
