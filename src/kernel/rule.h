/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule.h - one line of a rule file as a kernel rule. */
#ifndef SAKER_KERNEL_RULE_H
#define SAKER_KERNEL_RULE_H

#include <libaudit.h>

#include "saker/base/buf.h"
#include "saker/base/diag.h"
#include "saker/base/err.h"

struct kernel_rule {
	struct audit_rule_data *data; /* list and action included; free() */
	char *file;
	unsigned line;
	char *text; /* the line */
};

struct kernel_rules {
	struct kernel_rule *items;
	size_t count;
	size_t cap;
};

/* The rules alone, without where they came from. NULL when out of memory. */
struct kernel_rules *rules_copy(const struct kernel_rules *rules);

struct word {
	char *text; /* escapes undone, NUL-terminated, may be written to */
	unsigned column;
	unsigned length; /* in the line */
};

/* A rule while its line is read. */
struct rule_parser {
	struct diag_list *diags;
	struct diag_place place; /* the line; column and length 0 */
	struct audit_rule_data *rule;
	int list; /* -1 = not given yet */
	bool is_watch;
	bool has_syscalls; /* -S was given */
	bool has_known_syscall;
	bool has_fields; /* -F or -C was given */
	int machine;     /* -1 = arch= was not given */
	struct buf key;
	bool is_ignored; /* no rule: the rest of the line is not looked at */
	bool is_left_out;
	bool is_bad;
};

/* 0 with *ret set (data == NULL when the line gives no rule: blank, comment,
 * control, left out, bad: see diags), or E_NOMEM. */
int rule_line_parse(const char *file, unsigned line, struct str text,
                    struct diag_list *diags,
                    struct audit_rule_data **ret) must_check;

/* What of a rule is asked for by others. */
struct rule_coverage {
	struct audit_rule_data *wanted;      /* borrowed; NULL = by none */
	uint32_t left[AUDIT_BITMASK_SIZE];   /* system calls */
	uint32_t denied[AUDIT_BITMASK_SIZE]; /* "never", so far */
	bool touched; /* a loaded rule logs some of them */
};
/* Loaded rules are added in their order. */
struct rule_coverage rule_coverage_begin(struct audit_rule_data *wanted);
void rule_coverage_add(struct rule_coverage *c,
                       const struct audit_rule_data *loaded);
bool rule_coverage_is_whole(const struct rule_coverage *c);

/* Reports at a word of the line. */
struct diag *rule_report(struct rule_parser *p, enum diag_severity severity,
                         const struct word *at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* -F field, -C comparison, -S list, -k key, and the key's field at the end. */
void rule_add_field(struct rule_parser *p, const struct word *w);
void rule_add_comparison(struct rule_parser *p, const struct word *w);
void rule_add_syscalls(struct rule_parser *p, const struct word *w);
void rule_add_key(struct rule_parser *p, const struct word *at,
                  const char *key);
/* 0 or E_NOMEM. */
int rule_finish_key(struct rule_parser *p) must_check;
/* An absolute path whose directory exists; else reports. */
bool rule_check_path(struct rule_parser *p, const struct word *at,
                     const char *path);

#endif
