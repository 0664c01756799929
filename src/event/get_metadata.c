/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_metadata.c - container.* and k8s.* from the runtime's files, rendered as
 * Falco's container plugin does (plugins/container/src/caps/extract). */
#include <fnmatch.h>

#include "caps.h"
#include "saker/base/io.h"
#include "where.h"

#define TEXT_GETTER(name, member)                                          \
	GETTER(name)                                                       \
	{                                                                  \
		const struct container_metadata *m = metadata_of_event(e); \
                                                                           \
		return m != NULL && give_known(ret, m->member);            \
	}

#define FACT_GETTER(name, member)                                \
	GETTER(name)                                             \
	{                                                        \
		return give_fact(ret, metadata_fact(e, member)); \
	}

TEXT_GETTER(get_container_image, image)
TEXT_GETTER(get_container_image_repository, image_repository)
TEXT_GETTER(get_container_image_tag, image_tag)
TEXT_GETTER(get_container_image_digest, image_digest)
TEXT_GETTER(get_container_image_id, image_id)
TEXT_GETTER(get_container_healthcheck, healthcheck)
TEXT_GETTER(get_container_liveness_probe, liveness_probe)
TEXT_GETTER(get_container_readiness_probe, readiness_probe)
TEXT_GETTER(get_container_ip, ip)
TEXT_GETTER(get_container_cni_json, cni_json)
TEXT_GETTER(get_container_seccomp, seccomp)
TEXT_GETTER(get_container_apparmor, apparmor)
TEXT_GETTER(get_container_selinux, selinux)
TEXT_GETTER(get_k8s_pod_name, pod_name)
TEXT_GETTER(get_k8s_pod_full_sandbox_id, pod_sandbox_id)
TEXT_GETTER(get_k8s_pod_ip, pod_ip)
TEXT_GETTER(get_k8s_ns_name, pod_namespace)
FACT_GETTER(get_container_privileged, privileged)
FACT_GETTER(get_container_read_only, is_read_only)
FACT_GETTER(get_container_user_namespace, has_user_namespace)
FACT_GETTER(get_container_no_new_privs, has_no_new_privs)
FACT_GETTER(get_container_host_ipc, host_ipc)

/* A probe comes in by the runtime's exec, with the words that it was given. */
static const struct process *entry_of(const struct event *e)
{
	const struct process *p = e->process;

	while (p != NULL && p->entered && p->parent != NULL &&
	       p->parent->entered && p->parent->container == p->container)
		p = p->parent;
	return p != NULL && p->entered ? p : NULL;
}

static bool give_is_probe(const struct event *e, struct value *ret,
                          struct str probe)
{
	const struct process *p = entry_of(e);

	return give_bool(ret, p != NULL && probe.len != 0 &&
	                              str_eq(p->cmdline, probe));
}

#define PROBE_GETTER(name, member)                                         \
	GETTER(name)                                                       \
	{                                                                  \
		const struct container_metadata *m = metadata_of_event(e); \
                                                                           \
		return m != NULL && give_is_probe(e, ret, m->member);      \
	}

PROBE_GETTER(get_proc_is_healthcheck, healthcheck)
PROBE_GETTER(get_proc_is_liveness_probe, liveness_probe)
PROBE_GETTER(get_proc_is_readiness_probe, readiness_probe)

GETTER(get_container_caps)
{
	const struct container_metadata *m = metadata_of_event(e);

	return m != NULL && m->has_caps &&
	       give_str(ret, m->caps != 0 ? caps_text(e, m->caps) : STR(""));
}

GETTER(get_container_devices)
{
	const struct container_metadata *m = metadata_of_event(e);
	auto_buf struct buf text = BUF_INIT;

	if (m == NULL)
		return false;
	for (size_t i = 0; i < m->ndevices; i++) {
		if (i != 0)
			buf_add_byte(&text, ',');
		buf_add_str(&text, m->devices[i]);
	}
	return give_str(ret, arena_copy_buf(&e->audit->arena, &text));
}

static struct str truth(bool b)
{
	return b ? STR("true") : STR("false");
}

static void add_mount(struct buf *out, const struct container_mount *m)
{
	const struct str parts[] = { m->source, m->dest, m->mode,
		                     truth(m->is_writable), m->propagation };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (i != 0)
			buf_add_byte(out, ':');
		buf_add_str(out, parts[i]);
	}
}

GETTER(get_container_mounts)
{
	const struct container_metadata *m = metadata_of_event(e);
	auto_buf struct buf text = BUF_INIT;

	if (m == NULL)
		return false;
	for (size_t i = 0; i < m->nmounts; i++) {
		if (i != 0)
			buf_add_byte(&text, ',');
		add_mount(&text, &m->mounts[i]);
	}
	return give_str(ret, arena_copy_buf(&e->audit->arena, &text));
}

static bool matches(struct event *e, struct str pattern, struct str path)
{
	struct str p = arena_copy(&e->audit->arena, pattern);
	struct str v = arena_copy(&e->audit->arena, path);

	return p.s != NULL && v.s != NULL && fnmatch(p.s, v.s, 0) == 0;
}

/* By number, or by the path on one side, which may be a pattern. */
static const struct container_mount *
find_mount(struct event *e, const struct field_arg *arg, bool by_dest)
{
	const struct container_metadata *m = metadata_of_event(e);

	if (m == NULL || arg == NULL)
		return NULL;
	if (arg->is_index)
		return arg->index < m->nmounts ? &m->mounts[arg->index] : NULL;
	for (size_t i = 0; i < m->nmounts; i++)
		if (matches(e, arg->name,
		            by_dest ? m->mounts[i].dest : m->mounts[i].source))
			return &m->mounts[i];
	return NULL;
}

bool get_container_mount(struct event *e, const struct field_arg *arg,
                         struct value *ret)
{
	const struct container_mount *m = find_mount(e, arg, false);
	auto_buf struct buf text = BUF_INIT;

	if (m == NULL)
		return false;
	add_mount(&text, m);
	return give_str(ret, arena_copy_buf(&e->audit->arena, &text));
}

bool get_container_mount_source(struct event *e, const struct field_arg *arg,
                                struct value *ret)
{
	const struct container_mount *m = find_mount(e, arg, true);

	return m != NULL && give_known(ret, m->source);
}

bool get_container_mount_dest(struct event *e, const struct field_arg *arg,
                              struct value *ret)
{
	const struct container_mount *m = find_mount(e, arg, false);

	return m != NULL && give_known(ret, m->dest);
}

bool get_container_mount_mode(struct event *e, const struct field_arg *arg,
                              struct value *ret)
{
	const struct container_mount *m = find_mount(e, arg, false);

	return m != NULL &&
	       give_str(ret, m->mode.s != NULL ? m->mode : STR(""));
}

bool get_container_mount_rdwr(struct event *e, const struct field_arg *arg,
                              struct value *ret)
{
	const struct container_mount *m = find_mount(e, arg, false);

	return m != NULL && give_str(ret, truth(m->is_writable));
}

bool get_container_mount_propagation(struct event *e,
                                     const struct field_arg *arg,
                                     struct value *ret)
{
	const struct container_mount *m = find_mount(e, arg, false);

	return m != NULL &&
	       give_str(ret,
	                m->propagation.s != NULL ? m->propagation : STR(""));
}

static bool give_label(struct value *ret, const struct container_label *labels,
                       size_t n, const struct field_arg *arg)
{
	for (size_t i = 0; arg != NULL && i < n; i++)
		if (str_eq(labels[i].key, arg->name))
			return give_str(ret, labels[i].value.s != NULL
			                             ? labels[i].value
			                             : STR(""));
	return false;
}

/* Kubernetes' own are left out. */
static bool give_labels(struct event *e, struct value *ret,
                        const struct container_label *labels, size_t n)
{
	auto_buf struct buf text = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		if (str_has_prefix(labels[i].key, STR("annotation.")) ||
		    str_has_prefix(labels[i].key, STR("io.kubernetes.")))
			continue;
		if (text.len != 0)
			buf_add_str(&text, STR(", "));
		buf_add_str(&text, labels[i].key);
		if (labels[i].value.len == 0)
			continue;
		buf_add_byte(&text, ':');
		buf_add_str(&text, labels[i].value);
	}
	return give_str(ret, arena_copy_buf(&e->audit->arena, &text));
}

bool get_container_label(struct event *e, const struct field_arg *arg,
                         struct value *ret)
{
	const struct container_metadata *m = metadata_of_event(e);

	return m != NULL && give_label(ret, m->labels, m->nlabels, arg);
}

GETTER(get_container_labels)
{
	const struct container_metadata *m = metadata_of_event(e);

	return m != NULL && give_labels(e, ret, m->labels, m->nlabels);
}

bool get_k8s_pod_label(struct event *e, const struct field_arg *arg,
                       struct value *ret)
{
	const struct container_metadata *m = metadata_of_event(e);

	return m != NULL && give_label(ret, m->pod_labels, m->npod_labels, arg);
}

GETTER(get_k8s_pod_labels)
{
	const struct container_metadata *m = metadata_of_event(e);

	return m != NULL && m->npod_labels != 0 &&
	       give_labels(e, ret, m->pod_labels, m->npod_labels);
}

GETTER(get_k8s_pod_sandbox_id)
{
	const struct container_metadata *m = metadata_of_event(e);

	return m != NULL && give_known(ret, str_take(m->pod_sandbox_id, 12));
}

GETTER(get_k8s_pod_cni_json)
{
	const struct container_metadata *m = metadata_of_event(e);

	return m != NULL && m->pod_sandbox_id.len != 0 &&
	       give_known(ret, m->cni_json);
}
