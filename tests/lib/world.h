/* SPDX-License-Identifier: GPL-2.0-or-later */
/* world.h - a tracker on a fake host, and what happens there. */
#ifndef SAKER_TESTS_WORLD_H
#define SAKER_TESTS_WORLD_H

#include <stdio.h>

#include "fake_host.h"
#include "replay.h"
#include "tracking.h"

#define ID       "485776c9f6f2c22e2b44a2239b65471d6a02701b54d1cb5e1c55a09108a1b5b9"
#define ID_SHORT "485776c9f6f2"
#define RUNC     "/usr/sbin/runc"
#define CRUN     "/usr/bin/crun"

#define DEV            0xfe00 /* fe:00 */
#define RUNC_INODE     1048769
#define CRUN_INODE     10977303
#define HOST_NS        4026531841
#define MAX_PROCESSES  200
#define MAX_CONTAINERS 20

/* Process 50 is a shell of the host's. */
struct world {
	struct host *host;
	struct tracker *t;
	struct counters counters;
	uint64_t now_ns;
	unsigned serial;
	struct process *last; /* whose the last event was */
};

int world_begin(void **state);
/* The same without a host: a log. */
int world_begin_log(void **state);
int world_end(void **state);

void pass_time(struct world *w, unsigned ms);
/* Events of the proc connector. A fork gives the child /proc facts: the
 * parent's cgroup and namespace. */
void fork_event(struct world *w, pid_t pid, pid_t parent);
void exec_event(struct world *w, pid_t pid);
void exit_event(struct world *w, pid_t pid);
/* What /proc says. Texts are borrowed. */
void add_process(struct world *w, pid_t pid, pid_t ppid, const char *exe,
                 const char *cgroup, uint64_t ns_mnt);
void set_cgroup(struct world *w, pid_t pid, const char *text);
void set_namespace(struct world *w, pid_t pid, uint64_t ns_mnt);

/* Records; %s in text is the stamp. */
void feed(struct world *w, const char *text);
/* A successful system call; more is appended to the SYSCALL record and may
 * hold further records of the event. */
void record(struct world *w, pid_t pid, pid_t ppid, const char *name,
            const char *comm, const char *exe, const char *more);
/* With one PATH record; inode 0 is left out. */
void path_record(struct world *w, pid_t pid, pid_t ppid, const char *name,
                 const char *path, uint64_t inode, const char *type);
void exec_record(struct world *w, pid_t pid, pid_t ppid, const char *exe,
                 uint64_t inode, const char *words);
/* With the name that the file was called by. */
void exec_named(struct world *w, pid_t pid, pid_t ppid, const char *exe,
                uint64_t inode, const char *name, const char *words);

/* "runc VERB id" by pid, child of 50: its second stage is pid + 1, the last
 * stage pid + 3, in the cgroup /docker/id or /id; up to the last execve. */
void runc_stages(struct world *w, pid_t pid, const char *verb, const char *id);
/* And the container's program. */
void runc_run(struct world *w, pid_t pid, const char *verb, const char *id);

void assert_state(struct world *w, pid_t pid, const char *expected);

#endif
