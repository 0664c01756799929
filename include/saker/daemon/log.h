/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log.h - what saker says about itself, on standard error. */
#ifndef SAKER_DAEMON_LOG_H
#define SAKER_DAEMON_LOG_H

#include "saker/base/diag.h"

/* One line, "saker: " before it, untrusted text escaped. Never waits: a line
 * that a full pipe has no room for is lost. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Every error and warning, in order, with its source line; not the notes. */
void log_diags(const struct diag_list *diags);

#endif
