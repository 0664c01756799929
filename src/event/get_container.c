/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_container.c - container.* and k8s.*: where. */
#include "get.h"
#include "saker/base/io.h"
#include "saker/container/cgroup.h"
#include "where.h"

static bool is_on_host(const struct event *e)
{
	return e->container == NULL && e->process != NULL &&
	       e->process->state != PROCESS_CONTAINER;
}

/* A container's process whose container nobody could name still must not look
 * like the host's. */
GETTER(get_container_id)
{
	const struct container *c = container_of_event(e);

	if (e->process == NULL && c == NULL)
		return false;
	if (is_on_host(e))
		return give_str(ret, STR("host"));
	return give_str(ret,
	                c != NULL && c->id.len != 0 ? c->id : STR("unknown"));
}

GETTER(get_container_full_id)
{
	const struct container *c = container_of_event(e);

	return c != NULL && give_known(ret, c->full_id);
}

GETTER(get_container_name)
{
	const struct container *c = container_of_event(e);

	if (is_on_host(e))
		return give_str(ret, STR("host"));
	return c != NULL && give_known(ret, c->name);
}

GETTER(get_container_runtime)
{
	const struct container *c = container_of_event(e);

	if (is_on_host(e))
		return give_str(ret, STR("host"));
	return c != NULL && give_known(ret, c->runtime);
}

/* Deeper nests do not exist. */
#define MAX_CHAIN 16

/* The innermost is the event's own; a container whose cgroup says nothing is
 * alone. */
static size_t chain_of(const struct event *e, struct str *ret_ids)
{
	const struct container *c = container_of_event(e);
	size_t n;

	if (c == NULL)
		return 0;
	n = cgroup_chain(c->cgroup, ret_ids, MAX_CHAIN);
	if (n == 0)
		ret_ids[n++] = c->full_id;
	return n;
}

/* container.id's form */
static struct str short_id(struct str id)
{
	return id.len == 64 ? str_take(id, 12) : id;
}

GETTER(get_container_chain)
{
	auto_buf struct buf text = BUF_INIT;
	struct str ids[MAX_CHAIN];
	size_t n = chain_of(e, ids);

	for (size_t i = 0; i < n; i++) {
		if (i != 0)
			buf_add_byte(&text, '/');
		buf_add_str(&text, short_id(ids[i]));
	}
	return text.len != 0 &&
	       give_str(ret, arena_copy_buf(&e->audit->arena, &text));
}

GETTER(get_container_parent_id)
{
	struct str ids[MAX_CHAIN];
	size_t n = chain_of(e, ids);

	return n > 1 && give_known(ret, arena_copy(&e->audit->arena,
	                                           short_id(ids[n - 2])));
}

GETTER(get_container_cgroup)
{
	const struct container *c = container_of_event(e);

	return c != NULL && give_known(ret, c->cgroup);
}

GETTER(get_container_cgroup_id)
{
	const struct container *c = container_of_event(e);

	return c != NULL && c->cgroup_id != 0 && give_uint(ret, c->cgroup_id);
}

/* Of a container only: on the host the question makes no sense. */
static bool shares(struct event *e, bool *ret_pid, bool *ret_net)
{
	return container_of_event(e) != NULL &&
	       tracker_shares_namespaces(e->context->tracker, e->process,
	                                 ret_pid, ret_net);
}

/* As the container was made; else as the process is. */
GETTER(get_container_host_pid)
{
	bool pid, net;

	return give_fact(ret, metadata_fact(e, host_pid)) ||
	       (shares(e, &pid, &net) && give_bool(ret, pid));
}

GETTER(get_container_host_network)
{
	bool pid, net;

	return give_fact(ret, metadata_fact(e, host_network)) ||
	       (shares(e, &pid, &net) && give_bool(ret, net));
}

/* systemd's names of cgroups cannot hold a '-' as it is. */
GETTER(get_k8s_pod_uid)
{
	const struct container *c = container_of_event(e);
	struct str uid;

	if (c == NULL || c->pod_uid.len == 0)
		return false;
	uid = arena_copy(&e->audit->arena, c->pod_uid);
	for (size_t i = 0; i < uid.len; i++)
		if (uid.s[i] == '_')
			*(char *)(uintptr_t)&uid.s[i] = '-';
	return give_known(ret, uid);
}
