/* SPDX-License-Identifier: GPL-2.0-or-later */
/* evidence.h - what a process was, kept in a folder before it is killed. */
#ifndef SAKER_EVIDENCE_EVIDENCE_H
#define SAKER_EVIDENCE_EVIDENCE_H

#include <sys/types.h>

#include "saker/base/arena.h"
#include "saker/base/buf.h"
#include "saker/base/err.h"
#include "saker/host/host.h"

/* Where evidence goes, and how much of it. Texts are borrowed. */
struct evidence_store {
	const char *directory; /* made, 0700, when it is not there */
	uint64_t quota_bytes;  /* all folders together; the oldest go first */
	unsigned max_ms;       /* what one collection may take */
	uint64_t max_bytes;    /* what one collection may write */
	/* parts of names of environment variables whose values are secret, in
	 * either case */
	const struct str *redact;
	size_t nredact;
	pid_t straggler; /* ours: a collector that has not ended yet; 0 = none
	                  */
};

struct evidence_request {
	struct host *host; /* to ask of processes; borrowed */
	pid_t pid;
	uint64_t start_ticks; /* the process must have started then */
	const char *uuid;     /* the alert's: the folder's name */
	struct str alert;     /* kept as alert.json */
	struct str events;    /* kept as events.log: its last records */
};

struct evidence_result {
	bool is_complete; /* false: out of time or bytes, or gone meanwhile */
	uint64_t elapsed_us;
};

/* Collects into DIRECTORY/UUID, in a process of its own that is ended when
 * max_ms are over, because a read below /proc may wait for the target. What is
 * there by then is kept. 0, E_INVALID (uuid is no plain name), E_STALE (another
 * process), E_NOT_FOUND (it is gone), E_DENIED (the directory is others' to
 * write), E_EXISTS or E_IO. */
int evidence_collect(struct evidence_store *store,
                     const struct evidence_request *request,
                     struct evidence_result *ret) must_check;

/* Writes the folder's manifest.json (each file with size and SHA-256), and
 * removes the oldest folders until the quota holds, *ret_evicted of them;
 * UUID's own stays. Takes its time: for after the kill. */
int evidence_seal(const struct evidence_store *store,
                  const struct evidence_request *request,
                  const struct evidence_result *result,
                  unsigned *ret_evicted) must_check;

/* The folder's path, in the arena. */
struct str evidence_path(const struct evidence_store *store, const char *uuid,
                         struct arena *arena);

/* Appends an environment (NUL-terminated assignments) one a line, the values of
 * secret variables replaced by their length, control characters escaped. */
void evidence_redact(const struct evidence_store *store, struct str environment,
                     struct buf *out);

#endif
