/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadata_runc.c - what runc and crun keep of a container themselves.
 *
 * runc's state.json (libcontainer/container_linux.go, type State) holds its own
 * form of the specification (libcontainer/configs/config.go), crun's status
 * (src/libcrun/status.c) the bundle's directory. */
#include <sys/mount.h>

#include "metadata.h"

void metadata_read_crun(struct metadata_draft *d, const json_t *json)
{
	set_text(&d->bundle, json_text(json, "bundle"));
}

/* specconv/spec_linux.go: annotations become "key=value". */
static const json_t *read_labels(struct metadata_draft *d, const json_t *list)
{
	json_t *object = json_object();

	if (object == NULL || d->ndocuments == METADATA_DOCUMENTS) {
		json_decref(object);
		return NULL;
	}
	d->documents[d->ndocuments++] = object;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *label = json_string_value(json_array_get(list, i));
		const char *equals = label != NULL ? strchr(label, '=') : NULL;
		struct str key;

		if (equals == NULL)
			continue;
		key = arena_copy(&d->arena, str_span(label, equals));
		if (key.s != NULL && !str_eq(key, STR("bundle")))
			json_object_set_new(object, key.s,
			                    json_string(equals + 1));
	}
	return object;
}

static struct str propagation_of(const json_t *mount)
{
	static const struct {
		json_int_t flag;
		struct str name[2]; /* of one mount, of all below too */
	} names[] = {
		{ MS_PRIVATE, { STR_INIT("private"), STR_INIT("rprivate") } },
		{ MS_SLAVE, { STR_INIT("slave"), STR_INIT("rslave") } },
		{ MS_SHARED, { STR_INIT("shared"), STR_INIT("rshared") } },
	};
	json_int_t flags = json_integer_value(
		json_array_get(json_object_get(mount, "propagation_flags"), 0));

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((flags & names[i].flag) != 0)
			return names[i].name[(flags & MS_REC) != 0];
	return STR_NONE;
}

static void read_mounts(struct metadata_draft *d, const json_t *mounts)
{
	size_t max = json_array_size(mounts), n = 0;
	struct container_mount *list = metadata_array(d, sizeof(*list), &max);

	for (size_t i = 0; i < json_array_size(mounts) && n < max; i++) {
		const json_t *m = json_array_get(mounts, i);

		if (!str_eq(json_text(m, "device"), STR("bind")))
			continue;
		list[n++] = (struct container_mount){
			.source = json_text(m, "source"),
			.dest = json_text(m, "destination"),
			.propagation = propagation_of(m),
			.is_writable = (json_integer_value(
						json_object_get(m, "flags")) &
			                MS_RDONLY) == 0,
		};
	}
	d->facts.mounts = list;
	d->facts.nmounts = n;
}

/* specconv/spec_linux.go, AllowedDevices: what every container has. */
static bool is_common_device(struct str path)
{
	static const char *const names[] = { "/dev/null", "/dev/random",
		                             "/dev/full", "/dev/tty",
		                             "/dev/zero", "/dev/urandom" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(path, str_from(names[i])))
			return true;
	return false;
}

static void read_devices(struct metadata_draft *d, const json_t *devices)
{
	size_t max = json_array_size(devices), n = 0;
	struct str *list = metadata_array(d, sizeof(*list), &max);

	for (size_t i = 0; i < json_array_size(devices) && n < max; i++) {
		struct str path = json_text(json_array_get(devices, i), "path");

		if (path.len != 0 && !is_common_device(path))
			list[n++] = path;
	}
	d->facts.devices = list;
	d->facts.ndevices = n;
}

/* libcontainer/devices/device.go: type 'a' is all devices. */
static bool has_device_list(const json_t *rules)
{
	bool is_denied = true;

	for (size_t i = 0; i < json_array_size(rules); i++) {
		const json_t *rule = json_array_get(rules, i);

		if (json_integer_value(json_object_get(rule, "type")) == 'a')
			is_denied =
				!json_is_true(json_object_get(rule, "allow"));
	}
	return is_denied;
}

static void read_posture(struct metadata_draft *d, const json_t *config)
{
	struct container_metadata *f = &d->facts;
	struct metadata_posture posture = {
		.caps = f->caps,
		.has_filter = json_is_object(json_at(config, "seccomp")),
		.is_masked =
			json_array_size(json_at(config, "mask_paths")) != 0 ||
			json_array_size(json_at(config, "readonly_paths")) != 0,
		.is_labelled = f->apparmor.len != 0 || f->selinux.len != 0,
		.has_device_list =
			has_device_list(json_at(config, "cgroups.devices")),
	};

	f->privileged = metadata_privileged(&posture);
	f->seccomp = posture.has_filter ? STR("filter") : STR("unconfined");
}

void metadata_read_runc(struct metadata_draft *d, const json_t *json)
{
	static const struct namespace_types types = { "NEWPID", "NEWNET",
		                                      "NEWIPC", "NEWUSER" };
	struct container_metadata *f = &d->facts;
	const json_t *config = json_object_get(json, "config");

	if (!json_is_object(config))
		return;
	d->has_spec = true;
	f->is_read_only = fact_of(json_is_true(json_at(config, "readonlyfs")));
	f->has_no_new_privs =
		fact_of(json_is_true(json_at(config, "no_new_privileges")));
	f->caps = metadata_caps(json_at(config, "capabilities.Bounding"));
	f->has_caps = true;
	set_text(&f->apparmor, json_text(config, "apparmor_profile"));
	set_text(&f->selinux, json_text(config, "process_label"));
	metadata_namespaces(d, json_at(config, "namespaces"), &types);
	read_posture(d, config);
	metadata_read_annotations(
		d, read_labels(d, json_object_get(config, "labels")));
	read_mounts(d, json_at(config, "mounts"));
	read_devices(d, json_at(config, "devices"));
}
