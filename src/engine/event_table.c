/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_table.c - values as a user types them, by the fields' types. */
#include "saker/engine/event_table.h"

#include <stdio.h>
#include <stdlib.h>

#include "saker/lang/check.h"

void event_table_done(struct event_table *f)
{
	arena_done(&f->arena);
	free(f->rows);
	*f = (struct event_table){ 0 };
}

/* proc.aname[2] and "proc.env[\"A B\"]" */
static void split_name(struct str name, struct str *ret_field,
                       struct str *ret_arg, bool *ret_has_arg)
{
	ptrdiff_t open = str_find_byte(name, '[');
	struct str arg;

	*ret_has_arg = open > 0 && str_has_suffix(name, STR("]"));
	*ret_field = name;
	*ret_arg = STR_NONE;
	if (!*ret_has_arg)
		return;
	*ret_field = str_take(name, (size_t)open);
	arg = str_skip(name, (size_t)open + 1);
	arg.len--;
	if (arg.len >= 2 && (arg.s[0] == '"' || arg.s[0] == '\'') &&
	    arg.s[arg.len - 1] == arg.s[0])
		arg = str_take(str_skip(arg, 1), arg.len - 2);
	*ret_arg = arg;
}

static struct event_table_row *add_row(struct event_table *f)
{
	if (f->count == f->cap) {
		size_t cap = f->cap != 0 ? 2 * f->cap : 16;
		struct event_table_row *rows =
			realloc(f->rows, cap * sizeof(*rows));

		if (rows == NULL)
			return NULL;
		f->rows = rows;
		f->cap = cap;
	}
	return &f->rows[f->count++];
}

static int add_value(struct event_table *f, const struct field_info *info,
                     const struct field_arg *arg, const struct value *v)
{
	struct event_table_row *row = add_row(f);

	if (row == NULL)
		return E_NOMEM;
	*row = (struct event_table_row){ .id = info->id, .value = *v };
	if (!arg->present)
		return 0;
	row->arg = arena_copy(&f->arena, arg->name);
	return row->arg.s != NULL ? 0 : E_NOMEM;
}

/* What a field of a network yields is an address. */
static int parse_one(struct event_table *f, enum value_type type,
                     struct str text, struct value *ret)
{
	struct str copy = arena_copy(&f->arena, text);

	if (copy.s == NULL)
		return E_NOMEM;
	if (!value_parse(type, copy, ret))
		return E_INVALID;
	if (ret->type != VALUE_INT || type == VALUE_INT)
		return 0;
	if (ret->i < 0)
		return E_INVALID;
	ret->type = type;
	ret->u = (uint64_t)ret->i;
	return 0;
}

static int make_many(struct event_table *f, struct value *items, size_t count,
                     struct value *ret)
{
	struct str *texts = arena_array(&f->arena, struct str, count + 1);

	if (texts == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		if (items[i].type != VALUE_STRING) {
			*ret = (struct value){ .type = VALUE_MANY,
				               .many = { items, count } };
			return 0;
		}
		texts[i] = items[i].str;
	}
	*ret = (struct value){ .type = VALUE_LIST, .list = { texts, count } };
	return 0;
}

/* May the field have several values? Then a comma stands between them. */
static bool is_several(const struct field_info *info,
                       const struct field_arg *arg)
{
	return info->type == VALUE_LIST || info->use == FIELD_USE_SIDES ||
	       info->use == FIELD_USE_SEVERAL || info->type == VALUE_IPNET ||
	       (info->use == FIELD_USE_COMPARE_ONLY && !arg->present);
}

static int parse_text(struct event_table *f, const struct field_info *info,
                      const struct field_arg *arg, struct str text,
                      struct value *ret)
{
	enum value_type type = value_type_of_values(field_type(info, arg));
	size_t count = 0;
	struct value *items;
	struct str part;

	if (!is_several(info, arg))
		return parse_one(f, type, text, ret);
	items = arena_array(&f->arena, struct value, text.len + 1);
	if (items == NULL)
		return E_NOMEM;
	while (text.len > 0 && str_split(&text, ',', &part)) {
		int r = parse_one(f, type, part, &items[count++]);

		if (r < 0)
			return r;
	}
	return make_many(f, items, count, ret);
}

int event_table_resolve(struct str name, const struct field_info **ret_info,
                        struct field_arg *ret_arg, const char **ret_why)
{
	struct str field, arg;
	bool has_arg;
	int r;

	split_name(name, &field, &arg, &has_arg);
	r = field_resolve(field, has_arg, arg, ret_info, ret_arg, ret_why);
	if (r == E_NOT_FOUND)
		*ret_why = "there is no such field";
	return r;
}

static int resolve(struct str name, const struct field_info **ret_info,
                   struct field_arg *ret_arg, const char **ret_why)
{
	int r = event_table_resolve(name, ret_info, ret_arg, ret_why);

	return r == E_NOT_FOUND ? E_INVALID : r;
}

static int finish(struct event_table *f, const struct field_info *info,
                  const struct field_arg *arg, const struct value *v, int r,
                  const char **ret_why)
{
	if (r == E_INVALID)
		*ret_why = "the value does not fit the field's type";
	return r < 0 ? r : add_value(f, info, arg, v);
}

int event_table_add_text(struct event_table *f, struct str name,
                         struct str text, const char **ret_why)
{
	const struct field_info *info;
	struct field_arg arg;
	struct value v;
	int r = resolve(name, &info, &arg, ret_why);

	if (r < 0)
		return r;
	r = parse_text(f, info, &arg, text, &v);
	return finish(f, info, &arg, &v, r, ret_why);
}

static int parse_json(struct event_table *f, enum value_type type,
                      const json_t *value, struct value *ret)
{
	char number[32];

	if (json_is_string(value))
		return parse_one(f, type,
		                 (struct str){ json_string_value(value),
		                               json_string_length(value) },
		                 ret);
	if (json_is_boolean(value))
		return parse_one(
			f, type,
			json_is_true(value) ? STR("true") : STR("false"), ret);
	if (!json_is_integer(value))
		return E_INVALID;
	snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
	         json_integer_value(value));
	return parse_one(f, type, str_from(number), ret);
}

static int parse_array(struct event_table *f, enum value_type type,
                       const json_t *value, struct value *ret)
{
	size_t count = json_array_size(value);
	struct value *items = arena_array(&f->arena, struct value, count + 1);

	if (items == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		int r = parse_json(f, type, json_array_get(value, i),
		                   &items[i]);

		if (r < 0)
			return r;
	}
	return make_many(f, items, count, ret);
}

int event_table_add_json(struct event_table *f, struct str name,
                         const json_t *value, const char **ret_why)
{
	const struct field_info *info;
	struct field_arg arg;
	enum value_type type;
	struct value v;
	int r = resolve(name, &info, &arg, ret_why);

	if (r < 0 || json_is_null(value))
		return r;
	type = value_type_of_values(field_type(info, &arg));
	r = json_is_array(value) ? parse_array(f, type, value, &v)
	                         : parse_json(f, type, value, &v);
	return finish(f, info, &arg, &v, r, ret_why);
}

static bool get(void *context, enum field_id id, const struct field_arg *arg,
                struct value *ret)
{
	const struct event_table *f = context;
	struct str name = arg != NULL && arg->present ? arg->name : STR_NONE;

	/* The last one given counts. */
	for (size_t i = f->count; i-- > 0;)
		if (f->rows[i].id == id && str_eq(f->rows[i].arg, name)) {
			*ret = f->rows[i].value;
			return true;
		}
	return false;
}

struct field_source event_table_source(struct event_table *f)
{
	return (struct field_source){ .get = get, .context = f };
}
