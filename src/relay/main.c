/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - audisp-saker: drains auditd's socket whatever happens behind it.
 *
 * auditd writes to its plugins with a blocking write from one thread, so one
 * that stops reading stops auditd, and then the machine; and it starts one that
 * has ended ten times, no more. Hence: one loop that never waits for anything
 * but poll(2), no memory taken after the start, no way out but the end of
 * standard input or auditd's word. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "link.h"
#include "saker/base/limits.h"
#include "sandbox.h"

#define QUEUE_MIB  16u
#define QUEUE_MOST 1024u
#define CHUNK      (64u * 1024)
/* Until so much is held, the engine's counts can wait. */
#define HELD_BYTES (64u * 1024)
/* At the end, what is left is handed over as long as the engine takes some of
 * it within END_IDLE_MS, after SIGTERM within TERM_IDLE_MS. auditd 4.2 sends
 * that 50 ms after the end of standard input, and then waits (audispd.c). */
#define END_IDLE_MS  2000u
#define TERM_IDLE_MS 500u
#define END_MOST_MS  4000u

/* When records follow each other sooner than this, they are waited for so long:
 * one wake-up for many here and one in the engine, instead of one each. What
 * auditd writes meanwhile has room in the socket, some 270 records. */
#define GATHER_MS 1

struct relay {
	struct queue queue;
	struct link link;
	int signals;
	pid_t parent;    /* of a dispatcher; 0 = SIGTERM from anybody */
	uint64_t end_ms; /* CLOCK_MONOTONIC of the last word; 0 = not ending */
	uint64_t read_ms;
	uint64_t give_up_ms, idle_ms, taken; /* while ending */
	bool has_input, end_queued, is_skipping;
	size_t used, searched; /* bytes of input; of them without a newline */
	char input[LIMIT_LINE_BYTES + CHUNK];
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* A line that a full pipe has no room for is lost. */
static void report(const struct queue *q)
{
	struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };
	char text[160];
	int len = snprintf(text, sizeof(text),
	                   "audisp-saker: in %" PRIu64 ", taken %" PRIu64
	                   ", dropped %" PRIu64 ", pending %" PRIu64 "\n",
	                   q->in, q->taken, q->dropped, q->pending);

	if (poll(&p, 1, 0) == 1 && (p.revents & POLLOUT) != 0)
		len -= (int)write(STDERR_FILENO, text, (size_t)len);
}

/* Of a line over the limit the first part is a record, the rest is none. */
static void take_line(struct relay *r, char *line, size_t len)
{
	bool is_rest = r->is_skipping, is_long = len > LIMIT_LINE_BYTES;

	if (!is_rest && len != 0)
		queue_add(&r->queue, is_long ? RELAY_CUT : RELAY_RECORD, line,
		          is_long ? LIMIT_LINE_BYTES : len);
}

static void take_lines(struct relay *r)
{
	char *line = r->input, *newline, *end = r->input + r->used;

	while ((newline = memchr(line + r->searched, '\n',
	                         (size_t)(end - line) - r->searched)) != NULL) {
		take_line(r, line, (size_t)(newline - line));
		r->is_skipping = false;
		r->searched = 0;
		line = newline + 1;
	}
	r->used = (size_t)(end - line);
	if (r->used > LIMIT_LINE_BYTES) {
		take_line(r, line, r->used);
		r->is_skipping = true;
		r->used = 0;
	}
	memmove(r->input, line, r->used);
	r->searched = r->used;
}

static void begin_end(struct relay *r, uint64_t idle_ms)
{
	uint64_t now = now_ms();

	if (r->end_ms == 0)
		r->end_ms = now + END_MOST_MS;
	r->idle_ms = idle_ms;
	r->give_up_ms = now + idle_ms;
}

static void end_input(struct relay *r)
{
	take_line(r, r->input, r->used);
	r->used = 0;
	r->has_input = false;
	if (r->end_ms == 0)
		begin_end(r, END_IDLE_MS);
}

/* After poll(2) said so, read(2) does not wait. */
static void read_input(struct relay *r)
{
	ssize_t n = read(STDIN_FILENO, r->input + r->used, CHUNK);

	if (n > 0) {
		r->used += (size_t)n;
		take_lines(r);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		end_input(r);
	}
}

/* With what has been written so far. */
static void end_now(struct relay *r)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	begin_end(r, TERM_IDLE_MS);
	while (r->has_input && now_ms() < r->give_up_ms && poll(&p, 1, 0) == 1)
		read_input(r);
	if (r->has_input)
		end_input(r);
}

/* auditd's signals come from itself: "systemctl stop auditd" signals its whole
 * control group, and a plugin that ended on its own would be started again by
 * the auditd that is going away (audit-userspace since 4.1, term_handler). */
static pid_t dispatcher(void)
{
	char path[32], name[16] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)getppid());
	f = fopen(path, "re");
	if (f != NULL && fgets(name, sizeof(name), f) == NULL)
		name[0] = '\0';
	if (f != NULL)
		fclose(f);
	return strcmp(name, "auditd\n") == 0 || strcmp(name, "audispd\n") == 0
	               ? getppid()
	               : 0;
}

/* auditd leaves signals ignored or blocked; both survive execve(2). */
static int open_signals(void)
{
	sigset_t set;

	for (int s = 1; s < NSIG; s++)
		if (s != SIGKILL && s != SIGSTOP)
			signal(s, s == SIGPIPE ? SIG_IGN : SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	if (sigprocmask(SIG_SETMASK, &set, NULL) < 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void read_signal(struct relay *r)
{
	struct signalfd_siginfo info;

	if (read(r->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		r->link.next_ms = 0;
	else if (info.ssi_signo == SIGUSR1)
		report(&r->queue);
	else if (r->parent == 0 || info.ssi_pid == (uint32_t)r->parent)
		end_now(r);
}

static int timeout_ms(const struct relay *r, uint64_t now)
{
	uint64_t due = r->end_ms != 0 ? r->give_up_ms : 0;

	if (r->link.fd < 0 && (due == 0 || r->link.next_ms < due))
		due = r->link.next_ms;
	return due == 0 ? -1 : due <= now ? 0 : (int)(due - now);
}

static void wait_and_read(struct relay *r)
{
	struct queue *q = &r->queue;
	bool wants_counts = r->end_ms != 0 || queue_held(q) > HELD_BYTES;
	struct pollfd p[] = {
		{ .fd = r->signals, .events = POLLIN },
		{ .fd = r->has_input ? STDIN_FILENO : -1, .events = POLLIN },
		{ .fd = r->link.fd },
	};

	if (wants_counts)
		p[2].events |= POLLIN;
	if (q->next != q->head)
		p[2].events |= POLLOUT;
	if (poll(p, 3, timeout_ms(r, now_ms())) <= 0)
		return;
	if (p[0].revents != 0)
		read_signal(r);
	if (p[1].revents != 0) {
		if (now_ms() - r->read_ms <= GATHER_MS && r->end_ms == 0)
			poll(NULL, 0, GATHER_MS);
		read_input(r);
		r->read_ms = now_ms();
	}
	if ((p[2].revents & ~POLLOUT) != 0)
		link_receive(&r->link, q, now_ms());
}

/* True when everything was handed over, or the time for that is up. */
static bool is_done(struct relay *r)
{
	const struct queue *q = &r->queue;
	uint64_t now = now_ms();

	if (r->end_ms == 0)
		return false;
	if (q->taken != r->taken)
		r->give_up_ms = now + r->idle_ms;
	r->taken = q->taken;
	if (!r->end_queued && !r->has_input)
		r->end_queued = queue_add_end(&r->queue);
	link_send(&r->link, &r->queue, now);
	return now >= r->end_ms || now >= r->give_up_ms ||
	       (r->end_queued && q->next == q->head && q->pending == 0);
}

static void run(struct relay *r)
{
	while (!is_done(r)) {
		uint64_t now = now_ms();

		link_connect(&r->link, now);
		link_send(&r->link, &r->queue, now);
		wait_and_read(r);
	}
}

static int usage(void)
{
	fputs("usage: audisp-saker [SOCKET [MIB]]\n"
	      "Hands the records on standard input to \"saker run --source "
	      "relay:SOCKET\".\n"
	      "SOCKET is " RELAY_SOCKET
	      " unless given; at most MIB (16) are "
	      "held.\n",
	      stderr);
	return 2;
}

/* The argument as a power of two of bytes; 0 when it is none. */
static size_t queue_size(const char *text)
{
	char *end;
	unsigned long mib = strtoul(text, &end, 10), size = 1;

	if (end == text || *end != '\0' || mib == 0 || mib > QUEUE_MOST)
		return 0;
	while (size < mib)
		size *= 2;
	return size * 1024 * 1024;
}

int main(int argc, char **argv)
{
	static struct relay r = { .has_input = true };
	size_t size = (size_t)QUEUE_MIB * 1024 * 1024;

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts(PACKAGE_STRING) < 0;
	if (argc > 2)
		size = queue_size(argv[2]);
	if (argc > 3 || size == 0 || (argc > 1 && argv[1][0] == '-') ||
	    !link_init(&r.link, argc > 1 ? argv[1] : RELAY_SOCKET))
		return usage();
	r.signals = open_signals();
	r.parent = dispatcher();
	if (r.signals < 0 || queue_init(&r.queue, size) < 0) {
		perror("audisp-saker");
		return 3;
	}
	if (!sandbox_enter())
		fputs("audisp-saker: some privileges could not be given up\n",
		      stderr);
	run(&r);
	report(&r.queue);
	return 0;
}
