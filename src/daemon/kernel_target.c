/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_target.c - this host as a target of kernel rules. */
#include "saker/daemon/kernel_target.h"

#include <stdlib.h>

#include "saker/base/io.h"
#include "saker/container/tracker.h"

struct finder {
	struct arena *arena;
	bool anywhere;    /* whether it is here or not */
	struct buf found; /* struct str */
};

/* Distributions have several names for one directory. */
static int add_runtime(void *arg, struct str path)
{
	struct finder *f = arg;
	auto_buf struct buf name = BUF_INIT;
	auto_free char *real = NULL;
	const struct str *items = (const void *)f->found.data;
	struct str copy;

	buf_add_str(&name, path);
	if (name.failed)
		return E_NOMEM;
	if (f->anywhere &&
	    !kernel_target_is_everywhere(
		    str_take(path, path.len - str_basename(path).len - 1)))
		return 0;
	real = f->anywhere ? strdup(buf_cstr(&name))
	                   : realpath(buf_cstr(&name), NULL);
	if (real == NULL)
		return f->anywhere ? E_NOMEM : 0;
	for (size_t i = 0; i < f->found.len / sizeof(*items); i++)
		if (str_eq(items[i], str_from(real)))
			return 0;
	copy = arena_copy(f->arena, str_from(real));
	buf_add(&f->found, &copy, sizeof(copy));
	return copy.s == NULL || f->found.failed ? E_NOMEM : 0;
}

static int find_runtimes(const struct config *config, struct finder *f)
{
	int r = tracker_each_runtime_path(add_runtime, f);

	for (size_t i = 0; r == 0 && i < config->runtimes.count; i++)
		r = add_runtime(f, str_from(config->runtimes.items[i]));
	return r;
}

static int take_runtimes(struct finder *f, struct kernel_target *t)
{
	struct str *copy = arena_alloc(f->arena, f->found.len + 1);

	if (copy == NULL)
		return E_NOMEM;
	if (f->found.len > 0)
		memcpy(copy, f->found.data, f->found.len);
	t->runtimes = copy;
	t->nruntimes = f->found.len / sizeof(*copy);
	return 0;
}

int daemon_kernel_target(const struct config *config, struct arena *arena,
                         struct kernel_target *ret)
{
	struct finder f = { .arena = arena };
	struct kernel_target t;
	int r = kernel_target_here(&t);

	if (r == 0)
		r = find_runtimes(config, &f);
	if (r == 0)
		r = take_runtimes(&f, &t);
	if (r == 0)
		*ret = t;
	buf_done(&f.found);
	return r;
}

int daemon_portable_target(struct arena *arena, struct kernel_target *ret)
{
	struct finder f = { .arena = arena, .anywhere = true };
	struct kernel_target t;
	int r = kernel_target_portable(&t);

	if (r == 0)
		r = tracker_each_runtime_path(add_runtime, &f);
	if (r == 0)
		r = take_runtimes(&f, &t);
	if (r == 0)
		*ret = t;
	buf_done(&f.found);
	return r;
}
