/* SPDX-License-Identifier: GPL-2.0-or-later */
/* numbers.h - libaudit's numbers, and those that its older versions lack. */
#ifndef SAKER_AUDIT_NUMBERS_H
#define SAKER_AUDIT_NUMBERS_H

#include <libaudit.h>
#include <linux/audit.h>

/* Linux 5.16, include/uapi/linux/audit.h */
#ifndef AUDIT_URINGOP
#define AUDIT_URINGOP 1336
#endif
#ifndef AUDIT_OPENAT2
#define AUDIT_OPENAT2 1337
#endif

#endif
