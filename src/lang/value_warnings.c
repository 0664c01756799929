/* SPDX-License-Identifier: GPL-2.0-or-later */
/* value_warnings.c - values that an author may have meant otherwise: libsinsp's
 * filter.cpp, check_value_and_add_warnings(). */
#include "saker/base/io.h"
#include "store.h"
#include "values.h"

static void warn(struct rules *r, const struct literal *v, const char *what)
{
	rules_warn(r, "LOAD_COMPILE_CONDITION", v->at, v->length,
	           "'%.*s' may be a valid %s misused as a const string value",
	           STR_FMT(v->s), what);
}

static void remove_blanks(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.s[i] != ' ' && (s.s[i] < '\t' || s.s[i] > '\r'))
			buf_add_byte(out, s.s[i]);
}

static bool is_call(struct str s, struct str name)
{
	return s.len >= name.len + 2 && str_has_prefix(s, name) &&
	       s.s[name.len] == '(' && s.s[s.len - 1] == ')';
}

static bool is_transformer(struct str s)
{
	const char *name;

	if (!str_has_suffix(s, STR(")")))
		return false;
	for (size_t i = 0; (name = transformer_name(i)) != NULL; i++)
		if (is_call(s, str_from(name)))
			return true;
	return is_call(s, STR("val"));
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* Nothing in the pattern but anchors, and ".*" and its like at its ends. */
static bool is_simple_pattern(struct str p)
{
	for (size_t i = 0; i < p.len; i++) {
		bool end = (i == 0 && p.len > 1) || i + 2 == p.len;

		if ((i == 0 && p.s[i] == '^') ||
		    (i + 1 == p.len && p.s[i] == '$'))
			continue;
		if (end && p.s[i] == '.' && is_one_of(p.s[i + 1], "+*?"))
			i++;
		else if (is_one_of(p.s[i], ".+*?^$()[]{}|\\"))
			return false;
	}
	return true;
}

void value_warn(struct rules *r, enum op op, const struct literal *v)
{
	auto_buf struct buf text = BUF_INIT;
	struct str rest;

	if (op == OP_REGEX && is_simple_pattern(v->s))
		rules_warn(r, "LOAD_COMPILE_CONDITION", v->at, v->length,
		           "regex check with '%.*s' may be optimized with "
		           "simpler operators such as '=', 'contains', "
		           "'startswith', 'endswith'",
		           STR_FMT(v->s));
	if (str_find_byte(v->s, '.') < 0 && str_find_byte(v->s, '(') < 0)
		return;
	remove_blanks(v->s, &text);
	if (str_find_byte(buf_str(&text), '.') >= 0 &&
	    field_find(buf_str(&text), &rest) != NULL)
		warn(r, v, "field");
	if (is_transformer(buf_str(&text)))
		warn(r, v, "field transformer");
}

/* Fields of sources that answer <NA> for what is missing. */
static bool is_unsafe(const struct term *t)
{
	if (t->kind == TERM_FIELD)
		return str_has_prefix(t->name, STR("ka.")) ||
		       str_has_prefix(t->name, STR("jevt."));
	for (const struct term *i = t->first; i != NULL; i = i->next)
		if (is_unsafe(i))
			return true;
	return false;
}

void value_warn_missing(struct rules *r, const struct comparison *c)
{
	bool compares = c->op == OP_EQ || c->op == OP_EQEQ || c->op == OP_NE ||
	                c->op == OP_IN || c->op == OP_INTERSECTS ||
	                c->op == OP_PMATCH;

	if (!compares || !is_unsafe(c->left))
		return;
	for (size_t i = 0; i < c->nvalues; i++)
		if (str_eq(c->values[i].s, STR("<NA>")))
			rules_warn(r, "LOAD_UNSAFE_NA_CHECK", c->values[i].at,
			           c->values[i].length,
			           "comparing a field value with <NA> is "
			           "unsafe and can lead to unpredictable "
			           "behavior of the rule condition. If you "
			           "need to check for the existence of a "
			           "field, consider using the 'exists' "
			           "operator instead.");
}
