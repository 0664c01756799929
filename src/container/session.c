/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session.c - one call of a runtime and what the stream tells of it. */
#include <stdlib.h>

#include "tracking.h"

struct session *session_new(const struct runtime_kind *kind,
                            const struct runtime_call *call, struct str cwd)
{
	struct session *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->kind = kind;
	s->verb = call->verb;
	s->refs = 1;
	if (process_set_text(&s->id, call->id) &&
	    process_set_text(&s->bundle, call->bundle) &&
	    process_set_text(&s->root, call->root) &&
	    process_set_text(&s->cwd, cwd))
		return s;
	session_unref(s);
	return NULL;
}

struct session *session_ref(struct session *s)
{
	if (s != NULL)
		s->refs++;
	return s;
}

void session_unref(struct session *s)
{
	if (s == NULL || --s->refs != 0)
		return;
	free((char *)(uintptr_t)s->id.s);
	free((char *)(uintptr_t)s->bundle.s);
	free((char *)(uintptr_t)s->root.s);
	free((char *)(uintptr_t)s->cwd.s);
	free((char *)(uintptr_t)s->cgroup_path.s);
	free((char *)(uintptr_t)s->program.s);
	cgroup_unref(s->cgroup);
	container_unref(s->container);
	free(s);
}

/* Whose directory number is the container's cgroup id; 0 = no hierarchy. */
static unsigned hierarchy_rank(struct str name)
{
	static const struct str others[] = {
		STR_INIT("cpu"),         STR_INIT("cpuacct"),
		STR_INIT("cpu,cpuacct"), STR_INIT("cpuset"),
		STR_INIT("memory"),      STR_INIT("devices"),
		STR_INIT("freezer"),     STR_INIT("blkio"),
		STR_INIT("net_cls"),     STR_INIT("net_prio"),
		STR_INIT("hugetlb"),     STR_INIT("net_cls,net_prio"),
		STR_INIT("perf_event"),  STR_INIT("rdma"),
		STR_INIT("misc"),
	};

	if (str_eq(name, STR("unified")))
		return 4;
	if (str_eq(name, STR("pids")))
		return 3;
	if (str_eq(name, STR("systemd")))
		return 2;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (str_eq(name, others[i]))
			return 1;
	return 0;
}

bool cgroup_path_of_file(struct str name, bool relative, struct str *ret_path,
                         unsigned *ret_rank)
{
	struct str top = STR("/sys/fs/cgroup/"), rest = name, first;
	ptrdiff_t slash;
	struct str last;

	if (str_has_prefix(name, top))
		rest = str_skip(name, top.len - 1);
	else if (!relative || name.len == 0 || name.s[0] == '/' ||
	         name.s[0] == '.')
		return false;
	first = str_skip(rest, rest.s[0] == '/' ? 1 : 0);
	slash = str_find_byte(first, '/');
	*ret_rank =
		slash < 0 ? 0 : hierarchy_rank(str_take(first, (size_t)slash));
	if (*ret_rank != 0)
		rest = str_skip(first, (size_t)slash);
	else if (relative && !str_has_prefix(name, top))
		return false;
	else
		*ret_rank = 4; /* v2 alone */
	/* Files of the hierarchies are called CONTROLLER.NAME, directories of
	 * containers are not, except systemd's units. */
	slash = str_find_last_byte(rest, '/');
	last = str_skip(rest, (size_t)slash + 1);
	if (str_has_prefix(last, STR("cgroup.")) ||
	    str_eq(last, STR("tasks")) ||
	    hierarchy_rank(str_take(last, (size_t)str_find_byte(last, '.'))) !=
	            0)
		rest = str_take(rest, (size_t)slash);
	*ret_path = rest;
	return rest.len > 1;
}

/* The directory is the container's when its name carries the id that the
 * runtime was given, or when the runtime makes one that is a container's. */
bool session_note_path(struct session *s, struct str name, bool is_made,
                       uint64_t inode)
{
	struct cgroup_facts facts;
	struct str path;
	unsigned rank;

	if (s->id.len == 0 || !cgroup_path_of_file(name, true, &path, &rank))
		return true;
	/* which says nothing new */
	if ((inode == 0 || rank <= s->cgroup_rank) &&
	    str_eq(path, s->cgroup_path))
		return true;
	cgroup_parse_path(path, &facts);
	if (facts.role == CGROUP_CONTAINER
	            ? !is_made && !str_eq(facts.id, s->id)
	            : !str_eq(str_basename(path), s->id))
		return true;
	if ((rank > s->cgroup_rank || s->cgroup_path.len == 0) &&
	    !process_set_text(&s->cgroup_path, facts.own_path))
		return false;
	if (inode != 0 && rank > 1 && rank > s->cgroup_rank) {
		s->cgroup_id = inode;
		s->cgroup_rank = rank;
	}
	return true;
}

static void created_drop(struct created *c, size_t i)
{
	session_unref(c->items[i]);
	c->count--;
	memmove(&c->items[i], &c->items[i + 1],
	        (c->count - i) * sizeof(c->items[0]));
}

void created_done(struct created *c)
{
	while (c->count != 0)
		created_drop(c, c->count - 1);
}

void created_add(struct created *c, struct session *s)
{
	for (size_t i = c->count; i-- > 0;)
		if (c->items[i]->is_entered)
			created_drop(c, i);
	if (c->count == MAX_CREATED)
		created_drop(c, 0);
	c->items[c->count++] = session_ref(s);
}

void created_start(struct created *c, struct str id, pid_t pid)
{
	for (size_t i = 0; i < c->count; i++)
		if (str_eq(c->items[i]->id, id))
			c->items[i]->start = pid;
}

/* Where only execve is recorded, the last stage of a detached container shows
 * itself first by the container's program, with the runtime gone: its parent
 * is who called the runtime, or the first process. Its pid was given after the
 * second stage's and before that of the call that started it. */
struct session *created_find(const struct created *c, const struct process *p)
{
	for (size_t i = 0; i < c->count; i++) {
		struct session *s = c->items[i];

		if (!s->is_entered && s->init != 0 && p->pid > s->init &&
		    p->pid < s->start &&
		    (p->ppid == 1 || p->ppid == s->caller) &&
		    (p->cgroup == NULL || p->cgroup != s->cgroup))
			return s;
	}
	return NULL;
}

/* Between a runtime's second stage and the program that it execs there are
 * milliseconds. */
#define EXEC_NS (5 * NS_PER_SEC)

/* A shim adopts what the runtime leaves behind; others that call runtimes have
 * children of their own. */
static bool is_shim(const struct process *p)
{
	return p == NULL || p->exe.len == 0 ||
	       str_has_prefix(str_basename(p->exe), STR("containerd-shim")) ||
	       str_has_prefix(str_basename(p->exe),
	                      STR("docker-containerd-shim")) ||
	       str_eq(str_basename(p->exe), STR("conmon"));
}

static bool is_program(struct str program, const struct audit_args *args)
{
	struct str word;
	size_t n = 0;

	if (program.len == 0 || args == NULL)
		return false;
	while (str_split(&program, '\0', &word))
		if (n >= args->argc || !str_eq(word, args->argv[n++]))
			return false;
	return n == args->argc;
}

struct session *created_find_exec(struct tracker *t, const struct process *p,
                                  const struct audit_args *args, uint64_t at_ns)
{
	const struct created *c = &t->created;

	for (size_t i = c->count; i-- > 0;) {
		struct session *s = c->items[i];

		if (s->verb != VERB_EXEC || s->is_entered || s->init == 0 ||
		    p->pid <= s->init || at_ns > s->called_ns + EXEC_NS)
			continue;
		if (is_program(s->program, args) ||
		    (s->program.len == 0 && p->ppid == s->caller &&
		     is_shim(process_table_find(t->processes, s->caller,
		                                at_ns))))
			return s;
	}
	return NULL;
}
