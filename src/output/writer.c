/* SPDX-License-Identifier: GPL-2.0-or-later */
/* writer.c - one output, as those see it who hand it alerts. */
#include "writer.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "account.h"
#include "deliver.h"
#include "handover.h"
#include "saker/base/clock.h"
#include "saker/base/limits.h"
#include "ticket.h"

/* How long the thread of a hung file system is waited for. */
#define JOIN_MS 500

void writer_wake(struct writer *w)
{
	eventfd_write(w->wake, 1);
}

uint64_t writer_pending(const struct writer *w)
{
	return w->stats.submitted - w->stats.written - w->stats.dropped;
}

void writer_unlock(struct writer *w)
{
	if (w->account != NULL) {
		w->stats.failing = w->failing;
		w->stats.gone = w->gone;
		*w->account = w->stats;
		account_set_resting(w->account, w->is_resting && !w->is_lent &&
		                                        writer_pending(w) == 0);
	}
	pthread_mutex_unlock(&w->lock);
}

void writer_drop(struct writer *w, uint64_t n)
{
	w->stats.dropped += n;
	counter_add(w->counters, COUNTER_OUTPUT_DROPPED, n);
}

static void free_list(struct list *l)
{
	while (!list_is_empty(l)) {
		struct message *m =
			container_of(l->next, struct message, in_order);

		list_remove(&m->in_order);
		message_free(m);
	}
}

static void release(struct writer *w)
{
	if (w->wake >= 0)
		close(w->wake);
	if (w->is_open)
		w->spec.kind->ops->close(&w->sink);
	message_free(w->current);
	free_list(&w->sent);
	free_list(&w->again);
	queue_clear(&w->queue);
	spool_close(w->spool);
	output_spec_done(&w->spec);
	pthread_cond_destroy(&w->moved);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

static void *run(void *arg)
{
	struct writer *w = arg;
	bool orphan;

	deliver(w);
	pthread_mutex_lock(&w->lock);
	orphan = w->orphan;
	w->ended = true;
	pthread_mutex_unlock(&w->lock);
	if (orphan)
		release(w);
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

static struct writer *writer_alloc(void)
{
	struct writer *w = calloc(1, sizeof(*w));
	pthread_condattr_t monotonic;

	if (w == NULL)
		return NULL;
	w->sink.fd = -1;
	w->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	list_init(&w->sent);
	list_init(&w->again);
	queue_init(&w->queue, LIMIT_OUTPUT_QUEUE_BYTES);
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&w->moved, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return w;
}

/* What a former run left is submitted anew. */
static void take_up(struct writer *w, struct spool *spool)
{
	struct spool_stats s = { 0 };

	w->spool = spool;
	if (spool != NULL)
		s = spool_stats(spool);
	if (w->given != NULL) {
		w->account =
			outbox_account(w->given->outbox, w->number, s.waiting);
		w->stats = *w->account;
	}
	w->stats.submitted = w->stats.written + w->stats.dropped + s.waiting;
	w->stats.spooled = s.waiting;
	w->stats.spool_bytes = s.bytes;
}

/* What others can open, too, is tried first. */
int writer_open(struct writer *w, struct sink *ret)
{
	const struct output_kind *kind = w->spec.kind;
	struct output_opened opened = { .fd = -1 };
	int error = E_DENIED;

	if (w->given == NULL || (kind->flags & KIND_PRIVILEGED) == 0)
		error = kind->ops->open(ret, &w->spec);
	if (w->given == NULL || error != E_DENIED)
		return error;
	error = w->given->open(w->given->arg, w->number, &opened);
	if (error == 0)
		*ret = (struct sink){
			.fd = opened.fd,
			.is_socket = opened.is_socket,
			.may_block = opened.may_block,
			.needs_newline = opened.needs_newline,
		};
	if (error == 0 && w->account != NULL)
		account_count_opened(w->account);
	return error;
}

int writer_new(struct output_spec *spec, struct spool *spool,
               const struct writer_options *options, struct writer **ret)
{
	struct writer *w = writer_alloc();
	int r = 0;

	if (w == NULL)
		return E_NOMEM;
	w->number = options->number;
	w->given = options->given;
	w->counters = options->counters;
	w->at_once = options->at_once;
	w->spec = *spec;
	take_up(w, spool);
	if (w->wake < 0)
		r = E_NOMEM;
	else if ((spec->kind->flags & KIND_AT_ONCE) != 0)
		r = writer_open(w, &w->sink);
	w->is_open = r == 0 && w->sink.fd >= 0;
	if (r == 0)
		r = start_thread(w);
	if (r < 0) {
		int saved = errno;

		w->spec = (struct output_spec){ .kind = spec->kind };
		w->spool = NULL;
		release(w);
		errno = saved;
		return r;
	}
	*spec = (struct output_spec){ 0 };
	*ret = w;
	return 0;
}

const struct output_spec *writer_spec(const struct writer *w)
{
	return &w->spec;
}

/* The lock is held. */
static bool may_lend(const struct writer *w)
{
	return w->is_resting && w->queue.count == 0 &&
	       w->sent_bytes <= LIMIT_OUTPUT_SENT_BYTES;
}

bool writer_put(struct writer *w, enum priority priority, struct str message,
                struct ticket *t)
{
	struct message *m = message_new(priority, message);
	bool is_first;

	if (m != NULL)
		m->ticket = t;
	else
		ticket_done(t);

	pthread_mutex_lock(&w->lock);
	is_first = w->queue.count == 0;
	w->stats.submitted++;
	if (m == NULL || w->gone) {
		writer_drop(w, 1);
		message_free(m);
	} else if (may_lend(w)) {
		w->is_lent = true;
		writer_unlock(w);
		return deliver_at_once(w, m);
	} else {
		writer_drop(w, queue_push(&w->queue, m));
	}
	writer_unlock(w);
	return is_first;
}

void writer_count_lost(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->stats.submitted++;
	writer_drop(w, 1);
	writer_unlock(w);
}

void writer_reopen(struct writer *w)
{
	if ((w->spec.kind->flags & KIND_REOPENS) == 0)
		return;
	pthread_mutex_lock(&w->lock);
	w->reopen = true;
	pthread_mutex_unlock(&w->lock);
	writer_wake(w);
}

void writer_add_stats(struct writer *w, struct outputs_stats *sum)
{
	pthread_mutex_lock(&w->lock);
	sum->submitted += w->stats.submitted;
	sum->written += w->stats.written;
	sum->dropped += w->stats.dropped;
	sum->pending += writer_pending(w);
	sum->errors += w->stats.errors;
	sum->spooled += w->stats.spooled;
	sum->spool_bytes += w->stats.spool_bytes;
	sum->outputs++;
	sum->gone += w->gone;
	sum->failing += w->failing;
	pthread_mutex_unlock(&w->lock);
}

static struct timespec to_timespec(uint64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / NS_PER_SEC),
		                  .tv_nsec = (long)(ns % NS_PER_SEC) };
}

/* Until `enough` says so, the deadline, or with deadline 0 a failure. */
static void wait_until(struct writer *w,
                       bool (*enough)(const struct writer *, size_t),
                       size_t arg, uint64_t deadline_ns)
{
	struct timespec until = to_timespec(deadline_ns);
	int r = 0;

	pthread_mutex_lock(&w->lock);
	if (!enough(w, arg)) {
		w->hurry = true; /* cuts a back-off short */
		writer_wake(w);
	}
	while (!enough(w, arg) && r == 0 && (deadline_ns != 0 || !w->failing))
		r = deadline_ns != 0 ? pthread_cond_timedwait(&w->moved,
		                                              &w->lock, &until)
		                     : pthread_cond_wait(&w->moved, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

static bool has_room(const struct writer *w, size_t bytes)
{
	return w->queue.bytes <= bytes;
}

static bool is_empty(const struct writer *w, size_t ignored)
{
	(void)ignored;
	return writer_pending(w) == 0;
}

void writer_wait_room(struct writer *w, size_t bytes, uint64_t deadline_ns)
{
	wait_until(w, has_room, bytes, deadline_ns);
}

void writer_flush(struct writer *w, uint64_t deadline_ns)
{
	wait_until(w, is_empty, 0, deadline_ns);
}

static bool join(struct writer *w)
{
	struct timespec until =
		to_timespec(clock_realtime_ns() + JOIN_MS * NS_PER_MS);

	return pthread_timedjoin_np(w->thread, NULL, &until) == 0;
}

/* The lock is held. What no later run will find is lost. */
static void drop_pending(struct writer *w)
{
	writer_drop(w, writer_pending(w) - w->stats.spooled);
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
		drop_pending(w);
		/* they may go before the thread comes back */
		w->counters = NULL;
		w->account = NULL;
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
	writer_wake(w);
	if (!join(w)) {
		if (abandon(w))
			return;
		pthread_join(w->thread, NULL);
	}
	drop_pending(w);
	release(w);
}
