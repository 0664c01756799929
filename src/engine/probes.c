/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probes.c - rules by the atoms that call for them. */
#include "probes.h"

#include <stdlib.h>

#include "saker/base/io.h"

/* A lookup for fewer rules costs more than trying them. */
#define PROBE_MIN 4u

/* An atom calls for a rule. */
struct call {
	uint32_t lookup;
	uint32_t atom;
	uint32_t rule;
};

static int order(const void *x, const void *y)
{
	const struct call *a = x, *b = y;

	if (a->lookup != b->lookup)
		return a->lookup < b->lookup ? -1 : 1;
	if (a->atom != b->atom)
		return a->atom < b->atom ? -1 : 1;
	return a->rule < b->rule ? -1 : a->rule > b->rule;
}

static uint32_t lookup_of(const struct builder *b, uint32_t atom)
{
	size_t count;

	return builder_atoms(b, &count)[atom].lookup;
}

uint32_t *probes_users(const struct builder *b, const struct guarded *rules,
                       size_t count, struct arena *arena)
{
	size_t nlookups;
	uint32_t *users;

	builder_lookups(b, &nlookups);
	users = arena_array(arena, uint32_t, nlookups + 1);
	if (users == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		uint32_t last = UINT32_MAX;

		for (size_t n = 0; n < rules[i].guard.count; n++) {
			uint32_t l = lookup_of(b, rules[i].guard.atoms[n]);

			users[l] += l != last;
			last = l;
		}
	}
	return users;
}

static bool is_probed(const struct builder *b, const uint32_t *users,
                      const struct guard *g)
{
	for (size_t n = 0; n < g->count; n++)
		if (users[lookup_of(b, g->atoms[n])] < PROBE_MIN)
			return false;
	return g->kind == GUARD_ATOMS;
}

static int add_slot(struct probe *p, uint32_t atom, uint32_t first,
                    uint32_t count)
{
	uint32_t i = atom & p->mask;

	while (p->slots[i].count != 0)
		i = (i + 1) & p->mask;
	p->slots[i] = (struct posting){ atom, first, count };
	return 0;
}

/* calls are of one lookup. */
static int fill_probe(struct probe *p, const struct call *calls, size_t count,
                      struct arena *kept)
{
	size_t size = 4, natoms = 1;
	uint32_t first = 0;

	for (size_t i = 1; i < count; i++)
		natoms += calls[i].atom != calls[i - 1].atom;
	while (size < natoms * 2)
		size *= 2;
	*p = (struct probe){ .lookup = calls->lookup,
		             .mask = (uint32_t)(size - 1),
		             .slots = arena_array(kept, struct posting, size),
		             .rules = arena_array(kept, uint32_t, count) };
	if (p->slots == NULL || p->rules == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		p->rules[p->nrules++] = calls[i].rule;
		if (i + 1 < count && calls[i + 1].atom == calls[i].atom)
			continue;
		add_slot(p, calls[i].atom, first, p->nrules - first);
		first = p->nrules;
	}
	return 0;
}

static int fill_probes(struct branch *branch, const struct call *calls,
                       size_t count, struct arena *kept)
{
	size_t n = count > 0, first = 0;

	for (size_t i = 1; i < count; i++)
		n += calls[i].lookup != calls[i - 1].lookup;
	branch->probes = arena_array(kept, struct probe, n + 1);
	if (branch->probes == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		if (i + 1 < count && calls[i + 1].lookup == calls[i].lookup)
			continue;
		if (fill_probe(&branch->probes[branch->nprobes++],
		               &calls[first], i + 1 - first, kept) < 0)
			return E_NOMEM;
		first = i + 1;
	}
	return 0;
}

static int sort_calls(struct buf *calls, size_t *ret_count)
{
	struct call *all = (struct call *)(void *)calls->data;
	size_t count = calls->len / sizeof(*all), n = 0;

	if (calls->failed)
		return E_NOMEM;
	if (count > 0)
		qsort(all, count, sizeof(*all), order);
	for (size_t i = 0; i < count; i++)
		if (n == 0 || order(&all[n - 1], &all[i]) != 0)
			all[n++] = all[i];
	*ret_count = n;
	return 0;
}

int probes_build(const struct builder *b, const struct guarded *rules,
                 size_t count, const uint32_t *users, struct arena *kept,
                 struct branch *ret)
{
	auto_buf struct buf calls = BUF_INIT;
	size_t ncalls;

	ret->rules = arena_array(kept, uint32_t, count + 1);
	if (ret->rules == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct guard *g = &rules[i].guard;

		if (g->kind == GUARD_NEVER)
			continue;
		if (!is_probed(b, users, g)) {
			ret->rules[ret->nrules++] = rules[i].rule;
			continue;
		}
		for (size_t n = 0; n < g->count; n++) {
			struct call c = { lookup_of(b, g->atoms[n]),
				          g->atoms[n], rules[i].rule };

			buf_add(&calls, &c, sizeof(c));
		}
	}
	if (sort_calls(&calls, &ncalls) < 0)
		return E_NOMEM;
	return fill_probes(ret, (const struct call *)(const void *)calls.data,
	                   ncalls, kept);
}
