/* SPDX-License-Identifier: GPL-2.0-or-later */
/* items.c - one list, macro or rule of a file: its keys and their values. */
#include "store.h"

static int value_error(struct item *item, struct position at, const char *text)
{
	return rules_error(item->rules, CODE_YAML_VALIDATE, at, 1, "%s", text);
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

static void read_keys(struct item *item)
{
	static const struct str kinds[] = { { "list", 4 },
		                            { "macro", 5 },
		                            { "rule", 4 } };

	for (const struct yaml_item *i = item->map->first; i != NULL;
	     i = i->next) {
		struct str name = i->key->text.s;
		enum key key = key_find(item->kind, name);

		if (str_eq(name, kinds[item->kind]))
			continue;
		if (key == KEY__MAX)
			rules_warn(
				item->rules, "LOAD_UNKNOWN_KEY", i->key->at,
				name.len,
				"Unknown key '%.*s'. The key will be ignored.",
				STR_FMT(name));
		else if (check_value(item, i->value, key) < 0)
			item->failed = true;
		else
			item->values[key] = i->value;
	}
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

int item_read(struct rules *r, enum definition_kind kind,
              const struct yaml *map, const struct yaml *name)
{
	struct item item = { .rules = r,
		             .map = map,
		             .kind = kind,
		             .name = name->text.s,
		             .at = name->at };
	int result;

	if (name->kind != YAML_SCALAR && name->kind != YAML_NULL)
		return value_error(&item, name->at,
		                   "Value is not a scalar value");
	if (name->text.s.len == 0)
		return value_error(&item, name->at, "Value must be non-empty");
	rules_set_item(r, &(struct definition){ .kind = kind,
	                                        .name = item.name,
	                                        .begin = map->at });
	check_name(&item);
	read_keys(&item);
	result = item.failed ? E_INVALID : item_apply(&item);
	rules_set_item(r, NULL);
	return result;
}
