/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record.h - one audit line as a record of string views. */
#ifndef SAKER_AUDIT_RECORD_H
#define SAKER_AUDIT_RECORD_H

#include "saker/audit/frame.h"
#include "saker/base/arena.h"
#include "saker/base/err.h"
#include "saker/base/str.h"

/* What identifies an event; node is empty when the line names none. */
struct audit_stamp {
	uint64_t sec;
	uint32_t ms;
	uint64_t serial;
};

static inline bool audit_stamp_eq(const struct audit_stamp *a,
                                  const struct audit_stamp *b)
{
	return a->serial == b->serial && a->sec == b->sec && a->ms == b->ms;
}

/* Of one moment, the earlier serial. */
static inline bool audit_stamp_is_before(const struct audit_stamp *a,
                                         const struct audit_stamp *b)
{
	return a->sec == b->sec && a->ms == b->ms && a->serial < b->serial;
}

/* One name=value as it stands in the record: the value raw, its quotes
 * included. Borrowed from the record's text. */
struct record_field {
	struct str name;
	struct str value;
};

/* All views borrow from text, which belongs to whoever gave it to
 * record_parse(). */
struct record {
	uint16_t type;        /* AUDIT_SYSCALL ...; 0 = a name nobody knows */
	struct str type_name; /* "SYSCALL", "UNKNOWN[1423]"; empty when the
	                       * type is only a number that nobody knows */
	struct audit_stamp stamp;
	struct str node;
	struct str text;     /* the whole line, without its newline */
	struct str body;     /* behind "audit(...): ", without the enrichment */
	struct str enriched; /* auditd's interpretation; empty when RAW. Where a
	                      * relay lost the 0x1D before it, record_scan()
	                      * finds the border. */
	const struct record_field *fields; /* NULL until record_scan() */
	size_t nfields;
	/* Fields of a user message's msg='...', behind the nfields. Whoever
	 * sent the message wrote them: claims, not facts. */
	size_t ninner;
};

/* The stamp that was read last: records of an event follow each other, and have
 * it to the byte. */
struct stamp_memo {
	struct audit_stamp stamp;
	bool is_repeated; /* the last record had it from here */
	size_t len;       /* 0 = none yet */
	char text[48];    /* from the blank before "msg=" to the body */
};

/* Parses the head of a line "[node=N ]type=T msg=audit(SEC.MS:SERIAL): ...".
 * 0, E_TRUNCATED or E_INVALID; *ret is filled on success only. */
int record_parse(struct str line, struct record *ret) must_check;
/* The same for a record whose type came in a header (netlink, binary format
 * version 0): text starts at "audit(". */
int record_parse_kernel(uint16_t type, struct str text,
                        struct record *ret) must_check;
/* Either; memo, which begins as zeros, saves reading the same stamp again. */
int record_parse_frame(const struct frame *frame, struct stamp_memo *memo,
                       struct record *ret) must_check;

/* Splits body into fields (array in the arena), once; later calls return at
 * once. 0 or E_NOMEM. For what is no name=value (AVC's "denied { read }", the
 * msg='...' of user records) see the .c file. */
int record_scan(struct record *r, struct arena *a) must_check;
/* Raw value of the first field of that name, after record_scan(). False when
 * there is none. */
bool record_field(const struct record *r, struct str name, struct str *ret);
/* The same among the inner fields of a user message. */
bool record_inner_field(const struct record *r, struct str name,
                        struct str *ret);

/* Record type names: our table first (it knows types newer than the installed
 * libaudit), then libaudit's. 0 / NULL when unknown; "UNKNOWN[n]" is n. */
uint16_t record_type_number(struct str name);
const char *record_type_name(uint16_t type);
/* The number of the ith type of our table, in their order; 0 past the end. */
uint16_t record_type_at(size_t i);

enum record_role {
	RECORD_EITHER, /* alone or in a system call's event */
	RECORD_ALONE,
	RECORD_PART,   /* never without SYSCALL or URINGOP */
	RECORD_DETAIL, /* says more about another record, which may be alone */
};

/* Of a type that nobody knows by its range. */
enum record_role record_role(uint16_t type);
/* True for a record that is news by itself, whatever else its event holds: no
 * SYSCALL or URINGOP, and not what only describes those or another record. */
bool record_is_report(uint16_t type);

enum record_origin {
	RECORD_BY_KERNEL,
	RECORD_BY_DAEMON, /* auditd itself; the kernel takes it from no other */
	/* Sent by a program with CAP_AUDIT_WRITE, also one in a container. The
	 * kernel writes who sent it; all within msg='...' is that program's. */
	RECORD_BY_PROGRAM,
};

/* A type that nobody knows may be a program's. */
enum record_origin record_origin(uint16_t type);
/* "kernel", "daemon", "program": static. */
const char *record_origin_name(enum record_origin origin);

#endif
