/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_fields.h - a snapshot's content, between file and tables; private to
 * src/container. */
#ifndef SAKER_CONTAINER_SNAPSHOT_FIELDS_H
#define SAKER_CONTAINER_SNAPSHOT_FIELDS_H

#include <stddef.h>

#include "saker/base/map.h"
#include "saker/container/snapshot.h"
#include "tracking.h"

struct snapshot_container {
	struct str full_id, given_id, name, runtime, image, pod_uid, cgroup;
	uint64_t cgroup_id, start_ns;
};

struct snapshot_process {
	uint32_t pid, ppid;
	uint64_t start_ns, start_ticks, exit_ns;
	uint32_t uid, euid, gid, auid, ses;
	struct str comm, exe, cwd, cgroup, container_id;
	struct file_id exe_id;
	uint64_t cgroup_id;
	bool has_caps, entered;
	uint32_t caps_euid;
	uint64_t caps[3];
	uint64_t entry_serial;
	enum process_state state;
	struct str *argv;
	size_t argc;
	const struct snapshot_container *container; /* NULL = none */
	struct snapshot_process *older;             /* of the same pid */
};

struct snapshot_file {
	struct str path;
	struct file_id id;
};

struct snapshot {
	struct arena arena; /* of all below */
	struct str node;
	uint64_t time_ns;
	uint64_t serial;
	struct map processes; /* pid -> the newest with it */
	struct map containers;
	struct snapshot_file *files;
	size_t nfiles;
};

enum snapshot_kind {
	SNAPSHOT_PID,      /* 32 bits, needed, of a process */
	SNAPSHOT_NEEDED,   /* 64 bits, needed */
	SNAPSHOT_NUMBER32, /* left out when 0 */
	SNAPSHOT_NUMBER64,
	SNAPSHOT_ID,   /* 32 bits, left out when all are set */
	SNAPSHOT_FLAG, /* left out when false */
	SNAPSHOT_TEXT, /* left out when empty */
	SNAPSHOT_NAME, /* a text that is needed */
};

struct snapshot_field {
	const char *key;
	enum snapshot_kind kind;
	size_t offset;
};

extern const struct snapshot_field snapshot_process_fields[];
extern const size_t snapshot_nprocess_fields;
extern const struct snapshot_field snapshot_container_fields[];
extern const size_t snapshot_ncontainer_fields;

#endif
