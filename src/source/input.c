/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input.c - bytes of a log: plain or compressed file, FIFO, standard input. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "saker/base/io.h"

#define GZ_BUFFER (256u * 1024)

static int open_descriptor(const char *path, int flags)
{
	if (strcmp(path, "-") == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | flags);
}

/* A decoder fills its whole buffer before it gives anything, which would hold
 * back a pipe's last lines: only of files. */
static int open_compressed(int fd, struct input *in)
{
	static const unsigned char gzip[] = { 0x1f, 0x8b };
	static const unsigned char zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
	unsigned char magic[sizeof(zstd)] = { 0 };
	off_t at = in->is_file ? lseek(fd, 0, SEEK_CUR) : -1;

	if (at < 0 || io_read_most(fd, magic, sizeof(magic), at) <= 0)
		return 0;
	if (memcmp(magic, zstd, sizeof(zstd)) == 0)
		return zstd_open(fd, &in->zstd);
	if (memcmp(magic, gzip, sizeof(gzip)) != 0)
		return 0;
	in->gz = gzdopen(fd, "rb");
	if (in->gz == NULL)
		return E_NOMEM;
	gzbuffer(in->gz, GZ_BUFFER);
	return 0;
}

int input_open(const char *path, int flags, struct input *ret)
{
	auto_close int fd = open_descriptor(path, flags);
	struct input in = INPUT_NONE;
	struct stat st;
	int error;

	/* ENXIO is what open(2) says of a socket. */
	if (fd < 0)
		return errno == ENXIO ? E_INVALID : io_error();
	if (fstat(fd, &st) < 0)
		return E_IO;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return E_INVALID;
	}
	in.is_file = S_ISREG(st.st_mode);
	in.size = in.is_file ? (uint64_t)st.st_size : 0;
	error = open_compressed(fd, &in);
	if (error != 0)
		return error;
	in.fd = fd;
	fd = -1;
	*ret = in;
	return 0;
}

void input_close(struct input *in)
{
	if (in->gz != NULL)
		gzclose_r(in->gz);
	else if (in->zstd != NULL)
		zstd_close(in->zstd);
	else
		io_close(&in->fd);
	*in = INPUT_NONE;
}

static ssize_t gz_error(gzFile gz)
{
	int code = Z_OK;

	gzerror(gz, &code);
	switch (code) {
	case Z_OK:
	case Z_STREAM_END:
		return 0;
	case Z_BUF_ERROR:
		return E_TRUNCATED;
	case Z_DATA_ERROR:
		return E_INVALID;
	case Z_MEM_ERROR:
		return E_NOMEM;
	default:
		return E_IO;
	}
}

ssize_t input_read(struct input *in, char *buffer, unsigned capacity)
{
	ssize_t n;

	if (in->gz != NULL) {
		n = gzread(in->gz, buffer, capacity);
		return n > 0 ? n : gz_error(in->gz);
	}
	if (in->zstd != NULL)
		return zstd_read(in->zstd, buffer, capacity);
	do
		n = read(in->fd, buffer, capacity);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? E_AGAIN : E_IO;
	in->taken += (uint64_t)n;
	return n;
}

uint64_t input_offset(const struct input *in)
{
	z_off_t n;

	if (in->zstd != NULL)
		return zstd_offset(in->zstd);
	if (in->gz == NULL)
		return in->taken;
	n = gzoffset(in->gz);
	return n > 0 ? (uint64_t)n : 0;
}
