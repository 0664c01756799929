/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge.c - an execve by a runtime's process: set-up goes on, or the
 * container's own program starts.
 *
 * runc (libcontainer/nsenter/nsexec.c, standard_init_linux.go) execs itself
 * with "init", may exec a sealed copy of itself with the same arguments, forks
 * twice with CLONE_PARENT, so that every stage is a child of the first runc,
 * and execs the container's program from the last stage. crun does it from a
 * plain child. Both run the host's hooks from the first process. */
#include "tracking.h"

static bool is_same_argv(const struct process *p, const struct audit_args *args)
{
	/* The kept copy may be cut: compared is what is there. */
	if (args == NULL || p->argc == 0 || args->argc < p->argc)
		return false;
	for (size_t i = 0; i < p->argc; i++)
		if (!str_has_prefix(args->argv[i], process_arg(p, i)))
			return false;
	return true;
}

/* A copy of the runtime that only its maker can name: by descriptor. */
static bool is_sealed_copy(const struct process *p,
                           const struct audit_path *file,
                           const struct audit_args *args)
{
	return has_mark(p, MARK_EXECED) && file != NULL &&
	       (file->name.len == 0 ||
	        str_has_prefix(file->name, STR("/proc/self/"))) &&
	       is_same_argv(p, args);
}

/* Its records lost, "/" is still what a sealed copy is called, and nothing
 * else is. */
static bool is_bare_copy(struct audit_event *e, size_t npaths)
{
	const struct audit_syscall *sc = audit_event_syscall(e);

	return npaths == 0 && sc != NULL && STR_IS(sc->exe, "/");
}

static bool is_at(struct str cwd, struct str dir)
{
	while (dir.len > 1 && dir.s[dir.len - 1] == '/')
		dir.len--;
	return str_eq(cwd, dir);
}

/* Hooks run where the runtime is: in the bundle. */
static bool is_runtime_directory(struct tracker *t, const struct session *s,
                                 struct str cwd)
{
	if (s->bundle.len == 0)
		return is_at(cwd, s->cwd);
	if (s->bundle.s[0] == '/')
		return is_at(cwd, s->bundle);
	if (str_eq(s->bundle, STR(".")))
		return is_at(cwd, s->cwd);
	buf_clear(&t->text);
	buf_add_str(&t->text, s->cwd);
	buf_add_byte(&t->text, '/');
	buf_add_str(&t->text, s->bundle);
	if (t->text.failed)
		counter_add(t->counters, COUNTER_TRACKING_NOMEM, 1);
	return is_at(cwd, buf_str(&t->text));
}

static uint64_t mount_namespace(struct tracker *t, const struct process *p)
{
	struct host_process facts;

	if (!t->is_live || t->host->ops->process(t->host, p->pid, HOST_WANT_NS,
	                                         &t->arena, &facts) < 0)
		return 0;
	return facts.ns_mnt;
}

/* Evidence first, then what the runtime was called for, then where it runs. */
static bool is_entry(struct tracker *t, struct process *p, struct str cwd)
{
	const struct session *s = p->priv->session;
	uint64_t ns;

	if (t->is_live)
		birth_read_cgroup(t, p);
	if (p->cgroup != NULL && s->cgroup != NULL && p->cgroup != s->cgroup)
		return true;
	/* Hooks may make namespaces of their own. */
	if (has_mark(p, MARK_HOOK))
		return false;
	if (has_mark(p, MARK_INIT | MARK_NAMESPACES | MARK_PIVOTED))
		return true;
	if (s->verb == VERB_NONE || s->verb == VERB_START)
		return false;
	/* /proc is ahead of the stream: a hook may have left the namespace
	 * since. */
	ns = mount_namespace(t, p);
	if (ns != 0 && s->ns_mnt != 0 &&
	    (ns == s->ns_mnt || s->verb == VERB_EXEC))
		return ns != s->ns_mnt;
	if (s->verb == VERB_EXEC)
		return true;
	return !has_mark(p, MARK_MAIN) && !is_runtime_directory(t, s, cwd);
}

/* The second stage's own children are hooks: the host's programs before the
 * root is changed, the container's after. */
static bool is_hook_of_init(const struct tracker *t, const struct process *p)
{
	const struct process *parent = p->parent;
	const struct session *s = p->priv->session;
	/* All stages of runc are children of its first process. */
	bool has_hooks_only = str_eq(s->kind->name, STR("runc"));

	return s->verb != VERB_EXEC && parent != NULL &&
	       parent->state == PROCESS_SETUP && has_mark(parent, MARK_INIT) &&
	       !has_mark(parent, MARK_EXECED) && !has_mark(p, MARK_PIVOTED) &&
	       (t->sees_pivots || has_hooks_only);
}

/* A container whose program is the runtime's own file (CVE-2019-5736) starts
 * from the last stage, where the runtime itself never execs itself again. */
static enum exec_meaning judge_runtime(struct tracker *t, struct process *p,
                                       const struct audit_args *args,
                                       struct str cwd)
{
	struct session *s = p->priv->session;
	bool is_init = args != NULL && args->argc > 1 &&
	               str_eq(args->argv[1], STR("init"));

	if (has_mark(p, MARK_EXECED))
		return is_init ? EXEC_SETUP : EXEC_RUNTIME;
	if (has_mark(p, MARK_INIT | MARK_PIVOTED))
		return EXEC_ENTRY;
	if (is_init && (s->init == 0 || s->init == p->pid)) {
		s->init = p->pid;
		p->priv->marks |= MARK_INIT | MARK_EXECED;
		return EXEC_SETUP;
	}
	if (is_init || is_entry(t, p, cwd))
		return EXEC_ENTRY;
	return EXEC_RUNTIME;
}

enum exec_meaning judge_exec(struct tracker *t, struct process *p,
                             struct audit_event *e,
                             const struct known_file *runtime)
{
	const struct audit_args *args = audit_event_args(e);
	struct str cwd = audit_event_cwd(e);
	size_t npaths;
	const struct audit_path *paths = audit_event_paths(e, &npaths);

	if (is_sealed_copy(p, npaths != 0 ? &paths[0] : NULL, args) ||
	    is_bare_copy(e, npaths))
		return EXEC_SETUP;
	if (runtime != NULL)
		return judge_runtime(t, p, args, cwd);
	if (is_hook_of_init(t, p))
		return EXEC_SETUP;
	if (is_entry(t, p, cwd))
		return EXEC_ENTRY;
	if (!has_mark(p, MARK_MAIN) && p->priv->session->verb != VERB_NONE)
		p->priv->marks |= MARK_HOOK;
	return EXEC_SETUP;
}

/* Records of an execve may be lost: then a later record shows another file. */
bool judge_lost_exec(struct tracker *t, struct process *p, struct str exe)
{
	if (exe.len == 0 || p->exe.len == 0 || str_eq(exe, p->exe) ||
	    str_eq(exe, STR("/")) || str_has_prefix(exe, STR("/memfd:")) ||
	    str_has_suffix(exe, STR(" (deleted)")) ||
	    runtime_kind_of(str_basename(exe)) != NULL)
		return false;
	return is_entry(t, p, p->cwd);
}
