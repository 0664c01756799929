/* SPDX-License-Identifier: GPL-2.0-or-later */
/* callers.h - what SYSCALL records said of who called, by their text. */
#ifndef SAKER_AUDIT_CALLERS_H
#define SAKER_AUDIT_CALLERS_H

#include "saker/audit/event.h"

#define CALLERS      64
#define CALLER_BYTES 408

/* Processes of one user and program say the same of themselves in call after
 * call, from auid= to key=. The memory begins as zeros; each entry is the last
 * one of its place. */
struct callers {
	struct caller {
		size_t len;                /* 0 = none */
		struct audit_syscall call; /* its texts are views of text */
		char text[CALLER_BYTES];
	} entries[CALLERS];
};

/* Fills in what this very text, the record's end from " auid=" on, meant
 * before; texts are views of it. False, with *s untouched, when it is not
 * known. */
bool callers_find(const struct callers *c, struct str text,
                  struct audit_syscall *s);
/* s was read from text. Texts that had to be decoded are not kept. */
void callers_keep(struct callers *c, struct str text,
                  const struct audit_syscall *s);

#endif
