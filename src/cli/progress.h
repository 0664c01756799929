/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.h - a bar on a terminal while a long log is read; private to
 * src/cli. */
#ifndef SAKER_SRC_CLI_PROGRESS_H
#define SAKER_SRC_CLI_PROGRESS_H

#include "saker/source/log_file.h"

struct progress {
	const char *name;
	bool is_shown; /* standard error is a terminal */
	bool is_drawn;
	unsigned steps;
	uint64_t start_ns;
	uint64_t next_ns;
};

struct progress progress_begin(const char *name);
void progress_step(struct progress *p, const struct log_reader *reader);
/* Wipes the bar. */
void progress_end(struct progress *p);

#endif
