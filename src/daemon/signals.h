/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signals.h - signals as readable events; private to src/daemon. */
#ifndef SAKER_SRC_DAEMON_SIGNALS_H
#define SAKER_SRC_DAEMON_SIGNALS_H

#include <stdbool.h>

enum signal_request {
	SIGNAL_NONE,
	SIGNAL_STOP,
	SIGNAL_RELOAD,
	SIGNAL_REPORT,
	SIGNAL_CHILD, /* one has ended, or many */
};

/* Undoes what a parent may have left ignored or blocked, and blocks what is
 * read here, for this thread and those started later; ends of children among
 * them when they are asked for. Returns a descriptor to poll, or -1. */
int signals_open(bool children);
/* The next request; SIGNAL_NONE when there is none. */
enum signal_request signals_next(int fd);
/* True when the parent is an audit dispatcher: then only its SIGTERM counts. */
bool signals_have_dispatcher(void);

#endif
