/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config_types.c - reading and showing a value of each type. */
#include "config_types.h"

#include "saker/base/array.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/metrics/publisher.h"
#include "saker/response/response.h"

/* JSON's strings are YAML's double-quoted ones. */
static void print_text(struct str text, struct buf *out)
{
	escape_json(out, text);
}

static int set_STRING(struct config *c, const struct config_key *key,
                      void *target, struct str value)
{
	struct str copy = arena_copy(&c->arena, value);

	(void)key;
	if (copy.s == NULL)
		return E_NOMEM;
	*(config_STRING *)target = copy.s;
	return 0;
}

static int set_ADDRESS(struct config *c, const struct config_key *key,
                       void *target, struct str value)
{
	if (value.len != 0 && !publisher_address_valid(value))
		return E_INVALID;
	return set_STRING(c, key, target, value);
}

static void print_STRING(const void *target, struct buf *out)
{
	print_text(str_from(*(const config_STRING *)target), out);
}

#define print_ADDRESS print_STRING

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

int config_list_append(struct config *c, struct config_list *list,
                       struct str value)
{
	struct str copy = arena_copy(&c->arena, value);

	if (copy.s == NULL || !list_reserve(c, list))
		return E_NOMEM;
	list->items[list->count++] = copy.s;
	return 0;
}

/* What stands before the next comma that is in no brackets. */
static bool next_item(struct str *rest, struct str *ret)
{
	size_t depth = 0, i;

	if (rest->s == NULL)
		return false;
	for (i = 0; i < rest->len; i++) {
		char b = rest->s[i];

		if (b == '{' || b == '[')
			depth++;
		else if ((b == '}' || b == ']') && depth > 0)
			depth--;
		else if (b == ',' && depth == 0)
			break;
	}
	*ret = str_take(*rest, i);
	*rest = i < rest->len ? str_skip(*rest, i + 1) : STR_NONE;
	return true;
}

static int set_LIST(struct config *c, const struct config_key *key,
                    void *target, struct str value)
{
	struct config_list list = { 0 };
	struct str item;

	(void)key;
	/* As in the file, for -o: "[a, b]". */
	if (str_has_prefix(value, STR("[")) && str_has_suffix(value, STR("]")))
		value = str_take(str_skip(value, 1), value.len - 2);
	while (next_item(&value, &item)) {
		item = str_trim(item);
		if (item.len != 0 && config_list_append(c, &list, item) < 0)
			return E_NOMEM;
	}
	*(config_LIST *)target = list;
	return 0;
}

static void print_LIST(const void *target, struct buf *out)
{
	const config_LIST *list = target;

	buf_add_byte(out, '[');
	for (size_t i = 0; i < list->count; i++) {
		buf_add_str(out, i == 0 ? STR("") : STR(", "));
		print_text(str_from(list->items[i]), out);
	}
	buf_add_byte(out, ']');
}

static int set_BOOL(struct config *c, const struct config_key *key,
                    void *target, struct str value)
{
	(void)c;
	(void)key;
	if (!str_eq(value, STR("true")) && !str_eq(value, STR("false")))
		return E_INVALID;
	*(config_BOOL *)target = str_eq(value, STR("true"));
	return 0;
}

static void print_BOOL(const void *target, struct buf *out)
{
	buf_add_str(out,
	            *(const config_BOOL *)target ? STR("true") : STR("false"));
}

/* "MIN to MAX" */
static bool parse_range(const char *range, uint64_t *ret_min, uint64_t *ret_max)
{
	struct str text = str_from(range);
	ptrdiff_t to = str_find(text, STR(" to "));

	return to > 0 && str_to_u64(str_take(text, (size_t)to), 10, ret_min) &&
	       str_to_u64(str_skip(text, (size_t)to + 4), 10, ret_max);
}

static int set_COUNT(struct config *c, const struct config_key *key,
                     void *target, struct str value)
{
	uint64_t n, min, max;

	(void)c;
	if (!parse_range(key->range, &min, &max) ||
	    !str_to_u64(value, 10, &n) || n < min || n > max)
		return E_INVALID;
	*(config_COUNT *)target = (unsigned)n;
	return 0;
}

static void print_COUNT(const void *target, struct buf *out)
{
	buf_printf(out, "%u", *(const config_COUNT *)target);
}

static int set_FORMAT(struct config *c, const struct config_key *key,
                      void *target, struct str value)
{
	(void)c;
	(void)key;
	return alert_format_parse(value, target) ? 0 : E_INVALID;
}

static void print_FORMAT(const void *target, struct buf *out)
{
	print_text(str_from(alert_format_name(*(const config_FORMAT *)target)),
	           out);
}

static int set_PRIORITY(struct config *c, const struct config_key *key,
                        void *target, struct str value)
{
	(void)c;
	(void)key;
	return priority_parse(value, target) ? 0 : E_INVALID;
}

static void print_PRIORITY(const void *target, struct buf *out)
{
	const char *name = priority_name(*(const config_PRIORITY *)target);

	/* names are capitalised; the file has them in lower case */
	buf_printf(out, "\"%c%s\"", *name | 0x20, name + 1);
}

/* The index of value in words; E_INVALID when it is none of them. */
static int find_word(const char *const *words, size_t n, struct str value)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(value, str_from(words[i])))
			return (int)i;
	return E_INVALID;
}

static const char *const matchings[] = {
	[MATCH_FIRST] = "first", [MATCH_ALL] = "all"
};

static int set_MATCHING(struct config *c, const struct config_key *key,
                        void *target, struct str value)
{
	int i = find_word(matchings, COUNT(matchings), value);

	(void)c;
	(void)key;
	if (i < 0)
		return i;
	*(config_MATCHING *)target = (config_MATCHING)i;
	return 0;
}

static void print_MATCHING(const void *target, struct buf *out)
{
	print_text(str_from(matchings[*(const config_MATCHING *)target]), out);
}

static int set_MODE(struct config *c, const struct config_key *key,
                    void *target, struct str value)
{
	(void)c;
	(void)key;
	return response_mode_parse(value, target) ? 0 : E_INVALID;
}

/* Quoted: YAML 1.1 reads "off" as a truth value. */
static void print_MODE(const void *target, struct buf *out)
{
	print_text(str_from(response_mode_name(*(const config_MODE *)target)),
	           out);
}

static const char *const kernel_rules[] = {
	[KERNEL_RULES_KEEP] = "keep", [KERNEL_RULES_LOAD] = "load"
};

static int set_KERNEL_RULES(struct config *c, const struct config_key *key,
                            void *target, struct str value)
{
	int i = find_word(kernel_rules, COUNT(kernel_rules), value);

	(void)c;
	(void)key;
	if (i < 0)
		return i;
	*(config_KERNEL_RULES *)target = (config_KERNEL_RULES)i;
	return 0;
}

static void print_KERNEL_RULES(const void *target, struct buf *out)
{
	print_text(str_from(kernel_rules[*(const config_KERNEL_RULES *)target]),
	           out);
}

static const char *const suppress_modes[] = { [SUPPRESS_NEVER] = "never",
	                                      [SUPPRESS_RULES] = "rules",
	                                      [SUPPRESS_ALL] = "all" };

static int set_SUPPRESS(struct config *c, const struct config_key *key,
                        void *target, struct str value)
{
	int i = find_word(suppress_modes, COUNT(suppress_modes), value);

	(void)c;
	(void)key;
	if (i < 0)
		return i;
	*(config_SUPPRESS *)target = (config_SUPPRESS)i;
	return 0;
}

static void print_SUPPRESS(const void *target, struct buf *out)
{
	print_text(str_from(suppress_modes[*(const config_SUPPRESS *)target]),
	           out);
}

#define TYPE(name)                                                     \
	const struct config_type config_type_##name = {                \
		.set = set_##name,                                     \
		.print = print_##name,                                 \
		.is_list = __builtin_types_compatible_p(config_##name, \
		                                        config_LIST),  \
		.is_text = __builtin_types_compatible_p(config_##name, \
		                                        const char *), \
		.size = sizeof(config_##name),                         \
	};
CONFIG_TYPES
#undef TYPE

/* For showing only: what is kept is what was given. */
static void print_OUTPUTS(const void *target, struct buf *out)
{
	const config_LIST *list = target;

	buf_add_byte(out, '[');
	for (size_t i = 0; i < list->count; i++) {
		auto_buf struct buf shown = BUF_INIT;

		buf_add_str(out, i == 0 ? STR("") : STR(", "));
		output_redact(str_from(list->items[i]), &shown);
		print_text(buf_str(&shown), out);
		out->failed |= shown.failed;
	}
	buf_add_byte(out, ']');
}

const struct config_type config_type_OUTPUTS = {
	.set = set_LIST,
	.print = print_OUTPUTS,
	.is_list = true,
	.check = output_check,
	.size = sizeof(config_OUTPUTS),
};
