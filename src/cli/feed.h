/* SPDX-License-Identifier: GPL-2.0-or-later */
/* feed.h - recorded logs into the pipeline; private to src/cli. */
#ifndef SAKER_SRC_CLI_FEED_H
#define SAKER_SRC_CLI_FEED_H

#include "saker/daemon/engine.h"

/* Feeds a log, this host's own when path is NULL, record by record until it
 * ends or go_on, asked for each, says no. Says itself what is wrong with the
 * log. pipeline_end() is the caller's. */
int feed_log(struct engine *e, const char *path, bool (*go_on)(void *arg),
             void *arg);
/* A shell writes audit.log* with the newest first: of rotated files of one log
 * the oldest goes first, the rest stays where it is. */
void feed_sort(const char **files, size_t count);

#endif
