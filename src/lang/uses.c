/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uses.c - which lists and macros a definition is made of. */
#include <stdlib.h>

#include "saker/base/map.h"
#include "store.h"

/* Without memory the listing lacks it, and the arena knows. */
void uses_add(struct rules *r, struct definition *what)
{
	struct definition *d = r->compiled;
	struct use *u;

	what->used |= what != d;
	if (d == NULL || d == what)
		return;
	for (u = d->uses; u != NULL; u = u->next)
		if (u->what == what)
			return;
	u = arena_new(r->arena, struct use);
	if (u == NULL)
		return;
	*u = (struct use){ d->uses, what };
	d->uses = u;
}

/* All that is reached, each once, in the order in which it was met. */
struct collection {
	struct map seen;
	struct buf met; /* const struct definition * */
	bool nomem;
};

static void meet_uses(struct collection *c, const struct definition *d)
{
	for (const struct use *u = d->uses; u != NULL; u = u->next) {
		uint64_t key = (uintptr_t)u->what;

		if (map_get_u64(&c->seen, key) != NULL)
			continue;
		c->nomem |= map_put_u64(&c->seen, key, c) < 0;
		buf_add(&c->met, &u->what, sizeof(u->what));
	}
}

static const struct definition *met(const struct collection *c, size_t i)
{
	return ((const struct definition *const *)(const void *)c->met.data)[i];
}

static size_t count_met(const struct collection *c)
{
	return c->met.len / sizeof(struct definition *);
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int list_names(const struct collection *c, enum definition_kind kind,
                      struct arena *arena, const struct str **ret,
                      size_t *ret_count)
{
	struct str *names = arena_array(arena, struct str, count_met(c) + 1);
	size_t n = 0;

	if (names == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count_met(c); i++)
		if (met(c, i)->kind == kind)
			names[n++] = met(c, i)->name;
	qsort(names, n, sizeof(*names), by_name);
	*ret = names;
	*ret_count = n;
	return 0;
}

int definition_uses(const struct definition *d, enum definition_kind kind,
                    struct arena *arena, const struct str **ret,
                    size_t *ret_count)
{
	struct collection c = { 0 };
	int r;

	map_init(&c.seen);
	meet_uses(&c, d);
	for (size_t i = 0; i < count_met(&c) && !c.nomem; i++)
		meet_uses(&c, met(&c, i));
	r = c.nomem || c.met.failed
	            ? E_NOMEM
	            : list_names(&c, kind, arena, ret, ret_count);
	map_done(&c.seen);
	buf_done(&c.met);
	return r;
}
