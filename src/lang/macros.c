/* SPDX-License-Identifier: GPL-2.0-or-later */
/* macros.c - names of macros in a tree give way to the macros' trees. */
#include "saker/base/limits.h"
#include "saker/lang/parser.h"
#include "store.h"

struct resolution {
	struct rules *rules;
	size_t before;
	struct str self;
	int result;
};

/* More typing errors make it another word. */
#define TYPOS 2u

static void hint_name(struct rules *r, struct str name)
{
	struct str near = STR_NONE;
	unsigned least = TYPOS + 1;

	for (size_t i = 0; i < rules_count(r, DEFINES_MACRO); i++) {
		struct str known = rules_get(r, DEFINES_MACRO, i)->name;
		unsigned d = str_edit_distance(name, known);

		if (d >= least || d >= name.len)
			continue;
		least = d;
		near = known;
	}
	if (near.len > 0)
		rules_hint(r, "did you mean '%.*s'?", STR_FMT(near));
}

static const struct expr *undefined(struct resolution *x, const struct expr *e,
                                    const struct definition *macro)
{
	struct rules *r = x->rules;

	x->result = E_INVALID;
	if (r->incomplete && macro == NULL)
		return NULL;
	if (str_eq(e->name, x->self)) {
		rules_error(r, CODE_CONDITION, e->at, e->name.len,
		            "reference loop in macro '%.*s'", STR_FMT(e->name));
		return NULL;
	}
	rules_error(r, CODE_CONDITION, e->at, e->name.len,
	            "Undefined macro '%.*s' used in filter.", STR_FMT(e->name));
	if (macro != NULL)
		rules_hint(r,
		           "it is defined later, at %s:%u; a macro sees only "
		           "those before it",
		           macro->at.file->name, macro->at.line);
	else
		hint_name(r, e->name);
	return NULL;
}

/* The tree is shared, but for its top, which tells where it came from. */
static const struct expr *named_tree(struct resolution *x,
                                     const struct definition *macro)
{
	struct expr *top = arena_new(x->rules->arena, struct expr);

	if (top == NULL) {
		x->result = E_NOMEM;
		return NULL;
	}
	*top = *macro->expr;
	top->macro = macro->name;
	return top;
}

static const struct expr *macro_tree(struct resolution *x, const struct expr *e)
{
	struct definition *macro = rules_find(x->rules, DEFINES_MACRO, e->name);

	if (macro != NULL)
		uses_add(x->rules, macro);
	/* A macro with errors has told of them itself. */
	if (macro != NULL && macro->order == SIZE_MAX) {
		x->result = E_INVALID;
		return NULL;
	}
	if (macro == NULL || macro->order >= x->before || macro->expr == NULL)
		return undefined(x, e, macro);
	return named_tree(x, macro);
}

static const struct expr *resolve(struct resolution *x, const struct expr *e);

static const struct expr *resolve_children(struct resolution *x,
                                           const struct expr *e)
{
	struct arena *arena = x->rules->arena;
	const struct expr **children =
		arena_array(arena, const struct expr *, e->count);
	const struct expr *made;

	if (children == NULL) {
		x->result = E_NOMEM;
		return NULL;
	}
	for (size_t i = 0; i < e->count; i++) {
		const struct expr *child = resolve(x, e->children[i]);

		if (x->result == E_NOMEM)
			return NULL;
		/* Goes on after an error, to find the others. */
		children[i] = child != NULL ? child : e->children[i];
	}
	made = expr_new(arena, e->kind, e->at, children, e->count);
	if (made == NULL)
		x->result = E_NOMEM;
	return made;
}

static const struct expr *resolve(struct resolution *x, const struct expr *e)
{
	if (e->kind == EXPR_MACRO)
		return macro_tree(x, e);
	return e->has_macros ? resolve_children(x, e) : e;
}

static int syntax_error(struct rules *r, const struct text *t,
                        const struct parse_error *error)
{
	struct position at = text_position(t, error->offset);
	size_t before = r->diags->count;

	rules_error(r, CODE_CONDITION, at, error->length, "%s", error->text);
	if (error->hint[0] != '\0' && r->diags->count > before)
		diag_set_hint(&r->diags->items[r->diags->count - 1], "%s",
		              error->hint);
	return E_INVALID;
}

static int check_size(struct rules *r, const struct expr *e)
{
	if (e->depth > LIMIT_EXPRESSION_DEPTH)
		return rules_error(r, CODE_CONDITION, e->at, 0,
		                   "exceeded max depth limit of %u",
		                   LIMIT_EXPRESSION_DEPTH);
	if (e->weight > LIMIT_EXPRESSION_NODES)
		return rules_error(r, CODE_CONDITION, e->at, 0,
		                   "the condition is too large with its "
		                   "macros: more than %u checks",
		                   LIMIT_EXPRESSION_NODES);
	return 0;
}

int condition_compile(struct rules *r, const struct text *text, size_t before,
                      struct str self, const struct expr **ret)
{
	struct resolution x = { .rules = r, .before = before, .self = self };
	struct parse_error error;
	struct text expanded;
	const struct expr *e;
	int result = lists_expand(r, text, &expanded);

	if (result < 0)
		return result;
	result = condition_parse(r->arena, &expanded, &e, &error);
	if (result == E_INVALID)
		return syntax_error(r, &expanded, &error);
	if (result < 0)
		return result;
	e = resolve(&x, e);
	if (x.result == E_NOMEM || e == NULL)
		return x.result;
	if (check_size(r, e) < 0)
		return E_INVALID;
	*ret = e;
	return x.result;
}

int rules_condition(struct rules *r, struct definition *rule,
                    const struct expr **ret)
{
	struct text text;
	int e = exceptions_condition(r, rule, &text);

	r->compiled = rule;
	return e < 0 ? e : condition_compile(r, &text, SIZE_MAX, STR_NONE, ret);
}

int rules_compile_text(struct rules *r, const char *name, struct str text,
                       const struct expr **ret)
{
	auto_text_builder struct text_builder b = TEXT_BUILDER_INIT;
	const struct source_file *file = source_file_new(r->arena, name, text);
	struct text whole;

	if (file == NULL)
		return E_NOMEM;
	text_add_run(&b, file->content, (struct position){ file, 1, 1 });
	if (text_finish(&b, r->arena, &whole) < 0)
		return E_NOMEM;
	return condition_compile(r, &whole, SIZE_MAX, STR_NONE, ret);
}
