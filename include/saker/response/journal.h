/* SPDX-License-Identifier: GPL-2.0-or-later */
/* journal.h - what is frozen or stopped, written down before it is done, so
 * that nothing stays so when saker dies in between. */
#ifndef SAKER_RESPONSE_JOURNAL_H
#define SAKER_RESPONSE_JOURNAL_H

#include "saker/host/control.h"

struct journal;

/* One thing that is to be undone. Texts live in the reader's arena. */
struct journal_entry {
	uint64_t id;
	bool is_stop; /* a process; else a cgroup */
	bool is_kept; /* as it should be, until somebody asks for its end */
	enum container_tier how;
	uint64_t ino;
	struct str container; /* its id */
	struct str path;      /* the cgroup's directory */
	pid_t pid;
	uint64_t start_ticks;
};

struct journal_entries {
	struct journal_entry *items;
	size_t count;
};

/* What is open, of this boot. A file that is not there is empty. 0, E_DENIED,
 * E_IO, E_LIMIT, E_NOMEM. */
int journal_read(const char *path, struct arena *arena,
                 struct journal_entries *ret) must_check;
/* Thaws or continues it: 0; E_NOT_FOUND or E_STALE when there is nothing to
 * undo any more; else it stays open. */
int journal_undo(const struct control *c,
                 const struct journal_entry *entry) must_check;
/* Notes that it is undone. */
int journal_close_entry(const char *path,
                        const struct journal_entry *entry) must_check;

/* Told of each entry that is undone at the start; error as journal_undo(). */
typedef void journal_undone_fn(void *arg, const struct journal_entry *entry,
                               int error);
struct journal_recovery {
	bool keep; /* not those that are as they should be */
	journal_undone_fn *fn;
	void *arg;
};

/* Undoes what a former run left open, and takes the file for this one. 0;
 * E_FULL when another saker has it; E_DENIED, E_IO, E_NOMEM. */
int journal_open(const char *path, const struct control *c,
                 const struct journal_recovery *recovery,
                 struct journal **ret) must_check;
/* Undoes what is open, as at the start. */
void journal_undo_all(struct journal *j, const struct control *c,
                      const struct journal_recovery *recovery);
/* Leaves the file; what is open stays in it. */
void journal_free(struct journal *j);
/* To be called before it is done; *ret_id is for the two below. What cannot be
 * written must not be done. */
int journal_begin(struct journal *j, const struct journal_entry *what,
                  uint64_t *ret_id) must_check;
/* It is as it should be. */
int journal_keep(struct journal *j, uint64_t id) must_check;
/* It is undone. */
void journal_end(struct journal *j, uint64_t id);

#endif
