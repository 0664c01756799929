/* SPDX-License-Identifier: GPL-2.0-or-later */
/* posture.h - what confines a container's process, as it began and now. */
#ifndef SAKER_CONTAINER_POSTURE_H
#define SAKER_CONTAINER_POSTURE_H

#include "saker/container/tracker.h"

enum namespace_kind {
	NS_MNT,
	NS_PID,
	NS_USER,
	NS_NET,
	NS_UTS,
	NS_IPC,
	NS_CGROUP,
	NS__MAX
};

enum drift_kind {
#define DRIFT(id, name, meaning) DRIFT_##id,
#include "saker/container/drift.def"
#undef DRIFT
	DRIFT__MAX
};

struct posture {
	uint64_t ns[NS__MAX]; /* 0 = not known */
	struct file_id root;  /* ino 0 = not known */
	bool has_caps;
	uint64_t cap_effective;
	uint64_t cap_bounding; /* 0 = not known */
	uint64_t cap_all;      /* all that it had, the bounding set too */
	signed char seccomp, no_new_privs; /* -1 = not known */
	struct str label;                  /* owned */
	struct cgroup *cgroup;             /* reference; NULL = not known */
	uint64_t taken_ns;                 /* CLOCK_REALTIME; 0 = in a log */
	unsigned refs;
};

/* "mnt_ns" ...: static. */
struct str drift_name(enum drift_kind kind);

/* How the container was as its first program started; NULL = not known.
 * Borrowed from c. */
const struct posture *container_baseline(const struct container *c);

/* What a container's process has drifted in since its own start in the
 * container, as bits of enum drift_kind, and what of that shows first with this
 * event. In a log: what records prove. False for the host's processes. Once
 * asked, processes are looked at as they execute something. */
bool tracker_drift(struct tracker *t, struct process *p,
                   const struct audit_event *e, unsigned *ret_all,
                   unsigned *ret_new);

#endif
