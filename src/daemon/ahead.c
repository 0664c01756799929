/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ahead.c - two stages of a replay and the queues between them.
 *
 * Events go over in batches, so that a lock is taken once for many, and come
 * back in batches to be recycled: no memory is allocated on the way, and what
 * is on the way is bounded. Both stages see the events in the one order that
 * the assembler gives them.
 */
#include "saker/daemon/ahead.h"

#include <pthread.h>
#include <stdlib.h>

/* Enough to hide the cost of a lock; few enough to stay in the cache. */
#define BATCH_EVENTS 32
#define BATCHES      6
/* Of a log without events nothing would tell how far it is. */
#define BATCH_RECORDS 8192u

struct batch {
	struct audit_event *events[BATCH_EVENTS];
	size_t count;
	uint64_t done, total; /* bytes of the log */
};

/* Places of a batch go round: free, full, judged. */
struct ahead {
	struct pipeline *pipeline;
	struct log_reader *reader;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct batch batches[BATCHES];
	/* batches ever filled, judged and taken back */
	uint64_t filled, judged, recycled;
	bool is_ended;
	bool is_stopped;
	int error;
	uint64_t done, total;
};

static void recycle(struct ahead *a, struct batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		assembler_release(a->pipeline->assembler, b->events[i]);
	b->count = 0;
}

/* The reader's thread: an empty batch; NULL = no more are wanted. */
static struct batch *next_empty(struct ahead *a)
{
	uint64_t judged;
	bool is_stopped;

	pthread_mutex_lock(&a->lock);
	while (a->filled - a->judged == BATCHES && !a->is_stopped)
		pthread_cond_wait(&a->changed, &a->lock);
	judged = a->judged;
	is_stopped = a->is_stopped;
	pthread_mutex_unlock(&a->lock);
	for (; a->recycled < judged; a->recycled++)
		recycle(a, &a->batches[a->recycled % BATCHES]);
	return is_stopped ? NULL : &a->batches[a->filled % BATCHES];
}

static void hand_over(struct ahead *a, struct batch *b)
{
	log_progress(a->reader, &b->done, &b->total);
	pthread_mutex_lock(&a->lock);
	a->filled++;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
}

/* Takes out what has ended; a record may end many events. NULL = stop. */
static struct batch *fill(struct ahead *a, struct batch *b)
{
	struct audit_event *e;

	while ((e = assembler_next(a->pipeline->assembler)) != NULL) {
		b->events[b->count++] = e;
		if (b->count < BATCH_EVENTS)
			continue;
		hand_over(a, b);
		b = next_empty(a);
		if (b == NULL)
			return NULL;
	}
	return b;
}

static void read_log(struct ahead *a)
{
	struct batch *b = next_empty(a);
	struct frame frame;
	unsigned records = 0;

	while (b != NULL && (a->error = log_next(a->reader, &frame)) == 0) {
		pipeline_assemble(a->pipeline, &frame, 0);
		b = fill(a, b);
		if (b != NULL && ++records % BATCH_RECORDS == 0) {
			hand_over(a, b);
			b = next_empty(a);
		}
	}
	if (b != NULL)
		hand_over(a, b);
}

static void *run(void *ahead)
{
	struct ahead *a = ahead;

	read_log(a);
	pthread_mutex_lock(&a->lock);
	a->is_ended = true;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

int ahead_start(struct pipeline *pipeline, struct log_reader *reader,
                struct ahead **ret)
{
	struct ahead *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return E_NOMEM;
	a->pipeline = pipeline;
	a->reader = reader;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	if (pthread_create(&a->thread, NULL, run, a) != 0) {
		free(a);
		return E_NOMEM;
	}
	pthread_setname_np(a->thread, "saker-reader");
	*ret = a;
	return 0;
}

bool ahead_judge(struct ahead *a)
{
	struct batch *b = NULL;

	pthread_mutex_lock(&a->lock);
	while (a->filled == a->judged && !a->is_ended)
		pthread_cond_wait(&a->changed, &a->lock);
	if (a->filled != a->judged)
		b = &a->batches[a->judged % BATCHES];
	pthread_mutex_unlock(&a->lock);
	if (b == NULL)
		return false;
	for (size_t i = 0; i < b->count; i++)
		pipeline_judge(a->pipeline, b->events[i]);
	a->done = b->done;
	a->total = b->total;
	pthread_mutex_lock(&a->lock);
	a->judged++;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	return true;
}

void ahead_progress(const struct ahead *a, uint64_t *ret_done,
                    uint64_t *ret_total)
{
	*ret_done = a->done;
	*ret_total = a->total;
}

int ahead_free(struct ahead *a)
{
	int error;

	pthread_mutex_lock(&a->lock);
	a->is_stopped = true;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	for (size_t i = 0; i < BATCHES; i++)
		recycle(a, &a->batches[i]);
	error = a->error;
	pthread_mutex_destroy(&a->lock);
	pthread_cond_destroy(&a->changed);
	free(a);
	return error;
}
