/* SPDX-License-Identifier: GPL-2.0-or-later */
/* control.h - the parts of what may be done to this machine. */
#ifndef SAKER_SRC_HOST_CONTROL_H
#define SAKER_SRC_HOST_CONTROL_H

#include "direct.h"
#include "saker/host/control.h"

struct control {
	struct cgroup_mounts mounts;
	enum process_tier process_tier;
	unsigned container_tiers; /* bits */
};

/* Bits of those that work here. */
unsigned process_tiers_probe(void);
unsigned container_tiers_probe(const struct cgroup_mounts *mounts);

#endif
