/* SPDX-License-Identifier: GPL-2.0-or-later */
/* known_files.h - files of the host that are known by their identity: runtimes'
 * executables, and what rules name by path. */
#ifndef SAKER_CONTAINER_KNOWN_FILES_H
#define SAKER_CONTAINER_KNOWN_FILES_H

#include "runtime.h"
#include "saker/base/counters.h"
#include "saker/base/map.h"
#include "saker/host/host.h"

/* The present identity and those that the same name had before. */
#define KNOWN_IDENTITIES 4

struct known_file;

/* A number may be another file's after until_ns. */
struct known_identity {
	struct file_id id;
	uint64_t until_ns; /* UINT64_MAX = still */
	struct known_file *file;
	struct known_identity *next; /* of the same inode number */
};

/* path is owned. */
struct known_file {
	struct str path;
	struct file_id id;               /* ino 0 = not known now */
	const struct runtime_kind *kind; /* NULL = no runtime */
	bool is_watched;                 /* a rule names it */
	int watch; /* of its directory; -1 = the host tells of no changes */
	struct known_identity identities[KNOWN_IDENTITIES];
	unsigned newest;
};

/* Files by path, and by identity in two steps: inode, then device. */
struct known_files {
	struct map by_path;
	struct map by_inode;
	struct counters *counters; /* may be NULL */
	uint64_t at_ns;            /* of the event that asks; 0 = now */
	size_t nwatched;
	uint64_t filter[128]; /* of by_path, a bit for each path's end */
	bool has_word;        /* a rule asks for KNOWN_RUNTIMES */
};

/* What rules may write for the executable of any runtime. */
#define KNOWN_RUNTIMES STR("host_runtimes")

void known_files_init(struct known_files *k);
void known_files_done(struct known_files *k);
/* The built-in runtime paths. 0 or E_NOMEM. */
int known_files_add_runtimes(struct known_files *k) must_check;
/* NULL when out of memory. A path that is known already is returned as it is,
 * with the kind added. */
struct known_file *known_files_add(struct known_files *k, struct str path,
                                   const struct runtime_kind *kind);
/* Of a file with several names a runtime's goes before one that a rule gave.
 * NULL = none known at the time k->at_ns. */
struct known_file *known_files_find(const struct known_files *k,
                                    struct file_id id);
/* All names that rules give to the object, else the best that is known, and the
 * word for runtimes where a rule has that: at most max, borrowed. Returns how
 * many. */
size_t known_files_names(const struct known_files *k, struct file_id id,
                         struct str *ret, size_t max);
/* True when some file that a rule names has this inode number, on whatever
 * device. */
bool known_files_has_inode(const struct known_files *k, uint64_t ino);
struct known_file *known_files_by_path(struct known_files *k, struct str path);
/* id is the file's from now_ns on; what was before stays known for events until
 * then. */
void known_files_learn(struct known_files *k, struct known_file *f,
                       struct file_id id, uint64_t now_ns);
/* Asks the host for one file's or all files' identities, and to tell of changes
 * in their directories. */
void known_files_refresh(struct known_files *k, struct known_file *f,
                         struct host *host);
void known_files_refresh_all(struct known_files *k, struct host *host);
/* Takes what the host has to tell of changes; never blocks. */
void known_files_drain(struct known_files *k, struct host *host);
/* Calls fn with each path that rules name and whose identity is not known;
 * runtimes are left out: nobody has them all. */
void known_files_each_unknown(const struct known_files *k,
                              void (*fn)(void *arg, struct str path),
                              void *arg);

#endif
