/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_caps.c - thread.cap_*: capabilities. */
#include <cap-ng.h>

#include "caps.h"
#include "facts.h"
#include "get.h"
#include "saker/base/io.h"

/* Names as in include/uapi/linux/capability.h; libcap-ng has them without
 * CAP_ and in lower case. */
struct str caps_text(struct event *e, uint64_t caps)
{
	auto_buf struct buf text = BUF_INIT;

	for (unsigned cap = 0; cap < 64; cap++) {
		const char *name = (caps >> cap & 1) != 0
		                           ? capng_capability_to_name(cap)
		                           : NULL;

		if (name == NULL)
			continue;
		buf_add_str(&text, text.len != 0 ? STR(" CAP_") : STR("CAP_"));
		for (; *name != '\0'; name++)
			buf_add_byte(&text, *name >= 'a' && *name <= 'z'
			                            ? (char)(*name - 32)
			                            : *name);
	}
	return arena_copy_buf(&e->audit->arena, &text);
}

void caps_observe(struct event *e)
{
	const struct syscall_info *info = e->call;
	const struct audit_syscall *sc = audit_event_syscall(e->audit);
	struct process *p = e->process;
	uint64_t caps[AUDIT_CAPS];

	if (p == NULL || sc == NULL || info == NULL || !sc->success)
		return;
	if (audit_event_caps(e->audit, caps)) {
		memcpy(p->caps, caps, sizeof(caps));
		p->has_caps = true;
		p->caps_euid = p->euid;
	} else if (info->class == SYSCALL_EXEC) {
		p->has_caps = false;
	}
}

/* A process that changed its user since has other capabilities; a child that
 * has not exec'ed has its parent's. */
static const uint64_t *remembered(const struct process *p)
{
	if (!p->has_caps && p->parent != NULL &&
	    file_id_eq(p->exe_id, p->parent->exe_id))
		p = p->parent;
	return p->has_caps && p->caps_euid == p->euid ? p->caps : NULL;
}

bool caps_of(struct event *e, enum cap_set set, uint64_t *ret)
{
	const struct host_process *f;
	const uint64_t *known;
	uint64_t caps[AUDIT_CAPS];

	if (audit_event_caps(e->audit, caps)) {
		*ret = caps[set];
		return true;
	}
	f = event_facts(e, HOST_WANT_IDS);
	if (f != NULL && f->has_caps) {
		*ret = f->caps[set];
		return true;
	}
	known = e->process != NULL ? remembered(e->process) : NULL;
	if (known == NULL)
		return false;
	*ret = known[set];
	return true;
}

static bool give_caps(struct event *e, enum cap_set set, struct value *ret)
{
	uint64_t caps;

	return caps_of(e, set, &caps) && give_str(ret, caps_text(e, caps));
}

GETTER(get_thread_cap_permitted)
{
	return give_caps(e, CAPS_PERMITTED, ret);
}

GETTER(get_thread_cap_inheritable)
{
	return give_caps(e, CAPS_INHERITABLE, ret);
}

GETTER(get_thread_cap_effective)
{
	return give_caps(e, CAPS_EFFECTIVE, ret);
}
