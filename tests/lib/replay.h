/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay.h - a recorded log through assembler and tracker. */
#ifndef SAKER_TESTS_REPLAY_H
#define SAKER_TESTS_REPLAY_H

#include "saker/container/tracker.h"

typedef void replay_fn(void *arg, struct audit_event *e, struct process *p);

/* Calls fn for every event with the process that it belongs to, NULL included.
 * False when the file cannot be read. */
bool replay_file(struct tracker *t, const char *path, replay_fn *fn, void *arg);
/* The same for text. */
void replay_text(struct tracker *t, struct str text, replay_fn *fn, void *arg);
/* The directory of recorded logs: SAKER_TEST_DATA, the data beside the source
 * tree, or the copies in it. False when path is in none of them. */
bool replay_find(const char *path, char *ret, size_t size);

#endif
