/* SPDX-License-Identifier: GPL-2.0-or-later */
/* override.c - defines an item, or changes one: append, override, and the
 * older ways to say so (Falco's rule_loader_reader.cpp and _collector.cpp). */
#include "saker/base/limits.h"
#include "saker/lang/parser.h"
#include "store.h"

enum operation {
	OPERATION_NONE,
	OPERATION_APPEND,
	OPERATION_REPLACE
};

struct change {
	struct item *item;
	enum operation operations[KEY__MAX];
	bool appends;
	bool replaces;
	bool failed;
};

static int fail(struct change *c, struct position at, const char *code,
                const char *text)
{
	c->failed = true;
	return rules_error(c->item->rules, code, at, 1, "%s", text);
}

static void read_operation(struct change *c, const struct yaml_item *i)
{
	struct rules *r = c->item->rules;
	struct str name = i->key->text.s, what = i->value->text.s;
	enum key key = key_find(c->item->kind, name);
	bool append = str_eq(what, STR("append"));

	if (!append && !str_eq(what, STR("replace"))) {
		rules_error(r, CODE_YAML_VALIDATE, i->value->at, what.len,
		            "Invalid override operation for key '%.*s': "
		            "'%.*s'. Allowed values are: append replace ",
		            STR_FMT(name), STR_FMT(what));
		c->failed = true;
		return;
	}
	if (key == KEY__MAX ||
	    !(append ? key_info(key)->append : key_info(key)->replace)) {
		rules_error(r, CODE_YAML_VALIDATE, i->key->at, name.len,
		            "Key '%.*s' cannot be %s", STR_FMT(name),
		            append ? "appended to, use 'replace' instead"
		                   : "replaced");
		c->failed = true;
		return;
	}
	if (c->item->values[key] == NULL) {
		rules_error(r, CODE_YAML_VALIDATE, i->key->at, name.len,
		            "%s override for '%.*s' was specified but '%.*s' "
		            "is not defined",
		            append ? "An append" : "A replace", STR_FMT(name),
		            STR_FMT(name));
		c->failed = true;
		return;
	}
	c->operations[key] = append ? OPERATION_APPEND : OPERATION_REPLACE;
	c->appends |= append;
	c->replaces |= !append;
}

static void read_override(struct change *c)
{
	const struct yaml *override = c->item->values[KEY_OVERRIDE];

	for (const struct yaml_item *i = override->first; i != NULL;
	     i = i->next)
		read_operation(c, i);
	for (enum key k = 0; k < KEY__MAX && !c->failed; k++) {
		const struct key_info *info = key_info(k);

		if (c->item->values[k] == NULL ||
		    c->operations[k] != OPERATION_NONE ||
		    !(info->append || info->replace))
			continue;
		rules_error(c->item->rules, CODE_YAML_VALIDATE,
		            c->item->values[k]->at, 1,
		            "Unexpected key '%.*s': no corresponding entry "
		            "under 'override' is defined.",
		            STR_FMT(info->name));
		c->failed = true;
	}
}

/* append: true, which override took the place of. */
static void read_append(struct change *c)
{
	struct item *item = c->item;
	bool append = false;

	if (!yaml_to_bool(item->values[KEY_APPEND], &append) || !append)
		return;
	rules_warn(item->rules, CODE_DEPRECATED, item->values[KEY_APPEND]->at,
	           0,
	           "'append' key is deprecated. Add an 'append' entry (e.g. "
	           "'condition: append') under 'override' instead.");
	if (item->values[KEY_OVERRIDE] != NULL) {
		fail(c, item->values[KEY_OVERRIDE]->at, CODE_YAML_VALIDATE,
		     "Keys 'override' and 'append: true' cannot be used "
		     "together. Add an 'append' entry (e.g. 'condition: "
		     "append') under 'override' instead.");
		return;
	}
	c->appends = true;
	if (item->values[KEY_CONDITION] != NULL)
		c->operations[KEY_CONDITION] = OPERATION_APPEND;
	if (item->values[KEY_EXCEPTIONS] != NULL)
		c->operations[KEY_EXCEPTIONS] = OPERATION_APPEND;
	if (item->values[KEY_ITEMS] != NULL)
		c->operations[KEY_ITEMS] = OPERATION_APPEND;
	if (item->kind == DEFINES_RULE && item->values[KEY_CONDITION] == NULL &&
	    item->values[KEY_EXCEPTIONS] == NULL)
		fail(c, item->at, CODE_VALIDATE,
		     "Appended rule must have exceptions or condition "
		     "property");
}

/* A rule with nothing but enabled: switches an earlier rule. */
static bool is_toggle(const struct item *item)
{
	return item->kind == DEFINES_RULE &&
	       item->values[KEY_ENABLED] != NULL &&
	       item->values[KEY_CONDITION] == NULL &&
	       item->values[KEY_OUTPUT] == NULL &&
	       item->values[KEY_DESC] == NULL &&
	       item->values[KEY_PRIORITY] == NULL;
}

static void read_toggle(struct change *c)
{
	if (c->appends || c->replaces || !is_toggle(c->item))
		return;
	rules_warn(c->item->rules, CODE_DEPRECATED,
	           c->item->values[KEY_ENABLED]->at, 0,
	           "The standalone 'enabled' key usage is deprecated. The "
	           "correct approach requires also a 'replace' entry under the "
	           "'override' key (i.e. 'enabled: replace').");
	c->operations[KEY_ENABLED] = OPERATION_REPLACE;
	c->replaces = true;
	if (rules_find(c->item->rules, DEFINES_RULE, c->item->name) == NULL)
		fail(c, c->item->at, CODE_VALIDATE,
		     "Rule has 'enabled' key but no rule by that name already "
		     "exists");
}

/* What is missing for a change that needs something to change. */
static void require_existing(struct change *c)
{
	static const char *const appends[] = {
		[DEFINES_LIST] =
			"List uses 'append' or 'override.items: append' but no "
			"list by that name already exists",
		[DEFINES_MACRO] =
			"Macro uses 'append' or 'override.condition: append' "
			"but no macro by that name already exists",
		[DEFINES_RULE] =
			"Rule uses 'append' or 'override.<key>: append' but no "
			"rule by that name already exists",
	};
	struct item *item = c->item;

	if (rules_find(item->rules, item->kind, item->name) != NULL)
		return;
	if (c->appends)
		fail(c, item->at, CODE_VALIDATE, appends[item->kind]);
	else if (c->replaces && item->kind == DEFINES_RULE)
		fail(c, item->at, CODE_VALIDATE,
		     "An 'override.<key>: replace' to a rule was requested but "
		     "no rule by that name already exists");
	else
		return;
	rules_hint(item->rules,
	           "name the file that has it first; 'saker "
	           "check' alone reads all that a run does");
}

/* The default source when none, or an empty one, is given. */
static struct str source_of(const struct yaml *source)
{
	return source == NULL || source->text.s.len == 0 ? STR("syscall")
	                                                 : source->text.s;
}

static void check_source(struct change *c)
{
	const struct item *item = c->item;
	const struct definition *d =
		rules_find(item->rules, DEFINES_RULE, item->name);
	const struct yaml *source = item->values[KEY_SOURCE];

	if (item->kind != DEFINES_RULE || d == NULL ||
	    ((c->appends || c->replaces) &&
	     (source == NULL || source->text.s.len == 0)))
		return;
	if (!str_eq(source_of(source), source_of(d->values[KEY_SOURCE])))
		fail(c, item->at, CODE_VALIDATE,
		     "Rule has been re-defined with a different source");
}

/* A key that was likely meant to be this one; NULL when there is none. */
static const struct yaml *misspelt(const struct item *item, struct str name)
{
	for (const struct yaml_item *i = item->map->first; i != NULL;
	     i = i->next)
		if (key_find(item->kind, i->key->text.s) == KEY__MAX &&
		    str_eq(key_nearest(item->kind, i->key->text.s), name))
			return i->key;
	return NULL;
}

static void require_key(struct change *c, struct str name)
{
	const struct item *item = c->item;
	const struct yaml *key = misspelt(item, name);

	c->failed = true;
	rules_error(item->rules, CODE_YAML_VALIDATE,
	            key != NULL ? key->at : item->at,
	            key != NULL ? key->text.s.len : item->name.len,
	            "Item has no mapping for key '%.*s'", STR_FMT(name));
	if (key != NULL)
		rules_hint(item->rules, "'%.*s' stands here",
		           STR_FMT(key->text.s));
}

static void require_keys(struct change *c)
{
	static const enum key required[DEFINES__MAX][5] = {
		[DEFINES_LIST] = { KEY_ITEMS, KEY__MAX },
		[DEFINES_MACRO] = { KEY_CONDITION, KEY__MAX },
		[DEFINES_RULE] = { KEY_CONDITION, KEY_OUTPUT, KEY_DESC,
		                   KEY_PRIORITY, KEY__MAX },
	};
	const enum key *keys = required[c->item->kind];

	for (; *keys != KEY__MAX; keys++)
		if (c->item->values[*keys] == NULL)
			require_key(c, key_info(*keys)->name);
}

static int define(struct change *c)
{
	struct rules *r = c->item->rules;
	const struct yaml *exceptions = c->item->values[KEY_EXCEPTIONS];
	struct definition *d;

	require_keys(c);
	if (c->failed)
		return E_INVALID;
	if (rules_count(r, c->item->kind) >= LIMIT_RULES)
		return fail(c, c->item->at, CODE_VALIDATE,
		            "too many definitions");
	d = rules_define(r, c->item);
	if (d == NULL)
		return E_NOMEM;
	return exceptions != NULL ? exceptions_read(r, exceptions, false, d)
	                          : 0;
}

static const struct yaml *join_texts(struct rules *r, const struct yaml *old,
                                     const struct yaml *new)
{
	auto_text_builder struct text_builder b = TEXT_BUILDER_INIT;
	struct yaml *joined = arena_new(r->arena, struct yaml);

	if (joined == NULL)
		return NULL;
	*joined = (struct yaml){ .kind = YAML_SCALAR, .at = old->at };
	text_add(&b, &old->text);
	text_add_fixed(&b, STR(" "), new->at);
	text_add(&b, &new->text);
	return text_finish(&b, r->arena, &joined->text) < 0 ? NULL : joined;
}

static bool copy_items(struct rules *r, const struct yaml *from,
                       struct yaml *to, struct yaml_item **last)
{
	for (const struct yaml_item *i = from->first; i != NULL; i = i->next) {
		struct yaml_item *copy = arena_new(r->arena, struct yaml_item);

		if (copy == NULL)
			return false;
		copy->value = i->value;
		if (*last != NULL)
			(*last)->next = copy;
		else
			to->first = copy;
		*last = copy;
		to->count++;
	}
	return true;
}

const struct yaml *sequence_join(struct rules *r, const struct yaml *old,
                                 const struct yaml *new)
{
	struct yaml *joined = arena_new(r->arena, struct yaml);
	struct yaml_item *last = NULL;

	if (joined == NULL)
		return NULL;
	joined->kind = YAML_SEQUENCE;
	joined->at = new->at;
	return copy_items(r, old, joined, &last) &&
	                       copy_items(r, new, joined, &last)
	               ? joined
	               : NULL;
}

/* "a or b" with "and c" appended is a or (b and c). */
static void lint_append(struct rules *r, const struct yaml *old,
                        const struct yaml *new)
{
	struct str added = str_trim(new->text.s);
	struct parse_error ignored;
	const struct expr *e;

	if (!r->lint || !str_has_prefix(added, STR("and")) ||
	    condition_parse(r->arena, &old->text, &e, &ignored) < 0 ||
	    e->kind != EXPR_OR)
		return;
	rules_note(r, "LINT_APPEND", new->at, 3,
	           "the appended 'and' binds to the last operand of 'or' only: "
	           "texts are joined without brackets");
}

static int append_key(struct change *c, struct definition *d, enum key key)
{
	const struct yaml *old = d->values[key], *new = c->item->values[key];
	struct rules *r = c->item->rules;

	if (key == KEY_EXCEPTIONS)
		return exceptions_read(r, new, true, d);
	if (old == NULL)
		d->values[key] = new;
	else if (key_info(key)->value == KEY_VALUE_TEXTS)
		d->values[key] = sequence_join(r, old, new);
	else {
		if (key == KEY_CONDITION)
			lint_append(r, old, new);
		d->values[key] = join_texts(r, old, new);
	}
	return d->values[key] != NULL ? 0 : E_NOMEM;
}

static int change(struct change *c, struct definition *d)
{
	struct rules *r = c->item->rules;
	int e = 0;

	for (enum key k = 0; k < KEY__MAX && e == 0; k++)
		if (c->operations[k] == OPERATION_APPEND)
			e = append_key(c, d, k);
	for (enum key k = 0; k < KEY__MAX && e == 0; k++) {
		if (c->operations[k] != OPERATION_REPLACE)
			continue;
		d->values[k] = c->item->values[k];
		if (k == KEY_EXCEPTIONS)
			e = exceptions_read(r, d->values[k], false, d);
	}
	d->order = r->next_order++;
	return e;
}

int item_apply(struct item *item)
{
	struct change c = { .item = item };
	struct definition *d;

	read_append(&c);
	if (!c.failed && item->values[KEY_OVERRIDE] != NULL)
		read_override(&c);
	read_toggle(&c);
	if (!c.failed)
		require_existing(&c);
	if (!c.failed)
		check_source(&c);
	if (c.failed)
		return E_INVALID;
	d = rules_find(item->rules, item->kind, item->name);
	if ((c.appends || c.replaces) && d != NULL)
		return change(&c, d);
	return define(&c);
}
