/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadata_annotations.c - what the layers above a runtime write into its
 * specification's annotations, or into docker's labels. */
#include <stddef.h>

#include "metadata.h"
#include "saker/base/array.h"

static const struct {
	const char *key;
	size_t offset; /* of the text in struct container_metadata */
} annotations[] = {
#define METADATA_ROOT(layout, directory)
#define METADATA_FILE(layout, file, reader)
#define METADATA_ANNOTATION(key, member) \
	{ (key), offsetof(struct container_metadata, member) },
#include "metadata.def"
#undef METADATA_ROOT
#undef METADATA_FILE
#undef METADATA_ANNOTATION
};

static struct str text(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? (struct str){ json_string_value(v),
		                                 json_string_length(v) }
	                         : STR_NONE;
}

static void read_facts(struct metadata_draft *d, const json_t *object)
{
	for (size_t i = 0; i < COUNT(annotations); i++)
		set_text((struct str *)(void *)((char *)&d->facts +
		                                annotations[i].offset),
		         text(object, annotations[i].key));
}

static bool has_prefix(const json_t *object, const char *prefix)
{
	const char *key;
	json_t *value;

	json_object_foreach(
		(json_t *)(uintptr_t)object, key,
		value) if (str_has_prefix(str_from(key),
	                                  str_from(prefix))) return true;
	return false;
}

/* podman has some of CRI-O's annotations, but says who it is. */
static void read_manager(struct metadata_draft *d, const json_t *object)
{
	struct str manager = text(object, "io.container.manager");

	if (str_eq(manager, STR("libpod")))
		d->facts.runtime = STR("podman");
	else if (str_eq(manager, STR("cri-o")) ||
	         has_prefix(object, "io.kubernetes.cri-o."))
		d->facts.runtime = STR("cri-o");
	else if (has_prefix(object, "io.kubernetes.cri.") ||
	         has_prefix(object, "nerdctl/"))
		d->facts.runtime = STR("containerd");
}

static bool is_sandbox(const json_t *object)
{
	return str_eq(text(object, "io.kubernetes.cri-o.ContainerType"),
	              STR("sandbox"));
}

/* An annotation that is JSON itself. */
static json_t *nested(struct metadata_draft *d, const json_t *object,
                      const char *key)
{
	struct str v = text(object, key);

	return v.len != 0 ? metadata_document(d, v, false) : NULL;
}

/* pkg/kubelet/kuberuntime passes the pod as it was applied. */
static void read_pod_annotations(struct metadata_draft *d, const json_t *object)
{
	const json_t *pod =
		nested(d, object, "io.kubernetes.cri-o.Annotations");

	metadata_read_probes(
		d,
		text(pod, "kubectl.kubernetes.io/last-applied-configuration"),
		d->facts.name);
}

void metadata_read_sandbox(struct metadata_draft *d, const json_t *json)
{
	const json_t *object = json_object_get(json, "annotations");

	set_text(&d->facts.pod_ip, text(object, "io.kubernetes.cri-o.IP.0"));
	set_text(&d->facts.cni_json,
	         text(object, "io.kubernetes.cri-o.CNIResult"));
	metadata_labels(d, nested(d, object, "io.kubernetes.cri-o.Labels"),
	                &d->facts.pod_labels, &d->facts.npod_labels);
	read_pod_annotations(d, object);
}

/* "host/image@sha256:digest", or the id alone. */
static void read_image_reference(struct metadata_draft *d, struct str ref)
{
	ptrdiff_t at = str_find(ref, STR("@sha256:"));

	if (at >= 0)
		d->facts.image_digest = str_skip(ref, (size_t)at + 1);
	else
		set_text(&d->facts.image_id,
		         str_has_prefix(ref, STR("sha256:"))
		                 ? str_skip(ref, sizeof("sha256:") - 1)
		                 : ref);
}

static void read_crio(struct metadata_draft *d, const json_t *object)
{
	const json_t *labels = nested(d, object, "io.kubernetes.cri-o.Labels");

	read_image_reference(d, text(object, "io.kubernetes.cri-o.ImageRef"));
	if (is_sandbox(object))
		metadata_labels(d, labels, &d->facts.pod_labels,
		                &d->facts.npod_labels);
	else
		metadata_labels(d, labels, &d->facts.labels, &d->facts.nlabels);
}

void metadata_read_annotations(struct metadata_draft *d, const json_t *object)
{
	struct str privileged =
		text(object, "io.podman.annotations.privileged");

	if (!json_is_object(object))
		return;
	read_manager(d, object);
	read_facts(d, object);
	if (privileged.len != 0)
		d->facts.privileged = fact_of(str_eq(privileged, STR("TRUE")));
	if (str_eq(d->facts.runtime, STR("cri-o")))
		read_crio(d, object);
	else if (d->facts.runtime.len == 0 ||
	         text(object, "nerdctl/namespace").len != 0)
		metadata_labels(d, object, &d->facts.labels, &d->facts.nlabels);
}

static void read_probe(struct metadata_draft *d, const json_t *container,
                       const char *path, struct str *ret)
{
	set_text(ret, metadata_join(d, json_at(container, path), 0));
}

void metadata_read_probes(struct metadata_draft *d, struct str pod,
                          struct str container)
{
	const json_t *json =
		pod.len != 0 ? metadata_document(d, pod, false) : NULL;
	const json_t *list = json_at(json, "spec.containers");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *c = json_array_get(list, i);

		if (!str_eq(json_text(c, "name"), container))
			continue;
		read_probe(d, c, "livenessProbe.exec.command",
		           &d->facts.liveness_probe);
		read_probe(d, c, "readinessProbe.exec.command",
		           &d->facts.readiness_probe);
		return;
	}
}
