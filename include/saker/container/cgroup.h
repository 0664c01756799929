/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgroup.h - /proc/PID/cgroup -> container id and runtime: pure text work. */
#ifndef SAKER_CONTAINER_CGROUP_H
#define SAKER_CONTAINER_CGROUP_H

#include "saker/base/buf.h"
#include "saker/base/str.h"

enum cgroup_role {
	CGROUP_HOST,
	CGROUP_VM,
	CGROUP_POD, /* a pod's cgroup, not one of its containers' */
	CGROUP_CONTAINER,
};

/* Views borrow from the text given. */
struct cgroup_facts {
	enum cgroup_role role;
	struct str id;      /* as it stands: systemd's \xHH escapes are kept */
	struct str runtime; /* static text; empty when the path does not tell */
	struct str pod_uid; /* with '-' or '_' as it stands */
	struct str path; /* of the line that decided; for hosts of the v2, pids
	                  * or name=systemd line */
	struct str own_path; /* path's part up to the container's own directory,
	                      * without what it made below; path for others */
	struct str controller; /* "" for v2, "pids", "name=systemd" ... */
	unsigned depth;        /* containers on the path: 2 is one in another */
};

/* All lines are judged; the innermost container wins. */
void cgroup_parse(struct str text, struct cgroup_facts *ret);
/* One path without the "N:ctrl:" head. */
void cgroup_parse_path(struct str path, struct cgroup_facts *ret);
/* Ids of the containers on a path, the outermost first, at most max; as they
 * stand. */
size_t cgroup_chain(struct str path, struct str *ret_ids, size_t max);
/* Appends name with systemd's \xHH escapes undone. */
void cgroup_unescape(struct str name, struct buf *out);

#endif
