/* SPDX-License-Identifier: GPL-2.0-or-later */
/* response.c - the response key of a rule. */
#include "engine.h"
#include "saker/base/array.h"
#include "saker/base/io.h"

#define CODE "LOAD_ERR_VALIDATE"

#define MAX_COUNT  100u
#define MAX_WITHIN (24u * 60 * 60)

/* What is right, for the hint; NULL = it was. */
typedef const char *reader(const struct yaml *y, struct rule_response *ret);

static const char *read_action(const struct yaml *y, struct rule_response *ret)
{
	static const char hint[] = "one of:"
#define ACTION(id, name, scopes, done, doc) " " name
#include "saker/engine/actions.def"
		;

	return response_action_parse(y->text.s, &ret->action) ? NULL : hint;
}

static const char *read_scope(const struct yaml *y, struct rule_response *ret)
{
	static const char hint[] = "one of:"
#define SCOPE(id, name, doc) " " name
#include "saker/engine/actions.def"
		;

	return response_scope_parse(y->text.s, &ret->scope) ? NULL : hint;
}

static const char *read_mode(const struct yaml *y, struct rule_response *ret)
{
	return response_mode_parse(y->text.s, &ret->mode)
	               ? NULL
	               : "one of: off dry-run enforce";
}

static const char *read_host(const struct yaml *y, struct rule_response *ret)
{
	return yaml_to_bool(y, &ret->host) ? NULL : "one of: true false";
}

static const char *read_count(const struct yaml *y, struct rule_response *ret)
{
	uint64_t n;

	if (!str_to_u64(y->text.s, 10, &n) || n == 0 || n > MAX_COUNT)
		return "a number from 1 to 100";
	ret->count = (unsigned)n;
	return NULL;
}

/* "90", "90s", "5m", "1h" */
static const char *read_within(const struct yaml *y, struct rule_response *ret)
{
	static const struct {
		const char *suffix;
		unsigned seconds;
	} units[] = { { "s", 1 }, { "m", 60 }, { "h", 60 * 60 } };
	struct str text = y->text.s;
	uint64_t n, factor = 1;

	for (size_t i = 0; i < COUNT(units); i++)
		if (str_has_suffix(text, str_from(units[i].suffix))) {
			text = str_take(text, text.len - 1);
			factor = units[i].seconds;
			break;
		}
	if (!str_to_u64(text, 10, &n) || n == 0 || n > MAX_WITHIN / factor)
		return "a time up to a day, as 30s, 5m or 1h";
	ret->within = (unsigned)(n * factor);
	return NULL;
}

static const struct {
	const char *name;
	reader *read;
} keys[] = {
	{ "action", read_action }, { "scope", read_scope },
	{ "mode", read_mode },     { "host", read_host },
	{ "count", read_count },   { "within", read_within },
};

static int read_key(struct rules *r, const struct yaml_item *i,
                    struct rule_response *ret)
{
	const char *hint = "one of: action scope mode host count within";
	const struct yaml *wrong = i->key;
	size_t k = 0;

	while (k < COUNT(keys) &&
	       !str_eq(i->key->text.s, str_from(keys[k].name)))
		k++;
	if (k < COUNT(keys)) {
		hint = keys[k].read(i->value, ret);
		if (hint == NULL)
			return 0;
		wrong = i->value;
		rules_error(r, CODE, wrong->at, wrong->text.s.len,
		            "unknown response %s '%.*s'", keys[k].name,
		            STR_FMT(wrong->text.s));
	} else {
		rules_error(r, CODE, wrong->at, wrong->text.s.len,
		            "unknown key '%.*s' in response",
		            STR_FMT(wrong->text.s));
	}
	if (r->diags->count > 0)
		diag_set_hint(&r->diags->items[r->diags->count - 1], "%s",
		              hint);
	return E_INVALID;
}

/* What no key alone can tell. */
static int check(struct rules *r, const struct yaml *y,
                 struct rule_response *response)
{
	const struct response_action_info *action;

	if (response->action == RESPONSE_NONE)
		return rules_error(r, CODE, y->at, 1, "response has no action");
	action = response_action_info(response->action);
	if (response->scope == RESPONSE_SCOPE__MAX)
		response->scope = action->scopes & SCOPE_BIT(PROCESS)
		                          ? RESPONSE_SCOPE_PROCESS
		                          : RESPONSE_SCOPE_CONTAINER;
	if (!(action->scopes & (1u << response->scope))) {
		rules_error(r, CODE, y->at, 1,
		            "response action '%s' does not act on scope '%s'",
		            action->name, response_scope_name(response->scope));
		if (r->diags->count > 0)
			diag_set_hint(&r->diags->items[r->diags->count - 1],
			              "scope: container, or action: stop");
		return E_INVALID;
	}
	if ((response->count == 0) != (response->within == 0))
		return rules_error(r, CODE, y->at, 1,
		                   "response needs count and within together");
	return 0;
}

int response_parse(struct rules *r, const struct yaml *y,
                   struct rule_response *ret)
{
	struct rule_response response = { .scope = RESPONSE_SCOPE__MAX,
		                          .mode = RESPONSE_ENFORCE };
	int result = 0;

	for (const struct yaml_item *i = y->first; i != NULL; i = i->next)
		if (read_key(r, i, &response) < 0)
			result = E_INVALID;
	if (result == 0)
		result = check(r, y, &response);
	if (result == 0)
		*ret = response;
	return result;
}
