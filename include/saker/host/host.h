/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host.h - what the engine may ask of the machine, and nothing else. */
#ifndef SAKER_HOST_HOST_H
#define SAKER_HOST_HOST_H

#include <sys/types.h>

#include "saker/base/arena.h"
#include "saker/base/buf.h"
#include "saker/base/err.h"
#include "saker/base/file_id.h"

/* Facts of one process, read from one /proc/PID directory descriptor, so that
 * they belong to one process. Texts live in the caller's arena. */
struct host_process {
	pid_t pid;
	pid_t tgid; /* of the process that the thread pid is of; 0 = not known
	             */
	pid_t ppid;
	pid_t sid, pgid;
	/* in its own pid namespace; 0 = not known (kernels before 4.1) */
	pid_t vpid, vsid, vpgid;
	bool is_kernel_thread; /* PF_KTHREAD in stat's flags */
	bool is_exiting;       /* PF_EXITING */
	uint64_t start_ticks;  /* stat field 22: clock ticks since boot */
	uint64_t start_ns;     /* the same as CLOCK_REALTIME */
	uint32_t uid, euid, gid, egid;
	uint32_t auid, ses; /* UINT32_MAX = unset */
	bool has_caps;
	uint64_t caps[3]; /* permitted, inheritable, effective */
	uint64_t cap_bounding;
	/* seccomp mode (2 = filter), no_new_privs; -1 = not known */
	signed char seccomp, no_new_privs;
	struct str
		label; /* of the security module; empty = none or unreadable */
	uint64_t vm_size, vm_rss, vm_swap; /* KiB */
	uint64_t threads;
	uint64_t minor_faults, major_faults;
	struct str comm;
	struct str exe; /* readlink of exe; STR_NONE when unreadable */
	struct str cwd;
	struct file_id exe_id;
	mode_t exe_mode; /* 0 = not known, like the rest of the file's facts */
	uint32_t exe_uid, exe_gid;
	uint64_t exe_ctime_ns, exe_mtime_ns;
	struct file_id root_id; /* stat of /proc/PID/root */
	struct str *argv;
	size_t argc;
	struct str cgroup; /* /proc/PID/cgroup, all lines */
	/* 0 = unreadable */
	uint64_t ns_mnt, ns_pid, ns_user, ns_net, ns_uts, ns_ipc, ns_cgroup;
};

enum host_want {
	/* ppid, sid, pgid, start, comm, kernel thread, faults */
	HOST_WANT_STAT = 1 << 0,
	/* users, capabilities, seccomp, memory, threads, ids in its pid
	 * namespace */
	HOST_WANT_IDS = 1 << 1,
	HOST_WANT_EXE = 1 << 2,
	HOST_WANT_ARGV = 1 << 3,
	HOST_WANT_CGROUP = 1 << 4,
	HOST_WANT_NS = 1 << 5,
	HOST_WANT_CWD = 1 << 6,
	HOST_WANT_ROOT = 1 << 7,
	HOST_WANT_LABEL = 1 << 8,
	/* of the namespaces that alone */
	HOST_WANT_NS_PID = 1 << 9,
	HOST_WANT_ALL = (1 << 10) - 1,
};

struct host;

/* name: of the entry that changed; empty: the directory itself is gone, or,
 * with watch < 0, some changes were lost. Borrowed for the call. */
typedef void host_change_fn(void *arg, int watch, struct str name);

/* Every call: 0 or E_NOT_FOUND (gone), E_DENIED, E_UNSUPPORTED, E_NOMEM, E_IO.
 */
struct host_ops {
	/* Missing single facts leave their zero value; only a process that is
	 * gone or hidden is an error. */
	int (*process)(struct host *, pid_t pid, unsigned want, struct arena *,
	               struct host_process *ret);
	/* /proc/PID/cgroup appended to out: the fast path, one open and read.
	 */
	int (*cgroup)(struct host *, pid_t pid, struct buf *out);
	/* target of /proc/PID/fd/N, in the arena */
	int (*fd_link)(struct host *, pid_t pid, int fd, struct arena *,
	               struct str *ret);
	/* kernel cgroup id of a path as in /proc/PID/cgroup; controller is ""
	 * for v2, else e.g. "pids" or "name=systemd". */
	int (*cgroup_id)(struct host *, struct str controller, struct str path,
	                 uint64_t *ret);
	/* device and inode as audit shows them */
	int (*file_id)(struct host *, const char *path, struct file_id *ret);
	/* the same of a path as that process would find it; E_UNSUPPORTED
	 * before Linux 5.6 */
	int (*file_id_in)(struct host *, pid_t pid, const char *path,
	                  struct file_id *ret);
	/* Changes of names in the directory are told of from now on; the same
	 * directory gets the same watch. */
	int (*watch)(struct host *, const char *directory, int *ret_watch);
	/* Calls fn for the changes since the last call; never blocks. */
	void (*changes)(struct host *, host_change_fn *fn, void *arg);
	/* Appends a file's content (bounded): runtime state and metadata. */
	int (*read_file)(struct host *, const char *path, size_t limit,
	                 struct buf *out);
	/* Calls fn for every process, kernel threads included; stops when fn
	 * returns non-zero and returns that. */
	int (*each_process)(struct host *, int (*fn)(void *, pid_t), void *arg);
	void (*free)(struct host *);
};

struct host {
	const struct host_ops *ops;
};

/* This machine's /proc and /sys, asked directly. NULL when out of memory. */
struct host *host_direct_new(void);
/* A host that knows nothing: replay. Every call is E_UNSUPPORTED. */
struct host *host_none_new(void);
static inline void host_free(struct host *h)
{
	if (h != NULL)
		h->ops->free(h);
}

#endif
