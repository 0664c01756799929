/* SPDX-License-Identifier: GPL-2.0-or-later */
/* request.c - a request that outlives its event. */
#include "saker/response/response.h"

static const struct container_label *
copy_labels(const struct container_label *labels, size_t count,
            struct arena *arena)
{
	struct container_label *copy =
		arena_array(arena, struct container_label, count);

	for (size_t i = 0; copy != NULL && i < count; i++)
		copy[i] = (struct container_label){
			arena_copy(arena, labels[i].key),
			arena_copy(arena, labels[i].value),
		};
	return copy;
}

int response_request_copy(const struct response_request *r, struct arena *arena,
                          struct response_request *ret)
{
	struct response_request q = *r;
	struct str *const texts[] = {
		&q.rule,           &q.uuid,   &q.exe,     &q.cgroups,
		&q.container,      &q.cgroup, &q.image,   &q.pod_namespace,
		&q.container_name, &q.alert,  &q.records,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i]->s != NULL)
			*texts[i] = arena_copy(arena, *texts[i]);
	q.labels = copy_labels(r->labels, r->nlabels, arena);
	q.pod_labels = copy_labels(r->pod_labels, r->npod_labels, arena);
	if (arena->failed)
		return E_NOMEM;
	*ret = q;
	return 0;
}
