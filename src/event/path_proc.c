/* SPDX-License-Identifier: GPL-2.0-or-later */
/* path_proc.c - paths through the links in proc (proc_pid_root(5) and its
 * like): what a process is given there is never text, so it is followed as the
 * kernel does, by what is known of the process. */
#include <sys/stat.h>

#include "path.h"
#include "saker/base/io.h"
#include "saker/process/fds.h"

/* fs/namei.c, MAXSYMLINKS is 40; nobody needs more than a few of these. */
#define LINKS_MAX 8

struct walk {
	struct event *e;
	const struct audit_path *path;
	struct buf out;
	unsigned links;
	bool is_last; /* the component at hand is the path's last */
};

/* Pids are those of the reader's namespace: only the host's are known. */
static struct process *process_of(struct event *e, struct str who)
{
	uint64_t pid;

	if (str_eq(who, STR("self")) || str_eq(who, STR("thread-self")))
		return e->process;
	if (!str_to_u64(who, 10, &pid) || pid > INT32_MAX ||
	    e->process->state == PROCESS_CONTAINER)
		return NULL;
	if ((pid_t)pid == e->process->pid)
		return e->process;
	return e->context->tracker != NULL
	               ? tracker_process(e->context->tracker, (pid_t)pid)
	               : NULL;
}

/* Another's directories have names of its own. */
static bool shares_root(const struct event *e, const struct process *q)
{
	return q == e->process ||
	       (q->state == PROCESS_HOST && e->process->state == PROCESS_HOST);
}

static struct str descriptor_of(const struct walk *w, const struct process *q,
                                int fd)
{
	struct tracker *t = w->e->context->tracker;
	const struct process_fd *known = process_fd_find(q, fd);
	struct file_id id;
	struct str link;

	if (known != NULL && known->name.len != 0 && known->name.s[0] == '/') {
		if (!w->is_last)
			return known->kind == FD_DIRECTORY ? known->name
			                                   : STR_NONE;
		/* an entry may be of a file that was closed unseen */
		if (file_id_eq(known->id, w->path->id))
			return known->name;
	}
	if (t == NULL || !tracker_fd_id(t, q, fd, &id) ||
	    (w->is_last && !file_id_eq(id, w->path->id)) ||
	    !tracker_fd_link(t, q, fd, &w->e->audit->arena, &link) ||
	    link.len == 0 || link.s[0] != '/')
		return STR_NONE;
	return link;
}

static struct str target_of(const struct walk *w, const struct process *q,
                            struct str link)
{
	uint64_t fd;

	if (str_eq(link, STR("root")))
		return shares_root(w->e, q) ? STR("/") : STR_NONE;
	if (str_eq(link, STR("cwd"))) {
		if (q == w->e->process)
			return audit_event_cwd(w->e->audit);
		return shares_root(w->e, q) ? q->cwd : STR_NONE;
	}
	if (str_eq(link, STR("exe")) && w->is_last &&
	    file_id_eq(q->exe_id, w->path->id))
		return q->exe;
	if (str_has_prefix(link, STR("fd/")) &&
	    str_to_u64(str_skip(link, 3), 10, &fd) && fd <= INT32_MAX)
		return descriptor_of(w, q, (int)fd);
	return STR_NONE;
}

/* "/proc/self/fd/3" -> "self", "fd/3", also through task/TID. */
static bool is_link(struct str path, struct str *ret_who, struct str *ret_link)
{
	struct str rest = path, part, tid;

	if (!str_has_prefix(path, STR("/proc/")))
		return false;
	rest = str_skip(path, STR("/proc/").len);
	if (!str_split(&rest, '/', ret_who) || rest.s == NULL)
		return false;
	if (str_has_prefix(rest, STR("task/"))) {
		part = str_skip(rest, STR("task/").len);
		if (!str_split(&part, '/', &tid) || part.s == NULL)
			return false;
		rest = part;
	}
	*ret_link = rest;
	return true;
}

/* What is replaced starts with a slash, and is resolved already. */
static void follow(struct walk *w)
{
	const struct process *q;
	struct str who, link, target;

	/* a record of the link itself: O_NOFOLLOW, readlink */
	if (w->links == LINKS_MAX ||
	    (w->is_last && (!w->path->has_mode || S_ISLNK(w->path->mode))) ||
	    !is_link(buf_str(&w->out), &who, &link))
		return;
	q = process_of(w->e, who);
	target = q != NULL ? target_of(w, q, link) : STR_NONE;
	if (target.len == 0 || target.s[0] != '/')
		return;
	w->links++;
	buf_clear(&w->out);
	if (target.len > 1)
		buf_add_str(&w->out, target);
}

static void step(struct walk *w, struct str part)
{
	ptrdiff_t slash;

	if (str_eq(part, STR("."))) {
		return;
	} else if (str_eq(part, STR(".."))) {
		slash = str_find_last_byte(buf_str(&w->out), '/');
		w->out.len = slash > 0 ? (size_t)slash : 0;
		return;
	}
	buf_add_byte(&w->out, '/');
	buf_add_str(&w->out, part);
	follow(w);
}

struct str path_follow_proc(struct event *e, const struct audit_path *path,
                            struct str name)
{
	struct walk w = { .e = e, .path = path };
	struct str rest = name, part, result;

	if (e->process == NULL)
		return name;
	while (str_split(&rest, '/', &part)) {
		w.is_last = rest.len == 0;
		if (part.len != 0)
			step(&w, part);
	}
	if (w.out.len == 0)
		buf_add_byte(&w.out, '/');
	result = arena_copy_buf(&e->audit->arena, &w.out);
	buf_done(&w.out);
	return result;
}
