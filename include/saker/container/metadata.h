/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadata.h - what a runtime's own files tell of a container. */
#ifndef SAKER_CONTAINER_METADATA_H
#define SAKER_CONTAINER_METADATA_H

#include "saker/base/str.h"

enum fact {
	FACT_UNKNOWN,
	FACT_NO,
	FACT_YES,
};

struct container_mount {
	struct str source; /* on the host */
	struct str dest;
	struct str mode;        /* as given by the user: "ro", "Z"; often "" */
	struct str propagation; /* "rprivate", "rslave" ... */
	bool is_writable;
};

struct container_label {
	struct str key, value;
};

/* One block of memory, freed by free(). An empty text = not known. */
struct container_metadata {
	struct str name;
	struct str runtime; /* docker, containerd, cri-o or podman */
	struct str image;   /* as the container was asked for */
	struct str image_repository, image_tag;
	struct str image_digest; /* "sha256:..." */
	struct str image_id;     /* without "sha256:" */
	struct str pod_name, pod_namespace, pod_uid;
	struct str pod_sandbox_id;
	struct str ip, pod_ip; /* IPv4 */
	struct str cni_json;
	/* "unconfined", the runtime's name of the profile, or "filter" when it
	 * has none */
	struct str seccomp;
	struct str apparmor, selinux; /* profile and process label */
	/* command lines */
	struct str healthcheck, liveness_probe, readiness_probe;
	enum fact privileged;
	enum fact is_read_only; /* its root */
	enum fact has_user_namespace;
	enum fact has_no_new_privs;
	enum fact host_pid, host_network, host_ipc;
	bool has_caps;
	uint64_t caps; /* bounding set */
	struct container_mount *mounts;
	size_t nmounts;
	struct container_label *labels; /* sorted by key */
	size_t nlabels;
	struct container_label *pod_labels; /* sorted by key */
	size_t npod_labels;
	struct str *devices; /* "host path:path:permissions" or "path" */
	size_t ndevices;
};

#endif
