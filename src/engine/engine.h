/* SPDX-License-Identifier: GPL-2.0-or-later */
/* engine.h - what the parts of the rule set share. */
#ifndef SAKER_SRC_ENGINE_ENGINE_H
#define SAKER_SRC_ENGINE_ENGINE_H

#include "saker/engine/ruleset.h"
#include "saker/lang/check.h"
#include "saker/lang/event_types.h"
#include "saker/vm/builder.h"
#include "saker/vm/vm.h"

#define SOURCES 2

/* Rules by number, in definition order. */
struct rule_numbers {
	uint32_t *items;
	size_t count;
	size_t cap;
};

/* The rules that want an atom: some of the branch's, which are places among the
 * rules of the partition. */
struct posting {
	uint32_t atom;
	uint32_t first;
	uint32_t count; /* 0 = a free slot */
};

/* One lookup, and which rules each of its atoms calls for. */
struct probe {
	uint32_t lookup;
	uint32_t mask;
	struct posting *slots;
	uint32_t nrules;
	uint32_t *rules;
};

/* Tests of a partition are bits. */
#define TESTS_MAX 64u

/* Rules that share parts of their conditions: while one of these is false, none
 * of the rules is looked at. */
struct branch {
	uint64_t needs;  /* which of the partition's tests must be true */
	uint32_t nrules; /* that are tried for each event */
	uint32_t nprobes;
	uint32_t *rules;
	struct probe *probes;
};

/* The rules for one type of events. */
struct partition {
	struct str name; /* of the type; empty: all others */
	struct rule_numbers rules;
	uint32_t *bodies; /* by place in rules: what is left of the condition
	                   * for this type, among the program's rules */
	uint32_t *tests;  /* the same for what several of them need */
	struct branch *branches;
	uint32_t nbranches;
	uint32_t number; /* among all partitions */
};

/* Event type -> rules that can match it. */
struct index {
	struct map types;        /* name -> struct partition */
	struct partition others; /* for types that no rule names */
};

struct ruleset {
	struct arena arena;
	struct rule *rules;
	size_t count;
	uint64_t hash;
	struct program program;
	struct index index[SOURCES];
	uint32_t npartitions;
	struct arena sources;        /* texts and trees, when they are kept */
	struct rule_origin *origins; /* NULL when not */
};

/* Everything of d but its condition. 0; E_INVALID with the errors in the
 * rules' diags; E_NOMEM. */
int rule_build(struct rules *r, struct arena *arena, const struct definition *d,
               bool quiet_unknown, struct rule *ret) must_check;
int response_parse(struct rules *r, const struct yaml *y,
                   struct rule_response *ret) must_check;
/* The mapping of threshold, or of suppress. The same results. */
int threshold_parse(struct rules *r, struct arena *arena, const struct yaml *y,
                    struct rule_frequency *ret) must_check;
int suppress_parse(struct rules *r, struct arena *arena, const struct yaml *y,
                   struct rule_frequency *ret) must_check;
/* False for a source that saker has not. */
bool rule_source_parse(const struct yaml *y, enum rule_source *ret);

/* 0, or E_INVALID with the reasons in diags. */
int selection_check(const struct rule_selection *s,
                    struct diag_list *diags) must_check;
/* Warns of choices that fit no rule. s NULL = all rules. */
void selection_apply(const struct rule_selection *s, struct rule *rules,
                     size_t count, struct diag_list *diags);

void index_init(struct index *x);
void index_done(struct index *x);
/* In definition order: names all rules' types first, then the rules. */
int index_add_names(struct index *x, struct arena *arena,
                    const struct event_types *t) must_check;
int index_add_rule(struct index *x, uint32_t rule,
                   const struct event_types *t) must_check;
const struct partition *index_find(const struct index *x, struct str type);

/* Divides the rules of all partitions into branches, which live in the set's
 * arena; roots are its rules' conditions. The builder gets the tests as rules
 * behind those. 0 or E_NOMEM. */
int partitions_plan(struct ruleset *set, struct builder *b,
                    const node_id *roots) must_check;

#endif
