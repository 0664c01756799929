/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_container.c - container.* and k8s.*: where. */
#include "get.h"

#define UNUSED __attribute__((unused))
#define GETTER(name)                                                   \
	bool name(struct event *e, const struct field_arg *arg UNUSED, \
	          struct value *ret)

static const struct container *container_of_event(const struct event *e)
{
	return e->process != NULL ? e->process->container : NULL;
}

static bool is_on_host(const struct event *e)
{
	return e->process != NULL && e->process->state != PROCESS_CONTAINER;
}

static bool give_known(struct value *ret, struct str v)
{
	return v.len != 0 && give_str(ret, v);
}

/* A container's process whose container nobody could name still must not look
 * like the host's. */
GETTER(get_container_id)
{
	const struct container *c = container_of_event(e);

	if (e->process == NULL)
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

GETTER(get_container_image)
{
	const struct container *c = container_of_event(e);

	return c != NULL && give_known(ret, c->image);
}

GETTER(get_k8s_pod_uid)
{
	const struct container *c = container_of_event(e);

	return c != NULL && give_known(ret, c->pod_uid);
}
