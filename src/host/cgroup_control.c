/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgroup_control.c - the processes of a cgroup: listed, killed, frozen. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "control.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

#define FILE_BYTES  256u
#define PROCS_BYTES (1024u * 1024)
/* A container may make directories below its own (delegation). */
#define DEPTH_MAX 16u

static void close_dir(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

static int add_pids(struct str text, size_t max, struct buf *out)
{
	struct str line;

	while (str_split(&text, '\n', &line)) {
		uint64_t number;
		pid_t pid;

		/* 0: of another pid namespace than ours */
		if (!str_to_u64(line, 10, &number) || number == 0 ||
		    number > INT32_MAX)
			continue;
		if (out->len / sizeof(pid) >= max)
			return E_LIMIT;
		pid = (pid_t)number;
		buf_add(out, &pid, sizeof(pid));
	}
	return out->failed ? E_NOMEM : 0;
}

/* A directory that is gone has no processes: ENODEV while it is still open
 * (fs/kernfs/file.c); a threaded one has its in its parent's list
 * (EOPNOTSUPP). */
static int list_pids(int dir, size_t max, unsigned depth, struct buf *out)
{
	__attribute__((cleanup(close_dir))) DIR *d = NULL;
	auto_buf struct buf text = BUF_INIT;
	const struct dirent *entry;
	int error = io_read_at(dir, "cgroup.procs", PROCS_BYTES, &text);

	if (error == E_NOMEM || error == E_LIMIT)
		return error;
	error = add_pids(buf_str(&text), max, out);
	if (error < 0)
		return error;
	if (depth == DEPTH_MAX)
		return E_LIMIT;
	/* a descriptor of its own: a dup() shares the place that was read */
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	d = fd >= 0 ? fdopendir(fd) : NULL;
	while (d != NULL && error == 0 && (entry = readdir(d)) != NULL) {
		auto_close int child = -1;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		child = openat(dir, entry->d_name,
		               O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (child >= 0)
			error = list_pids(child, max, depth + 1, out);
	}
	return error;
}

int cgroup_handle_pids(const struct cgroup_handle *g, size_t max,
                       struct buf *out)
{
	return list_pids(g->procs, max, 0, out);
}

/* The value of "key value" lines; -1 = there is none. */
static int read_key(int dir, const char *file, struct str key)
{
	auto_buf struct buf text = BUF_INIT;
	struct str rest, line, name;
	uint64_t value;

	if (io_read_at(dir, file, FILE_BYTES, &text) < 0)
		return -1;
	rest = buf_str(&text);
	while (str_split(&rest, '\n', &line))
		if (str_split(&line, ' ', &name) && str_eq(name, key) &&
		    str_to_u64(line, 10, &value))
			return value != 0;
	return -1;
}

static bool is_gone(int dir)
{
	struct stat st;

	return fstat(dir, &st) < 0 || st.st_nlink == 0;
}

bool cgroup_handle_is_empty(const struct cgroup_handle *g)
{
	auto_buf struct buf pids = BUF_INIT;
	int populated = -1;

	if (g->unified >= 0)
		populated =
			read_key(g->unified, "cgroup.events", STR("populated"));
	if (populated >= 0)
		return populated == 0;
	return is_gone(g->procs) ||
	       (cgroup_handle_pids(g, 1, &pids) == 0 && pids.len == 0);
}

/* cgroup.events tells of changes by POLLPRI (cgroups(7)); lists do not. */
static void nap(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLPRI };

	poll(&p, 1, 1);
}

bool cgroup_handle_wait_empty(const struct cgroup_handle *g, uint64_t until_ns)
{
	auto_close int events = -1;

	if (g->unified >= 0)
		events = openat(g->unified, "cgroup.events",
		                O_RDONLY | O_CLOEXEC);
	while (!cgroup_handle_is_empty(g)) {
		if (clock_monotonic_ns() >= until_ns)
			return false;
		nap(events);
	}
	return true;
}

static int write_file(int dir, const char *file, struct str text)
{
	auto_close int fd = openat(dir, file, O_WRONLY | O_CLOEXEC | O_TRUNC);

	if (fd < 0)
		return errno == ENODEV ? E_NOT_FOUND : io_error();
	if (write(fd, text.s, text.len) == (ssize_t)text.len)
		return 0;
	return errno == ENODEV ? E_NOT_FOUND : io_error();
}

int cgroup_handle_kill(const struct cgroup_handle *g)
{
	return write_file(g->unified, "cgroup.kill", STR("1"));
}

static bool is_v1(enum container_tier how)
{
	return how == CONTAINER_TIER_FREEZER;
}

/* THAWED, FREEZING or FROZEN (kernel: cgroup-v1/freezer-subsystem.rst). */
static bool v1_is(int dir, struct str state)
{
	auto_buf struct buf text = BUF_INIT;

	return io_read_at(dir, "freezer.state", FILE_BYTES, &text) == 0 &&
	       str_eq(str_trim(buf_str(&text)), state);
}

bool cgroup_is_frozen(int dir, enum container_tier how)
{
	auto_buf struct buf text = BUF_INIT;

	if (is_v1(how))
		return v1_is(dir, STR("FROZEN")) || v1_is(dir, STR("FREEZING"));
	return io_read_at(dir, "cgroup.freeze", FILE_BYTES, &text) == 0 &&
	       str_eq(str_trim(buf_str(&text)), STR("1"));
}

/* It cannot be frozen for good while processes keep appearing, so that it is
 * asked again, and let go for a moment now and then, as runc does
 * (libcontainer/cgroups/fs/freezer.go). */
static int freeze_v1(int dir, uint64_t until_ns)
{
	for (unsigned i = 1;; i++) {
		int error = write_file(dir, "freezer.state", STR("FROZEN"));

		if (error < 0)
			return error;
		if (v1_is(dir, STR("FROZEN")))
			return 0;
		if (clock_monotonic_ns() >= until_ns)
			return E_AGAIN;
		if (i % 50 == 0) {
			error = write_file(dir, "freezer.state", STR("THAWED"));
			if (error < 0)
				return error;
			poll(NULL, 0, 1);
		} else {
			usleep(50);
		}
	}
}

static int freeze_v2(int dir, uint64_t until_ns)
{
	auto_close int events =
		openat(dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
	int error = write_file(dir, "cgroup.freeze", STR("1"));

	while (error == 0 &&
	       read_key(dir, "cgroup.events", STR("frozen")) != 1) {
		if (clock_monotonic_ns() >= until_ns)
			return E_AGAIN;
		nap(events);
	}
	return error;
}

int cgroup_freeze(int dir, enum container_tier how, uint64_t until_ns)
{
	return is_v1(how) ? freeze_v1(dir, until_ns) : freeze_v2(dir, until_ns);
}

int cgroup_thaw(int dir, enum container_tier how)
{
	return is_v1(how) ? write_file(dir, "freezer.state", STR("THAWED"))
	                  : write_file(dir, "cgroup.freeze", STR("0"));
}

int cgroup_open_frozen(const char *path, uint64_t ino, int *ret)
{
	auto_close int fd =
		open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return io_error();
	if (st.st_ino != ino)
		return E_STALE;
	*ret = fd;
	fd = -1;
	return 0;
}
