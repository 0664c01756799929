/* SPDX-License-Identifier: GPL-2.0-or-later */
/* executable.c - the program that ran, when nothing else will have it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "collector.h"
#include "saker/base/io.h"

/* A memfd's file has no link, like a deleted one's (mm/memfd.c). */
static bool is_unreachable(const struct stat *st)
{
	return st->st_nlink == 0;
}

static void keep_facts(struct collector *c, int fd, const struct stat *st)
{
	char hash[EVIDENCE_HASH_LENGTH + 1] = "";

	buf_clear(&c->text);
	buf_printf(&c->text,
	           "device %u:%u\ninode %" PRIu64
	           "\nmode %o\nuid %u\ngid %u\n"
	           "size %" PRIu64 "\nlinks %" PRIu64 "\nmodified %" PRId64
	           "\nchanged %" PRId64 "\n",
	           major(st->st_dev), minor(st->st_dev), (uint64_t)st->st_ino,
	           st->st_mode, st->st_uid, st->st_gid, (uint64_t)st->st_size,
	           (uint64_t)st->st_nlink, (int64_t)st->st_mtim.tv_sec,
	           (int64_t)st->st_ctim.tv_sec);
	if ((uint64_t)st->st_size <= c->store->max_bytes &&
	    evidence_hash(fd, hash) == 0)
		buf_printf(&c->text, "sha256 %s\n", hash);
	collector_keep(c, "exe.facts", buf_str(&c->text));
}

void collect_executable(struct collector *c)
{
	auto_close int fd =
		openat(c->proc, "exe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		c->is_cut = true;
		return;
	}
	keep_facts(c, fd, &st);
	if (is_unreachable(&st) && lseek(fd, 0, SEEK_SET) == 0)
		collector_copy(c, fd, "exe", UINT64_MAX);
}
