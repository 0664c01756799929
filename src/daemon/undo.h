/* SPDX-License-Identifier: GPL-2.0-or-later */
/* undo.h - what responses froze is let go when saker is killed, also where it
 * is never started again; private to src/daemon. */
#ifndef SAKER_SRC_DAEMON_UNDO_H
#define SAKER_SRC_DAEMON_UNDO_H

#include "saker/base/guard.h"
#include "saker/daemon/config.h"

/* Starts a guard where the configuration allows responses to act, unless *guard
 * is one already. Says itself what is wrong. */
void undo_begin(const struct config *config, struct guard **guard);

#endif
