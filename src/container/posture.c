/* SPDX-License-Identifier: GPL-2.0-or-later */
/* posture.c - how a container's process is confined as it begins, and whether
 * it has come nearer to the host since. */
#include "saker/container/posture.h"

#include <libaudit.h>
#include <stdlib.h>

#include "tracking.h"

#define WANTED                                                             \
	(HOST_WANT_NS | HOST_WANT_ROOT | HOST_WANT_IDS | HOST_WANT_LABEL | \
	 HOST_WANT_CGROUP)
#define BIT(kind) (1u << DRIFT_##kind)
/* Documentation/userspace-api/seccomp_filter.rst */
#define SECCOMP_FILTER 2

struct str drift_name(enum drift_kind kind)
{
	static const struct str names[] = {
#define DRIFT(id, name, meaning) STR_INIT(name),
#include "saker/container/drift.def"
#undef DRIFT
	};

	return names[kind];
}

struct posture *posture_ref(struct posture *p)
{
	if (p != NULL)
		p->refs++;
	return p;
}

void posture_unref(struct posture *p)
{
	if (p == NULL || --p->refs != 0)
		return;
	cgroup_unref(p->cgroup);
	free((char *)(uintptr_t)p->label.s);
	free(p);
}

/* The label is borrowed. */
static struct posture of_facts(const struct host_process *f)
{
	return (struct posture){
		.ns = { f->ns_mnt, f->ns_pid, f->ns_user, f->ns_net, f->ns_uts,
		        f->ns_ipc, f->ns_cgroup },
		.root = f->root_id,
		.has_caps = f->has_caps,
		.cap_effective = f->caps[2],
		.cap_bounding = f->cap_bounding,
		.cap_all =
			f->caps[0] | f->caps[1] | f->caps[2] | f->cap_bounding,
		.seccomp = f->seccomp,
		.no_new_privs = f->no_new_privs,
		.label = f->label,
	};
}

/* Of audit_event_caps(). */
enum {
	PERMITTED = 0,
	EFFECTIVE = 2
};

/* In a log: a root process gets by execve what the bounding set leaves
 * (capabilities(7)). */
static bool of_records(struct audit_event *e, struct posture *ret)
{
	uint64_t caps[AUDIT_CAPS];
	const struct audit_syscall *sc;

	if (e == NULL || !audit_event_caps(e, caps))
		return false;
	sc = audit_event_syscall(e);
	*ret = (struct posture){ .has_caps = true,
		                 .cap_effective = caps[EFFECTIVE],
		                 .seccomp = -1,
		                 .no_new_privs = -1 };
	if (sc != NULL && sc->euid == 0)
		ret->cap_bounding = ret->cap_all = caps[PERMITTED];
	return true;
}

struct posture *posture_copy(const struct process *p, const struct posture *now)
{
	struct posture *copy = calloc(1, sizeof(*copy));
	char *label = now->label.len != 0 ? str_dup(now->label) : NULL;

	process_keep(p, copy != NULL);
	if (copy == NULL) {
		free(label);
		return NULL;
	}
	*copy = *now;
	copy->label = str_from(label);
	copy->cgroup = NULL;
	copy->refs = 1;
	return copy;
}

static struct posture *keep(const struct process *p, const struct posture *now)
{
	struct posture *copy = posture_copy(p, now);

	if (copy != NULL)
		copy->cgroup = cgroup_ref(p->cgroup);
	return copy;
}

void posture_set_host(struct tracker *t, const struct posture *host)
{
	struct str label = arena_copy(&t->host_texts, host->label);

	t->host_posture = *host;
	t->host_posture.label = label;
}

static void learn_ns(uint64_t *ns, uint64_t first, uint64_t self)
{
	if (first != 0 || self != 0)
		*ns = first != 0 ? first : self;
}

/* What the first process hides, this one has as well, unless a sandbox of its
 * own is around it. */
void posture_learn_host(struct tracker *t, const struct host_process *first,
                        const struct host_process *self)
{
	struct posture a = of_facts(first), b = of_facts(self);
	struct posture *host = &t->host_posture;
	struct str label = a.label.len != 0 ? a.label : b.label;

	for (unsigned i = 0; i < NS__MAX; i++)
		learn_ns(&host->ns[i], a.ns[i], b.ns[i]);
	if (a.root.ino != 0 || b.root.ino != 0)
		host->root = a.root.ino != 0 ? a.root : b.root;
	if (label.len != 0) {
		arena_reset(&t->host_texts);
		host->label = arena_copy(&t->host_texts, label);
	}
}

static void take(struct process *p, const struct posture *now,
                 uint64_t taken_ns)
{
	struct posture *copy = keep(p, now);

	if (copy == NULL)
		return;
	copy->taken_ns = taken_ns;
	posture_unref(p->priv->posture);
	p->priv->posture = copy;
}

void posture_enter(struct tracker *t, struct process *p,
                   const struct host_process *facts, struct audit_event *e)
{
	struct container *c = p->container;
	const struct posture *taken = p->priv->posture;
	struct host_process f;
	struct posture now;

	/* as the connector told of this very exec */
	if (taken == NULL || e == NULL ||
	    taken->taken_ns < audit_stamp_ns(&e->stamp)) {
		if (facts == NULL && tracker_facts(t, p, WANTED, &t->arena, &f))
			facts = &f;
		if (facts != NULL)
			now = of_facts(facts);
		else if (!of_records(e, &now))
			return;
		take(p, &now, t->is_live ? clock_realtime_ns() : 0);
	}
	if (c != NULL && c->priv->baseline == NULL && !p->entered)
		c->priv->baseline = posture_ref(p->priv->posture);
}

const struct posture *container_baseline(const struct container *c)
{
	return c->priv->baseline;
}

static const struct posture *baseline_of(const struct process *p)
{
	if (p->priv->posture != NULL || p->container == NULL)
		return p->priv->posture;
	return p->container->priv->baseline;
}

static bool is_below(struct str path, struct str top)
{
	return str_eq(top, STR("/")) ||
	       (str_has_prefix(path, top) &&
	        (path.len == top.len || path.s[top.len] == '/'));
}

/* The part of a line's path that is the whole container's: it may make cgroups
 * below and move about in them. */
static struct str own_part(const struct cgroup *c, struct str path)
{
	return c->facts.role == CGROUP_CONTAINER &&
	                       is_below(path, c->facts.own_path)
	               ? c->facts.own_path
	               : path;
}

static struct str path_of_line(struct str line, struct str *ret_hierarchy)
{
	ptrdiff_t colon = str_find_byte(line, ':');
	struct str rest = str_skip(line, (size_t)colon + 1);
	ptrdiff_t second = str_find_byte(rest, ':');

	if (colon < 0 || second < 0)
		return STR_NONE;
	*ret_hierarchy = str_take(rest, (size_t)second);
	return str_skip(rest, (size_t)second + 1);
}

static bool has_left(const struct cgroup *base, struct str text)
{
	struct str line, hierarchy, path, old_text, old_line, old, of;

	while (str_split(&text, '\n', &line)) {
		path = path_of_line(line, &hierarchy);
		old_text = base->text;
		while (path.len != 0 && str_split(&old_text, '\n', &old_line)) {
			old = path_of_line(old_line, &of);
			if (old.len != 0 && str_eq(of, hierarchy) &&
			    !is_below(path, own_part(base, old)))
				return true;
		}
	}
	return false;
}

/* A process that ends shows the root of each hierarchy of version 1
 * (kernel/cgroup/cgroup.c, proc_cgroup_show()). */
static bool has_left_alive(struct tracker *t, const struct process *p,
                           const struct posture *base, struct str text)
{
	struct host_process f;

	return base->cgroup != NULL && text.len != 0 &&
	       has_left(base->cgroup, text) &&
	       tracker_facts(t, p, HOST_WANT_STAT, &t->arena, &f) &&
	       !f.is_exiting;
}

static unsigned compare(const struct posture *base, const struct posture *now,
                        const struct posture *host)
{
	unsigned drift = 0;

	for (unsigned i = 0; i < NS__MAX; i++)
		if (now->ns[i] != 0 && now->ns[i] == host->ns[i] &&
		    base->ns[i] != 0 && base->ns[i] != host->ns[i])
			drift |= 1u << i;
	if (now->root.ino != 0 && file_id_eq(now->root, host->root) &&
	    base->root.ino != 0 && !file_id_eq(base->root, host->root))
		drift |= BIT(ROOT);
	/* In a user namespace of its own a process has all of them. */
	if (base->cap_bounding != 0 && now->has_caps &&
	    now->ns[NS_USER] == base->ns[NS_USER] &&
	    (now->cap_effective & ~base->cap_all) != 0)
		drift |= BIT(CAPS);
	if (base->seccomp == SECCOMP_FILTER && now->seccomp == 0)
		drift |= BIT(SECCOMP);
	if (base->no_new_privs == 1 && now->no_new_privs == 0)
		drift |= BIT(NO_NEW_PRIVS);
	if (now->label.len != 0 && str_eq(now->label, host->label) &&
	    base->label.len != 0 && !str_eq(base->label, host->label))
		drift |= BIT(LABEL);
	return drift;
}

/* Below its container's cgroup, or at least in another mount namespace. */
bool posture_is_inner(struct tracker *t, const struct process *p)
{
	const struct posture *base = baseline_of(p);
	struct host_process f;

	if (base == NULL || base->cgroup == NULL ||
	    !has_left(base->cgroup, p->cgroup->text))
		return true;
	return !tracker_facts(t, p, HOST_WANT_NS, &t->arena, &f) ||
	       f.ns_mnt != base->ns[NS_MNT];
}

static void note(struct process *p, uint64_t serial, unsigned drift)
{
	struct process_private *v = p->priv;

	if (v->drift_serial != serial) {
		v->drift_serial = serial;
		v->drift_new = 0;
	}
	v->drift_new |= drift & ~v->drift;
	v->drift |= drift;
}

/* False when the process is gone. */
static bool look(struct tracker *t, struct process *p,
                 const struct posture *base)
{
	struct host_process f;
	struct posture now;

	if (base == NULL || !tracker_facts(t, p, WANTED, &t->arena, &f))
		return false;
	now = of_facts(&f);
	p->priv->look = compare(base, &now, &t->host_posture);
	if (has_left_alive(t, p, base, f.cgroup))
		p->priv->look |= BIT(CGROUP);
	p->priv->look_ns = clock_realtime_ns();
	return true;
}

/* The stream may not have spoken of it: then it is what its ancestor is. */
static const struct process *settled(const struct process *p)
{
	while (p != NULL && !p->priv->is_settled)
		p = p->parent;
	return p;
}

void posture_exec(struct tracker *t, struct process *p)
{
	const struct process *known = settled(p);
	struct host_process f;

	if (known == NULL || known->state == PROCESS_HOST)
		return;
	if (known->state == PROCESS_CONTAINER && t->watches_drift) {
		look(t, p, baseline_of(known));
	} else if (known->state == PROCESS_SETUP &&
	           tracker_facts(t, p, WANTED, &t->arena, &f)) {
		struct posture now = of_facts(&f);

		take(p, &now, clock_realtime_ns());
	}
}

bool tracker_drift(struct tracker *t, struct process *p,
                   const struct audit_event *e, unsigned *ret_all,
                   unsigned *ret_new)
{
	struct process_private *v = p->priv;

	if (p->state != PROCESS_CONTAINER)
		return false;
	t->watches_drift = true;
	if (v->look_ns < audit_stamp_ns(&e->stamp))
		look(t, p, baseline_of(p));
	note(p, e->stamp.serial, v->look);
	*ret_all = v->drift;
	*ret_new = v->drift_new;
	return true;
}

/* fs/namespace.c, mntns_install() looks "/" up in the namespace that is
 * entered, chroot(2) and pivot_root(2) their new root: its identity is in the
 * first PATH record. */
static unsigned drift_of_root(struct tracker *t, struct audit_event *e,
                              unsigned kinds)
{
	const struct known_file *f;
	size_t npaths;
	const struct audit_path *paths = audit_event_paths(e, &npaths);

	if (npaths == 0)
		return 0;
	f = known_files_find(&t->files, paths[0].id);
	if (f == NULL || !str_eq(f->path, STR("/")))
		return 0;
	return BIT(ROOT) | ((kinds & CALL_JOIN) != 0 ? BIT(MNT_NS) : 0);
}

void posture_observe(struct tracker *t, struct process *p,
                     struct audit_event *e, unsigned kinds)
{
	const struct audit_syscall *sc = audit_event_syscall(e);
	const struct posture *base = baseline_of(p);
	uint64_t caps[AUDIT_CAPS];

	if (!sc->success)
		return;
	if ((kinds & CALL_NEW_USERS) != 0 &&
	    (sc->a[0] & CLONE_FLAG_NEWUSER) != 0)
		p->priv->has_own_users = true;
	if ((kinds & (CALL_JOIN | CALL_ROOT)) != 0)
		note(p, e->stamp.serial, drift_of_root(t, e, kinds));
	/* The machine is asked where there is one. */
	if (!t->is_live && (kinds & CALL_EXEC) != 0 && base != NULL &&
	    base->cap_bounding != 0 && !p->priv->has_own_users &&
	    audit_event_caps(e, caps) &&
	    (caps[EFFECTIVE] & ~base->cap_all) != 0)
		note(p, e->stamp.serial, BIT(CAPS));
}
