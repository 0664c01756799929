/* SPDX-License-Identifier: GPL-2.0-or-later */
/* texts.c - a process's texts and command line: a child has its parent's until
 * it executes something, so both hold one copy. Many processes execute the same
 * few programs in the same directories: texts that were put lately are held by
 * all who have the same. */
#include "texts.h"

#include <stdlib.h>

#include "saker/base/limits.h"

_Static_assert(LIMIT_CMDLINE_BYTES <= UINT16_MAX, "ends of words are 16 bits");

struct text_budget {
	unsigned refs;
	size_t bytes;
};

/* What every shared block begins with. */
struct block {
	unsigned refs;
	uint32_t bytes;
	struct text_budget *budget; /* reference; NULL = no table's */
};

struct shared_text {
	struct block block;
	char bytes[];
};

/* ends[n]: where word n ends in text, the words being joined by blanks. */
struct process_args {
	struct block block;
	uint16_t ends[];
};

struct text_budget *text_budget_new(void)
{
	struct text_budget *b = calloc(1, sizeof(*b));

	if (b != NULL)
		b->refs = 1;
	return b;
}

void text_budget_unref(struct text_budget *b)
{
	if (b != NULL && --b->refs == 0)
		free(b);
}

static struct text_budget *budget_of(const struct process *p)
{
	return p->priv != NULL && p->priv->table != NULL
	               ? process_table_budget(p->priv->table)
	               : NULL;
}

static void *block_new(struct text_budget *budget, size_t bytes)
{
	struct block *b = malloc(bytes);

	if (b == NULL)
		return NULL;
	*b = (struct block){ 1, (uint32_t)bytes, budget };
	if (budget != NULL) {
		budget->refs++;
		budget->bytes += bytes;
	}
	return b;
}

static void block_unref(struct block *b)
{
	if (b == NULL || --b->refs != 0)
		return;
	if (b->budget != NULL)
		b->budget->bytes -= b->bytes;
	text_budget_unref(b->budget);
	free(b);
}

/* Long texts are cut when all processes together hold too much. */
static size_t room(const struct process *p, size_t most)
{
	const struct text_budget *b = budget_of(p);

	if (most <= LIMIT_PROCESS_TEXT_SHORT || b == NULL ||
	    b->bytes <= LIMIT_PROCESS_TEXT_BYTES)
		return most;
	process_count_cut(p);
	return LIMIT_PROCESS_TEXT_SHORT;
}

static struct block *block_of(struct str text)
{
	char *bytes = (char *)(uintptr_t)text.s;

	return bytes != NULL
	               ? &container_of(bytes, struct shared_text, bytes)->block
	               : NULL;
}

void process_drop_text(struct str *text)
{
	block_unref(block_of(*text));
	*text = STR_NONE;
}

static void share_text(struct str *text, struct str from)
{
	struct block *b = block_of(from);

	if (b == NULL)
		return;
	b->refs++;
	process_drop_text(text);
	*text = from;
}

/* Paths and names differ at their ends. Who makes texts that meet in one place
 * has them held once each, as without this. */
static struct str *place_of(struct recent_texts *recent, struct str v)
{
	uint64_t tail = 0;

	if (v.len >= sizeof(tail))
		memcpy(&tail, v.s + v.len - sizeof(tail), sizeof(tail));
	else if (v.len != 0)
		memcpy(&tail, v.s, v.len);
	tail = (tail ^ v.len) * 0x9e3779b97f4a7c15ULL;
	return &recent->items[(tail >> 32) % RECENT_TEXTS];
}

void recent_texts_done(struct recent_texts *recent)
{
	for (size_t i = 0; i < RECENT_TEXTS; i++)
		process_drop_text(&recent->items[i]);
}

static struct str text_new(struct text_budget *budget, struct str v)
{
	struct shared_text *t = block_new(budget, sizeof(*t) + v.len + 1);

	if (t == NULL)
		return STR_NONE;
	if (v.len != 0)
		memcpy(t->bytes, v.s, v.len);
	t->bytes[v.len] = '\0';
	return (struct str){ t->bytes, v.len };
}

/* p: who pays for it and has it cut; NULL = nobody. */
static struct str hold(struct recent_texts *recent, const struct process *p,
                       struct str v)
{
	struct str *known = recent != NULL ? place_of(recent, v) : NULL;
	struct str text = STR_NONE;

	if (known != NULL && known->s != NULL && str_eq(*known, v)) {
		block_of(*known)->refs++;
		return *known;
	}
	text = p != NULL ? text_new(budget_of(p), str_take(v, room(p, v.len)))
	                 : text_new(NULL, v);
	if (known != NULL)
		share_text(known, text);
	return text;
}

struct str text_hold(struct recent_texts *recent, struct str v)
{
	return hold(v.len <= LIMIT_PROCESS_TEXT_SHORT ? recent : NULL, NULL, v);
}

void process_put_text(struct process *p, struct str *text, struct str v)
{
	bool has_table = p->priv != NULL && p->priv->table != NULL;
	struct str held;

	if (text->s != NULL && str_eq(*text, v))
		return;
	held = hold(has_table ? process_table_texts(p->priv->table) : NULL, p,
	            v);
	process_keep(p, held.s != NULL);
	if (held.s == NULL)
		return;
	process_drop_text(text);
	*text = held;
}

void process_share_texts(struct process *p, const struct process *from)
{
	share_text(&p->comm, from->comm);
	share_text(&p->exe, from->exe);
	share_text(&p->cwd, from->cwd);
	if (from->args == NULL)
		return;
	from->args->block.refs++;
	process_drop_argv(p);
	p->args = from->args;
	p->argc = from->argc;
	p->cmdline = from->cmdline;
}

void process_drop_argv(struct process *p)
{
	if (p->args != NULL)
		block_unref(&p->args->block);
	p->args = NULL;
	p->argc = 0;
	p->cmdline = STR_NONE;
}

/* How many whole words fit; at least one is kept, cut if need be. */
static size_t fitting(const struct str *argv, size_t argc, size_t most,
                      size_t *ret_bytes)
{
	size_t n = 0, bytes = 0;

	while (n < argc && bytes + argv[n].len + 1 <= most)
		bytes += argv[n++].len + 1;
	if (n == 0 && argc != 0) {
		n = 1;
		bytes = most;
	}
	*ret_bytes = bytes;
	return n;
}

/* Joined by blanks, of which there is one behind the last, too. */
static void join(char *text, size_t bytes, const struct str *argv, size_t n,
                 uint16_t *ret_ends)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		size_t left = bytes - at - 1;
		size_t len = argv[i].len < left ? argv[i].len : left;

		bytes_copy(text + at, argv[i].s, len);
		at += len;
		ret_ends[i] = (uint16_t)at;
		text[at++] = ' ';
	}
}

void process_set_argv(struct process *p, const struct str *argv, size_t argc)
{
	size_t bytes, most;
	size_t n = fitting(argv, argc, LIMIT_CMDLINE_BYTES, &bytes);
	struct process_args *a;
	char *text;

	most = room(p, bytes);
	if (most < bytes)
		n = fitting(argv, argc, most, &bytes);
	a = block_new(budget_of(p),
	              sizeof(*a) + n * sizeof(a->ends[0]) + bytes + 1);
	process_keep(p, a != NULL);
	if (a == NULL)
		return;
	text = (char *)&a->ends[n];
	join(text, bytes, argv, n, a->ends);
	bytes -= n != 0 ? 1 : 0;
	text[bytes] = '\0';
	process_drop_argv(p);
	p->args = a;
	p->argc = (uint32_t)n;
	p->cmdline = (struct str){ text, bytes };
}

struct str process_arg(const struct process *p, size_t n)
{
	size_t start;

	if (n >= p->argc)
		return STR_NONE;
	start = n != 0 ? p->args->ends[n - 1] + 1u : 0;
	return str_take(str_skip(p->cmdline, start), p->args->ends[n] - start);
}
