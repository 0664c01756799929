/* SPDX-License-Identifier: GPL-2.0-or-later */
/* assign.c - responses for rules that have none of their own. */
#include "saker/response/assign.h"

#include <fnmatch.h>

#include "saker/base/io.h"

/* Up to the next blank, or the next quote. */
static bool next_word(struct str *rest, struct str *ret)
{
	*rest = str_trim(*rest);
	if (rest->len == 0)
		return false;
	return str_split(rest, ' ', ret);
}

/* rule:"A name" */
static bool take_name(struct str *rest, struct str *ret)
{
	if (!str_has_prefix(*rest, STR("\"")))
		return str_split(rest, ' ', ret);
	*rest = str_skip(*rest, 1);
	return str_find_byte(*rest, '"') >= 0 && str_split(rest, '"', ret);
}

static const char *parse_selector(struct str *rest,
                                  struct response_assignment *a)
{
	struct str kind;

	if (str_find_byte(*rest, ':') < 0 || !str_split(rest, ':', &kind) ||
	    !take_name(rest, &a->text) || a->text.len == 0)
		return "begins with tag:TAG, priority:PRIORITY or rule:NAME";
	if (str_eq(kind, STR("tag")))
		a->by = ASSIGN_TAG;
	else if (str_eq(kind, STR("rule")))
		a->by = ASSIGN_RULE;
	else if (!str_eq(kind, STR("priority")))
		return "begins with tag:TAG, priority:PRIORITY or rule:NAME";
	else if (!priority_parse(a->text, &a->priority))
		return "names a priority that there is not";
	else
		a->by = ASSIGN_PRIORITY;
	return NULL;
}

static bool parse_word(struct str word, struct rule_response *r)
{
	if (str_eq(word, STR("host"))) {
		r->host = true;
		return true;
	}
	return response_scope_parse(word, &r->scope) ||
	       response_mode_parse(word, &r->mode);
}

const char *response_assignment_parse(struct str text,
                                      struct response_assignment *ret)
{
	struct response_assignment a = { .response = {
						 .scope = RESPONSE_SCOPE__MAX,
						 .mode = RESPONSE_ENFORCE } };
	struct rule_response *r = &a.response;
	const char *problem = parse_selector(&text, &a);
	unsigned scopes;
	struct str word;

	if (problem != NULL)
		return problem;
	if (!next_word(&text, &word) ||
	    !response_action_parse(word, &r->action))
		return "has an action behind the rules:"
#define ACTION(id, name, scopes, done, doc) " " name
#include "saker/engine/actions.def"
			;
	while (next_word(&text, &word))
		if (!parse_word(word, r))
			return "has a scope, a mode or host behind the action";
	scopes = response_action_info(r->action)->scopes;
	if (r->scope == RESPONSE_SCOPE__MAX)
		r->scope = scopes & SCOPE_BIT(PROCESS)
		                   ? RESPONSE_SCOPE_PROCESS
		                   : RESPONSE_SCOPE_CONTAINER;
	if (!(scopes & (1u << r->scope)))
		return "has a scope that this action does not act on";
	*ret = a;
	return NULL;
}

static bool is_named(struct str pattern, struct str name)
{
	auto_buf struct buf p = BUF_INIT, n = BUF_INIT;

	buf_add_str(&p, pattern);
	buf_add_str(&n, name);
	return !p.failed && !n.failed &&
	       fnmatch(buf_cstr(&p), buf_cstr(&n), 0) == 0;
}

static bool fits(const struct response_assignment *a, const struct rule *rule)
{
	switch (a->by) {
	case ASSIGN_PRIORITY:
		return rule->priority <= a->priority;
	case ASSIGN_RULE:
		return is_named(a->text, rule->name);
	case ASSIGN_TAG:
	default:
		for (size_t i = 0; i < rule->ntags; i++)
			if (str_eq(rule->tags[i], a->text))
				return true;
		return false;
	}
}

const struct rule_response *
response_assigned(const struct response_assignment *list, size_t count,
                  const struct rule *rule)
{
	if (rule->response.action != RESPONSE_NONE)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (fits(&list[i], rule))
			return &list[i].response;
	return NULL;
}
