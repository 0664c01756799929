/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics.h - what a running saker tells Prometheus; private to src/daemon. */
#ifndef SAKER_SRC_DAEMON_METRICS_H
#define SAKER_SRC_DAEMON_METRICS_H

#include "daemon.h"

/* Appends all metrics. */
void metrics_render(const struct daemon *d, struct buf *out);
/* Where they are asked for, as the configuration says; says itself what is
 * wrong, and saker goes on without it. */
void metrics_listen(struct daemon *d);
void metrics_unlink(struct daemon *d);
/* What the configuration asks for; says itself what cannot be had, and saker
 * goes on without it. */
void metrics_open(struct daemon *d);
/* Once a second. */
void metrics_tick(struct daemon *d);
void metrics_close(struct daemon *d);

#endif
