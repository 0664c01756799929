/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mountinfo.h - lines of /proc/PID/mountinfo: pure text work. */
#ifndef SAKER_CONTAINER_MOUNTINFO_H
#define SAKER_CONTAINER_MOUNTINFO_H

#include "saker/base/arena.h"

/* Texts live in the arena, undone of \ooo; options borrow from the line. */
struct mount_line {
	uint64_t dev;
	struct str root;  /* which directory of the file system is mounted */
	struct str point; /* where */
	struct str type;
	struct str options; /* of the super block, with \ooo */
};

/* False for what is no such line, and when out of memory. */
bool mount_line_parse(struct str line, struct arena *a, struct mount_line *ret);
/* The mount that has path, as its process sees it, on that device: the deepest,
 * the newest of those at one place. ret_inside: the path in the file system, in
 * the arena. */
bool mount_find(struct str mountinfo, uint64_t dev, struct str path,
                struct arena *a, struct mount_line *ret,
                struct str *ret_inside);
/* The next directory of an overlay, undone of \ooo, in the arena: upper
 * directory first, then the lower ones from the top. Start with 0; false at the
 * end. */
bool overlay_directory(struct str options, unsigned n, struct arena *a,
                       struct str *ret);
/* True when the overlay has an upper directory. */
bool overlay_has_upper(struct str options);
/* Two parts of a path, one slash between them, NUL behind; STR_NONE when out of
 * memory. */
struct str path_join(struct arena *a, struct str directory, struct str rest);
/* True when path is directory or below; *ret_rest starts with a slash or is
 * empty. */
bool path_is_below(struct str path, struct str directory, struct str *ret_rest);

#endif
