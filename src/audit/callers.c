/* SPDX-License-Identifier: GPL-2.0-or-later */
/* callers.c - equal texts mean the same, and are compared sooner than fifteen
 * fields are read. */
#include "callers.h"

#include "digits.h"

/* Of the user and of the program each a part. */
#define HEAD_BYTES 16u
#define TAIL_BYTES 24u

static size_t place_of(struct str text)
{
	uint64_t head, tail[TAIL_BYTES / 8];
	uint64_t hash;

	memcpy(&head, text.s + HEAD_BYTES - sizeof(head), sizeof(head));
	memcpy(tail, text.s + text.len - sizeof(tail), sizeof(tail));
	hash = (head ^ text.len) * 0x9e3779b97f4a7c15ULL;
	hash = (hash ^ hash >> 32 ^ tail[0]) * 0xbf58476d1ce4e5b9ULL;
	hash = (hash ^ hash >> 32 ^ tail[1]) * 0x94d049bb133111ebULL;
	hash = (hash ^ hash >> 32 ^ tail[2]) * 0x9e3779b97f4a7c15ULL;
	return (size_t)(hash >> 32) % CALLERS;
}

static bool fits(struct str text)
{
	return text.len >= HEAD_BYTES + TAIL_BYTES && text.len <= CALLER_BYTES;
}

static struct str moved(struct str v, const char *from, const char *to)
{
	return v.s != NULL ? (struct str){ to + (v.s - from), v.len }
	                   : STR_NONE;
}

/* The texts are views of from, and become views of to. */
static void copy(const struct audit_syscall *s, const char *from,
                 struct audit_syscall *ret, const char *to)
{
	ret->auid = s->auid;
	ret->uid = s->uid;
	ret->gid = s->gid;
	ret->euid = s->euid;
	ret->suid = s->suid;
	ret->fsuid = s->fsuid;
	ret->egid = s->egid;
	ret->sgid = s->sgid;
	ret->fsgid = s->fsgid;
	ret->ses = s->ses;
	ret->tty = moved(s->tty, from, to);
	ret->comm = moved(s->comm, from, to);
	ret->exe = moved(s->exe, from, to);
	ret->subj = moved(s->subj, from, to);
	ret->key = moved(s->key, from, to);
}

bool callers_find(const struct callers *c, struct str text,
                  struct audit_syscall *s)
{
	const struct caller *known;

	if (!fits(text))
		return false;
	known = &c->entries[place_of(text)];
	if (known->len != text.len ||
	    memcmp(known->text, text.s, text.len) != 0)
		return false;
	copy(&known->call, known->text, s, text.s);
	return true;
}

static bool is_within(struct str v, struct str text)
{
	return v.s == NULL ||
	       (v.s >= text.s && v.s + v.len <= text.s + text.len);
}

void callers_keep(struct callers *c, struct str text,
                  const struct audit_syscall *s)
{
	struct caller *known;

	if (!fits(text) || !is_within(s->tty, text) ||
	    !is_within(s->comm, text) || !is_within(s->exe, text) ||
	    !is_within(s->subj, text) || !is_within(s->key, text))
		return;
	known = &c->entries[place_of(text)];
	known->len = text.len;
	memcpy(known->text, text.s, text.len);
	copy(s, text.s, &known->call, known->text);
}
