/* SPDX-License-Identifier: GPL-2.0-or-later */
/* registry.c - all containers that events may still refer to. */
#include <stdlib.h>

#include "saker/base/limits.h"
#include "tracking.h"

/* How long a container without processes is kept, in the stream's time. */
#define GRACE_NS (60 * NS_PER_SEC)

struct container *container_ref(struct container *c)
{
	if (c != NULL)
		c->refs++;
	return c;
}

static void free_text(struct str *text)
{
	free((char *)(uintptr_t)text->s);
}

void container_unref(struct container *c)
{
	if (c == NULL || --c->refs != 0)
		return;
	free_text(&c->full_id);
	free_text(&c->id);
	free_text(&c->name);
	free_text(&c->runtime);
	free_text(&c->pod_uid);
	free_text(&c->cgroup);
	free((struct container_metadata *)(uintptr_t)c->metadata);
	if (c->priv != NULL) {
		free_text(&c->priv->given_id);
		posture_unref(c->priv->baseline);
	}
	free(c->priv);
	free(c);
}

void registry_init(struct registry *r, unsigned max, struct counters *counters)
{
	map_init(&r->by_id);
	map_init(&r->by_given_id);
	map_init(&r->by_cgroup);
	list_init(&r->all);
	r->max = max != 0 ? max : LIMIT_CONTAINERS;
	r->counters = counters;
}

static struct container *container_of_link(struct list *node)
{
	return container_of(node, struct container_private, link)->self;
}

static void forget(struct registry *r, struct container *c)
{
	if (map_get(&r->by_id, c->full_id) == c)
		map_remove(&r->by_id, c->full_id);
	if (map_get(&r->by_given_id, c->priv->given_id) == c)
		map_remove(&r->by_given_id, c->priv->given_id);
	if (c->cgroup.len != 0 && map_get(&r->by_cgroup, c->cgroup) == c)
		map_remove(&r->by_cgroup, c->cgroup);
	list_remove(&c->priv->link);
	r->count--;
	container_unref(c);
}

void registry_done(struct registry *r)
{
	while (!list_is_empty(&r->all))
		forget(r, container_of_link(r->all.next));
	map_done(&r->by_id);
	map_done(&r->by_given_id);
	map_done(&r->by_cgroup);
}

/* Forgets what nothing refers to any more, and, when that is not enough, the
 * least recently used. */
static void make_room(struct registry *r, uint64_t now_ns)
{
	struct list *node = r->all.next;

	while (node != &r->all) {
		struct container *c = container_of_link(node);

		node = node->next;
		if (c->priv->used_ns + GRACE_NS > now_ns)
			break;
		if (c->refs == 1)
			forget(r, c);
	}
	while (r->count >= r->max) {
		forget(r, container_of_link(r->all.next));
		counter_add(r->counters, COUNTER_CONTAINERS_EVICTED, 1);
	}
}

static bool is_hash(struct str id)
{
	if (id.len != 64)
		return false;
	for (size_t i = 0; i < id.len; i++)
		if ((id.s[i] < '0' || id.s[i] > '9') &&
		    (id.s[i] < 'a' || id.s[i] > 'f'))
			return false;
	return true;
}

static struct container *new_container(const struct container_facts *facts)
{
	struct container *c = calloc(1, sizeof(*c));
	struct str id = is_hash(facts->full_id) ? str_take(facts->full_id, 12)
	                                        : facts->full_id;

	if (c == NULL)
		return NULL;
	c->refs = 1;
	c->priv = calloc(1, sizeof(*c->priv));
	if (c->priv != NULL && process_set_text(&c->full_id, facts->full_id) &&
	    process_set_text(&c->id, id) && process_set_text(&c->name, id)) {
		c->priv->self = c;
		list_init(&c->priv->link);
		return c;
	}
	container_unref(c);
	return NULL;
}

static void keep(const struct registry *r, bool is_kept)
{
	if (!is_kept)
		counter_add(r->counters, COUNTER_TRACKING_NOMEM, 1);
}

static void fill(const struct registry *r, struct str *text, struct str v)
{
	if (text->len == 0 && v.len != 0)
		keep(r, process_set_text(text, v));
}

/* A chosen name is how people know it; a hash is not. */
static void complete_given_id(struct registry *r, struct container *c,
                              struct str given_id)
{
	if (given_id.len == 0 || c->priv->given_id.len != 0)
		return;
	/* Without memory it is found by its id and keeps that as its name. */
	if (!process_set_text(&c->priv->given_id, given_id) ||
	    map_put(&r->by_given_id, c->priv->given_id, c) < 0) {
		keep(r, false);
		return;
	}
	if (!is_hash(given_id))
		keep(r, process_set_text(&c->name, given_id));
}

static void complete(struct registry *r, struct container *c,
                     const struct container_facts *facts)
{
	complete_given_id(r, c, facts->given_id);
	fill(r, &c->runtime, facts->runtime);
	fill(r, &c->pod_uid, facts->pod_uid);
	if (c->cgroup_id == 0)
		c->cgroup_id = facts->cgroup_id;
	if (c->cgroup.len == 0 && facts->cgroup.len != 0) {
		fill(r, &c->cgroup, facts->cgroup);
		/* Without memory for the entry it is found by id alone. */
		if (c->cgroup.len != 0)
			keep(r, map_put(&r->by_cgroup, c->cgroup, c) == 0);
	}
}

/* A chosen name may come back for another container: then nothing is left of
 * the first, or its cgroup is another directory. */
static bool is_over(const struct container *c,
                    const struct container_facts *facts)
{
	return c->priv->has_ended || c->refs == 1 ||
	       (c->cgroup_id != 0 && facts->cgroup_id != 0 &&
	        c->cgroup_id != facts->cgroup_id);
}

struct container *registry_get(struct registry *r,
                               const struct container_facts *facts, bool is_new,
                               uint64_t now_ns)
{
	struct container *c = map_get(&r->by_id, facts->full_id);

	if (c != NULL && is_new && is_over(c, facts)) {
		forget(r, c);
		c = NULL;
	}
	if (c == NULL) {
		make_room(r, now_ns);
		c = new_container(facts);
		if (c == NULL)
			return NULL;
		if (map_put(&r->by_id, c->full_id, c) < 0) {
			container_unref(c);
			return NULL;
		}
		list_add_tail(&r->all, &c->priv->link);
		r->count++;
	}
	complete(r, c, facts);
	c->priv->used_ns = now_ns;
	list_remove(&c->priv->link);
	list_add_tail(&r->all, &c->priv->link);
	return c;
}

struct container *registry_find_given(const struct registry *r,
                                      struct str given_id)
{
	return given_id.len != 0 ? map_get(&r->by_given_id, given_id) : NULL;
}

/* Only the names by which it is found change; without memory, none. */
void registry_rename(struct registry *r, struct container *c,
                     struct str full_id)
{
	struct str id = is_hash(full_id) ? str_take(full_id, 12) : full_id;
	struct str old = c->full_id, new = STR_NONE;

	if (map_get(&r->by_id, full_id) != NULL ||
	    !process_set_text(&new, full_id))
		return;
	if (map_put(&r->by_id, new, c) < 0) {
		free_text(&new);
		return;
	}
	if (map_get(&r->by_id, old) == c)
		map_remove(&r->by_id, old);
	free_text(&old);
	c->full_id = new;
	keep(r, process_set_text(&c->id, id));
}

struct container *registry_end(struct registry *r, struct str cgroup,
                               uint64_t inode, unsigned rank)
{
	struct container *c = map_get(&r->by_cgroup, cgroup);

	if (c != NULL && c->cgroup_id == 0 && rank > 1)
		c->cgroup_id = inode;
	return c;
}
