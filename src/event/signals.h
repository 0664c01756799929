/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signals.h - names of signals. */
#ifndef SAKER_SRC_EVENT_SIGNALS_H
#define SAKER_SRC_EVENT_SIGNALS_H

/* "KILL" for 9, static; NULL for a number without a name, as real-time signals
 * are. */
const char *signal_name(int number);

#endif
