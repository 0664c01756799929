/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parser.c - the grammar of conditions: or < and < not < check. The right
 * sides of checks are in parse_check.c. */
#include "saker/lang/parser.h"

#include <stdio.h>

#include "parse.h"
#include "saker/base/limits.h"

static const struct expr *parse_or(struct parser *p);

static const struct expr *make(struct parser *p, enum expr_kind kind, size_t at,
                               const struct expr *const *children, size_t count)
{
	struct expr *e = expr_new(p->arena, kind, text_position(p->text, at),
	                          children, count);

	if (e == NULL)
		p->lex.result = E_NOMEM;
	return e;
}

/* What was likely meant by what stands here; "" when there is no telling. */
static const char *hint_for(const struct parser *p)
{
	struct str rest = str_skip(p->lex.s, p->lex.at);

	if (str_has_prefix(rest, STR("&&")))
		return "write 'and' instead of '&&'";
	if (str_has_prefix(rest, STR("||")))
		return "write 'or' instead of '||'";
	if (str_has_prefix(rest, STR("AND")) || str_has_prefix(rest, STR("OR")))
		return "keywords are lower case";
	if (str_has_prefix(rest, STR(")")))
		return "no '(' is open here";
	if (parse_is_operator(p))
		return "what stands before it is no field: fields have a '.'";
	return "";
}

static bool enter(struct parser *p)
{
	if (++p->depth <= LIMIT_EXPRESSION_DEPTH)
		return true;
	lex_fail(&p->lex, "exceeded max depth limit of %u",
	         LIMIT_EXPRESSION_DEPTH);
	return false;
}

/* The bracket that opens at open is not closed here. */
static void fail_bracket(struct parser *p, size_t open)
{
	struct position at = text_position(p->text, open);
	struct parse_error *error = p->lex.error;

	lex_fail(&p->lex, "expected a ')' token");
	if (p->lex.at < p->lex.s.len)
		snprintf(error->hint, sizeof(error->hint), "%s",
		         *hint_for(p) != '\0'
		                 ? hint_for(p)
		                 : "is 'and' or 'or' missing here?");
	else
		snprintf(error->hint, sizeof(error->hint),
		         "the '(' of line %u, column %u is not closed", at.line,
		         at.column);
}

static const struct expr *parse_rest_of_brackets(struct parser *p)
{
	size_t open = p->lex.at - 1;
	const struct expr *e;

	if (!enter(p))
		return NULL;
	lex_blank(&p->lex);
	e = parse_or(p);
	if (e == NULL)
		return NULL;
	lex_blank(&p->lex);
	if (!lex_text(&p->lex, STR(")"))) {
		fail_bracket(p, open);
		return NULL;
	}
	p->depth--;
	return e;
}

static const struct expr *parse_check(struct parser *p)
{
	struct expr *e;
	size_t at;

	lex_blank(&p->lex);
	if (lex_text(&p->lex, STR("(")))
		return parse_rest_of_brackets(p);
	at = p->lex.at;
	if (parse_is_term(p)) {
		const struct comparison *check = parse_comparison(p);

		if (check == NULL)
			return NULL;
		e = (struct expr *)(uintptr_t)make(p, EXPR_CHECK, at, NULL, 0);
		if (e != NULL)
			e->check = check;
		return e;
	}
	if (p->lex.result == 0 && lex_identifier(&p->lex)) {
		e = (struct expr *)(uintptr_t)make(p, EXPR_MACRO, at, NULL, 0);
		if (e != NULL)
			e->name = p->lex.token;
		return e;
	}
	lex_fail(&p->lex,
	         "expected a '(' token, a field check, or an identifier");
	return NULL;
}

/* "not" needs a blank or an opening bracket behind it. */
static bool lex_not_bracket(struct parser *p)
{
	size_t start = p->lex.at;

	if (lex_text(&p->lex, STR("not"))) {
		lex_blank(&p->lex);
		if (lex_text(&p->lex, STR("(")))
			return true;
	}
	p->lex.at = start;
	return false;
}

static const struct expr *parse_not(struct parser *p)
{
	const struct expr *e;
	bool negated = false;
	size_t at;

	lex_blank(&p->lex);
	at = p->lex.at;
	while (lex_word(&p->lex, STR("not")))
		negated = !negated;
	if (lex_not_bracket(p)) {
		negated = !negated;
		e = parse_rest_of_brackets(p);
	} else {
		e = parse_check(p);
	}
	return e != NULL && negated ? make(p, EXPR_NOT, at, &e, 1) : e;
}

static const struct expr *parse_and(struct parser *p);

/* What stands behind "and" or "or". */
static const struct expr *parse_operand(struct parser *p, enum expr_kind kind)
{
	if (lex_blank(&p->lex))
		return kind == EXPR_AND ? parse_not(p) : parse_and(p);
	if (lex_text(&p->lex, STR("(")))
		return parse_rest_of_brackets(p);
	lex_fail(&p->lex, "expected blank or '(' after '%s'",
	         kind == EXPR_AND ? "and" : "or");
	return NULL;
}

static const struct expr *parse_join(struct parser *p, enum expr_kind kind)
{
	struct str word = kind == EXPR_AND ? STR("and") : STR("or");
	auto_buf struct buf children = BUF_INIT;
	const struct expr *e;
	size_t at, count = 1;

	lex_blank(&p->lex);
	at = p->lex.at;
	e = kind == EXPR_AND ? parse_not(p) : parse_and(p);
	if (e == NULL)
		return NULL;
	for (lex_blank(&p->lex); lex_text(&p->lex, word); lex_blank(&p->lex)) {
		const struct expr *next = parse_operand(p, kind);

		if (next == NULL)
			return NULL;
		if (count == 1)
			buf_add(&children, &e, sizeof(e));
		buf_add(&children, &next, sizeof(next));
		count++;
	}
	if (children.failed) {
		p->lex.result = E_NOMEM;
		return NULL;
	}
	return count == 1 ? e : make(p, kind, at, (void *)children.data, count);
}

static const struct expr *parse_and(struct parser *p)
{
	return parse_join(p, EXPR_AND);
}

static const struct expr *parse_or(struct parser *p)
{
	return parse_join(p, EXPR_OR);
}

/* The end of the string that opens at i, as lex_quoted() finds it. */
static size_t string_end(struct str s, size_t i)
{
	size_t end = i + 1;

	while (end < s.len && (s.s[end] != s.s[i] || s.s[end - 1] == '\\'))
		end++;
	return end;
}

/* A string of several lines before an error most likely lacks its quote: the
 * one that closes it opens the next. */
static void blame_quote(struct parser *p)
{
	struct parse_error *error = p->lex.error;
	struct str s = p->lex.s;

	for (size_t i = 0; i < error->offset; i++) {
		size_t end;

		if (s.s[i] != '"' && s.s[i] != '\'')
			continue;
		end = string_end(s, i);
		if (end < s.len && text_position(p->text, end).line >
		                           text_position(p->text, i).line) {
			snprintf(error->hint, sizeof(error->hint),
			         "the string that begins here ends at line %u: "
			         "is a quote missing?",
			         text_position(p->text, end).line);
			error->offset = i;
			error->length = 1;
			return;
		}
		i = end;
	}
}

int condition_parse(struct arena *arena, const struct text *text,
                    const struct expr **ret, struct parse_error *ret_error)
{
	struct parser p = {
		.arena = arena,
		.text = text,
		.lex = { .s = text->s, .arena = arena, .error = ret_error }
	};
	const struct expr *e;

	*ret_error = (struct parse_error){ 0 };
	if (text->s.len == 0)
		return lex_fail(&p.lex, "filter input string is empty");
	e = parse_or(&p);
	if (e == NULL && p.lex.result == E_INVALID)
		blame_quote(&p);
	if (e == NULL)
		return p.lex.result < 0 ? p.lex.result : E_NOMEM;
	lex_blank(&p.lex);
	if (p.lex.at < text->s.len) {
		lex_fail(&p.lex,
		         "unexpected token after '%.*s', expecting 'or', 'and'",
		         STR_FMT(str_take(p.lex.token, 60)));
		snprintf(ret_error->hint, sizeof(ret_error->hint), "%s",
		         hint_for(&p));
		blame_quote(&p);
		return E_INVALID;
	}
	*ret = e;
	return 0;
}

int condition_parse_term(struct arena *arena, const struct text *text,
                         size_t at, size_t *ret_end, const struct term **ret,
                         struct parse_error *ret_error)
{
	struct parser p = { .arena = arena,
		            .text = text,
		            .lex = { .s = text->s,
		                     .at = at,
		                     .arena = arena,
		                     .error = ret_error } };
	const struct term *t;

	*ret_error = (struct parse_error){ 0 };
	if (!parse_is_term(&p))
		return lex_fail(&p.lex, "expected a field or a transformer");
	t = parse_term(&p);
	if (t == NULL)
		return p.lex.result < 0 ? p.lex.result : E_NOMEM;
	*ret_end = p.lex.at;
	*ret = t;
	return 0;
}

bool condition_is_term(struct arena *arena, const struct text *text,
                       const struct term **ret)
{
	struct parse_error ignored;
	size_t at = 0;

	while (at < text->s.len && strchr(" \t\r\n\b", text->s.s[at]) != NULL)
		at++;
	if (condition_parse_term(arena, text, at, &at, ret, &ignored) < 0)
		return false;
	while (at < text->s.len && strchr(" \t\r\n\b", text->s.s[at]) != NULL)
		at++;
	return at == text->s.len;
}
