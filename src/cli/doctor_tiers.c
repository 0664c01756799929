/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_tiers.c - how responses reach processes and containers here. */
#include "doctor.h"
#include "saker/base/io.h"
#include "saker/host/control.h"

static void add_tiers(const struct control *c, struct buf *out)
{
	buf_printf(out, "processes by %s; containers by",
	           process_tier_info(control_process_tier(c))->name);
	for (unsigned t = 0; t < CONTAINER_TIER__MAX; t++)
		if (control_has_container_tier(c, (enum container_tier)t))
			buf_printf(out, " %s",
			           container_tier_info((enum container_tier)t)
			                   ->name);
}

/* Without any of the first three nothing can be frozen, and a container's kill
 * is a race. */
static bool can_freeze(const struct control *c)
{
	return control_has_container_tier(c, CONTAINER_TIER_CGROUP_FREEZE) ||
	       control_has_container_tier(c, CONTAINER_TIER_FREEZER);
}

void doctor_check_tiers(struct doctor *d, const struct config *config)
{
	struct control_options options = { 0 };
	auto_buf struct buf text = BUF_INIT;
	struct control *c;

	for (size_t i = 0; i < config->response_tiers.count; i++)
		control_options_add(&options,
		                    str_from(config->response_tiers.items[i]));
	c = control_new(&options);
	if (c == NULL)
		return;
	add_tiers(c, &text);
	doctor_find(d, can_freeze(c) ? FINDING_OK : FINDING_ADVICE, "responses",
	            buf_cstr(&text),
	            can_freeze(c)
	                    ? NULL
	                    : "no writable cgroup hierarchy can freeze: a "
	                      "container is killed process by process");
	control_free(c);
}
