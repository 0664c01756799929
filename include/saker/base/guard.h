/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guard.h - a process that puts something right when this one is gone. */
#ifndef SAKER_BASE_GUARD_H
#define SAKER_BASE_GUARD_H

#include "saker/base/err.h"

struct guard;

/* Forks a process, in a session of its own and deaf to the usual signals, which
 * holds no other descriptors, and calls fn once this process has ended, by
 * whatever means. It sees this one's memory as it is now, but for what is
 * shared (mmap(2)). name: up to 15 bytes. 0, E_NOMEM or E_IO. The caller ends
 * it with guard_end(). */
int guard_start(const char *name, void (*fn)(void *arg), void *arg,
                struct guard **ret) must_check;
/* Has it do its work now, and waits for that, for some seconds at most. NULL is
 * none. */
void guard_end(struct guard *g);

#endif
