/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signals.c - signals as readable events.
 *
 * auditd sets every signal to SIG_IGN before it starts plugins, and some
 * versions start them with signals blocked (audit-userspace, auditd.c and
 * audispd.c); both survive execve. */
#include "signals.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "saker/base/io.h"

int signals_open(bool children)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t set;

	for (int s = 1; s < NSIG; s++)
		if (s != SIGKILL && s != SIGSTOP)
			sigaction(s, &standard, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	if (children)
		sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_SETMASK, &set, NULL) < 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool signals_have_dispatcher(void)
{
	auto_buf struct buf comm = BUF_INIT;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)getppid());
	if (io_read_at(AT_FDCWD, path, 64, &comm) < 0)
		return false;
	return str_eq(buf_str(&comm), STR("auditd\n")) ||
	       str_eq(buf_str(&comm), STR("audispd\n"));
}

/* systemctl restart auditd signals the plugins too; a plugin that ended on its
 * own would be started again by the auditd that is going away (audit-userspace
 * since 4.1, audisp plugins' term_handler). */
static bool is_for_us(const struct signalfd_siginfo *info)
{
	return !signals_have_dispatcher() ||
	       info->ssi_pid == (uint32_t)getppid();
}

enum signal_request signals_next(int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGHUP:
			return SIGNAL_RELOAD;
		case SIGUSR1:
			return SIGNAL_REPORT;
		case SIGCHLD:
			return SIGNAL_CHILD;
		case SIGTERM:
			if (is_for_us(&info))
				return SIGNAL_STOP;
			break;
		default:
			return SIGNAL_STOP;
		}
	}
	return SIGNAL_NONE;
}
