/* SPDX-License-Identifier: GPL-2.0-or-later */
/* links.c - what links below /proc/PID lead to: files, namespaces,
 * descriptors. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "collector.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"

/* "name -> target", and the device and inode behind where that can be told
 * without waiting. */
static void add_link(struct collector *c, int dir, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, name, target, sizeof(target));

	buf_printf(&c->text, "%s -> ", name);
	if (n >= 0)
		escape_text(&c->text, (struct str){ target, (size_t)n });
	else
		buf_printf(&c->text, "? (%s)", strerror(errno));
	buf_add_byte(&c->text, '\n');
}

static void add_fdinfo(struct collector *c, int fdinfo, const char *name)
{
	auto_buf struct buf text = BUF_INIT;
	struct str rest, line;

	if (fdinfo < 0 || io_read_at(fdinfo, name, 4096, &text) == E_NOT_FOUND)
		return;
	rest = buf_str(&text);
	while (str_split(&rest, '\n', &line)) {
		if (line.len == 0)
			continue;
		buf_add_byte(&c->text, '\t');
		escape_text(&c->text, line);
		buf_add_byte(&c->text, '\n');
	}
}

/* A table of 100,000 descriptors must not take the budget of what comes after
 * it. */
#define DESCRIPTOR_BYTES ((size_t)1024 * 1024)

static void add_directory(struct collector *c, const char *name, int fdinfo)
{
	int fd = openat(c->proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (dir == NULL) {
		io_close(&fd);
		buf_printf(&c->text, "%s: %s\n", name, strerror(errno));
		return;
	}
	while ((entry = readdir(dir)) != NULL &&
	       c->text.len < DESCRIPTOR_BYTES) {
		if (entry->d_name[0] == '.')
			continue;
		add_link(c, dirfd(dir), entry->d_name);
		add_fdinfo(c, fdinfo, entry->d_name);
	}
	if (entry != NULL) {
		c->is_cut = true;
		buf_add_str(&c->text, STR("... more were left out\n"));
	}
	closedir(dir);
}

void collect_links(struct collector *c)
{
	buf_clear(&c->text);
	add_link(c, c->proc, "exe");
	add_link(c, c->proc, "cwd");
	add_link(c, c->proc, "root");
	add_directory(c, "ns", -1);
	collector_keep(c, "links", buf_str(&c->text));
}

void collect_descriptors(struct collector *c)
{
	auto_close int fdinfo =
		openat(c->proc, "fdinfo", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	buf_clear(&c->text);
	add_directory(c, "fd", fdinfo);
	collector_keep(c, "descriptors", buf_str(&c->text));
}
