/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guard.c - who must not be killed, whatever the engine says. */
#include "monitor.h"

#include <unistd.h>

#include "saker/base/clock.h"
#include "saker/base/limits.h"

#define KTHREADD 2

static bool is_own(const struct monitor *m, pid_t pid)
{
	for (size_t i = 0; i < m->nprotected; i++)
		if (m->protected[i] == pid)
			return true;
	return pid == getpid() || pid == getppid();
}

static bool is_auditd(pid_t pid)
{
	struct kernel_audit_status status;

	return kernel_audit_status(&status) == 0 && (pid_t)status.pid == pid;
}

static bool is_listed(const struct monitor *m, const struct host_process *p)
{
	struct host *h = m->options.host;

	for (size_t i = 0; i < m->options.nnever_kill; i++) {
		struct str path = m->options.never_kill[i];
		struct file_id id;

		/* the configuration's texts have a NUL behind them */
		if (h->ops->file_id(h, path.s, &id) == 0 &&
		    file_id_eq(id, p->exe_id))
			return true;
		if (str_eq(path, p->exe))
			return true;
	}
	return false;
}

/* A bucket that fills up within a minute. */
static bool take_token(struct monitor *m)
{
	uint64_t now = clock_monotonic_ns();
	uint64_t step = 60 * NS_PER_SEC / LIMIT_MONITOR_KILLS;

	while (m->tokens < LIMIT_MONITOR_KILLS &&
	       now - m->refilled_ns >= step) {
		m->tokens++;
		m->refilled_ns += step;
	}
	if (m->tokens == LIMIT_MONITOR_KILLS)
		m->refilled_ns = now;
	if (m->tokens == 0)
		return false;
	m->tokens--;
	return true;
}

int guard_kill(struct monitor *m, const struct wire_request *r)
{
	struct host *h = m->options.host;
	struct host_process p;
	int error;

	if (!m->options.may_kill || r->pid <= 1 || is_own(m, r->pid) ||
	    is_auditd(r->pid))
		return E_DENIED;
	error = h->ops->process(h, r->pid, HOST_WANT_STAT | HOST_WANT_EXE,
	                        &m->arena, &p);
	if (error < 0)
		return error;
	if (p.start_ticks != r->ticks)
		return E_STALE;
	if (p.is_kernel_thread || p.ppid == KTHREADD || p.exe_id.ino == 0 ||
	    is_listed(m, &p))
		return E_DENIED;
	return take_token(m) ? 0 : E_LIMIT;
}
