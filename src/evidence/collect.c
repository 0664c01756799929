/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect.c - the folder, and the process that fills it in bounded time. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "collector.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

/* Others who can write there could have a folder lead elsewhere. */
static int open_directory(const char *path, int *ret)
{
	auto_close int fd = -1;
	struct stat st;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return io_error();
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return io_error();
	if (st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return E_DENIED;
	*ret = fd;
	fd = -1;
	return 0;
}

static int make_folder(const struct evidence_store *store, const char *uuid,
                       int *ret)
{
	auto_close int directory = -1;
	int error = open_directory(store->directory, &directory);

	if (error < 0)
		return error;
	if (mkdirat(directory, uuid, 0700) < 0)
		return io_error();
	*ret = openat(directory, uuid,
	              O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *ret < 0 ? io_error() : 0;
}

/* The descriptor first, then the start time: once the process that it leads to
 * has gone, nothing can be read through it any more (proc(5)), so what is read
 * belongs to the process that was verified, or to none. */
static int open_process(const struct evidence_request *request, int *ret)
{
	struct host *host = request->host;
	struct host_process live = { 0 };
	struct arena arena = ARENA_INIT;
	char path[32];
	int error, fd;

	snprintf(path, sizeof(path), "/proc/%d", (int)request->pid);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	error = fd < 0 ? io_error()
	               : host->ops->process(host, request->pid, HOST_WANT_STAT,
	                                    &arena, &live);
	if (error == 0 && live.start_ticks != request->start_ticks)
		error = E_STALE;
	if (error == 0)
		*ret = fd;
	else
		io_close(&fd);
	arena_done(&arena);
	return error;
}

/* After fork(2) of a process with threads glibc's allocator is usable in the
 * child, its other locks may not be: the collector uses no stdio streams. */
static void __attribute__((noreturn)) run_child(struct collector *c)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &standard, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	_exit(collector_run(c) ? 0 : 1);
}

/* One that waits in the kernel for ever must not make another fail. */
static void reap_straggler(struct evidence_store *store)
{
	if (store->straggler > 0 &&
	    waitpid(store->straggler, NULL, WNOHANG) != 0)
		store->straggler = 0;
}

/* The child holds the pipe's other end: its closing tells of its end on every
 * kernel, without a SIGCHLD handler. */
static bool wait_child(struct evidence_store *store, pid_t child, int pipe)
{
	struct pollfd p = { .fd = pipe, .events = POLLIN };
	uint64_t end = clock_monotonic_ns() + store->max_ms * NS_PER_MS;
	int status = 0;

	for (;;) {
		uint64_t now = clock_monotonic_ns();
		int left = now < end ? (int)((end - now) / NS_PER_MS) + 1 : 0;

		if (poll(&p, 1, left) >= 0 || errno != EINTR)
			break;
	}
	if ((p.revents & POLLHUP) != 0) {
		waitpid(child, &status, 0);
		return WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	kill(child, SIGKILL);
	if (waitpid(child, NULL, WNOHANG) == 0)
		store->straggler = child;
	return false;
}

static int run_collector(struct evidence_store *store, struct collector *c,
                         bool *ret_complete)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return io_error();
	child = fork();
	if (child == 0) {
		close(ends[0]);
		run_child(c);
	}
	close(ends[1]);
	if (child > 0)
		*ret_complete = wait_child(store, child, ends[0]);
	close(ends[0]);
	return child < 0 ? E_IO : 0;
}

/* It may come from a process that is trusted with nothing. */
static bool is_name(const char *uuid)
{
	return uuid[0] != '\0' && uuid[0] != '.' && strchr(uuid, '/') == NULL;
}

struct str evidence_path(const struct evidence_store *store, const char *uuid,
                         struct arena *arena)
{
	auto_buf struct buf path = BUF_INIT;

	buf_printf(&path, "%s/%s", store->directory, uuid);
	return path.failed ? STR_NONE : arena_copy(arena, buf_str(&path));
}

int evidence_collect(struct evidence_store *store,
                     const struct evidence_request *request,
                     struct evidence_result *ret)
{
	uint64_t begin = clock_monotonic_ns();
	auto_close int proc = -1;
	auto_close int folder = -1;
	struct collector c = {
		.store = store,
		.request = request,
		.left = store->max_bytes,
	};
	bool is_complete = false;
	int error;

	if (!is_name(request->uuid))
		return E_INVALID;
	reap_straggler(store);
	error = open_process(request, &proc);
	if (error == 0)
		error = make_folder(store, request->uuid, &folder);
	c.proc = proc;
	c.folder = folder;
	if (error == 0)
		error = run_collector(store, &c, &is_complete);
	if (error < 0)
		return error;
	ret->is_complete = is_complete;
	ret->elapsed_us = (clock_monotonic_ns() - begin) / NS_PER_US;
	return 0;
}
