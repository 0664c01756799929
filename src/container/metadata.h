/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadata.h - the readers of runtimes' files. */
#ifndef SAKER_CONTAINER_METADATA_PRIVATE_H
#define SAKER_CONTAINER_METADATA_PRIVATE_H

#include <jansson.h>

#include "saker/base/limits.h"
#include "saker/container/metadata_find.h"

/* Files of one container that are kept while its facts are gathered. */
#define METADATA_DOCUMENTS 16

/* Facts as they are found; texts borrow from the documents and the arena. A
 * reader overwrites what a more general one has found. */
struct metadata_draft {
	struct container_metadata facts;
	struct arena arena;
	json_t *documents[METADATA_DOCUMENTS]; /* references */
	size_t ndocuments;
	struct counters *counters; /* may be NULL */
	struct str id;             /* whose facts these are */
	struct str bundle; /* told by a file: the specification's directory */
	bool has_spec;     /* the specification was there */
	struct str docker_root; /* where docker keeps its files */
	struct str driver;      /* docker's storage driver */
};

/* A file's content as JSON, kept until the draft is done; NULL when it is
 * none, nests too deeply or is one too many. is_prefix: what follows the first
 * value does not matter. */
json_t *metadata_document(struct metadata_draft *d, struct str text,
                          bool is_prefix);
/* The object of the list that begins with "id":"ID", without parsing the
 * others: lists hold every container and image of the machine. */
json_t *metadata_list_item(struct metadata_draft *d, struct str list,
                           struct str id);
/* Values by a path of object keys, "linux.seccomp"; a missing one is NULL, an
 * empty text, unknown. */
json_t *json_at(const json_t *json, const char *path);
struct str json_text(const json_t *json, const char *path);
enum fact json_fact(const json_t *json, const char *path);
static inline enum fact fact_of(bool is_so)
{
	return is_so ? FACT_YES : FACT_NO;
}
static inline void set_text(struct str *text, struct str v)
{
	if (v.len != 0)
		*text = v;
}
static inline void set_fact(enum fact *fact, enum fact v)
{
	if (v != FACT_UNKNOWN)
		*fact = v;
}
/* Words joined by blanks, in the arena. */
struct str metadata_join(struct metadata_draft *d, const json_t *words,
                         size_t from);
/* Replaces labels by an object's members that are texts. */
void metadata_labels(struct metadata_draft *d, const json_t *object,
                     struct container_label **ret, size_t *ret_count);
/* An array for at most want items, bounded by LIMIT_METADATA_ITEMS; *want is
 * then what fits. */
void *metadata_array(struct metadata_draft *d, size_t size, size_t *want);
/* Set of capabilities from an array of names. */
uint64_t metadata_caps(const json_t *names);

/* How a file's format calls the types of namespaces. */
struct namespace_types {
	const char *pid, *network, *ipc, *user;
};
/* An array of {"type", "path"}; what is none changes nothing. */
void metadata_namespaces(struct metadata_draft *d, const json_t *namespaces,
                         const struct namespace_types *types);

/* One file each; the draft takes what is there. */
typedef void metadata_reader(struct metadata_draft *d, const json_t *json);
metadata_reader metadata_read_oci, metadata_read_oci_state, metadata_read_crun,
	metadata_read_runc, metadata_read_docker, metadata_read_docker_host;
/* Annotations or labels that are facts. */
void metadata_read_annotations(struct metadata_draft *d, const json_t *object);
/* The specification of the pod's sandbox. */
metadata_reader metadata_read_sandbox;
/* An entry of containers.json and of images.json of containers/storage. */
metadata_reader metadata_read_stored, metadata_read_stored_image;
/* podman's database: labels and health check. */
void metadata_read_libpod(struct metadata_draft *d, struct str database);
/* "CMD" and its words, "CMD-SHELL" and a command line, or "NONE". */
void metadata_read_healthcheck(struct metadata_draft *d, const json_t *test);
/* docker's repositories.json */
metadata_reader metadata_read_repositories;
/* Liveness and readiness of that container from a pod's JSON. */
void metadata_read_probes(struct metadata_draft *d, struct str pod,
                          struct str container);
/* Privileged when nothing says so outright: what "privileged" switches on. */
struct metadata_posture {
	uint64_t caps;
	bool has_filter; /* seccomp */
	bool is_masked;  /* paths of /proc and /sys are hidden or read-only */
	bool is_labelled;
	bool has_device_list;
};
enum fact metadata_privileged(const struct metadata_posture *p);

/* Everything of the draft in one block; NULL when out of memory. Labels are
 * sorted. */
struct container_metadata *metadata_pack(struct container_metadata *facts);

#endif
