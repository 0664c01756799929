/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_fields.h - a snapshot's content, between file and tables; private to
 * src/container. */
#ifndef SAKER_CONTAINER_SNAPSHOT_FIELDS_H
#define SAKER_CONTAINER_SNAPSHOT_FIELDS_H

#include <stddef.h>

#include "metadata.h"
#include "saker/base/map.h"
#include "saker/container/snapshot.h"
#include "tracking.h"

struct snapshot_container {
	struct str full_id, given_id, name, runtime, pod_uid, cgroup;
	uint64_t cgroup_id, start_ns;
	struct container_metadata *metadata; /* NULL = none */
	struct posture *baseline;            /* NULL = none */
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
	struct posture *host; /* NULL = not told */
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
	SNAPSHOT_ID,    /* 32 bits, left out when all are set */
	SNAPSHOT_SMALL, /* signed char, left out when -1 */
	SNAPSHOT_FLAG,  /* left out when false */
	SNAPSHOT_FACT,  /* enum fact, left out when not known */
	SNAPSHOT_TEXT,  /* left out when empty */
	SNAPSHOT_NAME,  /* a text that is needed */
};

enum snapshot_object {
	SNAPSHOT_PROCESS,
	SNAPSHOT_CONTAINER,
	SNAPSHOT_METADATA,
	SNAPSHOT_MOUNT,
	SNAPSHOT_LABEL,
	SNAPSHOT_POSTURE,
};

#define SNAPSHOT_STRUCT_PROCESS   struct snapshot_process
#define SNAPSHOT_STRUCT_CONTAINER struct snapshot_container
#define SNAPSHOT_STRUCT_METADATA  struct container_metadata
#define SNAPSHOT_STRUCT_MOUNT     struct container_mount
#define SNAPSHOT_STRUCT_LABEL     struct container_label
#define SNAPSHOT_STRUCT_POSTURE   struct posture

struct snapshot_row {
	const char *key;
	enum snapshot_kind kind;
	size_t offset;
};

/* The rows of an object; *ret_count of them. */
const struct snapshot_row *snapshot_rows(enum snapshot_object object,
                                         size_t *ret_count);

#endif
