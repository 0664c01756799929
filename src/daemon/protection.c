/* SPDX-License-Identifier: GPL-2.0-or-later */
/* protection.c - what keeps a process of saker from doing harm. */
#include "saker/daemon/protection.h"

#include <cap-ng.h>
#include <inttypes.h>

#include "saker/daemon/sandbox.h"
#include "saker/host/host.h"

static const char *seccomp_name(int mode)
{
	static const char *const names[] = { "off", "strict", "filter" };

	return mode >= 0 && mode < 3 ? names[mode] : "unknown";
}

/* Names, as people know capabilities. */
static void add_capabilities(struct buf *out, uint64_t set)
{
	bool first = true;

	buf_add_str(out, STR(",\"capabilities\":["));
	for (unsigned bit = 0; bit < 64; bit++) {
		const char *name;

		if ((set >> bit & 1) == 0)
			continue;
		name = capng_capability_to_name(bit);
		buf_add_str(out, first ? STR("\"") : STR(",\""));
		if (name != NULL)
			buf_add_str(out, str_from(name));
		else
			buf_printf(out, "%u", bit);
		buf_add_byte(out, '"');
		first = false;
	}
	buf_add_byte(out, ']');
}

static void add_landlock(struct buf *out, int state)
{
	const char *reason =
		state < 0 ? sandbox_freeze_problem(-state) : "not asked for";

	if (state > 0)
		buf_printf(out, ",\"landlock\":{\"abi\":%d}", state);
	else
		buf_printf(out, ",\"landlock\":{\"abi\":0,\"reason\":\"%s\"}",
		           reason);
}

static void add_facts(struct buf *out, const struct host_process *p)
{
	buf_printf(out,
	           ",\"uid\":%u,\"gid\":%u,\"cap_effective\":\"%016" PRIx64
	           "\",\"cap_permitted\":\"%016" PRIx64
	           "\",\"cap_bounding\":\"%016" PRIx64
	           "\",\"no_new_privs\":%s,\"seccomp\":\"%s\"",
	           p->euid, p->egid, p->caps[2], p->caps[0], p->cap_bounding,
	           p->no_new_privs < 0 ? "null"
	           : p->no_new_privs   ? "true"
	                               : "false",
	           seccomp_name(p->seccomp));
	add_capabilities(out, p->caps[2]);
	buf_printf(out, ",\"memory_kib\":%" PRIu64 ",\"threads\":%" PRIu64,
	           p->vm_rss, p->threads);
}

void protection_render(const struct protected_process *p, struct buf *out)
{
	struct host *host = host_direct_new();
	struct arena arena = ARENA_INIT;
	struct host_process facts;

	buf_printf(out, "{\"role\":\"%s\",\"pid\":%d", p->role, (int)p->pid);
	if (host != NULL &&
	    host->ops->process(host, p->pid, HOST_WANT_STAT | HOST_WANT_IDS,
	                       &arena, &facts) == 0) {
		add_facts(out, &facts);
		add_landlock(out, p->landlock);
	} else
		buf_add_str(out, STR(",\"gone\":true"));
	buf_add_byte(out, '}');
	arena_done(&arena);
	host_free(host);
}
