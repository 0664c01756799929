/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ast.h - a condition as a tree. */
#ifndef SAKER_LANG_AST_H
#define SAKER_LANG_AST_H

#include "saker/lang/text.h"
#include "saker/vm/input.h"
#include "saker/vm/op.h"

enum expr_kind {
	EXPR_AND,
	EXPR_OR,
	EXPR_NOT,
	EXPR_CHECK,
	EXPR_MACRO
};

enum term_kind {
	TERM_FIELD,       /* proc.aname[2] */
	TERM_TRANSFORMER, /* tolower(...) */
	TERM_VAL,         /* val(field), on a right side */
	TERM_LITERAL,     /* inside a transformer */
	TERM_LIST,        /* inside a transformer */
};

struct term {
	enum term_kind kind;
	struct position at;
	size_t length;
	struct str name; /* field, transformer, or the literal */
	bool has_arg;
	struct str arg;
	const struct term *first; /* what is in the brackets */
	const struct term *next;
};

enum right_kind {
	RIGHT_NONE,
	RIGHT_VALUE, /* one value */
	RIGHT_LIST,
	RIGHT_NAME, /* a bare name where a list is expected */
	RIGHT_TERM, /* val(field) or a transformer */
};

struct literal {
	struct str s; /* unquoted */
	struct position at;
	size_t length;
};

struct comparison {
	const struct term *left;
	enum op op;
	enum op_modifier modifier;
	struct position op_at;
	enum right_kind right_kind;
	const struct literal *values;
	size_t nvalues;
	const struct term *right;
};

/* Immutable once made, so that a macro's tree is shared by its users. */
struct expr {
	enum expr_kind kind;
	struct position at;
	struct str name;  /* EXPR_MACRO */
	struct str macro; /* that it stands for; empty = none */
	const struct comparison *check;
	const struct expr *const *children;
	size_t count;
	size_t weight; /* nodes, shared ones counted each time */
	size_t depth;
	bool has_macros; /* in it, or is one */
};

/* AND or OR of two or more, NOT of one. NULL when out of memory. */
struct expr *expr_new(struct arena *arena, enum expr_kind kind,
                      struct position at, const struct expr *const *children,
                      size_t count);

/* As Falco prints conditions: every AND and OR in brackets, values quoted
 * where they must be (and in transformers). Parses to the same tree. */
void expr_print(const struct expr *e, struct buf *out);

#endif
