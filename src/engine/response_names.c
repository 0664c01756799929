/* SPDX-License-Identifier: GPL-2.0-or-later */
/* response_names.c - what responses are called. */
#include "saker/base/array.h"
#include "saker/engine/rule.h"

static const struct response_action_info actions[] = {
#define ACTION(id, name, scopes, done, doc) \
	[RESPONSE_##id] = { name, scopes, done, doc },
#include "saker/engine/actions.def"
};

static const char *const scopes[] = {
#define SCOPE(id, name, doc) [RESPONSE_SCOPE_##id] = name,
#include "saker/engine/actions.def"
};

static const char *const modes[] = {
	[RESPONSE_OFF] = "off",
	[RESPONSE_DRY_RUN] = "dry-run",
	[RESPONSE_ENFORCE] = "enforce",
};

const struct response_action_info *response_action_info(enum response_action a)
{
	return &actions[a];
}

const char *response_scope_name(enum response_scope s)
{
	return scopes[s];
}

const char *response_mode_name(enum response_mode m)
{
	return modes[m];
}

static bool find(const char *const *names, size_t count, struct str text,
                 size_t *ret)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(text, str_from(names[i]))) {
			*ret = i;
			return true;
		}
	return false;
}

bool response_action_parse(struct str text, enum response_action *ret)
{
	for (size_t i = RESPONSE_NONE + 1; i < COUNT(actions); i++)
		if (str_eq(text, str_from(actions[i].name))) {
			*ret = (enum response_action)i;
			return true;
		}
	return false;
}

bool response_scope_parse(struct str text, enum response_scope *ret)
{
	size_t i;

	if (!find(scopes, COUNT(scopes), text, &i))
		return false;
	*ret = (enum response_scope)i;
	return true;
}

bool response_mode_parse(struct str text, enum response_mode *ret)
{
	size_t i;

	if (!find(modes, COUNT(modes), text, &i))
		return false;
	*ret = (enum response_mode)i;
	return true;
}
