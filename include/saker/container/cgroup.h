/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgroup.h - /proc/PID/cgroup -> container id and runtime: pure text work. */
#ifndef SAKER_CONTAINER_CGROUP_H
#define SAKER_CONTAINER_CGROUP_H

#include "saker/base/str.h"

enum cgroup_role {
	CGROUP_HOST,
	CGROUP_CONTAINER,
	CGROUP_POD, /* a pod's cgroup, not one of its containers' */
	CGROUP_VM,
};

/* Views borrow from the text given. */
struct cgroup_facts {
	enum cgroup_role role;
	struct str id;
	struct str runtime; /* static text */
	struct str pod_uid; /* with '-' or '_' as it stands */
	struct str path;    /* of the line that decided; for hosts of the v2, pids
			     * or name=systemd line */
	struct str controller; /* "" for v2, "pids", "name=systemd" ... */
};

/* All lines are judged; the innermost container wins. */
void cgroup_parse(struct str text, struct cgroup_facts *ret);
/* One path without the "N:ctrl:" head. */
void cgroup_parse_path(struct str path, struct cgroup_facts *ret);

#endif
