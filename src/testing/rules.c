/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules.c - the rules under test, and whether tests name rules that exist. */
#include <limits.h>

#include "saker/daemon/engine.h"
#include "saker/testing/run.h"
#include "saker/vm/op.h"

int test_rules_init(struct test_rules *ret, const struct config *config,
                    const char *const *paths, size_t npaths,
                    struct diag_list *diags)
{
	struct test_rules made = { .config = *config };
	int r;

	if (npaths != 0)
		made.config.rules =
			(struct config_list){ (const char **)(uintptr_t)paths,
			                      npaths };
	made.config.output = (struct config_list){ 0 };
	r = engine_load_rules(&made.config, ENGINE_EXPLAIN, diags,
	                      &made.ruleset);
	if (r == 0)
		r = coverage_init(&made.coverage, made.ruleset);
	if (r == 0)
		*ret = made;
	else
		ruleset_free(made.ruleset);
	return r;
}

void test_rules_done(struct test_rules *r)
{
	coverage_done(&r->coverage);
	ruleset_free(r->ruleset);
	*r = (struct test_rules){ 0 };
}

static void suggest(const struct coverage *c, struct str word, struct diag *d)
{
	unsigned best = UINT_MAX;

	for (size_t i = 0; d != NULL && i < c->count; i++) {
		struct str name = c->rules[i].rule->name;
		unsigned distance = str_edit_distance(word, name);

		if (distance > name.len / 2 || distance >= best)
			continue;
		best = distance;
		diag_set_hint(d, "did you mean '%.*s'?", STR_FMT(name));
	}
}

static void check_name(const struct test_rules *r, const struct suite_text *t,
                       bool is_pattern, struct diag_list *diags)
{
	const struct coverage *c = &r->coverage;
	struct diag_place place = position_place(t->at, t->s.len);
	bool is_disabled;

	for (size_t i = 0; i < c->count; i++) {
		struct str name = c->rules[i].rule->name;

		if (is_pattern ? glob_match(t->s, name, false)
		               : str_eq(t->s, name))
			return;
	}
	is_disabled = ruleset_find(r->ruleset, t->s) >= 0;
	suggest(c, t->s,
	        diag_add(diags, DIAG_ERROR, NULL, &place,
	                 is_disabled ? "the rule '%.*s' is not enabled"
	                             : "there is no rule '%.*s'",
	                 STR_FMT(t->s)));
}

static void check_test(const struct test_rules *r, const struct suite_test *t,
                       struct diag_list *diags)
{
	for (size_t i = 0; i < t->expect.count; i++)
		check_name(r, &t->expect.items[i].rule, false, diags);
	for (size_t i = 0; i < t->silent.count; i++)
		check_name(r, &t->silent.items[i], true, diags);
	for (size_t i = 0; i < t->only.count; i++)
		check_name(r, &t->only.items[i], true, diags);
}

int test_rules_check(const struct test_rules *r, const struct suite *suite,
                     struct diag_list *diags)
{
	size_t errors = diags->errors;

	for (size_t i = 0; i < suite->tests.count; i++)
		check_test(r, &suite->tests.items[i], diags);
	return diags->errors == errors ? 0 : E_INVALID;
}
