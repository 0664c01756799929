/* SPDX-License-Identifier: GPL-2.0-or-later */
/* traits.h - what is to be known of a record's type to put it into an event. */
#ifndef SAKER_AUDIT_TRAITS_H
#define SAKER_AUDIT_TRAITS_H

#include <stdint.h>

#include "saker/audit/numbers.h"

enum trait {
	IS_SYSCALL = 1 << 0,
	IS_URINGOP = 1 << 1,
	IS_PROCTITLE = 1 << 2,
	IS_EXECVE = 1 << 3,
	IS_PART = 1 << 4, /* roles, see enum record_role */
	IS_ALONE = 1 << 5,
	IS_DETAIL = 1 << 6,
	IS_REPORT = 1 << 7, /* record_is_report() */
};

#define TRAITS_EITHER IS_REPORT
#define TRAITS_ALONE  (IS_ALONE | IS_REPORT)
#define TRAITS_PART   IS_PART
#define TRAITS_DETAIL IS_DETAIL

#define FIRST_TYPE AUDIT_USER
#define LAST_TYPE  AUDIT_LAST_USER_MSG2

/* 0 for what is not in record_types.def. */
extern const uint8_t record_type_traits[LAST_TYPE - FIRST_TYPE + 1];

/* enum trait as bits. Of types that nobody knows by their range:
 * audit_is_last_record() of audit-userspace's common.c, without its 1406 to
 * 1419: since netlabel logs with the caller's context they join its event. */
static inline unsigned record_traits(uint16_t type)
{
	if (type >= FIRST_TYPE && type <= LAST_TYPE &&
	    record_type_traits[type - FIRST_TYPE] != 0)
		return record_type_traits[type - FIRST_TYPE];
	return (type > AUDIT_LOGIN && type < AUDIT_SYSCALL) ||
	                       type >= AUDIT_FIRST_USER_MSG2
	               ? TRAITS_ALONE
	               : TRAITS_EITHER;
}

#endif
