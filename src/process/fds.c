/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fds.c - descriptors whose making the audit stream told of.
 *
 * A fork copies the table (kernel/fork.c, copy_files()); here a child looks
 * into its parent's for what was there when it started. The parent goes on
 * meanwhile, and fork events run ahead of the stream, so entries carry the time
 * of their call, and some that were replaced are kept.
 *
 * close(2) is hardly ever audited: an entry lasts until its number is given
 * anew, and only where somebody asks for that number. */
#include "saker/process/fds.h"

#include <stdlib.h>

#include "fd_pool.h"
#include "saker/base/limits.h"

/* Most processes are known to have one or two: the array doubles from there. */
#define FDS_FIRST 1
/* Replaced entries that are kept for children. */
#define ENDED_MAX 8
/* Forks without an execve that are looked through. */
#define FORKS_MAX 32

struct entry {
	struct process_fd info;
	uint64_t since_ns;
	uint64_t until_ns; /* UINT64_MAX = still */
	bool is_none;      /* not what the parent had there */
};

/* One allocation, which moves when it grows. */
struct process_fds {
	struct process *owner;
	struct fd_pool *pool; /* NULL = none, or that is gone */
	struct list link;     /* fd_pool.tables */
	size_t bytes;
	uint16_t count, cap;
	uint16_t ended; /* of count: replaced */
	bool is_cut;    /* entries were forgotten: the parent's prove nothing */
	struct entry items[];
};

struct str fd_kind_name(enum fd_kind kind)
{
	static const struct str names[] = {
#define FD_KIND(id, name, typechar) [FD_##id] = STR_INIT(name),
#include "saker/process/fd_kinds.def"
#undef FD_KIND
	};

	return names[kind];
}

struct str fd_kind_char(enum fd_kind kind)
{
	static const struct str chars[] = {
#define FD_KIND(id, name, typechar) [FD_##id] = STR_INIT(typechar),
#include "saker/process/fd_kinds.def"
#undef FD_KIND
	};

	return chars[kind];
}

void fd_pool_init(struct fd_pool *pool, struct counters *counters)
{
	*pool = (struct fd_pool){ .counters = counters };
	list_init(&pool->tables);
}

static struct process_fds *table_of(struct list *node)
{
	return container_of(node, struct process_fds, link);
}

void fd_pool_done(struct fd_pool *pool)
{
	while (!list_is_empty(&pool->tables)) {
		struct process_fds *f = table_of(pool->tables.next);

		list_remove(&f->link);
		f->pool = NULL;
	}
	recent_texts_done(&pool->names);
}

static void account(struct process_fds *f, size_t more, size_t less)
{
	f->bytes += more - less;
	if (f->pool != NULL)
		f->pool->bytes += more - less;
}

static bool is_ended(const struct entry *e)
{
	return e->until_ns != UINT64_MAX;
}

static void drop(struct process_fds *f, size_t i)
{
	account(f, 0, f->items[i].info.name.len);
	process_drop_text(&f->items[i].info.name);
	f->ended -= is_ended(&f->items[i]);
	if (i != --f->count)
		memmove(&f->items[i], &f->items[i + 1],
		        (f->count - i) * sizeof(f->items[0]));
}

static void drop_all(struct process_fds *f)
{
	while (f->count != 0)
		drop(f, f->count - 1u);
	account(f, 0, f->cap * sizeof(f->items[0]));
	f->cap = 0;
}

/* The table itself stays: it says that there was more. */
static void cut(struct process_fds *f)
{
	struct process_fds *less;

	list_remove(&f->link);
	drop_all(f);
	f->is_cut = true;
	less = realloc(f, sizeof(*f));
	if (less == NULL)
		return;
	list_init(&less->link);
	less->owner->fds = less;
}

/* The newest is spared. */
static void shrink(struct fd_pool *pool)
{
	while (pool->bytes > LIMIT_FD_BYTES &&
	       pool->tables.next != pool->tables.prev) {
		struct process_fds *f = table_of(pool->tables.next);

		counter_add(pool->counters, COUNTER_FDS_EVICTED, f->count);
		cut(f);
	}
}

static struct fd_pool *pool_of(const struct process *p)
{
	return p->priv != NULL && p->priv->table != NULL
	               ? process_table_fds(p->priv->table)
	               : NULL;
}

/* NULL, with what there was, when out of memory. */
static struct process_fds *grow(struct process *p)
{
	struct process_fds *old = p->fds, *f;
	size_t cap = old != NULL && old->cap != 0 ? old->cap * 2u : FDS_FIRST;

	if (old != NULL)
		list_remove(&old->link);
	f = realloc(old, sizeof(*f) + cap * sizeof(f->items[0]));
	if (f == NULL)
		return NULL;
	if (old == NULL) {
		*f = (struct process_fds){ .owner = p, .pool = pool_of(p) };
		account(f, sizeof(*f), 0);
	}
	list_init(&f->link);
	account(f, (cap - f->cap) * sizeof(f->items[0]), 0);
	f->cap = (uint16_t)cap;
	p->fds = f;
	return f;
}

/* One that was replaced gives way first, then the oldest. */
static void make_way(struct process_fds *f)
{
	size_t i = 0;

	while (i < f->count && !is_ended(&f->items[i]))
		i++;
	if (i == f->count) {
		i = 0;
		f->is_cut = true;
		counter_add(f->pool != NULL ? f->pool->counters : NULL,
		            COUNTER_FDS_EVICTED, 1);
	}
	drop(f, i);
}

/* Children that started before may still ask for what was replaced. */
static size_t most_ended(const struct process_fds *f)
{
	const struct process_private *priv = f->owner->priv;

	return priv != NULL && priv->children == 0 ? 0 : ENDED_MAX;
}

static void limit_ended(struct process_fds *f)
{
	for (size_t i = 0, max = most_ended(f); f->ended > max;)
		if (is_ended(&f->items[i]))
			drop(f, i);
		else
			i++;
}

static void end(struct process_fds *f, int fd, uint64_t at_ns)
{
	size_t i = f->count;

	while (i-- > 0)
		if (f->items[i].info.fd == fd && !is_ended(&f->items[i]))
			break;
	if (i < f->count && most_ended(f) == 0) {
		drop(f, i);
	} else if (i < f->count) {
		f->items[i].until_ns = at_ns;
		f->ended++;
	}
	if (f->ended != 0)
		limit_ended(f);
}

/* In place of what has that number. */
static struct process_fds *make_room(struct process *p, int fd, uint64_t at_ns)
{
	struct process_fds *f = p->fds;

	if (f == NULL)
		return grow(p);
	end(f, fd, at_ns);
	if (f->count == LIMIT_PROCESS_FDS)
		make_way(f);
	return f->count < f->cap ? f : grow(p);
}

/* The pool's newest. */
static void touch(struct process_fds *f)
{
	if (f == NULL || f->pool == NULL)
		return;
	list_remove(&f->link);
	list_add_tail(&f->pool->tables, &f->link);
}

static void add(struct process *p, const struct process_fd *info, bool is_none,
                uint64_t at_ns)
{
	struct fd_pool *pool = pool_of(p);
	/* first: it may be a view of what gives way */
	struct str name =
		info->name.s != NULL
			? text_hold(pool != NULL ? &pool->names : NULL,
	                            info->name)
			: STR_NONE;
	struct process_fds *f = make_room(p, info->fd, at_ns);
	struct entry *new;

	touch(p->fds);
	if (f == NULL) {
		process_drop_text(&name);
		if (p->fds != NULL)
			p->fds->is_cut = true;
		return;
	}
	new = &f->items[f->count++];
	new->info = *info;
	new->info.name = name;
	new->since_ns = at_ns;
	new->until_ns = UINT64_MAX;
	new->is_none = is_none;
	account(f, name.len, 0);
	if (f->pool != NULL)
		shrink(f->pool);
}

void process_fd_put(struct process *p, const struct process_fd *info,
                    uint64_t at_ns)
{
	add(p, info, false, at_ns);
}

static const struct entry *find_own(const struct process *p, int fd,
                                    uint64_t at_ns)
{
	const struct process_fds *f = p->fds;

	for (size_t i = f != NULL ? f->count : 0; i-- > 0;) {
		const struct entry *e = &f->items[i];

		if (e->info.fd == fd && e->since_ns <= at_ns &&
		    (!is_ended(e) || e->until_ns > at_ns))
			return e;
	}
	return NULL;
}

/* A start time of /proc is up to a clock tick early. */
static uint64_t start_of(const struct process *p)
{
	bool is_precise = p->priv != NULL && p->priv->is_precise;

	return p->start_ns + (is_precise ? 0 : PROCESS_CLOCK_SLACK_NS);
}

static const struct entry *find_at(const struct process *p, int fd,
                                   uint64_t at_ns)
{
	const struct entry *found = NULL;
	bool has_execed = false;

	for (unsigned forks = 0; p != NULL && forks < FORKS_MAX; forks++) {
		found = find_own(p, fd, at_ns);
		if (found != NULL || p->is_adopted ||
		    (p->fds != NULL && p->fds->is_cut))
			break;
		has_execed |= p->last_exec_ns != 0 && p->last_exec_ns <= at_ns;
		at_ns = start_of(p);
		p = p->parent;
	}
	if (found == NULL || found->is_none ||
	    (has_execed && found->info.is_cloexec))
		return NULL;
	return found;
}

const struct process_fd *process_fd_find(const struct process *p, int fd)
{
	const struct entry *found = find_at(p, fd, UINT64_MAX);

	return found != NULL ? &found->info : NULL;
}

void process_fd_forget(struct process *p, int fd, uint64_t at_ns)
{
	const struct entry *found = find_at(p, fd, UINT64_MAX);

	if (found == NULL)
		return;
	if (found == find_own(p, fd, UINT64_MAX) &&
	    (p->parent == NULL || p->is_adopted)) {
		end(p->fds, fd, at_ns);
		return;
	}
	add(p, &(struct process_fd){ .fd = fd }, true, at_ns);
}

void process_fds_forget_from(struct process *p, unsigned first, unsigned last,
                             uint64_t at_ns)
{
	for (const struct process *q = p; q != NULL;
	     q = q->is_adopted ? NULL : q->parent) {
		for (size_t i = q->fds != NULL ? q->fds->count : 0; i-- > 0;) {
			int fd;

			/* what is forgotten below may be several */
			if (i >= q->fds->count)
				continue;
			fd = q->fds->items[i].info.fd;
			if (fd >= 0 && (unsigned)fd >= first &&
			    (unsigned)fd <= last)
				process_fd_forget(p, fd, at_ns);
		}
	}
}

void process_fds_exec(struct process *p, uint64_t at_ns)
{
	struct process_fds *f = p->fds;

	p->last_exec_ns = at_ns;
	for (size_t i = 0; f != NULL && i < f->count; i++) {
		if (!f->items[i].info.is_cloexec || is_ended(&f->items[i]))
			continue;
		f->items[i].until_ns = at_ns;
		f->ended++;
	}
	if (f != NULL)
		limit_ended(f);
}

void process_fds_adopt(struct process *p)
{
	const struct process *parent = p->parent;

	if (p->is_adopted || parent == NULL)
		return;
	for (; parent != NULL;
	     parent = parent->is_adopted ? NULL : parent->parent) {
		/* what is put may take others' memory */
		for (size_t i = 0;
		     parent->fds != NULL && i < parent->fds->count; i++) {
			int fd = parent->fds->items[i].info.fd;
			const struct process_fd *seen = process_fd_find(p, fd);

			if (seen != NULL && find_own(p, fd, UINT64_MAX) == NULL)
				process_fd_put(p, seen, p->start_ns);
		}
	}
	p->is_adopted = true;
}

void process_fds_free(struct process *p)
{
	struct process_fds *f = p->fds;

	if (f == NULL)
		return;
	drop_all(f);
	account(f, 0, sizeof(*f));
	list_remove(&f->link);
	free(f);
	p->fds = NULL;
}
