/* SPDX-License-Identifier: GPL-2.0-or-later */
/* head.h - what a record begins with. */
#ifndef SAKER_AUDIT_HEAD_H
#define SAKER_AUDIT_HEAD_H

#include "saker/audit/record.h"

/* Views of the frame's text, but for the name of a type that came as a number.
 */
struct head {
	uint16_t type;
	struct str type_name;
	struct str node;
	const char *body;
};

/* 0, E_TRUNCATED or E_INVALID, as record_parse(); memo then has the stamp. */
int head_parse(const struct frame *frame, struct stamp_memo *memo,
               struct head *ret) must_check;
/* The record that it is the head of. text is the frame's, or a copy of it, of
 * which the record will be views. */
void head_fill(const struct head *head, const struct frame *frame,
               const char *text, const struct audit_stamp *stamp,
               struct record *ret);

#endif
