/* SPDX-License-Identifier: GPL-2.0-or-later */
/* needs.h - the kernel audit rules that conditions need to see their events. */
#ifndef SAKER_KERNEL_NEEDS_H
#define SAKER_KERNEL_NEEDS_H

#include "saker/base/arena.h"
#include "saker/base/err.h"

struct expr;
struct event_types;

enum kernel_filter_field {
	KERNEL_FILTER_A0, /* a0 to a3 in a row */
	KERNEL_FILTER_EXIT = 4,
	KERNEL_FILTER_SUCCESS,
	KERNEL_FILTER_FILETYPE, /* S_IF* of an object of the call */
	KERNEL_FILTER_FAMILY,   /* AF_* of the address given to it */
	KERNEL_FILTER_PERM,     /* AUDIT_PERM_* */
	KERNEL_FILTER_URING,    /* not by a call of its own, but by io_uring */
	KERNEL_FILTER_PATH,     /* one of the files is an object of the call */
	KERNEL_FILTER_DIR,      /* an object of the call lies below */
	KERNEL_FILTER_EUID,
	KERNEL_FILTER_PPID,
	/* of the device that an object is, or lies on */
	KERNEL_FILTER_DEVMAJOR,
	KERNEL_FILTER_DEVMINOR,
};

struct literal;

/* Stands for the files of all runtimes, as in rules. */
#define KERNEL_RUNTIMES STR_INIT("host_runtimes")

/* What the kernel can look at before it makes a record. */
struct kernel_filter {
	enum kernel_filter_field field;
	bool is_mask; /* one of the value's bits is enough; else equality */
	bool is_not;  /* any other value */
	bool is_less; /* any smaller value */
	int64_t value;
	/* of PATH and DIR; host_runtimes stands for the runtimes' files */
	const struct literal *paths;
	size_t npaths;
};

/* All of the filters must pass; without any, every call is taken. */
#define KERNEL_FILTERS 6
struct kernel_selection {
	struct kernel_filter filters[KERNEL_FILTERS];
	size_t count;
};

/* Calls of one name that are taken by one of the selections. */
struct kernel_need {
	struct str call; /* empty = of every name */
	const struct kernel_selection *any;
	size_t count;
};

struct kernel_needs {
	struct kernel_need *items;
	size_t count;
};

#define KERNEL_NEEDS_INIT ((struct kernel_needs){ 0 })

/* Adds what a condition of source syscall needs. Only what must hold for the
 * condition to be true becomes a filter: never is an event lost that it wants.
 * Everything lives in the arena, names borrow from the condition. 0 or E_NOMEM.
 */
int kernel_needs_add(struct kernel_needs *n, struct arena *arena,
                     const struct expr *e,
                     const struct event_types *types) must_check;

/* The same for a condition of source audit: most of its records come without
 * rules. */
int kernel_needs_add_records(struct kernel_needs *n, struct arena *arena,
                             const struct event_types *types) must_check;
/* Such a record comes only with a system call that a rule logs. */
bool kernel_record_needs_call(struct str type);

/* The calls by which is known who and where a process is. 0 or E_NOMEM. */
int kernel_needs_add_tracking(struct kernel_needs *n,
                              struct arena *arena) must_check;

struct kernel_target;

/* As rules in auditctl's form, each with its 64-bit and its 32-bit calls, and
 * socketcall beside those that it can make; at the end those for the same
 * operations by io_uring (auditctl 3.1), is_uring set. In the arena. 0 or
 * E_NOMEM. */
struct kernel_line {
	struct str text;
	bool is_uring;
};
int kernel_needs_lines(const struct kernel_needs *n,
                       const struct kernel_target *target, struct arena *arena,
                       struct kernel_line **ret, size_t *ret_count) must_check;

enum kernel_loaded {
	KERNEL_NOT_LOADED,
	KERNEL_LOADED_IN_PART, /* some of it, or under further conditions */
	KERNEL_LOADED,
};

/* Whether what each line asks for is asked for by the rules given; NULL = by
 * those that are loaded now. 0; E_DENIED, E_UNSUPPORTED, E_NOMEM, E_IO. */
struct kernel_rules;
int kernel_lines_loaded(const struct kernel_line *lines, size_t count,
                        const struct kernel_rules *given,
                        enum kernel_loaded *ret) must_check;

#endif
