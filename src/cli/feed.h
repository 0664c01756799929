/* SPDX-License-Identifier: GPL-2.0-or-later */
/* feed.h - recorded logs into the pipeline; private to src/cli. */
#ifndef SAKER_SRC_CLI_FEED_H
#define SAKER_SRC_CLI_FEED_H

#include "cli.h"
#include "saker/daemon/engine.h"

/* Of the machine that a log is from. */
struct snapshots {
	struct snapshot *items[LIMIT_SNAPSHOTS];
};

/* Reads what --snapshot names, and uses it; says itself what is wrong. 0 or the
 * error; snapshots_done() in any case, after the last event. */
int feed_snapshots(struct engine *e, const struct cli *cli,
                   struct snapshots *ret);
void snapshots_done(struct snapshots *s);

/* Feeds a log, this host's own when path is NULL, until it ends or go_on,
 * asked again and again, says no. Says itself what is wrong with the
 * log. pipeline_end() is the caller's. */
int feed_log(struct engine *e, const char *path, bool (*go_on)(void *arg),
             void *arg);
/* The same with several jobs: more than one and the log is read by a thread of
 * its own; go_on is then asked for some dozens of events. */
int feed_log_jobs(struct engine *e, const char *path, unsigned jobs,
                  bool (*go_on)(void *arg), void *arg);
/* A shell writes audit.log* with the newest first: of rotated files of one log
 * the oldest goes first, the rest stays where it is. */
void feed_sort(const char **files, size_t count);

#endif
