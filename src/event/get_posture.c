/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_posture.c - ns.*, proc.drift and container.baseline.*: what confines a
 * process, and what confined its container as it began. */
#include "saker/container/posture.h"

#include "caps.h"
#include "facts.h"
#include "get.h"
#include "where.h"

static bool give_namespace(struct value *ret, uint64_t inode)
{
	return inode != 0 && give_uint(ret, inode);
}

static bool give_mode(struct value *ret, int mode)
{
	return mode >= 0 && give_uint(ret, (uint64_t)mode);
}

#define NAMESPACE_GETTER(kind)                                               \
	GETTER(get_ns_##kind)                                                \
	{                                                                    \
		const struct host_process *f = event_facts(e, HOST_WANT_NS); \
                                                                             \
		return f != NULL && give_namespace(ret, f->ns_##kind);       \
	}

NAMESPACE_GETTER(mnt)
NAMESPACE_GETTER(pid)
NAMESPACE_GETTER(user)
NAMESPACE_GETTER(net)
NAMESPACE_GETTER(uts)
NAMESPACE_GETTER(ipc)
NAMESPACE_GETTER(cgroup)

GETTER(get_proc_seccomp)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);

	return f != NULL && give_mode(ret, f->seccomp);
}

GETTER(get_proc_no_new_privs)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);

	return f != NULL && f->no_new_privs >= 0 &&
	       give_bool(ret, f->no_new_privs == 1);
}

GETTER(get_proc_label)
{
	const struct host_process *f = event_facts(e, HOST_WANT_LABEL);

	return f != NULL && give_known(ret, f->label);
}

GETTER(get_thread_cap_bounding)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);

	return f != NULL && f->has_caps &&
	       give_str(ret, caps_text(e, f->cap_bounding));
}

static bool give_drift(struct event *e, bool is_new, struct value *ret)
{
	struct str *names;
	unsigned all, fresh, kinds;
	size_t n = 0;

	if (e->process == NULL || e->context->tracker == NULL ||
	    !tracker_drift(e->context->tracker, e->process, e->audit, &all,
	                   &fresh))
		return false;
	kinds = is_new ? fresh : all;
	names = arena_array(&e->audit->arena, struct str, DRIFT__MAX);
	for (unsigned i = 0; names != NULL && i < DRIFT__MAX; i++)
		if (kinds >> i & 1)
			names[n++] = drift_name(i);
	ret->type = VALUE_LIST;
	ret->list.items = names;
	ret->list.count = n;
	return n != 0;
}

GETTER(get_proc_drift)
{
	return give_drift(e, false, ret);
}

GETTER(get_proc_drift_new)
{
	return give_drift(e, true, ret);
}

static const struct posture *baseline(const struct event *e)
{
	const struct container *c = container_of_event(e);

	return c != NULL ? container_baseline(c) : NULL;
}

#define BASELINE_GETTER(kind, index)                                        \
	GETTER(get_container_baseline_##kind##_ns)                          \
	{                                                                   \
		const struct posture *p = baseline(e);                      \
                                                                            \
		return p != NULL && give_namespace(ret, p->ns[NS_##index]); \
	}

BASELINE_GETTER(mnt, MNT)
BASELINE_GETTER(pid, PID)
BASELINE_GETTER(user, USER)
BASELINE_GETTER(net, NET)
BASELINE_GETTER(uts, UTS)
BASELINE_GETTER(ipc, IPC)
BASELINE_GETTER(cgroup, CGROUP)

GETTER(get_container_baseline_cap_effective)
{
	const struct posture *p = baseline(e);

	return p != NULL && p->has_caps &&
	       give_str(ret, caps_text(e, p->cap_effective));
}

GETTER(get_container_baseline_cap_bounding)
{
	const struct posture *p = baseline(e);

	return p != NULL && p->has_caps &&
	       give_str(ret, caps_text(e, p->cap_bounding));
}

GETTER(get_container_baseline_seccomp)
{
	const struct posture *p = baseline(e);

	return p != NULL && give_mode(ret, p->seccomp);
}

GETTER(get_container_baseline_no_new_privs)
{
	const struct posture *p = baseline(e);

	return p != NULL && p->no_new_privs >= 0 &&
	       give_bool(ret, p->no_new_privs == 1);
}

GETTER(get_container_baseline_label)
{
	const struct posture *p = baseline(e);

	return p != NULL && give_known(ret, p->label);
}
