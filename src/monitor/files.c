/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files.c - files that the engine's user may not open: those of saker itself,
 * where the configuration has them, and directories to be watched. */
#include <fcntl.h>
#include <sys/stat.h>

#include "monitor.h"
#include "saker/base/io.h"
#include "saker/host/watch.h"

void monitor_use_watches(struct monitor *m, int inotify)
{
	m->options.inotify = inotify;
	m->watches = 0;
}

struct outcome serve_WATCH(struct monitor *m, const struct wire_request *r)
{
	int watch, error;

	if (m->options.inotify < 0)
		return only(E_UNSUPPORTED);
	if (m->watches >= LIMIT_WATCHES)
		return only(E_LIMIT);
	error = host_watch_add(&m->options.inotify, r->path, &watch);
	if (error < 0)
		return only(error);
	m->watches++;
	buf_add(&m->answer, &watch, sizeof(watch));
	return only(0);
}

struct outcome serve_FILES(struct monitor *m, const struct wire_request *r)
{
	const struct monitor_options *o = &m->options;

	return only(o->files != NULL ? o->files(o->files_arg,
	                                        (unsigned)r->number, &m->answer)
	                             : E_UNSUPPORTED);
}

/* What is written to until it is whole. */
static int fresh_name(const char *path, const char *suffix, struct buf *file,
                      struct buf *fresh)
{
	if (*path == '\0')
		return E_DENIED;
	buf_printf(file, "%s%s", path, suffix);
	buf_printf(fresh, "%s.new", buf_cstr(file));
	buf_cstr(fresh);
	return file->failed || fresh->failed ? E_NOMEM : 0;
}

/* In the place of what others may have put there. */
static struct outcome open_fresh(const char *path, const char *suffix,
                                 mode_t mode)
{
	auto_buf struct buf file = BUF_INIT, fresh = BUF_INIT;
	int error = fresh_name(path, suffix, &file, &fresh);
	int fd;

	if (error < 0)
		return only(error);
	unlink(buf_cstr(&fresh));
	fd = open(buf_cstr(&fresh),
	          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	/* whatever umask(2) says */
	if (fd >= 0 && fchmod(fd, mode) == 0)
		return (struct outcome){ 0, fd };
	error = io_error();
	io_close(&fd);
	return only(error);
}

static struct outcome put_in_place(const char *path, const char *suffix)
{
	auto_buf struct buf file = BUF_INIT, fresh = BUF_INIT;
	int error = fresh_name(path, suffix, &file, &fresh);

	if (error == 0 && rename(buf_cstr(&fresh), buf_cstr(&file)) < 0)
		error = io_error();
	return only(error);
}

static const char *snapshot_suffix(const struct wire_request *r)
{
	return r->number == 1 ? ".end" : "";
}

struct outcome serve_SNAPSHOT(struct monitor *m, const struct wire_request *r)
{
	return r->number <= 1 ? open_fresh(m->options.snapshot,
	                                   snapshot_suffix(r), 0600)
	                      : only(E_DENIED);
}

struct outcome serve_SNAPSHOT_DONE(struct monitor *m,
                                   const struct wire_request *r)
{
	return r->number <= 1
	               ? put_in_place(m->options.snapshot, snapshot_suffix(r))
	               : only(E_DENIED);
}

struct outcome serve_METRICS(struct monitor *m, const struct wire_request *r)
{
	(void)r;
	return open_fresh(m->options.metrics, "", 0644);
}

struct outcome serve_METRICS_DONE(struct monitor *m,
                                  const struct wire_request *r)
{
	(void)r;
	return put_in_place(m->options.metrics, "");
}
