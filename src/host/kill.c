/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kill.c - SIGKILL for exactly the process that was meant. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#include "direct.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

static int read_start(pid_t pid, struct proc_stat *ret, struct buf *text)
{
	char path[32];
	int error;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	buf_clear(text);
	error = io_read_at(AT_FDCWD, path, 4096, text);
	if (error < 0)
		return error;
	return proc_stat_parse(buf_str(text), ret) ? 0 : E_IO;
}

static int check_start(pid_t pid, uint64_t start_ticks)
{
	auto_buf struct buf text = BUF_INIT;
	struct proc_stat s;
	int error = read_start(pid, &s, &text);

	if (error < 0)
		return error;
	return s.start_ticks == start_ticks ? 0 : E_STALE;
}

/* A pidfd polls readable when its process has ended, zombie or not
 * (pidfd_open(2)). */
static bool wait_pidfd(int fd, unsigned timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t end = clock_monotonic_ns() + timeout_ms * NS_PER_MS;

	for (;;) {
		uint64_t now = clock_monotonic_ns();
		int left = now < end ? (int)((end - now) / NS_PER_MS) + 1 : 0;
		int n = poll(&p, 1, left);

		if (n >= 0 || errno != EINTR)
			return n > 0;
	}
}

/* Kernels before 5.3: the check and the signal are two steps, and a pid that
 * is reused between them is a risk that only shortness keeps small. */
static int kill_by_number(pid_t pid, uint64_t start_ticks, unsigned timeout_ms,
                          bool *ret_dead)
{
	auto_buf struct buf text = BUF_INIT;
	struct proc_stat s;
	int error = check_start(pid, start_ticks);

	if (error < 0)
		return error;
	if (kill(pid, SIGKILL) < 0)
		return io_error();
	for (unsigned waited = 0;; waited++) {
		*ret_dead = read_start(pid, &s, &text) == E_NOT_FOUND ||
		            s.start_ticks != start_ticks || s.state == 'Z';
		if (*ret_dead || waited >= timeout_ms)
			return 0;
		poll(NULL, 0, 1);
	}
}

int direct_kill(struct host *h, pid_t pid, uint64_t start_ticks,
                unsigned timeout_ms, bool *ret_dead)
{
	auto_close int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	int error;

	(void)h;
	if (fd < 0 && errno == ENOSYS)
		return kill_by_number(pid, start_ticks, timeout_ms, ret_dead);
	if (fd < 0)
		return io_error();
	/* The descriptor holds the process: checked behind it, the start time
	 * cannot be another one's. */
	error = check_start(pid, start_ticks);
	if (error < 0)
		return error;
	if (syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) < 0)
		return io_error();
	*ret_dead = wait_pidfd(fd, timeout_ms);
	return 0;
}
