/* SPDX-License-Identifier: GPL-2.0-or-later */
/* operand.h - the constant side of a check, prepared for matching. */
#ifndef SAKER_VM_OPERAND_H
#define SAKER_VM_OPERAND_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "saker/base/arena.h"
#include "saker/base/buf.h"
#include "saker/base/err.h"
#include "saker/vm/op.h"

/* Rules, not attackers, fill the tables: no secret is needed. */
#define OPERAND_SEED 0

struct path_set;

/* Immutable. Everything but regex lives in the program's arena. */
struct operand {
	enum op_class class;
	const struct value *values; /* one, or the items of a list */
	size_t count;
	const struct str *table; /* hash table of the strings of a list; NULL
	                          * when it was not prepared */
	size_t table_mask;
	const struct path_set *paths; /* of pmatch */
	pcre2_code *regex;
};

/* What matching writes to: one per thread. */
struct scratch {
	pcre2_match_data *match_data;
	pcre2_match_context *match_context;
	struct buf text;    /* of a subject, made valid UTF-8 */
	struct str checked; /* the last text of a pattern, of this event */
	struct str valid;   /* the same as valid UTF-8 */
	struct str hashed;  /* the last text in a set, of this event */
	uint64_t hash;
	uint64_t regex_limits; /* matches given up at a limit: no match */
	bool jit_late;         /* operand_jit() at a pattern's first match */
};

int scratch_init(struct scratch *s) must_check;
void scratch_done(struct scratch *s);
/* Before texts come that may lie where others lay. */
void scratch_forget(struct scratch *s);

/* Prepares values (copied into the arena, texts included) for op. 0, E_NOMEM;
 * E_INVALID with *ret_why (static or in the arena) and *ret_offset for a bad
 * pattern. */
int operand_init(struct operand *o, struct arena *arena, enum op op,
                 enum op_class class, const struct value *values,
                 size_t count) must_check;
/* Finds out whether a path is, or is below, one of many. */
int paths_build(struct operand *o, struct arena *arena) must_check;
bool paths_match(const struct path_set *set, struct str path);

int operand_compile_regex(struct operand *o, struct str pattern, char *ret_why,
                          size_t size, size_t *ret_offset) must_check;
/* Makes machine code of a pattern, which changes nothing but the time that a
 * match takes; nobody else may use it meanwhile. False: it cannot be. */
bool operand_jit(const struct operand *o);
void operand_done(struct operand *o);

/* Negative, 0, positive; both are numbers of any signedness. */
int value_compare_numbers(const struct value *a, const struct value *b);

#endif
