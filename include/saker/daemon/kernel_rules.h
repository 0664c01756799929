/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_rules.h - the kernel's audit rules for the time of a run. */
#ifndef SAKER_DAEMON_KERNEL_RULES_H
#define SAKER_DAEMON_KERNEL_RULES_H

#include "saker/daemon/config.h"
#include "saker/kernel/audit.h"

/* Does what kernel.rules asks for, and says on standard error what it did.
 * *ret stays NULL when the kernel is left alone. To be ended with
 * kernel_session_end(). */
int kernel_rules_begin(const struct config *config,
                       struct kernel_session **ret) must_check;

/* What kernel.rules=load loads: kernel.rules_dir's, else those of
 * kernel_rules_derive(). 0 or an error with the reasons in diags. */
int kernel_rules_wanted(const struct config *config, struct diag_list *diags,
                        struct kernel_rules **ret) must_check;
/* Those that the configured rules need on this host, as saker audit-rules
 * prints them. 0; E_INVALID with the reasons in diags, E_UNSUPPORTED, E_NOMEM.
 */
int kernel_rules_derive(const struct config *config, struct diag_list *diags,
                        struct kernel_rules **ret) must_check;

#endif
