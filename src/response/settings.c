/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings.c - texts and lists of the settings, copied. */
#include "settings.h"

#include <stdlib.h>

struct settings *settings_use(struct settings *s)
{
	s->users++;
	return s;
}

void settings_free(struct settings *s)
{
	if (s == NULL || --s->users != 0)
		return;
	arena_done(&s->arena);
	free(s);
}

static void copy_text(struct arena *arena, const char **text)
{
	if (*text != NULL)
		*text = arena_copy(arena, str_from(*text)).s;
}

/* The arena tells of a lack of memory. */
static void copy_evidence(struct arena *arena, struct evidence_store *e)
{
	struct str *redact = arena_array(arena, struct str, e->nredact);

	copy_text(arena, &e->directory);
	for (size_t i = 0; redact != NULL && i < e->nredact; i++)
		redact[i] = arena_copy(arena, e->redact[i]);
	e->redact = redact;
}

static void copy_command(struct arena *arena, const char *const **command)
{
	const char **argv;
	size_t n = 0;

	if (*command == NULL)
		return;
	while ((*command)[n] != NULL)
		n++;
	argv = arena_array(arena, const char *, n + 1);
	for (size_t i = 0; argv != NULL && i < n; i++) {
		argv[i] = (*command)[i];
		copy_text(arena, &argv[i]);
	}
	*command = argv;
}

struct settings *settings_copy(const struct response_settings *given)
{
	struct settings *s = calloc(1, sizeof(*s));
	struct str *list;

	if (s == NULL)
		return NULL;
	s->users = 1;
	s->given = *given;
	list = arena_array(&s->arena, struct str, given->nnever_kill);
	for (size_t i = 0; list != NULL && i < given->nnever_kill; i++)
		list[i] = arena_copy(&s->arena, given->never_kill[i]);
	copy_evidence(&s->arena, &s->given.evidence);
	copy_command(&s->arena, &s->given.command);
	if (list == NULL || s->arena.failed ||
	    protected_list(list, given->nnever_kill, &s->arena, &s->protect,
	                   &s->nprotect) < 0) {
		settings_free(s);
		return NULL;
	}
	return s;
}
