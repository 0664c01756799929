/* SPDX-License-Identifier: GPL-2.0-or-later */
/* whole.h - whether an event has all its records. */
#ifndef SAKER_AUDIT_WHOLE_H
#define SAKER_AUDIT_WHOLE_H

#include "table.h"

/* Of one that has ended: what it says of itself is not all there. */
bool whole_is_partial(struct open_event *o);
/* Of one that no EOE ends: nothing more is to come. */
bool whole_has_all(struct open_event *o);

#endif
