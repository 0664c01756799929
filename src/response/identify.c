/* SPDX-License-Identifier: GPL-2.0-or-later */
/* identify.c - a container from its cgroup, and what its runtime's files tell.
 */
#include "identify.h"

#include <ctype.h>
#include <stdlib.h>

#include "protect.h"
#include "saker/base/io.h"
#include "saker/container/cgroup.h"
#include "saker/container/metadata_find.h"

/* Of what the target is: the process's lines, or what was opened when that is
 * gone. */
static void parse(const struct response_request *q,
                  const struct response_target *t, struct cgroup_facts *ret)
{
	if (t->has_process)
		cgroup_parse(target_members(t)[0].cgroup, ret);
	else
		cgroup_parse_path(q->cgroup, ret);
}

static bool is_line(struct str lines, struct str path)
{
	struct str line, number, controllers;

	while (str_split(&lines, '\n', &line))
		if (str_split(&line, ':', &number) &&
		    str_split(&line, ':', &controllers) && str_eq(line, path))
			return true;
	return false;
}

/* One further up would be several containers, or the host's services. */
static bool is_own_cgroup(const struct response_request *q,
                          const struct response_target *t,
                          const struct cgroup_facts *facts)
{
	if (q->cgroup.len == 0 ||
	    (!t->has_cgroup && q->response.scope != RESPONSE_SCOPE_PROCESS))
		return true;
	return (facts->role == CGROUP_CONTAINER &&
	        str_eq(facts->own_path, q->cgroup)) ||
	       (t->has_process &&
	        is_line(target_members(t)[0].cgroup, q->cgroup));
}

static bool wants_metadata(const struct identity_question *question)
{
	for (size_t i = 0; i < question->nprotect; i++) {
		enum protect_kind kind = question->protect[i].kind;

		if (kind == PROTECT_CONTAINER || kind == PROTECT_IMAGE ||
		    kind == PROTECT_LABEL || kind == PROTECT_NAMESPACE)
			return true;
	}
	return false;
}

static bool is_in_container(const struct response_request *q,
                            const struct response_target *t)
{
	return q->response.scope == RESPONSE_SCOPE_CONTAINER ||
	       (target_count(t) != 0 && target_members(t)[0].is_in_container);
}

static struct str shorten(struct str id)
{
	size_t n = 0;

	while (n < id.len && isxdigit((unsigned char)id.s[n]))
		n++;
	return n == CONTAINER_ID_LENGTH && n == id.len
	               ? str_take(id, CONTAINER_SHORT_LENGTH)
	               : id;
}

void response_describe(struct response_request *q,
                       const struct container_metadata *m)
{
	q->container_name = m->name;
	q->image = m->image;
	q->pod_namespace = m->pod_namespace;
	q->labels = m->labels;
	q->nlabels = m->nlabels;
	q->pod_labels = m->pod_labels;
	q->npod_labels = m->npod_labels;
}

static bool look_up(const struct identity_question *question, struct str id,
                    struct str cgroup, struct identity *i)
{
	const struct metadata_question q = {
		.host = question->host,
		.counters = question->counters,
		.id = id,
		.cgroup = cgroup,
	};
	bool is_whole;

	i->metadata = metadata_find(&q, &is_whole);
	if (i->metadata != NULL)
		response_describe(&i->request, i->metadata);
	return i->metadata != NULL && is_whole;
}

void identify(const struct identity_question *question,
              const struct response_request *q, const struct response_target *t,
              struct identity *ret)
{
	auto_buf struct buf name = BUF_INIT;
	struct cgroup_facts facts;
	struct str id = STR_NONE;

	*ret = (struct identity){ .request = *q };
	parse(q, t, &facts);
	if (facts.role == CGROUP_CONTAINER) {
		cgroup_unescape(facts.id, &name);
		id = arena_copy(question->arena, buf_str(&name));
		ret->request.container = shorten(id);
	}
	ret->is_unidentified = !is_own_cgroup(q, t, &facts);
	if (!is_in_container(q, t) || !wants_metadata(question))
		return;
	if (id.len == 0 || !look_up(question, id, facts.own_path, ret))
		ret->is_unidentified = true;
}

void identity_done(struct identity *i)
{
	free(i->metadata);
}
