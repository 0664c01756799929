/* SPDX-License-Identifier: GPL-2.0-or-later */
/* container.h - one container, as long as anything refers to it. */
#ifndef SAKER_CONTAINER_CONTAINER_H
#define SAKER_CONTAINER_CONTAINER_H

#include "saker/container/metadata.h"

/* Texts are owned. An empty text = not known. */
struct container {
	struct str
		full_id; /* as the runtime was given it, or from the cgroup */
	struct str id;   /* full_id's first 12 characters when it is 64 hex */
	struct str name; /* metadata; else the id the runtime was given when
	                  * that is a chosen name and not a hash */
	struct str runtime; /* docker containerd cri-o podman runc crun lxc
	                       nspawn ... */
	struct str pod_uid;
	struct str cgroup;  /* path, as in /proc/PID/cgroup */
	uint64_t cgroup_id; /* 0 = not known */
	uint64_t start_ns;  /* of its first known process; 0 = not known */
	/* what the runtime's files told when it was first seen; kept after its
	 * end. NULL = nothing */
	const struct container_metadata *metadata;
	unsigned refs;
	struct container_private *priv;
};

struct container *container_ref(struct container *c);
void container_unref(struct container *c);

#endif
