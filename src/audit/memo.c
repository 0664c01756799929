/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memo.c - equal texts mean the same, and are compared sooner than fifteen
 * fields are read. */
#include "memo.h"

/* Of the user and of the program each a part. */
#define CALLER_HEAD_BYTES 16u
#define CALLER_TAIL_BYTES 24u
/* Behind " mode="; the last letters of what nametype= says before the fields of
 * a file without capabilities. */
#define END_HEAD_BYTES 6u
#define END_TAIL_BYTES 60u

static uint64_t word_at(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	return (hash ^ hash >> 32 ^ word) * 0x9e3779b97f4a7c15ULL;
}

static inline size_t caller_place(struct str text)
{
	const char *tail = text.s + text.len - CALLER_TAIL_BYTES;
	uint64_t hash = text.len;

	hash = mix(hash, word_at(text.s + CALLER_HEAD_BYTES - 8));
	hash = mix(hash, word_at(tail) ^ word_at(tail + 16));
	hash = mix(hash, word_at(tail + 8));
	return (size_t)(hash >> 32) % CALLERS;
}

static inline size_t path_end_place(struct str text)
{
	const char *head = text.s + END_HEAD_BYTES;
	uint64_t hash = text.len;

	hash = mix(hash, word_at(head));
	hash = mix(hash, word_at(head + 8) ^
	                         word_at(text.s + text.len - END_TAIL_BYTES));
	return (size_t)(hash >> 32) % PATH_ENDS;
}

static struct str moved(struct str v, const char *from, const char *to)
{
	return v.s != NULL ? (struct str){ to + (v.s - from), v.len }
	                   : STR_NONE;
}

/* The ids, which stand together, from auid to ses. */
#define IDS_AT    offsetof(struct audit_syscall, auid)
#define IDS_BYTES (offsetof(struct audit_syscall, tty) - IDS_AT)

/* The texts are views of from, and become views of to. */
static inline void copy_caller(const struct audit_syscall *s, const char *from,
                               struct audit_syscall *ret, const char *to)
{
	memcpy((char *)ret + IDS_AT, (const char *)s + IDS_AT, IDS_BYTES);
	ret->caller = s->caller;
	ret->tty = moved(s->tty, from, to);
	ret->comm = moved(s->comm, from, to);
	ret->exe = moved(s->exe, from, to);
	ret->subj = moved(s->subj, from, to);
	ret->key = moved(s->key, from, to);
}

static bool is_caller(struct str text)
{
	return text.len >= CALLER_HEAD_BYTES + CALLER_TAIL_BYTES &&
	       text.len <= CALLER_BYTES;
}

bool memo_find_caller(const struct decode_memo *m, struct str text,
                      struct audit_syscall *s)
{
	const struct caller *known;

	if (!is_caller(text))
		return false;
	known = &m->callers[caller_place(text)];
	if (!str_eq((struct str){ known->text, known->len }, text))
		return false;
	copy_caller(&known->call, known->text, s, text.s);
	return true;
}

static bool is_within(struct str v, struct str text)
{
	return v.s == NULL ||
	       (v.s >= text.s && v.s + v.len <= text.s + text.len);
}

void memo_keep_caller(struct decode_memo *m, struct str text,
                      struct audit_syscall *s)
{
	struct caller *known;

	if (!is_caller(text) || !is_within(s->tty, text) ||
	    !is_within(s->comm, text) || !is_within(s->exe, text) ||
	    !is_within(s->subj, text) || !is_within(s->key, text))
		return;
	/* no other memo's */
	if (m->last_caller == 0)
		m->last_caller = str_hash_seed();
	s->caller = ++m->last_caller;
	known = &m->callers[caller_place(text)];
	known->len = text.len;
	memcpy(known->text, text.s, text.len);
	copy_caller(s, text.s, &known->call, known->text);
}

static bool is_path_end(struct str text)
{
	return text.len >= END_TAIL_BYTES && text.len <= PATH_END_BYTES;
}

bool memo_find_path_end(const struct decode_memo *m, struct str text,
                        struct audit_path *p)
{
	const struct path_end *known;

	if (!is_path_end(text))
		return false;
	known = &m->path_ends[path_end_place(text)];
	if (!str_eq((struct str){ known->text, known->len }, text))
		return false;
	*p = known->path;
	return true;
}

void memo_keep_path_end(struct decode_memo *m, struct str text,
                        const struct audit_path *p)
{
	struct path_end *known;

	if (!is_path_end(text))
		return;
	known = &m->path_ends[path_end_place(text)];
	known->len = text.len;
	memcpy(known->text, text.s, text.len);
	known->path = *p;
}

void memo_keep_call(struct decode_memo *m, uint64_t word, unsigned len,
                    const struct audit_syscall *s)
{
	m->calls[memo_place(word, CALLS)] = (struct known_call){
		.word = word,
		.arch = s->arch,
		.len = len,
		.nr = s->nr,
		.name = s->name,
		.call = s->call,
	};
}
