/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_container.c - container.* and k8s.*: where. */
#include "get.h"

static const struct container *container_of_event(const struct event *e)
{
	return e->process != NULL ? e->process->container : NULL;
}

static bool is_on_host(const struct event *e)
{
	return e->process != NULL && e->process->state != PROCESS_CONTAINER;
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

/* "registry:5000/name:tag@sha256:...": a tag's colon stands behind the last
 * slash. */
static void split_image(struct str image, struct str *ret_repository,
                        struct str *ret_tag, struct str *ret_digest)
{
	ptrdiff_t at = str_find_byte(image, '@');
	struct str name = at < 0 ? image : str_take(image, (size_t)at);
	ptrdiff_t slash = str_find_last_byte(name, '/');
	ptrdiff_t colon = str_find_last_byte(name, ':');

	*ret_digest = at < 0 ? STR_NONE : str_skip(image, (size_t)at + 1);
	*ret_tag = colon > slash ? str_skip(name, (size_t)colon + 1) : STR_NONE;
	*ret_repository = colon > slash ? str_take(name, (size_t)colon) : name;
}

static struct str image_of(const struct event *e)
{
	const struct container *c = container_of_event(e);

	return c != NULL ? c->image : STR_NONE;
}

GETTER(get_container_image_repository)
{
	struct str repository, tag, digest;

	split_image(image_of(e), &repository, &tag, &digest);
	return give_known(ret, repository);
}

GETTER(get_container_image_tag)
{
	struct str repository, tag, digest;

	split_image(image_of(e), &repository, &tag, &digest);
	return give_known(ret, tag);
}

GETTER(get_container_image_digest)
{
	struct str repository, tag, digest;

	split_image(image_of(e), &repository, &tag, &digest);
	return give_known(ret, digest);
}

/* Of a container only: on the host the question makes no sense. */
static bool shares(struct event *e, bool *ret_pid, bool *ret_net)
{
	return container_of_event(e) != NULL &&
	       tracker_shares_namespaces(e->context->tracker, e->process,
	                                 ret_pid, ret_net);
}

GETTER(get_container_host_pid)
{
	bool pid, net;

	return shares(e, &pid, &net) && give_bool(ret, pid);
}

GETTER(get_container_host_network)
{
	bool pid, net;

	return shares(e, &pid, &net) && give_bool(ret, net);
}

GETTER(get_k8s_pod_uid)
{
	const struct container *c = container_of_event(e);

	return c != NULL && give_known(ret, c->pod_uid);
}
