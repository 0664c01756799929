/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ast.c - trees of conditions, and their text. */
#include "saker/lang/ast.h"

struct expr *expr_new(struct arena *arena, enum expr_kind kind,
                      struct position at, const struct expr *const *children,
                      size_t count)
{
	struct expr *e = arena_new(arena, struct expr);
	const struct expr **copy =
		arena_array(arena, const struct expr *, count + 1);

	if (e == NULL || copy == NULL)
		return NULL;
	*e = (struct expr){ .kind = kind,
		            .at = at,
		            .children = copy,
		            .count = count,
		            .weight = 1,
		            .depth = 1,
		            .has_macros = kind == EXPR_MACRO };
	for (size_t i = 0; i < count; i++) {
		copy[i] = children[i];
		e->weight += children[i]->weight;
		e->has_macros |= children[i]->has_macros;
		if (children[i]->depth >= e->depth)
			e->depth = children[i]->depth + 1;
	}
	return e;
}

static bool needs_quotes(struct str s)
{
	if (s.len == 0)
		return true;
	for (size_t i = 0; i < s.len; i++)
		if (strchr(" \b\t\n\v\f\r()\"'=,", s.s[i]) != NULL)
			return true;
	return false;
}

/* A quote behind a backslash never ends a string, not even when that backslash
 * is escaped: one at the end needs its number. */
static void print_in_quotes(struct str s, struct buf *out)
{
	buf_add_byte(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.s[i] == '\\' && i + 1 == s.len) {
			buf_add_str(out, STR("\\x5c"));
			break;
		}
		if (s.s[i] == '"' || s.s[i] == '\\')
			buf_add_byte(out, '\\');
		buf_add_byte(out, s.s[i]);
	}
	buf_add_byte(out, '"');
}

static void print_quoted(struct str s, struct buf *out)
{
	if (needs_quotes(s))
		print_in_quotes(s, out);
	else
		buf_add_str(out, s);
}

static void print_term(const struct term *t, struct buf *out);

static void print_terms(const struct term *t, struct buf *out)
{
	buf_add_byte(out, '(');
	for (const struct term *i = t->first; i != NULL; i = i->next) {
		print_term(i, out);
		if (i->next != NULL)
			buf_add_str(out, t->kind == TERM_LIST ? STR(", ")
			                                      : STR(","));
	}
	buf_add_byte(out, ')');
}

static void print_term(const struct term *t, struct buf *out)
{
	/* Falco leaves them bare, and cannot read that again. */
	if (t->kind == TERM_LITERAL)
		print_in_quotes(t->name, out);
	else if (t->kind != TERM_LIST)
		buf_add_str(out, t->name);
	if (t->kind == TERM_TRANSFORMER || t->kind == TERM_VAL ||
	    t->kind == TERM_LIST)
		print_terms(t, out);
	if (t->has_arg) {
		buf_add_byte(out, '[');
		if (str_find_byte(t->arg, '[') >= 0 ||
		    str_find_byte(t->arg, ']') >= 0)
			print_in_quotes(t->arg, out);
		else
			print_quoted(t->arg, out);
		buf_add_byte(out, ']');
	}
}

static void print_right(const struct comparison *c, struct buf *out)
{
	switch (c->right_kind) {
	case RIGHT_NONE:
		return;
	case RIGHT_VALUE:
	case RIGHT_NAME:
		print_quoted(c->values[0].s, out);
		return;
	case RIGHT_TERM:
		print_term(c->right, out);
		return;
	case RIGHT_LIST:
		buf_add_byte(out, '(');
		for (size_t i = 0; i < c->nvalues; i++) {
			if (i > 0)
				buf_add_str(out, STR(", "));
			print_quoted(c->values[i].s, out);
		}
		buf_add_byte(out, ')');
		return;
	}
}

static void print_check(const struct comparison *c, struct buf *out)
{
	print_term(c->left, out);
	buf_add_byte(out, ' ');
	buf_add_str(out, op_info(c->op)->token);
	if (c->modifier != MODIFIER_NONE)
		buf_printf(out, " %s", op_modifier_name(c->modifier));
	if (c->right_kind != RIGHT_NONE)
		buf_add_byte(out, ' ');
	print_right(c, out);
}

static void print_join(const struct expr *e, struct buf *out)
{
	buf_add_byte(out, '(');
	for (size_t i = 0; i < e->count; i++) {
		if (i > 0)
			buf_add_str(out, e->kind == EXPR_AND ? STR(" and ")
			                                     : STR(" or "));
		expr_print(e->children[i], out);
	}
	buf_add_byte(out, ')');
}

void expr_print(const struct expr *e, struct buf *out)
{
	switch (e->kind) {
	case EXPR_AND:
	case EXPR_OR:
		print_join(e, out);
		break;
	case EXPR_NOT:
		buf_add_str(out, STR("not "));
		expr_print(e->children[0], out);
		break;
	case EXPR_CHECK:
		print_check(e->check, out);
		break;
	case EXPR_MACRO:
		buf_add_str(out, e->name);
		break;
	}
}
