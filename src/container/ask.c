/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ask.c - what the machine says of a process at the time of an event. */
#include <stdio.h>

#include "tracking.h"

#define PROC_FILE_BYTES ((size_t)1024 * 1024)

bool tracker_facts(struct tracker *t, const struct process *p, unsigned want,
                   struct arena *a, struct host_process *ret)
{
	struct host_process f;

	if (!t->is_live || p->exit_ns != 0 ||
	    t->host->ops->process(t->host, p->pid, want | HOST_WANT_STAT, a,
	                          &f) < 0 ||
	    !birth_is_same(p, &f))
		return false;
	*ret = f;
	return true;
}

static bool is_there(struct tracker *t, const struct process *p)
{
	struct host_process f;

	return tracker_facts(t, p, HOST_WANT_STAT, &t->arena, &f);
}

bool tracker_proc_file(struct tracker *t, const struct process *p,
                       const char *name, struct buf *out)
{
	char path[64];
	int r;

	if (!is_there(t, p))
		return false;
	snprintf(path, sizeof(path), "/proc/%d/%s", (int)p->pid, name);
	r = t->host->ops->read_file(t->host, path, PROC_FILE_BYTES, out);
	return r == 0 || r == E_LIMIT;
}

bool tracker_fd_link(struct tracker *t, const struct process *p, int fd,
                     struct arena *a, struct str *ret)
{
	return is_there(t, p) &&
	       t->host->ops->fd_link(t->host, p->pid, fd, a, ret) == 0;
}

bool tracker_fd_id(struct tracker *t, const struct process *p, int fd,
                   struct file_id *ret)
{
	char path[64];

	if (!is_there(t, p))
		return false;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)p->pid, fd);
	return t->host->ops->file_id(t->host, path, ret) == 0;
}

bool tracker_path_id(struct tracker *t, const struct process *p,
                     struct str path, struct file_id *ret)
{
	if (!is_there(t, p))
		return false;
	buf_clear(&t->text);
	buf_add_str(&t->text, path);
	return !t->text.failed &&
	       t->host->ops->file_id_in(t->host, p->pid, buf_cstr(&t->text),
	                                ret) == 0;
}

struct process *tracker_process(const struct tracker *t, pid_t pid)
{
	return process_table_newest(t->processes, pid);
}

bool tracker_shares_namespaces(struct tracker *t, const struct process *p,
                               bool *ret_pid, bool *ret_net)
{
	struct host_process f;

	if (!tracker_facts(t, p, HOST_WANT_NS, &t->arena, &f) ||
	    f.ns_pid == 0 || f.ns_net == 0 || t->ns_pid == 0 || t->ns_net == 0)
		return false;
	*ret_pid = f.ns_pid == t->ns_pid;
	*ret_net = f.ns_net == t->ns_net;
	return true;
}

uint64_t tracker_start_ns(const struct process *p)
{
	return p->priv != NULL && p->priv->is_precise ? p->start_ns : 0;
}

struct str tracker_cgroup_text(const struct process *p)
{
	return p->cgroup != NULL ? p->cgroup->text : STR_NONE;
}
