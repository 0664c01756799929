/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor.h - what saker doctor finds; private to src/cli. */
#ifndef SAKER_SRC_CLI_DOCTOR_H
#define SAKER_SRC_CLI_DOCTOR_H

#include "saker/base/buf.h"
#include "saker/daemon/config.h"
#include "saker/engine/ruleset.h"

enum finding_level {
	FINDING_OK,
	FINDING_ADVICE,
	FINDING_FAULT
};

struct doctor {
	bool json;
	unsigned faults;
	struct buf out;
};

/* What was looked at, what was found, and what to do about it (NULL = nothing
 * to do). */
void doctor_find(struct doctor *d, enum finding_level level, const char *what,
                 const char *found, const char *advice);
/* The rules whose events the loaded kernel rules keep back, with the lines that
 * are missing. Of rules that were loaded to keep their sources. Says nothing
 * where the kernel may not be asked. 0, or E_NOMEM. */
int doctor_check_blind(struct doctor *d, const struct config *config,
                       const struct ruleset *rules) must_check;

#endif
