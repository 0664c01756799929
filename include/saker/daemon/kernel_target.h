/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_target.h - this host as a target of kernel rules.
 */
#ifndef SAKER_DAEMON_KERNEL_TARGET_H
#define SAKER_DAEMON_KERNEL_TARGET_H

#include "saker/base/arena.h"
#include "saker/daemon/config.h"
#include "saker/kernel/target.h"

/* With the files of its container runtimes, well-known and configured, each
 * once. They live in the arena. 0, E_UNSUPPORTED or E_NOMEM. */
int daemon_kernel_target(const struct config *config, struct arena *arena,
                         struct kernel_target *ret) must_check;

/* For hosts of any kind, with the well-known runtimes. The same results. */
int daemon_portable_target(struct arena *arena,
                           struct kernel_target *ret) must_check;

#endif
