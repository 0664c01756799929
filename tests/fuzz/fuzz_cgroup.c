/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_cgroup.c - any text as /proc/PID/cgroup, and as one path. */
#include "fuzz.h"
#include "saker/container/cgroup.h"

static void check(const struct cgroup_facts *f, struct str text)
{
	struct buf out = BUF_INIT;

	FUZZ_CHECK(f->role <= CGROUP_CONTAINER);
	FUZZ_CHECK((f->role == CGROUP_CONTAINER) == (f->id.len != 0));
	FUZZ_CHECK(f->own_path.len <= f->path.len);
	FUZZ_CHECK(str_has_prefix(f->path, f->own_path));
	fuzz_within(f->id, text);
	fuzz_within(f->pod_uid, text);
	fuzz_within(f->path, text);
	fuzz_within(f->controller, text);
	cgroup_unescape(f->id, &out);
	FUZZ_CHECK(out.len <= f->id.len);
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct cgroup_facts facts;

	cgroup_parse(text, &facts);
	check(&facts, text);
	cgroup_parse_path(text, &facts);
	check(&facts, text);
	return 0;
}
