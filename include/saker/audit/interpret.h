/* SPDX-License-Identifier: GPL-2.0-or-later */
/* interpret.h - a record as "ausearch -i" prints it, by libauparse. For people
 * and off the hot path: it is slow, and looks users up on this machine. */
#ifndef SAKER_AUDIT_INTERPRET_H
#define SAKER_AUDIT_INTERPRET_H

#include "saker/audit/record.h"
#include "saker/base/buf.h"

/* Appends "arch=x86_64 syscall=openat success=yes ...", unescaped; the body as
 * it is where libauparse does not understand it. One call at a time, and none
 * beside log_open_system() (libauparse). */
void interpret_record(const struct record *r, struct buf *out);

#endif
