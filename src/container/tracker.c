/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tracker.c - event -> who and where. */
#include <libaudit.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "saker/base/clock.h"
#include "tracking.h"

static void release(struct process *p)
{
	container_unref(p->container);
	cgroup_unref(p->cgroup);
	session_unref(p->priv->session);
	session_unref(p->priv->old_session);
	posture_unref(p->priv->posture);
}

/* The first process is the host's if any is; where it may not be asked, this
 * process stands for the host. */
static void learn_host(struct tracker *t)
{
	unsigned want = HOST_WANT_NS | HOST_WANT_ROOT | HOST_WANT_LABEL;
	struct host_process first = { 0 }, self = { 0 };

	t->is_live = t->host->ops->process(t->host, getpid(), want, &t->arena,
	                                   &self) != E_UNSUPPORTED;
	if (!t->is_live)
		return;
	if (t->host->ops->process(t->host, 1, want, &t->arena, &first) < 0)
		first = self;
	posture_learn_host(t, &first, &self);
	t->ns_mnt = t->host_posture.ns[NS_MNT];
	t->ns_pid = t->host_posture.ns[NS_PID];
	t->ns_net = t->host_posture.ns[NS_NET];
}

struct path_visitor {
	int (*fn)(void *arg, struct str path);
	void *arg;
};

static int visit_path(void *arg, struct str path,
                      const struct runtime_kind *kind)
{
	const struct path_visitor *v = arg;

	(void)kind;
	return v->fn(v->arg, path);
}

int tracker_each_runtime_path(int (*fn)(void *arg, struct str path), void *arg)
{
	struct path_visitor v = { fn, arg };

	return runtime_each_path(visit_path, &v);
}

static int add_runtimes(struct tracker *t,
                        const struct tracker_options *options)
{
	const struct runtime_kind *kind;
	int r = known_files_add_runtimes(&t->files);

	if (r == 0 && known_files_add(&t->files, STR("/"), NULL) == NULL)
		r = E_NOMEM;
	for (size_t i = 0; r == 0 && i < options->nruntimes; i++) {
		kind = runtime_kind_of(str_basename(options->runtimes[i]));
		if (kind == NULL)
			kind = runtime_kind_of(STR("runc"));
		if (known_files_add(&t->files, options->runtimes[i], kind) ==
		    NULL)
			r = E_NOMEM;
	}
	if (r == 0 && t->is_live)
		known_files_refresh_all(&t->files, t->host);
	return r;
}

struct tracker *tracker_new(const struct tracker_options *options)
{
	struct tracker *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->host = options->host;
	t->counters = options->counters;
	known_files_init(&t->files);
	t->files.counters = options->counters;
	cgroup_cache_init(&t->cgroups, t->host);
	registry_init(&t->containers, options->max_containers, t->counters);
	t->processes = process_table_new(&(struct process_table_options){
		.max = options->max_processes,
		.counters = t->counters,
		.settle = state_settle,
		.is_gone = resolve_is_gone,
		.release = release,
		.arg = t,
	});
	learn_host(t);
	if (t->processes != NULL && add_runtimes(t, options) == 0)
		return t;
	tracker_free(t);
	return NULL;
}

void tracker_free(struct tracker *t)
{
	if (t == NULL)
		return;
	connector_close(t->connector);
	announcements_done(&t->announcements);
	process_table_free(t->processes);
	created_done(&t->created);
	overlays_done(&t->overlays);
	sockets_done(&t->sockets);
	registry_done(&t->containers);
	cgroup_cache_done(&t->cgroups);
	known_files_done(&t->files);
	arena_done(&t->arena);
	arena_done(&t->host_texts);
	buf_done(&t->text);
	free(t);
}

int tracker_scan(struct tracker *t)
{
	/* the first process may be seen only now */
	learn_host(t);
	return birth_scan(t);
}

int tracker_connector_open(struct tracker *t)
{
	if (t->connector != NULL)
		return 0;
	return connector_open(t->counters, &t->connector);
}

void tracker_connector_use(struct tracker *t, struct connector *c)
{
	t->connector = c;
}

int tracker_connector_fd(const struct tracker *t)
{
	return t->connector != NULL ? connector_fd(t->connector) : -1;
}

void tracker_connector_drain(struct tracker *t)
{
	if (t->connector == NULL)
		return;
	t->drained_ns = clock_monotonic_ns();
	if (!connector_drain(t->connector, birth_by_connector, t))
		t->gap_ns = clock_realtime_ns();
	/* Processes come and go without any record of them, too. */
	process_table_expire(t->processes, t->stream_ns, clock_realtime_ns());
}

void tracker_connector_follow(struct tracker *t, uint64_t received_ns)
{
	if (t->connector != NULL && received_ns >= t->drained_ns)
		tracker_connector_drain(t);
}

/* A record's stamp must not make the present old. */
static uint64_t advance(struct tracker *t, const struct audit_event *e)
{
	uint64_t at_ns = audit_stamp_ns(&e->stamp);
	uint64_t wall_ns = t->is_live ? clock_realtime_ns() : 0;
	bool has_passed = t->is_live;

	t->serial = e->stamp.serial;
	if (t->first_ns == 0)
		t->first_ns = at_ns;
	if (at_ns > t->stream_ns && (!t->is_live || at_ns <= wall_ns)) {
		t->stream_ns = at_ns;
		has_passed = true;
	}
	/* by the time it is; many events of a log have one stamp */
	if (has_passed) {
		process_table_expire(t->processes, t->stream_ns, wall_ns);
		announce_ends(t, t->is_live ? wall_ns : t->stream_ns);
	}
	/* what was received before has been asked for; 0 = nobody knows when */
	if (t->is_live &&
	    (e->received_ns == 0 || e->received_ns >= t->changes_ns)) {
		t->changes_ns = clock_monotonic_ns();
		known_files_drain(&t->files, t->host);
	}
	t->files.at_ns = at_ns;
	return at_ns;
}

static void refresh_ids(struct process *p, const struct audit_syscall *sc)
{
	p->uid = sc->uid;
	p->euid = sc->euid;
	p->gid = sc->gid;
	if (!sc->is_io_uring) {
		p->auid = sc->auid;
		p->ses = sc->ses;
	}
	/* Texts that find no memory stay as they were, until the next time. */
	if (sc->comm.len != 0)
		process_keep_text(p, &p->comm, sc->comm);
	if (sc->exe.len != 0)
		process_keep_text(p, &p->exe, sc->exe);
	p->priv->caller =
		p->comm.len == sc->comm.len && p->exe.len == sc->exe.len
			? sc->caller
			: 0;
}

/* What every record of a process tells. */
static void refresh(struct tracker *t, struct process *p, struct audit_event *e,
                    const struct audit_syscall *sc)
{
	struct str cwd = audit_event_cwd(e);

	if (sc->caller == 0 || sc->caller != p->priv->caller)
		refresh_ids(p, sc);
	if (cwd.len != 0)
		process_keep_text(p, &p->cwd, cwd);
	if (sc->ppid != p->ppid && sc->ppid > 0) {
		struct process *parent = process_table_find(
			t->processes, sc->ppid, audit_stamp_ns(&e->stamp));

		p->ppid = sc->ppid;
		if (parent != NULL)
			process_table_set_parent(p, parent);
	}
}

/* In a log, what a process of the host opens by a watched name is that file;
 * unless the record is of a symbolic link itself. */
static void learn_watched(struct tracker *t, struct audit_event *e)
{
	size_t npaths;
	const struct audit_path *paths = audit_event_paths(e, &npaths);

	for (size_t i = 0; i < npaths; i++) {
		struct known_file *f;

		if (paths[i].id.ino == 0 || paths[i].type == PATH_DELETE ||
		    S_ISLNK(paths[i].mode) || paths[i].name.len == 0 ||
		    paths[i].name.s[0] != '/')
			continue;
		f = known_files_by_path(&t->files, paths[i].name);
		if (f != NULL && f->is_watched)
			known_files_learn(&t->files, f, paths[i].id,
			                  audit_stamp_ns(&e->stamp));
	}
}

/* What the machine itself need not be asked for, or cannot. */
static void observe_logged(struct tracker *t, struct process *p,
                           struct audit_event *e, unsigned kinds,
                           uint64_t at_ns)
{
	const struct audit_syscall *sc = audit_event_syscall(e);

	if (t->files.nwatched != 0 && p->state == PROCESS_HOST)
		learn_watched(t, e);
	reuse_observe(t, p, sc, kinds, at_ns);
	/* The call does not return. */
	if (!sc->has_result && (kinds & CALL_EXIT) != 0)
		process_table_exit(t->processes, p, at_ns);
}

static struct process *observe_syscall(struct tracker *t, struct audit_event *e,
                                       const struct audit_syscall *sc,
                                       uint64_t at_ns)
{
	unsigned kinds = calls_kinds(&t->calls, sc);
	struct process *p = resolve_event(t, sc, kinds, at_ns);

	if (p == NULL)
		return NULL;
	process_table_touch(t->processes, p);
	if (!p->priv->is_settled)
		state_settle(t, p);
	if (sc->has_result && sc->success && (kinds & CALL_EXEC) != 0)
		state_exec(t, p, e);
	else
		state_syscall(t, p, e, kinds);
	if (p->state == PROCESS_CONTAINER && kinds != 0)
		posture_observe(t, p, e, kinds);
	if (sc->success && (kinds & CALL_SESSION) != 0)
		p->sid = p->pgid = p->pid;
	refresh(t, p, e, sc);
	if (t->is_live && p->container != NULL)
		describe_container(t, p->container, p, NULL, at_ns);
	if (!t->is_live)
		observe_logged(t, p, e, kinds, at_ns);
	return p;
}

/* The kernel writes pid= first, what a user message claims comes behind it. */
static struct process *observe_other(struct tracker *t, struct audit_event *e,
                                     uint64_t at_ns)
{
	struct process *p;
	struct str raw;
	uint64_t pid;

	if (e->nrecords == 0 || record_scan(&e->records[0], &e->arena) < 0 ||
	    !record_field(&e->records[0], STR("pid"), &raw) ||
	    !decode_dec(raw, &pid) || pid == 0 || pid > INT32_MAX)
		return NULL;
	p = resolve_pid(t, (pid_t)pid, at_ns);
	if (p != NULL) {
		process_table_touch(t->processes, p);
		state_settle(t, p);
		if (p->container != NULL)
			describe_container(t, p->container, p, NULL, at_ns);
		if (!t->is_live)
			reuse_observe_crash(t, p, e, at_ns);
	}
	return p;
}

struct process *tracker_observe(struct tracker *t, struct audit_event *e)
{
	const struct audit_syscall *sc = audit_event_syscall(e);
	uint64_t at_ns = advance(t, e);

	arena_reset(&t->arena);
	t->announcements.serial = e->stamp.serial;
	if (!t->is_live && audit_event_may_have(e, AUDIT_LOGIN))
		reuse_observe_login(t, e, at_ns);
	if (sc != NULL && sc->pid > 0)
		return observe_syscall(t, e, sc, at_ns);
	return observe_other(t, e, at_ns);
}

struct str tracker_identity(const struct tracker *t, struct file_id id)
{
	const struct known_file *f =
		t != NULL ? known_files_find(&t->files, id) : NULL;

	return f != NULL ? f->path : STR_NONE;
}

size_t tracker_identities(const struct tracker *t, struct file_id id,
                          struct str *ret, size_t max)
{
	return t != NULL ? known_files_names(&t->files, id, ret, max) : 0;
}

void tracker_each_unknown_identity(const struct tracker *t,
                                   void (*fn)(void *arg, struct str path),
                                   void *arg)
{
	known_files_each_unknown(&t->files, fn, arg);
}

bool tracker_knows_inode(const struct tracker *t, uint64_t ino)
{
	return t != NULL && map_get_u64(&t->files.by_inode, ino) != NULL;
}

bool tracker_is_runtime(const struct tracker *t, struct file_id id)
{
	const struct known_file *f =
		t != NULL ? known_files_find(&t->files, id) : NULL;

	return f != NULL && f->kind != NULL;
}

int tracker_watch_identity(struct tracker *t, struct str path)
{
	struct known_file *f;

	if (str_eq(path, KNOWN_RUNTIMES)) {
		t->files.has_word = true;
		return 0;
	}
	f = known_files_add(&t->files, path, NULL);
	if (f == NULL)
		return E_NOMEM;
	if (!f->is_watched)
		t->files.nwatched++;
	f->is_watched = true;
	if (t->is_live)
		known_files_refresh(&t->files, f, t->host);
	snapshot_identify(t, f);
	return 0;
}

size_t tracker_process_count(const struct tracker *t)
{
	return process_table_count(t->processes);
}

size_t tracker_container_count(const struct tracker *t)
{
	return t->containers.count;
}
