/* SPDX-License-Identifier: GPL-2.0-or-later */
/* runtime.h - container runtimes: their files and their command lines. */
#ifndef SAKER_CONTAINER_RUNTIME_H
#define SAKER_CONTAINER_RUNTIME_H

#include "saker/base/str.h"

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
	struct str root;   /* the runtime's directory, as given */
};

/* The kind that a file name is of; NULL = no runtime. */
const struct runtime_kind *runtime_kind_of(struct str file_name);
void runtime_call_parse(const struct runtime_kind *kind, const struct str *argv,
                        size_t argc, struct runtime_call *ret);

/* Calls fn for every path where a runtime may be installed, best name first,
 * until it returns non-zero; returns that, or E_NOMEM. path is borrowed for the
 * call. */
int runtime_each_path(int (*fn)(void *arg, struct str path,
                                const struct runtime_kind *kind),
                      void *arg);

#endif
