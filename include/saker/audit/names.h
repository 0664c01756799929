/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.h - system calls, architectures and io_uring operations by name. */
#ifndef SAKER_AUDIT_NAMES_H
#define SAKER_AUDIT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "saker/base/str.h"

/* x32 shares AUDIT_ARCH_X86_64 and marks its numbers with this bit
 * (__X32_SYSCALL_BIT). */
#define SYSCALL_X32_BIT 0x40000000

/* All names are static; NULL when unknown. arch is AUDIT_ARCH_*. */
const char *syscall_name(uint32_t arch, int nr);
const char *uring_op_name(int op);
/* "x86_64", "i386", "aarch64" */
const char *arch_name(uint32_t arch);
/* -1 when that architecture has no such call. */
int syscall_number(uint32_t arch, const char *name);

#endif
