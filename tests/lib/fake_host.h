/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake_host.h - the fake host for tests, which may end without memory. */
#ifndef SAKER_TESTS_FAKE_HOST_H
#define SAKER_TESTS_FAKE_HOST_H

#include "saker/host/fake.h"

/* Aborts when out of memory. */
struct host *fake_host_new(void);
/* Adds or replaces a process; texts are borrowed. */
void fake_host_process(struct host *h, const struct host_process *p);
void fake_host_gone(struct host *h, pid_t pid);
/* A file or, with a path as in /proc/PID/cgroup, a cgroup; ino 0 removes. */
void fake_host_file(struct host *h, const char *path, uint64_t dev,
                    uint64_t ino);
/* A file's content (borrowed) for read_file. */
void fake_host_text(struct host *h, const char *path, const char *text);
/* Target of /proc/PID/fd/N: path is "PID/N". */
void fake_host_link(struct host *h, const char *path, const char *target);
/* The name in that directory is to be told of as changed (borrowed). */
void fake_host_change(struct host *h, const char *directory, const char *name);
/* How often /proc/PID/cgroup was asked for. */
unsigned fake_host_cgroup_reads(const struct host *h);

#endif
