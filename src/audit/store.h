/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store.h - records copied into their event's arena. */
#ifndef SAKER_AUDIT_STORE_H
#define SAKER_AUDIT_STORE_H

#include "head.h"
#include "table.h"

/* True for a record that nobody looks at: its type was noted, and that is all.
 */
bool store_skips(struct open_event *o, uint16_t type, unsigned traits);
/* Copies the record, whose head that is, and notes its type. 0, E_FULL at one
 * of the event's limits, or E_NOMEM. */
int store_record(struct open_event *o, const struct frame *frame,
                 const struct head *head, unsigned traits) must_check;

#endif
