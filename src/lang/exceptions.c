/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exceptions.c - exceptions of rules: read, and made into the text of a
 * condition (Falco's rule_loader_reader.cpp, _collector.cpp, _compiler.cpp). */
#include "saker/event/field.h"
#include "saker/lang/check.h"
#include "saker/lang/parser.h"
#include "store.h"

static int fail(struct rules *r, struct position at, const char *text)
{
	return rules_error(r, CODE_VALIDATE, at, 1, "%s", text);
}

static int fail_shape(struct rules *r, struct position at, const char *text)
{
	return rules_error(r, CODE_YAML_VALIDATE, at, 1, "%s", text);
}

static struct exception *find(const struct definition *d, struct str name)
{
	struct exception *e = d->exceptions;

	while (e != NULL && !str_eq(e->name, name))
		e = e->next;
	return e;
}

static void link_last(struct definition *d, struct exception *e)
{
	struct exception **tail = &d->exceptions;

	while (*tail != NULL)
		tail = &(*tail)->next;
	*tail = e;
}

static bool has_modifier(struct str op, struct str *ret_base)
{
	ptrdiff_t blank = str_find_byte(op, ' ');
	struct str m;

	if (blank < 0)
		return false;
	*ret_base = str_take(op, (size_t)blank);
	m = str_trim(str_skip(op, (size_t)blank));
	return str_eq(m, STR("oneof")) || str_eq(m, STR("anyof")) ||
	       str_eq(m, STR("allof"));
}

static const struct op_info *find_op(struct str token)
{
	for (enum op op = 0; op < OP__MAX; op++)
		if (str_eq(op_info(op)->token, token))
			return op_info(op);
	return NULL;
}

/* NULL when there is no such operator; *ret_list says what it takes. */
static const struct op_info *comp_find(struct str comp, bool *ret_list)
{
	struct str base = str_trim(comp);
	bool modified = has_modifier(base, &base);
	const struct op_info *op = find_op(base);

	if (op == NULL || (modified && !op->modifiers))
		return NULL;
	*ret_list = modified || op->shape == SHAPE_LIST;
	return op;
}

static int check_comp(struct rules *r, const struct yaml *comp)
{
	struct str c = str_trim(comp->text.s);
	bool list;

	if (comp->kind == YAML_SCALAR && comp_find(c, &list) != NULL)
		return 0;
	return rules_error(r, CODE_VALIDATE, comp->at, comp->text.s.len,
	                   "'%.*s' is not a supported comparison operator",
	                   STR_FMT(c));
}

/* An unknown field among those of the term; NULL = none. */
static const struct term *unknown_field(const struct term *t)
{
	const struct field_info *field;
	struct field_arg arg;
	const char *why;
	const struct term *found = NULL;

	if (t->kind == TERM_FIELD)
		return field_resolve(t->name, t->has_arg, t->arg, &field, &arg,
		                     &why) == 0
		               ? NULL
		               : t;
	for (t = t->first; t != NULL && found == NULL; t = t->next)
		found = unknown_field(t);
	return found;
}

/* Rules of sources that are not known have fields that are not known. */
static bool has_own_source(const struct definition *d)
{
	const struct yaml *source = d->values[KEY_SOURCE];

	return source == NULL || source->text.s.len == 0 ||
	       str_eq(source->text.s, STR("syscall"));
}

static int check_field(struct rules *r, const struct definition *d,
                       const struct yaml *field)
{
	struct str near = STR_NONE;
	const struct term *t;

	if (field->kind == YAML_SCALAR &&
	    condition_is_term(r->arena, &field->text, &t)) {
		t = has_own_source(d) ? unknown_field(t) : NULL;
		if (t == NULL)
			return 0;
		near = field_suggest(t->name);
	}
	rules_error(r, CODE_VALIDATE, field->at, field->text.s.len,
	            "'%.*s' is not a supported filter field",
	            STR_FMT(field->text.s));
	if (near.s != NULL)
		rules_hint(r, "did you mean '%.*s'?", STR_FMT(near));
	return E_INVALID;
}

static int check_list_form(struct rules *r, const struct definition *d,
                           const struct exception *e)
{
	if (e->comps != NULL && (e->comps->kind != YAML_SEQUENCE ||
	                         e->comps->count != e->fields->count))
		return fail(r, e->at,
		            "Fields and comps lists must have equal length");
	for (const struct yaml_item *i = e->fields->first; i != NULL;
	     i = i->next)
		if (check_field(r, d, i->value) < 0)
			return E_INVALID;
	for (const struct yaml_item *i = e->comps != NULL ? e->comps->first
	                                                  : NULL;
	     i != NULL; i = i->next)
		if (check_comp(r, i->value) < 0)
			return E_INVALID;
	return 0;
}

static int check_single_form(struct rules *r, const struct definition *d,
                             const struct exception *e)
{
	bool list = false;

	if (check_field(r, d, e->fields) < 0)
		return E_INVALID;
	if (e->comps == NULL)
		return 0;
	if (e->comps->kind != YAML_SCALAR ||
	    comp_find(e->comps->text.s, &list) == NULL || !list)
		return fail(r, e->comps->at,
		            "When fields is a single value, comps must be one "
		            "of (in, pmatch, intersects) or a modifier "
		            "operator (e.g. startswith oneof)");
	return 0;
}

static int check_shape(struct rules *r, const struct definition *d,
                       const struct exception *e)
{
	if (e->fields->kind == YAML_SEQUENCE)
		return check_list_form(r, d, e);
	if (e->fields->kind == YAML_SCALAR)
		return check_single_form(r, d, e);
	return fail(r, e->fields->at,
	            "Rule exception item must have fields property with a list "
	            "of fields");
}

static int add_values(struct rules *r, struct exception *e,
                      const struct yaml *values)
{
	if (values == NULL || values->kind == YAML_NULL)
		return 0;
	if (values->kind != YAML_SEQUENCE)
		return fail_shape(r, values->at,
		                  "Rule exception values must be a sequence");
	if (e->values != NULL)
		values = sequence_join(r, e->values, values);
	if (values == NULL)
		return E_NOMEM;
	e->values = values;
	return 0;
}

static void warn_no_values(struct rules *r, const struct exception *e)
{
	rules_warn(r, "LOAD_APPEND_NO_VALUES", e->at, e->name.len,
	           "Overriding/appending exception with no values");
}

static int add_new(struct rules *r, struct definition *d,
                   const struct yaml *map, const struct exception *named)
{
	struct exception *e = arena_new(r->arena, struct exception);
	int result;

	if (e == NULL)
		return E_NOMEM;
	*e = *named;
	e->fields = yaml_get(map, STR("fields"));
	e->comps = yaml_get(map, STR("comps"));
	if (e->comps != NULL && e->comps->kind == YAML_NULL)
		e->comps = NULL;
	if (e->fields == NULL)
		return fail_shape(r, map->at,
		                  "Item has no mapping for key 'fields'");
	if (check_shape(r, d, e) < 0)
		return E_INVALID;
	result = add_values(r, e, yaml_get(map, STR("values")));
	if (result < 0)
		return result;
	link_last(d, e);
	return 0;
}

static int add_to(struct rules *r, struct exception *e, const struct yaml *map)
{
	const struct yaml *values = yaml_get(map, STR("values"));

	if (yaml_get(map, STR("fields")) != NULL ||
	    yaml_get(map, STR("comps")) != NULL)
		return fail(r, map->at,
		            "Can not append exception fields/comps to existing "
		            "exception, only values");
	if (values == NULL || values->count == 0)
		warn_no_values(r, e);
	return add_values(r, e, values);
}

static void warn_unknown_keys(struct rules *r, const struct yaml *map)
{
	static const char *const known[] = { "name", "fields", "comps",
		                             "values" };

	for (const struct yaml_item *i = map->first; i != NULL; i = i->next) {
		bool found = false;

		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			found |= str_eq(i->key->text.s, str_from(known[k]));
		if (!found)
			rules_warn(
				r, "LOAD_UNKNOWN_KEY", i->key->at,
				i->key->text.s.len,
				"Unknown key '%.*s'. The key will be ignored.",
				STR_FMT(i->key->text.s));
	}
}

/* What is new to a rule that is there already must be whole. */
static int check_appended(struct rules *r, const struct yaml *map)
{
	const struct yaml *values = yaml_get(map, STR("values"));

	if (yaml_get(map, STR("fields")) == NULL)
		return fail(r, map->at,
		            "Rule exception must have fields property with a "
		            "list of fields");
	if (values == NULL || values->count == 0)
		return fail(r, map->at,
		            "Rule exception must have values property with a "
		            "list of values");
	return 0;
}

static int read_one(struct rules *r, const struct yaml *map, bool append,
                    struct definition *d)
{
	const struct yaml *name;
	struct exception named = { 0 }, *old;

	if (map->kind != YAML_MAPPING)
		return fail_shape(r, map->at,
		                  "Rule exception must be a mapping");
	warn_unknown_keys(r, map);
	name = yaml_get(map, STR("name"));
	if (name == NULL || name->kind != YAML_SCALAR)
		return fail_shape(r, map->at,
		                  "Item has no mapping for key 'name'");
	named.name = name->text.s;
	named.at = name->at;
	rules_set_part(r, "exception", named.name);
	old = find(d, named.name);
	if (old != NULL && append)
		return add_to(r, old, map);
	if (append && check_appended(r, map) < 0)
		return E_INVALID;
	if (old != NULL)
		rules_warn(r, "LOAD_EXCEPTION_NAME_NOT_UNIQUE", name->at,
		           named.name.len,
		           "Multiple definitions of exception '%.*s' in the "
		           "same rule",
		           STR_FMT(named.name));
	return add_new(r, d, map, &named);
}

int exceptions_read(struct rules *r, const struct yaml *list, bool append,
                    struct definition *d)
{
	int result = 0;

	if (!append)
		d->exceptions = NULL;
	for (const struct yaml_item *i = list->first; i != NULL; i = i->next) {
		int e;

		rules_set_part(r, "exception", STR_NONE);
		e = read_one(r, i->value, append, d);
		rules_set_part(r, NULL, STR_NONE);
		if (e == E_NOMEM)
			return e;
		result = e < 0 ? e : result;
	}
	return result;
}
