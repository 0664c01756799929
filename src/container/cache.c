/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cache.c - cgroups that processes are in, one object each. */
#include <stdlib.h>

#include "tracking.h"

struct cgroup *cgroup_ref(struct cgroup *c)
{
	if (c != NULL)
		c->refs++;
	return c;
}

void cgroup_unref(struct cgroup *c)
{
	if (c == NULL || --c->refs != 0)
		return;
	if (c->cache != NULL)
		map_remove(&c->cache->by_text, c->text);
	free((char *)(uintptr_t)c->text.s);
	free(c);
}

void cgroup_cache_init(struct cgroup_cache *cache, struct host *host)
{
	map_init(&cache->by_text);
	cache->host = host;
}

void cgroup_cache_done(struct cgroup_cache *cache)
{
	size_t cursor = 0;
	void *value;

	while (map_next(&cache->by_text, &cursor, NULL, &value))
		((struct cgroup *)value)->cache = NULL;
	map_done(&cache->by_text);
}

/* The directory may go before anything asks for its number. */
void cgroup_stat(struct cgroup *c, struct host *host)
{
	uint64_t id;

	if (host->ops->cgroup_id(host, c->facts.controller, c->facts.own_path,
	                         &id) == 0)
		c->id = id;
}

struct cgroup *cgroup_intern(struct cgroup_cache *cache, struct str text)
{
	struct cgroup *c = map_get(&cache->by_text, text);
	char *copy;

	if (c != NULL)
		return cgroup_ref(c);
	c = calloc(1, sizeof(*c));
	copy = str_dup(text);
	if (c == NULL || copy == NULL) {
		free(c);
		free(copy);
		return NULL;
	}
	c->text = (struct str){ copy, text.len };
	c->refs = 1;
	cgroup_parse(c->text, &c->facts);
	cgroup_stat(c, cache->host);
	if (map_put(&cache->by_text, c->text, c) == 0)
		c->cache = cache;
	return c;
}
