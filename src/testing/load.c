/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.c - mappings and sequences of test files, by the table of keys. */
#include "load.h"
#include "saker/base/array.h"

#include <limits.h>
#include <stdio.h>

#include "saker/base/limits.h"

static const struct key {
	enum mapping mapping;
	struct str name;
	int (*read)(struct loader *, const struct yaml *, void *);
	size_t offset;
} keys[] = {
#define KEY(mapping, name, reader, type, member) \
	{ MAPPING_##mapping, STR_INIT(name), reader, offsetof(type, member) },
#include "keys.def"
#undef KEY
};

int load_error(struct loader *l, struct position at, size_t length,
               const char *format, ...)
{
	struct diag_place place = position_place(at, length);
	va_list ap;

	va_start(ap, format);
	diag_vadd(l->diags, DIAG_ERROR, NULL, &place, format, ap);
	va_end(ap);
	return E_INVALID;
}

void load_hint(struct loader *l, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	diag_vset_hint(diag_last(l->diags), format, ap);
	va_end(ap);
}

void load_suggest(struct loader *l, struct str word, struct str known,
                  unsigned *best)
{
	unsigned distance = str_edit_distance(word, known);

	if (distance > known.len / 2 || distance >= *best)
		return;
	*best = distance;
	load_hint(l, "did you mean '%.*s'?", STR_FMT(known));
}

bool load_has_room(struct loader *l, const struct yaml *y)
{
	if (l->values == LIMIT_TEST_VALUES)
		load_error(l, y->at, 1, "the file holds more than %u values",
		           LIMIT_TEST_VALUES);
	if (l->values > LIMIT_TEST_VALUES)
		return false;
	return l->values++ < LIMIT_TEST_VALUES;
}

static int unknown_key(struct loader *l, enum mapping mapping,
                       const struct yaml *key)
{
	struct str name = key->text.s;
	unsigned best = UINT_MAX;

	load_error(l, key->at, name.len, "there is no key '%.*s' here",
	           STR_FMT(name));
	for (size_t i = 0; i < COUNT(keys); i++)
		if (keys[i].mapping == mapping)
			load_suggest(l, name, keys[i].name, &best);
	return E_INVALID;
}

static bool is_repeated(const struct yaml *y, const struct yaml_item *item)
{
	for (const struct yaml_item *i = y->first; i != item; i = i->next)
		if (str_eq(i->key->text.s, item->key->text.s))
			return true;
	return false;
}

static int read_pair(struct loader *l, enum mapping mapping,
                     const struct yaml *y, const struct yaml_item *item,
                     void *into)
{
	struct str name = item->key->text.s;

	for (size_t i = 0; i < COUNT(keys); i++) {
		if (keys[i].mapping != mapping || !str_eq(keys[i].name, name))
			continue;
		if (is_repeated(y, item))
			return load_error(l, item->key->at, name.len,
			                  "the key '%.*s' stands here twice",
			                  STR_FMT(name));
		return keys[i].read(l, item->value,
		                    (char *)into + keys[i].offset);
	}
	return unknown_key(l, mapping, item->key);
}

int load_mapping(struct loader *l, enum mapping mapping, const struct yaml *y,
                 void *into)
{
	int result = 0;

	if (y->kind != YAML_MAPPING)
		return load_error(l, y->at, 1, "keys and values are wanted");
	for (const struct yaml_item *i = y->first; i != NULL; i = i->next) {
		if (!load_has_room(l, i->value))
			return E_INVALID;
		result = load_worse(result, read_pair(l, mapping, y, i, into));
	}
	return result;
}

int load_sequence(struct loader *l, const struct yaml *y, size_t size,
                  int (*fn)(struct loader *, const struct yaml *, void *),
                  void *ret_items, size_t *ret_count)
{
	const struct yaml_item alone = { .value = y };
	bool is_list = y->kind == YAML_SEQUENCE;
	size_t count = is_list ? y->count : 1, n = 0;
	char *items;
	int result = 0;

	if (y->kind == YAML_NULL)
		return load_error(l, y->at, 1, "a list is wanted");
	items = arena_zalloc(&l->suite->arena, size * (count + 1));
	if (items == NULL)
		return E_NOMEM;
	memcpy(ret_items, &items, sizeof(items));
	*ret_count = count;
	for (const struct yaml_item *i = is_list ? y->first : &alone; i != NULL;
	     i = i->next) {
		if (!load_has_room(l, i->value))
			return E_INVALID;
		result =
			load_worse(result, fn(l, i->value, items + size * n++));
	}
	return result;
}
