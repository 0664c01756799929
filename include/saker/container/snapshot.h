/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot.h - a tracker's tables in a file, and a log that is read beside it.
 *
 * Format: saker-snapshot(5). What a log cannot tell, because it was so before
 * the log began or because no record says it, a snapshot of the same machine
 * does. Its processes come into the table when the log first speaks of them. */
#ifndef SAKER_CONTAINER_SNAPSHOT_H
#define SAKER_CONTAINER_SNAPSHOT_H

#include "saker/base/diag.h"
#include "saker/container/tracker.h"

#define SNAPSHOT_VERSION 1

/* Writes t's processes, containers and known files; node: this machine's name.
 * 0, E_NOMEM or E_IO with errno set. */
int snapshot_write(struct tracker *t, struct str node, int fd) must_check;
/* The same to a file that is there whole or not at all, readable by its owner
 * alone. 0, E_NOMEM, E_NOT_FOUND, E_DENIED or E_IO with errno set. */
int snapshot_save(struct tracker *t, struct str node,
                  const char *path) must_check;

/* One that was read; immutable, any number of trackers may use it. */
struct snapshot;

/* 0; E_INVALID with the reasons in diags, with file and line; E_NOMEM; or an
 * error of reading the file. */
int snapshot_load(const char *path, struct diag_list *diags,
                  struct snapshot **ret) must_check;
/* The same from a text; name stands for the file in diagnostics. */
int snapshot_parse(const char *name, struct str text, struct diag_list *diags,
                   struct snapshot **ret) must_check;
void snapshot_free(struct snapshot *s);
/* Name of the machine. Borrowed. */
struct str snapshot_node(const struct snapshot *s);

/* From now on t, which reads a log, knows what s says. s is borrowed. Several
 * may be given. 0, E_NOMEM, or E_FULL when there are more than
 * LIMIT_SNAPSHOTS. */
int tracker_use_snapshot(struct tracker *t,
                         const struct snapshot *s) must_check;

/* Fills t, which is live and of the machine that s was written on moments ago,
 * with what is still so; tracker_scan() finds the rest. */
void tracker_restore(struct tracker *t, const struct snapshot *s);

#endif
