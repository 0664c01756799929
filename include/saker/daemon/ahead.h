/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ahead.h - a recorded log on two processors: one thread reads, unpacks, frames
 * and assembles, the caller's judges what it gets, in the same order. */
#ifndef SAKER_DAEMON_AHEAD_H
#define SAKER_DAEMON_AHEAD_H

#include "saker/daemon/pipeline.h"
#include "saker/source/log_file.h"

struct ahead;

/* From now on pipeline's assembler and the reader are the new thread's, until
 * ahead_free(). 0 or E_NOMEM. */
int ahead_start(struct pipeline *pipeline, struct log_reader *reader,
                struct ahead **ret) must_check;
/* Judges the next events, some dozens. False when there are no more. */
bool ahead_judge(struct ahead *a);
/* How far the events that were judged last are in the log; see log_progress().
 */
void ahead_progress(const struct ahead *a, uint64_t *ret_done,
                    uint64_t *ret_total);
/* Ends the thread, wherever it is. Returns how reading ended: E_END, 0 when it
 * was cut short, or log_next()'s error. */
int ahead_free(struct ahead *a);

#endif
