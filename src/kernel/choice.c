/* SPDX-License-Identifier: GPL-2.0-or-later */
/* choice.c - selections combined: always so that no call is left out. */
#include "choice.h"

static const struct kernel_selection unrestricted[1];
const struct choice choice_everything = { unrestricted, 1 };
const struct choice choice_nothing = { NULL, 0 };

static bool is_everything(const struct choice *c)
{
	return c->count == 1 && c->any[0].count == 0;
}

static bool same_paths(const struct kernel_filter *a,
                       const struct kernel_filter *b)
{
	if (a->npaths != b->npaths)
		return false;
	for (size_t i = 0; i < a->npaths; i++)
		if (!str_eq(a->paths[i].s, b->paths[i].s))
			return false;
	return true;
}

bool choice_same_filter(const struct kernel_filter *a,
                        const struct kernel_filter *b)
{
	return a->field == b->field && a->is_mask == b->is_mask &&
	       a->is_not == b->is_not && a->is_less == b->is_less &&
	       a->value == b->value && same_paths(a, b);
}

static bool has_filter(const struct kernel_selection *s,
                       const struct kernel_filter *f)
{
	for (size_t i = 0; i < s->count; i++)
		if (choice_same_filter(&s->filters[i], f))
			return true;
	return false;
}

static bool is_below(const struct kernel_filter *f,
                     const struct kernel_filter *directory)
{
	struct str path, dir;

	if (!choice_is_of_path(f) || directory->field != KERNEL_FILTER_DIR ||
	    f->npaths != 1 || directory->npaths != 1)
		return false;
	path = f->paths[0].s;
	dir = directory->paths[0].s;
	return str_has_prefix(path, dir) &&
	       (path.len == dir.len || path.s[dir.len] == '/');
}

static bool is_equality(const struct kernel_filter *f)
{
	return !f->is_mask && !f->is_not && !f->is_less;
}

static bool is_narrower(const struct kernel_filter *f,
                        const struct kernel_filter *than)
{
	if (choice_same_filter(f, than) || is_below(f, than))
		return true;
	if (than->field == KERNEL_FILTER_SUCCESS &&
	    f->field == KERNEL_FILTER_EXIT)
		return (f->value >= 0) == (than->value != 0);
	if (f->field == than->field && is_equality(f))
		return (than->is_not && f->value != than->value) ||
		       (than->is_less && f->value < than->value);
	return f->field == than->field && f->is_mask && than->is_mask &&
	       (f->value & ~than->value) == 0;
}

bool choice_is_within(const struct kernel_selection *a,
                      const struct kernel_selection *b)
{
	for (size_t i = 0; i < b->count; i++) {
		size_t k = 0;

		while (k < a->count &&
		       !is_narrower(&a->filters[k], &b->filters[i]))
			k++;
		if (k == a->count)
			return false;
	}
	return true;
}

/* A call may have several objects, of several types. */
static bool is_of_object(const struct kernel_filter *f)
{
	return f->field == KERNEL_FILTER_FILETYPE ||
	       f->field == KERNEL_FILTER_PERM ||
	       f->field == KERNEL_FILTER_DEVMAJOR ||
	       f->field == KERNEL_FILTER_DEVMINOR || choice_is_of_path(f);
}

bool choice_is_of_path(const struct kernel_filter *f)
{
	return f->field == KERNEL_FILTER_PATH || f->field == KERNEL_FILTER_DIR;
}

static bool contradicts(const struct kernel_filter *a,
                        const struct kernel_filter *b)
{
	const struct kernel_filter *exit =
		a->field == KERNEL_FILTER_EXIT ? a : b;
	const struct kernel_filter *success = exit == a ? b : a;

	if (a->field == b->field)
		return !is_of_object(a) && is_equality(a) && is_equality(b) &&
		       a->value != b->value;
	return exit->field == KERNEL_FILTER_EXIT &&
	       success->field == KERNEL_FILTER_SUCCESS &&
	       (exit->value >= 0) != (success->value != 0);
}

static bool implies(const struct kernel_filter *a,
                    const struct kernel_filter *b)
{
	return a->field == KERNEL_FILTER_EXIT &&
	       b->field == KERNEL_FILTER_SUCCESS;
}

/* False when the filter cannot pass beside the others. One that finds no room
 * is left out: more passes than must. */
static bool narrow(struct kernel_selection *s, const struct kernel_filter *f)
{
	bool has_path = false;

	for (size_t i = 0; i < s->count; i++)
		if (contradicts(&s->filters[i], f))
			return false;
	/* the kernel takes one path a rule */
	for (size_t i = 0; i < s->count; i++)
		has_path |= choice_is_of_path(&s->filters[i]);
	if (has_path && choice_is_of_path(f))
		return true;
	for (size_t i = 0; i < s->count; i++) {
		if (choice_same_filter(&s->filters[i], f) ||
		    implies(&s->filters[i], f))
			return true;
		if (implies(f, &s->filters[i])) {
			s->filters[i] = *f;
			return true;
		}
	}
	if (s->count < KERNEL_FILTERS)
		s->filters[s->count++] = *f;
	return true;
}

struct kernel_selection *choice_room(struct derivation *d, size_t count)
{
	struct kernel_selection *items =
		arena_array(d->arena, struct kernel_selection, count + 1);

	d->nomem |= items == NULL;
	return items;
}

struct choice choice_made(const struct selections *s,
                          const struct choice *instead)
{
	return s->count <= CHOICE_MOST ? (struct choice){ s->items, s->count }
	                               : *instead;
}

/* One bit or another of the same register: one mask. */
static bool merge_masks(struct kernel_selection *a,
                        const struct kernel_selection *b)
{
	size_t differs = a->count;

	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (has_filter(b, &a->filters[i]))
			continue;
		if (differs != a->count)
			return false;
		differs = i;
	}
	for (size_t i = 0; differs < a->count && i < b->count; i++) {
		struct kernel_filter *mine = &a->filters[differs];

		if (has_filter(a, &b->filters[i]) || !mine->is_mask ||
		    !b->filters[i].is_mask ||
		    b->filters[i].field != mine->field)
			continue;
		mine->value |= b->filters[i].value;
		return true;
	}
	return false;
}

void choice_add(struct selections *l, const struct kernel_selection *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->count; i++)
		if (choice_is_within(s, &l->items[i]) ||
		    merge_masks(&l->items[i], s))
			return;
	for (size_t i = 0; i < l->count; i++)
		if (!choice_is_within(&l->items[i], s))
			l->items[kept++] = l->items[i];
	l->items[kept++] = *s;
	l->count = kept;
}

struct choice choice_or(struct derivation *d, const struct choice *a,
                        const struct choice *b)
{
	struct selections l = { 0 };

	if (is_everything(a) || is_everything(b))
		return choice_everything;
	l.items = choice_room(d, a->count + b->count);
	if (l.items == NULL)
		return choice_everything;
	for (size_t i = 0; i < a->count; i++)
		choice_add(&l, &a->any[i]);
	for (size_t i = 0; i < b->count; i++)
		choice_add(&l, &b->any[i]);
	return choice_made(&l, &choice_everything);
}

static void add_both(struct selections *l, const struct kernel_selection *a,
                     const struct kernel_selection *b)
{
	struct kernel_selection s = *a;

	for (size_t i = 0; i < b->count; i++)
		if (!narrow(&s, &b->filters[i]))
			return;
	choice_add(l, &s);
}

/* Where there are too many, what one side asks for must do. */
struct choice choice_and(struct derivation *d, const struct choice *a,
                         const struct choice *b)
{
	struct selections l = { 0 };

	if (is_everything(a))
		return *b;
	if (is_everything(b))
		return *a;
	l.items = choice_room(d, a->count * b->count);
	if (l.items == NULL)
		return choice_everything;
	for (size_t i = 0; i < a->count; i++)
		for (size_t k = 0; k < b->count; k++)
			add_both(&l, &a->any[i], &b->any[k]);
	return choice_made(&l, a);
}
