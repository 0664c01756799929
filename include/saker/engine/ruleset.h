/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ruleset.h - an immutable, compiled rule set, and matching events on it. */
#ifndef SAKER_ENGINE_RULESET_H
#define SAKER_ENGINE_RULESET_H

#include "saker/base/diag.h"
#include "saker/base/err.h"
#include "saker/base/file_set.h"
#include "saker/engine/rule.h"

struct ruleset;

/* Which of the rules are to be used. The others are still checked. */
struct rule_selection {
	enum priority lowest;
	/* "enable NAME", "disable tag:TAG", in order; * stands for any text */
	const char *const *choices;
	size_t nchoices;
	bool lint; /* notes on what is valid and still doubtful */
	/* what the files say, where somebody else has read them; NULL: they
	 * are read */
	const struct file_set *files;
	/* what rules were made from, for ruleset_origin(), and rule.compiled */
	bool keep;
	/* machine code of patterns is made when they are first tried: for one
	 * matcher at a time, and not where memory may not become code then */
	bool jit_late;
};

/* Loads rule files, or directories' *.yaml in name order, in the given order
 * and compiles them. 0 with *ret set; E_INVALID when there were errors (all of
 * them in diags), E_NOMEM. Warnings are in diags either way. selection NULL =
 * all rules. Paths are not looked at where selection has the files. */
int ruleset_load(const char *const *paths, size_t npaths,
                 const struct rule_selection *selection,
                 struct diag_list *diags, struct ruleset **ret) must_check;
/* The same from one text; name stands for the file in diagnostics. */
int ruleset_load_text(const char *name, struct str text,
                      struct diag_list *diags, struct ruleset **ret) must_check;
void ruleset_free(struct ruleset *rs);

/* In definition order, disabled ones included. */
size_t ruleset_count(const struct ruleset *rs);
/* A hash of the files' names and contents: the same for the same rules. */
uint64_t ruleset_hash(const struct ruleset *rs);
const struct rule *ruleset_rule(const struct ruleset *rs, size_t i);

struct definition;
struct expr;
struct event_types;

/* What a rule was made from; borrowed from the rule set. */
struct rule_origin {
	const struct definition *definition;
	const struct expr *expr; /* with exceptions, lists and macros put in */
	const struct event_types *types;
};
/* NULL unless the rule set was loaded to keep them. */
const struct rule_origin *ruleset_origin(const struct ruleset *rs, size_t i);
/* The number of the rule of that name; E_NOT_FOUND. */
ptrdiff_t ruleset_find(const struct ruleset *rs, struct str name);

/* Constant strings that rules compare a field with, for what must be resolved
 * outside (fs.path.identity): calls fn for each. */
void ruleset_each_constant(const struct ruleset *rs, enum field_id field,
                           void (*fn)(void *arg, struct str value), void *arg);
/* True when some enabled rule can match events of that type. */
bool ruleset_wants(const struct ruleset *rs, enum rule_source source,
                   struct str event_type);

/* The rule's program as text, for people. */
void ruleset_disassemble(const struct ruleset *rs, size_t rule,
                         struct buf *out);

/* Scratch memory for evaluation: one per thread. NULL when out of memory. */
struct matcher;
struct matcher *matcher_new(const struct ruleset *rs);
void matcher_free(struct matcher *m);
struct thresholds;
/* Rules with a threshold match when it is reached, and the rules behind them
 * are tried until then; without it, or with NULL, with every event. Borrowed.
 */
void matcher_use_thresholds(struct matcher *m, struct thresholds *t);
/* Patterns given up on at a limit, since the start. */
uint64_t matcher_regex_limits(const struct matcher *m);
/* Rules that match, in definition order. all = false stops at the first.
 * Returns how many; *ret_hits borrows from the matcher until its next use. */
size_t matcher_match(struct matcher *m, enum rule_source source,
                     struct str event_type, const struct field_source *fields,
                     bool all, const struct rule *const **ret_hits);

#endif
