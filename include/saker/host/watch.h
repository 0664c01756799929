/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.h - changes of names in directories, for two processes: who may see a
 * directory adds it, the other one reads. */
#ifndef SAKER_HOST_WATCH_H
#define SAKER_HOST_WATCH_H

#include "saker/base/err.h"

/* A descriptor for both of them; -1 = there is none to be had. */
int host_watch_open(void) must_check;
/* *fd: of inotify, opened when it is -1. *ret: the directory's number. 0 or
 * E_NOT_FOUND, E_DENIED, E_IO. */
int host_watch_add(int *fd, const char *directory, int *ret) must_check;

#endif
