/* SPDX-License-Identifier: GPL-2.0-or-later */
/* engine.h - what the parts of the rule set share. */
#ifndef SAKER_SRC_ENGINE_ENGINE_H
#define SAKER_SRC_ENGINE_ENGINE_H

#include "saker/engine/ruleset.h"
#include "saker/lang/check.h"
#include "saker/lang/event_types.h"
#include "saker/vm/vm.h"

#define SOURCES 2

/* Rules by number, in definition order. */
struct rule_numbers {
	uint32_t *items;
	size_t count;
	size_t cap;
};

/* Event type -> rules that can match it. */
struct index {
	struct map types;           /* name -> struct rule_numbers */
	struct rule_numbers others; /* for types that no rule names */
};

struct ruleset {
	struct arena arena;
	struct rule *rules;
	size_t count;
	uint64_t hash;
	struct program program;
	struct index index[SOURCES];
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
const struct rule_numbers *index_find(const struct index *x, struct str type);

#endif
