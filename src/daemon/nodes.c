/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nodes.c - one tracker per machine that a stream tells of. */
#include "saker/daemon/nodes.h"

#include <stdlib.h>

struct node {
	char *name;
	struct tracker *tracker;
};

int nodes_init(struct nodes *n, struct tracker *own, struct str own_name,
               bool is_replay, const struct tracker_options *options)
{
	*n = (struct nodes){ .own = own,
		             .own_name = own_name,
		             .is_replay = is_replay,
		             .options = *options,
		             .no_host = host_none_new() };
	n->options.host = n->no_host;
	return n->no_host != NULL ? 0 : E_NOMEM;
}

static void node_free(struct node *node)
{
	if (node == NULL)
		return;
	tracker_free(node->tracker);
	free(node->name);
	free(node);
}

void nodes_done(struct nodes *n)
{
	for (size_t i = 0; i < n->nothers; i++)
		node_free(n->others[i]);
	host_free(n->no_host);
	*n = (struct nodes){ 0 };
}

static struct str first_label(struct str host)
{
	struct str label = STR_NONE;

	str_split(&host, '.', &label);
	return label;
}

/* auditd.conf(5), name_format: hostname, fqd, or what the operator chose. */
bool nodes_is_named_other(const struct nodes *n, struct str node)
{
	return n->is_replay ||
	       !str_eq(first_label(node), first_label(n->own_name));
}

static void watch_constant(void *tracker, struct str path)
{
	/* a path that cannot be watched now is looked at again when used */
	(void)!tracker_watch_identity(tracker, path);
}

static void watch(struct tracker *t, const struct ruleset *ruleset)
{
	if (ruleset == NULL)
		return;
	ruleset_each_constant(ruleset, FIELD_FS_PATH_IDENTITY, watch_constant,
	                      t);
	ruleset_each_constant(ruleset, FIELD_PROC_EXE_IDENTITY, watch_constant,
	                      t);
}

/* A snapshot says uname's name, a record what auditd.conf(5) chose. */
static void remember(struct nodes *n, struct node *node)
{
	for (size_t i = 0; i < n->nsnapshots; i++) {
		struct str machine = snapshot_node(n->snapshots[i]);

		/* no tracker takes fewer than there are */
		if (str_eq(first_label(machine),
		           first_label(str_from(node->name))))
			(void)!tracker_use_snapshot(node->tracker,
			                            n->snapshots[i]);
	}
}

static struct node *node_new(struct nodes *n, struct str name)
{
	struct node *node;

	if (n->nothers == LIMIT_NODES)
		return NULL;
	node = calloc(1, sizeof(*node));
	if (node == NULL)
		return NULL;
	node->name = str_dup(name);
	node->tracker = tracker_new(&n->options);
	if (node->name == NULL || node->tracker == NULL) {
		node_free(node);
		return NULL;
	}
	remember(n, node);
	watch(node->tracker, n->ruleset);
	n->others[n->nothers++] = node;
	return node;
}

struct tracker *nodes_named_tracker(struct nodes *n, struct str node)
{
	if (!nodes_is_other(n, node))
		return n->own;
	if (n->last != NULL && str_eq(str_from(n->last->name), node))
		return n->last->tracker;
	for (size_t i = 0; i < n->nothers; i++) {
		if (str_eq(str_from(n->others[i]->name), node)) {
			n->last = n->others[i];
			return n->last->tracker;
		}
	}
	n->last = node_new(n, node);
	return n->last != NULL ? n->last->tracker : NULL;
}

struct tracker *nodes_at(const struct nodes *n, size_t i, struct str *ret_name)
{
	if (i > n->nothers)
		return NULL;
	*ret_name = i == 0 ? STR_NONE : str_from(n->others[i - 1]->name);
	return i == 0 ? n->own : n->others[i - 1]->tracker;
}

void nodes_use_rules(struct nodes *n, const struct ruleset *ruleset)
{
	n->ruleset = ruleset;
	watch(n->own, ruleset);
	for (size_t i = 0; i < n->nothers; i++)
		watch(n->others[i]->tracker, ruleset);
}

void nodes_each_unknown_identity(const struct nodes *n,
                                 void (*fn)(void *arg, struct str path),
                                 void *arg)
{
	if (tracker_process_count(n->own) != 0)
		tracker_each_unknown_identity(n->own, fn, arg);
	for (size_t i = 0; i < n->nothers; i++)
		tracker_each_unknown_identity(n->others[i]->tracker, fn, arg);
}

int nodes_use_snapshot(struct nodes *n, const struct snapshot *s)
{
	int error = tracker_use_snapshot(n->own, s);

	if (error == 0)
		n->snapshots[n->nsnapshots++] = s;
	return error;
}
