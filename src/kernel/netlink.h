/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netlink.h - requests to the kernel's audit, with an end to every wait. */
#ifndef SAKER_KERNEL_NETLINK_H
#define SAKER_KERNEL_NETLINK_H

#include <libaudit.h>

#include "saker/base/err.h"

/* A socket of its own, close-on-exec, libaudit's messages off. The descriptor,
 * or E_DENIED, E_UNSUPPORTED, E_IO. */
int kernel_open(void);
/* The error that libaudit returned as -errno. */
int kernel_error(int negative_errno);
/* 0, E_DENIED, E_UNSUPPORTED, E_IO. */
int kernel_get_status(int fd, struct audit_status *ret) must_check;
/* Calls fn for each loaded rule; data is borrowed for the call. */
int kernel_each_rule(int fd,
                     void (*fn)(void *arg, const struct audit_rule_data *rule),
                     void *arg) must_check;

#endif
