/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint_exceptions.c - exceptions that every event with the field meets. */
#include "lint.h"

/* Right sides that an operator finds in any text. */
static const struct {
	struct str op;
	struct str value;
} trivial[] = {
	{ STR_INIT("startswith"), STR_INIT("") },
	{ STR_INIT("endswith"), STR_INIT("") },
	{ STR_INIT("contains"), STR_INIT("") },
	{ STR_INIT("icontains"), STR_INIT("") },
	{ STR_INIT("glob"), STR_INIT("*") },
	{ STR_INIT("iglob"), STR_INIT("*") },
	{ STR_INIT("regex"), STR_INIT(".*") },
	{ STR_INIT("pmatch"), STR_INIT("/") },
	{ STR_INIT("exists"), STR_INIT("") },
};

/* The first word: "startswith anyof" is trivial by one trivial value. */
static struct str operator_of(const struct yaml *comp)
{
	struct str s = comp != NULL ? str_trim(comp->text.s) : STR("=");
	struct str word;

	return str_split(&s, ' ', &word) ? word : STR("=");
}

static bool is_trivial_value(struct str op, const struct yaml *value)
{
	for (const struct yaml_item *i = value->first; i != NULL; i = i->next)
		if (is_trivial_value(op, i->value))
			return true;
	if (value->kind != YAML_SCALAR && value->kind != YAML_NULL)
		return false;
	for (size_t i = 0; i < sizeof(trivial) / sizeof(trivial[0]); i++)
		if (str_eq(trivial[i].op, op) &&
		    str_eq(trivial[i].value, value->text.s))
			return true;
	return false;
}

static bool is_trivial_tuple(const struct exception *e,
                             const struct yaml *tuple)
{
	const struct yaml_item *comp =
		e->comps != NULL ? e->comps->first : NULL;

	for (const struct yaml_item *i = tuple->first; i != NULL; i = i->next) {
		if (!is_trivial_value(
			    operator_of(comp != NULL ? comp->value : NULL),
			    i->value))
			return false;
		comp = comp != NULL ? comp->next : NULL;
	}
	return tuple->count > 0;
}

static bool is_trivial(const struct exception *e)
{
	if (e->values == NULL)
		return false;
	if (e->fields->kind != YAML_SEQUENCE)
		return is_trivial_value(operator_of(e->comps), e->values);
	for (const struct yaml_item *i = e->values->first; i != NULL;
	     i = i->next)
		if (is_trivial_tuple(e, i->value))
			return true;
	return false;
}

void lint_exceptions(struct rules *r, const struct definition *d)
{
	for (const struct exception *e = d->exceptions; e != NULL; e = e->next)
		if (is_trivial(e))
			rules_note(r, "LINT_EXCEPTION", e->at, e->name.len,
			           "the exception excludes every event that "
			           "has a value in its fields");
}
