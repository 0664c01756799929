/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confine.h - whether saker is several processes, and what the engine's gives
 * up; private to src/daemon. */
#ifndef SAKER_SRC_DAEMON_CONFINE_H
#define SAKER_SRC_DAEMON_CONFINE_H

#include "daemon.h"

/* Decides on is_separate, user and why_single; says it where there will be one
 * process. Where there will be several this one keeps the capabilities of the
 * monitor alone. Before there are threads. 0 or the error. */
int confine_plan(struct daemon *d, bool is_live) must_check;
/* A process gives up all privileges, before it has threads; files: as
 * sandbox_freeze_files(), what that came to is *ret_landlock. 0 or the error,
 * which it has said. */
int confine(const char *who, const struct sandbox_user *user,
            enum sandbox_role role, int but_below,
            _Atomic int *ret_landlock) must_check;
/* The engine's process: gives up all privileges, before there are threads, and
 * fills in what it then gets from the monitor. 0 or the error, which it has
 * said. */
int confine_engine(struct daemon *d, struct engine_given *given) must_check;

#endif
