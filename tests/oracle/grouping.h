/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grouping.h - our events' keys and sizes against libauparse's. */
#ifndef SAKER_TESTS_ORACLE_GROUPING_H
#define SAKER_TESTS_ORACLE_GROUPING_H

#include "saker/base/str.h"

/* Prints each difference. *ret_events: how many events of ours there are. */
bool grouping_equals(const char *name, struct str log, size_t *ret_events);

#endif
