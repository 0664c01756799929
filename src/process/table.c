/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.c - processes by pid, newest incarnation first. */
#include "saker/process/table.h"

#include <stdlib.h>

#include "fd_pool.h"
#include "saker/base/limits.h"
#include "saker/base/map.h"
#include "saker/process/fds.h"
#include "texts.h"

/* How far the search for a process without children goes. */
#define EVICTION_SCAN 64
/* With nothing in the stream its time stands still, the machine's does not. */
#define WALL_GRACE_NS (6 * PROCESS_EXIT_GRACE_NS)

#define KNOWN_PIDS 1024u

struct process_table {
	struct process_table_options options;
	struct map by_pid;
	struct process *known[KNOWN_PIDS]; /* of by_pid, asked for lately */
	struct list seen;   /* process.link, least recently seen first */
	struct list exited; /* process_private.exited, first exited first */
	struct text_budget *budget;
	struct fd_pool fds;
	struct recent_texts texts;
	size_t count;
};

/* Both parts are one allocation. */
struct whole_process {
	struct process process;
	struct process_private priv;
};

static struct process *process_of_exited(struct list *node)
{
	return &container_of(node, struct whole_process, priv.exited)->process;
}

struct process_table *
process_table_new(const struct process_table_options *options)
{
	struct process_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->options = *options;
	if (t->options.max == 0)
		t->options.max = LIMIT_PROCESSES;
	t->budget = text_budget_new();
	if (t->budget == NULL) {
		free(t);
		return NULL;
	}
	map_init(&t->by_pid);
	list_init(&t->seen);
	list_init(&t->exited);
	fd_pool_init(&t->fds, t->options.counters);
	return t;
}

static struct process **known_at(struct process_table *t, pid_t pid)
{
	return &t->known[(unsigned)pid % KNOWN_PIDS];
}

static void unlink_incarnation(struct process_table *t, struct process *p)
{
	struct process *at = process_table_newest(t, p->pid);

	if (at == p) {
		*known_at(t, p->pid) = NULL;
		if (p->priv->older == NULL ||
		    map_put_u64(&t->by_pid, (uint64_t)p->pid, p->priv->older) <
		            0)
			map_remove_u64(&t->by_pid, (uint64_t)p->pid);
		if (p->priv->older != NULL)
			p->priv->older->priv->is_replaced = false;
		return;
	}
	while (at != NULL && at->priv->older != p)
		at = at->priv->older;
	if (at != NULL)
		at->priv->older = p->priv->older;
}

static void drop_parent(struct process *p)
{
	struct process *parent = p->parent;

	p->parent = NULL;
	process_unref(parent);
}

/* What it holds itself, it lets go unless the table does too: or chains of the
 * dead would grow. */
static void let_go(struct process *p)
{
	list_remove(&p->link);
	list_remove(&p->priv->exited);
	p->priv->table = NULL;
	p->priv->older = NULL;
	if (p->parent != NULL && p->parent->priv->table != NULL)
		p->parent->priv->children--;
	else
		drop_parent(p);
	process_unref(p);
}

/* Children and alerts may hold the process longer. */
static void forget(struct process_table *t, struct process *p)
{
	/* Who holds it may ask; what nobody holds needs no state. */
	if (t->options.settle != NULL && p->refs > 1)
		t->options.settle(t->options.arg, p);
	unlink_incarnation(t, p);
	t->count--;
	let_go(p);
}

void process_table_free(struct process_table *t)
{
	if (t == NULL)
		return;
	while (!list_is_empty(&t->seen))
		let_go(container_of(t->seen.next, struct process, link));
	map_done(&t->by_pid);
	recent_texts_done(&t->texts);
	text_budget_unref(t->budget);
	fd_pool_done(&t->fds);
	free(t);
}

/* The least recently seen one that has ended unnoticed; those that live have
 * been seen by that. */
static struct process *find_gone(struct process_table *t)
{
	for (unsigned i = 0; t->options.is_gone != NULL && i < EVICTION_SCAN;
	     i++) {
		struct process *p =
			container_of(t->seen.next, struct process, link);

		if (t->options.is_gone(t->options.arg, p))
			return p;
		process_table_touch(t, p);
	}
	return NULL;
}

/* What has exited, though the stream may still speak of it; else the least
 * recently seen process that has no children here. */
static void evict(struct process_table *t)
{
	struct process *ended = list_is_empty(&t->exited)
	                                ? find_gone(t)
	                                : process_of_exited(t->exited.next);
	unsigned scanned = 0;

	if (ended != NULL) {
		counter_add(t->options.counters,
		            COUNTER_PROCESSES_ENDED_EVICTED, 1);
		forget(t, ended);
		return;
	}
	counter_add(t->options.counters, COUNTER_PROCESSES_EVICTED, 1);
	list_for_each (node, &t->seen) {
		struct process *p = container_of(node, struct process, link);

		if (p->priv->children != 0 && ++scanned < EVICTION_SCAN)
			continue;
		forget(t, p);
		return;
	}
}

static struct process *new_process(struct process_table *t, pid_t pid,
                                   uint64_t start_ns)
{
	struct whole_process *whole = calloc(1, sizeof(*whole));
	struct process *p;

	if (whole == NULL)
		return NULL;
	p = &whole->process;
	p->priv = &whole->priv;
	p->pid = pid;
	p->start_ns = start_ns;
	p->priv->checked_ns = start_ns;
	p->auid = AUDIT_ID_UNSET;
	p->ses = AUDIT_ID_UNSET;
	p->refs = 1;
	list_init(&p->link);
	list_init(&p->priv->exited);
	p->priv->table = t;
	p->priv->release = t->options.release;
	return p;
}

struct process *process_table_add(struct process_table *t, pid_t pid,
                                  uint64_t start_ns)
{
	struct process *older, *p = new_process(t, pid, start_ns);

	if (p == NULL) {
		counter_add(t->options.counters, COUNTER_TRACKING_NOMEM, 1);
		return NULL;
	}
	while (t->count >= t->options.max)
		evict(t);
	older = process_table_newest(t, pid);
	if (map_put_u64(&t->by_pid, (uint64_t)pid, p) < 0) {
		process_keep(p, false);
		p->priv->release = NULL;
		process_unref(p);
		return NULL;
	}
	*known_at(t, pid) = p;
	p->priv->older = older;
	if (older != NULL) {
		older->priv->is_replaced = true;
		process_table_exit(t, older, start_ns);
	}
	list_add_tail(&t->seen, &p->link);
	t->count++;
	return p;
}

void process_keep(const struct process *p, bool is_kept)
{
	if (!is_kept && p->priv->table != NULL)
		counter_add(p->priv->table->options.counters,
		            COUNTER_TRACKING_NOMEM, 1);
}

struct process *process_table_newest(struct process_table *t, pid_t pid)
{
	struct process **known = known_at(t, pid);

	if (*known == NULL || (*known)->pid != pid)
		*known = map_get_u64(&t->by_pid, (uint64_t)pid);
	return *known;
}

struct process *process_table_find(struct process_table *t, pid_t pid,
                                   uint64_t at_ns)
{
	return process_at(process_table_newest(t, pid), at_ns);
}

struct process *process_at(struct process *newest, uint64_t at_ns)
{
	struct process *p = newest;

	while (p != NULL && p->start_ns > at_ns + PROCESS_CLOCK_SLACK_NS)
		p = p->priv->older;
	return p;
}

/* Records may claim anything, a circle too. Who has no children and no other
 * holder than the table cannot close one. */
static bool is_ancestor(const struct process *p, const struct process *of)
{
	if (p->refs == 1)
		return p == of;
	while (of != NULL && of != p)
		of = of->parent;
	return of != NULL;
}

void process_table_set_parent(struct process *p, struct process *parent)
{
	if (p->parent == parent || is_ancestor(p, parent))
		return;
	if (p->parent != NULL && p->priv->table != NULL &&
	    p->parent->priv->table != NULL)
		p->parent->priv->children--;
	if (p->parent != NULL)
		process_fds_adopt(p);
	drop_parent(p);
	p->parent = process_ref(parent);
	if (parent != NULL && p->priv->table != NULL &&
	    parent->priv->table != NULL)
		parent->priv->children++;
}

void process_table_exit(struct process_table *t, struct process *p,
                        uint64_t at_ns)
{
	if (p->exit_ns != 0)
		return;
	p->exit_ns = at_ns;
	list_add_tail(&t->exited, &p->priv->exited);
}

void process_table_revive(struct process *p)
{
	p->exit_ns = 0;
	list_remove(&p->priv->exited);
}

void process_table_touch(struct process_table *t, struct process *p)
{
	if (p->priv->table != t)
		return;
	list_remove(&p->link);
	list_add_tail(&t->seen, &p->link);
}

void process_table_expire(struct process_table *t, uint64_t stream_ns,
                          uint64_t wall_ns)
{
	while (!list_is_empty(&t->exited)) {
		struct process *p = process_of_exited(t->exited.next);

		if (p->exit_ns + PROCESS_EXIT_GRACE_NS > stream_ns &&
		    p->exit_ns + WALL_GRACE_NS > wall_ns)
			return;
		forget(t, p);
	}
}

struct text_budget *process_table_budget(const struct process_table *t)
{
	return t->budget;
}

struct recent_texts *process_table_texts(struct process_table *t)
{
	return &t->texts;
}

void process_count_cut(const struct process *p)
{
	counter_add(p->priv->table->options.counters, COUNTER_TEXTS_CUT, 1);
}

struct fd_pool *process_table_fds(struct process_table *t)
{
	return &t->fds;
}

size_t process_table_count(const struct process_table *t)
{
	return t->count;
}

int process_table_each(const struct process_table *t,
                       int (*fn)(void *arg, struct process *p), void *arg)
{
	list_for_each (node, &t->seen) {
		int r = fn(arg, container_of(node, struct process, link));

		if (r != 0)
			return r;
	}
	return 0;
}
