/* SPDX-License-Identifier: GPL-2.0-or-later */
/* deviations.h - every way in which our fields differ from libauparse's. */
#ifndef SAKER_TESTS_ORACLE_DEVIATIONS_H
#define SAKER_TESTS_ORACLE_DEVIATIONS_H

#include "saker/audit/record.h"

#define MAX_FIELDS 4096

struct field_list {
	struct record_field fields[MAX_FIELDS];
	size_t n;
};

/* i and j are the first fields of ours and theirs that are not matched. */
struct comparison {
	struct record record;
	struct field_list ours, theirs;
	size_t i, j;
};

enum deviation {
#define DEVIATION(id, reason) DEVIATION_##id,
#include "deviations.def"
#undef DEVIATION
	DEVIATION__MAX
};

/* The row that explains the difference at (i, j), which it skips;
 * DEVIATION__MAX when there is none. */
enum deviation deviation_find(struct comparison *c);
const char *deviation_reason(enum deviation d);

#endif
