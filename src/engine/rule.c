/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule.c - a rule's keys as values. */
#include <strings.h>

#include "engine.h"
#include "saker/engine/template.h"

static const char *const priorities[] = {
	[PRIORITY_EMERGENCY] = "Emergency",
	[PRIORITY_ALERT] = "Alert",
	[PRIORITY_CRITICAL] = "Critical",
	[PRIORITY_ERROR] = "Error",
	[PRIORITY_WARNING] = "Warning",
	[PRIORITY_NOTICE] = "Notice",
	[PRIORITY_INFORMATIONAL] = "Informational",
	[PRIORITY_DEBUG] = "Debug",
};

const char *priority_name(enum priority p)
{
	return priorities[p];
}

static bool same_word(struct str v, const char *word)
{
	return v.len == strlen(word) && strncasecmp(v.s, word, v.len) == 0;
}

bool priority_parse(struct str text, enum priority *ret)
{
	if (same_word(text, "info")) {
		*ret = PRIORITY_INFORMATIONAL;
		return true;
	}
	for (enum priority p = 0; p <= PRIORITY_DEBUG; p++)
		if (same_word(text, priorities[p])) {
			*ret = p;
			return true;
		}
	return false;
}

bool rule_source_parse(const struct yaml *y, enum rule_source *ret)
{
	struct str s = y != NULL ? y->text.s : STR_NONE;

	*ret = str_eq(s, STR("audit")) ? SOURCE_AUDIT : SOURCE_SYSCALL;
	return s.len == 0 || *ret == SOURCE_AUDIT || str_eq(s, STR("syscall"));
}

static int read_priority(struct rules *r, const struct yaml *y,
                         struct rule *rule)
{
	if (priority_parse(y->text.s, &rule->priority))
		return 0;
	rules_error(r, "LOAD_ERR_YAML_VALIDATE", y->at, y->text.s.len,
	            "Invalid priority");
	if (r->diags->count > 0)
		diag_set_hint(&r->diags->items[r->diags->count - 1],
		              "one of: emergency alert critical error warning "
		              "notice informational debug");
	return E_INVALID;
}

static int read_tags(struct arena *arena, const struct yaml *y,
                     struct rule *rule)
{
	if (y == NULL || y->count == 0)
		return 0;
	rule->tags = arena_array(arena, struct str, y->count);
	if (rule->tags == NULL)
		return E_NOMEM;
	for (const struct yaml_item *i = y->first; i != NULL; i = i->next)
		rule->tags[rule->ntags++] = arena_copy(arena, i->value->text.s);
	return 0;
}

static int read_texts(struct arena *arena, const struct definition *d,
                      struct rule *rule)
{
	struct str file = arena_copy(arena, str_from(d->at.file->name));

	rule->name = arena_copy(arena, d->name);
	rule->desc = arena_copy(arena, str_trim(d->values[KEY_DESC]->text.s));
	rule->condition =
		arena_copy(arena, str_trim(d->values[KEY_CONDITION]->text.s));
	rule->file = file.s;
	rule->line = d->at.line;
	return rule->name.s != NULL && rule->desc.s != NULL &&
	                       rule->condition.s != NULL && file.s != NULL
	               ? 0
	               : E_NOMEM;
}

static int read_extras(struct rules *r, struct arena *arena,
                       const struct definition *d, struct rule *rule)
{
	const struct yaml *const *v = d->values;
	int results[3] = { 0 };

	if (v[KEY_RESPONSE] != NULL)
		results[0] =
			response_parse(r, v[KEY_RESPONSE], &rule->response);
	if (v[KEY_THRESHOLD] != NULL)
		results[1] = threshold_parse(r, arena, v[KEY_THRESHOLD],
		                             &rule->threshold);
	if (v[KEY_SUPPRESS] != NULL)
		results[2] = suppress_parse(r, arena, v[KEY_SUPPRESS],
		                            &rule->suppress);
	for (size_t i = 0; i < 3; i++)
		if (results[i] == E_NOMEM)
			return E_NOMEM;
	return results[0] < 0 || results[1] < 0 || results[2] < 0 ? E_INVALID
	                                                          : 0;
}

int rule_build(struct rules *r, struct arena *arena, const struct definition *d,
               bool quiet_unknown, struct rule *ret)
{
	struct rule rule = { .enabled = true };
	int results[5];
	int worst = 0;

	yaml_to_bool(d->values[KEY_ENABLED], &rule.enabled);
	rule_source_parse(d->values[KEY_SOURCE], &rule.source);
	results[0] = read_texts(arena, d, &rule);
	results[1] = read_priority(r, d->values[KEY_PRIORITY], &rule);
	results[2] = read_tags(arena, d->values[KEY_TAGS], &rule);
	results[3] = template_compile(r, arena, &d->values[KEY_OUTPUT]->text,
	                              quiet_unknown, &rule.output);
	results[4] = read_extras(r, arena, d, &rule);
	for (size_t i = 0; i < 5; i++) {
		if (results[i] == E_NOMEM)
			return E_NOMEM;
		if (results[i] < 0 && worst != E_INVALID)
			worst = results[i];
	}
	if (worst == 0)
		*ret = rule;
	return worst;
}
