/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sandbox.h - the relay gives away what it does not need. */
#ifndef SAKER_RELAY_SANDBOX_H
#define SAKER_RELAY_SANDBOX_H

#include <stdbool.h>

/* Capabilities, new privileges, and all system calls but those of the relay's
 * loop. False when the kernel refused a part; the rest is done. */
bool sandbox_enter(void);

#endif
