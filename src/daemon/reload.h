/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reload.h - configuration and rules anew, beside the engine at work; private
 * to src/daemon.
 *
 * A thread of its own reads, compiles and frees; the engine's thread exchanges
 * pointers between two events. */
#ifndef SAKER_SRC_DAEMON_RELOAD_H
#define SAKER_SRC_DAEMON_RELOAD_H

#include "privileged.h"
#include "saker/daemon/engine.h"
#include "saker/daemon/run.h"

struct reloader;

struct reload_options {
	const struct config *started; /* borrowed: what takes a restart stays */
	const struct config_reader *reader;  /* the same */
	const struct privileged *privileged; /* borrowed */
};

/* What became of a reload; borrowed until the next one is taken. */
struct reload_result {
	int error;        /* 0 = the engine has the new rules */
	uint64_t time_ns; /* CLOCK_REALTIME; 0 = there was none yet */
	size_t rules;
	bool kernel_changed; /* the kernel's rules are others now */
	bool is_last;        /* no other reload was asked for meanwhile */
	struct str text;     /* the reasons and warnings, as they are printed */
	const char *const *kept; /* changed keys that take a restart */
	size_t nkept;
};

/* Starts the thread. 0, E_NOMEM or E_IO. */
int reloader_new(const struct reload_options *options,
                 struct reloader **ret) must_check;
/* Waits for a reload that is under way. The engine must not use what it was
 * given any more. NULL is allowed. */
void reloader_free(struct reloader *r);
/* One that is under way may have read old files already: there will then be
 * another behind it. */
void reloader_start(struct reloader *r);
/* Polls readable when a result is to be taken. */
int reloader_fd(const struct reloader *r);
/* Between two events: gives the engine what was loaded. False when there is no
 * result yet. */
bool reloader_take(struct reloader *r, struct engine *e);
const struct reload_result *reloader_result(const struct reloader *r);

#endif
