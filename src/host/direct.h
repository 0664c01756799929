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

/* 0, E_NOT_FOUND, E_DENIED or E_IO. */
int direct_identity_at(int dirfd, const char *path,
                       struct file_id *ret) must_check;
int direct_file_id(struct host *h, const char *path,
                   struct file_id *ret) must_check;
int direct_file_id_in(struct host *h, pid_t pid, const char *path,
                      struct file_id *ret) must_check;
/* The device that mountinfo's line of that mount shows; false when there is no
 * such line. */
bool mountinfo_device(struct str mountinfo, uint64_t mount_id, uint64_t *ret);

/* Watches are added to fd, which becomes the host's. */
void direct_use_watches(struct host *h, int fd);
void host_watch_drain(int fd, host_change_fn *fn, void *arg);

int direct_process(struct host *h, pid_t pid, unsigned want, struct arena *a,
                   struct host_process *ret) must_check;

#endif
