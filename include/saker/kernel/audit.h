/* SPDX-License-Identifier: GPL-2.0-or-later */
/* audit.h - the kernel's audit state: status, rules, and putting them back. */
#ifndef SAKER_KERNEL_AUDIT_H
#define SAKER_KERNEL_AUDIT_H

#include "saker/base/diag.h"
#include "saker/base/err.h"

struct kernel_audit_status {
	unsigned enabled; /* 0 off, 1 on, 2 locked */
	unsigned failure;
	unsigned pid; /* auditd's, 0 = none */
	unsigned backlog_limit;
	unsigned backlog_wait_time;
	unsigned lost;
	unsigned backlog;
	unsigned rules; /* number of rules loaded */
	bool has_never_task; /* "never,task" blinds all system call rules */
};

/* 0, E_DENIED, E_UNSUPPORTED (no audit in the kernel, or not in the initial
 * namespaces), E_IO. */
int kernel_audit_status(struct kernel_audit_status *ret) must_check;
/* Only what changes: a cheap poll of lost and backlog. */
int kernel_audit_lost(unsigned *ret_lost, unsigned *ret_backlog) must_check;

/* A rule file in auditctl's syntax (-a -w -F -S -k, comments), checked and
 * turned into kernel rules. Rules that this host cannot take (directory
 * missing, unknown system call) are left out with a warning in diags. */
struct kernel_rules;
int kernel_rules_read(const char *const *paths, size_t npaths,
		      struct diag_list *diags, struct kernel_rules **ret) must_check;
void kernel_rules_free(struct kernel_rules *r);
size_t kernel_rules_count(const struct kernel_rules *r);

/* Loads rules and switches audit on for as long as the session lasts: a guard
 * process puts the former state back when the session is ended, when this
 * process dies, or, if the guard itself dies, kernel_session_end() does. */
struct kernel_session;
int kernel_session_begin(const struct kernel_rules *rules,
			 struct diag_list *diags,
			 struct kernel_session **ret) must_check;
void kernel_session_end(struct kernel_session *s);

#endif
