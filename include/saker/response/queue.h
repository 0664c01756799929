/* SPDX-License-Identifier: GPL-2.0-or-later */
/* queue.h - responses beside the detection: a thread carries them out, another
 * the commands, which may take long, and an alert waits for what became of its
 * own, but not for long. */
#ifndef SAKER_RESPONSE_QUEUE_H
#define SAKER_RESPONSE_QUEUE_H

#include "saker/response/response.h"

/* An alert goes out without its result after that; the result follows. */
#define RESPONSE_WAIT_MS 1500

struct response_queue;

/* Who carries out: a responder, or one that asks another process. */
struct response_runner {
	void *arg;
	/* as responder_run(), from a thread of the queue */
	void (*run)(void *arg, const struct response_request *request,
	            struct arena *arena, struct response_outcome *ret);
	/* As responder_strike() and responder_finish(): what can be begun
	 * without waiting is, by who asks, and ended by a thread of the queue.
	 * NULL = there is nothing of that kind. */
	void *(*begin)(void *arg, const struct response_request *request,
	               struct arena *arena);
	void (*end)(void *arg, void *begun,
	            const struct response_request *request, struct arena *arena,
	            struct response_outcome *ret);
};

/* That responder, borrowed. */
struct response_runner response_runner_of(struct responder *r);

/* For the thread that carries responses out: no signals, high priority. */
void response_thread_begin(void);

/* 0, E_NOMEM or E_IO. */
int response_queue_new(const struct response_runner *runner,
                       struct response_queue **ret) must_check;
/* Those that wait are not carried out any more; the one under way is waited
 * for. Alerts that were not collected are lost. */
void response_queue_free(struct response_queue *q);
/* Readable when there is something to collect. */
int response_queue_fd(const struct response_queue *q); /* -1: q is NULL */
/* CLOCK_MONOTONIC of the first alert that waits no longer; 0 = none waits. */
/* q may be NULL, here and in the next. */
uint64_t response_queue_deadline(struct response_queue *q);
/* Waits until nothing is under way, at most timeout_ms. */
void response_queue_flush(struct response_queue *q, unsigned timeout_ms);
/* Takes the alert over, and a copy of the request. 0; E_FULL (too many wait, of
 * commands or of other actions) or E_NOMEM, and
 * the alert stays the caller's. */
int response_queue_submit(struct response_queue *q,
                          const struct response_request *request,
                          struct alert *alert) must_check;

struct response_done {
	struct alert *alert;  /* with its response, as far as it is known */
	bool is_late;         /* the alert went out before: this is the rest */
	struct str notice;    /* as in the outcome */
	uint64_t received_ns; /* of the event */
};
/* Calls fn, which borrows, for each that is done, or has waited for long enough
 * (whose response says so). */
void response_queue_collect(struct response_queue *q,
                            void (*fn)(void *arg,
                                       const struct response_done *done),
                            void *arg);

#endif
