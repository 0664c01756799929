/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadata_docker.c - config.v2.json and hostconfig.json of a docker container
 * (moby/moby container/container.go, api/types/container/host_config.go). */
#include <linux/capability.h>

#include "metadata.h"
#include "saker/base/io.h"

/* dockershim writes the pod into labels (kubelet's
 * dockershim/docker_service.go).
 */
static void read_labels(struct metadata_draft *d, const json_t *labels)
{
	const json_t *pod = json_object_get(
		labels, "io.kubernetes.container.last-applied-config");

	metadata_read_annotations(d, labels);
	metadata_labels(d, labels, &d->facts.labels, &d->facts.nlabels);
	if (json_is_string(pod))
		metadata_read_probes(d, str_from(json_string_value(pod)),
		                     d->facts.name);
}

/* api/types/container/config.go: "CMD" and arguments, "CMD-SHELL" and a
 * command line, or "NONE". */
void metadata_read_healthcheck(struct metadata_draft *d, const json_t *test)
{
	const char *kind = json_string_value(json_array_get(test, 0));
	auto_buf struct buf text = BUF_INIT;

	if (kind == NULL)
		return;
	if (strcmp(kind, "CMD-SHELL") == 0)
		buf_add_str(&text, STR("/bin/sh -c "));
	else if (strcmp(kind, "CMD") != 0)
		return;
	buf_add_str(&text, metadata_join(d, test, 1));
	if (!text.failed)
		d->facts.healthcheck = arena_copy(&d->arena, buf_str(&text));
}

/* volume/mounts/mounts.go, type MountPoint; what a user gave as mode is under
 * its oldest name, Relabel. */
static void read_mounts(struct metadata_draft *d, const json_t *points)
{
	size_t max = json_object_size(points), n = 0;
	struct container_mount *list = metadata_array(d, sizeof(*list), &max);
	const char *key;
	json_t *m;

	json_object_foreach((json_t *)(uintptr_t)points, key, m)
	{
		struct str dest = json_text(m, "Destination");

		if (n == max)
			break;
		list[n++] = (struct container_mount){
			.source = json_text(m, "Source"),
			.dest = dest.len != 0 ? dest : str_from(key),
			.mode = json_text(m, "Relabel"),
			.propagation = json_text(m, "Propagation"),
			.is_writable = json_is_true(json_at(m, "RW")),
		};
	}
	d->facts.mounts = list;
	d->facts.nmounts = n;
}

static void read_networks(struct metadata_draft *d, const json_t *settings)
{
	const json_t *networks = json_object_get(settings, "Networks");
	const char *key;
	json_t *network;

	set_text(&d->facts.ip, json_text(settings, "IPAddress"));
	json_object_foreach((json_t *)(uintptr_t)networks, key, network)
	{
		if (d->facts.ip.len != 0)
			break;
		set_text(&d->facts.ip, json_text(network, "IPAddress"));
	}
}

void metadata_read_docker(struct metadata_draft *d, const json_t *json)
{
	struct container_metadata *f = &d->facts;
	struct str name = json_text(json, "Name");
	struct str image_id = json_text(json, "Image");

	if (!json_is_object(json))
		return;
	read_labels(d, json_at(json, "Config.Labels"));
	f->runtime = STR("docker");
	set_text(&f->name,
	         str_has_prefix(name, STR("/")) ? str_skip(name, 1) : name);
	set_text(&f->image, json_text(json, "Config.Image"));
	if (str_has_prefix(image_id, STR("sha256:")))
		f->image_id = str_skip(image_id, sizeof("sha256:") - 1);
	metadata_read_healthcheck(d, json_at(json, "Config.Healthcheck.Test"));
	read_mounts(d, json_object_get(json, "MountPoints"));
	read_networks(d, json_object_get(json, "NetworkSettings"));
	set_text(&f->apparmor, json_text(json, "AppArmorProfile"));
	set_text(&f->selinux, json_text(json, "ProcessLabel"));
	set_text(&d->driver, json_text(json, "Driver"));
}

/* oci/caps/defaults.go */
static uint64_t default_caps(void)
{
	static const unsigned char caps[] = {
		CAP_CHOWN,
		CAP_DAC_OVERRIDE,
		CAP_FSETID,
		CAP_FOWNER,
		CAP_MKNOD,
		CAP_NET_RAW,
		CAP_SETGID,
		CAP_SETUID,
		CAP_SETFCAP,
		CAP_SETPCAP,
		CAP_NET_BIND_SERVICE,
		CAP_SYS_CHROOT,
		CAP_KILL,
		CAP_AUDIT_WRITE,
	};
	uint64_t set = 0;

	for (size_t i = 0; i < sizeof(caps); i++)
		set |= 1ULL << caps[i];
	return set;
}

static bool has_word(const json_t *list, const char *word)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *v = json_string_value(json_array_get(list, i));

		if (v != NULL && strcasecmp(v, word) == 0)
			return true;
	}
	return false;
}

/* oci/caps/utils.go, TweakCapabilities(); without the specification there is no
 * better answer. */
static void read_caps(struct metadata_draft *d, const json_t *json)
{
	const json_t *add = json_object_get(json, "CapAdd");
	const json_t *drop = json_object_get(json, "CapDrop");
	uint64_t all = (2ULL << CAP_LAST_CAP) - 1, caps = default_caps();

	if (d->has_spec)
		return;
	if (has_word(drop, "ALL"))
		caps = 0;
	if (has_word(add, "ALL") || d->facts.privileged == FACT_YES)
		caps = all;
	d->facts.caps = (caps & ~metadata_caps(drop)) | metadata_caps(add);
	d->facts.has_caps = true;
}

/* "seccomp=unconfined", "apparmor:NAME", "no-new-privileges" */
static void read_security(struct metadata_draft *d, const json_t *options)
{
	struct container_metadata *f = &d->facts;

	for (size_t i = 0; i < json_array_size(options); i++) {
		struct str v =
			str_from(json_string_value(json_array_get(options, i)));

		if (str_has_prefix(v, STR("no-new-privileges")))
			f->has_no_new_privs =
				fact_of(!str_has_suffix(v, STR("false")));
		if (!str_has_prefix(v, STR("seccomp")) || v.len < 9)
			continue;
		v = str_skip(v, 8);
		f->seccomp = str_has_prefix(v, STR("{")) ? STR("custom") : v;
	}
}

static void read_devices(struct metadata_draft *d, const json_t *devices)
{
	size_t max = json_array_size(devices), n = 0;
	struct str *list;

	if (max == 0)
		return;
	list = metadata_array(d, sizeof(*list), &max);
	for (size_t i = 0; i < max; i++) {
		const json_t *v = json_array_get(devices, i);
		auto_buf struct buf text = BUF_INIT;

		buf_add_str(&text, json_text(v, "PathOnHost"));
		buf_add_byte(&text, ':');
		buf_add_str(&text, json_text(v, "PathInContainer"));
		buf_add_byte(&text, ':');
		buf_add_str(&text, json_text(v, "CgroupPermissions"));
		if (!text.failed)
			list[n++] = arena_copy(&d->arena, buf_str(&text));
	}
	d->facts.devices = list;
	d->facts.ndevices = n;
}

static enum fact is_host(const json_t *json, const char *member)
{
	return fact_of(str_eq(json_text(json, member), STR("host")));
}

void metadata_read_docker_host(struct metadata_draft *d, const json_t *json)
{
	struct container_metadata *f = &d->facts;

	if (!json_is_object(json))
		return;
	set_fact(&f->privileged, json_fact(json, "Privileged"));
	set_fact(&f->is_read_only, json_fact(json, "ReadonlyRootfs"));
	f->host_pid = is_host(json, "PidMode");
	f->host_network = is_host(json, "NetworkMode");
	f->host_ipc = is_host(json, "IpcMode");
	/* a filter that the specification has is docker's own */
	if (!d->has_spec && f->privileged == FACT_YES)
		f->seccomp = STR("unconfined");
	else if (!d->has_spec || str_eq(f->seccomp, STR("filter")))
		f->seccomp = STR("default");
	read_security(d, json_object_get(json, "SecurityOpt"));
	read_caps(d, json);
	read_devices(d, json_object_get(json, "Devices"));
}

/* An image without a name is called by its id. */
static void take_reference(struct metadata_draft *d, struct str repository,
                           struct str reference)
{
	struct container_metadata *f = &d->facts;
	bool is_known = f->image_repository.len != 0;
	struct str rest = str_skip(reference, repository.len);

	if (is_known && !str_eq(f->image_repository, repository) &&
	    f->image_digest.len != 0)
		return;
	if (str_has_prefix(rest, STR("@")))
		f->image_digest = str_skip(rest, 1);
	else if (!is_known && str_has_prefix(rest, STR(":")))
		f->image_tag = str_skip(rest, 1);
	if (!is_known)
		f->image_repository = repository;
}

/* reference/store.go: {"Repositories": {repository: {reference: image id}}} */
void metadata_read_repositories(struct metadata_draft *d, const json_t *json)
{
	const json_t *repositories = json_object_get(json, "Repositories");
	const char *name, *reference;
	json_t *references, *id;

	if (d->facts.image_id.len == 0)
		return;
	json_object_foreach((json_t *)(uintptr_t)repositories, name, references)
		json_object_foreach(
			references, reference,
			id) if (str_has_suffix(str_from(json_string_value(id)),
	                                       d->facts.image_id))
			take_reference(d, str_from(name), str_from(reference));
}
