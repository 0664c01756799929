/* SPDX-License-Identifier: GPL-2.0-or-later */
/* server.h - the control socket's answering side; private to src/daemon. */
#ifndef SAKER_SRC_DAEMON_SERVER_H
#define SAKER_SRC_DAEMON_SERVER_H

#include <sys/types.h>

#include "saker/base/counters.h"
#include "saker/daemon/control.h"

struct server;

struct server_client;

/* To be answered now, or, by server_each_waiting(), later. */
typedef void server_fn(void *arg, struct server_client *c,
                       enum control_request request);

#define SERVER_NO_GROUP ((gid_t)-1)

/* 0 or E_NOT_FOUND. */
int server_group(const char *name, gid_t *ret) must_check;
/* A listening socket: 0600, or 0660 for the group of readers when there is one;
 * a socket that nobody serves any more is replaced, and its directory made.
 * The descriptor, or E_FULL (another saker serves it), E_NOT_FOUND, E_DENIED,
 * E_INVALID (too long a path) or E_IO with errno set. */
int server_listen(const char *path, gid_t readers) must_check;
/* Owns fd from now on, also when it fails. Readers may ask for what changes
 * nothing. 0, E_NOMEM or E_IO. */
int server_new(int fd, gid_t readers, struct counters *counters,
               struct server **ret) must_check;
/* NULL is allowed. Removes nothing from the file system. */
void server_free(struct server *s);
/* Polls readable when there is something to do; also to be served now and then
 * for the sake of time limits. */
int server_fd(const struct server *s);
/* Takes in what is there, calls fn for each request, and writes what sockets
 * take. Never waits. */
void server_serve(struct server *s, server_fn *fn, void *arg);
/* line without its newline; copied. Of a client that left meanwhile nothing
 * happens. */
void server_answer(struct server_client *c, struct str line);
/* Calls fn for each client that has asked for that and was not answered. */
void server_each_waiting(struct server *s, enum control_request request,
                         void (*fn)(void *arg, struct server_client *c),
                         void *arg);

#endif
