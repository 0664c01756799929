/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read_expected.c - fields, and the alerts that a test expects. */
#include <limits.h>

#include "load.h"
#include "saker/base/limits.h"
#include "saker/lang/check.h"
#include "saker/vm/operand.h"

static int no_field(struct loader *l, const struct yaml *name, int error,
                    const char *why)
{
	struct str near = field_suggest(name->text.s);

	if (error == E_NOMEM)
		return error;
	load_error(l, name->at, name->text.s.len, "'%.*s': %s",
	           STR_FMT(name->text.s), why);
	if (error == E_NOT_FOUND && near.len != 0)
		load_hint(l, "did you mean '%.*s'?", STR_FMT(near));
	return E_INVALID;
}

/* A scalar as it stands, a list with commas: as alerts show values. */
static int value_text_of(struct loader *l, const struct yaml *y,
                         struct str *ret)
{
	auto_buf struct buf text = BUF_INIT;

	if (y->kind == YAML_SCALAR)
		buf_add_str(&text, y->text.s);
	for (const struct yaml_item *i = y->first; i != NULL; i = i->next) {
		if (y->kind != YAML_SEQUENCE || i->value->kind != YAML_SCALAR)
			return load_error(l, i->value->at, 1,
			                  "a value or a list of values is "
			                  "wanted");
		if (!load_has_room(l, i->value))
			return E_INVALID;
		if (i != y->first)
			buf_add_byte(&text, ',');
		buf_add_str(&text, i->value->text.s);
	}
	*ret = arena_copy(&l->suite->arena, buf_str(&text));
	return text.failed || ret->s == NULL ? E_NOMEM : 0;
}

static int read_field(struct loader *l, const struct yaml_item *item,
                      struct suite_field *f)
{
	const char *why;
	int r = read_text(l, item->key, &f->name);

	if (r < 0)
		return r;
	r = event_table_resolve(f->name.s, &f->info, &f->arg, &why);
	if (r < 0)
		return no_field(l, item->key, r, why);
	f->has_value = item->value->kind != YAML_NULL;
	return f->has_value ? value_text_of(l, item->value, &f->value) : 0;
}

int read_fields(struct loader *l, const struct yaml *y, void *member_at)
{
	struct suite_fields *fields = member_at;
	int result = 0;

	if (y->kind != YAML_MAPPING)
		return load_error(l, y->at, 1,
		                  "fields and their values are wanted");
	fields->items =
		arena_array(&l->suite->arena, struct suite_field, y->count + 1);
	if (fields->items == NULL)
		return E_NOMEM;
	for (const struct yaml_item *i = y->first; i != NULL; i = i->next) {
		if (!load_has_room(l, i->value))
			return E_INVALID;
		result = load_worse(
			result,
			read_field(l, i, &fields->items[fields->count++]));
	}
	return result;
}

static json_t *json_of(struct loader *l, const struct yaml *y)
{
	json_t *list;

	if (y->kind == YAML_SCALAR)
		return json_stringn_nocheck(y->text.s.s, y->text.s.len);
	if (y->kind != YAML_SEQUENCE)
		return json_null();
	list = json_array();
	for (const struct yaml_item *i = y->first; i != NULL; i = i->next) {
		bool is_plain = i->value->kind == YAML_SCALAR;

		if (!load_has_room(l, i->value))
			break;
		json_array_append_new(
			list,
			is_plain ? json_stringn_nocheck(i->value->text.s.s,
		                                        i->value->text.s.len)
				 : json_null());
	}
	return list;
}

static int add_value(struct loader *l, const struct yaml_item *item,
                     struct event_table *table)
{
	const struct field_info *info;
	struct field_arg arg;
	const char *why;
	json_t *value;
	int r = event_table_resolve(item->key->text.s, &info, &arg, &why);

	if (r < 0)
		return no_field(l, item->key, r, why);
	if (item->value->kind == YAML_MAPPING)
		return load_error(l, item->value->at, 1,
		                  "a value or a list of values is wanted");
	value = json_of(l, item->value);
	if (value == NULL)
		return E_NOMEM;
	r = event_table_add_json(table, item->key->text.s, value, &why);
	json_decref(value);
	return r < 0 ? no_field(l, item->key, r, why) : 0;
}

/* An event without records. */
int read_event(struct loader *l, const struct yaml *y, void *member_at)
{
	struct suite_event *event = member_at;
	int result = 0;

	event->is_given = true;
	event->at = y->at;
	if (y->kind != YAML_MAPPING)
		return load_error(l, y->at, 1,
		                  "fields and their values are wanted");
	for (const struct yaml_item *i = y->first; i != NULL; i = i->next) {
		if (!load_has_room(l, i->value))
			return E_INVALID;
		result = load_worse(result, add_value(l, i, &event->table));
	}
	return result;
}

static int compile_regex(struct loader *l, struct suite_alert *alert)
{
	struct operand *regex = arena_new(&l->suite->arena, struct operand);
	char why[128] = "";
	size_t offset;
	int r;

	if (regex == NULL)
		return E_NOMEM;
	r = operand_compile_regex(regex, alert->output_pattern.s, why,
	                          sizeof(why), &offset);
	if (r == E_INVALID)
		return load_error(l, alert->output_pattern.at,
		                  alert->output_pattern.s.len,
		                  "no regular expression: %s", why);
	operand_jit(regex);
	alert->output_regex = regex;
	return r;
}

/* The name of a rule alone, or more. */
static int read_alert(struct loader *l, const struct yaml *y, void *into)
{
	struct suite_alert *alert = into;
	int r;

	alert->at = y->at;
	alert->times = 1;
	r = y->kind == YAML_MAPPING ? load_mapping(l, MAPPING_ALERT, y, alert)
	                            : read_text(l, y, &alert->rule);
	if (r < 0)
		return r;
	if (alert->rule.s.len == 0)
		return load_error(l, y->at, 1, "which rule raises this alert?");
	return alert->output_pattern.s.s != NULL ? compile_regex(l, alert) : 0;
}

int read_alerts(struct loader *l, const struct yaml *y, void *member_at)
{
	struct suite_alerts *alerts = member_at;

	alerts->is_given = true;
	if (y->kind == YAML_SEQUENCE && y->count > LIMIT_TEST_EXPECTED)
		return load_error(
			l, y->at, 1,
			"a test expects %u alerts at most; see 'count'",
			LIMIT_TEST_EXPECTED);
	return load_sequence(l, y, sizeof(*alerts->items), read_alert,
	                     &alerts->items, &alerts->count);
}
