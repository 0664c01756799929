/* SPDX-License-Identifier: GPL-2.0-or-later */
/* control.h - what may be done to this machine: signals to processes, cgroups
 * killed and frozen. Only who has the privileges has one of these; whether it
 * should be done is decided elsewhere. */
#ifndef SAKER_HOST_CONTROL_H
#define SAKER_HOST_CONTROL_H

#include <sys/types.h>

#include "saker/base/arena.h"
#include "saker/base/buf.h"
#include "saker/base/err.h"

enum process_tier {
#define PROCESS_TIER(id, name, doc) PROCESS_TIER_##id,
#include "saker/host/tiers.def"
	PROCESS_TIER__MAX
};
enum container_tier {
#define CONTAINER_TIER(id, name, doc) CONTAINER_TIER_##id,
#include "saker/host/tiers.def"
	CONTAINER_TIER__MAX
};

struct tier_info {
	const char *name, *doc;
};
/* Static. */
const struct tier_info *process_tier_info(enum process_tier t);
const struct tier_info *container_tier_info(enum container_tier t);

struct control_options {
	/* bits of the tiers that may be used; 0 = all that work here */
	unsigned process_tiers, container_tiers;
	const char *mountinfo; /* NULL = /proc/self/mountinfo */
};
/* Sets a bit for a name of either table; false when it is none. */
bool control_options_add(struct control_options *o, struct str name);

struct control;

/* Finds out what works here. NULL when out of memory. */
struct control *control_new(const struct control_options *options);
void control_free(struct control *c);
/* The one that is used. */
enum process_tier control_process_tier(const struct control *c);
/* Whether containers can be reached so, as far as the machine is concerned. */
bool control_has_container_tier(const struct control *c, enum container_tier t);

/* One process, held: whatever becomes of its pid, it is this one or none. */
struct process_handle {
	pid_t pid;
	enum process_tier tier;
	int pidfd;            /* -1 = none */
	int dir;              /* /proc/PID; -1 = none */
	uint64_t start_ticks; /* when it was opened */
};

/* 0, E_NOT_FOUND (also for a thread that leads no process), E_DENIED, E_IO.
 * To be closed with process_handle_close(). */
int control_open_process(const struct control *c, pid_t pid,
                         struct process_handle *ret) must_check;
/* The same with the least that keeps hold of it, for a caller who looks at the
 * process anyway: the start time is not known before process_handle_confirm(),
 * and process_handle_state() does not work. */
int control_hold_process(const struct control *c, pid_t pid,
                         struct process_handle *ret) must_check;
/* What was read of the pid since it is held, this start time among it, was read
 * of this process: else it has ended. */
bool process_handle_confirm(struct process_handle *h, uint64_t start_ticks);
void process_handle_close(struct process_handle *h);
/* The letter of proc_pid_stat(5); E_NOT_FOUND once it is gone. */
int process_handle_state(const struct process_handle *h, char *ret) must_check;
/* 0, E_NOT_FOUND when it has ended, E_STALE when the pid is another's now (who
 * may have been stopped and continued, with the last tier), E_DENIED. */
int process_handle_signal(const struct process_handle *h,
                          int signal) must_check;
/* True once it has ended, zombie or not; waits until then, CLOCK_MONOTONIC. */
bool process_handle_wait(const struct process_handle *h, uint64_t until_ns);

/* A container's directory in the hierarchies that matter; -1 = not there. */
struct cgroup_handle {
	int unified; /* v2 */
	int freezer; /* v1 */
	int procs;   /* where its processes are listed; its own descriptor */
	/* directories, in the arena, and what they are known by */
	struct str unified_path, freezer_path;
	uint64_t unified_ino, freezer_ino;
};

/* cgroups: /proc/PID/cgroup of one of its processes; path: the container's own,
 * which those of the process lie in. E_NOT_FOUND where no hierarchy has it,
 * E_INVALID for the root. To be closed with cgroup_handle_close(). */
int control_open_cgroup(const struct control *c, struct str cgroups,
                        struct str path, struct arena *arena,
                        struct cgroup_handle *ret) must_check;
void cgroup_handle_close(struct cgroup_handle *g);
/* Whether this container can be reached so. */
bool cgroup_handle_has(const struct control *c, const struct cgroup_handle *g,
                       enum container_tier t);
/* Appends the pids of all its processes (pid_t each), its children's too, at
 * most max: E_LIMIT beyond. */
int cgroup_handle_pids(const struct cgroup_handle *g, size_t max,
                       struct buf *out) must_check;
bool cgroup_handle_is_empty(const struct cgroup_handle *g);
bool cgroup_handle_wait_empty(const struct cgroup_handle *g, uint64_t until_ns);
/* cgroup.kill. */
int cgroup_handle_kill(const struct cgroup_handle *g) must_check;

/* Freezing, by either of the two tiers; dir is the handle's unified or freezer,
 * or one that cgroup_open_frozen() gave. */
bool cgroup_is_frozen(int dir, enum container_tier how);
/* Asks for it; 0 when it is frozen, E_AGAIN when it was not in time (it stays
 * asked for). */
int cgroup_freeze(int dir, enum container_tier how,
                  uint64_t until_ns) must_check;
int cgroup_thaw(int dir, enum container_tier how) must_check;
/* The directory that was frozen, by its name and inode: *ret is a descriptor.
 * E_NOT_FOUND when it is gone, E_STALE when it is another. */
int cgroup_open_frozen(const char *path, uint64_t ino, int *ret) must_check;

#endif
