/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode.h - raw field values to text, numbers and addresses. */
#ifndef SAKER_AUDIT_DECODE_H
#define SAKER_AUDIT_DECODE_H

#include <sys/socket.h>

#include "saker/audit/record.h"

/* An untrusted string: "quoted" is literal, unquoted even-length upper-case
 * hex is decoded into the arena (NULs kept), anything else is taken as it
 * stands. (null) and (none) give STR_NONE. A quoted value borrows. False only
 * when out of memory. */
bool decode_string(struct arena *a, struct str raw, struct str *ret);
bool decode_dec(struct str raw, uint64_t *ret);
bool decode_signed(struct str raw, int64_t *ret);
bool decode_hex(struct str raw, uint64_t *ret);
bool decode_oct(struct str raw, uint64_t *ret);
/* "fe:00" (hexadecimal major:minor) as makedev() gives it. */
bool decode_dev(struct str raw, uint64_t *ret);
/* saddr=hex to a struct sockaddr. False on bad hex or when too short. */
bool decode_sockaddr(struct str raw, struct sockaddr_storage *ret,
                     socklen_t *ret_len);

#endif
