/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse_check.c - operators and right sides. */
#include <stdio.h>

#include "parse.h"

static bool is_word(struct str token)
{
	return token.s[0] >= 'a' && token.s[0] <= 'z';
}

static size_t word_length(struct str s)
{
	size_t n = 0;

	while (n < s.len && s.s[n] >= 'A' && s.s[n] <= 'z')
		n++;
	return n;
}

static void suggest_operator(struct parser *p)
{
	struct parse_error *error = p->lex.error;
	struct str rest = str_skip(p->lex.s, p->lex.at);
	struct str word = str_take(rest, word_length(rest));
	unsigned least = 3;

	error->length = word.len > 0 ? word.len : 1;
	for (enum op op = 0; op < OP__MAX; op++) {
		struct str token = op_info(op)->token;
		unsigned d = str_edit_distance(word, token);

		if (d >= least || d >= token.len)
			continue;
		least = d;
		snprintf(error->hint, sizeof(error->hint),
		         "did you mean '%.*s'?", STR_FMT(token));
	}
}

static void fail_operator(struct parser *p)
{
	lex_fail(&p->lex,
	         "expected a valid check operator: one of 'exists', '<=', '<', "
	         "'>=', '>', '==', '=', '!=', 'glob', 'iglob', 'contains', "
	         "'icontains', 'startswith', 'endswith', 'regex', "
	         "'intersects', 'in', 'pmatch'");
	suggest_operator(p);
}

/* Tried in the table's order. Words that take one value need a blank behind
 * them; exists and those that take lists do not. */
static bool lex_operator(struct parser *p, struct comparison *c)
{
	for (enum op op = 0; op < OP__MAX; op++) {
		const struct op_info *info = op_info(op);
		struct lexer start = p->lex;

		if (!lex_text(&p->lex, info->token))
			continue;
		if (is_word(info->token) && info->shape == SHAPE_STRING &&
		    !lex_blank(&p->lex)) {
			p->lex = start;
			continue;
		}
		c->op = op;
		c->op_at = text_position(p->text, start.at);
		return true;
	}
	fail_operator(p);
	return false;
}

bool parse_is_operator(const struct parser *p)
{
	struct str rest = str_skip(p->lex.s, p->lex.at);

	for (enum op op = 0; op < OP__MAX; op++) {
		struct str token = op_info(op)->token;

		if (str_has_prefix(rest, token) &&
		    (!is_word(token) || rest.len == token.len ||
		     strchr(" \t\r\n(", rest.s[token.len]) != NULL))
			return true;
	}
	return false;
}

static struct literal literal_of(const struct parser *p)
{
	return (struct literal){ .s = p->lex.token,
		                 .at = text_position(p->text, p->lex.token_at),
		                 .length = p->lex.token_length };
}

static void add_literal(struct parser *p, struct buf *values)
{
	struct literal v = literal_of(p);

	buf_add(values, &v, sizeof(v));
}

static bool keep_literals(struct parser *p, const struct literal *values,
                          size_t count, struct comparison *c)
{
	struct literal *copy = arena_alloc(p->arena, count * sizeof(*copy) + 1);

	if (copy == NULL) {
		p->lex.result = E_NOMEM;
		return false;
	}
	if (count > 0)
		memcpy(copy, values, count * sizeof(*copy));
	c->values = copy;
	c->nvalues = count;
	return true;
}

static bool lex_string(struct parser *p)
{
	bool found;

	p->lex.takes_nul = true; /* a buffer may hold it: literal_parse() */
	found = lex_quoted(&p->lex);
	p->lex.takes_nul = false;
	return found || (p->lex.result == 0 && lex_bare(&p->lex));
}

/* What stands behind '('. */
static bool parse_list(struct parser *p, struct comparison *c)
{
	auto_buf struct buf values = BUF_INIT;

	c->right_kind = RIGHT_LIST;
	lex_blank(&p->lex);
	if (lex_string(p)) {
		add_literal(p, &values);
		for (lex_blank(&p->lex); lex_text(&p->lex, STR(","));
		     lex_blank(&p->lex)) {
			lex_blank(&p->lex);
			if (!lex_string(p)) {
				lex_fail(&p->lex,
				         "expected a string value after ','");
				return false;
			}
			add_literal(p, &values);
		}
	}
	if (!lex_text(&p->lex, STR(")"))) {
		lex_fail(&p->lex, "expected a ')' token");
		return false;
	}
	if (values.failed) {
		p->lex.result = E_NOMEM;
		return false;
	}
	return keep_literals(p, (const void *)values.data,
	                     values.len / sizeof(struct literal), c);
}

static bool parse_one(struct parser *p, struct comparison *c,
                      enum right_kind kind)
{
	struct literal v = literal_of(p);

	c->right_kind = kind;
	return keep_literals(p, &v, 1, c);
}

/* val(field): a field as a right side. */
static bool parse_val(struct parser *p, struct comparison *c)
{
	struct term *t = arena_new(p->arena, struct term);

	if (t == NULL) {
		p->lex.result = E_NOMEM;
		return false;
	}
	*t = (struct term){ .kind = TERM_VAL,
		            .name = STR("val"),
		            .at = text_position(p->text, p->lex.token_at) };
	lex_blank(&p->lex);
	t->first = parse_is_term(p) ? parse_term(p) : NULL;
	if (t->first == NULL || t->first->kind != TERM_FIELD) {
		lex_fail(&p->lex, "expected a field in 'val(...)'");
		return false;
	}
	lex_blank(&p->lex);
	if (!lex_text(&p->lex, STR(")"))) {
		lex_fail(&p->lex, "expected a ')' token");
		return false;
	}
	c->right_kind = RIGHT_TERM;
	c->right = t;
	return true;
}

/* val(...) or a transformer: *ret_done says whether there was one. */
static bool parse_right_term(struct parser *p, struct comparison *c,
                             bool *ret_done)
{
	struct lexer trial = p->lex;

	*ret_done = true;
	if (lex_text(&p->lex, STR("val(")))
		return parse_val(p, c);
	if (parse_is_term(p) && !lex_field_name(&trial)) {
		c->right_kind = RIGHT_TERM;
		c->right = parse_term(p);
		return c->right != NULL;
	}
	*ret_done = false;
	return true;
}

/* "oneof" and its like are modifiers only in front of a list or a list's
 * name; everywhere else they are ordinary strings. */
static bool lex_modifier(struct parser *p, struct comparison *c)
{
	for (enum op_modifier m = MODIFIER_ONEOF; m <= MODIFIER_ALLOF; m++) {
		struct lexer start = p->lex, name;

		if (!lex_word(&p->lex, str_from(op_modifier_name(m))))
			continue;
		name = p->lex;
		if (lex_text(&name, STR("(")) ||
		    (lex_identifier(&name) && !str_eq(name.token, STR("and")) &&
		     !str_eq(name.token, STR("or")))) {
			c->modifier = m;
			return true;
		}
		p->lex = start;
	}
	return false;
}

static bool parse_list_or_name(struct parser *p, struct comparison *c)
{
	if (lex_text(&p->lex, STR("(")))
		return parse_list(p, c);
	if (lex_identifier(&p->lex))
		return parse_one(p, c, RIGHT_NAME);
	lex_fail(&p->lex,
	         "expected a list, an identifier, or a field with a valid "
	         "transformer");
	return false;
}

static bool parse_right(struct parser *p, struct comparison *c)
{
	const struct op_info *info = op_info(c->op);
	bool blank, done = false;

	if (info->shape == SHAPE_NONE)
		return true;
	blank = lex_blank(&p->lex) || is_word(info->token);
	if (info->shape == SHAPE_STRING && blank && lex_modifier(p, c))
		return parse_list_or_name(p, c);
	if (!parse_right_term(p, c, &done) || done)
		return done && c->right != NULL;
	if (info->shape == SHAPE_LIST)
		return parse_list_or_name(p, c);
	if (info->shape == SHAPE_NUMBER) {
		if (lex_number(&p->lex))
			return parse_one(p, c, RIGHT_VALUE);
		lex_fail(&p->lex,
		         "expected a number value or a field with a valid "
		         "transformer");
		if (c->op == OP_LT &&
		    str_has_prefix(str_skip(p->lex.s, p->lex.at), STR(">")))
			snprintf(p->lex.error->hint, sizeof(p->lex.error->hint),
			         "write '!=' instead of '<>'");
		return false;
	}
	if (lex_string(p))
		return parse_one(p, c, RIGHT_VALUE);
	lex_fail(&p->lex,
	         "expected a string value or a field with a valid transformer");
	return false;
}

const struct comparison *parse_comparison(struct parser *p)
{
	struct comparison *c = arena_new(p->arena, struct comparison);

	if (c == NULL) {
		p->lex.result = E_NOMEM;
		return NULL;
	}
	c->left = parse_term(p);
	if (c->left == NULL)
		return NULL;
	lex_blank(&p->lex);
	return lex_operator(p, c) && parse_right(p, c) ? c : NULL;
}
