/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sleeper.h - a process to do something to. */
#ifndef SAKER_TESTS_SLEEPER_H
#define SAKER_TESTS_SLEEPER_H

#include <sys/types.h>

/* A child that has left the test's own program, whose processes are never acted
 * on, and sleeps. The caller ends and reaps it. */
pid_t sleeper_start(void);

#endif
