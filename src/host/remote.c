/* SPDX-License-Identifier: GPL-2.0-or-later */
/* remote.c - a host of which the monitor tells what takes privileges.
 *
 * /proc/PID/stat, status, cmdline and cgroup are anybody's to read (proc(5)),
 * and they are what every fork asks for: they cost no round trip. What hidepid
 * hides, and what ptrace_may_access() guards (exe, cwd, root, ns, fd), is asked
 * of the monitor. */
#include <stdlib.h>

#include "direct.h"
#include "saker/base/io.h"
#include "saker/host/wire.h"

#define OPEN_FACTS \
	(HOST_WANT_STAT | HOST_WANT_IDS | HOST_WANT_ARGV | HOST_WANT_CGROUP)

struct remote {
	struct host host;
	struct host *direct;
	int socket;
	bool is_hidden; /* /proc shows only our own processes */
	struct buf text;
};

static struct remote *remote_of(struct host *h)
{
	return (struct remote *)(void *)h;
}

static int ask(struct remote *r, const struct wire_header *header,
               const char *path)
{
	buf_clear(&r->text);
	return wire_ask(r->socket, header, path, &r->text, NULL);
}

static int remote_process(struct host *h, pid_t pid, unsigned want,
                          struct arena *a, struct host_process *ret)
{
	struct remote *r = remote_of(h);
	int error;

	if ((want & ~(unsigned)OPEN_FACTS) == 0 && !r->is_hidden)
		return direct_process(r->direct, pid, want, a, ret);
	error = ask(r,
	            &(struct wire_header){ .operation = WIRE_PROCESS,
	                                   .pid = pid,
	                                   .number = (int)want },
	            NULL);
	return error == 0 ? wire_unpack(buf_str(&r->text), a, ret) : error;
}

static int remote_cgroup(struct host *h, pid_t pid, struct buf *out)
{
	struct remote *r = remote_of(h);

	if (!r->is_hidden)
		return r->direct->ops->cgroup(r->direct, pid, out);
	return wire_ask(
		r->socket,
		&(struct wire_header){ .operation = WIRE_CGROUP, .pid = pid },
		NULL, out, NULL);
}

static int remote_fd_link(struct host *h, pid_t pid, int fd, struct arena *a,
                          struct str *ret)
{
	struct remote *r = remote_of(h);
	int error = ask(r,
	                &(struct wire_header){ .operation = WIRE_FD_LINK,
	                                       .pid = pid,
	                                       .number = fd },
	                NULL);

	if (error < 0)
		return error;
	*ret = arena_copy(a, buf_str(&r->text));
	return ret->s != NULL ? 0 : E_NOMEM;
}

static int remote_cgroup_id(struct host *h, struct str controller,
                            struct str path, uint64_t *ret)
{
	struct remote *r = remote_of(h);

	return r->direct->ops->cgroup_id(r->direct, controller, path, ret);
}

static int ask_identity(struct remote *r, const struct wire_header *header,
                        const char *path, struct file_id *ret)
{
	int error = ask(r, header, path);

	if (error == 0 && r->text.len != sizeof(*ret))
		error = E_IO;
	if (error == 0)
		memcpy(ret, r->text.data, sizeof(*ret));
	return error;
}

static int remote_file_id(struct host *h, const char *path, struct file_id *ret)
{
	struct remote *r = remote_of(h);
	int error = r->direct->ops->file_id(r->direct, path, ret);

	if (error != E_DENIED)
		return error;
	return ask_identity(r,
	                    &(struct wire_header){ .operation = WIRE_FILE_ID },
	                    path, ret);
}

static int remote_file_id_in(struct host *h, pid_t pid, const char *path,
                             struct file_id *ret)
{
	return ask_identity(remote_of(h),
	                    &(struct wire_header){ .operation = WIRE_FILE_ID_IN,
	                                           .pid = pid },
	                    path, ret);
}

static int remote_watch(struct host *h, const char *directory, int *ret)
{
	struct remote *r = remote_of(h);
	int error = r->direct->ops->watch(r->direct, directory, ret);

	if (error != E_DENIED)
		return error;
	error = ask(r, &(struct wire_header){ .operation = WIRE_WATCH },
	            directory);
	if (error == 0 && r->text.len != sizeof(*ret))
		error = E_IO;
	if (error == 0)
		memcpy(ret, r->text.data, sizeof(*ret));
	return error;
}

static void remote_changes(struct host *h, host_change_fn *fn, void *arg)
{
	struct remote *r = remote_of(h);

	r->direct->ops->changes(r->direct, fn, arg);
}

static int remote_read_file(struct host *h, const char *path, size_t limit,
                            struct buf *out)
{
	struct remote *r = remote_of(h);
	size_t before = out->len;
	auto_close int fd = -1;
	int error = r->direct->ops->read_file(r->direct, path, limit, out);

	if (error != E_DENIED && !(error == E_NOT_FOUND && r->is_hidden))
		return error;
	out->len = before;
	error = wire_ask_fd(
		r->socket, &(struct wire_header){ .operation = WIRE_READ_FILE },
		path, &fd);
	return error == 0 ? io_read_fd(fd, limit, out) : error;
}

static int remote_each_process(struct host *h, int (*fn)(void *, pid_t),
                               void *arg)
{
	struct remote *r = remote_of(h);

	return r->direct->ops->each_process(r->direct, fn, arg);
}

static void remote_free(struct host *h)
{
	struct remote *r = remote_of(h);

	host_free(r->direct);
	buf_done(&r->text);
	free(r);
}

/* proc(5), hidepid: init is then not there, or not to be read. */
static bool is_hidden(struct host *direct)
{
	struct arena arena = ARENA_INIT;
	struct host_process first;
	int error = direct_process(direct, 1, HOST_WANT_STAT, &arena, &first);

	arena_done(&arena);
	return error < 0;
}

struct host *host_remote_new(int socket, int inotify)
{
	static const struct host_ops ops = {
		.process = remote_process,
		.cgroup = remote_cgroup,
		.fd_link = remote_fd_link,
		.cgroup_id = remote_cgroup_id,
		.file_id = remote_file_id,
		.file_id_in = remote_file_id_in,
		.watch = remote_watch,
		.changes = remote_changes,
		.read_file = remote_read_file,
		.each_process = remote_each_process,
		.free = remote_free,
	};
	struct remote *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->host.ops = &ops;
	r->socket = socket;
	r->direct = host_direct_new();
	if (r->direct == NULL) {
		free(r);
		return NULL;
	}
	direct_use_watches(r->direct, inotify);
	r->is_hidden = is_hidden(r->direct);
	return &r->host;
}
