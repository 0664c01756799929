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
	unsigned rate_limit; /* records a second, 0 = any number */
	unsigned lost;
	/* as in struct kernel_audit_lost */
	bool counts_unheld;
	unsigned backlog;
	unsigned rules;      /* number of rules loaded */
	unsigned unseen;     /* of them: those for login users alone */
	bool has_never_task; /* "never,task" blinds all system call rules */
};

/* 0, E_DENIED, E_UNSUPPORTED (no audit in the kernel, or not in the initial
 * namespaces), E_IO. Never waits longer than two seconds for an answer. */
int kernel_audit_status(struct kernel_audit_status *ret) must_check;
struct kernel_rules;
/* What of that is said by rules alone: rules, unseen, has_never_task. */
void kernel_rules_status(const struct kernel_rules *rules,
                         struct kernel_audit_status *ret);
/* Calls fn for each record type that a rule of the exclude list keeps back, of
 * the rules given or, NULL, of those that are loaded. 0, E_DENIED,
 * E_UNSUPPORTED, E_IO. */
int kernel_each_excluded(const struct kernel_rules *given,
                         void (*fn)(void *arg, unsigned type),
                         void *arg) must_check;
struct kernel_audit_lost {
	unsigned lost;
	/* No auditd takes the records: those that the kernel has no room to
	 * keep for one are among the lost, although the audit group was given
	 * them. */
	bool counts_unheld;
};

/* Only what changes: a cheap poll. */
int kernel_audit_lost(struct kernel_audit_lost *ret) must_check;
/* Whether a kernel of that release and command line keeps records for an auditd
 * to come, or tells its log, and counts as lost what it has no room for. */
bool kernel_counts_unheld(struct str release, struct str command_line);

/* Rule files in auditctl's syntax (-a -A -w -p -F -C -S -k, comments), or
 * directories' *.rules in name order, checked and turned into kernel rules;
 * nothing is loaded, no privilege is needed. In diags: errors for bad lines;
 * warnings for what this host cannot take (an unknown system call), left out;
 * notes for rules left out because their directory does not exist, and for
 * lines that set audit's state (-D -b -e -f ...), which are ignored. 0,
 * E_INVALID when there was an error in a line, E_NOT_FOUND, E_DENIED, E_NOMEM,
 * E_IO. */
int kernel_rules_read(const char *const *paths, size_t npaths,
                      struct diag_list *diags,
                      struct kernel_rules **ret) must_check;
/* The same for text; name stands for its file in diags. */
int kernel_rules_parse(const char *name, struct str text,
                       struct diag_list *diags,
                       struct kernel_rules **ret) must_check;
void kernel_rules_free(struct kernel_rules *r);
size_t kernel_rules_count(const struct kernel_rules *r);

/* Loads rules that stay when this process ends. Those that were there are no
 * error and not counted; warnings in diags for those that the kernel refuses.
 * 0, E_DENIED (when audit is locked, too), E_UNSUPPORTED, E_IO. */
int kernel_rules_load(const struct kernel_rules *rules, struct diag_list *diags,
                      size_t *ret_added) must_check;
/* Takes these out. The same errors. */
int kernel_rules_unload(const struct kernel_rules *rules,
                        size_t *ret_removed) must_check;

/* Loads rules and switches audit on for as long as the session lasts, with
 * backlog_limit at least 8192 and backlog_wait_time 0, so that no process of
 * this host ever waits for us. Only the rules that were not loaded before are
 * deleted at the end, and a setting that somebody changed meanwhile stays;
 * audit stays on when an auditd came meanwhile.
 *
 * Start it before any thread and before privileges are dropped: it forks a
 * guard process ("saker-guard", own session, deaf to the usual signals, no
 * descriptors of ours) that puts the state back when the session is ended or
 * when this process dies by whatever means. If the guard dies first,
 * kernel_session_end() does it, for which this process needs CAP_AUDIT_CONTROL.
 *
 * Processes that ran before audit was first switched on since boot have no
 * audit context; only their children are seen (audit_alloc() in
 * kernel/auditsc.c).
 *
 * 0; E_DENIED, E_UNSUPPORTED, E_NOMEM, E_IO; E_INVALID when audit is locked
 * (enabled 2) or the kernel takes none of the rules. diags say what and why;
 * single rules that the kernel refuses are warnings. rules are copied. */
struct kernel_session;
int kernel_session_begin(const struct kernel_rules *rules,
                         struct diag_list *diags,
                         struct kernel_session **ret) must_check;
/* The rules that the session is to have from now on: loads those that it has
 * not loaded, and keeps the others until kernel_session_drop_others(). Order
 * counts where a rule logs nothing ("never"): when there is one and anything
 * differs, all are taken out and loaded anew, and for some milliseconds there
 * are fewer. On any error the former ones stay. Diagnostics as at the
 * beginning. One thread at a time. 0, E_INVALID, E_FULL (no room to note more
 * rules), E_DENIED, E_NOMEM, E_IO. */
int kernel_session_add(struct kernel_session *s,
                       const struct kernel_rules *rules,
                       struct diag_list *diags, bool *ret_changed) must_check;
/* Takes out what the session loaded and was not asked for last. */
void kernel_session_drop_others(struct kernel_session *s);
void kernel_session_end(struct kernel_session *s);

#endif
