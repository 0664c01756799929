/* SPDX-License-Identifier: GPL-2.0-or-later */
/* queue.c - the threads that carry responses out, each one after the other. */
#include "saker/response/queue.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/base/list.h"

struct ticket {
	struct list link;
	struct arena arena; /* of the request and the outcome */
	struct response_request request;
	struct response_outcome outcome;
	struct alert alert;
	uint64_t deadline_ns;
	bool is_told;  /* went out without its result */
	void *begun;   /* by who asked; NULL = not */
	bool is_taken; /* by its thread */
	bool is_done;
};

/* A command may run for long, and no kill waits for it. */
enum lane_id {
	LANE_ACTIONS,
	LANE_COMMANDS,
	LANE__MAX
};

struct lane {
	struct response_queue *queue;
	enum lane_id id;
	pthread_t thread;
	pthread_cond_t ready;
	bool is_started;
	size_t count;   /* of its tickets */
	size_t unbegun; /* of these, begun by nobody, and not done */
};

struct response_queue {
	struct response_runner runner;
	pthread_mutex_t lock; /* of what follows, but a ticket under way */
	pthread_cond_t changed;
	struct list tickets; /* in order */
	struct lane lanes[LANE__MAX];
	bool stop;
	int event;
};

static struct ticket *ticket_of(struct list *link)
{
	return container_of(link, struct ticket, link);
}

static void ticket_free(struct ticket *t)
{
	if (t == NULL)
		return;
	alert_done(&t->alert);
	arena_done(&t->arena);
	free(t);
}

static enum lane_id lane_of(const struct response_request *r)
{
	return r->response.action == RESPONSE_EXEC ? LANE_COMMANDS
	                                           : LANE_ACTIONS;
}

static struct ticket *next_of(const struct lane *lane)
{
	list_for_each (link, &lane->queue->tickets) {
		struct ticket *t = ticket_of(link);

		if (!t->is_taken && lane_of(&t->request) == lane->id)
			return t;
	}
	return NULL;
}

static bool has_open(const struct response_queue *q)
{
	list_for_each (link, &q->tickets)
		if (!ticket_of(link)->is_done)
			return true;
	return false;
}

static void run_here(void *arg, const struct response_request *request,
                     struct arena *arena, struct response_outcome *ret)
{
	responder_run(arg, request, arena, ret);
}

static void *begin_here(void *arg, const struct response_request *request,
                        struct arena *arena)
{
	return responder_strike(arg, request, arena);
}

static void end_here(void *arg, void *begun,
                     const struct response_request *request,
                     struct arena *arena, struct response_outcome *ret)
{
	(void)arg, (void)request, (void)arena;
	responder_finish(begun, ret);
}

struct response_runner response_runner_of(struct responder *r)
{
	return (struct response_runner){
		.arg = r, .run = run_here, .begin = begin_here, .end = end_here
	};
}

/* A fork bomb must not keep off who ends it; where that is not allowed, the
 * priority stays. On Linux it is the thread's own (setpriority(2)). */
void response_thread_begin(void)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	setpriority(PRIO_PROCESS, 0, -20);
}

static void carry_out(const struct response_runner *r, struct ticket *t)
{
	if (t->begun != NULL)
		r->end(r->arg, t->begun, &t->request, &t->arena, &t->outcome);
	else
		r->run(r->arg, &t->request, &t->arena, &t->outcome);
}

static void *work(void *arg)
{
	struct lane *lane = arg;
	struct response_queue *q = lane->queue;

	response_thread_begin();
	pthread_mutex_lock(&q->lock);
	while (!q->stop) {
		struct ticket *t = next_of(lane);

		if (t == NULL) {
			pthread_cond_wait(&lane->ready, &q->lock);
			continue;
		}
		t->is_taken = true;
		pthread_mutex_unlock(&q->lock);
		carry_out(&q->runner, t);
		pthread_mutex_lock(&q->lock);
		t->is_done = true;
		lane->unbegun -= t->begun == NULL;
		pthread_cond_broadcast(&q->changed);
		eventfd_write(q->event, 1);
	}
	pthread_mutex_unlock(&q->lock);
	return NULL;
}

static void init_condition(pthread_cond_t *c)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(c, &attr);
	pthread_condattr_destroy(&attr);
}

static int start_lanes(struct response_queue *q)
{
	for (unsigned i = 0; i < LANE__MAX; i++) {
		struct lane *l = &q->lanes[i];

		l->is_started = pthread_create(&l->thread, NULL, work, l) == 0;
		if (!l->is_started)
			return E_IO;
	}
	return 0;
}

int response_queue_new(const struct response_runner *runner,
                       struct response_queue **ret)
{
	struct response_queue *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return E_NOMEM;
	q->runner = *runner;
	list_init(&q->tickets);
	pthread_mutex_init(&q->lock, NULL);
	init_condition(&q->changed);
	for (unsigned i = 0; i < LANE__MAX; i++) {
		q->lanes[i] =
			(struct lane){ .queue = q, .id = (enum lane_id)i };
		init_condition(&q->lanes[i].ready);
	}
	q->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (q->event < 0 || start_lanes(q) < 0) {
		response_queue_free(q);
		return E_IO;
	}
	*ret = q;
	return 0;
}

void response_queue_free(struct response_queue *q)
{
	if (q == NULL)
		return;
	pthread_mutex_lock(&q->lock);
	q->stop = true;
	for (unsigned i = 0; i < LANE__MAX; i++)
		pthread_cond_signal(&q->lanes[i].ready);
	pthread_mutex_unlock(&q->lock);
	for (unsigned i = 0; i < LANE__MAX; i++) {
		if (q->lanes[i].is_started)
			pthread_join(q->lanes[i].thread, NULL);
		pthread_cond_destroy(&q->lanes[i].ready);
	}
	while (!list_is_empty(&q->tickets)) {
		struct ticket *t = ticket_of(q->tickets.next);

		list_remove(&t->link);
		/* what was begun is under way */
		if (t->begun != NULL && !t->is_done)
			carry_out(&q->runner, t);
		ticket_free(t);
	}
	pthread_cond_destroy(&q->changed);
	pthread_mutex_destroy(&q->lock);
	io_close(&q->event);
	free(q);
}

int response_queue_fd(const struct response_queue *q)
{
	return q != NULL ? q->event : -1;
}

uint64_t response_queue_deadline(struct response_queue *q)
{
	uint64_t due = 0;

	if (q == NULL)
		return 0;
	pthread_mutex_lock(&q->lock);
	list_for_each (link, &q->tickets)
		if (due == 0 && !ticket_of(link)->is_told)
			due = ticket_of(link)->deadline_ns;
	pthread_mutex_unlock(&q->lock);
	return due;
}

void response_queue_flush(struct response_queue *q, unsigned timeout_ms)
{
	uint64_t until = clock_monotonic_ns() + timeout_ms * NS_PER_MS;
	struct timespec ts = { .tv_sec = (time_t)(until / NS_PER_SEC),
		               .tv_nsec = (long)(until % NS_PER_SEC) };

	if (q == NULL)
		return;
	pthread_mutex_lock(&q->lock);
	while (has_open(q) &&
	       pthread_cond_timedwait(&q->changed, &q->lock, &ts) == 0)
		;
	pthread_mutex_unlock(&q->lock);
}

static struct ticket *make_ticket(const struct response_request *request)
{
	struct ticket *t = calloc(1, sizeof(*t));

	if (t == NULL ||
	    response_request_copy(request, &t->arena, &t->request) < 0) {
		ticket_free(t);
		return NULL;
	}
	t->deadline_ns = clock_monotonic_ns() + RESPONSE_WAIT_MS * NS_PER_MS;
	return t;
}

/* How many wait for the same container, or for the host. */
static size_t count_of(const struct response_queue *q, enum lane_id lane,
                       struct str container)
{
	size_t n = 0;

	list_for_each (link, &q->tickets) {
		const struct response_request *r = &ticket_of(link)->request;

		n += lane_of(r) == lane && str_eq(r->container, container);
	}
	return n;
}

/* A container that keeps raising alerts must not keep what another does from
 * being responded to: of the second half of the places nobody has more than a
 * quarter of all. */
static bool has_room(const struct response_queue *q,
                     const struct response_request *request)
{
	static const size_t most[] = {
		[LANE_ACTIONS] = LIMIT_RESPONSES_WAITING,
		[LANE_COMMANDS] = LIMIT_RESPONSE_COMMANDS_WAITING,
	};
	enum lane_id lane = lane_of(request);
	size_t count = q->lanes[lane].count;

	return count < most[lane] / 2 ||
	       (count < most[lane] &&
	        count_of(q, lane, request->container) < most[lane] / 4);
}

/* Not behind one that is to be begun by the thread: that one's turn is first,
 * and where outcomes come in the order of the requests it must be. */
static bool may_begin(struct response_queue *q,
                      const struct response_request *request)
{
	bool may;

	pthread_mutex_lock(&q->lock);
	may = q->runner.begin != NULL && has_room(q, request) &&
	      q->lanes[lane_of(request)].unbegun == 0;
	pthread_mutex_unlock(&q->lock);
	return may;
}

int response_queue_submit(struct response_queue *q,
                          const struct response_request *request,
                          struct alert *alert)
{
	struct lane *lane = &q->lanes[lane_of(request)];
	struct ticket *t = make_ticket(request);
	bool is_full;

	if (t == NULL)
		return E_NOMEM;
	if (may_begin(q, request))
		t->begun =
			q->runner.begin(q->runner.arg, &t->request, &t->arena);
	pthread_mutex_lock(&q->lock);
	/* only this thread makes them more */
	is_full = !has_room(q, request);
	if (!is_full) {
		t->alert = *alert;
		*alert = (struct alert){ 0 };
		list_add_tail(&q->tickets, &t->link);
		lane->count++;
		lane->unbegun += t->begun == NULL;
	}
	pthread_mutex_unlock(&q->lock);
	if (is_full)
		ticket_free(t);
	else
		pthread_cond_signal(&lane->ready);
	return is_full ? E_FULL : 0;
}

static void set_waiting(struct ticket *t)
{
	const struct rule_response *r = &t->request.response;
	struct alert_response report = {
		.action = str_from(response_action_info(r->action)->name),
		.scope = str_from(response_scope_name(r->scope)),
		.mode = str_from(response_mode_name(r->mode)),
		.pid = t->request.pid,
		.start_ticks = t->request.start_ticks,
		.exe = t->request.exe,
		.container = t->request.container,
		.result = STR("under way: what becomes of it follows"),
	};

	/* without memory the alert goes without */
	if (alert_set_response(&t->alert, &report) < 0)
		return;
}

static void set_result(struct ticket *t)
{
	if (!t->outcome.is_set ||
	    alert_set_response(&t->alert, &t->outcome.report) < 0)
		return;
}

/* The first that something can be said of: of a ticket that is done, for the
 * last time, and it is taken from the list. */
static struct ticket *take(struct response_queue *q, uint64_t now,
                           bool *ret_done)
{
	struct ticket *found = NULL;

	pthread_mutex_lock(&q->lock);
	list_for_each (link, &q->tickets) {
		struct ticket *t = ticket_of(link);

		if (!t->is_done && (t->is_told || t->deadline_ns > now))
			continue;
		found = t;
		break;
	}
	if (found != NULL && found->is_done) {
		list_remove(&found->link);
		q->lanes[lane_of(&found->request)].count--;
	}
	*ret_done = found != NULL && found->is_done;
	pthread_mutex_unlock(&q->lock);
	return found;
}

void response_queue_collect(struct response_queue *q,
                            void (*fn)(void *arg,
                                       const struct response_done *done),
                            void *arg)
{
	uint64_t now = clock_monotonic_ns();
	struct ticket *t;
	eventfd_t n;
	bool is_done;

	if (eventfd_read(q->event, &n) < 0 && errno != EAGAIN)
		return;
	while ((t = take(q, now, &is_done)) != NULL) {
		if (is_done)
			set_result(t);
		else
			set_waiting(t);
		fn(arg,
		   &(struct response_done){
			   .alert = &t->alert,
			   .is_late = is_done && t->is_told,
			   .received_ns = t->request.received_ns,
			   .notice = is_done ? t->outcome.notice : STR_NONE,
		   });
		t->is_told = true;
		if (is_done)
			ticket_free(t);
	}
}
