/* SPDX-License-Identifier: GPL-2.0-or-later */
/* describe.c - a container and the files that its runtime keeps of it.
 *
 * At first sight, before the event is judged: a container that lives for some
 * milliseconds takes its files with it. */
#include <stdlib.h>

#include "metadata.h"
#include "tracking.h"

/* Files that are missing or half-written then are looked for again. */
#define MAX_TRIES 4
#define RETRY_NS  NS_PER_SEC
/* A shim or conmon is the parent of a container's first process. */
#define MAX_ANCESTORS 16

/* containerd-shim-runc-v2 runs in the bundle. */
static bool is_shim_directory(struct str cwd, struct str id)
{
	return id.len != 0 && str_eq(str_basename(cwd), id);
}

/* conmon(8): --cid ID --bundle DIRECTORY */
static struct str conmon_bundle(const struct process *p, struct str id)
{
	struct str bundle = STR_NONE;
	bool is_its = false;

	for (size_t i = 0; i + 1 < p->argc; i++) {
		struct str option = process_arg(p, i);

		if (str_eq(option, STR("-c")) || str_eq(option, STR("--cid")))
			is_its = str_eq(process_arg(p, i + 1), id);
		else if (str_eq(option, STR("-b")) ||
		         str_eq(option, STR("--bundle")))
			bundle = process_arg(p, i + 1);
	}
	return is_its ? bundle : STR_NONE;
}

/* What stands beside the container on the host knows its bundle. */
static struct str bundle_by_ancestors(const struct process *p, struct str id)
{
	for (unsigned i = 0; p != NULL && i < MAX_ANCESTORS; i++) {
		struct str bundle;

		if (p->state != PROCESS_CONTAINER) {
			bundle = conmon_bundle(p, id);
			if (bundle.len != 0)
				return bundle;
			if (is_shim_directory(p->cwd, id))
				return p->cwd;
		}
		p = p->parent;
	}
	return STR_NONE;
}

/* runc(8), crun(1): the bundle is where they are called, if not given. */
static struct str bundle_by_call(struct tracker *t, const struct session *s)
{
	if (s->kind->family != FAMILY_OCI ||
	    (s->verb != VERB_RUN && s->verb != VERB_CREATE))
		return STR_NONE;
	if (s->bundle.len == 0 || str_eq(s->bundle, STR(".")))
		return s->cwd;
	if (s->bundle.s[0] == '/')
		return s->bundle;
	buf_clear(&t->text);
	buf_add_str(&t->text, s->cwd);
	buf_add_byte(&t->text, '/');
	buf_add_str(&t->text, s->bundle);
	return t->text.failed ? STR_NONE
	                      : arena_copy(&t->arena, buf_str(&t->text));
}

static void take(struct tracker *t, struct container *c,
                 struct container_metadata *m)
{
	struct {
		struct str *text, value;
	} const texts[] = {
		{ &c->name, m->name },
		{ &c->runtime, m->runtime },
		{ &c->pod_uid, m->pod_uid },
	};

	free((struct container_metadata *)(uintptr_t)c->metadata);
	c->metadata = m;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].value.len != 0 &&
		    !process_set_text(texts[i].text, texts[i].value))
			counter_add(t->counters, COUNTER_TRACKING_NOMEM, 1);
}

void describe_container(struct tracker *t, struct container *c,
                        const struct process *p, const struct session *s,
                        uint64_t at_ns)
{
	struct container_private *priv = c->priv;
	struct metadata_question q = {
		.host = t->host,
		.counters = t->counters,
		.id = c->full_id,
		.cgroup = c->cgroup,
	};
	struct container_metadata *m;
	bool is_whole;

	if (!t->is_live || priv == NULL || priv->is_described ||
	    at_ns < priv->next_try_ns)
		return;
	q.given_id = priv->given_id;
	q.bundle = s != NULL ? bundle_by_call(t, s) : STR_NONE;
	if (q.bundle.len == 0)
		q.bundle = bundle_by_ancestors(p, c->full_id);
	if (s != NULL)
		q.root = s->root;
	m = metadata_find(&q, &is_whole);
	/* Worse than before: it is being removed. */
	if (m != NULL && !is_whole && c->metadata != NULL) {
		free(m);
		m = NULL;
	}
	if (m != NULL)
		take(t, c, m);
	priv->next_try_ns = at_ns + (RETRY_NS << priv->tries);
	priv->is_described = is_whole || ++priv->tries == MAX_TRIES;
	if (priv->is_described && c->metadata == NULL)
		counter_add(t->counters, COUNTER_METADATA_MISSES, 1);
}
