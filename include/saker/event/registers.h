/* SPDX-License-Identifier: GPL-2.0-or-later */
/* registers.h - what a field's value says of the registers of a system call,
 * for those who ask the kernel for fewer events. */
#ifndef SAKER_EVENT_REGISTERS_H
#define SAKER_EVENT_REGISTERS_H

#include "saker/event/field.h"

struct register_fact {
	unsigned number; /* of the argument, from 0 */
	bool is_mask;    /* one of these bits; else this number */
	uint32_t value;
};

/* Of calls of that type: what one of the registers must be for the field's
 * value to be the text, or to hold it: one of the facts. Returns how many there
 * are, at most REGISTER_FACTS; 0 when nothing can be said. */
#define REGISTER_FACTS 16
size_t registers_equal(struct str type, const struct field_info *field,
                       const struct field_arg *arg, struct str text,
                       struct register_fact *ret);
size_t registers_contain(struct str type, const struct field_info *field,
                         const struct field_arg *arg, struct str text,
                         struct register_fact *ret);
/* The same for evt.is_open_write being true. */
size_t registers_open_write(struct str type, struct register_fact *ret);
/* fd.num is what the call returned. */
bool registers_fd_is_result(struct str type);

#endif
