/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store.h - records copied into their event's arena. */
#ifndef SAKER_AUDIT_STORE_H
#define SAKER_AUDIT_STORE_H

#include "table.h"

/* Whether the event's limits leave room for r. */
bool store_fits(const struct open_event *o, const struct record *r);
/* True for a record that nobody looks at: its type was noted, and that is all.
 */
bool store_skips(struct open_event *o, const struct record *r);
/* Copies the record and its text and notes its type. 0 or E_NOMEM. */
int store_record(struct open_event *o, const struct record *parsed) must_check;

#endif
