/* SPDX-License-Identifier: GPL-2.0-or-later */
/* acts.h - calls that belong to one act of a process; private to src/event. */
#ifndef SAKER_SRC_EVENT_ACTS_H
#define SAKER_SRC_EVENT_ACTS_H

#include "saker/event/event.h"
#include "saker/process/mounts.h"

/* Remembers in the process what a later call of the same act needs (mounts
 * made by fsmount or open_tree, devices given to fsconfig, the last setns) and
 * sets e->mount_reported and e->ns_repeated. */
void acts_observe(struct event *e);
/* The device that fsconfig gave to the context of this fsmount. NULL = none. */
const struct process_mount *acts_mount_device(struct event *e);

#endif
