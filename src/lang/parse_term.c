/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse_term.c - fields and transformers. */
#include "parse.h"
#include "saker/base/limits.h"

/* The transformer that is called next; NULL when there is none. */
static const char *next_transformer(const struct parser *p)
{
	struct lexer trial = p->lex;

	if (!lex_identifier(&trial) || trial.at >= trial.s.len ||
	    trial.s.s[trial.at] != '(')
		return NULL;
	return transformer_name(transformer_find(trial.token));
}

bool parse_is_term(const struct parser *p)
{
	struct lexer trial = p->lex;

	return next_transformer(p) != NULL || lex_field_name(&trial);
}

static struct term *term_new(struct parser *p, enum term_kind kind, size_t at)
{
	struct term *t = arena_new(p->arena, struct term);

	if (t == NULL) {
		p->lex.result = E_NOMEM;
		return NULL;
	}
	t->kind = kind;
	t->at = text_position(p->text, at);
	t->name = p->lex.token;
	return t;
}

static bool parse_arg(struct parser *p, struct term *t)
{
	if (!lex_text(&p->lex, STR("[")))
		return true;
	if (!lex_field_arg(&p->lex)) {
		lex_fail(&p->lex,
		         "expected a valid field argument: a quoted string or "
		         "a bare string");
		return false;
	}
	t->has_arg = true;
	t->arg = p->lex.token;
	if (!lex_text(&p->lex, STR("]"))) {
		lex_fail(&p->lex, "expected a ']' token");
		return false;
	}
	return true;
}

static struct term *parse_argument(struct parser *p, bool in_list);

/* term {, term} ')' */
static bool parse_arguments(struct parser *p, struct term *parent)
{
	bool in_list = parent->kind == TERM_LIST;
	const struct term **tail = &parent->first;

	lex_blank(&p->lex);
	if (in_list && lex_text(&p->lex, STR(")")))
		return true;
	do {
		struct term *t;

		lex_blank(&p->lex);
		t = parse_argument(p, in_list);
		if (t == NULL)
			return false;
		*tail = t;
		tail = &t->next;
		lex_blank(&p->lex);
	} while (lex_text(&p->lex, STR(",")));
	if (lex_text(&p->lex, STR(")")))
		return true;
	lex_fail(&p->lex, "expected a ')' token");
	return false;
}

static struct term *parse_argument(struct parser *p, bool in_list)
{
	size_t at = p->lex.at;
	struct term *t;

	if (parse_is_term(p))
		return (struct term *)(uintptr_t)parse_term(p);
	if (!in_list && lex_text(&p->lex, STR("("))) {
		t = term_new(p, TERM_LIST, at);
		return t != NULL && parse_arguments(p, t) ? t : NULL;
	}
	if (lex_quoted(&p->lex) || (p->lex.result == 0 && lex_number(&p->lex)))
		return term_new(p, TERM_LITERAL, at);
	lex_fail(&p->lex, "expected a field, a transformer or a quoted string");
	return NULL;
}

static size_t count_terms(const struct term *t)
{
	size_t n = 0;

	for (const struct term *i = t->first; i != NULL; i = i->next)
		n++;
	return n;
}

/* join(separator, list), concat(a, b ...), getopt(list, options), one
 * argument that is no constant for the others. */
static bool arguments_fit(const struct term *t)
{
	size_t n = count_terms(t);

	if (str_eq(t->name, STR("concat")))
		return n >= 2;
	if (str_eq(t->name, STR("join")))
		return n == 2 && t->first->next->kind == TERM_LIST;
	if (str_eq(t->name, STR("getopt")))
		return n == 2;
	return n == 1 && t->first->kind != TERM_LITERAL &&
	       t->first->kind != TERM_LIST;
}

static const struct term *parse_transformer(struct parser *p, const char *name)
{
	size_t at = p->lex.at;
	struct term *t;

	lex_text(&p->lex, str_from(name));
	t = term_new(p, TERM_TRANSFORMER, at);
	lex_text(&p->lex, STR("("));
	if (t == NULL || !parse_arguments(p, t))
		return NULL;
	if (!arguments_fit(t)) {
		lex_fail(&p->lex, "wrong arguments for transformer '%s'", name);
		return NULL;
	}
	return parse_arg(p, t) ? t : NULL;
}

const struct term *parse_term(struct parser *p)
{
	const char *transformer = next_transformer(p);
	size_t at = p->lex.at;
	const struct term *r = NULL;
	struct term *t;

	if (++p->depth > LIMIT_EXPRESSION_DEPTH) {
		lex_fail(&p->lex, "exceeded max depth limit of %u",
		         LIMIT_EXPRESSION_DEPTH);
		return NULL;
	}
	if (transformer != NULL) {
		r = parse_transformer(p, transformer);
	} else if (lex_field_name(&p->lex)) {
		t = term_new(p, TERM_FIELD, at);
		r = t != NULL && parse_arg(p, t) ? t : NULL;
	}
	p->depth--;
	if (r != NULL)
		((struct term *)(uintptr_t)r)->length = p->lex.at - at;
	return r;
}
