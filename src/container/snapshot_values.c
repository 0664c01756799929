/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_values.c - values of a snapshot's JSON. */
#include "snapshot_values.h"

#include <limits.h>
#include <stdarg.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"

/* One reason is enough: what follows may be its consequence. */
bool snapshot_complain(struct snapshot_reader *r, const char *format, ...)
{
	struct diag_place place = { .file = r->name, .line = r->line };
	va_list ap;

	va_start(ap, format);
	diag_vadd(r->diags, DIAG_ERROR, NULL, &place, format, ap);
	va_end(ap);
	r->error = E_INVALID;
	return false;
}

bool snapshot_nomem(struct snapshot_reader *r)
{
	r->error = E_NOMEM;
	return false;
}

static bool unhex(struct snapshot_reader *r, const char *key, struct str hex,
                  struct str *ret)
{
	char *bytes = arena_alloc(&r->s->arena, hex.len / 2 + 1);

	if (bytes == NULL)
		return snapshot_nomem(r);
	for (size_t i = 0; i + 1 < hex.len; i += 2) {
		int high = hex_digit_lower(hex.s[i]);
		int low = hex_digit_lower(hex.s[i + 1]);

		if (high < 0 || low < 0)
			return snapshot_complain(
				r, "%s: \"hex\" is not hexadecimal", key);
		bytes[i / 2] = (char)(high << 4 | low);
	}
	if (hex.len % 2 != 0)
		return snapshot_complain(r, "%s: \"hex\" is not hexadecimal",
		                         key);
	bytes[hex.len / 2] = '\0';
	*ret = (struct str){ bytes, hex.len / 2 };
	return true;
}

static struct str text_of(const json_t *v)
{
	return (struct str){ json_string_value(v), json_string_length(v) };
}

bool snapshot_take_text(struct snapshot_reader *r, const char *key,
                        const json_t *v, struct str *ret)
{
	const json_t *hex = json_object_get(v, "hex");

	if (json_is_string(hex))
		return unhex(r, key, text_of(hex), ret);
	if (!json_is_string(v))
		return snapshot_complain(r, "%s is no text", key);
	if (json_string_length(v) > LIMIT_SNAPSHOT_TEXT)
		return snapshot_complain(r, "%s is longer than %u bytes", key,
		                         LIMIT_SNAPSHOT_TEXT);
	*ret = arena_copy(&r->s->arena, text_of(v));
	return ret->s != NULL || snapshot_nomem(r);
}

bool snapshot_take_number(struct snapshot_reader *r, const char *key,
                          const json_t *v, uint64_t max, uint64_t *ret)
{
	uint64_t n;

	if (json_is_integer(v) && json_integer_value(v) >= 0)
		n = (uint64_t)json_integer_value(v);
	else if (!json_is_string(v) || !str_to_u64(text_of(v), 10, &n))
		return snapshot_complain(r, "%s is no number that is 0 or more",
		                         key);
	if (n > max)
		return snapshot_complain(r, "%s is greater than %llu", key,
		                         (unsigned long long)max);
	*ret = n;
	return true;
}

/* Members of kinds that are not there have their default already. */
static bool take_member(struct snapshot_reader *r,
                        const struct snapshot_row *row, const json_t *v,
                        void *member)
{
	uint64_t n;

	switch (row->kind) {
	case SNAPSHOT_TEXT:
	case SNAPSHOT_NAME:
		return snapshot_take_text(r, row->key, v, member);
	case SNAPSHOT_FLAG:
		*(bool *)member = json_is_true(v);
		break;
	case SNAPSHOT_FACT:
		*(enum fact *)member = json_is_true(v) ? FACT_YES : FACT_NO;
		break;
	case SNAPSHOT_NEEDED:
	case SNAPSHOT_NUMBER64:
		return snapshot_take_number(r, row->key, v, UINT64_MAX, member);
	case SNAPSHOT_SMALL:
		if (!snapshot_take_number(r, row->key, v, SCHAR_MAX, &n))
			return false;
		*(signed char *)member = (signed char)n;
		return true;
	case SNAPSHOT_PID:
	case SNAPSHOT_NUMBER32:
	case SNAPSHOT_ID:
		if (!snapshot_take_number(
			    r, row->key, v,
			    row->kind == SNAPSHOT_PID ? MAX_PID : UINT32_MAX,
			    &n))
			return false;
		*(uint32_t *)member = (uint32_t)n;
		return true;
	}
	return json_is_boolean(v) ||
	       snapshot_complain(r, "%s is neither true nor false", row->key);
}

static void set_default(const struct snapshot_row *row, void *member)
{
	if (row->kind == SNAPSHOT_ID)
		*(uint32_t *)member = AUDIT_ID_UNSET;
	else if (row->kind == SNAPSHOT_SMALL)
		*(signed char *)member = -1;
}

bool snapshot_take_members(struct snapshot_reader *r,
                           enum snapshot_object object, const json_t *json,
                           void *record)
{
	size_t n;
	const struct snapshot_row *rows = snapshot_rows(object, &n);

	if (!json_is_object(json))
		return snapshot_complain(r, "an object is expected");
	for (size_t i = 0; i < n; i++) {
		const struct snapshot_row *row = &rows[i];
		const json_t *v = json_object_get(json, row->key);
		void *member = (char *)record + row->offset;
		bool is_needed = row->kind == SNAPSHOT_PID ||
		                 row->kind == SNAPSHOT_NEEDED ||
		                 row->kind == SNAPSHOT_NAME;

		if (v == NULL && is_needed)
			return snapshot_complain(r, "%s is missing", row->key);
		set_default(row, member);
		if (v != NULL && !take_member(r, row, v, member))
			return false;
	}
	return true;
}

static bool take_list(struct snapshot_reader *r, const char *key,
                      const json_t *v, unsigned limit, size_t *ret_count)
{
	*ret_count = json_array_size(v);
	if (v != NULL && !json_is_array(v))
		return snapshot_complain(r, "%s is no list", key);
	return *ret_count <= limit ||
	       snapshot_complain(r, "%s has more than %u items", key, limit);
}

bool snapshot_take_texts(struct snapshot_reader *r, const char *key,
                         const json_t *v, unsigned limit, struct str **ret,
                         size_t *ret_count)
{
	size_t n;

	if (!take_list(r, key, v, limit, &n))
		return false;
	*ret = arena_array(&r->s->arena, struct str, n + 1);
	if (*ret == NULL)
		return snapshot_nomem(r);
	for (size_t i = 0; i < n; i++)
		if (!snapshot_take_text(r, key, json_array_get(v, i),
		                        &(*ret)[i]))
			return false;
	*ret_count = n;
	return true;
}

void *snapshot_take_objects(struct snapshot_reader *r, const char *key,
                            const json_t *v, enum snapshot_object object,
                            size_t *ret_count)
{
	size_t n, size = object == SNAPSHOT_MOUNT
	                         ? sizeof(struct container_mount)
	                         : sizeof(struct container_label);
	char *items;

	if (!take_list(r, key, v, LIMIT_METADATA_ITEMS, &n))
		return NULL;
	items = arena_zalloc(&r->s->arena, (n + 1) * size);
	if (items == NULL) {
		snapshot_nomem(r);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		if (!snapshot_take_members(r, object, json_array_get(v, i),
		                           items + i * size))
			return NULL;
	*ret_count = n;
	return items;
}
