/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session.c - audit on and rules loaded for a time, watched over by a guard. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "netlink.h"
#include "saker/base/io.h"
#include "state.h"

#define GUARD_TIMEOUT_MS 10000
#define POLL_MS          10

struct kernel_session {
	struct kernel_rules *rules; /* a copy of what was asked for last */
	struct session_state *state;
	pid_t guard;
	int pipe; /* its end, also by our death, is the guard's signal */
};

static int open_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	(void)pid;
	return -1;
#endif
}

/* Keeps only what it waits for: a held descriptor would keep a reader of our
 * output waiting, or a file system busy. */
static void close_others(int a, int b)
{
	unsigned low = (unsigned)(a < b ? a : b),
		 high = (unsigned)(a < b ? b : a);

	if (a < 0 || b < 0)
		low = high;
	if (low > 0)
		io_close_range(0, low - 1);
	io_close_range(low + 1, high - (high > low));
	io_close_range(high + 1, ~0u);
}

static void ignore_signals(void)
{
	static const int signals[] = { SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
		                       SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM };
	sigset_t none;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The pipe stays open when the engine left a child behind; the pidfd does not
 * know of that. Either is enough to go by. */
static void wait_for_end(int pipe, int pidfd)
{
	struct pollfd p[] = { { .fd = pipe, .events = POLLIN },
		              { .fd = pidfd, .events = POLLIN } };

	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
}

static void guard_main(struct session_state *state, int pipe, int pidfd)
{
	int fd;

	setsid();
	ignore_signals();
	prctl(PR_SET_NAME, "saker-guard", 0, 0, 0);
	close_others(pipe, pidfd);
	/* Descriptors 0 to 2 must not become something that libraries print
	 * into; the numbers that are in use stay. */
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd < 2);
	if (chdir("/") != 0)
		_exit(1);
	wait_for_end(pipe, pidfd);
	state_restore(state);
	_exit(0);
}

static int start_guard(struct kernel_session *s)
{
	auto_close int pidfd = open_pidfd(getpid());
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return E_IO;
	s->guard = fork();
	if (s->guard == 0) {
		close(ends[1]);
		guard_main(s->state, ends[0], pidfd);
	}
	close(ends[0]);
	if (s->guard < 0) {
		close(ends[1]);
		return E_IO;
	}
	s->pipe = ends[1];
	return 0;
}

/* The guard restores within milliseconds; one that hangs is not waited for
 * forever. */
static void end_guard(struct kernel_session *s)
{
	io_close(&s->pipe);
	if (s->guard <= 0)
		return;
	for (int ms = 0; ms < GUARD_TIMEOUT_MS; ms += POLL_MS) {
		pid_t pid = waitpid(s->guard, NULL, WNOHANG);

		if (pid == s->guard || (pid < 0 && errno != EINTR))
			return;
		poll(NULL, 0, POLL_MS);
	}
}

static int begin(struct kernel_session *s, const struct kernel_rules *rules,
                 struct diag_list *diags)
{
	auto_close int fd = kernel_open();
	int error;

	if (fd < 0) {
		state_report_unreachable(diags, fd);
		return fd;
	}
	error = state_read(s->state, fd, diags);
	if (error != 0)
		return error;
	error = start_guard(s);
	if (error != 0) {
		diag_add(diags, DIAG_ERROR, NULL, NULL,
		         "cannot start the guard process: %s", strerror(errno));
		return error;
	}
	return state_apply(s->state, fd, rules, diags);
}

int kernel_session_begin(const struct kernel_rules *rules,
                         struct diag_list *diags, struct kernel_session **ret)
{
	struct kernel_session *s = calloc(1, sizeof(*s));
	int error;

	if (s == NULL)
		return E_NOMEM;
	s->pipe = -1;
	s->rules = rules_copy(rules);
	s->state = state_new();
	error = s->rules != NULL && s->state != NULL ? begin(s, rules, diags)
	                                             : E_NOMEM;
	if (error != 0) {
		kernel_session_end(s);
		return error;
	}
	*ret = s;
	return 0;
}

static bool has_never(const struct kernel_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->items[i].data->action == AUDIT_NEVER)
			return true;
	return false;
}

static bool is_same_list(const struct kernel_rules *a,
                         const struct kernel_rules *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct audit_rule_data *x = a->items[i].data;
		const struct audit_rule_data *y = b->items[i].data;

		if (x->buflen != y->buflen ||
		    memcmp(x, y, sizeof(*x) + x->buflen) != 0)
			return false;
	}
	return true;
}

int kernel_session_add(struct kernel_session *s,
                       const struct kernel_rules *rules,
                       struct diag_list *diags, bool *ret_changed)
{
	bool changed = !is_same_list(s->rules, rules);
	struct kernel_rules *copy = changed ? rules_copy(rules) : NULL;
	auto_close int fd = kernel_open();
	int error;

	*ret_changed = changed;
	if (!changed || copy == NULL || fd < 0) {
		kernel_rules_free(copy);
		return fd < 0 ? fd : changed ? E_NOMEM : 0;
	}
	if (has_never(s->rules) || has_never(rules))
		state_delete_rules(s->state, fd, NULL);
	error = state_add_rules(s->state, fd, rules, diags);
	if (error < 0) {
		/* what it was before, as far as the kernel lets us */
		(void)!state_add_rules(s->state, fd, s->rules, diags);
		state_delete_rules(s->state, fd, s->rules);
		kernel_rules_free(copy);
		return error;
	}
	kernel_rules_free(s->rules);
	s->rules = copy;
	return 0;
}

void kernel_session_drop_others(struct kernel_session *s)
{
	auto_close int fd = kernel_open();

	if (fd >= 0)
		state_delete_rules(s->state, fd, s->rules);
}

void kernel_session_end(struct kernel_session *s)
{
	if (s == NULL)
		return;
	end_guard(s);
	/* The guard may have died before, or half-way. */
	if (s->guard > 0)
		state_restore(s->state);
	state_free(s->state);
	kernel_rules_free(s->rules);
	free(s);
}
