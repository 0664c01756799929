/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event.h - the records of one event, decoded on demand and cached. */
#ifndef SAKER_AUDIT_EVENT_H
#define SAKER_AUDIT_EVENT_H

#include <linux/audit.h>
#include <sys/types.h>

#include "saker/audit/decode.h"
#include "saker/base/file_id.h"
#include "saker/base/list.h"

#define AUDIT_ID_UNSET UINT32_MAX

/* The SYSCALL record; for an io_uring operation the URINGOP record, with what
 * it lacks unset (arch 0, auid and ses unset, empty comm and exe). */
struct audit_syscall {
	uint64_t caller; /* the same number: ids, comm, exe and key are those of
	                  * an earlier call; 0 = not told */
	uint32_t arch;   /* AUDIT_ARCH_*, audit.h */
	int nr;          /* in arch; -1 = unknown */
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
	struct str call;  /* the same as a view */
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

/* What was read from an event already. */
enum audit_event_part {
	AUDIT_EVENT_SYSCALL = 1 << 0,
	AUDIT_EVENT_NAMES = 1 << 1, /* PATH and CWD */
	AUDIT_EVENT_ARGS = 1 << 2,
};

/* The event owns its records, their text and all that its getters return;
 * everything dies with event_release() (assemble.h). */
struct audit_event {
	struct audit_stamp stamp;
	struct str node;
	struct record *records;
	size_t nrecords;
	/* A bit for each type that is there, AUDIT_EVENT_TYPE(); types share
	 * bits. 0 = not told. */
	uint64_t types;
	bool has_report;  /* where types are told: record_is_report() of one */
	bool is_complete; /* EOE, single-record type, or all there in a log */
	bool is_partial;  /* fewer PATH records than items=, or no SYSCALL for
	                   * records that never come alone, or cut by a limit */
	uint64_t received_ns; /* CLOCK_MONOTONIC of its first record; 0 = a log
	                       */
	uint64_t place; /* of its last record, see struct frame; 0 = none */
	struct arena arena;
	struct decode_memo *memo; /* assembler's, until the event ended */
	struct {
		unsigned done;                     /* enum audit_event_part */
		const struct audit_syscall *found; /* &syscall, or NULL */
		struct audit_path *paths;
		size_t npaths;
		struct audit_path *all_paths; /* of all operations */
		size_t nall_paths;
		bool has_args;
		struct str cwd;
		/* uninitialised until they are done */
		struct audit_syscall syscall;
		struct audit_args args;
	} cache;
	struct list link; /* assembler's */
};

#define AUDIT_EVENT_TYPE(type) (1ULL << ((type) % 64))

/* False when no record is of that type; true when one may be. */
static inline bool audit_event_may_have(const struct audit_event *e,
                                        uint16_t type)
{
	return e->types == 0 || (e->types & AUDIT_EVENT_TYPE(type)) != 0;
}

/* The nth (from 0) record of that type, as it is: not scanned, unless somebody
 * had it scanned before; NULL when there is none. */
struct record *audit_event_unscanned(struct audit_event *e, uint16_t type,
                                     size_t nth);
const struct record *audit_event_find_record(struct audit_event *e,
                                             uint16_t type, size_t nth);
/* The nth (from 0) record of that type, scanned; NULL when there is none. */
static inline const struct record *audit_event_record(struct audit_event *e,
                                                      uint16_t type, size_t nth)
{
	return audit_event_may_have(e, type)
	               ? audit_event_find_record(e, type, nth)
	               : NULL;
}
/* What audit_event_syscall(), and audit_event_paths() and audit_event_cwd(), do
 * the first time. What is asked of nearly every system call's event is read
 * where it ends: while many events follow each other the code is in the cache.
 */
const struct audit_syscall *audit_event_read_syscall(struct audit_event *e);
void audit_event_read_names(struct audit_event *e);
/* An io_uring operation that was done within io_uring_enter(2) is recorded in
 * that call's event. From now on the event is read as the nth of them: system
 * call and paths are the operation's, who did it is the call's. To be asked for
 * in order. False when there is none. */
bool audit_event_operation(struct audit_event *e, size_t nth);
/* EXECVE's arguments joined from their parts. NULL without EXECVE. */
const struct audit_args *audit_event_args(struct audit_event *e);
#define AUDIT_CAPS 3
bool audit_event_read_caps(struct audit_event *e, uint64_t ret[AUDIT_CAPS]);
/* Permitted, inheritable and effective capabilities of who called, from now on,
 * where a CAPSET or BPRM_FCAPS record tells them. */
static inline bool audit_event_caps(struct audit_event *e,
                                    uint64_t ret[AUDIT_CAPS])
{
	return (audit_event_may_have(e, AUDIT_BPRM_FCAPS) ||
	        audit_event_may_have(e, AUDIT_CAPSET)) &&
	       audit_event_read_caps(e, ret);
}
/* Decoded string field of the first record of that type. */
bool audit_event_string(struct audit_event *e, uint16_t type, struct str field,
                        struct str *ret);

/* NULL when the event is no system call and no io_uring operation. */
static inline const struct audit_syscall *
audit_event_syscall(struct audit_event *e)
{
	if ((e->cache.done & AUDIT_EVENT_SYSCALL) == 0)
		return audit_event_read_syscall(e);
	return e->cache.found;
}

/* All PATH records in item order. */
static inline const struct audit_path *audit_event_paths(struct audit_event *e,
                                                         size_t *ret_count)
{
	if ((e->cache.done & AUDIT_EVENT_NAMES) == 0)
		audit_event_read_names(e);
	*ret_count = e->cache.npaths;
	return e->cache.paths;
}

/* CWD record; STR_NONE when there is none. */
static inline struct str audit_event_cwd(struct audit_event *e)
{
	if ((e->cache.done & AUDIT_EVENT_NAMES) == 0)
		audit_event_read_names(e);
	return e->cache.cwd;
}

static inline uint64_t audit_stamp_ns(const struct audit_stamp *s)
{
	return s->sec * 1000000000ULL + s->ms * 1000000ULL;
}

#endif
