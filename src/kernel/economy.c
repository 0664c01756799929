/* SPDX-License-Identifier: GPL-2.0-or-later */
/* economy.c - fewer rules for a few more events.
 *
 * At each system call of each process the kernel goes through all rules of its
 * list that have no path (audit_filter_syscall() in kernel/auditsc.c), so that
 * a rule costs also when it matches nothing; a call that nobody makes costs
 * nothing. What is done here only ever lets more through. */
#include <fcntl.h>
#include <libaudit.h>
#include <sys/stat.h>

#include "plan.h"
#include "saker/base/array.h"

static const struct str rare_calls[] = {
#define RARE_CALL(name) STR_INIT(name),
#define RARE_MAJOR(number)
#define ORDINARY_VALUE(name, number, value)
#include "ordinary.def"
#undef RARE_CALL
#undef RARE_MAJOR
#undef ORDINARY_VALUE
};

static const int64_t rare_majors[] = {
#define RARE_CALL(name)
#define RARE_MAJOR(number) number,
#define ORDINARY_VALUE(name, number, value)
#include "ordinary.def"
#undef RARE_CALL
#undef RARE_MAJOR
#undef ORDINARY_VALUE
};

static const struct {
	struct str call;
	struct kernel_filter filter;
} ordinary_values[] = {
#define RARE_CALL(name)
#define RARE_MAJOR(number)
#define ORDINARY_VALUE(name, number, what)      \
	{ STR_INIT(name),                       \
	  { .field = KERNEL_FILTER_A0 + number, \
	    .is_not = true,                     \
	    .value = what } },
#include "ordinary.def"
#undef RARE_CALL
#undef RARE_MAJOR
#undef ORDINARY_VALUE
};

#define R         AUDIT_PERM_READ
#define W         AUDIT_PERM_WRITE
#define X         0 /* programs that are started are logged anyway */
#define A         AUDIT_PERM_ATTR
#define A_OF_LATE 0
#define OPEN      (AUDIT_PERM_READ | AUDIT_PERM_WRITE)

static const struct {
	struct str call;
	int64_t permissions;
} perm_calls[] = {
#define PERM_CALL(call, permissions) { STR_INIT(call), permissions },
#include "perm_calls.def"
#undef PERM_CALL
};

static int64_t permissions_of(struct str call)
{
	for (size_t i = 0; i < COUNT(perm_calls); i++)
		if (str_eq(perm_calls[i].call, call))
			return perm_calls[i].permissions;
	return 0;
}

static bool is_rare(struct str call)
{
	for (size_t i = 0; i < COUNT(rare_calls); i++)
		if (str_eq(rare_calls[i], call))
			return true;
	return false;
}

static bool is_result(const struct kernel_filter *f)
{
	return f->field == KERNEL_FILTER_EXIT ||
	       f->field == KERNEL_FILTER_SUCCESS;
}

static bool is_register(const struct kernel_filter *f)
{
	return f->field < KERNEL_FILTER_EXIT;
}

static bool is_permission(const struct kernel_filter *f)
{
	return f->field == KERNEL_FILTER_PERM;
}

static bool is_about_the_call(const struct kernel_filter *f)
{
	return is_result(f) || is_register(f) || is_permission(f);
}

static struct kernel_selection
without(const struct kernel_selection *s,
        bool (*is_left_out)(const struct kernel_filter *f))
{
	struct kernel_selection rest = { .count = 0 };

	for (size_t i = 0; i < s->count; i++)
		if (!is_left_out(&s->filters[i]))
			rest.filters[rest.count++] = s->filters[i];
	return rest;
}

static const struct kernel_filter *
find(const struct kernel_selection *s,
     bool (*is_wanted)(const struct kernel_filter *f))
{
	for (size_t i = 0; i < s->count; i++)
		if (is_wanted(&s->filters[i]))
			return &s->filters[i];
	return NULL;
}

static void add_filter(struct kernel_selection *s, struct kernel_filter f)
{
	if (s->count < KERNEL_FILTERS)
		s->filters[s->count++] = f;
}

static void add_permissions(struct kernel_selection *s, int64_t permissions)
{
	add_filter(s, (struct kernel_filter){ .field = KERNEL_FILTER_PERM,
	                                      .is_mask = true,
	                                      .value = permissions });
}

/* Done by few, whatever it is: with a disk, with a device by its number, by
 * what the kernel starts itself. */
static bool is_of_few(const struct kernel_selection *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->filters[i].field == KERNEL_FILTER_DEVMAJOR ||
		    s->filters[i].field == KERNEL_FILTER_PPID ||
		    (s->filters[i].field == KERNEL_FILTER_FILETYPE &&
		     s->filters[i].value == S_IFBLK))
			return true;
	return false;
}

static bool is_minor(const struct kernel_filter *f)
{
	return f->field == KERNEL_FILTER_DEVMINOR;
}

static bool is_of_rare_major(const struct kernel_selection *s)
{
	for (size_t i = 0; i < s->count; i++)
		for (size_t k = 0; k < COUNT(rare_majors); k++)
			if (s->filters[i].field == KERNEL_FILTER_DEVMAJOR &&
			    s->filters[i].value == rare_majors[k])
				return true;
	return false;
}

#define WRITING_FLAGS (O_ACCMODE | O_TRUNC)

/* Without a register, or with nothing but a mask of flags that write. */
static bool is_plain_open(const struct kernel_selection *s,
                          struct kernel_filter *ret_flags)
{
	const struct kernel_filter *f = find(s, is_register);

	if (f != NULL)
		*ret_flags = *f;
	return f == NULL || (f->is_mask && (f->value & ~WRITING_FLAGS) == 0);
}

/* The kernel takes an open that empties a file for reading it, when that is
 * what its flags say beside (audit_match_perm() in kernel/auditsc.c). */
static void add_emptying(const struct atom *a, enum kernel_filter_field flags,
                         struct buf *out)
{
	struct atom new = *a;

	new.selection = without(&a->selection, is_about_the_call);
	add_filter(&new.selection, (struct kernel_filter){ .field = flags,
	                                                   .is_mask = true,
	                                                   .value = O_TRUNC });
	add_permissions(&new.selection, AUDIT_PERM_READ);
	buf_add(out, &new, sizeof(new));
}

/* Of a file or a directory all changes, by whatever call, are one rule. */
static void spare_path(const struct atom *a, struct buf *out)
{
	struct kernel_filter flags = { .value = 0 };
	int64_t permissions = permissions_of(a->call);
	struct atom new = *a;

	if (permissions == OPEN && !is_plain_open(&a->selection, &flags))
		permissions = 0;
	if (permissions == 0) {
		buf_add(out, a, sizeof(*a));
		return;
	}
	if (flags.value != 0)
		permissions = AUDIT_PERM_WRITE;
	if ((flags.value & O_TRUNC) != 0)
		add_emptying(a, flags.field, out);
	new.selection = without(&a->selection, is_about_the_call);
	add_permissions(&new.selection, permissions);
	buf_add(out, &new, sizeof(new));
}

void plan_spare_atom(const struct atom *a, struct buf *out)
{
	struct atom new = *a;

	if (a->call.len == 0 || plan_is_of_uring(&a->selection)) {
		buf_add(out, a, sizeof(*a));
		return;
	}
	if (is_rare(a->call))
		new.selection.count = 0;
	else if (is_of_few(&a->selection))
		new.selection = without(&a->selection, is_about_the_call);
	else if (find(&a->selection, choice_is_of_path) != NULL) {
		spare_path(a, out);
		return;
	}
	if (is_of_rare_major(&new.selection))
		new.selection = without(&new.selection, is_minor);
	buf_add(out, &new, sizeof(new));
}

static void rebuild(struct planner *p, struct selections *s)
{
	struct selections new = { .items = choice_room(&p->derivation,
		                                       s->count) };

	for (size_t i = 0; new.items != NULL &&i < s->count; i++)
		choice_add(&new, &s->items[i]);
	*s = new;
}

static bool is_success(const struct kernel_selection *s)
{
	const struct kernel_filter *f = find(s, is_result);

	return f != NULL && f->field == KERNEL_FILTER_SUCCESS && f->value != 0;
}

/* Where success is asked for, failures are few beside. */
static void spare_results(struct selections *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct kernel_selection mine = without(&s->items[i], is_result);
		bool others = false;

		for (size_t k = 0; k < s->count; k++) {
			const struct kernel_selection its =
				without(&s->items[k], is_result);

			others |= k != i && its.count < s->items[k].count &&
			          choice_is_within(&its, &mine);
		}
		if (others && is_success(&s->items[i]))
			s->items[i] = mine;
	}
}

/* More than so many values of a register are all but the ordinary ones. */
#define VALUES_MOST ((size_t)3)

static bool is_unusual(const struct kernel_selection *s,
                       const struct kernel_selection *unusual)
{
	return choice_is_within(s, unusual);
}

static void spare_values(struct str call, struct selections *s)
{
	struct kernel_selection unusual = { .count = 0 };
	size_t n = 0;

	for (size_t i = 0; i < COUNT(ordinary_values); i++)
		if (str_eq(ordinary_values[i].call, call))
			add_filter(&unusual, ordinary_values[i].filter);
	for (size_t i = 0; unusual.count > 0 && i < s->count; i++)
		n += is_unusual(&s->items[i], &unusual);
	for (size_t i = 0; n > VALUES_MOST && i < s->count; i++)
		if (is_unusual(&s->items[i], &unusual))
			s->items[i] = unusual;
}

/* One rule for all files instead of one each: it is a rare thing to do. */
static void spare_emptying(struct selections *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (find(&s->items[i], is_register) != NULL &&
		    find(&s->items[i], is_permission) != NULL)
			s->items[i] = without(&s->items[i], choice_is_of_path);
}

void plan_spare_call(struct planner *p, struct planned_call *call)
{
	spare_results(&call->selections);
	spare_values(call->name, &call->selections);
	spare_emptying(&call->selections);
	rebuild(p, &call->selections);
}

/* The path and the permissions of such a rule. */
static bool is_of_files(const struct kernel_selection *s,
                        struct kernel_filter *ret_path, int64_t *ret_all)
{
	const struct kernel_filter *path = find(s, choice_is_of_path);
	const struct kernel_filter *permissions = find(s, is_permission);

	if (path == NULL || permissions == NULL)
		return false;
	*ret_path = *path;
	*ret_all = permissions->value;
	return true;
}

/* What all calls together want of the path. */
static int64_t all_permissions(const struct planned_call *calls, size_t ncalls,
                               const struct kernel_filter *path, bool *ret_open)
{
	struct kernel_filter its;
	int64_t all = 0, permissions;

	*ret_open = false;
	for (size_t i = 0; i < ncalls; i++)
		for (size_t k = 0; k < calls[i].selections.count; k++) {
			if (!is_of_files(&calls[i].selections.items[k], &its,
			                 &permissions) ||
			    !choice_same_filter(&its, path))
				continue;
			all |= permissions;
			*ret_open |= permissions_of(calls[i].name) == OPEN;
		}
	return all;
}

/* A directory above it has a rule that asks for as much, by other calls. */
static void join_directory(const struct planned_call *calls, size_t ncalls,
                           struct kernel_selection *s)
{
	struct kernel_filter path, its_path;
	int64_t permissions, its_permissions;
	bool has_open;

	if (!is_of_files(s, &path, &permissions))
		return;
	for (size_t i = 0; i < ncalls; i++)
		for (size_t k = 0; k < calls[i].selections.count; k++) {
			struct kernel_selection above = { .count = 0 };
			const struct kernel_selection *its =
				&calls[i].selections.items[k];

			if (!is_of_files(its, &its_path, &its_permissions) ||
			    choice_same_filter(&its_path, &path))
				continue;
			above = without(its, is_permission);
			add_permissions(&above, permissions);
			if (choice_is_within(s, &above) &&
			    (permissions & ~all_permissions(calls, ncalls,
			                                    &its_path,
			                                    &has_open)) == 0)
				*s = above;
		}
}

static void unite_path(const struct planned_call *calls, size_t ncalls,
                       struct kernel_selection *s)
{
	struct kernel_selection rest = without(s, is_permission);
	struct kernel_filter path;
	int64_t permissions;
	bool has_open;

	if (!is_of_files(s, &path, &permissions))
		return;
	permissions = all_permissions(calls, ncalls, &path, &has_open);
	if (has_open || path.field == KERNEL_FILTER_PATH)
		add_permissions(&rest, permissions);
	*s = rest;
}

static void each_of_files(struct planned_call *calls, size_t ncalls,
                          void (*what)(const struct planned_call *calls,
                                       size_t ncalls,
                                       struct kernel_selection *s))
{
	struct kernel_filter path;
	int64_t permissions;

	for (size_t i = 0; i < ncalls; i++)
		for (size_t k = 0; k < calls[i].selections.count; k++)
			if (is_of_files(&calls[i].selections.items[k], &path,
			                &permissions))
				what(calls, ncalls,
				     &calls[i].selections.items[k]);
}

void plan_unite_paths(struct planner *p, struct planned_call *calls,
                      size_t ncalls)
{
	each_of_files(calls, ncalls, join_directory);
	each_of_files(calls, ncalls, unite_path);
	for (size_t i = 0; i < ncalls; i++)
		rebuild(p, &calls[i].selections);
}
