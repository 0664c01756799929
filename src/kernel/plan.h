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

struct planner {
	const struct kernel_plan_request *request;
	struct arena *arena;
	struct derivation derivation;
	struct buf atoms;    /* struct atom */
	struct buf selected; /* struct selected */
	struct buf absent;   /* struct kernel_absence */
	struct buf groups;   /* struct kernel_group */
};

/* Finds the atoms of all needs, and what is absent. */
void plan_take_apart(struct planner *p);
/* Makes groups of what was selected. */
void plan_write(struct planner *p);

void plan_add_absence(struct planner *p, struct str what, const char *why,
                      size_t need);
/* The path as the kernel has to be given it: without symbolic links. NULL with
 * *ret_why (static) when it cannot stand in a rule. */
const char *plan_resolve(struct planner *p, struct str path, bool is_directory,
                         const char **ret_why);

#define ITEMS(type, buf)  ((const type *)(const void *)(buf).data)
#define NITEMS(type, buf) ((buf).len / sizeof(type))

#endif
