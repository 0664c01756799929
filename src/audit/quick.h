/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quick.h - records decoded in one pass where they look as today's kernels
 * write them. */
#ifndef SAKER_AUDIT_QUICK_H
#define SAKER_AUDIT_QUICK_H

#include "memo.h"
#include "saker/audit/event.h"

/* True with *ret filled: exactly what record_scan() and the decoding of each
 * field give. False for all that looks otherwise, with *ret undefined and at
 * most some of the arena used. What memo, which may be NULL, remembers is not
 * read again. */
bool quick_syscall(const struct record *r, struct arena *a,
                   struct decode_memo *memo, struct audit_syscall *ret);
bool quick_path(const struct record *r, struct arena *a,
                struct decode_memo *memo, struct audit_path *ret);
/* The one EXECVE record of an event, with whole arguments. */
bool quick_execve(const struct record *r, struct arena *a,
                  struct audit_args *ret);
/* BPRM_FCAPS of kernels since 5.1: what audit_event_caps() gives. */
bool quick_caps(const struct record *r, uint64_t *ret);
/* CWD: a record of one text. */
bool quick_cwd(const struct record *r, struct arena *a, struct str *ret);

#endif
