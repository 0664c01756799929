/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.c - one process: references and owned texts. */
#include "saker/process/process.h"

#include <stdlib.h>

#include "saker/process/fds.h"
#include "saker/process/mounts.h"
#include "texts.h"

struct process *process_ref(struct process *p)
{
	if (p != NULL)
		p->refs++;
	return p;
}

static void destroy(struct process *p)
{
	if (p->priv->release != NULL)
		p->priv->release(p);
	process_mounts_free(p);
	process_fds_free(p);
	process_drop_text(&p->comm);
	process_drop_text(&p->exe);
	process_drop_text(&p->cwd);
	process_drop_argv(p);
	free(p);
}

/* A loop, because a chain of parents may be as long as the table. */
void process_unref(struct process *p)
{
	while (p != NULL && --p->refs == 0) {
		struct process *parent = p->parent;

		destroy(p);
		p = parent;
	}
}

const char *process_state_name(enum process_state s)
{
	static const char *const names[] = {
		[PROCESS_HOST] = "host",
		[PROCESS_SETUP] = "setup",
		[PROCESS_CONTAINER] = "container",
	};

	return names[s];
}

struct process *process_ancestor(struct process *p, unsigned n)
{
	while (p != NULL && n-- > 0)
		p = p->parent;
	return p;
}

bool process_set_text(struct str *text, struct str v)
{
	char *copy;

	if (text->s != NULL && str_eq(*text, v))
		return true;
	copy = str_dup(v);
	if (copy == NULL)
		return false;
	free((char *)(uintptr_t)text->s);
	*text = (struct str){ copy, v.len };
	return true;
}
