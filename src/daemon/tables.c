/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tables.c - what the engine knows of processes and containers, kept where its
 * end does not reach it.
 *
 * Two files in memory (or without a name) are written in turn, so that one of
 * them is whole whenever the engine ends. */
#include "tables.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/container/snapshot.h"

/* Writing them takes at most this part of the time. */
#define SHARE       100
#define INTERVAL_NS NS_PER_SEC

struct tables {
	_Atomic unsigned *whole; /* shared: 1 or 2; 0 = neither */
	int fds[2];
	uint64_t next_ns;
};

/* memfd_create came with Linux 3.17. */
static int open_unnamed(void)
{
	int fd = memfd_create("saker-tables", MFD_CLOEXEC);
	FILE *file = fd < 0 && errno == ENOSYS ? tmpfile() : NULL;

	if (file != NULL) {
		fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
		fclose(file);
	}
	return fd;
}

struct tables *tables_new(void)
{
	struct tables *t = calloc(1, sizeof(*t));
	void *shared = mmap(NULL, sizeof(*t->whole), PROT_READ | PROT_WRITE,
	                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (t == NULL || shared == MAP_FAILED) {
		free(t);
		return NULL;
	}
	t->whole = shared;
	for (unsigned i = 0; i < 2; i++)
		t->fds[i] = open_unnamed();
	if (t->fds[0] >= 0 && t->fds[1] >= 0)
		return t;
	tables_free(t);
	return NULL;
}

void tables_free(struct tables *t)
{
	if (t == NULL)
		return;
	munmap(t->whole, sizeof(*t->whole));
	io_close(&t->fds[0]);
	io_close(&t->fds[1]);
	free(t);
}

void tables_keep(struct tables *t, struct tracker *tracker, uint64_t now_ns)
{
	unsigned other;
	uint64_t took;

	if (t == NULL || now_ns < t->next_ns)
		return;
	other = atomic_load(t->whole) == 1 ? 1 : 0;
	if (lseek(t->fds[other], 0, SEEK_SET) == 0 &&
	    ftruncate(t->fds[other], 0) == 0 &&
	    snapshot_write(tracker, STR_NONE, t->fds[other]) == 0)
		atomic_store(t->whole, other + 1);
	took = (clock_monotonic_ns() - now_ns) * SHARE;
	t->next_ns = now_ns + (took > INTERVAL_NS ? took : INTERVAL_NS);
}

bool tables_restore(const struct tables *t, struct tracker *tracker)
{
	struct diag_list diags = DIAG_LIST_INIT;
	auto_buf struct buf text = BUF_INIT;
	struct snapshot *snapshot = NULL;
	unsigned whole = t != NULL ? atomic_load(t->whole) : 0;
	int fd;

	if (whole < 1 || whole > 2)
		return false;
	fd = t->fds[whole - 1];
	if (lseek(fd, 0, SEEK_SET) < 0 ||
	    io_read_fd(fd, LIMIT_SNAPSHOT_BYTES, &text) < 0 ||
	    snapshot_parse("tables", buf_str(&text), &diags, &snapshot) < 0)
		snapshot = NULL;
	if (snapshot != NULL)
		tracker_restore(tracker, snapshot);
	diag_done(&diags);
	snapshot_free(snapshot);
	return snapshot != NULL;
}
