/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.h - a plan in the making; private to src/kernel. */
#ifndef SAKER_SRC_KERNEL_PLAN_H
#define SAKER_SRC_KERNEL_PLAN_H

#include "choice.h"
#include "saker/base/buf.h"
#include "saker/kernel/plan.h"

/* A need taken apart: one call, one path at most, only what the target takes.
 */
struct atom {
	struct str call;
	struct kernel_selection selection;
	size_t need;
};

/* Calls that one selection is for. */
struct selected {
	struct kernel_selection selection;
	const struct str *calls;
	size_t count;
};

/* A call with all that is asked for of it. */
struct planned_call {
	struct str name;
	struct selections selections;
};

struct planner {
	const struct kernel_plan_request *request;
	struct arena *arena;
	struct derivation derivation;
	struct buf atoms;     /* struct atom */
	const size_t *owners; /* of each atom: the number of what is selected */
	struct buf selected;  /* struct selected */
	struct buf absent;    /* struct kernel_absence */
	struct buf groups;    /* struct kernel_group */
};

/* Finds the atoms of all needs, and what is absent. */
void plan_take_apart(struct planner *p);
/* The rules that the atom needs, if each file, register and result need not be
 * told apart: one or more atoms. */
void plan_spare_atom(const struct atom *a, struct buf *out);
/* The same for what is asked for of one call, and for files by all calls. */
void plan_spare_call(struct planner *p, struct planned_call *call);
void plan_unite_paths(struct planner *p, struct planned_call *calls,
                      size_t ncalls);
/* " -F field=value" for each; registers false = but for those. */
void plan_add_filters(const struct kernel_selection *s, bool registers,
                      struct buf *out);
bool plan_is_of_uring(const struct kernel_selection *s);
/* Makes groups of what was selected. */
void plan_write(struct planner *p);

void plan_add_absence(struct planner *p, struct str what, const char *why,
                      size_t need);
/* The path as the kernel has to be given it: without symbolic links. NULL with
 * *ret_why (static) when it cannot stand in a rule. */
const char *plan_resolve(struct planner *p, struct str path, bool is_directory,
                         const char **ret_why);

/* Several have it, so that none is necessary for it. */
#define OWNED_BY_SEVERAL SIZE_MAX

#define ITEMS(type, buf)  ((const type *)(const void *)(buf).data)
#define NITEMS(type, buf) ((buf).len / sizeof(type))

#endif
