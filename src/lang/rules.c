/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules.c - the definitions that rule files add up to. */
#include "saker/lang/rules.h"

#include <stdarg.h>

#include "saker/base/io.h"
#include "store.h"

static const struct key_info keys[] = {
#define KEY(ID, NAME, ITEMS, APPEND, REPLACE, VALUE) \
	[KEY_##ID] = {                               \
		.name = { NAME, sizeof(NAME) - 1 },  \
		.items = ITEMS,                      \
		.append = APPEND,                    \
		.replace = REPLACE,                  \
		.value = KEY_VALUE_##VALUE,          \
	},
#include "saker/lang/keys.def"
#undef KEY
};

const struct key_info *key_info(enum key key)
{
	return &keys[key];
}

enum key key_find(enum definition_kind kind, struct str name)
{
	enum key k = 0;

	while (k < KEY__MAX && !((keys[k].items & (1u << kind)) != 0 &&
	                         str_eq(keys[k].name, name)))
		k++;
	return k;
}

/* More typing errors make it another word. */
#define TYPOS 2u

struct str key_nearest(enum definition_kind kind, struct str name)
{
	struct str near = STR_NONE;
	unsigned least = TYPOS + 1;

	for (enum key k = 0; k < KEY__MAX; k++) {
		unsigned d = (keys[k].items & (1u << kind)) != 0
		                     ? str_edit_distance(name, keys[k].name)
		                     : least;

		if (d >= least || d >= keys[k].name.len)
			continue;
		least = d;
		near = keys[k].name;
	}
	return near;
}

void rules_init(struct rules *r, struct arena *arena, struct diag_list *diags)
{
	*r = (struct rules){ .arena = arena, .diags = diags };
	for (size_t i = 0; i < DEFINES__MAX; i++)
		map_init(&r->of[i].names);
}

void rules_done(struct rules *r)
{
	for (size_t i = 0; i < DEFINES__MAX; i++) {
		map_done(&r->of[i].names);
		buf_done(&r->of[i].items);
	}
	buf_done(&r->odd_lists);
}

static struct diag *report(struct rules *r, enum diag_severity severity,
                           const char *code, struct diag_place *place,
                           const char *format, va_list ap)
{
	struct diag_place begin;
	struct diag *d = diag_vadd(r->diags, severity, code, place, format, ap);

	begin = position_place(r->item_begin, 0);
	if (r->item_type != NULL)
		diag_set_item(d, r->item_type, r->item_name, &begin);
	if (r->part != NULL)
		diag_set_part(d, r->part, r->part_name);
	return d;
}

int rules_error(struct rules *r, const char *code, struct position at,
                size_t length, const char *format, ...)
{
	struct diag_place place = position_place(at, length);
	va_list ap;

	va_start(ap, format);
	report(r, DIAG_ERROR, code, &place, format, ap);
	va_end(ap);
	return E_INVALID;
}

struct diag *rules_warn(struct rules *r, const char *code, struct position at,
                        size_t length, const char *format, ...)
{
	struct diag_place place = position_place(at, length);
	struct diag *d;
	va_list ap;

	va_start(ap, format);
	d = report(r, DIAG_WARNING, code, &place, format, ap);
	va_end(ap);
	return d;
}

void rules_note(struct rules *r, const char *code, struct position at,
                size_t length, const char *format, ...)
{
	struct diag_place place = position_place(at, length);
	va_list ap;

	if (!r->lint)
		return;
	va_start(ap, format);
	report(r, DIAG_NOTE, code, &place, format, ap);
	va_end(ap);
}

int rules_unknown(struct rules *r, const char *code, bool skip,
                  const struct name_use *name, const char *text)
{
	if (!skip)
		return rules_error(r, code, name->at, name->length, "%s %.*s",
		                   text, STR_FMT(name->name));
	rules_warn(r, "LOAD_UNKNOWN_FILTER", name->at, name->length, "%s %.*s",
	           text, STR_FMT(name->name));
	rules_hint(r, "the rule is skipped");
	return E_NOT_FOUND;
}

void rules_set_part(struct rules *r, const char *part, struct str name)
{
	r->part = part;
	r->part_name = name;
}

void rules_set_item(struct rules *r, const struct definition *d)
{
	static const char *const types[] = { [DEFINES_LIST] = "list",
		                             [DEFINES_MACRO] = "macro",
		                             [DEFINES_RULE] = "rule" };

	r->item_type = d != NULL ? types[d->kind] : NULL;
	r->item_name = d != NULL ? d->name : STR_NONE;
	r->item_begin = d != NULL ? d->begin : (struct position){ 0 };
}

const char *rules_code_text(const char *code)
{
	static const char *const texts[][2] = {
#define CODE(id, description) { #id, description },
#include "saker/lang/codes.def"
#undef CODE
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (code != NULL && strcmp(texts[i][0], code) == 0)
			return texts[i][1];
	return NULL;
}

void rules_hint(struct rules *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	diag_vset_hint(diag_last(r->diags), format, ap);
	va_end(ap);
}

size_t rules_count(const struct rules *r, enum definition_kind kind)
{
	return r->of[kind].items.len / sizeof(struct definition *);
}

struct definition *rules_get(const struct rules *r, enum definition_kind kind,
                             size_t i)
{
	return ((struct definition **)(void *)r->of[kind].items.data)[i];
}

struct definition *rules_find(const struct rules *r, enum definition_kind kind,
                              struct str name)
{
	return map_get(&r->of[kind].names, name);
}

static struct definition *add(struct rules *r, const struct item *item)
{
	struct definitions *all = &r->of[item->kind];
	struct definition *d = arena_new(r->arena, struct definition);

	if (d == NULL || map_put(&all->names, item->name, d) < 0)
		return NULL;
	buf_add(&all->items, &d, sizeof(d));
	if (item->kind == DEFINES_LIST && !lists_is_word(item->name))
		buf_add(&r->odd_lists, &d, sizeof(d));
	return all->items.failed || r->odd_lists.failed ? NULL : d;
}

struct definition *rules_define(struct rules *r, const struct item *item)
{
	struct definition *d = rules_find(r, item->kind, item->name);
	size_t index;

	if (d == NULL) {
		d = add(r, item);
		if (d == NULL)
			return NULL;
		d->index = r->next_order;
	}
	/* A redefinition keeps its place among the others. */
	index = d->index;
	*d = (struct definition){ .kind = item->kind,
		                  .name = item->name,
		                  .begin = item->map->at,
		                  .at = item->at,
		                  .index = index,
		                  .order = r->next_order++ };
	memcpy(d->values, item->values, sizeof(d->values));
	return d;
}

bool yaml_to_bool(const struct yaml *y, bool *ret)
{
	static const struct {
		struct str name;
		bool value;
	} names[] = {
		{ { "true", 4 }, true }, { { "false", 5 }, false },
		{ { "True", 4 }, true }, { { "False", 5 }, false },
		{ { "TRUE", 4 }, true }, { { "FALSE", 5 }, false },
		{ { "yes", 3 }, true },  { { "no", 2 }, false },
		{ { "on", 2 }, true },   { { "off", 3 }, false },
	};

	if (y == NULL || y->kind != YAML_SCALAR)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(names[i].name, y->text.s)) {
			*ret = names[i].value;
			return true;
		}
	return false;
}

void rules_warn_unused(struct rules *r)
{
	for (size_t i = 0; i < rules_count(r, DEFINES_MACRO); i++) {
		const struct definition *d = rules_get(r, DEFINES_MACRO, i);

		rules_set_item(r, d);
		if (!d->used)
			rules_warn(r, "LOAD_UNUSED_MACRO", d->at, d->name.len,
			           "Macro not referred to by any other "
			           "rule/macro");
	}
	for (size_t i = 0; i < rules_count(r, DEFINES_LIST); i++) {
		const struct definition *d = rules_get(r, DEFINES_LIST, i);

		rules_set_item(r, d);
		if (!d->used)
			rules_warn(r, "LOAD_UNUSED_LIST", d->at, d->name.len,
			           "List not referred to by any other "
			           "rule/macro");
	}
}
