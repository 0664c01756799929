/* SPDX-License-Identifier: GPL-2.0-or-later */
/* direct.h - the parts of the direct host. */
#ifndef SAKER_HOST_DIRECT_H
#define SAKER_HOST_DIRECT_H

#include "saker/host/host.h"

/* One mount of cgroupfs. Texts are owned. */
struct cgroup_mount {
	char *point;
	char *root;        /* which directory of the hierarchy is mounted */
	char *controllers; /* super block options; "" for v2 */
};

struct cgroup_mounts {
	struct cgroup_mount *items;
	size_t count;
};

/* Reads /proc/self/mountinfo's text. 0 or E_NOMEM. */
int cgroup_mounts_parse(struct str mountinfo,
                        struct cgroup_mounts *ret) must_check;
void cgroup_mounts_done(struct cgroup_mounts *m);
/* The directory of a cgroup path, with a NUL behind. 0 or E_NOT_FOUND. */
int cgroup_mounts_path(const struct cgroup_mounts *m, struct str controller,
                       struct str path, struct buf *out) must_check;

/* The interesting fields of /proc/PID/stat; comm borrows. False when the text
 * is no such line. */
struct proc_stat {
	struct str comm;
	char state;
	pid_t ppid;
	pid_t pgid;
	pid_t sid;
	uint64_t flags;
	uint64_t minor_faults, major_faults;
	uint64_t start_ticks;
};
bool proc_stat_parse(struct str text, struct proc_stat *ret);
/* The ids of /proc/PID/status; what the text lacks stays. */
void proc_status_parse(struct str text, struct host_process *p);
/* Copies /proc/PID/cmdline as argv, at most LIMIT_ARGV. 0 or E_NOMEM. */
int proc_cmdline_parse(struct str text, struct arena *a,
                       struct host_process *p) must_check;

int direct_process(struct host *h, pid_t pid, unsigned want, struct arena *a,
                   struct host_process *ret) must_check;
int direct_kill(struct host *h, pid_t pid, uint64_t start_ticks,
                unsigned timeout_ms, bool *ret_dead) must_check;

#endif
