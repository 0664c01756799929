/* SPDX-License-Identifier: GPL-2.0-or-later */
/* summary.h - alerts counted by rule and container; private to src/cli. */
#ifndef SAKER_SRC_CLI_SUMMARY_H
#define SAKER_SRC_CLI_SUMMARY_H

#include "saker/alert/alert.h"

struct summary;

/* NULL when out of memory. */
struct summary *summary_new(void);
void summary_free(struct summary *s);
/* For the pipeline's on_alert: summary is a struct summary. */
void summary_add(void *summary, const struct alert *alert);
/* A table on standard output, the most frequent first; or JSON lines. */
void summary_print(struct summary *s, bool json);

#endif
