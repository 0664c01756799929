/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sandbox.h - what a process of saker gives up before it reads anything that
 * others wrote. */
#ifndef SAKER_DAEMON_SANDBOX_H
#define SAKER_DAEMON_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "saker/base/err.h"

struct sandbox_user {
	uid_t uid;
	gid_t gid;
	bool is_unnamed; /* there is no such user: the ids of none */
};

/* The user of that name. Where there is none, ids that belong to nobody, the
 * same ones for a name each time: "nobody" would share its processes and files
 * with others. 0, or E_NOT_FOUND when none are free. */
int sandbox_user_find(const char *name, struct sandbox_user *ret) must_check;
/* Whether this process may become that user: tried by a child. */
bool sandbox_can_become(const struct sandbox_user *user);

/* The monitor's: only the capabilities of its work from now on, of those that
 * it has, for what it starts, too. 0, E_DENIED or E_IO. */
int sandbox_keep_needed(void) must_check;
/* A filter for all threads: add, which returns 0 or an error, gives it its
 * rules (libseccomp's filter), otherwise is libseccomp's action for the other
 * calls. 0, add's error, E_UNSUPPORTED, E_NOMEM or E_IO. */
int sandbox_install(uint32_t otherwise, int (*add)(void *filter)) must_check;
/* Some system calls are none for it any more, nor for what it starts
 * (monitor_denied.def): before it has threads, and with no_new_privs set. 0,
 * E_UNSUPPORTED, E_NOMEM or E_IO. */
int sandbox_filter_monitor(void) must_check;
/* First of all, before there are threads: no capability can come back, not by
 * executing anything either. 0, E_DENIED or E_IO. */
int sandbox_begin(void) must_check;
/* Another user without capabilities and other groups; dies with its parent. 0,
 * E_DENIED or E_IO. */
int sandbox_drop(const struct sandbox_user *user) must_check;
enum sandbox_role {
	SANDBOX_ENGINE, /* engine_calls.def */
	SANDBOX_COURIER /* those and courier_calls.def */
};

/* Only that role's system calls from now on, in all threads; others fail with
 * EPERM. The kernel makes a process with it no_new_privs. 0,
 * E_UNSUPPORTED (a kernel without seccomp filters), E_NOMEM or E_IO. */
int sandbox_filter(enum sandbox_role role) must_check;
/* No file can be made, changed or executed any more by this thread and those
 * that it starts, where the kernel has Landlock (5.13), but below the directory
 * unless that is -1; what is open stays usable. The version of Landlock, 1 at
 * least, or minus an errno. */
int sandbox_freeze_files(int but_below) must_check;
/* What that errno means here; static. */
const char *sandbox_freeze_problem(int error);

#endif
