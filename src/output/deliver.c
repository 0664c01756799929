/* SPDX-License-Identifier: GPL-2.0-or-later */
/* deliver.c - from the queue into the spool, from the spool to the sink.
 *
 * A message is settled when it has arrived as far as the sink can tell. What
 * was written to a connection that broke before is written again to the next
 * one: at least once, in order, and its uuid tells the receiver. */
#include "deliver.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "saker/base/clock.h"
#include "saker/base/limits.h"

#define RETRY_FIRST_MS  100u
#define RETRY_MOST_MS   5000u
#define SPOOL_RETRY_MS  1000u
#define CONFIRM_MOST_MS 250u

static struct str text_of(const struct message *m)
{
	return (struct str){ m->bytes, m->len };
}

/* Sleeps until woken, until the sink has room (for_room), or timeout_ms. */
static void nap(struct writer *w, bool for_room, int timeout_ms)
{
	struct pollfd p[2] = { { .fd = w->wake, .events = POLLIN },
		               { .fd = w->sink.fd, .events = POLLOUT } };
	eventfd_t ignored;

	if (for_room && w->spec.kind->ops->wait != NULL)
		w->spec.kind->ops->wait(&w->sink, w->wake, timeout_ms);
	else
		poll(p, for_room ? 2 : 1, timeout_ms);
	eventfd_read(w->wake, &ignored);
}

static void count_error(struct writer *w, enum counter counter)
{
	pthread_mutex_lock(&w->lock);
	w->stats.errors++;
	counter_add(w->counters, counter, 1);
	writer_unlock(w);
}

/* What the spool lost since it was asked last. */
static void count_spool(struct writer *w)
{
	struct spool_stats s = spool_stats(w->spool);

	pthread_mutex_lock(&w->lock);
	if (s.dropped != w->spool_known.dropped)
		writer_drop(w, s.dropped - w->spool_known.dropped);
	counter_add(w->counters, COUNTER_SPOOL_DAMAGED,
	            s.damaged - w->spool_known.damaged);
	w->stats.spool_bytes = s.bytes;
	w->stats.spooled = s.waiting + w->from_spool;
	writer_unlock(w);
	w->spool_known = s;
}

/* False: the spool has no room for anything now. */
static bool spool_message(struct writer *w, struct message *m)
{
	int error = spool_append(w->spool, m->priority, text_of(m));

	if (error == 0)
		return true;
	if (error == E_LIMIT) {
		pthread_mutex_lock(&w->lock);
		writer_drop(w, 1);
		writer_unlock(w);
		return true;
	}
	count_error(w, COUNTER_SPOOL_ERRORS);
	w->spool_retry_ns = clock_monotonic_ns() + SPOOL_RETRY_MS * NS_PER_MS;
	return false;
}

static struct message *pop(struct writer *w)
{
	struct message *m;

	pthread_mutex_lock(&w->lock);
	m = queue_pop(&w->queue);
	if (m != NULL)
		pthread_cond_broadcast(&w->moved);
	writer_unlock(w);
	return m;
}

/* On disk it outlives this process, in memory it does not. */
static void absorb(struct writer *w)
{
	struct message *m;

	if (w->spool == NULL || (w->spool_retry_ns != 0 &&
	                         clock_monotonic_ns() < w->spool_retry_ns))
		return;
	w->spool_retry_ns = 0;
	while (w->spool_retry_ns == 0 && (m = pop(w)) != NULL) {
		if (spool_message(w, m)) {
			message_free(m);
			continue;
		}
		pthread_mutex_lock(&w->lock);
		queue_unpop(&w->queue, m);
		writer_unlock(w);
	}
	count_spool(w);
}

static struct message *pop_list(struct list *l)
{
	struct message *m;

	if (list_is_empty(l))
		return NULL;
	m = container_of(l->next, struct message, in_order);
	list_remove(&m->in_order);
	return m;
}

/* The oldest that is not with the sink. What the spool does not have is newer
 * than what it has. */
static struct message *next_message(struct writer *w)
{
	struct message *m = pop_list(&w->again);

	if (m != NULL || w->sent_bytes > LIMIT_OUTPUT_SENT_BYTES)
		return m;
	if (w->spool == NULL)
		return pop(w);
	switch (spool_take(w->spool, &m)) {
	case 0:
		w->from_spool++;
		return m;
	case E_END:
		return pop(w);
	default:
		count_error(w, COUNTER_SPOOL_ERRORS);
		w->retry_ns = clock_monotonic_ns() + SPOOL_RETRY_MS * NS_PER_MS;
		return NULL;
	}
}

static void set_failing(struct writer *w, bool failing)
{
	pthread_mutex_lock(&w->lock);
	w->failing = failing;
	pthread_cond_broadcast(&w->moved);
	writer_unlock(w);
}

/* Nobody will ever read this output again. */
static void give_up(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->gone = true;
	w->failing = true;
	queue_clear(&w->queue);
	writer_drop(w, writer_pending(w));
	pthread_cond_broadcast(&w->moved);
	writer_unlock(w);
	message_free(w->current);
	w->current = NULL;
	w->done = 0;
}

/* What was with the sink goes back, in order, before what follows. */
static void take_back(struct writer *w)
{
	if (w->current != NULL)
		list_add_tail(w->again.next, &w->current->in_order);
	while (!list_is_empty(&w->sent)) {
		struct list *last = w->sent.prev;

		list_remove(last);
		list_add_tail(w->again.next, last);
	}
	w->current = NULL;
	w->sent_bytes = 0;
	w->done = 0;
}

/* A file stays open: the disk may have room again. A connection does not. */
static void failed(struct writer *w)
{
	bool keeps = (w->spec.kind->flags & KIND_AT_ONCE) != 0;
	bool gone = keeps && (w->spec.kind->flags & KIND_REOPENS) == 0 &&
	            (errno == EPIPE || errno == ECONNRESET);

	count_error(w, COUNTER_OUTPUT_ERRORS);
	set_failing(w, true);
	w->retry_ms = w->retry_ms == 0 ? RETRY_FIRST_MS : w->retry_ms * 2;
	if (w->retry_ms > RETRY_MOST_MS)
		w->retry_ms = RETRY_MOST_MS;
	w->retry_ns = clock_monotonic_ns() + w->retry_ms * NS_PER_MS;
	if (gone)
		give_up(w);
	if (keeps)
		return;
	if (w->is_open)
		w->spec.kind->ops->close(&w->sink);
	w->is_open = false;
	take_back(w);
}

static void open_sink(struct writer *w)
{
	struct sink fresh = { .fd = -1 };

	if (writer_open(w, &fresh) < 0) {
		failed(w);
		return;
	}
	w->sink = fresh;
	w->is_open = true;
	w->taken = 0;
}

/* A line that a failing file holds in part starts over in the new one. What
 * cannot be opened leaves the old file in use: alerts in a rotated file are
 * better than none. */
static void reopen(struct writer *w)
{
	struct sink fresh = { .fd = -1 };

	pthread_mutex_lock(&w->lock);
	w->reopen = false;
	writer_unlock(w);
	if (writer_open(w, &fresh) < 0) {
		count_error(w, COUNTER_OUTPUT_ERRORS);
		return;
	}
	w->spec.kind->ops->close(&w->sink);
	w->sink = fresh;
	w->done = 0;
	w->retry_ns = 0;
}

/* It has arrived, or never will. */
static void settle(struct writer *w, struct message *m, bool arrived)
{
	if (m->seq != 0) {
		spool_settle(w->spool, m->seq);
		w->from_spool--;
	}
	pthread_mutex_lock(&w->lock);
	if (m->seq != 0)
		w->stats.spooled--;
	if (arrived) {
		w->stats.written++;
	} else {
		writer_drop(w, 1);
		counter_add(w->counters, COUNTER_OUTPUT_REJECTED, 1);
	}
	pthread_cond_broadcast(&w->moved);
	writer_unlock(w);
	message_free(m);
}

static void advance(struct writer *w, size_t n)
{
	struct message *m = w->current;

	if (w->retry_ms != 0) {
		w->retry_ms = 0;
		set_failing(w, false);
	}
	w->done += n;
	w->taken += n;
	if (w->done < m->len)
		return;
	w->current = NULL;
	w->done = 0;
	if (w->spec.kind->ops->unconfirmed == NULL) {
		settle(w, m, true);
		return;
	}
	m->end = w->taken;
	list_add_tail(&w->sent, &m->in_order);
	w->sent_bytes += message_cost(m);
	w->confirm_ms = 1;
}

static void write_current(struct writer *w)
{
	struct str rest = str_skip(text_of(w->current), w->done);
	ssize_t n = w->spec.kind->ops->write(&w->sink, rest);

	if (n >= 0) {
		advance(w, (size_t)n);
		return;
	}
	switch (errno) {
	case EAGAIN:
		nap(w, true,
		    list_is_empty(&w->sent) ? -1 : (int)CONFIRM_MOST_MS);
		break;
	case EINTR:
		break;
	case EBADMSG:
	case EMSGSIZE:
		settle(w, w->current, false);
		w->current = NULL;
		w->done = 0;
		break;
	default:
		failed(w);
	}
}

/* Settles what has arrived meanwhile. */
static void confirm(struct writer *w)
{
	ssize_t left;
	bool any = false;

	if (list_is_empty(&w->sent))
		return;
	left = w->spec.kind->ops->unconfirmed(&w->sink);
	if (left < 0) {
		failed(w);
		return;
	}
	while (!list_is_empty(&w->sent)) {
		struct message *m =
			container_of(w->sent.next, struct message, in_order);

		if (m->end + (uint64_t)left > w->taken)
			break;
		list_remove(&m->in_order);
		w->sent_bytes -= message_cost(m);
		settle(w, m, true);
		any = true;
	}
	w->confirm_ms = any ? 1 : w->confirm_ms * 2;
	if (w->confirm_ms > CONFIRM_MOST_MS)
		w->confirm_ms = CONFIRM_MOST_MS;
}

/* -1 = until woken. */
static int idle_ms(const struct writer *w, uint64_t now)
{
	if (now < w->retry_ns)
		return (int)((w->retry_ns - now) / NS_PER_MS) + 1;
	if (!list_is_empty(&w->sent))
		return (int)w->confirm_ms;
	return w->spool_retry_ns != 0 ? (int)SPOOL_RETRY_MS : -1;
}

/* What the spool promises, arrival alone keeps: where that is known late, only
 * the thread puts away what waits for it. */
static bool can_lend(const struct writer *w, uint64_t now)
{
	const struct sink_ops *ops = w->spec.kind->ops;

	if (!w->at_once || ops->write_at_once == NULL || !w->is_open ||
	    now < w->retry_ns || w->retry_ms != 0 || w->spool_retry_ns != 0 ||
	    w->current != NULL || !list_is_empty(&w->again))
		return false;
	return w->spool == NULL ||
	       (ops->unconfirmed == NULL && spool_stats(w->spool).waiting == 0);
}

static void rest(struct writer *w, uint64_t now)
{
	pthread_mutex_lock(&w->lock);
	w->is_resting = can_lend(w, now);
	writer_unlock(w);
	nap(w, false, idle_ms(w, now));
	pthread_mutex_lock(&w->lock);
	w->is_resting = false;
	while (w->is_lent)
		pthread_cond_wait(&w->moved, &w->lock);
	writer_unlock(w);
}

bool deliver_at_once(struct writer *w, struct message *m)
{
	const bool had_sent = !list_is_empty(&w->sent);
	ssize_t n = w->spec.kind->ops->write_at_once(&w->sink, text_of(m));
	bool is_left;

	if (n > 0) {
		w->current = m;
		advance(w, (size_t)n);
	}
	pthread_mutex_lock(&w->lock);
	if (n <= 0)
		writer_drop(w, queue_push(&w->queue, m));
	is_left = n <= 0 || w->current != NULL;
	if (is_left)
		w->is_resting = false;
	is_left |= !had_sent && !list_is_empty(&w->sent);
	w->is_lent = false;
	pthread_cond_broadcast(&w->moved);
	writer_unlock(w);
	return is_left;
}

static void work(struct writer *w)
{
	uint64_t now = clock_monotonic_ns();

	if (now >= w->retry_ns && !w->is_open)
		open_sink(w);
	if (w->is_open)
		confirm(w);
	if (w->is_open && now >= w->retry_ns && w->current == NULL)
		w->current = next_message(w);
	if (w->is_open && now >= w->retry_ns && w->current != NULL)
		write_current(w);
	else
		rest(w, now);
}

/* What only memory has goes into the spool, for the next run. */
static void keep(struct writer *w, struct list *l)
{
	struct message *m;

	while ((m = pop_list(l)) != NULL) {
		if (w->spool != NULL && m->seq == 0)
			spool_message(w, m);
		message_free(m);
	}
}

static void put_away(struct writer *w)
{
	take_back(w);
	keep(w, &w->again);
	w->spool_retry_ns = 0;
	absorb(w);
	if (w->spool != NULL)
		count_spool(w);
}

void deliver(struct writer *w)
{
	for (;;) {
		bool stop, anew;

		pthread_mutex_lock(&w->lock);
		stop = w->stop;
		anew = w->reopen;
		if (w->hurry)
			w->retry_ns = w->spool_retry_ns = 0;
		w->hurry = false;
		writer_unlock(w);
		if (stop)
			break;
		absorb(w);
		if (anew && w->is_open && (w->done == 0 || w->retry_ms != 0))
			reopen(w);
		else
			work(w);
	}
	put_away(w);
}
