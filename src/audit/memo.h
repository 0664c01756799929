/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memo.h - what parts of records said that are the same in record after record,
 * by their text. */
#ifndef SAKER_AUDIT_MEMO_H
#define SAKER_AUDIT_MEMO_H

#include "saker/audit/event.h"

#define CALLERS        128
#define CALLER_BYTES   408
#define PATH_ENDS      128
#define PATH_END_BYTES 168
#define CALLS          64
#define DEVS           256

/* Processes of one user and program say the same of themselves in call after
 * call, from auid= to key=; files of one kind and owner the same from mode=
 * to the end; and calls are few. Begins as zeros; each entry is the last
 * one of its place. */
struct decode_memo {
	struct caller {
		size_t len;                /* 0 = none */
		struct audit_syscall call; /* its texts are views of text */
		char text[CALLER_BYTES];
	} callers[CALLERS];
	uint64_t last_caller; /* the number given last */
	struct path_end {
		size_t len; /* 0 = none */
		struct audit_path path;
		char text[PATH_END_BYTES];
	} path_ends[PATH_ENDS];
	struct known_call {
		uint64_t word;
		uint32_t arch;
		unsigned len;
		int nr;
		const char *name;
		struct str call;
	} calls[CALLS];
	/* "fe:00 mo": the number and what is behind it */
	struct known_dev {
		uint64_t word;
		unsigned len;
		uint64_t dev;
	} devs[DEVS];
};

/* Fills in what this very text, the record's end from " auid=" on, meant
 * before; texts are views of it. False, with *s untouched, when it is not
 * known. */
bool memo_find_caller(const struct decode_memo *m, struct str text,
                      struct audit_syscall *s);
/* s was read from text, and gets a number. Texts that had to be decoded are not
 * kept. */
void memo_keep_caller(struct decode_memo *m, struct str text,
                      struct audit_syscall *s);

/* The same of a PATH record's end, behind its device or its name: all but item,
 * name and identity. */
bool memo_find_path_end(const struct decode_memo *m, struct str text,
                        struct audit_path *p);
void memo_keep_path_end(struct decode_memo *m, struct str text,
                        const struct audit_path *p);

static inline size_t memo_place(uint64_t word, size_t places)
{
	return (size_t)(word * 0x9e3779b97f4a7c15ULL >> 32) % places;
}

/* What begins with these eight characters, the number and what is behind it,
 * is a system call of that arch. */
static inline const struct known_call *
memo_find_call(const struct decode_memo *m, uint32_t arch, uint64_t word)
{
	const struct known_call *known = &m->calls[memo_place(word, CALLS)];

	return known->word == word && known->arch == arch ? known : NULL;
}

/* The number had len digits, fewer than eight. */
void memo_keep_call(struct decode_memo *m, uint64_t word, unsigned len,
                    const struct audit_syscall *s);

#endif
