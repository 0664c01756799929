/* SPDX-License-Identifier: GPL-2.0-or-later */
/* items.c - one list, macro or rule of a file: its keys and their values. */
#include "saker/base/limits.h"
#include "store.h"

static bool is_kind(struct str key)
{
	return str_eq(key, STR("list")) || str_eq(key, STR("macro")) ||
	       str_eq(key, STR("rule")) ||
	       str_eq(key, STR("required_engine_version")) ||
	       str_eq(key, STR("required_plugin_versions"));
}

static struct str kind_name(enum definition_kind kind)
{
	return kind == DEFINES_LIST    ? STR("list")
	       : kind == DEFINES_MACRO ? STR("macro")
	                               : STR("rule");
}

static int value_error(struct item *item, struct position at, const char *text)
{
	return rules_error(item->rules, CODE_YAML_VALIDATE, at, 1, "%s", text);
}

static int empty_error(struct rules *r, struct position at, struct str key)
{
	return rules_error(r, CODE_YAML_VALIDATE, at, 1,
	                   "Mapping for key '%.*s' is empty", STR_FMT(key));
}

static int check_texts(struct item *item, const struct yaml *y)
{
	if (y->kind == YAML_NULL)
		return 0;
	if (y->kind != YAML_SEQUENCE)
		return value_error(item, y->at, "Value is not a sequence");
	for (const struct yaml_item *i = y->first; i != NULL; i = i->next)
		if (i->value->kind != YAML_SCALAR)
			return value_error(item, i->value->at,
			                   "sequence value is not scalar");
	return 0;
}

static int check_scalar(struct item *item, const struct yaml *y, enum key key)
{
	enum key_value kind = key_info(key)->value;
	uint64_t number;
	bool truth;

	if (y->kind != YAML_SCALAR && y->kind != YAML_NULL)
		return value_error(item, y->at, "Value is not a scalar value");
	/* An empty source is the default one. */
	if (key != KEY_SOURCE && y->kind == YAML_NULL)
		return empty_error(item->rules, y->at, key_info(key)->name);
	if (key != KEY_SOURCE && str_trim(y->text.s).len == 0)
		return value_error(item, y->at, "Value must be non-empty");
	if ((kind == KEY_VALUE_BOOL && !yaml_to_bool(y, &truth)) ||
	    (kind == KEY_VALUE_NUMBER && !str_to_u64(y->text.s, 10, &number)))
		return value_error(item, y->at,
		                   "Can't decode YAML scalar value");
	return 0;
}

static int check_value(struct item *item, const struct yaml *y, enum key key)
{
	switch (key_info(key)->value) {
	case KEY_VALUE_TEXT:
	case KEY_VALUE_BOOL:
	case KEY_VALUE_NUMBER:
		return check_scalar(item, y, key);
	case KEY_VALUE_TEXTS:
		return check_texts(item, y);
	case KEY_VALUE_MAPPING:
		return y->kind == YAML_MAPPING
		               ? 0
		               : value_error(item, y->at,
		                             "Value is not a mapping");
	case KEY_VALUE_EXCEPTIONS:
		return y->kind == YAML_SEQUENCE || y->kind == YAML_NULL
		               ? 0
		               : value_error(
					 item, y->at,
					 "Rule exceptions must be a sequence");
	case KEY_VALUE_IGNORED:
		return 0;
	}
	return 0;
}

static void warn_unknown_key(struct item *item, const struct yaml *key)
{
	struct str name = key->text.s, near = key_nearest(item->kind, name);

	rules_warn(item->rules, "LOAD_UNKNOWN_KEY", key->at, name.len,
	           "Unknown key '%.*s'. The key will be ignored.",
	           STR_FMT(name));
	if (near.len > 0)
		rules_hint(item->rules, "did you mean '%.*s'?", STR_FMT(near));
}

static void read_key(struct item *item, const struct yaml_item *i)
{
	struct str name = i->key->text.s;
	enum key key = key_find(item->kind, name);

	if (key == KEY__MAX) {
		warn_unknown_key(item, i->key);
	} else if (item->values[key] != NULL) {
		rules_error(item->rules, CODE_YAML_VALIDATE, i->key->at,
		            name.len, "Key '%.*s' is given twice",
		            STR_FMT(name));
		rules_hint(item->rules,
		           "is '- ' missing before an item that "
		           "begins above?");
		item->failed = true;
	} else {
		item->failed |= check_value(item, i->value, key) < 0;
		item->values[key] = i->value;
	}
}

static void read_keys(struct item *item)
{
	for (const struct yaml_item *i = item->map->first; i != NULL;
	     i = i->next)
		if (!is_kind(i->key->text.s))
			read_key(item, i);
}

static bool is_name_byte(enum definition_kind kind, char c, bool first)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

	if (kind == DEFINES_LIST)
		return strchr("()\"' \t\n\v\f\r=,", c) == NULL;
	return letter || (!first && ((c >= '0' && c <= '9') || c == '_'));
}

/* A name that conditions cannot refer to. */
static void check_name(struct item *item)
{
	bool list = item->kind == DEFINES_LIST;
	bool ok = true;

	if (item->kind == DEFINES_RULE)
		return;
	for (size_t i = 0; i < item->name.len; i++)
		ok &= is_name_byte(item->kind, item->name.s[i], i == 0);
	if (ok)
		return;
	rules_warn(item->rules,
	           list ? "LOAD_INVALID_LIST_NAME" : "LOAD_INVALID_MACRO_NAME",
	           item->at, item->name.len,
	           "%s has an invalid name. %s names should match a regular "
	           "expression: %s",
	           list ? "List" : "Macro", list ? "List" : "Macro",
	           list ? "[^()\"'[:space:]=,]+" : "[a-zA-Z]+[a-zA-Z0-9_]*");
}

/* What is used elsewhere must not be called unknown there. */
static int mark_broken(struct rules *r, struct str kind,
                       const struct yaml *name)
{
	struct item item = { .rules = r,
		             .map = name,
		             .kind = DEFINES_MACRO,
		             .name = name->kind != YAML_NULL ? name->text.s
		                                             : STR_NONE,
		             .at = name->at };
	struct definition *d;

	if (!str_eq(kind, STR("macro")) || name->kind != YAML_SCALAR ||
	    rules_find(r, DEFINES_MACRO, item.name) != NULL ||
	    rules_count(r, DEFINES_MACRO) >= LIMIT_RULES)
		return 0;
	d = rules_define(r, &item);
	if (d == NULL)
		return E_NOMEM;
	d->order = SIZE_MAX;
	return 0;
}

int item_check_kinds(struct rules *r, const struct yaml *map)
{
	const struct yaml_item *first = NULL;

	for (const struct yaml_item *i = map->first; i != NULL; i = i->next) {
		struct str name = i->key->text.s;

		if (!is_kind(name))
			continue;
		if (first == NULL) {
			first = i;
			continue;
		}
		rules_error(r, CODE_YAML_VALIDATE, i->key->at, name.len,
		            "'%.*s' within an item that is another thing",
		            STR_FMT(name));
		rules_hint(r, "is '- ' missing before it?");
		if (mark_broken(r, first->key->text.s, first->value) < 0 ||
		    mark_broken(r, name, i->value) < 0)
			return E_NOMEM;
		return E_INVALID;
	}
	return 0;
}

static int check_item_name(struct item *item, const struct yaml *name)
{
	if (name->kind == YAML_NULL)
		return empty_error(item->rules, name->at,
		                   kind_name(item->kind));
	if (name->kind != YAML_SCALAR)
		return value_error(item, name->at,
		                   "Value is not a scalar value");
	if (name->text.s.len == 0)
		return value_error(item, name->at, "Value must be non-empty");
	return 0;
}

int item_read(struct rules *r, enum definition_kind kind,
              const struct yaml *map, const struct yaml *name)
{
	struct item item = { .rules = r,
		             .map = map,
		             .kind = kind,
		             .name = name->kind != YAML_NULL ? name->text.s
		                                             : STR_NONE,
		             .at = name->at };
	int result;

	rules_set_item(r, &(struct definition){ .kind = kind,
	                                        .name = item.name,
	                                        .begin = map->at });
	if (check_item_name(&item, name) < 0) {
		rules_set_item(r, NULL);
		return E_INVALID;
	}
	check_name(&item);
	read_keys(&item);
	result = item.failed ? E_INVALID : item_apply(&item);
	if (result == E_INVALID &&
	    mark_broken(r, kind == DEFINES_MACRO ? STR("macro") : STR_NONE,
	                name) < 0)
		result = E_NOMEM;
	rules_set_item(r, NULL);
	return result;
}
