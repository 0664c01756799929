/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor.h - what saker doctor finds; private to src/cli. */
#ifndef SAKER_SRC_CLI_DOCTOR_H
#define SAKER_SRC_CLI_DOCTOR_H

#include "saker/base/buf.h"
#include "saker/daemon/config.h"
#include "saker/engine/ruleset.h"
#include "saker/kernel/audit.h"

enum finding_level {
	FINDING_OK,
	FINDING_ADVICE,
	FINDING_FAULT
};

struct doctor {
	bool json;
	unsigned faults;
	struct buf out;
	/* What is judged instead of this host; borrowed, NULL = nothing. */
	const char *root;
	const char *status_file;
	const struct kernel_rules *given;
	/* of the kernel, when it is known */
	struct kernel_audit_status status;
	bool has_status;
};

/* What was looked at, what was found, and what to do about it (NULL = nothing
 * to do). */
void doctor_find(struct doctor *d, enum finding_level level, const char *what,
                 const char *found, const char *remedy);
void doctor_findf(struct doctor *d, enum finding_level level, const char *what,
                  const char *remedy, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Nothing was given instead of this host. */
bool doctor_is_here(const struct doctor *d);
/* A file of the host that is judged, at most a megabyte; a longer one's end.
 * False when it cannot be read. */
bool doctor_read(const struct doctor *d, const char *path, struct buf *out);

/* Each looks at its part of the host. */
void doctor_check_kernel(struct doctor *d);
void doctor_check_boot(struct doctor *d);
void doctor_check_auditd(struct doctor *d);
void doctor_check_journald(struct doctor *d);
void doctor_check_privileges(struct doctor *d);
void doctor_check_cgroups(struct doctor *d);
/* How responses reach processes and containers here. */
void doctor_check_tiers(struct doctor *d, const struct config *config);
void doctor_check_jit(struct doctor *d);
/* Of the saker that serves control.socket, when there is one. */
void doctor_check_running(struct doctor *d, const struct config *config);
/* The rules whose events the kernel rules keep back, with the lines that are
 * missing. Of rules that were loaded to keep their sources. Says nothing where
 * the kernel may not be asked. 0, or E_NOMEM. */
int doctor_check_blind(struct doctor *d, const struct config *config,
                       const struct ruleset *rules) must_check;

#endif
