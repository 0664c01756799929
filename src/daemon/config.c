/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config.c - the table of keys, and finding and setting one. */
#include "saker/daemon/config.h"
#include "saker/base/array.h"

#include <stddef.h>

#include "config_rules.h"
#include "config_types.h"

static const struct {
	size_t offset;
	const struct config_type *type;
} targets[] = {
#define CONFIG(member, key, type, value, range, when, doc) \
	{ offsetof(struct config, member), &config_type_##type },
#include "saker/daemon/config.def"
#undef CONFIG
};

static const struct config_key keys[] = {
#define CONFIG(member, key, type, value, range, when, doc) \
	{ key, #type, value, range, CONFIG_##when, doc },
#include "saker/daemon/config.def"
#undef CONFIG
};

size_t config_keys(const struct config_key **ret)
{
	*ret = keys;
	return COUNT(keys);
}

int config_init(struct config *c)
{
	*c = (struct config){ 0 };
	for (size_t i = 0; i < COUNT(keys); i++) {
		void *target = (char *)c + targets[i].offset;

		int error = targets[i].type->set(c, &keys[i], target,
		                                 str_from(keys[i].value));

		if (error < 0)
			return error;
	}
	return 0;
}

void config_done(struct config *c)
{
	arena_done(&c->arena);
}

/* For as many a near key is looked for: a file with more errors is another
 * program's, and aliases make many keys of few bytes. */
#define HINTS 20u

/* Same last part ("mode" for "response.mode"), else the fewest typing errors.
 */
static const char *nearest_key(struct str key)
{
	struct str tail =
		str_skip(key, (size_t)(str_find_last_byte(key, '.') + 1));
	size_t best = key.len / 2 + 1;
	const char *near = NULL;

	for (size_t i = 0; i < COUNT(keys); i++) {
		struct str known = str_from(keys[i].key);
		size_t distance = str_edit_distance(key, known);

		if (tail.len > 2 && str_has_suffix(known, tail))
			return keys[i].key;
		if (distance < best) {
			best = distance;
			near = keys[i].key;
		}
	}
	return near;
}

static int find_key(struct str key, const struct diag_place *place,
                    struct diag_list *diags, size_t *ret)
{
	const char *near;
	struct diag *d;

	for (size_t i = 0; i < COUNT(keys); i++) {
		if (str_eq(str_from(keys[i].key), key)) {
			*ret = i;
			return 0;
		}
	}
	d = diag_add(diags, DIAG_ERROR, NULL, place,
	             "unknown configuration key '%.*s'", STR_FMT(key));
	near = diags->errors <= HINTS ? nearest_key(key) : NULL;
	if (near != NULL)
		diag_set_hint(d, "did you mean '%s'?", near);
	else
		diag_set_hint(d, "saker config lists the keys");
	return E_INVALID;
}

static int note_origin(struct config *c, size_t i,
                       const struct diag_place *place)
{
	struct config_origin *o = &c->origins[i];
	const bool is_file = place != NULL && place->file != NULL;

	*o = (struct config_origin){ is_file ? CONFIG_FROM_FILE
		                             : CONFIG_FROM_OPTION,
		                     NULL, is_file ? place->line : 0 };
	if (is_file)
		o->file = arena_copy(&c->arena, str_from(place->file)).s;
	return is_file && o->file == NULL ? E_NOMEM : 0;
}

static int report(const char *wanted, size_t key, struct str value,
                  const struct diag_place *place, struct diag_list *diags)
{
	diag_add(diags, DIAG_ERROR, NULL, place,
	         "'%.*s' is no value for %s: it takes %s", STR_FMT(value),
	         keys[key].key, wanted);
	return E_INVALID;
}

/* Those from the first on. */
static int check_items(const struct config *c, size_t i, size_t first,
                       const struct diag_place *place, struct diag_list *diags)
{
	const struct config_list *list =
		(const void *)((const char *)c + targets[i].offset);
	int worst = 0;

	if (targets[i].type->check == NULL)
		return 0;
	for (size_t n = first; n < list->count; n++) {
		int error = targets[i].type->check(str_from(list->items[n]),
		                                   place, diags);

		if (error < 0)
			worst = error;
	}
	return worst;
}

int config_set(struct config *c, struct str key, struct str value,
               const struct diag_place *place, struct diag_list *diags)
{
	size_t i;
	int error;

	if (str_has_prefix(key, CONFIG_CHOICE_PREFIX))
		return config_choose_key(c, key, value, place, diags);
	if (find_key(key, place, diags, &i) < 0)
		return E_INVALID;
	error = targets[i].type->set(c, &keys[i], (char *)c + targets[i].offset,
	                             value);
	if (error == E_INVALID)
		return report(keys[i].range, i, value, place, diags);
	if (error == 0)
		error = check_items(c, i, 0, place, diags);
	return error < 0 ? error : note_origin(c, i, place);
}

int config_append(struct config *c, struct str key, struct str item,
                  const struct diag_place *place, struct diag_list *diags)
{
	struct config_list *list;
	size_t i;
	int error;

	if (find_key(key, place, diags, &i) < 0)
		return E_INVALID;
	if (!targets[i].type->is_list)
		return report("a single value, not a list", i, item, place,
		              diags);
	list = (void *)((char *)c + targets[i].offset);
	error = config_list_append(c, list, item);
	if (error == 0)
		error = check_items(c, i, list->count - 1, place, diags);
	return error < 0 ? error : note_origin(c, i, place);
}

void config_print(const struct config *c, size_t i, struct buf *out)
{
	targets[i].type->print((const char *)c + targets[i].offset, out);
}

static bool is_same_list(const config_LIST *a, const config_LIST *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

static bool is_same(size_t i, const void *a, const void *b)
{
	if (targets[i].type->is_list)
		return is_same_list(a, b);
	if (targets[i].type->is_text)
		return strcmp(*(const config_STRING *)a,
		              *(const config_STRING *)b) == 0;
	return memcmp(a, b, targets[i].type->size) == 0;
}

size_t config_keep(struct config *c, const struct config *running,
                   const char **ret_keys)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(keys); i++) {
		char *now = (char *)c + targets[i].offset;
		const char *then = (const char *)running + targets[i].offset;

		if (keys[i].when == CONFIG_RELOAD || is_same(i, now, then))
			continue;
		memcpy(now, then, targets[i].type->size);
		c->origins[i] = running->origins[i];
		ret_keys[n++] = keys[i].key;
	}
	return n;
}
