/* SPDX-License-Identifier: GPL-2.0-or-later */
/* response.c - the response key of a rule. */
#include "engine.h"
#include "saker/base/io.h"

#define CODE "LOAD_ERR_VALIDATE"

struct choice {
	const char *name;
	int value;
};

static const struct choice actions[] = { { "kill", RESPONSE_KILL }, { 0 } };
static const struct choice scopes[] = { { "process", RESPONSE_SCOPE_PROCESS },
	                                { 0 } };
static const struct choice modes[] = { { "off", RESPONSE_OFF },
	                               { "dry-run", RESPONSE_DRY_RUN },
	                               { "enforce", RESPONSE_ENFORCE },
	                               { 0 } };
static const struct choice switches[] = { { "true", true },
	                                  { "false", false },
	                                  { 0 } };

static const struct {
	const char *name;
	const struct choice *choices;
} keys[] = {
	{ "action", actions },
	{ "scope", scopes },
	{ "mode", modes },
	{ "host", switches },
};

enum {
	ACTION,
	SCOPE,
	MODE,
	HOST,
	KEYS
};

static void hint(struct rules *r, const struct choice *choices)
{
	auto_buf struct buf b = BUF_INIT;

	for (; choices->name != NULL; choices++)
		buf_printf(&b, " %s", choices->name);
	if (r->diags->count > 0)
		diag_set_hint(&r->diags->items[r->diags->count - 1],
		              "one of:%s", buf_cstr(&b));
}

static int read_choice(struct rules *r, const struct yaml_item *i, int key,
                       int *ret)
{
	const struct choice *c = keys[key].choices;
	bool truth;

	if (key == HOST && yaml_to_bool(i->value, &truth)) {
		*ret = truth;
		return 0;
	}
	for (; c->name != NULL; c++)
		if (i->value->kind == YAML_SCALAR &&
		    str_eq(i->value->text.s, str_from(c->name))) {
			*ret = c->value;
			return 0;
		}
	rules_error(r, CODE, i->value->at, i->value->text.s.len,
	            "unknown response %s '%.*s'", keys[key].name,
	            STR_FMT(i->value->text.s));
	hint(r, keys[key].choices);
	return E_INVALID;
}

static int read_key(struct rules *r, const struct yaml_item *i, int values[])
{
	for (int k = 0; k < KEYS; k++)
		if (str_eq(i->key->text.s, str_from(keys[k].name)))
			return read_choice(r, i, k, &values[k]);
	rules_error(r, CODE, i->key->at, i->key->text.s.len,
	            "unknown key '%.*s' in response", STR_FMT(i->key->text.s));
	if (r->diags->count > 0)
		diag_set_hint(&r->diags->items[r->diags->count - 1],
		              "one of: action scope mode host");
	return E_INVALID;
}

int response_parse(struct rules *r, const struct yaml *y,
                   struct rule_response *ret)
{
	int values[KEYS] = { RESPONSE_NONE, RESPONSE_SCOPE_PROCESS,
		             RESPONSE_ENFORCE, false };
	int result = 0;

	for (const struct yaml_item *i = y->first; i != NULL; i = i->next)
		if (read_key(r, i, values) < 0)
			result = E_INVALID;
	if (result == 0 && values[ACTION] == RESPONSE_NONE)
		result = rules_error(r, CODE, y->at, 1,
		                     "response has no action");
	if (result == 0)
		*ret = (struct rule_response){
			.action = (enum response_action)values[ACTION],
			.scope = (enum response_scope)values[SCOPE],
			.mode = (enum response_mode)values[MODE],
			.host = values[HOST],
		};
	return result;
}
