/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.h - one process, as long as anything refers to it. */
#ifndef SAKER_PROCESS_PROCESS_H
#define SAKER_PROCESS_PROCESS_H

#include "saker/audit/event.h"
#include "saker/base/list.h"

enum process_state {
	PROCESS_HOST,
	PROCESS_SETUP,     /* a container runtime at work, wherever it is */
	PROCESS_CONTAINER, /* never goes back */
};

struct container;
struct cgroup;

/* Texts have a NUL behind; a child shares its parent's. Counted: the table,
 * children (through parent) and pending alerts hold references. */
struct process {
	pid_t pid;
	pid_t ppid;
	pid_t sid, pgid;        /* on the host; 0 = not known */
	struct process *parent; /* reference; NULL = not known */
	uint64_t start_ns; /* CLOCK_REALTIME; the earliest stamp when unknown */
	uint64_t start_ticks; /* /proc/PID/stat field 22; 0 = not known */
	uint64_t exit_ns;     /* 0 = alive as far as known */
	uint32_t uid, euid, gid, auid, ses;
	uint32_t argc;
	struct str comm;
	struct str exe; /* d_path of the executable */
	struct str cwd;
	struct str cmdline;        /* argv joined by single blanks, cut at
	                              LIMIT_CMDLINE_BYTES */
	struct process_args *args; /* process_arg() */
	struct file_id exe_id;
	enum process_state state;
	bool entered; /* came into a running container by the runtime's exec */
	bool is_adopted; /* parent is not the process that forked it */
	bool has_caps;
	struct container
		*container;    /* reference; NULL unless state is CONTAINER */
	struct cgroup *cgroup; /* reference; NULL = not known */
	/* serial of the execve by which it became a container's; 0 = none */
	uint64_t entry_serial;
	uint64_t last_setns_ns;        /* stamp of the last setns; 0 = none */
	struct process_mounts *mounts; /* mounts.h; freed by process_unref() */
	struct process_fds *fds;       /* fds.h; freed by process_unref() */
	uint64_t last_exec_ns; /* stamp of the last execve; 0 = none seen */
	/* permitted, inheritable and effective capabilities as records told
	 * them (has_caps), while the effective user was caps_euid */
	uint64_t caps[3];
	uint32_t caps_euid;
	unsigned refs;
	/* what only src/process and src/container use */
	struct process_private *priv;
	struct list link;
};

/* The nth word of the command line, from 0; STR_NONE past its end. Borrowed. */
struct str process_arg(const struct process *p, size_t n);

struct process *process_ref(struct process *p);
void process_unref(struct process *p);
/* "host", "setup", "container": static. */
const char *process_state_name(enum process_state s);
/* The nth ancestor: 0 itself, 1 the parent; NULL past the known ones. */
struct process *process_ancestor(struct process *p, unsigned n);

#endif
