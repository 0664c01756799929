/* SPDX-License-Identifier: GPL-2.0-or-later */
/* escape.h - attacker-controlled text made safe for a sink. */
#ifndef SAKER_BASE_ESCAPE_H
#define SAKER_BASE_ESCAPE_H

#include "saker/base/buf.h"

/* Appends v as a JSON string with its quotes. Bytes that are no valid UTF-8
 * become U+FFFD; control characters, DEL, C1 controls and what changes the
 * direction of writing become \u escapes. */
void escape_json(struct buf *b, struct str v);
/* Appends v for a terminal or a log line: the same and invalid UTF-8 become
 * \xHH, \uHHHH or a C escape; everything else is kept. */
void escape_text(struct buf *b, struct str v);
/* Appends v with U+FFFD for each byte that is no valid UTF-8. */
void escape_to_utf8(struct buf *b, struct str v);
/* True when every byte is part of valid UTF-8. */
bool escape_is_utf8(struct str v);

#endif
