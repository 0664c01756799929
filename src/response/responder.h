/* SPDX-License-Identifier: GPL-2.0-or-later */
/* responder.h - who carries requests out: what it keeps between them. */
#ifndef SAKER_SRC_RESPONSE_RESPONDER_H
#define SAKER_SRC_RESPONSE_RESPONDER_H

#include <pthread.h>

#include "history.h"
#include "saker/response/response.h"
#include "settings.h"

struct responder {
	struct responder_options options;
	struct settings *settings;
	/* held while a request is worked on, but for a command's run */
	pthread_mutex_t busy;
	pthread_mutex_t lock;  /* of next */
	struct settings *next; /* NULL = no others */
	struct history history;
	uint64_t own_pid_ns;
	struct file_id own_root;
};

/* All with busy held. */

/* Those that were given meanwhile, if any. */
void responder_use_settings(struct responder *r);
/* The never-kill list's files, unless that was just done. */
void responder_refresh(struct responder *r);

#endif
