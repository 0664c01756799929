/* SPDX-License-Identifier: GPL-2.0-or-later */
/* path.h - which PATH record a call works on, and its name made absolute;
 * private to src/event. */
#ifndef SAKER_SRC_EVENT_PATH_H
#define SAKER_SRC_EVENT_PATH_H

#include "saker/event/event.h"
#include "syscalls.h"

enum path_role {
	PATH_ROLE_MAIN,
	PATH_ROLE_SOURCE,
	PATH_ROLE_TARGET
};

/* NULL when the event has no such path. Borrowed from the event. */
const struct audit_path *path_pick(struct event *e, enum path_role role);
/* The path's name, absolute where the records or the process tell how, without
 * "." ".." and double slashes. A name relative to a descriptor that nobody
 * knows stays relative. Lives in the event's arena. STR_NONE without a name. */
struct str path_resolve(struct event *e, const struct audit_path *path);
/* An absolute path with "." ".." and the links of proc followed: self/cwd,
 * root, exe, fd/N. For path_resolve(). */
struct str path_follow_proc(struct event *e, const struct audit_path *path,
                            struct str name);
/* "file", "directory", ...: static; STR_NONE when the mode is not known. */
struct str path_type_of(const struct audit_path *path);

#endif
