/* SPDX-License-Identifier: GPL-2.0-or-later */
/* types.h - what the assembler must know about a record type. */
#ifndef SAKER_AUDIT_TYPES_H
#define SAKER_AUDIT_TYPES_H

#include <stdint.h>

enum record_role {
	RECORD_EITHER, /* alone or in a system call's event */
	RECORD_ALONE,
	RECORD_PART, /* never without SYSCALL or URINGOP */
};

/* Of a type that nobody knows by its range. */
enum record_role record_role(uint16_t type);

#endif
