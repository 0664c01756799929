/* SPDX-License-Identifier: GPL-2.0-or-later */
/* io.c - small file helpers. */
#include "saker/base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int io_error(void)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
	case ESRCH:
		return E_NOT_FOUND;
	case EACCES:
	case EPERM:
		return E_DENIED;
	default:
		return E_IO;
	}
}

int io_read_fd(int fd, size_t limit, struct buf *out)
{
	size_t start = out->len;

	for (;;) {
		size_t room = limit - (out->len - start);
		ssize_t n;

		if (!buf_reserve(out, 4096))
			return E_NOMEM;
		n = read(fd, out->data + out->len, out->cap - out->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return io_error();
		if (n == 0)
			return 0;
		if ((size_t)n > room) {
			out->len += room;
			return E_LIMIT;
		}
		out->len += (size_t)n;
	}
}

int io_read_at(int dirfd, const char *path, size_t limit, struct buf *out)
{
	auto_close int fd =
		openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? io_error() : io_read_fd(fd, limit, out);
}

/* The open of a pipe without a writer would wait (fifo(7)). */
int io_read_regular(const char *path, size_t limit, struct buf *out)
{
	auto_close int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return io_error();
	return S_ISREG(st.st_mode) ? io_read_fd(fd, limit, out) : E_DENIED;
}

ssize_t io_read_most(int fd, void *to, size_t n, off_t at)
{
	size_t done = 0;

	while (done < n) {
		char *rest = (char *)to + done;
		ssize_t r =
			at < 0 ? read(fd, rest, n - done)
			       : pread(fd, rest, n - done, at + (off_t)done);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return E_IO;
		if (r == 0)
			break;
		done += (size_t)r;
	}
	return (ssize_t)done;
}

void *io_map_shared(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	               MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED ? p : NULL;
}

int io_write_all(int fd, struct str bytes)
{
	while (bytes.len != 0) {
		ssize_t n = write(fd, bytes.s, bytes.len);

		if (n >= 0) {
			bytes = str_skip(bytes, (size_t)n);
		} else if (errno == EAGAIN) {
			struct pollfd p = { .fd = fd, .events = POLLOUT };

			poll(&p, 1, -1);
		} else if (errno != EINTR) {
			return E_IO;
		}
	}
	return 0;
}

int io_make_parent(const char *path)
{
	ptrdiff_t slash = str_find_last_byte(str_from(path), '/');
	auto_free char *name = NULL;

	if (slash <= 0)
		return 0;
	name = str_dup(str_take(str_from(path), (size_t)slash));
	if (name == NULL)
		return E_NOMEM;
	return mkdir(name, 0755) == 0 || errno == EEXIST ? 0 : io_error();
}

/* close_range(2) is there since Linux 5.9. */
void io_close_range(unsigned first, unsigned last)
{
#ifdef SYS_close_range
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
#endif
	for (long fd = first; fd <= last && fd < sysconf(_SC_OPEN_MAX); fd++)
		close((int)fd);
}

void io_close_all_but(const int *keep, size_t n)
{
	unsigned first = STDERR_FILENO + 1;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null >= 0)
		dup2(null, STDIN_FILENO);
	for (;;) {
		unsigned next = ~0u;

		for (size_t i = 0; i < n; i++)
			if (keep[i] >= (int)first && (unsigned)keep[i] < next)
				next = (unsigned)keep[i];
		if (next == ~0u)
			break;
		if (next > first)
			io_close_range(first, next - 1);
		first = next + 1;
	}
	io_close_range(first, ~0u);
}
