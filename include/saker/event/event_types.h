/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_types.h - the names that evt.type can have. */
#ifndef SAKER_EVENT_EVENT_TYPES_H
#define SAKER_EVENT_EVENT_TYPES_H

#include <stdbool.h>

#include "saker/base/str.h"

/* A system call of some architecture, an io_uring operation, a record type in
 * lower case, or one of Falco's events that audit has not. */
bool event_type_is_known(struct str name);
/* True for the last: no event of this source has that type. */
bool event_type_is_foreign(struct str name);

#endif
