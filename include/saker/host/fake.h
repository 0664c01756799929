/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake.h - a host of which somebody says what is there: tests of rules and of
 * saker. It answers every call, unlike host_none_new(). */
#ifndef SAKER_HOST_FAKE_H
#define SAKER_HOST_FAKE_H

#include "saker/host/host.h"

/* NULL when out of memory. */
struct host *host_fake_new(void);

/* Adds or replaces; texts are borrowed. A start_ns of 0 is made from
 * start_ticks. 0 or E_NOMEM. */
int host_fake_process(struct host *h, const struct host_process *p) must_check;
void host_fake_gone(struct host *h, pid_t pid);
/* A file or, with a path as in /proc/PID/cgroup, a cgroup; ino 0 removes. The
 * path is borrowed. 0 or E_NOMEM. */
int host_fake_file(struct host *h, const char *path,
                   struct file_id id) must_check;
/* A file's content for read_file; "PID/N": the target of /proc/PID/fd/N. Both
 * are borrowed. 0 or E_NOMEM. */
int host_fake_text(struct host *h, const char *path,
                   const char *text) must_check;
/* The name in the directory is to be told of as changed (host_change_fn); both
 * are borrowed. 0 or E_NOMEM. */
int host_fake_change(struct host *h, const char *directory,
                     const char *name) must_check;
/* How often /proc/PID/cgroup was asked for. */
unsigned host_fake_cgroup_reads(const struct host *h);

#endif
