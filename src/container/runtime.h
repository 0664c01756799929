/* SPDX-License-Identifier: GPL-2.0-or-later */
/* runtime.h - container runtimes: their files and their command lines. */
#ifndef SAKER_CONTAINER_RUNTIME_H
#define SAKER_CONTAINER_RUNTIME_H

#include "saker/base/counters.h"
#include "saker/base/map.h"
#include "saker/host/host.h"

enum runtime_family {
	FAMILY_OCI,
	FAMILY_LXC,
	FAMILY_NSPAWN
};

enum runtime_verb {
	VERB_NONE, /* some sub-command that starts nothing in a container */
	VERB_RUN,
	VERB_CREATE,
	VERB_START, /* lets a created container's program start */
	VERB_EXEC,
	VERB_INIT, /* a runtime's own second stage */
};

struct runtime_kind {
	struct str name;
	enum runtime_family family;
	enum runtime_verb verb;
};

/* What a runtime was called to do. Views borrow from argv. */
struct runtime_call {
	enum runtime_verb verb;
	struct str id;     /* empty = not given */
	struct str bundle; /* as given */
};

/* The kind that a file name is of; NULL = no runtime. */
const struct runtime_kind *runtime_kind_of(struct str file_name);
void runtime_call_parse(const struct runtime_kind *kind, const struct str *argv,
                        size_t argc, struct runtime_call *ret);

/* A file of the host that is known by its identity. path is owned. */
struct known_file {
	struct str path;
	struct file_id id;               /* ino 0 = not known now */
	const struct runtime_kind *kind; /* NULL = no runtime */
	bool is_watched;
};

/* Files by path, and by identity in two steps: inode, then device. */
struct known_files {
	struct map by_path;
	struct map by_inode;       /* the newest file of that inode number */
	struct counters *counters; /* may be NULL */
};

void known_files_init(struct known_files *k);
void known_files_done(struct known_files *k);
/* The built-in runtime paths. 0 or E_NOMEM. */
int known_files_add_runtimes(struct known_files *k) must_check;
/* NULL when out of memory. A path that is known already is returned as it is,
 * with the kind added. */
struct known_file *known_files_add(struct known_files *k, struct str path,
                                   const struct runtime_kind *kind);
struct known_file *known_files_find(const struct known_files *k,
                                    struct file_id id);
struct known_file *known_files_by_path(const struct known_files *k,
                                       struct str path);
/* id is from now on the file's. */
void known_files_learn(struct known_files *k, struct known_file *f,
                       struct file_id id);
/* Asks the host for one file's or all files' identities. */
void known_files_refresh(struct known_files *k, struct known_file *f,
                         struct host *host);
void known_files_refresh_all(struct known_files *k, struct host *host);

#endif
