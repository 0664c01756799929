/* SPDX-License-Identifier: GPL-2.0-or-later */
/* args.h - EXECVE's arguments. */
#ifndef SAKER_AUDIT_ARGS_H
#define SAKER_AUDIT_ARGS_H

#include "saker/audit/event.h"

/* Joins the arguments of all EXECVE records. False without such a record or
 * when out of memory. */
bool args_join(struct audit_event *e, struct audit_args *ret);

#endif
