/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frequency.c - the threshold and suppress keys of a rule. */
#include "engine.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

#define CODE "LOAD_ERR_VALIDATE"

struct frequency_reader {
	struct rules *rules;
	struct arena *arena;
	const char *what; /* "threshold" */
	bool may_be_zero; /* within */
	struct rule_frequency frequency;
};

static int fail(struct frequency_reader *f, const struct yaml *y,
                const char *text)
{
	return rules_error(f->rules, CODE, y->at,
	                   y->kind == YAML_SCALAR ? y->text.s.len : 1, "%s: %s",
	                   f->what, text);
}

static int read_count(struct frequency_reader *f, const struct yaml *y)
{
	uint64_t n;

	if (y->kind != YAML_SCALAR || !str_to_u64(y->text.s, 10, &n) ||
	    n == 0 || n > LIMIT_THRESHOLD_COUNT) {
		fail(f, y, "wrong count");
		rules_hint(f->rules, "a number from 1 to %u",
		           LIMIT_THRESHOLD_COUNT);
		return E_INVALID;
	}
	f->frequency.count = (unsigned)n;
	return 0;
}

/* "500ms", "10s", "5m", "1h": 0 for another unit. */
static uint64_t unit_ns(struct str unit)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "ms", NS_PER_MS },
		      { "s", NS_PER_SEC },
		      { "m", 60 * NS_PER_SEC },
		      { "h", 3600 * NS_PER_SEC } };

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (str_eq(unit, str_from(units[i].name)))
			return units[i].ns;
	return 0;
}

static int read_within(struct frequency_reader *f, const struct yaml *y)
{
	const uint64_t most = LIMIT_FREQUENCY_WITHIN * (uint64_t)NS_PER_SEC;
	struct str text = y->text.s;
	uint64_t n, unit;
	size_t digits = 0;

	while (y->kind == YAML_SCALAR && digits < text.len &&
	       text.s[digits] >= '0' && text.s[digits] <= '9')
		digits++;
	unit = unit_ns(str_skip(text, digits));
	if (digits == 0 || unit == 0 ||
	    !str_to_u64(str_take(text, digits), 10, &n) || n > most / unit ||
	    (n == 0 && !f->may_be_zero)) {
		fail(f, y, "wrong time");
		rules_hint(f->rules,
		           "a number and ms, s, m or h, such as 10s; at most "
		           "a day%s",
		           f->may_be_zero ? "; 0s for never" : "");
		return E_INVALID;
	}
	f->frequency.within_ns = n * unit;
	return 0;
}

static int unknown_field(struct frequency_reader *f, const struct yaml *y,
                         const char *why)
{
	struct str near = field_suggest(y->text.s);

	rules_error(f->rules, CODE, y->at, y->text.s.len,
	            "%s counts by a field that does not exist, '%.*s'", f->what,
	            STR_FMT(y->text.s));
	if (why != NULL)
		rules_hint(f->rules, "%s", why);
	else if (near.s != NULL)
		rules_hint(f->rules, "did you mean '%.*s'?", STR_FMT(near));
	return E_INVALID;
}

static int read_key(struct frequency_reader *f, const struct yaml *y,
                    struct rule_key *ret)
{
	struct str name = y->text.s, arg = STR_NONE;
	ptrdiff_t bracket = str_find_byte(name, '[');
	bool has_arg = bracket > 0 && str_has_suffix(name, STR("]"));
	const char *why = NULL;

	if (y->kind != YAML_SCALAR)
		return fail(f, y, "by takes a list of fields");
	if (has_arg) {
		arg = str_skip(name, (size_t)bracket + 1);
		arg = str_take(arg, arg.len - 1);
		name = str_take(name, (size_t)bracket);
	}
	if (field_resolve(name, has_arg, arg, &ret->field, &ret->arg, &why) < 0)
		return unknown_field(f, y, why);
	ret->text = arena_copy(f->arena, y->text.s);
	if (ret->arg.present)
		ret->arg.name = arena_copy(f->arena, ret->arg.name);
	return ret->text.s != NULL ? 0 : E_NOMEM;
}

static int read_by(struct frequency_reader *f, const struct yaml *y)
{
	struct rule_key *keys;
	size_t n = 0;
	int result = 0;

	if (y->kind != YAML_SEQUENCE || y->count == 0)
		return fail(f, y, "by takes a list of fields");
	if (y->count > LIMIT_FREQUENCY_KEYS)
		return fail(f, y, "by has too many fields");
	keys = arena_array(f->arena, struct rule_key, y->count);
	if (keys == NULL)
		return E_NOMEM;
	for (const struct yaml_item *i = y->first; i != NULL; i = i->next) {
		int r = read_key(f, i->value, &keys[n++]);

		if (r < 0)
			result = r;
	}
	f->frequency.by = keys;
	f->frequency.nby = n;
	return result;
}

static int read_item(struct frequency_reader *f, const struct yaml_item *i)
{
	static const struct {
		const char *name;
		int (*read)(struct frequency_reader *f, const struct yaml *y);
	} keys[] = { { "count", read_count },
		     { "within", read_within },
		     { "by", read_by } };

	for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++)
		if (str_eq(i->key->text.s, str_from(keys[k].name)))
			return keys[k].read(f, i->value);
	rules_error(f->rules, CODE, i->key->at, i->key->text.s.len,
	            "unknown key '%.*s' in %s", STR_FMT(i->key->text.s),
	            f->what);
	rules_hint(f->rules, "one of: count within by");
	return E_INVALID;
}

static int read_items(struct frequency_reader *f, const struct yaml *y)
{
	int result = 0;

	f->frequency.is_given = true;
	for (const struct yaml_item *i = y->first; i != NULL; i = i->next) {
		int r = read_item(f, i);

		if (r == E_NOMEM)
			return E_NOMEM;
		if (r < 0)
			result = r;
	}
	return result;
}

static bool has_item(const struct yaml *y, const char *name)
{
	for (const struct yaml_item *i = y->first; i != NULL; i = i->next)
		if (str_eq(i->key->text.s, str_from(name)))
			return true;
	return false;
}

int threshold_parse(struct rules *r, struct arena *arena, const struct yaml *y,
                    struct rule_frequency *ret)
{
	struct frequency_reader f = { .rules = r,
		                      .arena = arena,
		                      .what = "threshold" };
	int result = read_items(&f, y);

	if (result == 0 && (!has_item(y, "count") || !has_item(y, "within")))
		result = fail(&f, y, "count or within is missing");
	if (result == 0)
		*ret = f.frequency;
	return result;
}

int suppress_parse(struct rules *r, struct arena *arena, const struct yaml *y,
                   struct rule_frequency *ret)
{
	struct frequency_reader f = { .rules = r,
		                      .arena = arena,
		                      .what = "suppress",
		                      .may_be_zero = true,
		                      .frequency = { .count = 1 } };
	int result = read_items(&f, y);

	if (result == 0 && !has_item(y, "within"))
		result = fail(&f, y, "within is missing");
	if (result == 0)
		*ret = f.frequency;
	return result;
}
