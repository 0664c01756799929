/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event.h - the records of one event, decoded on demand and cached. */
#ifndef SAKER_AUDIT_EVENT_H
#define SAKER_AUDIT_EVENT_H

#include <sys/types.h>

#include "saker/audit/decode.h"
#include "saker/base/file_id.h"
#include "saker/base/list.h"

#define AUDIT_ID_UNSET UINT32_MAX

/* The SYSCALL record; for an io_uring operation the URINGOP record, with what
 * it lacks unset (arch 0, auid and ses unset, empty comm and exe). */
struct audit_syscall {
	uint32_t arch; /* AUDIT_ARCH_*, audit.h */
	int nr;        /* in arch; -1 = unknown */
	bool is_io_uring;
	bool has_result; /* success= and exit= are there */
	bool success;
	int64_t exit;
	uint64_t a[4];
	unsigned items;
	pid_t pid;
	pid_t ppid;
	uint32_t auid, uid, gid, euid, suid, fsuid, egid, sgid, fsgid, ses;
	struct str tty; /* STR_NONE for (none) */
	struct str comm;
	struct str exe;
	struct str subj;
	struct str key;   /* several keys keep their 0x01 separator */
	const char *name; /* system call or io_uring operation, static; NULL =
	                     unknown */
};

enum path_type {
	PATH_UNKNOWN, /* nametype=UNKNOWN: looked up, not found */
	PATH_NORMAL,
	PATH_PARENT,
	PATH_DELETE,
	PATH_CREATE,
};

struct audit_path {
	unsigned item;
	struct str name; /* as passed; STR_NONE for (null) */
	bool has_name;
	struct file_id id;
	bool has_mode;
	mode_t mode;
	uint32_t ouid, ogid;
	uint64_t rdev; /* makedev() form */
	enum path_type type;
};

struct audit_args {
	struct str *argv;
	size_t argc;        /* entries in argv */
	uint64_t total;     /* argc= as the kernel said it */
	bool is_incomplete; /* records or pieces are missing, or the limit cut
	                     */
};

/* The event owns its records, their text and all that its getters return;
 * everything dies with event_release() (assemble.h). */
struct audit_event {
	struct audit_stamp stamp;
	struct str node;
	struct record *records;
	size_t nrecords;
	bool is_complete; /* EOE, single-record type, or all there in a log */
	bool is_partial;  /* fewer PATH records than items=, or no SYSCALL for
	                   * records that never come alone, or cut by a limit */
	uint64_t received_ns; /* CLOCK_MONOTONIC of its first record; 0 = a log
	                       */
	uint64_t place; /* of its last record, see struct frame; 0 = none */
	struct arena arena;
	struct callers *callers; /* assembler's, until the event ended */
	struct {
		unsigned done; /* bit per getter */
		struct audit_syscall syscall;
		bool has_syscall;
		struct audit_path *paths;
		size_t npaths;
		struct audit_path *all_paths; /* of all operations */
		size_t nall_paths;
		struct audit_args args;
		bool has_args;
		struct str cwd;
	} cache;
	struct list link; /* assembler's */
};

/* The nth (from 0) record of that type, scanned; NULL when there is none. */
const struct record *audit_event_record(struct audit_event *e, uint16_t type,
                                        size_t nth);
/* NULL when the event is no system call and no io_uring operation. */
const struct audit_syscall *audit_event_syscall(struct audit_event *e);
/* An io_uring operation that was done within io_uring_enter(2) is recorded in
 * that call's event. From now on the event is read as the nth of them: system
 * call and paths are the operation's, who did it is the call's. To be asked for
 * in order. False when there is none. */
bool audit_event_operation(struct audit_event *e, size_t nth);
/* All PATH records in item order. */
const struct audit_path *audit_event_paths(struct audit_event *e,
                                           size_t *ret_count);
/* EXECVE's arguments joined from their parts. NULL without EXECVE. */
const struct audit_args *audit_event_args(struct audit_event *e);
/* CWD record; STR_NONE when there is none. */
struct str audit_event_cwd(struct audit_event *e);
/* Decoded string field of the first record of that type. */
bool audit_event_string(struct audit_event *e, uint16_t type, struct str field,
                        struct str *ret);

static inline uint64_t audit_stamp_ns(const struct audit_stamp *s)
{
	return s->sec * 1000000000ULL + s->ms * 1000000ULL;
}

#endif
