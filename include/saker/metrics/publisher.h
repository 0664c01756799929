/* SPDX-License-Identifier: GPL-2.0-or-later */
/* publisher.h - metrics given to who reads them: a file for node_exporter, and
 * answers to HTTP requests, by a thread of its own. */
#ifndef SAKER_METRICS_PUBLISHER_H
#define SAKER_METRICS_PUBLISHER_H

#include "saker/base/err.h"
#include "saker/base/str.h"

struct publisher;

struct publisher_options {
	const char *file; /* NULL or "" = none; copied */
	/* who writes the file instead, on the publisher's thread; NULL = it
	 * does. False when that failed. */
	bool (*write)(void *arg, struct str text);
	void *write_arg;
	unsigned interval_s; /* between writes of the file */
	int listener; /* a listening socket that becomes the publisher's, also
	                 when it fails; -1 = none */
};

/* 0, E_NOMEM, E_IO. */
int publisher_new(const struct publisher_options *options,
                  struct publisher **ret) must_check;
/* Ends the thread; the file stays. NULL is allowed. */
void publisher_free(struct publisher *p);
/* What is told from now on; copied. Out of memory: the former stays. Who does
 * not publish for PUBLISHER_STALE_S seconds is not well: /healthz says 503. */
#define PUBLISHER_STALE_S 10
void publisher_publish(struct publisher *p, struct str text);
/* How often the file could not be written. */
uint64_t publisher_errors(struct publisher *p);

/* "127.0.0.1:PORT", "[::1]:PORT" or "unix:PATH": nobody but this host. */
bool publisher_address_valid(struct str text);
/* A socket that listens there; "unix:PATH" is not for this. The descriptor, or
 * E_INVALID, E_IO with errno set. */
int publisher_listen(struct str address) must_check;

#endif
