/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ruleset.c - rule files to a rule set: condition by condition into one
 * program, then the index. */
#include "saker/engine/ruleset.h"

#include <stdlib.h>

#include "engine.h"
#include "lint.h"
#include "saker/base/io.h"

struct loading {
	struct arena arena; /* source texts and trees, gone after loading */
	struct rules rules;
	struct diag_list *diags;
	size_t first_diag; /* of this loading */
	struct ruleset *set;
	struct builder *builder;
	struct checker checker;
	struct event_types *types;              /* of each rule of the set */
	struct linted *linted;                  /* the same */
	struct rule_origin *origins;            /* the same */
	const struct rule_selection *selection; /* NULL = all */
};

/* A condition with its macros is far longer than the rule: who only matches
 * does without. */
static int keep_compiled(struct loading *l, const struct expr *e,
                         struct rule *rule)
{
	auto_buf struct buf text = BUF_INIT;

	if (l->selection != NULL && !l->selection->keep && !l->rules.lint)
		return 0;
	expr_print(e, &text);
	rule->compiled = arena_copy(&l->set->arena, buf_str(&text));
	return text.failed || rule->compiled.s == NULL ? E_NOMEM : 0;
}

/* Falco's words, and its error: the kernel is asked for these types only. */
static int find_event_types(struct loading *l, const struct expr *e,
                            const struct rule *rule)
{
	const char *why;
	const struct term *t = event_types_refused(e, &why);

	if (t != NULL && rule->source == SOURCE_SYSCALL)
		return rules_error(&l->rules, "LOAD_ERR_COMPILE_CONDITION",
		                   t->at, t->length, "%s", why);
	return event_types_of(&l->arena, e, &l->types[l->set->count]);
}

/* Both halves are always tried, so that the errors of both are told. */
static int compile_rule(struct loading *l, struct definition *d, bool quiet,
                        struct rule *rule)
{
	const struct expr *e = NULL;
	node_id root = E_INVALID;
	int r = rules_condition(&l->rules, d, &e);
	int built;

	l->checker.quiet_unknown = quiet;
	rules_set_part(&l->rules, quiet ? "condition expression" : NULL,
	               STR_NONE);
	if (e != NULL)
		root = checker_condition(&l->checker, e);
	rules_set_part(&l->rules, quiet ? "rule output expression" : NULL,
	               STR_NONE);
	if (r < 0 && root != E_NOMEM)
		root = r;
	built = rule_build(&l->rules, &l->set->arena, d, quiet, rule);
	rules_set_part(&l->rules, NULL, STR_NONE);
	if (root == E_NOMEM || built == E_NOMEM)
		return E_NOMEM;
	if (root < 0 || built < 0)
		return root == E_INVALID || built == E_INVALID ? E_INVALID
		                                               : E_NOT_FOUND;
	r = find_event_types(l, e, rule);
	if (r < 0)
		return r;
	if (keep_compiled(l, e, rule) < 0)
		return E_NOMEM;
	rule->can_fire = condition_can_fire(e, &rule->missing);
	rule->missing = arena_copy(&l->set->arena, rule->missing);
	l->linted[l->set->count] =
		(struct linted){ d, e, &l->types[l->set->count], rule, root };
	l->origins[l->set->count] =
		(struct rule_origin){ d, e, &l->types[l->set->count] };
	return rule->missing.s != NULL ? builder_add_rule(l->builder, root)
	                               : E_NOMEM;
}

static void warn_event_types(struct loading *l, const struct definition *d,
                             enum rule_source source)
{
	bool warn = true;

	yaml_to_bool(d->values[KEY_WARN_EVTTYPES], &warn);
	if (warn && source == SOURCE_SYSCALL &&
	    event_types_are_many(&l->types[l->set->count]))
		rules_warn(&l->rules, "LOAD_NO_EVTTYPE",
		           d->values[KEY_CONDITION]->at, 1,
		           "Rule matches too many evt.type values. This has a "
		           "significant performance penalty.");
}

static int add_rule(struct loading *l, struct definition *d)
{
	struct rule *rule = &l->set->rules[l->set->count];
	enum rule_source source;
	bool skip = false;
	int r;

	if (!rule_source_parse(d->values[KEY_SOURCE], &source)) {
		const struct yaml *y = d->values[KEY_SOURCE];

		rules_warn(&l->rules, "LOAD_UNKNOWN_SOURCE", y->at,
		           y->text.s.len, "Unknown source %.*s, skipping",
		           STR_FMT(y->text.s));
		return 0;
	}
	yaml_to_bool(d->values[KEY_SKIP_IF_UNKNOWN_FILTER], &skip);
	r = compile_rule(l, d, skip, rule);
	if (r == E_INVALID || r == E_NOT_FOUND)
		return 0; /* told; on to the next */
	if (r < 0)
		return r;
	warn_event_types(l, d, source);
	l->set->count++;
	return 0;
}

static int add_rules(struct loading *l)
{
	size_t count = rules_count(&l->rules, DEFINES_RULE);

	l->set->rules = arena_array(&l->set->arena, struct rule, count + 1);
	l->types = arena_array(&l->arena, struct event_types, count + 1);
	l->linted = arena_array(&l->arena, struct linted, count + 1);
	l->origins = arena_array(&l->arena, struct rule_origin, count + 1);
	l->builder = builder_new(&l->set->arena);
	if (l->linted == NULL || l->set->rules == NULL || l->types == NULL ||
	    l->origins == NULL || l->builder == NULL)
		return E_NOMEM;
	if (l->selection != NULL && l->selection->jit_late)
		builder_jit_late(l->builder);
	checker_init(&l->checker, &l->rules, l->builder);
	for (size_t i = 0; i < count; i++) {
		struct definition *d = rules_get(&l->rules, DEFINES_RULE, i);
		int r;

		rules_set_item(&l->rules, d);
		r = add_rule(l, d);
		if (r < 0)
			return r;
	}
	/* what wrong rules would have used is not known */
	if (l->diags->errors == 0)
		rules_warn_unused(&l->rules);
	return 0;
}

static int plan(struct loading *l)
{
	node_id *roots = arena_array(&l->arena, node_id, l->set->count + 1);

	if (roots == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < l->set->count; i++)
		roots[i] = l->linted[i].root;
	return partitions_plan(l->set, l->builder, roots);
}

/* Disabled rules are checked like the others, and found for no event. */
static int build_index(struct loading *l)
{
	struct ruleset *s = l->set;

	for (uint32_t i = 0; i < s->count; i++)
		if (s->rules[i].enabled &&
		    index_add_names(&s->index[s->rules[i].source], &s->arena,
		                    &l->types[i]) < 0)
			return E_NOMEM;
	for (uint32_t i = 0; i < s->count; i++)
		if (s->rules[i].enabled &&
		    index_add_rule(&s->index[s->rules[i].source], i,
		                   &l->types[i]) < 0)
			return E_NOMEM;
	return plan(l);
}

static int compile(struct loading *l)
{
	int r = rules_compile_macros(&l->rules);

	if (r == 0)
		r = add_rules(l);
	if (r == 0 && l->diags->errors > 0)
		r = E_INVALID;
	if (r == 0)
		selection_apply(l->selection, l->set->rules, l->set->count,
		                l->diags);
	if (r == 0 && l->rules.lint)
		r = lint_rules(&l->rules, l->builder, l->linted, l->set->count);
	if (r == 0)
		r = build_index(l);
	return r == 0 ? builder_finish(l->builder, &l->set->program) : r;
}

static int start(struct loading *l, struct diag_list *diags)
{
	*l = (struct loading){ .diags = diags, .first_diag = diags->count };
	rules_init(&l->rules, &l->arena, diags);
	l->set = calloc(1, sizeof(*l->set));
	if (l->set == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < SOURCES; i++)
		index_init(&l->set->index[i]);
	return 0;
}

static void keep_sources(struct loading *l)
{
	l->set->origins = l->origins;
	l->set->sources = l->arena;
	l->arena = ARENA_INIT;
}

static int finish(struct loading *l, int r, struct ruleset **ret)
{
	if (r == 0)
		r = compile(l);
	diag_sort(l->diags, l->first_diag);
	if (r == 0)
		l->set->hash = l->rules.hash;
	rules_done(&l->rules);
	builder_free(l->builder);
	if (l->builder != NULL)
		checker_done(&l->checker);
	if (r == 0 && l->selection != NULL && l->selection->keep)
		keep_sources(l);
	arena_done(&l->arena);
	if (r == 0)
		*ret = l->set;
	else
		ruleset_free(l->set);
	return r;
}

int ruleset_load(const char *const *paths, size_t npaths,
                 const struct rule_selection *selection,
                 struct diag_list *diags, struct ruleset **ret)
{
	struct loading l;
	int r = start(&l, diags);

	l.selection = selection;
	l.rules.lint = selection != NULL && selection->lint;
	if (r == 0)
		r = selection_check(selection, diags);
	if (r == 0 && selection != NULL && selection->files != NULL)
		r = rules_read_set(&l.rules, selection->files);
	else
		for (size_t i = 0; i < npaths && r == 0; i++)
			r = rules_read_path(&l.rules, paths[i]);
	return finish(&l, r, ret);
}

int ruleset_load_text(const char *name, struct str text,
                      struct diag_list *diags, struct ruleset **ret)
{
	struct loading l;
	int r = start(&l, diags);

	if (r == 0)
		r = rules_read_text(&l.rules, name, text);
	return finish(&l, r, ret);
}

void ruleset_free(struct ruleset *rs)
{
	if (rs == NULL)
		return;
	program_done(&rs->program);
	for (size_t i = 0; i < SOURCES; i++)
		index_done(&rs->index[i]);
	arena_done(&rs->sources);
	arena_done(&rs->arena);
	free(rs);
}

size_t ruleset_count(const struct ruleset *rs)
{
	return rs->count;
}

uint64_t ruleset_hash(const struct ruleset *rs)
{
	return rs->hash;
}

const struct rule *ruleset_rule(const struct ruleset *rs, size_t i)
{
	return &rs->rules[i];
}

const struct rule_origin *ruleset_origin(const struct ruleset *rs, size_t i)
{
	return rs->origins != NULL ? &rs->origins[i] : NULL;
}

ptrdiff_t ruleset_find(const struct ruleset *rs, struct str name)
{
	for (size_t i = 0; i < rs->count; i++)
		if (str_eq(rs->rules[i].name, name))
			return (ptrdiff_t)i;
	return E_NOT_FOUND;
}

static bool is_equality(enum op op)
{
	return op == OP_EQ || op == OP_NE || op == OP_IN || op == OP_INTERSECTS;
}

void ruleset_each_constant(const struct ruleset *rs, enum field_id field,
                           void (*fn)(void *arg, struct str value), void *arg)
{
	const struct program *p = &rs->program;

	for (size_t i = 0; i < p->nchecks; i++) {
		const struct check *c = &p->checks[i];

		const struct vm_input *in = &p->inputs[c->input];

		if (in->kind != INPUT_FIELD || in->info->id != field ||
		    !is_equality(c->op))
			continue;
		for (uint32_t n = 0; n < c->noperands; n++)
			for (size_t v = 0; v < c->operands[n].count; v++)
				if (c->operands[n].class == CLASS_STRING)
					fn(arg, c->operands[n].values[v].str);
	}
}

bool ruleset_wants(const struct ruleset *rs, enum rule_source source,
                   struct str event_type)
{
	return index_find(&rs->index[source], event_type)->rules.count > 0;
}

void ruleset_disassemble(const struct ruleset *rs, size_t rule, struct buf *out)
{
	program_disassemble(&rs->program, (uint32_t)rule, out);
}
