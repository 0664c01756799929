/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_proc.c - texts of /proc: byte 0 says of which file. */
#include "direct.h"
#include "fuzz.h"
#include "saker/base/limits.h"

static void parse_mounts(struct str text)
{
	struct cgroup_mounts mounts;
	struct buf path = BUF_INIT;
	struct str line, rest = text;

	FUZZ_CHECK(cgroup_mounts_parse(text, &mounts) == 0);
	while (str_split(&rest, '\n', &line)) {
		struct str controller = line;

		str_split(&line, ':', &controller);
		buf_clear(&path);
		if (cgroup_mounts_path(&mounts, controller, line, &path) == 0)
			FUZZ_CHECK(path.data[path.len] == '\0');
	}
	buf_done(&path);
	cgroup_mounts_done(&mounts);
}

static void parse_cmdline(struct str text)
{
	struct host_process p = { 0 };
	struct arena arena = ARENA_INIT;
	size_t bytes = 0;

	FUZZ_CHECK(proc_cmdline_parse(text, &arena, &p) == 0);
	FUZZ_CHECK(p.argc <= LIMIT_ARGV);
	for (size_t i = 0; i < p.argc; i++)
		bytes += p.argv[i].len;
	FUZZ_CHECK(bytes <= text.len);
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct host_process p = { 0 };
	struct proc_stat stat;
	struct str text;

	if (size == 0)
		return 0;
	text = (struct str){ (const char *)data + 1, size - 1 };
	switch (data[0]) {
	case 's':
		if (proc_stat_parse(text, &stat))
			fuzz_within(stat.comm, text);
		break;
	case 'i':
		proc_status_parse(text, &p);
		break;
	case 'c':
		parse_cmdline(text);
		break;
	default:
		parse_mounts(text);
	}
	return 0;
}
