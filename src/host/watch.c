/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.c - changes of names in directories, by inotify(7). */
#include <limits.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "direct.h"
#include "saker/base/io.h"
#include "saker/host/watch.h"

/* What makes a name mean another file, or takes the directory away. */
#define WATCHED                                                            \
	(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | \
	 IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
#define GONE (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)

/* Reads a call: who fills a watched directory must not keep us here. */
#define READS_MAX 16

int host_watch_open(void)
{
	return inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
}

int host_watch_add(int *fd, const char *directory, int *ret)
{
	int watch;

	if (*fd < 0)
		*fd = host_watch_open();
	watch = *fd >= 0 ? inotify_add_watch(*fd, directory, WATCHED) : -1;
	if (watch < 0)
		return io_error();
	*ret = watch;
	return 0;
}

/* A directory that was moved away would be watched for ever. */
static void tell(int fd, const struct inotify_event *e, host_change_fn *fn,
                 void *arg)
{
	if ((e->mask & IN_MOVE_SELF) != 0)
		inotify_rm_watch(fd, e->wd);
	if ((e->mask & IN_Q_OVERFLOW) != 0)
		fn(arg, -1, STR_NONE);
	else if ((e->mask & GONE) != 0)
		fn(arg, e->wd, STR_NONE);
	else if (e->len != 0)
		fn(arg, e->wd, str_from(e->name));
}

void host_watch_drain(int fd, host_change_fn *fn, void *arg)
{
	char buffer[4096]
		__attribute__((aligned(__alignof__(struct inotify_event))));

	for (unsigned reads = 0; fd >= 0 && reads < READS_MAX; reads++) {
		ssize_t n = read(fd, buffer, sizeof(buffer));
		const char *at = buffer;

		if (n <= 0)
			return;
		while (at < buffer + n) {
			const struct inotify_event *e = (const void *)at;

			tell(fd, e, fn, arg);
			at += sizeof(*e) + e->len;
		}
	}
}
