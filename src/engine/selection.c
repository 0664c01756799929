/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selection.c - which rules are used: by priority, then by name and tag in the
 * order of the choices, the last that fits deciding. */
#include "engine.h"
#include "saker/vm/op.h"

struct choice {
	bool enable;
	bool tag;
	struct str pattern;
};

/* "enable NAME", "disable tag:TAG" */
static bool parse(struct str text, struct choice *ret)
{
	struct str verb;

	text = str_trim(text);
	if (!str_split(&text, ' ', &verb) || text.s == NULL)
		return false;
	ret->enable = str_eq(verb, STR("enable"));
	ret->pattern = str_trim(text);
	ret->tag = str_has_prefix(ret->pattern, STR("tag:"));
	if (ret->tag)
		ret->pattern = str_skip(ret->pattern, 4);
	return ret->pattern.len > 0 &&
	       (ret->enable || str_eq(verb, STR("disable")));
}

static bool fits(const struct choice *c, const struct rule *rule)
{
	if (!c->tag)
		return glob_match(c->pattern, rule->name, false);
	for (size_t i = 0; i < rule->ntags; i++)
		if (glob_match(c->pattern, rule->tags[i], false))
			return true;
	return false;
}

int selection_check(const struct rule_selection *s, struct diag_list *diags)
{
	struct choice c;
	int result = 0;

	for (size_t i = 0; s != NULL && i < s->nchoices; i++) {
		if (parse(str_from(s->choices[i]), &c))
			continue;
		diag_add(diags, DIAG_ERROR, NULL, NULL,
		         "'%s' is neither 'enable RULE' nor 'disable RULE' "
		         "(tag:TAG for a tag)",
		         s->choices[i]);
		result = E_INVALID;
	}
	return result;
}

void selection_apply(const struct rule_selection *s, struct rule *rules,
                     size_t count, struct diag_list *diags)
{
	struct choice c;

	for (size_t i = 0; s != NULL && i < s->nchoices; i++) {
		bool any = false;

		if (!parse(str_from(s->choices[i]), &c))
			continue;
		for (size_t r = 0; r < count; r++) {
			if (!fits(&c, &rules[r]))
				continue;
			rules[r].enabled = c.enable;
			any = true;
		}
		if (!any)
			diag_add(diags, DIAG_WARNING, NULL, NULL,
			         "'%s' fits no rule", s->choices[i]);
	}
	for (size_t r = 0; s != NULL && r < count; r++)
		if (rules[r].priority > s->lowest)
			rules[r].enabled = false;
}
