/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.h - the smallest set of kernel rules that many needs share, with who
 * needs which. */
#ifndef SAKER_KERNEL_PLAN_H
#define SAKER_KERNEL_PLAN_H

#include "saker/kernel/target.h"

struct kernel_plan_request {
	const struct kernel_target *target;
	const struct kernel_needs *needs;
	size_t count;
	/* A name of each, for the rules' keys: prefix, then the names of those
	 * who need the rule, as far as they fit. */
	const struct str *names;
	const char *prefix;
	/* Programs that are not to be seen: files, may be NULL. */
	const struct str *own;
	size_t nown;
	bool all_uring; /* for io_uring even where it is not taken */
	/* Nothing but what the needs ask for, in however many rules. */
	bool exact;
};

/* Rules for the same, one an architecture. */
struct kernel_group {
	struct str key;
	const struct str *lines;
	size_t nlines;
	const size_t *served; /* numbers of the needs */
	size_t nserved;
	struct str numbers; /* "437 = openat2" for calls given by number */
	bool is_uring;
	bool is_own;      /* "never", for programs that are not to be seen */
	bool is_any;      /* any call at all: too much to be loaded unasked */
	bool is_optional; /* of a directory that not every host has */
};

/* What is asked for and cannot be selected on that host. */
struct kernel_absence {
	struct str path; /* or a call by io_uring */
	const char *why;
	const size_t *served;
	size_t nserved;
};

struct kernel_plan {
	const struct kernel_group *groups; /* in the order of the rules */
	size_t ngroups;
	const struct kernel_absence *absent;
	size_t nabsent;
};

/* Everything is in the arena, or borrowed from the request. 0 or E_NOMEM. */
int kernel_plan_make(const struct kernel_plan_request *request,
                     struct arena *arena, struct kernel_plan *ret) must_check;

#endif
