/* SPDX-License-Identifier: GPL-2.0-or-later */
/* direct.c - this machine's /proc and /sys, asked directly. */
#include "direct.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>

#include "saker/base/io.h"
#include "saker/host/watch.h"

/* Far more than any cgroup file that systemd or a runtime makes. */
#define CGROUP_BYTES    (64u * 1024)
#define MOUNTINFO_BYTES (16u * 1024 * 1024)

struct direct {
	struct host host;
	struct cgroup_mounts mounts;
	bool has_mounts;
	int inotify; /* -1 = not open */
};

static struct direct *direct_of(struct host *h)
{
	return (struct direct *)(void *)h;
}

static int direct_cgroup(struct host *h, pid_t pid, struct buf *out)
{
	char path[64];

	(void)h;
	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	return io_read_at(AT_FDCWD, path, CGROUP_BYTES, out);
}

static int direct_fd_link(struct host *h, pid_t pid, int fd, struct arena *a,
                          struct str *ret)
{
	char path[64], target[PATH_MAX];
	ssize_t n;

	(void)h;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
	n = readlink(path, target, sizeof(target));
	if (n < 0)
		return io_error();
	*ret = arena_copy(a, (struct str){ target, (size_t)n });
	return ret->s != NULL ? 0 : E_NOMEM;
}

static int read_mounts(struct direct *d)
{
	auto_buf struct buf text = BUF_INIT;
	int r;

	if (d->has_mounts)
		return 0;
	r = io_read_at(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_BYTES,
	               &text);
	if (r == 0)
		r = cgroup_mounts_parse(buf_str(&text), &d->mounts);
	d->has_mounts = r == 0;
	return r;
}

/* A 64-bit kernel's id of a cgroup is its directory's inode number since 5.5
 * (fs/kernfs/dir.c, kernfs_id_ino()). */
static int direct_cgroup_id(struct host *h, struct str controller,
                            struct str path, uint64_t *ret)
{
	struct direct *d = direct_of(h);
	auto_buf struct buf full = BUF_INIT;
	struct file_id id = { 0 };
	int r = read_mounts(d);

	if (r == 0)
		r = cgroup_mounts_path(&d->mounts, controller, path, &full);
	if (r == 0)
		r = direct_file_id(h, buf_cstr(&full), &id);
	if (r == 0)
		*ret = id.ino;
	return r;
}

static int direct_watch(struct host *h, const char *directory, int *ret)
{
	return host_watch_add(&direct_of(h)->inotify, directory, ret);
}

void direct_use_watches(struct host *h, int fd)
{
	direct_of(h)->inotify = fd;
}

static void direct_changes(struct host *h, host_change_fn *fn, void *arg)
{
	host_watch_drain(direct_of(h)->inotify, fn, arg);
}

static int direct_read_file(struct host *h, const char *path, size_t limit,
                            struct buf *out)
{
	(void)h;
	return io_read_regular(path, limit, out);
}

static void close_dir(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

static int direct_each_process(struct host *h, int (*fn)(void *, pid_t),
                               void *arg)
{
	__attribute__((cleanup(close_dir))) DIR *proc = opendir("/proc");
	const struct dirent *entry;

	(void)h;
	if (proc == NULL)
		return io_error();
	while ((entry = readdir(proc)) != NULL) {
		uint64_t pid;
		int r;

		if (!str_to_u64(str_from(entry->d_name), 10, &pid) ||
		    pid > INT32_MAX)
			continue;
		r = fn(arg, (pid_t)pid);
		if (r != 0)
			return r;
	}
	return 0;
}

static void direct_free(struct host *h)
{
	struct direct *d = direct_of(h);

	cgroup_mounts_done(&d->mounts);
	io_close(&d->inotify);
	free(d);
}

struct host *host_direct_new(void)
{
	static const struct host_ops ops = {
		.process = direct_process,
		.cgroup = direct_cgroup,
		.fd_link = direct_fd_link,
		.cgroup_id = direct_cgroup_id,
		.file_id = direct_file_id,
		.file_id_in = direct_file_id_in,
		.watch = direct_watch,
		.changes = direct_changes,
		.read_file = direct_read_file,
		.each_process = direct_each_process,
		.free = direct_free,
	};
	struct direct *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->host.ops = &ops;
	d->inotify = -1;
	return &d->host;
}
