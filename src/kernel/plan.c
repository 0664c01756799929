/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.c - what the needs have in common: the selections of each call, then the
 * calls of each selection. */
#include "plan.h"

static bool same_selection(const struct kernel_selection *a,
                           const struct kernel_selection *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!choice_same_filter(&a->filters[i], &b->filters[i]))
			return false;
	return true;
}

/* In the order in which the needs name them. */
static size_t list_calls(struct planner *p, struct planned_call *calls)
{
	const struct atom *atoms = ITEMS(struct atom, p->atoms);
	size_t natoms = NITEMS(struct atom, p->atoms), n = 0;

	for (size_t i = 0; i < natoms; i++) {
		size_t k = 0;

		while (k < n && !str_eq(calls[k].name, atoms[i].call))
			k++;
		if (k == n)
			calls[n++].name = atoms[i].call;
		calls[k].selections.count++;
	}
	return n;
}

static void unite(struct planner *p, struct planned_call *call)
{
	const struct atom *atoms = ITEMS(struct atom, p->atoms);
	size_t natoms = NITEMS(struct atom, p->atoms);
	struct selections s = { .items = choice_room(&p->derivation,
		                                     call->selections.count) };

	for (size_t i = 0; s.items != NULL && i < natoms; i++)
		if (str_eq(atoms[i].call, call->name))
			choice_add(&s, &atoms[i].selection);
	call->selections = s;
}

static bool has(const struct planned_call *call,
                const struct kernel_selection *s)
{
	for (size_t i = 0; i < call->selections.count; i++)
		if (same_selection(&call->selections.items[i], s))
			return true;
	return false;
}

/* Any call at all shares no rule with named ones. */
static bool is_done(const struct planner *p, const struct planned_call *call,
                    const struct kernel_selection *s)
{
	const struct selected *done = ITEMS(struct selected, p->selected);

	for (size_t i = 0; i < NITEMS(struct selected, p->selected); i++)
		if ((done[i].calls[0].len == 0) == (call->name.len == 0) &&
		    same_selection(&done[i].selection, s))
			return true;
	return false;
}

static void select_calls(struct planner *p, const struct planned_call *calls,
                         size_t ncalls, bool is_any,
                         const struct kernel_selection *s)
{
	struct str *names = arena_array(p->arena, struct str, ncalls);
	struct selected new = { *s, names, 0 };

	if (names == NULL) {
		p->derivation.nomem = true;
		return;
	}
	for (size_t i = 0; i < ncalls; i++)
		if ((calls[i].name.len == 0) == is_any && has(&calls[i], s))
			names[new.count++] = calls[i].name;
	buf_add(&p->selected, &new, sizeof(new));
}

static void unite_all(struct planner *p)
{
	size_t natoms = NITEMS(struct atom, p->atoms), n;
	struct planned_call *calls =
		arena_array(p->arena, struct planned_call, natoms + 1);

	if (calls == NULL) {
		p->derivation.nomem = true;
		return;
	}
	n = list_calls(p, calls);
	for (size_t i = 0; i < n; i++) {
		unite(p, &calls[i]);
		if (!p->request->exact && !p->derivation.nomem)
			plan_spare_call(p, &calls[i]);
	}
	if (!p->request->exact && !p->derivation.nomem)
		plan_unite_paths(p, calls, n);
	for (size_t i = 0; i < n && !p->derivation.nomem; i++)
		for (size_t k = 0; k < calls[i].selections.count; k++) {
			const struct kernel_selection *s =
				&calls[i].selections.items[k];

			if (!p->derivation.nomem && !is_done(p, &calls[i], s))
				select_calls(p, calls, n,
				             calls[i].name.len == 0, s);
		}
}

static const void *take(struct planner *p, struct buf *items)
{
	void *copy = arena_alloc(p->arena, items->len + 1);

	p->derivation.nomem |= copy == NULL || items->failed;
	if (copy != NULL && items->len > 0)
		memcpy(copy, items->data, items->len);
	return copy;
}

static void spare_atoms(struct planner *p)
{
	const struct atom *atoms = ITEMS(struct atom, p->atoms);
	struct buf spared = BUF_INIT;

	for (size_t i = 0; i < NITEMS(struct atom, p->atoms); i++)
		plan_spare_atom(&atoms[i], &spared);
	spared.failed |= p->atoms.failed;
	buf_done(&p->atoms);
	p->atoms = spared;
}

static size_t owner_of(const struct planner *p, const struct atom *a)
{
	const struct selected *all = ITEMS(struct selected, p->selected);
	size_t owner = OWNED_BY_SEVERAL, n = 0;

	for (size_t i = 0; i < NITEMS(struct selected, p->selected); i++) {
		size_t k = 0;

		while (k < all[i].count && !str_eq(all[i].calls[k], a->call))
			k++;
		if (k == all[i].count ||
		    !choice_is_within(&a->selection, &all[i].selection))
			continue;
		owner = i;
		n++;
	}
	return n == 1 ? owner : OWNED_BY_SEVERAL;
}

static void find_owners(struct planner *p)
{
	const struct atom *atoms = ITEMS(struct atom, p->atoms);
	size_t natoms = NITEMS(struct atom, p->atoms);
	size_t *owners = arena_array(p->arena, size_t, natoms + 1);

	for (size_t i = 0; owners != NULL && i < natoms; i++)
		owners[i] = owner_of(p, &atoms[i]);
	p->owners = owners;
	p->derivation.nomem |= owners == NULL;
}

int kernel_plan_make(const struct kernel_plan_request *request,
                     struct arena *arena, struct kernel_plan *ret)
{
	struct planner p = { .request = request,
		             .arena = arena,
		             .derivation = { .arena = arena } };
	struct kernel_plan plan = { 0 };

	plan_take_apart(&p);
	if (!request->exact)
		spare_atoms(&p);
	if (!p.atoms.failed && !p.derivation.nomem)
		unite_all(&p);
	if (!p.selected.failed && !p.derivation.nomem)
		find_owners(&p);
	if (!p.selected.failed && !p.derivation.nomem)
		plan_write(&p);
	p.derivation.nomem |= p.atoms.failed || p.selected.failed;
	plan.ngroups = NITEMS(struct kernel_group, p.groups);
	plan.groups = take(&p, &p.groups);
	plan.nabsent = NITEMS(struct kernel_absence, p.absent);
	plan.absent = take(&p, &p.absent);
	buf_done(&p.atoms);
	buf_done(&p.selected);
	buf_done(&p.groups);
	buf_done(&p.absent);
	if (p.derivation.nomem)
		return E_NOMEM;
	*ret = plan;
	return 0;
}
