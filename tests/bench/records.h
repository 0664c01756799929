/* SPDX-License-Identifier: GPL-2.0-or-later */
/* records.h - the records of one event as the kernel and auditd write them. */
#ifndef TESTS_BENCH_RECORDS_H
#define TESTS_BENCH_RECORDS_H

#include "saker/base/buf.h"

struct task {
	int pid, ppid;
	unsigned uid, auid, ses;
	char comm[16];
	const char *exe;
	uint64_t exe_inode;
	char cwd[160];
	const char *dev; /* of the file system it sees as its own */
	char argv0[64];  /* what PROCTITLE shows */
};

enum {
	NAME_NORMAL,
	NAME_PARENT,
	NAME_CREATE,
	NAME_DELETE
};

struct object {
	const char *name;
	uint64_t inode; /* 0 = the record has none (kernfs) */
	const char *dev;
	unsigned mode;
	int nametype;
	const char *rdev; /* NULL = no device */
};

struct call {
	const char *name;
	int number;
	const char *key; /* NULL = (null) */
	uint64_t a[4];
	int64_t exit;
	const struct object *objects;
	unsigned nobjects;
	const char *const *argv; /* of an exec */
	unsigned argc;
	const char *saddr; /* of a connect: hex, and what auditd makes of it */
	const char *saddr_text;
	unsigned oflag; /* of an openat2 */
};

/* Where the lines of one event go; they end in newlines. */
struct event_writer {
	struct buf text;
	uint64_t sec;
	unsigned ms;
	uint64_t serial;
	const char *node; /* NULL = none */
	bool is_enriched;
	bool has_eoe;
};

void write_call(struct event_writer *w, const struct task *t,
                const struct call *c);
/* A program's message: type, operation and what follows it. */
void write_message(struct event_writer *w, const struct task *t,
                   const char *type, const char *text);

#endif
