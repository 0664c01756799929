/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tiers.c - what the ways to reach processes and containers are called. */
#include "saker/base/array.h"
#include "saker/host/control.h"

static const struct tier_info process_tiers[] = {
#define PROCESS_TIER(id, name, doc) [PROCESS_TIER_##id] = { name, doc },
#include "saker/host/tiers.def"
};

static const struct tier_info container_tiers[] = {
#define CONTAINER_TIER(id, name, doc) [CONTAINER_TIER_##id] = { name, doc },
#include "saker/host/tiers.def"
};

const struct tier_info *process_tier_info(enum process_tier t)
{
	return &process_tiers[t];
}

const struct tier_info *container_tier_info(enum container_tier t)
{
	return &container_tiers[t];
}

static bool add(const struct tier_info *tiers, size_t count, struct str name,
                unsigned *bits)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(name, str_from(tiers[i].name))) {
			*bits |= 1u << i;
			return true;
		}
	return false;
}

bool control_options_add(struct control_options *o, struct str name)
{
	return add(process_tiers, COUNT(process_tiers), name,
	           &o->process_tiers) ||
	       add(container_tiers, COUNT(container_tiers), name,
	           &o->container_tiers);
}
