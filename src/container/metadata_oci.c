/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadata_oci.c - config.json of an OCI bundle
 * (opencontainers/runtime-spec, config.md and config-linux.md). */
#include <linux/capability.h>

#include "metadata.h"
#include "saker/base/io.h"

/* Capabilities that no runtime gives without being asked. */
#define CAP_BIT(cap) (1ULL << (cap))
#define PRIVILEGED_CAPS                                     \
	(CAP_BIT(CAP_SYS_ADMIN) | CAP_BIT(CAP_SYS_MODULE) | \
	 CAP_BIT(CAP_SYS_RAWIO) | CAP_BIT(CAP_SYS_PTRACE) | \
	 CAP_BIT(CAP_NET_ADMIN) | CAP_BIT(CAP_DAC_READ_SEARCH))

enum fact metadata_privileged(const struct metadata_posture *p)
{
	return fact_of((p->caps & PRIVILEGED_CAPS) == PRIVILEGED_CAPS &&
	               !p->has_filter && !p->is_masked && !p->is_labelled &&
	               !p->has_device_list);
}

static bool has_option(const json_t *mount, const char *wanted)
{
	const json_t *options = json_object_get(mount, "options");

	for (size_t i = 0; i < json_array_size(options); i++) {
		const char *option =
			json_string_value(json_array_get(options, i));

		if (option != NULL && strcmp(option, wanted) == 0)
			return true;
	}
	return false;
}

static struct str propagation_of(const json_t *mount)
{
	static const char *const names[] = { "rprivate",    "private",
		                             "rslave",      "slave",
		                             "rshared",     "shared",
		                             "runbindable", "unbindable" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (has_option(mount, names[i]))
			return str_from(names[i]);
	return STR_NONE;
}

static bool is_bind(const json_t *mount)
{
	return str_eq(json_text(mount, "type"), STR("bind")) ||
	       has_option(mount, "bind") || has_option(mount, "rbind");
}

/* Files that every container gets from its runtime, out of the container's or
 * its sandbox's own directory: nobody asked for them. */
static bool is_own_file(const struct metadata_draft *d, const json_t *mount)
{
	static const char *const names[] = {
		"/etc/hostname",      "/etc/hosts", "/etc/resolv.conf",
		"/run/.containerenv", "/dev/shm",   "/run/secrets",
	};
	struct str source = json_text(mount, "source");
	struct str dest = json_text(mount, "destination");
	struct str sandbox = d->facts.pod_sandbox_id;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(dest, str_from(names[i])))
			return str_find(source, d->id) >= 0 ||
			       (sandbox.len != 0 &&
			        str_find(source, sandbox) >= 0);
	return false;
}

/* docker: "ROOT/containers/ID/hostname" */
static void note_docker_root(struct metadata_draft *d, struct str source)
{
	auto_buf struct buf part = BUF_INIT;
	ptrdiff_t at;

	buf_add_str(&part, STR("/containers/"));
	buf_add_str(&part, d->id);
	buf_add_byte(&part, '/');
	at = part.failed ? -1 : str_find(source, buf_str(&part));
	if (at > 0)
		d->docker_root = str_take(source, (size_t)at);
}

static void read_mounts(struct metadata_draft *d, const json_t *mounts)
{
	size_t max = json_array_size(mounts), n = 0;
	struct container_mount *list;

	for (size_t i = 0; i < max && d->docker_root.len == 0; i++)
		note_docker_root(
			d, json_text(json_array_get(mounts, i), "source"));
	list = metadata_array(d, sizeof(*list), &max);
	for (size_t i = 0; i < json_array_size(mounts) && n < max; i++) {
		const json_t *m = json_array_get(mounts, i);

		if (!is_bind(m) || is_own_file(d, m))
			continue;
		list[n++] = (struct container_mount){
			.source = json_text(m, "source"),
			.dest = json_text(m, "destination"),
			.propagation = propagation_of(m),
			.is_writable = !has_option(m, "ro"),
		};
	}
	d->facts.mounts = list;
	d->facts.nmounts = n;
}

static void read_devices(struct metadata_draft *d, const json_t *devices)
{
	size_t max = json_array_size(devices), n = 0;
	struct str *list = metadata_array(d, sizeof(*list), &max);

	for (; n < max; n++)
		list[n] = json_text(json_array_get(devices, n), "path");
	d->facts.devices = list;
	d->facts.ndevices = n;
}

/* A namespace that is not in the list, or is that of the host's first process,
 * is the host's. */
static enum fact is_shared(const json_t *namespaces, const char *type)
{
	for (size_t i = 0; i < json_array_size(namespaces); i++) {
		const json_t *ns = json_array_get(namespaces, i);

		if (str_eq(json_text(ns, "type"), str_from(type)))
			return fact_of(str_has_prefix(json_text(ns, "path"),
			                              STR("/proc/1/ns/")));
	}
	return FACT_YES;
}

void metadata_namespaces(struct metadata_draft *d, const json_t *namespaces,
                         const struct namespace_types *types)
{
	if (!json_is_array(namespaces))
		return;
	d->facts.host_pid = is_shared(namespaces, types->pid);
	d->facts.host_network = is_shared(namespaces, types->network);
	d->facts.host_ipc = is_shared(namespaces, types->ipc);
	d->facts.has_user_namespace =
		fact_of(is_shared(namespaces, types->user) == FACT_NO);
}

/* config-linux.md: a device entry without numbers stands for all. */
static bool has_device_list(const json_t *rules)
{
	bool is_denied = false;

	for (size_t i = 0; i < json_array_size(rules); i++) {
		const json_t *rule = json_array_get(rules, i);
		struct str type = json_text(rule, "type");

		if (json_object_get(rule, "major") == NULL &&
		    json_object_get(rule, "minor") == NULL &&
		    (type.len == 0 || str_eq(type, STR("a"))))
			is_denied = !json_is_true(json_at(rule, "allow"));
	}
	return is_denied;
}

static bool is_confined(struct str apparmor, struct str selinux)
{
	return (apparmor.len != 0 && !str_eq(apparmor, STR("unconfined"))) ||
	       (selinux.len != 0 && str_find(selinux, STR(":spc_t:")) < 0);
}

static bool has_read_only_sysfs(const json_t *mounts)
{
	for (size_t i = 0; i < json_array_size(mounts); i++) {
		const json_t *m = json_array_get(mounts, i);

		if (str_eq(json_text(m, "type"), STR("sysfs")) &&
		    has_option(m, "ro"))
			return true;
	}
	return false;
}

static void read_posture(struct metadata_draft *d, const json_t *json)
{
	struct container_metadata *f = &d->facts;
	struct metadata_posture posture = {
		.caps = f->caps,
		.has_filter = json_is_object(json_at(json, "linux.seccomp")),
		.is_masked =
			json_array_size(json_at(json, "linux.maskedPaths")) !=
				0 ||
			json_array_size(json_at(json, "linux.readonlyPaths")) !=
				0 ||
			has_read_only_sysfs(json_object_get(json, "mounts")),
		.is_labelled = is_confined(f->apparmor, f->selinux),
		.has_device_list = has_device_list(
			json_at(json, "linux.resources.devices")),
	};

	f->privileged = metadata_privileged(&posture);
	f->seccomp = posture.has_filter ? STR("filter") : STR("unconfined");
}

void metadata_read_oci(struct metadata_draft *d, const json_t *json)
{
	static const struct namespace_types types = { "pid", "network", "ipc",
		                                      "user" };
	struct container_metadata *f = &d->facts;
	const json_t *caps = json_at(json, "process.capabilities.bounding");

	if (!json_is_object(json))
		return;
	d->has_spec = true;
	/* omitted when false */
	f->is_read_only = fact_of(json_is_true(json_at(json, "root.readonly")));
	f->has_no_new_privs =
		fact_of(json_is_true(json_at(json, "process.noNewPrivileges")));
	f->caps = metadata_caps(caps);
	f->has_caps = json_is_object(json_object_get(json, "process"));
	set_text(&f->apparmor, json_text(json, "process.apparmorProfile"));
	set_text(&f->selinux, json_text(json, "process.selinuxLabel"));
	metadata_namespaces(d, json_at(json, "linux.namespaces"), &types);
	read_posture(d, json);
	metadata_read_annotations(d, json_object_get(json, "annotations"));
	read_mounts(d, json_object_get(json, "mounts"));
	read_devices(d, json_at(json, "linux.devices"));
}

/* CRI-O keeps the runtime's answer to "state", with the same annotations. */
void metadata_read_oci_state(struct metadata_draft *d, const json_t *json)
{
	set_text(&d->bundle, json_text(json, "bundle"));
	metadata_read_annotations(d, json_object_get(json, "annotations"));
}
