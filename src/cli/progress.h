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
	uint64_t start_ns;
	uint64_t next_ns;
};

struct progress progress_begin(const char *name);
/* Draws, unless it has been drawn just before; total 0 = not known. */
void progress_show(struct progress *p, uint64_t done, uint64_t total);
/* Wipes the bar. */
void progress_end(struct progress *p);

#endif
