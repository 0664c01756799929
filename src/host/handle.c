/* SPDX-License-Identifier: GPL-2.0-or-later */
/* handle.c - signals for exactly the process that was meant. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#include "control.h"
#include "direct.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

/* Older C libraries' headers lack them; the numbers are every
 * architecture's. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

#define STAT_BYTES 4096

static int pidfd_open_of(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static int pidfd_signal(int fd, int signal)
{
	return syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0) < 0 ? -1 : 0;
}

static int error_of_signal(void)
{
	return errno == ESRCH ? E_NOT_FOUND : io_error();
}

/* Signal 0 to ourselves changes nothing; a filter of system calls may forbid
 * what the kernel has. */
unsigned process_tiers_probe(void)
{
	unsigned bits = 1u << PROCESS_TIER_STOP;
	auto_close int pidfd = pidfd_open_of(getpid());
	auto_close int dir =
		open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (pidfd >= 0 && pidfd_signal(pidfd, 0) == 0)
		bits |= 1u << PROCESS_TIER_PIDFD;
	if (dir >= 0 && pidfd_signal(dir, 0) == 0)
		bits |= 1u << PROCESS_TIER_PROC_FD;
	return bits;
}

/* Through the directory, which shows this process or, once it is gone, nothing:
 * ESRCH (fs/proc/base.c, get_proc_task()). */
static int read_stat(const struct process_handle *h, struct proc_stat *ret)
{
	auto_buf struct buf text = BUF_INIT;
	int error = io_read_at(h->dir, "stat", STAT_BYTES, &text);

	if (error < 0)
		return error == E_IO && errno == ESRCH ? E_NOT_FOUND : error;
	if (!proc_stat_parse(buf_str(&text), ret))
		return E_IO;
	ret->comm = STR_NONE;
	return 0;
}

void process_handle_close(struct process_handle *h)
{
	io_close(&h->pidfd);
	io_close(&h->dir);
}

static int open_pidfd(struct process_handle *h)
{
	h->pidfd = pidfd_open_of(h->pid);
	if (h->pidfd >= 0)
		return 0;
	/* EINVAL: a thread, which leads no process */
	return errno == EINVAL || errno == ESRCH ? E_NOT_FOUND : io_error();
}

static int open_handle(struct process_handle *h)
{
	char path[32];
	struct proc_stat s;
	int error = h->tier == PROCESS_TIER_PIDFD ? open_pidfd(h) : 0;

	if (error < 0)
		return error;
	snprintf(path, sizeof(path), "/proc/%d", (int)h->pid);
	h->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->dir < 0)
		return io_error();
	error = read_stat(h, &s);
	if (error < 0)
		return error;
	/* The directory was opened behind the descriptor: while the latter's
	 * process is there, the pid is its own. */
	if (h->pidfd >= 0 && pidfd_signal(h->pidfd, 0) < 0)
		return error_of_signal();
	h->start_ticks = s.start_ticks;
	return 0;
}

int control_open_process(const struct control *c, pid_t pid,
                         struct process_handle *ret)
{
	struct process_handle h = { .pid = pid,
		                    .tier = control_process_tier(c),
		                    .pidfd = -1,
		                    .dir = -1 };
	int error = pid > 0 ? open_handle(&h) : E_NOT_FOUND;

	if (error < 0) {
		process_handle_close(&h);
		return error;
	}
	*ret = h;
	return 0;
}

int control_hold_process(const struct control *c, pid_t pid,
                         struct process_handle *ret)
{
	struct process_handle h = {
		.pid = pid, .tier = PROCESS_TIER_PIDFD, .pidfd = -1, .dir = -1
	};
	int error;

	if (pid <= 0 || control_process_tier(c) != PROCESS_TIER_PIDFD)
		return control_open_process(c, pid, ret);
	error = open_pidfd(&h);
	if (error == 0)
		*ret = h;
	return error;
}

/* While the descriptor's process is there, not reaped, the pid is its own. */
bool process_handle_confirm(struct process_handle *h, uint64_t start_ticks)
{
	if (h->dir >= 0)
		return h->start_ticks == start_ticks;
	h->start_ticks = start_ticks;
	return pidfd_signal(h->pidfd, 0) == 0;
}

int process_handle_state(const struct process_handle *h, char *ret)
{
	struct proc_stat s;
	int error = read_stat(h, &s);

	if (error == 0)
		*ret = s.state;
	return error;
}

/* Kernels before 5.1: a number is all that kill(2) takes. SIGSTOP can be undone
 * should it have reached a stranger; what the directory shows then, is what was
 * hit, because neither can be reaped and replaced before it runs again. */
static int signal_stopped(const struct process_handle *h, int signal)
{
	struct proc_stat s;
	int error = read_stat(h, &s);

	if (error < 0)
		return error;
	if (kill(h->pid, SIGSTOP) < 0)
		return error_of_signal();
	error = read_stat(h, &s);
	if (error < 0 || s.start_ticks != h->start_ticks) {
		kill(h->pid, SIGCONT);
		return error == E_NOT_FOUND || error == 0 ? E_STALE : error;
	}
	if (signal == SIGSTOP)
		return 0;
	return kill(h->pid, signal) < 0 ? error_of_signal() : 0;
}

int process_handle_signal(const struct process_handle *h, int signal)
{
	int fd = h->tier == PROCESS_TIER_PIDFD ? h->pidfd : h->dir;

	if (h->tier == PROCESS_TIER_STOP && signal != SIGCONT)
		return signal_stopped(h, signal);
	if (h->tier == PROCESS_TIER_STOP) {
		struct proc_stat s;
		int error = read_stat(h, &s);

		if (error < 0)
			return error;
		return kill(h->pid, signal) < 0 ? error_of_signal() : 0;
	}
	return pidfd_signal(fd, signal) < 0 ? error_of_signal() : 0;
}

static bool is_dead(const struct process_handle *h)
{
	struct proc_stat s;

	return read_stat(h, &s) == E_NOT_FOUND || s.state == 'Z' ||
	       s.state == 'X';
}

/* A pidfd polls readable when its process has ended, zombie or not
 * (pidfd_open(2)). */
bool process_handle_wait(const struct process_handle *h, uint64_t until_ns)
{
	for (;;) {
		struct pollfd p = { .fd = h->pidfd, .events = POLLIN };
		uint64_t now = clock_monotonic_ns();
		int left = 0;

		if (now < until_ns)
			left = h->pidfd < 0
			               ? 1
			               : (int)((until_ns - now) / NS_PER_MS) +
			                         1;
		if (h->pidfd < 0 && is_dead(h))
			return true;
		if (poll(&p, 1, left) > 0)
			return true;
		if (now >= until_ns)
			return false;
	}
}
