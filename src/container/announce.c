/* SPDX-License-Identifier: GPL-2.0-or-later */
/* announce.c - what happens to containers: created, started, exec'd, stopped.
 *
 * A container's end has no system call of its own. Its first process's does, as
 * the kernel then kills the others of its pid namespace
 * (pid_namespaces(7)), and the removal of its cgroup; the first to be seen
 * counts. */
#include "tracking.h"

/* The stream lags behind the connector: what a container did last must be told
 * before its end. */
#define LAG_NS   (300 * NS_PER_MS)
#define CHECK_NS (100 * NS_PER_MS)
/* What no change in a directory tells of: a mount over it, for one. */
#define REFRESH_NS (2 * NS_PER_SEC)

static const struct str names[] = {
#define CONTAINER_EVENT(id, name, doc) STR_INIT(name),
#include "saker/container/events.def"
#undef CONTAINER_EVENT
};

struct str container_event_name(enum container_event_kind kind)
{
	return names[kind];
}

void container_event_done(struct container_event *e)
{
	container_unref(e->container);
	process_unref(e->process);
	*e = (struct container_event){ 0 };
}

void announcements_done(struct announcements *a)
{
	while (a->count != 0)
		container_event_done(&a->items[--a->count]);
}

bool tracker_next_event(struct tracker *t, struct container_event *ret)
{
	struct announcements *a = &t->announcements;

	if (a->count == 0)
		return false;
	*ret = a->items[0];
	a->count--;
	memmove(&a->items[0], &a->items[1], a->count * sizeof(a->items[0]));
	return true;
}

static void announce(struct tracker *t, enum container_event_kind kind,
                     struct container *c, struct process *p, uint64_t at_ns)
{
	struct announcements *a = &t->announcements;

	if (a->count == MAX_ANNOUNCEMENTS) {
		counter_add(t->counters, COUNTER_CONTAINER_EVENTS_DROPPED, 1);
		return;
	}
	a->items[a->count++] = (struct container_event){
		.kind = kind,
		.container = container_ref(c),
		.process = process_ref(p),
		.time_ns = at_ns,
		.serial = a->serial,
	};
}

/* A runtime may call another, or itself, for the same container. */
static struct container *made_before(const struct process *p,
                                     const struct session *s)
{
	const struct session *old = p->priv->old_session;

	return old != NULL && old != s && !old->is_entered &&
	                       str_eq(old->id, s->id)
	               ? old->container
	               : NULL;
}

void announce_call(struct tracker *t, struct process *p, uint64_t at_ns)
{
	struct session *s = p->priv->session;
	struct container_facts facts = { 0 };
	struct container *c;

	if (s == NULL || s->container != NULL || s->id.len == 0 ||
	    (s->verb != VERB_RUN && s->verb != VERB_CREATE))
		return;
	s->container = container_ref(made_before(p, s));
	if (s->container != NULL)
		return;
	facts.full_id = s->id;
	facts.given_id = s->id;
	facts.runtime = s->kind->name;
	c = registry_get(&t->containers, &facts, true, at_ns);
	process_keep(p, c != NULL);
	/* one that runs already: the call fails */
	if (c == NULL || c->priv->is_started || c->priv->is_created)
		return;
	s->container = container_ref(c);
	c->priv->is_created = true;
	describe_container(t, c, p, s, at_ns);
	snapshot_describe(t, p, c, true, at_ns);
	announce(t, CONTAINER_EVENT_CREATE, c, p, at_ns);
}

/* The first process is the oldest that did not come in by an exec. */
static void note_first(struct container *c, const struct process *p)
{
	struct container_private *priv = c->priv;

	if (p->entered || (priv->first != 0 && priv->first_ns <= p->start_ns))
		return;
	priv->first = p->pid;
	priv->first_ns = p->start_ns;
	priv->first_ticks = p->start_ticks;
}

void announce_entry(struct tracker *t, struct container *c, struct process *p,
                    bool is_told, uint64_t at_ns)
{
	struct session *s = p->priv->session;
	bool is_first = s == NULL || !s->is_entered;

	if (!is_told || !c->priv->is_started)
		note_first(c, p);
	if (is_told && p->entered && is_first) {
		announce(t, CONTAINER_EVENT_EXEC, c, p, at_ns);
	} else if (!c->priv->is_started && !p->entered) {
		c->priv->is_started = true;
		/* its network was made since */
		c->priv->is_described = false;
		c->priv->next_try_ns = 0;
		if (is_told)
			announce(t, CONTAINER_EVENT_START, c, p, at_ns);
	}
}

static struct process *first_process(const struct tracker *t,
                                     const struct container *c)
{
	struct process *p = process_table_newest(t->processes, c->priv->first);

	while (p != NULL && p->start_ns != c->priv->first_ns)
		p = p->priv->older;
	return p;
}

void announce_end(struct tracker *t, struct container *c, uint64_t at_ns)
{
	if (c->priv->has_ended)
		return;
	c->priv->has_ended = true;
	if (c->priv->is_started)
		announce(t, CONTAINER_EVENT_STOP, c, first_process(t, c),
		         at_ns);
}

/* A process that the table has forgotten may live still. */
static bool is_gone(struct tracker *t, const struct container *c)
{
	const struct container_private *priv = c->priv;
	const struct process *newer =
		process_table_newest(t->processes, priv->first);
	struct host_process f;
	int error;

	if (newer != NULL && newer->start_ns > priv->first_ns)
		return true;
	if (!t->is_live)
		return false;
	error = t->host->ops->process(t->host, priv->first, HOST_WANT_STAT,
	                              &t->arena, &f);
	return error == E_NOT_FOUND || (error == 0 && priv->first_ticks != 0 &&
	                                f.start_ticks != priv->first_ticks);
}

static void check_end(struct tracker *t, struct container *c, uint64_t now_ns)
{
	const struct process *p = first_process(t, c);

	if (p == NULL && is_gone(t, c))
		announce_end(t, c, now_ns);
	else if (p != NULL && p->exit_ns != 0 && now_ns > p->exit_ns + LAG_NS)
		announce_end(t, c, p->exit_ns);
}

/* Only as many as can be told now; the others wait for the next time. */
static void check_ends(struct tracker *t, uint64_t now_ns)
{
	list_for_each (node, &t->containers.all) {
		struct container_private *priv =
			container_of(node, struct container_private, link);

		if (t->announcements.count == MAX_ANNOUNCEMENTS)
			return;
		if (priv->is_started && !priv->has_ended && priv->first != 0)
			check_end(t, priv->self, now_ns);
	}
}

void announce_ends(struct tracker *t, uint64_t now_ns)
{
	if (now_ns < t->announcements.checked_ns + CHECK_NS)
		return;
	t->announcements.checked_ns = now_ns;
	t->announcements.serial = 0;
	check_ends(t, now_ns);
}

void tracker_tick(struct tracker *t)
{
	uint64_t now_ns = clock_realtime_ns();

	if (!t->is_live)
		return;
	arena_reset(&t->arena);
	announce_ends(t, now_ns);
	if (now_ns > t->refresh_ns + REFRESH_NS) {
		t->refresh_ns = now_ns;
		known_files_refresh_all(&t->files, t->host);
	}
}

void tracker_end(struct tracker *t)
{
	arena_reset(&t->arena);
	t->announcements.serial = 0;
	check_ends(t, UINT64_MAX);
}
