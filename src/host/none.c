/* SPDX-License-Identifier: GPL-2.0-or-later */
/* none.c - a host that knows nothing: a log is read far from its machine. */
#include <stdlib.h>

#include "saker/host/host.h"

static int none_process(struct host *h, pid_t pid, unsigned want,
                        struct arena *a, struct host_process *ret)
{
	(void)h, (void)pid, (void)want, (void)a, (void)ret;
	return E_UNSUPPORTED;
}

static int none_cgroup(struct host *h, pid_t pid, struct buf *out)
{
	(void)h, (void)pid, (void)out;
	return E_UNSUPPORTED;
}

static int none_fd_link(struct host *h, pid_t pid, int fd, struct arena *a,
                        struct str *ret)
{
	(void)h, (void)pid, (void)fd, (void)a, (void)ret;
	return E_UNSUPPORTED;
}

static int none_cgroup_id(struct host *h, struct str controller,
                          struct str path, uint64_t *ret)
{
	(void)h, (void)controller, (void)path, (void)ret;
	return E_UNSUPPORTED;
}

static int none_file_id(struct host *h, const char *path, struct file_id *ret)
{
	(void)h, (void)path, (void)ret;
	return E_UNSUPPORTED;
}

static int none_watch(struct host *h, const char *directory, int *ret)
{
	(void)h, (void)directory, (void)ret;
	return E_UNSUPPORTED;
}

static void none_changes(struct host *h, host_change_fn *fn, void *arg)
{
	(void)h, (void)fn, (void)arg;
}

static int none_file_id_in(struct host *h, pid_t pid, const char *path,
                           struct file_id *ret)
{
	(void)h, (void)pid, (void)path, (void)ret;
	return E_UNSUPPORTED;
}

static int none_read_file(struct host *h, const char *path, size_t limit,
                          struct buf *out)
{
	(void)h, (void)path, (void)limit, (void)out;
	return E_UNSUPPORTED;
}

static int none_each_process(struct host *h, int (*fn)(void *, pid_t),
                             void *arg)
{
	(void)h, (void)fn, (void)arg;
	return E_UNSUPPORTED;
}

static void none_free(struct host *h)
{
	free(h);
}

struct host *host_none_new(void)
{
	static const struct host_ops ops = {
		.process = none_process,
		.cgroup = none_cgroup,
		.fd_link = none_fd_link,
		.cgroup_id = none_cgroup_id,
		.file_id = none_file_id,
		.watch = none_watch,
		.changes = none_changes,
		.file_id_in = none_file_id_in,
		.read_file = none_read_file,
		.each_process = none_each_process,
		.free = none_free,
	};
	struct host *h = calloc(1, sizeof(*h));

	if (h != NULL)
		h->ops = &ops;
	return h;
}
