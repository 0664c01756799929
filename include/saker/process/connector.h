/* SPDX-License-Identifier: GPL-2.0-or-later */
/* connector.h - the kernel's process events: fork, exec, exit. */
#ifndef SAKER_PROCESS_CONNECTOR_H
#define SAKER_PROCESS_CONNECTOR_H

#include <sys/types.h>

#include "saker/base/counters.h"
#include "saker/base/err.h"
#include "saker/base/str.h"

enum connector_kind {
	CONNECTOR_FORK,
	CONNECTOR_EXEC,
	CONNECTOR_EXIT,
	CONNECTOR_SESSION /* it leads a new one */
};

/* Of whole processes only; threads are left out. */
struct connector_event {
	enum connector_kind kind;
	pid_t pid;
	pid_t parent;     /* fork only */
	uint64_t time_ns; /* CLOCK_REALTIME */
};

typedef void connector_fn(void *arg, const struct connector_event *e);

struct connector;

/* 0, E_DENIED, E_UNSUPPORTED (no such kernel interface, or another network
 * namespace than the first), E_NOMEM or E_IO. */
int connector_open(struct counters *counters,
                   struct connector **ret) must_check;
void connector_close(struct connector *c);
int connector_fd(const struct connector *c);
/* Calls fn for all that waits, without blocking. False when the kernel had to
 * drop some. */
bool connector_drain(struct connector *c, connector_fn *fn, void *arg);
/* One netlink datagram; true with *ret filled when it holds such an event.
 * clock_offset_ns: CLOCK_REALTIME minus CLOCK_MONOTONIC. */
bool connector_parse(struct str datagram, uint64_t clock_offset_ns,
                     struct connector_event *ret);

#endif
