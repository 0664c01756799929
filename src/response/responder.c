/* SPDX-License-Identifier: GPL-2.0-or-later */
/* responder.c - a responder, its settings and its memory of what it did. */
#include "responder.h"

#include <stdlib.h>
#include <unistd.h>

#include "saker/base/clock.h"

/* Identities of the never-kill list's files are as old as that at most, half of
 * it where responder_tick() is called. */
#define REFRESH_NS (2 * NS_PER_SEC)

static void look_at_self(struct responder *r)
{
	struct host *h = r->options.host;
	struct arena arena = ARENA_INIT;
	struct host_process p;

	if (h->ops->process(h, getpid(), HOST_WANT_NS_PID | HOST_WANT_ROOT,
	                    &arena, &p) == 0) {
		r->own_pid_ns = p.ns_pid;
		r->own_root = p.root_id;
	}
	arena_done(&arena);
}

struct responder *responder_new(const struct responder_options *options)
{
	struct responder *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	pthread_mutex_init(&r->busy, NULL);
	pthread_mutex_init(&r->lock, NULL);
	history_init(&r->history);
	r->options = *options;
	r->settings = settings_copy(&options->settings);
	if (r->settings == NULL) {
		responder_free(r);
		return NULL;
	}
	look_at_self(r);
	return r;
}

void responder_free(struct responder *r)
{
	if (r == NULL)
		return;
	settings_free(r->settings);
	settings_free(r->next);
	history_done(&r->history);
	pthread_mutex_destroy(&r->lock);
	pthread_mutex_destroy(&r->busy);
	free(r);
}

int responder_configure(struct responder *r,
                        const struct response_settings *settings)
{
	struct settings *s = settings_copy(settings), *former;

	if (s == NULL)
		return E_NOMEM;
	pthread_mutex_lock(&r->lock);
	former = r->next;
	r->next = s;
	pthread_mutex_unlock(&r->lock);
	settings_free(former);
	return 0;
}

void responder_use_settings(struct responder *r)
{
	struct settings *next;

	pthread_mutex_lock(&r->lock);
	next = r->next;
	r->next = NULL;
	pthread_mutex_unlock(&r->lock);
	if (next == NULL)
		return;
	settings_free(r->settings);
	r->settings = next;
	if (r->options.is_suspicious)
		history_close(&r->history);
	else
		history_reset(&r->history);
}

static void refresh(struct settings *s, struct host *host)
{
	protected_refresh(s->protect, s->nprotect, host);
	s->refreshed_ns = clock_monotonic_ns();
}

void responder_refresh(struct responder *r)
{
	const struct settings *s = r->settings;

	if (s->refreshed_ns == 0 ||
	    clock_monotonic_ns() - s->refreshed_ns >= REFRESH_NS)
		refresh(r->settings, r->options.host);
}

void responder_tick(struct responder *r)
{
	if (pthread_mutex_trylock(&r->busy) != 0)
		return;
	responder_use_settings(r);
	if (r->settings->given.mode == RESPONSE_ENFORCE)
		refresh(r->settings, r->options.host);
	pthread_mutex_unlock(&r->busy);
}
