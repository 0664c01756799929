/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collector.h - the process that reads /proc and writes the folder. */
#ifndef SAKER_EVIDENCE_COLLECTOR_H
#define SAKER_EVIDENCE_COLLECTOR_H

#include "saker/evidence/evidence.h"

struct collector {
	const struct evidence_store *store;
	const struct evidence_request *request;
	int proc;        /* /proc/PID, opened and verified */
	int folder;      /* where the files go */
	uint64_t left;   /* bytes that may still be written */
	bool is_cut;     /* something was left out */
	struct buf text; /* scratch */
};

/* True when all was collected. */
bool collector_run(struct collector *c);
/* Open descriptors, namespaces and links, ancestors and children. */
void collect_links(struct collector *c);
void collect_descriptors(struct collector *c);
void collect_family(struct collector *c);
/* A copy of an executable that no path leads to, else its facts. */
void collect_executable(struct collector *c);

/* A new file in the folder, cut where the budget ends. */
void collector_keep(struct collector *c, const char *name, struct str bytes);
/* The same for a file read to its end, or to limit. */
void collector_copy(struct collector *c, int fd, const char *name,
                    uint64_t limit);

/* SHA-256 of the file's bytes in lower-case hexadecimal; E_UNSUPPORTED when
 * saker was built without a library for it. */
#define EVIDENCE_HASH_LENGTH 64
int evidence_hash(int fd, char ret[EVIDENCE_HASH_LENGTH + 1]) must_check;

#endif
