/* SPDX-License-Identifier: GPL-2.0-or-later */
/* condition.c - a condition outside of any rule. */
#include "saker/engine/condition.h"

#include <stdlib.h>

#include "saker/lang/check.h"
#include "saker/vm/vm.h"

/* What stands for the file in diagnostics. */
#define NAME "condition"

struct condition {
	struct arena arena;
	struct program program;
	struct vm *vm;
};

static int build(struct condition *c, struct rules *r, struct builder *b,
                 struct str text)
{
	struct checker checker;
	const struct expr *e;
	node_id root;
	int result = rules_compile_text(r, NAME, text, &e);

	if (result < 0)
		return result;
	checker_init(&checker, r, b);
	root = checker_condition(&checker, e);
	checker_done(&checker);
	if (root < 0)
		return root == E_NOMEM ? E_NOMEM : E_INVALID;
	result = builder_add_rule(b, root);
	return result < 0 ? result : builder_finish(b, &c->program);
}

static int compile(struct condition *c, struct rules *r, struct str text)
{
	struct builder *b = builder_new(&c->arena);
	int result = b != NULL ? build(c, r, b, text) : E_NOMEM;

	builder_free(b);
	if (result < 0)
		return result;
	c->vm = vm_new(&c->program);
	return c->vm != NULL ? 0 : E_NOMEM;
}

int condition_load(const char *const *paths, size_t npaths, struct str text,
                   struct diag_list *diags, struct condition **ret)
{
	struct condition *c = calloc(1, sizeof(*c));
	struct arena arena = ARENA_INIT;
	size_t errors = diags->errors;
	struct rules rules;
	int result = 0;

	if (c == NULL)
		return E_NOMEM;
	rules_init(&rules, &arena, diags);
	for (size_t i = 0; i < npaths && result == 0; i++)
		result = rules_read_path(&rules, paths[i]);
	if (result == 0)
		result = rules_compile_macros(&rules);
	if (result == 0)
		result = compile(c, &rules, text);
	if (result == 0 && diags->errors > errors)
		result = E_INVALID;
	rules_done(&rules);
	arena_done(&arena);
	if (result == 0)
		*ret = c;
	else
		condition_free(c);
	return result;
}

void condition_free(struct condition *c)
{
	if (c == NULL)
		return;
	vm_free(c->vm);
	program_done(&c->program);
	arena_done(&c->arena);
	free(c);
}

bool condition_evaluate(struct condition *c, const struct field_source *fields)
{
	vm_start_event(c->vm, fields);
	return vm_run_rule(c->vm, 0);
}
