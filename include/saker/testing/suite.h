/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suite.h - a file of tests of rules: what happens, and what must be raised.
 * saker-test(5) describes the format. */
#ifndef SAKER_TESTING_SUITE_H
#define SAKER_TESTING_SUITE_H

#include "saker/base/file_id.h"
#include "saker/engine/event_table.h"
#include "saker/engine/rule.h"
#include "saker/lang/yaml.h"

struct operand;

/* A word of the file and where it stands; s NULL = not given. */
struct suite_text {
	struct str s;
	struct position at;
};

struct suite_texts {
	struct suite_text *items;
	size_t count;
	bool is_given; /* an empty list, too */
};

/* A field and the value that it must have, as alerts show it. */
struct suite_field {
	struct suite_text name;
	const struct field_info *info;
	struct field_arg arg;
	bool has_value;
	struct str value;
};

/* An alert that must come. */
struct suite_alert {
	struct position at;
	struct suite_text rule;
	bool has_priority;
	enum priority priority;
	struct suite_text output;           /* what the message must contain */
	const struct operand *output_regex; /* NULL = not given */
	struct suite_text output_pattern;
	struct suite_texts tags;    /* it must have at least these */
	struct suite_text response; /* an action, or "none" */
	struct suite_fields {
		struct suite_field *items;
		size_t count;
	} fields;
	uint64_t times;
};

enum suite_number_kind {
	SUITE_NUMBER_NONE,
	SUITE_NUMBER_GIVEN,
	SUITE_NUMBER_HOST, /* the host's, of a namespace */
};

struct suite_number {
	enum suite_number_kind kind;
	uint64_t n;
};

struct suite_file_id {
	struct suite_number inode;
	uint64_t dev;
};

/* What the machine says of a container. */
struct suite_container {
	struct suite_text id; /* s NULL = there is none */
	struct suite_text name, image;
	bool privileged;
	struct suite_number cgroup_id;
};

/* What /proc says of a process before the first record. */
struct suite_process {
	struct position at;
	struct suite_number pid, ppid, sid, pgid;
	struct suite_number uid, euid, gid, egid, auid, ses;
	struct suite_number cap_effective, cap_bounding;
	struct suite_number seccomp, no_new_privs; /* as in status */
	struct suite_number age; /* in seconds, at the first record */
	struct suite_text comm, exe, cwd, cgroup, label, state;
	struct suite_texts args;
	struct suite_file_id exe_id, root;
	struct suite_namespaces {
		struct suite_number mnt, pid, net, user, uts, ipc, cgroup;
	} ns;
	struct suite_container container;
};

/* A file of the machine, or what a file or link of /proc says. */
struct suite_file {
	struct suite_text path;
	struct suite_file_id id;
	struct suite_text text; /* its content */
};

enum suite_others {
	SUITE_OTHERS_FAIL,
	SUITE_OTHERS_ALLOW
};

enum suite_matching {
	SUITE_MATCHING_CONFIGURED,
	SUITE_MATCHING_FIRST,
	SUITE_MATCHING_ALL
};

struct suite_test {
	struct position at;
	struct suite_text name, desc;
	/* one of three inputs */
	struct suite_text log;      /* a path */
	struct suite_text snapshot; /* a path */
	struct text records;
	bool has_records;
	struct suite_event {
		bool is_given;
		struct position at;
		struct event_table table;
	} event;
	enum rule_source source; /* of the event that fields make */
	struct suite_processes {
		struct suite_process *items;
		size_t count;
	} processes;
	struct suite_files {
		struct suite_file *items;
		size_t count;
	} files;
	struct suite_alerts {
		struct suite_alert *items;
		size_t count;
		bool is_given;
	} expect;
	struct suite_texts silent, only; /* names of rules, or patterns */
	bool ordered;
	enum suite_others others;
	enum suite_matching matching;
};

/* Everything lives in the arena but what suite_done() frees. */
struct suite {
	struct arena arena;
	const char *path;
	struct suite_texts rules; /* paths as written; none = not given */
	struct suite_text hostname;
	struct suite_tests {
		struct suite_test *items;
		size_t count;
	} tests;
};

/* Reads a test file. 0; E_INVALID with all errors in diags; E_NOT_FOUND,
 * E_DENIED, E_IO when it cannot be read, which diags tell, too; E_NOMEM. On an
 * error nothing is left to be freed. */
int suite_load(struct suite *s, const char *path,
               struct diag_list *diags) must_check;
/* The same from a text; path stands for the file, and relative paths are
 * relative to where it is. */
int suite_load_text(struct suite *s, const char *path, struct str text,
                    struct diag_list *diags) must_check;
void suite_done(struct suite *s);

/* A path of the file as the file means it, in the arena with a NUL behind;
 * NULL when out of memory. */
const char *suite_resolve(struct suite *s, struct str path);

#endif
