/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config.c - the table of keys, and a setter per type. */
#include "saker/daemon/config.h"
#include "saker/base/array.h"

#include <stddef.h>

#include "config_rules.h"
#include "saker/response/response.h"

/* Sets the member at target; on bad text returns what would be right. */
typedef const char *setter(struct config *c, void *target, struct str value);

static const char *const out_of_memory = "less memory in use";

static const char *set_STRING(struct config *c, void *target, struct str value)
{
	struct str copy = arena_copy(&c->arena, value);

	if (copy.s == NULL)
		return out_of_memory;
	*(config_STRING *)target = copy.s;
	return NULL;
}

/* Room for one more; the room doubles, so that it is full at powers of two. */
static bool list_reserve(struct config *c, struct config_list *list)
{
	const char **items;

	if ((list->count & (list->count - 1)) != 0)
		return true;
	items = arena_alloc(&c->arena, (list->count * 2 + 1) * sizeof(*items));
	if (items == NULL)
		return false;
	if (list->count != 0)
		memcpy(items, list->items, list->count * sizeof(*items));
	list->items = items;
	return true;
}

static const char *list_append(struct config *c, struct config_list *list,
                               struct str value)
{
	struct str copy = arena_copy(&c->arena, value);

	if (copy.s == NULL || !list_reserve(c, list))
		return out_of_memory;
	list->items[list->count++] = copy.s;
	return NULL;
}

static const char *set_LIST(struct config *c, void *target, struct str value)
{
	struct config_list list = { 0 };
	struct str item;

	/* As in the file, for -o: "[a, b]". */
	if (str_has_prefix(value, STR("[")) && str_has_suffix(value, STR("]")))
		value = str_take(str_skip(value, 1), value.len - 2);
	while (str_split(&value, ',', &item)) {
		item = str_trim(item);
		if (item.len != 0 && list_append(c, &list, item) != NULL)
			return out_of_memory;
	}
	*(config_LIST *)target = list;
	return NULL;
}

static const char *set_BOOL(struct config *c, void *target, struct str value)
{
	(void)c;
	if (!str_eq(value, STR("true")) && !str_eq(value, STR("false")))
		return "true or false";
	*(config_BOOL *)target = str_eq(value, STR("true"));
	return NULL;
}

static const char *set_COUNT(struct config *c, void *target, struct str value)
{
	uint64_t n;

	(void)c;
	if (!str_to_u64(value, 10, &n) || n == 0 || n > UINT32_MAX)
		return "a number from 1 to 4294967295";
	*(config_COUNT *)target = (unsigned)n;
	return NULL;
}

static const char *set_FORMAT(struct config *c, void *target, struct str value)
{
	(void)c;
	return output_format_parse(value, target) ? NULL : "text or json";
}

static const char *set_PRIORITY(struct config *c, void *target,
                                struct str value)
{
	(void)c;
	return priority_parse(value, target)
	               ? NULL
	               : "emergency, alert, critical, error, warning, notice, "
	                 "informational or debug";
}

static const char *set_MATCHING(struct config *c, void *target,
                                struct str value)
{
	(void)c;
	if (!str_eq(value, STR("first")) && !str_eq(value, STR("all")))
		return "first or all";
	*(config_MATCHING *)target =
		str_eq(value, STR("all")) ? MATCH_ALL : MATCH_FIRST;
	return NULL;
}

static const char *set_MODE(struct config *c, void *target, struct str value)
{
	(void)c;
	return response_mode_parse(value, target) ? NULL
	                                          : "off, dry-run or enforce";
}

static const char *set_KERNEL_RULES(struct config *c, void *target,
                                    struct str value)
{
	(void)c;
	if (!str_eq(value, STR("keep")) && !str_eq(value, STR("load")))
		return "keep or load";
	*(config_KERNEL_RULES *)target = str_eq(value, STR("load"))
	                                         ? KERNEL_RULES_LOAD
	                                         : KERNEL_RULES_KEEP;
	return NULL;
}

static const struct {
	size_t offset;
	size_t size;
	setter *set;
} targets[] = {
#define CONFIG(member, key, type, value, when, doc) \
	{ offsetof(struct config, member), sizeof(config_##type), set_##type },
#include "saker/daemon/config.def"
#undef CONFIG
};

static const struct config_key keys[] = {
#define CONFIG(member, key, type, value, when, doc) \
	{ key, #type, value, CONFIG_##when, doc },
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

		if (targets[i].set(c, target, str_from(keys[i].value)) != NULL)
			return E_NOMEM;
	}
	return 0;
}

void config_done(struct config *c)
{
	arena_done(&c->arena);
}

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
	near = nearest_key(key);
	if (near != NULL)
		diag_set_hint(d, "did you mean '%s'?", near);
	else
		diag_set_hint(d, "saker run --help lists the keys");
	return E_INVALID;
}

static int report(const char *wanted, size_t key, struct str value,
                  const struct diag_place *place, struct diag_list *diags)
{
	if (wanted == NULL)
		return 0;
	if (wanted == out_of_memory)
		return E_NOMEM;
	diag_add(diags, DIAG_ERROR, NULL, place,
	         "'%.*s' is no value for %s: it takes %s", STR_FMT(value),
	         keys[key].key, wanted);
	return E_INVALID;
}

int config_set(struct config *c, struct str key, struct str value,
               const struct diag_place *place, struct diag_list *diags)
{
	size_t i;

	if (str_has_prefix(key, CONFIG_CHOICE_PREFIX))
		return config_choose_key(c, key, value, place, diags);
	if (find_key(key, place, diags, &i) < 0)
		return E_INVALID;
	return report(targets[i].set(c, (char *)c + targets[i].offset, value),
	              i, value, place, diags);
}

int config_append(struct config *c, struct str key, struct str item,
                  const struct diag_place *place, struct diag_list *diags)
{
	size_t i;

	if (find_key(key, place, diags, &i) < 0)
		return E_INVALID;
	if (targets[i].set != set_LIST)
		return report("a single value, not a list", i, item, place,
		              diags);
	return report(
		list_append(c, (void *)((char *)c + targets[i].offset), item),
		i, item, place, diags);
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
	if (targets[i].set == set_LIST)
		return is_same_list(a, b);
	if (targets[i].set == set_STRING)
		return strcmp(*(const config_STRING *)a,
		              *(const config_STRING *)b) == 0;
	return memcmp(a, b, targets[i].size) == 0;
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
		memcpy(now, then, targets[i].size);
		ret_keys[n++] = keys[i].key;
	}
	return n;
}
