/* SPDX-License-Identifier: GPL-2.0-or-later */
/* macros.c - names of macros in a tree give way to the macros' trees. */
#include "saker/base/limits.h"
#include "saker/lang/parser.h"
#include "store.h"

struct resolution {
	struct rules *rules;
	size_t before; /* only macros first defined before are seen */
	struct str self;
	int result;
};

static bool is_seen(const struct resolution *x, const struct definition *macro)
{
	return macro->order != SIZE_MAX && macro->index < x->before &&
	       !str_eq(macro->name, x->self);
}

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
	else
		rules_hint(r,
		           "no file read before this place has it; 'saker "
		           "check' alone reads all that a run does");
}

static const struct expr *undefined(struct resolution *x, const struct expr *e,
                                    const struct definition *macro)
{
	struct rules *r = x->rules;
	bool self = str_eq(e->name, x->self);

	x->result = E_INVALID;
	if (r->incomplete && macro == NULL)
		return NULL;
	rules_set_part(r, "condition expression", STR_NONE);
	rules_error(r, CODE_VALIDATE, e->at, e->name.len,
	            self ? "reference loop in macro '%.*s'"
	                 : "Undefined macro '%.*s' used in filter.",
	            STR_FMT(e->name));
	rules_set_part(r, NULL, STR_NONE);
	if (self)
		return NULL;
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
	if (macro == NULL || !is_seen(x, macro) || macro->expr == NULL)
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

/* A macro of the tree that is seen and not compiled yet. */
static struct definition *find_wait(const struct resolution *x,
                                    const struct expr *e)
{
	struct definition *d = NULL;

	if (e->kind == EXPR_MACRO) {
		d = rules_find(x->rules, DEFINES_MACRO, e->name);
		return d != NULL && is_seen(x, d) && d->expr == NULL ? d : NULL;
	}
	for (size_t i = 0; e->has_macros && d == NULL && i < e->count; i++)
		d = find_wait(x, e->children[i]);
	return d;
}

int condition_compile(struct rules *r, const struct text *text,
                      const struct definition *macro,
                      struct definition **ret_wait, const struct expr **ret)
{
	struct resolution x = {
		.rules = r,
		.before = macro != NULL ? macro->order : SIZE_MAX,
		.self = macro != NULL ? macro->name : STR_NONE,
	};
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
	*ret_wait = find_wait(&x, e);
	if (*ret_wait != NULL)
		return E_AGAIN;
	e = resolve(&x, e);
	if (x.result == E_NOMEM || e == NULL)
		return x.result;
	if (check_size(r, e) < 0)
		return E_INVALID;
	*ret = e;
	return x.result;
}

/* Compiles d and then those that wait for it, or puts it among those who wait
 * for another. */
static int compile_macro(struct rules *r, struct definition *d)
{
	struct definition *queue = d;

	d->next = NULL;
	while (queue != NULL) {
		struct definition *wait = NULL, *done = queue;
		int e;

		queue = done->next;
		rules_set_item(r, done);
		r->compiled = done;
		e = condition_compile(r, &done->values[KEY_CONDITION]->text,
		                      done, &wait, &done->expr);
		if (e == E_NOMEM)
			return e;
		if (e == E_AGAIN) {
			done->next = wait->waiting;
			wait->waiting = done;
			continue;
		}
		if (e < 0)
			done->order = SIZE_MAX;
		while ((d = done->waiting) != NULL) {
			done->waiting = d->next;
			d->next = queue;
			queue = d;
		}
	}
	return 0;
}

/* Those that still wait do so for each other. */
static void tell_loops(struct rules *r)
{
	for (size_t i = 0; i < rules_count(r, DEFINES_MACRO); i++) {
		struct definition *d = rules_get(r, DEFINES_MACRO, i);

		if (d->expr != NULL || d->order == SIZE_MAX)
			continue;
		rules_set_item(r, d);
		rules_error(r, CODE_VALIDATE, d->at, d->name.len,
		            "reference loop in macro '%.*s'", STR_FMT(d->name));
	}
	for (size_t i = 0; i < rules_count(r, DEFINES_MACRO); i++) {
		struct definition *d = rules_get(r, DEFINES_MACRO, i);

		d->order = d->expr == NULL ? SIZE_MAX : d->order;
	}
}

int rules_compile_macros(struct rules *r)
{
	for (size_t i = 0; i < rules_count(r, DEFINES_MACRO); i++) {
		struct definition *d = rules_get(r, DEFINES_MACRO, i);

		if (d->order != SIZE_MAX && compile_macro(r, d) < 0)
			return E_NOMEM;
	}
	r->compiled = NULL;
	tell_loops(r);
	rules_set_item(r, NULL);
	return 0;
}

int rules_condition(struct rules *r, struct definition *rule,
                    const struct expr **ret)
{
	struct definition *none;
	struct text text;
	int e = exceptions_condition(r, rule, &text);

	r->compiled = rule;
	return e < 0 ? e : condition_compile(r, &text, NULL, &none, ret);
}

int rules_compile_text(struct rules *r, const char *name, struct str text,
                       const struct expr **ret)
{
	auto_text_builder struct text_builder b = TEXT_BUILDER_INIT;
	const struct source_file *file = source_file_new(r->arena, name, text);
	struct definition *none;
	struct text whole;

	if (file == NULL)
		return E_NOMEM;
	text_add_run(&b, file->content, (struct position){ file, 1, 1 });
	if (text_finish(&b, r->arena, &whole) < 0)
		return E_NOMEM;
	return condition_compile(r, &whole, NULL, &none, ret);
}
