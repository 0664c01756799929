/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_atoms.c - needs taken apart, their paths looked up. */
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "plan.h"
#include "saker/base/io.h"

/* auditctl reads a rule as words, and some versions give up at odd ones. */
static bool is_plain(struct str path)
{
	if (path.len == 0 || path.s[0] != '/' || path.len >= PATH_MAX)
		return false;
	for (size_t i = 0; i < path.len; i++)
		if (path.s[i] <= ' ' || path.s[i] > '~' || path.s[i] == '\\')
			return false;
	return true;
}

static const char *keep(struct planner *p, const char *text)
{
	struct str copy =
		arena_copy(p->arena, (struct str){ text, strlen(text) + 1 });

	p->derivation.nomem |= copy.s == NULL;
	return copy.s;
}

/* There the kernel refuses what is not there (proc_lookup_de()). */
static bool is_procfs(const char *directory)
{
	struct statfs fs;

	return statfs(directory, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* A file that may come later: the kernel asks for its directory only. */
static const char *resolve_missing(struct planner *p, struct str path)
{
	auto_buf struct buf parent = BUF_INIT, whole = BUF_INIT;
	ptrdiff_t slash = str_find_last_byte(path, '/');
	auto_free char *real = NULL;
	const char *copy;

	buf_add_str(&parent, str_take(path, slash > 0 ? (size_t)slash : 1));
	real = realpath(buf_cstr(&parent), NULL);
	p->derivation.nomem |= parent.failed;
	if (real == NULL || is_procfs(real))
		return NULL;
	buf_printf(&whole, "%s/%.*s", real[1] != '\0' ? real : "",
	           STR_FMT(str_basename(path)));
	copy = keep(p, buf_cstr(&whole));
	p->derivation.nomem |= whole.failed;
	return copy;
}

const char *plan_resolve(struct planner *p, struct str path, bool is_directory,
                         const char **ret_why)
{
	auto_buf struct buf name = BUF_INIT;
	auto_free char *real = NULL;
	const char *found;

	buf_add_str(&name, path);
	buf_cstr(&name);
	p->derivation.nomem |= name.failed;
	if (!is_plain(path)) {
		*ret_why = "the path cannot stand in a rule";
		return NULL;
	}
	if (!p->request->target->is_here)
		return keep(p, buf_cstr(&name));
	errno = 0;
	real = realpath(buf_cstr(&name), NULL);
	p->derivation.nomem |= real == NULL && errno == ENOMEM;
	found = real != NULL && is_plain(str_from(real)) ? keep(p, real) : NULL;
	if (found == NULL && !is_directory)
		found = resolve_missing(p, path);
	*ret_why = "not there";
	return found;
}

void plan_add_absence(struct planner *p, struct str path, const char *why,
                      size_t need)
{
	struct kernel_absence *items = (void *)p->absent.data;
	size_t count = NITEMS(struct kernel_absence, p->absent), i = 0;
	size_t *served;

	while (i < count && !str_eq(items[i].path, path))
		i++;
	if (i < count && items[i].served[items[i].nserved - 1] == need)
		return;
	served = arena_array(p->arena, size_t, p->request->count);
	if (served == NULL) {
		p->derivation.nomem = true;
		return;
	}
	served[0] = need;
	if (i == count) {
		const struct kernel_absence new = { path, why, served, 1 };

		buf_add(&p->absent, &new, sizeof(new));
		return;
	}
	memcpy(served, items[i].served, items[i].nserved * sizeof(*served));
	served[items[i].nserved++] = need;
	items[i].served = served;
}

static void add_atom(struct planner *p, struct atom *a)
{
	buf_add(&p->atoms, a, sizeof(*a));
}

static bool is_there_as_directory(const struct planner *p, const char *path)
{
	struct stat st;

	return !p->request->target->is_here ||
	       (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

static void add_path(struct planner *p, struct atom *a,
                     struct kernel_filter *filter, struct str path)
{
	struct literal *one = arena_new(p->arena, struct literal);
	const char *why;
	bool is_directory = filter->field == KERNEL_FILTER_DIR;
	const char *found = plan_resolve(p, path, is_directory, &why);

	if (one == NULL) {
		p->derivation.nomem = true;
		return;
	}
	if (found == NULL) {
		plan_add_absence(p, path, why, a->need);
		return;
	}
	if (is_directory && !is_there_as_directory(p, found))
		filter->field = KERNEL_FILTER_PATH;
	one->s = str_from(found);
	filter->paths = one;
	filter->npaths = 1;
	add_atom(p, a);
}

static void add_runtimes(struct planner *p, struct atom *a,
                         struct kernel_filter *filter)
{
	const struct kernel_target *t = p->request->target;

	if (t->nruntimes == 0)
		plan_add_absence(p, (struct str)KERNEL_RUNTIMES,
		                 "no container runtime is there", a->need);
	for (size_t i = 0; i < t->nruntimes; i++)
		add_path(p, a, filter, t->runtimes[i]);
}

static void add_paths(struct planner *p, struct atom *a,
                      struct kernel_filter *filter)
{
	const struct kernel_filter all = *filter;

	for (size_t i = 0; i < all.npaths; i++) {
		*filter = all;
		if (str_eq(all.paths[i].s, (struct str)KERNEL_RUNTIMES))
			add_runtimes(p, a, filter);
		else
			add_path(p, a, filter, all.paths[i].s);
	}
}

/* What is done to one file or directory is rare, whatever comes of it: fewer
 * rules are worth more. Returns which filter is the path's. */
static size_t forget_results(struct kernel_selection *s)
{
	size_t n = 0, path = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct kernel_filter f = s->filters[i];

		if (f.field == KERNEL_FILTER_EXIT ||
		    f.field == KERNEL_FILTER_SUCCESS)
			continue;
		s->filters[n] = f;
		if (choice_is_of_path(&f))
			path = n;
		n++;
	}
	s->count = n;
	return path;
}

static void take_selection(struct planner *p, struct atom *a,
                           const struct kernel_selection *s)
{
	struct kernel_selection *mine = &a->selection;
	bool has_path = false;

	mine->count = 0;
	for (size_t i = 0; i < s->count; i++)
		if (kernel_target_takes(p->request->target, a->call,
		                        &s->filters[i]))
			mine->filters[mine->count++] = s->filters[i];
	for (size_t i = 0; i < mine->count; i++)
		if (choice_is_of_path(&mine->filters[i]))
			has_path = true;
	if (!has_path) {
		add_atom(p, a);
		return;
	}
	add_paths(p, a, &mine->filters[forget_results(mine)]);
}

void plan_take_apart(struct planner *p)
{
	for (size_t i = 0; i < p->request->count; i++) {
		const struct kernel_needs *needs = &p->request->needs[i];

		for (size_t k = 0; k < needs->count; k++) {
			const struct kernel_need *n = &needs->items[k];
			struct atom a = { .call = n->call, .need = i };

			for (size_t j = 0; j < n->count; j++)
				take_selection(p, &a, &n->any[j]);
		}
	}
}
