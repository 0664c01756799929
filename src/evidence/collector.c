/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collector.c - files of /proc/PID and given texts, within the budget. */
#include "collector.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

#include "saker/base/array.h"
#include "saker/base/io.h"

#define ENVIRONMENT_BYTES ((uint64_t)1024 * 1024)

/* Where a file is left out, "left-out" in the folder tells. */
static void leave_out(struct collector *c, const char *name, const char *why)
{
	auto_close int fd = openat(
		c->folder, "left-out",
		O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);

	c->is_cut = true;
	if (fd >= 0)
		dprintf(fd, "%s: %s\n", name, why);
}

static int new_file(struct collector *c, const char *name)
{
	int fd = openat(c->folder, name,
	                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	                0600);

	if (fd < 0)
		leave_out(c, name, strerror(errno));
	return fd;
}

void collector_keep(struct collector *c, const char *name, struct str bytes)
{
	auto_close int fd = -1;

	if (bytes.len == 0)
		return;
	fd = new_file(c, name);
	if (fd < 0)
		return;
	if (bytes.len > c->left)
		leave_out(c, name, "the rest is beyond the budget");
	bytes = str_take(bytes, (size_t)c->left);
	c->left -= bytes.len;
	if (io_write_all(fd, bytes) < 0)
		leave_out(c, name, strerror(errno));
}

void collector_copy(struct collector *c, int fd, const char *name,
                    uint64_t limit)
{
	auto_close int to = new_file(c, name);
	char bytes[16 * 1024];

	limit = limit < c->left ? limit : c->left;
	while (to >= 0) {
		/* one byte more than may be kept tells that there is more */
		size_t want = limit < sizeof(bytes) ? (size_t)limit + 1
		                                    : sizeof(bytes);
		ssize_t n = read(fd, bytes, want);
		size_t kept;

		if (n < 0 && errno == EINTR)
			continue;
		/* attr/current has nothing to say without a security module */
		if (n < 0 && errno != EINVAL)
			leave_out(c, name, strerror(errno));
		if (n <= 0)
			return;
		kept = (uint64_t)n > limit ? (size_t)limit : (size_t)n;
		limit -= kept;
		c->left -= kept;
		if (io_write_all(to, (struct str){ bytes, kept }) < 0) {
			leave_out(c, name, strerror(errno));
			return;
		}
		if ((size_t)n > kept) {
			leave_out(c, name, "the rest is beyond the budget");
			return;
		}
	}
}

static void copy_files(struct collector *c)
{
	static const struct {
		const char *from, *name;
		uint64_t limit;
	} files[] = {
#define EVIDENCE_FILE(from, name, limit) { from, name, limit },
#include "saker/evidence/files.def"
#undef EVIDENCE_FILE
	};

	for (size_t i = 0; i < COUNT(files); i++) {
		auto_close int fd = openat(c->proc, files[i].from,
		                           O_RDONLY | O_NONBLOCK | O_CLOEXEC);

		/* not every kernel has every file */
		if (fd >= 0)
			collector_copy(c, fd, files[i].name, files[i].limit);
		else if (errno != ENOENT)
			leave_out(c, files[i].name, strerror(errno));
	}
}

static void keep_environment(struct collector *c)
{
	auto_buf struct buf environment = BUF_INIT;
	int error =
		io_read_at(c->proc, "environ", ENVIRONMENT_BYTES, &environment);

	if (error < 0)
		leave_out(c, "environ", err_text(error));
	buf_clear(&c->text);
	evidence_redact(c->store, buf_str(&environment), &c->text);
	collector_keep(c, "environ", buf_str(&c->text));
}

bool collector_run(struct collector *c)
{
	collector_keep(c, "alert.json", c->request->alert);
	collect_links(c);
	copy_files(c);
	keep_environment(c);
	collect_family(c);
	collect_descriptors(c);
	collector_keep(c, "events.log", c->request->events);
	collect_executable(c);
	return !c->is_cut && !c->text.failed;
}
