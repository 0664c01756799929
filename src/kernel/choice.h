/* SPDX-License-Identifier: GPL-2.0-or-later */
/* choice.h - selections of system calls, combined by AND and OR; private to
 * src/kernel. */
#ifndef SAKER_SRC_KERNEL_CHOICE_H
#define SAKER_SRC_KERNEL_CHOICE_H

#include "saker/event/field.h"
#include "saker/kernel/needs.h"
#include "saker/lang/ast.h"

/* Each is a rule in the kernel, twice. More are no restriction. */
#define CHOICE_MOST 64u

/* One of them must take the call. None: never true. One without filters: no
 * restriction. */
struct choice {
	const struct kernel_selection *any;
	size_t count;
};

/* One in the making. */
struct selections {
	struct kernel_selection *items;
	size_t count;
};

extern const struct choice choice_everything;
extern const struct choice choice_nothing;

struct derivation {
	struct arena *arena;
	struct str type; /* of the event; empty = any */
	/* what the rest of the condition says of the process */
	bool on_host, in_container;
	bool nomem;
};

/* Room for so many selections, to be filled by choice_add(). NULL when out of
 * memory, and the derivation knows. */
struct kernel_selection *choice_room(struct derivation *d, size_t count);
/* Keeps none that another one includes. */
void choice_add(struct selections *l, const struct kernel_selection *s);
/* instead: what there is when they are too many. */
struct choice choice_made(const struct selections *s,
                          const struct choice *instead);
bool choice_same_filter(const struct kernel_filter *a,
                        const struct kernel_filter *b);
/* What a takes, b takes, too. */
bool choice_is_within(const struct kernel_selection *a,
                      const struct kernel_selection *b);
bool choice_is_of_path(const struct kernel_filter *f);
struct choice choice_or(struct derivation *d, const struct choice *a,
                        const struct choice *b);
struct choice choice_and(struct derivation *d, const struct choice *a,
                         const struct choice *b);

/* Operators by which one of the values is the field's. */
bool choice_is_equality(enum op op);

/* "container.id = host": 1, "!=": -1, 0 for anything else. */
int choice_place_of(const struct comparison *c);
/* Takes down what an AND's parts say of the place. */
void choice_learn_place(struct derivation *d, const struct expr *e);

extern const struct choice choice_cgroups; /* below /sys/fs/cgroup */

/* What the kernel can check of the call's objects for the comparison to be
 * true. False = nothing. */
bool objects_choice(struct derivation *d, const struct comparison *c,
                    const struct field_info *field, struct choice *ret);

#endif
