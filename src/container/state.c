/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.c - host, setup, container: which a process is, as the stream goes on.
 */
#include "tracking.h"

/* unshare(2): flags that make namespaces, as opposed to a thread's own files.
 */
#define NAMESPACE_FLAGS 0x7e020080u

/* The connector's time is the exact one, when its event has come already. */
static uint64_t exec_time(const struct process *p, uint64_t stamp_ns)
{
	uint64_t exact = p->priv->exec_ns;

	return exact >= stamp_ns && exact < stamp_ns + PROCESS_CLOCK_SLACK_NS
	               ? exact
	               : stamp_ns;
}

static void change(struct process *p, enum process_state state,
                   struct session *session, uint64_t at_ns)
{
	session_unref(p->priv->old_session);
	p->priv->old_session = p->priv->session;
	p->priv->old_state = p->state;
	p->priv->session = session_ref(session);
	p->priv->changed_ns = at_ns;
	p->state = state;
}

static void parse_call(struct tracker *t, const struct process *p,
                       const struct runtime_kind *kind,
                       struct runtime_call *ret)
{
	struct str *words = arena_array(&t->arena, struct str, p->argc);

	process_keep(p, words != NULL || p->argc == 0);
	for (size_t i = 0; words != NULL && i < p->argc; i++)
		words[i] = process_arg(p, i);
	runtime_call_parse(kind, words, words != NULL ? p->argc : 0, ret);
}

/* "runc exec -d ID sh -c x": what follows the id. */
static void note_program(struct tracker *t, struct session *s,
                         const struct process *p)
{
	size_t i = 1;

	while (i < p->argc && !str_eq(process_arg(p, i), s->id))
		i++;
	buf_clear(&t->text);
	for (i++; i < p->argc; i++) {
		if (t->text.len != 0)
			buf_add_byte(&t->text, '\0');
		buf_add_str(&t->text, process_arg(p, i));
	}
	process_keep(p, !t->text.failed && process_set_text(&s->program,
	                                                    buf_str(&t->text)));
}

void state_make_runtime(struct tracker *t, struct process *p,
                        const struct runtime_kind *kind, uint64_t at_ns)
{
	struct host_process facts;
	struct runtime_call call;
	struct session *s;

	parse_call(t, p, kind, &call);
	s = session_new(kind, &call, p->cwd);
	process_keep(p, s != NULL);
	if (s == NULL)
		return;
	s->cgroup = cgroup_ref(p->cgroup);
	if (t->is_live && t->host->ops->process(t->host, p->pid, HOST_WANT_NS,
	                                        &t->arena, &facts) == 0)
		s->ns_mnt = facts.ns_mnt;
	change(p, PROCESS_SETUP, s, exec_time(p, at_ns));
	p->priv->marks = MARK_EXECED;
	if (call.verb == VERB_INIT) {
		p->priv->marks |= MARK_INIT;
		s->init = p->pid;
	} else {
		p->priv->marks |= MARK_MAIN;
	}
	s->caller = p->ppid;
	s->called_ns = at_ns;
	if (call.verb == VERB_EXEC && !t->is_live)
		note_program(t, s, p);
	if (call.verb == VERB_CREATE || (call.verb == VERB_EXEC && !t->is_live))
		created_add(&t->created, s);
	else if (call.verb == VERB_START)
		created_start(&t->created, call.id, p->pid);
	session_unref(s);
}

/* A text of the cgroup cache, systemd's escapes undone. */
static struct str unescaped(struct tracker *t, struct str id)
{
	buf_clear(&t->text);
	cgroup_unescape(id, &t->text);
	return arena_copy(&t->arena, buf_str(&t->text));
}

/* The cgroup's own words first; then the directory that the runtime made; then
 * what the runtime called it when it started; then what it calls it now. */
static struct str find_id(struct tracker *t, const struct process *p,
                          const struct cgroup_facts *made, bool is_new)
{
	const struct session *s = p->priv->session;
	const struct container *known;

	if (p->cgroup != NULL && p->cgroup->facts.role == CGROUP_CONTAINER)
		return unescaped(t, p->cgroup->facts.id);
	if (made->role == CGROUP_CONTAINER)
		return unescaped(t, made->id);
	if (s == NULL || s->id.len == 0) {
		struct str name = p->cgroup != NULL
		                          ? birth_state_name(t, p->cgroup)
		                          : STR_NONE;

		return name.len != 0 ? name : STR("unknown");
	}
	known = is_new ? NULL : registry_find_given(&t->containers, s->id);
	return known != NULL ? known->full_id : s->id;
}

static void gather(struct tracker *t, const struct process *p, bool is_new,
                   struct container_facts *ret)
{
	const struct session *s = p->priv->session;
	struct cgroup_facts made = { 0 };
	struct container_facts f = { 0 };
	bool is_own =
		p->cgroup != NULL && (s == NULL || p->cgroup != s->cgroup);

	if (s != NULL && s->cgroup_path.len != 0)
		cgroup_parse_path(s->cgroup_path, &made);
	f.full_id = find_id(t, p, &made, is_new);
	if (is_own) {
		f.cgroup = p->cgroup->facts.own_path;
		f.cgroup_id = p->cgroup->id;
	} else if (s != NULL) {
		f.cgroup = s->cgroup_path;
		f.cgroup_id = s->cgroup_id;
		f.runtime = made.runtime;
		f.pod_uid = made.pod_uid;
	}
	if (p->cgroup != NULL && p->cgroup->facts.role == CGROUP_CONTAINER) {
		f.runtime = p->cgroup->facts.runtime;
		f.pod_uid = p->cgroup->facts.pod_uid;
	}
	if (s != NULL) {
		f.given_id = s->id;
		if (f.runtime.len == 0)
			f.runtime = s->kind->name;
	}
	*ret = f;
}

/* Made when the runtime was called, a container has the id and runtime of that
 * call; its cgroup knows better. True when it is the same container. */
static bool settle_id(struct tracker *t, struct session *s,
                      const struct container_facts *facts)
{
	struct container *c = s->container;

	if (c->metadata == NULL && facts->runtime.len != 0 &&
	    !process_set_text(&c->runtime, facts->runtime))
		return false;
	if (!str_eq(c->full_id, facts->full_id))
		registry_rename(&t->containers, c, facts->full_id);
	return str_eq(c->full_id, facts->full_id);
}

void state_enter(struct tracker *t, struct process *p, struct audit_event *e,
                 uint64_t at_ns)
{
	struct session *s = p->priv->session;
	struct container_facts facts;
	struct container *c;
	bool is_new = s != NULL && !s->is_entered &&
	              (s->verb == VERB_RUN || s->verb == VERB_CREATE);

	if (is_new && p->cgroup != NULL)
		cgroup_stat(p->cgroup, t->host);
	gather(t, p, is_new, &facts);
	if (is_new && s->container != NULL)
		is_new = !settle_id(t, s, &facts);
	c = registry_get(&t->containers, &facts, is_new, at_ns);
	process_keep(p, c != NULL);
	if (c != NULL && t->nsnapshots != 0)
		snapshot_describe(t, p, c, is_new, at_ns);
	p->entered = s != NULL && s->verb == VERB_EXEC;
	p->entry_serial = e != NULL ? e->stamp.serial : 0;
	if (s != NULL && c != NULL && s->container == NULL)
		s->container = container_ref(c);
	if (c != NULL)
		announce_entry(t, c, p, e != NULL, at_ns);
	if (s != NULL)
		s->is_entered = true;
	if (c != NULL && !p->entered &&
	    (c->start_ns == 0 || p->start_ns < c->start_ns))
		c->start_ns = p->start_ns;
	/* Those that were there before are described when they do something. */
	if (c != NULL && e != NULL)
		describe_container(t, c, p, s, at_ns);
	/* Even without memory for its container it is no longer the host's. */
	p->container = container_ref(c);
	change(p, PROCESS_CONTAINER, NULL, exec_time(p, at_ns));
	if (e != NULL)
		posture_enter(t, p, NULL, e);
}

/* A path teaches a file's identity: on this machine the file is asked, in a
 * log the record is all there is. */
static const struct known_file *learn(struct tracker *t, struct str exe,
                                      struct file_id id)
{
	struct known_file *f = known_files_by_path(&t->files, exe);

	if (f == NULL || f->kind == NULL || id.ino == 0)
		return NULL;
	if (t->is_live)
		known_files_refresh(&t->files, f, t->host);
	else
		known_files_learn(&t->files, f, id, t->files.at_ns);
	return file_id_eq(f->id, id) ? f : NULL;
}

static void refresh_exec(struct process *p, struct audit_event *e,
                         struct file_id id)
{
	const struct audit_syscall *sc = audit_event_syscall(e);
	const struct audit_args *args = audit_event_args(e);
	struct str cwd = audit_event_cwd(e);

	/* Texts that find no memory stay as they were. */
	if (args != NULL)
		process_set_argv(p, args->argv, args->argc);
	if (cwd.len != 0)
		process_put_text(p, &p->cwd, cwd);
	process_put_text(p, &p->exe, sc->exe);
	process_put_text(p, &p->comm, sc->comm);
	p->exe_id = id;
}

/* A process without a known way from the runtime may be a container's still. */
static bool is_started(struct tracker *t, struct process *p,
                       struct audit_event *e)
{
	struct session *s = created_find(&t->created, p);

	if (s == NULL && !t->is_live)
		s = created_find_exec(t, p, audit_event_args(e),
		                      audit_stamp_ns(&e->stamp));
	if (s == NULL)
		return birth_is_inside(t, p);
	session_unref(p->priv->session);
	p->priv->session = session_ref(s);
	return true;
}

/* The runtime that this exec starts; NULL = none. With its PATH records lost an
 * exec has only its name left, and so is taken at its word; nobody but the
 * kernel can lose them. */
static const struct known_file *runtime_of(struct tracker *t,
                                           const struct process *p,
                                           struct str exe, struct file_id id)
{
	const struct known_file *f =
		id.ino != 0 ? known_files_find(&t->files, id)
			    : known_files_by_path(&t->files, exe);

	if ((f == NULL || f->kind == NULL) && p->state == PROCESS_HOST)
		f = learn(t, exe, id);
	return f != NULL && f->kind != NULL ? f : NULL;
}

/* A container's process in another container's cgroup: a runtime within put it
 * there. Only seen from an exec on, its own or its parent's. Who moves itself
 * into a neighbour's stays whose it was. */
static void follow_cgroup(struct tracker *t, struct process *p,
                          struct audit_event *e, uint64_t at_ns)
{
	struct container_facts facts = { 0 };
	const struct cgroup *g;
	struct container *c;

	if (t->is_live && t->connector == NULL)
		birth_read_cgroup(t, p);
	g = p->cgroup;
	if (g == NULL || p->container == NULL ||
	    g->facts.role != CGROUP_CONTAINER ||
	    str_eq(g->facts.own_path, p->container->cgroup))
		return;
	facts.full_id = unescaped(t, g->facts.id);
	if (str_eq(facts.full_id, p->container->full_id) ||
	    !posture_is_inner(t, p))
		return;
	facts.runtime = g->facts.runtime;
	facts.pod_uid = g->facts.pod_uid;
	facts.cgroup = g->facts.own_path;
	facts.cgroup_id = g->id;
	c = registry_get(&t->containers, &facts, false, at_ns);
	process_keep(p, c != NULL);
	if (c == NULL)
		return;
	container_unref(p->container);
	p->container = container_ref(c);
	p->entered = false;
	if (c->start_ns == 0)
		c->start_ns = p->start_ns;
	posture_enter(t, p, NULL, e);
	announce_entry(t, c, p, true, at_ns);
}

static void begin_call(struct tracker *t, struct process *p,
                       const struct runtime_kind *kind, uint64_t at_ns)
{
	state_make_runtime(t, p, kind, at_ns);
	announce_call(t, p, at_ns);
}

void state_exec(struct tracker *t, struct process *p, struct audit_event *e)
{
	uint64_t at_ns = audit_stamp_ns(&e->stamp);
	const struct audit_syscall *sc = audit_event_syscall(e);
	const struct known_file *f;
	enum exec_meaning meaning = EXEC_SETUP;
	struct file_id id = { 0 };
	size_t npaths;
	const struct audit_path *paths = audit_event_paths(e, &npaths);

	if (npaths != 0)
		id = paths[0].id;
	f = runtime_of(t, p, sc->exe, id);
	if (p->state == PROCESS_SETUP)
		meaning = judge_exec(t, p, e, f);
	refresh_exec(p, e, id);
	if (p->state == PROCESS_HOST && f != NULL)
		begin_call(t, p, f->kind, at_ns);
	else if (p->state == PROCESS_HOST && is_started(t, p, e))
		state_enter(t, p, e, at_ns);
	else if (meaning == EXEC_RUNTIME)
		begin_call(t, p, f->kind, at_ns);
	else if (meaning == EXEC_ENTRY)
		state_enter(t, p, e, at_ns);
	else if (p->state == PROCESS_CONTAINER)
		follow_cgroup(t, p, e, at_ns);
}

static void note_marks(struct tracker *t, struct process *p,
                       const struct audit_syscall *sc, unsigned kinds)
{
	if ((kinds & CALL_JOIN) != 0 ||
	    ((kinds & CALL_UNSHARE) != 0 && (sc->a[0] & NAMESPACE_FLAGS) != 0))
		p->priv->marks |= MARK_NAMESPACES;
	if ((kinds & CALL_ROOT) != 0) {
		p->priv->marks |= MARK_PIVOTED;
		t->sees_pivots = true;
	}
}

/* Before it changes its root, a runtime makes the mounts below "/" its own
 * (runc's prepareRoot(), crun's libcrun_set_mounts()): in a log that is how the
 * host's root shows itself. */
static void learn_root(struct tracker *t, const struct process *p,
                       struct audit_event *e)
{
	struct known_file *root = known_files_by_path(&t->files, STR("/"));
	size_t npaths;
	const struct audit_path *paths = audit_event_paths(e, &npaths);

	if (!t->is_live && !has_mark(p, MARK_PIVOTED) && npaths == 1 &&
	    root != NULL && str_eq(paths[0].name, STR("/")) &&
	    paths[0].id.ino != 0)
		known_files_learn(&t->files, root, paths[0].id, t->files.at_ns);
}

/* Only the runtime's code runs in this state: what it calls itself is true, and
 * "/" is the sealed copy of itself that the second stage runs. */
static void note_stage(struct process *p, const struct audit_syscall *sc)
{
	if (has_mark(p, MARK_MAIN))
		return;
	if (str_has_prefix(sc->comm, STR("runc:[")) ||
	    str_has_prefix(sc->comm, STR("youki:[")) ||
	    (str_eq(sc->exe, STR("/")) && !str_eq(p->exe, STR("/"))))
		p->priv->marks |= MARK_INIT;
}

static void note_cgroups(struct process *p, struct audit_event *e)
{
	size_t npaths;
	const struct audit_path *paths = audit_event_paths(e, &npaths);

	for (size_t i = 0; i < npaths; i++) {
		const struct audit_path *path = &paths[i];
		bool is_directory =
			path->type == PATH_PARENT || path->type == PATH_DELETE;

		if (path->has_name)
			process_keep(p,
			             session_note_path(
					     p->priv->session, path->name,
					     path->type == PATH_CREATE,
					     is_directory ? path->id.ino : 0));
	}
}

static void note_removal(struct tracker *t, struct audit_event *e)
{
	size_t npaths;
	const struct audit_path *paths = audit_event_paths(e, &npaths);

	for (size_t i = 0; i < npaths; i++) {
		struct container *c;
		struct str path;
		unsigned rank;

		if (paths[i].type != PATH_DELETE ||
		    !cgroup_path_of_file(paths[i].name, false, &path, &rank))
			continue;
		c = registry_end(&t->containers, path, paths[i].id.ino, rank);
		if (c == NULL)
			continue;
		c->priv->removed_ns = audit_stamp_ns(&e->stamp);
		announce_end(t, c, audit_stamp_ns(&e->stamp));
	}
}

void state_syscall(struct tracker *t, struct process *p, struct audit_event *e,
                   unsigned kinds)
{
	const struct audit_syscall *sc = audit_event_syscall(e);
	bool done = sc->has_result && sc->success;

	if (p->state == PROCESS_SETUP) {
		if (judge_lost_exec(t, p, sc->exe)) {
			state_enter(t, p, e, audit_stamp_ns(&e->stamp));
			return;
		}
		note_stage(p, sc);
		note_cgroups(p, e);
		if (done && (kinds & CALL_MOUNT) != 0)
			learn_root(t, p, e);
		else if (done)
			note_marks(t, p, sc, kinds);
	}
	if (done && p->state != PROCESS_CONTAINER && (kinds & CALL_REMOVE) != 0)
		note_removal(t, e);
}
