/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadata_pack.c - the facts that are kept, in one block of memory.
 *
 * Thousands of containers are kept, most of what their files hold is not. */
#include <stdlib.h>

#include "metadata.h"

/* Every text of the facts. */
typedef void text_visitor(void *arg, struct str *text);

static void visit_labels(struct container_label *labels, size_t n,
                         text_visitor *visit, void *arg)
{
	for (size_t i = 0; i < n; i++) {
		visit(arg, &labels[i].key);
		visit(arg, &labels[i].value);
	}
}

static void visit_mounts(struct container_metadata *m, text_visitor *visit,
                         void *arg)
{
	for (size_t i = 0; i < m->nmounts; i++) {
		visit(arg, &m->mounts[i].source);
		visit(arg, &m->mounts[i].dest);
		visit(arg, &m->mounts[i].mode);
		visit(arg, &m->mounts[i].propagation);
	}
}

static void visit_texts(struct container_metadata *m, text_visitor *visit,
                        void *arg)
{
	struct str *const texts[] = {
		&m->name,           &m->runtime,
		&m->image,          &m->image_repository,
		&m->image_tag,      &m->image_digest,
		&m->image_id,       &m->pod_name,
		&m->pod_namespace,  &m->pod_uid,
		&m->pod_sandbox_id, &m->ip,
		&m->pod_ip,         &m->cni_json,
		&m->seccomp,        &m->apparmor,
		&m->selinux,        &m->healthcheck,
		&m->liveness_probe, &m->readiness_probe,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		visit(arg, texts[i]);
	visit_mounts(m, visit, arg);
	visit_labels(m->labels, m->nlabels, visit, arg);
	visit_labels(m->pod_labels, m->npod_labels, visit, arg);
	for (size_t i = 0; i < m->ndevices; i++)
		visit(arg, &m->devices[i]);
}

static void add_length(void *arg, struct str *text)
{
	*(size_t *)arg += text->len;
}

static void move_text(void *arg, struct str *text)
{
	char **end = arg;

	if (text->len == 0) {
		*text = STR_NONE;
		return;
	}
	memcpy(*end, text->s, text->len);
	text->s = *end;
	*end += text->len;
}

static void *move_array(char **end, const void *array, size_t bytes)
{
	void *copy = *end;

	if (bytes == 0)
		return NULL;
	memcpy(copy, array, bytes);
	*end += bytes;
	return copy;
}

static int compare_labels(const void *a, const void *b)
{
	return str_cmp(((const struct container_label *)a)->key,
	               ((const struct container_label *)b)->key);
}

static size_t array_bytes(const struct container_metadata *m)
{
	return m->nmounts * sizeof(m->mounts[0]) +
	       (m->nlabels + m->npod_labels) * sizeof(m->labels[0]) +
	       m->ndevices * sizeof(m->devices[0]);
}

/* Lists are dropped, longest stories first, until the rest fits. */
static bool make_fit(struct container_metadata *m, size_t *ret_size)
{
	size_t *const counts[] = { NULL, &m->npod_labels, &m->nlabels,
		                   &m->ndevices, &m->nmounts };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		size_t size = sizeof(*m) + array_bytes(m);

		visit_texts(m, add_length, &size);
		*ret_size = size;
		if (size <= LIMIT_METADATA_KEPT_BYTES)
			return true;
		if (i + 1 < sizeof(counts) / sizeof(counts[0]))
			*counts[i + 1] = 0;
	}
	return false;
}

struct container_metadata *metadata_pack(struct container_metadata *facts)
{
	struct container_metadata *m;
	size_t size;
	char *end;

	if (!make_fit(facts, &size))
		return NULL;
	m = malloc(size);
	if (m == NULL)
		return NULL;
	*m = *facts;
	end = (char *)(m + 1);
	m->mounts = move_array(&end, facts->mounts,
	                       m->nmounts * sizeof(m->mounts[0]));
	m->labels = move_array(&end, facts->labels,
	                       m->nlabels * sizeof(m->labels[0]));
	m->pod_labels = move_array(&end, facts->pod_labels,
	                           m->npod_labels * sizeof(m->pod_labels[0]));
	m->devices = move_array(&end, facts->devices,
	                        m->ndevices * sizeof(m->devices[0]));
	visit_texts(m, move_text, &end);
	if (m->nlabels != 0)
		qsort(m->labels, m->nlabels, sizeof(m->labels[0]),
		      compare_labels);
	if (m->npod_labels != 0)
		qsort(m->pod_labels, m->npod_labels, sizeof(m->pod_labels[0]),
		      compare_labels);
	return m;
}
