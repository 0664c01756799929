/* SPDX-License-Identifier: GPL-2.0-or-later */
/* writer.c - one output: a bounded queue and the thread that empties it. */
#include "writer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "saker/base/clock.h"
#include "saker/base/limits.h"

#define RETRY_FIRST_MS 100
#define RETRY_MOST_MS  5000
/* How long the thread of a hung file system is waited for. */
#define JOIN_MS 500

struct line {
	struct line *next;
	size_t len;
	char text[];
};

/* Above the lock: set once, or the thread's own. */
struct writer {
	const struct output_kind *kind;
	char *argument;
	pthread_t thread;
	int wake; /* eventfd */
	struct sink sink;
	size_t done;       /* bytes of the first line that are written */
	unsigned retry_ms; /* 0 = the last write did not fail */

	pthread_mutex_t lock;
	struct counters *counters;
	pthread_cond_t moved; /* the queue shrank, or failing changed */
	struct line *first;   /* the thread writes it without the lock */
	struct line **last;
	size_t bytes;
	uint64_t submitted, written, dropped, pending;
	bool failing;
	bool gone;
	bool reopen;
	bool stop;
	bool ended;  /* the thread will not touch this any more */
	bool orphan; /* the thread is the last to */
};

static size_t cost(const struct line *l)
{
	return sizeof(*l) + l->len;
}

static void wake(struct writer *w)
{
	eventfd_write(w->wake, 1);
}

/* Sleeps until woken, until the sink has room (with_sink), or timeout_ms. */
static void nap(struct writer *w, bool with_sink, int timeout_ms)
{
	struct pollfd p[2] = { { .fd = w->wake, .events = POLLIN },
		               { .fd = w->sink.fd, .events = POLLOUT } };
	eventfd_t ignored;

	poll(p, with_sink ? 2 : 1, timeout_ms);
	eventfd_read(w->wake, &ignored);
}

/* The lock is held. Unlinks the first line and counts it. */
static void pop(struct writer *w, uint64_t *counter)
{
	struct line *l = w->first;

	w->first = l->next;
	if (w->first == NULL)
		w->last = &w->first;
	w->bytes -= cost(l);
	w->pending--;
	++*counter;
	free(l);
	pthread_cond_broadcast(&w->moved);
}

/* The lock is held. */
static void drop_all(struct writer *w)
{
	counter_add(w->counters, COUNTER_OUTPUT_DROPPED, w->pending);
	while (w->first != NULL)
		pop(w, &w->dropped);
	w->done = 0;
}

static void count_error(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	counter_add(w->counters, COUNTER_OUTPUT_ERRORS, 1);
	pthread_mutex_unlock(&w->lock);
}

static void set_failing(struct writer *w, bool failing, bool gone)
{
	pthread_mutex_lock(&w->lock);
	w->failing = failing;
	w->gone |= gone;
	if (w->gone)
		drop_all(w);
	pthread_cond_broadcast(&w->moved);
	pthread_mutex_unlock(&w->lock);
}

static void failed(struct writer *w, bool gone)
{
	count_error(w);
	set_failing(w, true, gone);
	w->retry_ms = w->retry_ms == 0 ? RETRY_FIRST_MS : w->retry_ms * 2;
	if (w->retry_ms > RETRY_MOST_MS)
		w->retry_ms = RETRY_MOST_MS;
	if (!gone)
		nap(w, false, (int)w->retry_ms);
}

/* A line that a failing file holds in part starts over in the new one. What
 * cannot be opened leaves the old file in use: alerts in a rotated file are
 * better than none. */
static void reopen(struct writer *w)
{
	struct sink fresh;

	pthread_mutex_lock(&w->lock);
	w->reopen = false;
	pthread_mutex_unlock(&w->lock);
	if (w->kind->open(&fresh, w->argument) < 0) {
		count_error(w);
		return;
	}
	close(w->sink.fd);
	w->sink = fresh;
	w->done = 0;
}

static void advance(struct writer *w, const struct line *l, size_t n)
{
	if (w->retry_ms != 0) {
		w->retry_ms = 0;
		set_failing(w, false, false);
	}
	w->done += n;
	if (w->done < l->len)
		return;
	w->done = 0;
	pthread_mutex_lock(&w->lock);
	pop(w, &w->written);
	pthread_mutex_unlock(&w->lock);
}

static void write_line(struct writer *w, const struct line *l)
{
	struct str rest = { l->text + w->done, l->len - w->done };
	ssize_t n = sink_write(&w->sink, rest);

	if (n >= 0)
		advance(w, l, (size_t)n);
	else if (errno == EAGAIN)
		nap(w, true, -1);
	else if (errno != EINTR)
		failed(w, !w->kind->can_reopen &&
		                  (errno == EPIPE || errno == ECONNRESET));
}

static void release(struct writer *w)
{
	if (w->wake >= 0)
		close(w->wake);
	if (w->sink.fd >= 0)
		close(w->sink.fd);
	pthread_cond_destroy(&w->moved);
	pthread_mutex_destroy(&w->lock);
	free(w->argument);
	free(w);
}

static void end(struct writer *w)
{
	bool orphan;

	pthread_mutex_lock(&w->lock);
	orphan = w->orphan;
	w->ended = true;
	if (orphan)
		drop_all(w);
	pthread_mutex_unlock(&w->lock);
	if (orphan)
		release(w);
}

static void *run(void *arg)
{
	struct writer *w = arg;

	for (;;) {
		struct line *l;
		bool stop, anew;

		pthread_mutex_lock(&w->lock);
		l = w->first;
		stop = w->stop;
		anew = w->reopen;
		pthread_mutex_unlock(&w->lock);
		if (stop)
			break;
		if (anew && (w->done == 0 || w->retry_ms != 0))
			reopen(w);
		else if (l != NULL)
			write_line(w, l);
		else
			nap(w, false, -1);
	}
	end(w);
	return NULL;
}

/* Signals are for the thread that waits for them; SIGPIPE stays pending here
 * and does no harm. */
static int start_thread(struct writer *w)
{
	sigset_t all, old;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r = pthread_create(&w->thread, NULL, run, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return r == 0 ? 0 : E_NOMEM;
}

static struct writer *writer_alloc(const struct output_kind *kind,
                                   struct str argument)
{
	struct writer *w = calloc(1, sizeof(*w));
	pthread_condattr_t monotonic;

	if (w == NULL)
		return NULL;
	w->kind = kind;
	w->argument = str_dup(argument);
	w->sink.fd = -1;
	w->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->last = &w->first;
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&w->moved, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return w;
}

int writer_new(const struct output_kind *kind, struct str argument,
               struct counters *counters, struct writer **ret)
{
	struct writer *w = writer_alloc(kind, argument);
	int r;

	if (w == NULL)
		return E_NOMEM;
	w->counters = counters;
	if (w->argument == NULL || w->wake < 0)
		r = E_NOMEM;
	else
		r = kind->open(&w->sink, w->argument);
	if (r == 0)
		r = start_thread(w);
	if (r < 0) {
		int saved = errno;

		release(w);
		errno = saved;
		return r;
	}
	*ret = w;
	return 0;
}

void writer_submit(struct writer *w, struct str line)
{
	struct line *l = malloc(sizeof(*l) + line.len);
	bool is_first = false;

	if (l != NULL) {
		l->next = NULL;
		l->len = line.len;
		memcpy(l->text, line.s, line.len);
	}
	pthread_mutex_lock(&w->lock);
	w->submitted++;
	if (l == NULL || w->gone ||
	    cost(l) > LIMIT_OUTPUT_QUEUE_BYTES - w->bytes) {
		w->dropped++;
		counter_add(w->counters, COUNTER_OUTPUT_DROPPED, 1);
		free(l);
	} else {
		is_first = w->first == NULL;
		*w->last = l;
		w->last = &l->next;
		w->bytes += cost(l);
		w->pending++;
	}
	pthread_mutex_unlock(&w->lock);
	if (is_first)
		wake(w);
}

void writer_reopen(struct writer *w)
{
	if (!w->kind->can_reopen)
		return;
	pthread_mutex_lock(&w->lock);
	w->reopen = true;
	pthread_mutex_unlock(&w->lock);
	wake(w);
}

void writer_add_stats(struct writer *w, struct outputs_stats *sum)
{
	pthread_mutex_lock(&w->lock);
	sum->submitted += w->submitted;
	sum->written += w->written;
	sum->dropped += w->dropped;
	sum->pending += w->pending;
	sum->outputs++;
	sum->gone += w->gone;
	pthread_mutex_unlock(&w->lock);
}

static struct timespec to_timespec(uint64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / NS_PER_SEC),
		                  .tv_nsec = (long)(ns % NS_PER_SEC) };
}

void writer_wait(struct writer *w, size_t bytes, uint64_t deadline_ns)
{
	struct timespec until = to_timespec(deadline_ns);
	int r = 0;

	pthread_mutex_lock(&w->lock);
	if (w->bytes > bytes)
		wake(w); /* cuts a back-off short */
	while (w->bytes > bytes && r == 0 && (deadline_ns != 0 || !w->failing))
		r = deadline_ns != 0 ? pthread_cond_timedwait(&w->moved,
		                                              &w->lock, &until)
		                     : pthread_cond_wait(&w->moved, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

static bool join(struct writer *w)
{
	struct timespec until =
		to_timespec(clock_realtime_ns() + JOIN_MS * NS_PER_MS);

	return pthread_timedjoin_np(w->thread, NULL, &until) == 0;
}

/* A write that hangs whatever was done against it (a pipe shared with others, a
 * network file system) cannot be waited for: its thread then
 * frees the writer when it comes back. */
static bool abandon(struct writer *w)
{
	bool ended;

	pthread_mutex_lock(&w->lock);
	ended = w->ended;
	if (!ended) {
		counter_add(w->counters, COUNTER_OUTPUT_DROPPED, w->pending);
		w->counters = NULL;
		w->orphan = true;
		pthread_detach(w->thread);
	}
	pthread_mutex_unlock(&w->lock);
	return !ended;
}

void writer_free(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_mutex_unlock(&w->lock);
	wake(w);
	if (!join(w)) {
		if (abandon(w))
			return;
		pthread_join(w->thread, NULL);
	}
	pthread_mutex_lock(&w->lock);
	drop_all(w);
	pthread_mutex_unlock(&w->lock);
	release(w);
}
