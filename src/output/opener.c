/* SPDX-License-Identifier: GPL-2.0-or-later */
/* opener.c - opens what those who deliver cannot: they have no privileges. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "saker/base/io.h"
#include "saker/output/output.h"
#include "sink.h"

int output_open(struct str text, const struct output_user *program,
                struct output_opened *ret)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct output_spec spec;
	struct sink sink = { .fd = -1 };
	int error = output_spec_parse(&spec, text, ALERT_TEXT, NULL, &diags);

	diag_done(&diags);
	if (error < 0)
		return error;
	spec.run_as = program;
	errno = 0;
	error = spec.kind->ops->open(&sink, &spec);
	/* what is no descriptor cannot be handed over */
	if (error == 0 && sink.fd < 0) {
		spec.kind->ops->close(&sink);
		error = E_UNSUPPORTED;
	}
	if (error == 0)
		*ret = (struct output_opened){
			.fd = sink.fd,
			.pid = sink.pid,
			.is_socket = sink.is_socket,
			.may_block = sink.may_block,
			.needs_newline = sink.needs_newline,
		};
	output_spec_done(&spec);
	return error;
}

/* A former saker may have run as another user. A name that leads elsewhere, or
 * that the file has in another directory, too, is not followed. */
static void give_file(int dirfd, const char *name, const struct output_user *u)
{
	auto_close int fd = openat(
		dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_uid == u->uid)
		return;
	if (S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && st.st_nlink == 1))
		(void)!fchown(fd, u->uid, u->gid);
}

/* Of a directory's entries, and of theirs: a spool has no more. */
static void give_entries(int dirfd, const struct output_user *u, unsigned depth)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *d;

	if (dir == NULL) {
		io_close(&fd);
		return;
	}
	while ((d = readdir(dir)) != NULL) {
		auto_close int below = -1;

		if (d->d_name[0] == '.')
			continue;
		if (depth > 0)
			below = openat(dirfd, d->d_name,
			               O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
			                       O_CLOEXEC);
		if (below >= 0)
			give_entries(below, u, depth - 1);
		give_file(dirfd, d->d_name, u);
	}
	closedir(dir);
}

int output_open_spools(const char *path, const struct output_user *user)
{
	auto_close int fd = -1;
	struct stat st;
	int result;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return io_error();
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return io_error();
	if ((st.st_mode & 022) != 0) {
		errno = EPERM;
		return E_DENIED;
	}
	if (st.st_uid != user->uid) {
		give_entries(fd, user, 1);
		if (fchown(fd, user->uid, user->gid) < 0)
			return io_error();
	}
	result = fd;
	fd = -1;
	return result;
}
