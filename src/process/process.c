/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.c - one process: references and owned texts. */
#include "saker/process/process.h"

#include <stdlib.h>

#include "saker/base/limits.h"
#include "saker/process/fds.h"
#include "saker/process/mounts.h"
#include "saker/process/table.h"

struct process *process_ref(struct process *p)
{
	if (p != NULL)
		p->refs++;
	return p;
}

static void free_text(struct str *text)
{
	free((char *)(uintptr_t)text->s);
	*text = STR_NONE;
}

static void destroy(struct process *p)
{
	if (p->priv->release != NULL)
		p->priv->release(p);
	process_mounts_free(p);
	process_fds_free(p);
	free_text(&p->comm);
	free_text(&p->exe);
	free_text(&p->cwd);
	free_text(&p->cmdline);
	free(p->argv);
	free(p->priv);
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
	free_text(text);
	*text = (struct str){ copy, v.len };
	return true;
}

/* How many whole arguments fit; at least one is kept, cut if need be. */
static size_t fitting(const struct str *argv, size_t argc, size_t *ret_bytes)
{
	size_t n = 0, bytes = 0;

	while (n < argc && bytes + argv[n].len + 1 <= LIMIT_CMDLINE_BYTES)
		bytes += argv[n++].len + 1;
	if (n == 0 && argc != 0) {
		n = 1;
		bytes = LIMIT_CMDLINE_BYTES;
	}
	*ret_bytes = bytes;
	return n;
}

/* One block holds the array and, behind it, the texts: "a\0b\0" of argv. */
static struct str *copy_argv(const struct str *argv, size_t n, size_t bytes)
{
	struct str *copy = malloc(n * sizeof(*copy) + bytes + 1);
	char *at = (char *)(copy + n);

	for (size_t i = 0; copy != NULL && i < n; i++) {
		size_t room = bytes - (size_t)(at - (char *)(copy + n)) - 1;
		struct str v = str_take(argv[i], room);

		if (v.len != 0)
			memcpy(at, v.s, v.len);
		at[v.len] = '\0';
		copy[i] = (struct str){ at, v.len };
		at += v.len + 1;
	}
	return copy;
}

bool process_set_argv(struct process *p, const struct str *argv, size_t argc)
{
	size_t bytes, n = fitting(argv, argc, &bytes);
	struct str *copy = copy_argv(argv, n, bytes);
	char *line = malloc(bytes + 1);

	if (copy == NULL || line == NULL) {
		process_keep(p, false);
		free(copy);
		free(line);
		return false;
	}
	bytes = 0;
	for (size_t i = 0; i < n; i++) {
		if (i != 0)
			line[bytes++] = ' ';
		memcpy(line + bytes, copy[i].s, copy[i].len);
		bytes += copy[i].len;
	}
	line[bytes] = '\0';
	free(p->argv);
	free_text(&p->cmdline);
	p->argv = copy;
	p->argc = n;
	p->cmdline = (struct str){ line, bytes };
	return true;
}
