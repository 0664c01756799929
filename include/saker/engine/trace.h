/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace.h - one rule taken apart: which of its sub-expressions is true for an
 * event, every one of them evaluated. */
#ifndef SAKER_ENGINE_TRACE_H
#define SAKER_ENGINE_TRACE_H

#include "saker/engine/ruleset.h"

struct trace;

enum trace_kind {
	TRACE_AND,
	TRACE_OR,
	TRACE_NOT,
	TRACE_CHECK
};

/* Falco's semantics: what is missing counts as false in what it is part of. */
enum truth {
	TRUTH_FALSE,
	TRUTH_TRUE,
	TRUTH_MISSING, /* a check of a field without value; never of "exists" */
};

/* Nodes are numbered depth first, 0 is the whole condition: the first child of
 * an inner node i is i + 1, and what follows a node is its end. */
struct trace_node {
	enum trace_kind kind;
	uint32_t parent;  /* the root's is 0 */
	uint32_t end;     /* the number after its last descendant */
	uint32_t depth;   /* 0 = the root */
	struct str macro; /* that it stands for; empty = none */
	const char *file; /* NULL = not known */
	unsigned line;
	unsigned column;
};

/* What a check compares, or reads to make that. */
struct trace_value {
	struct str name;           /* as in the condition: "proc.aname[2]" */
	const struct value *value; /* NULL = none */
};

/* Takes a rule of a set that was loaded to keep its sources; the set must
 * outlive it. 0; E_NOT_FOUND when nothing was kept; E_NOMEM. */
int trace_new(const struct ruleset *rules, size_t rule,
              struct trace **ret) must_check;
void trace_free(struct trace *t);

size_t trace_count(const struct trace *t);
const struct trace_node *trace_node(const struct trace *t, size_t node);
/* The node as conditions are printed. */
void trace_print(const struct trace *t, size_t node, struct buf *out);

/* Evaluates all nodes by the code that runs rules. What fields reads from
 * must stay valid for trace_value(). */
void trace_evaluate(struct trace *t, const struct field_source *fields);
enum truth trace_truth(const struct trace *t, size_t node);
/* "true", "false", "missing". Static. */
const char *truth_name(enum truth truth);
/* The n-th value of a check: what is compared first, then the fields that it is
 * made of. False past the last. The value is
 * borrowed until the next evaluation; render_value() shows it. */
bool trace_value(struct trace *t, size_t node, size_t n,
                 struct trace_value *ret);

/* How many checks would have to come out otherwise for the condition to be
 * true: 0 = it is. */
size_t trace_distance(struct trace *t);
/* After trace_distance(): true for those checks, one choice of the fewest. */
bool trace_is_blamed(const struct trace *t, size_t node);

#endif
