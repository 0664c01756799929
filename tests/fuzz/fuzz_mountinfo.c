/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_mountinfo.c - bytes as /proc/PID/mountinfo, its first line as the path
 * that is looked for. */
#include <sys/sysmacros.h>

#include "fuzz.h"
#include "mountinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct str rest = text, path, inside, directory;
	struct arena arena = ARENA_INIT;
	struct mount_line m;

	if (!str_split(&rest, '\n', &path) || rest.s == NULL)
		return 0;
	if (mount_find(rest, makedev(0, 39), path, &arena, &m, &inside)) {
		FUZZ_CHECK(inside.len > 0);
		FUZZ_CHECK(str_has_prefix(path, m.point) ||
		           str_eq(m.point, STR("/")));
		fuzz_within(m.options, text);
		for (unsigned n = 0;
		     n < 64 &&
		     overlay_directory(m.options, n, &arena, &directory);
		     n++)
			FUZZ_CHECK(directory.len <= m.options.len);
	}
	arena_done(&arena);
	return 0;
}
