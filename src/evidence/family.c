/* SPDX-License-Identifier: GPL-2.0-or-later */
/* family.c - the process, its ancestors and its children, one a line. */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>

#include "collector.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"

#define MOST_ANCESTORS 64
#define MOST_CHILDREN  1024

struct family {
	struct collector *collector;
	struct host *host; /* the request's */
	struct arena arena;
};

/* Appends the process; returns its parent's pid, 0 when it is gone. */
static pid_t add_process(struct family *f, const char *role, pid_t pid)
{
	const unsigned want =
		HOST_WANT_STAT | HOST_WANT_IDS | HOST_WANT_EXE | HOST_WANT_ARGV;
	struct buf *out = &f->collector->text;
	struct host_process p = { 0 };

	arena_reset(&f->arena);
	if (f->host->ops->process(f->host, pid, want, &f->arena, &p) < 0)
		return 0;
	buf_printf(
		out,
		"%s pid=%d ppid=%d start=%" PRIu64 " uid=%u auid=%d exe=", role,
		(int)pid, (int)p.ppid, p.start_ticks, p.uid, (int)p.auid);
	escape_text(out, p.exe);
	for (size_t i = 0; i < p.argc; i++) {
		buf_add_byte(out, ' ');
		escape_text(out, p.argv[i]);
	}
	buf_add_byte(out, '\n');
	return p.ppid;
}

/* task/TID/children needs CONFIG_PROC_CHILDREN (proc(5)). */
static void add_children_of(struct family *f, const char *task)
{
	auto_buf struct buf text = BUF_INIT;
	char path[64];
	struct str rest, word;
	uint64_t pid;

	snprintf(path, sizeof(path), "task/%.20s/children", task);
	if (io_read_at(f->collector->proc, path, 64 * 1024, &text) ==
	    E_NOT_FOUND)
		return;
	rest = buf_str(&text);
	for (int i = 0; i < MOST_CHILDREN && str_split(&rest, ' ', &word); i++)
		if (str_to_u64(word, 10, &pid))
			add_process(f, "child", (pid_t)pid);
}

static void add_children(struct family *f)
{
	int fd = openat(f->collector->proc, "task",
	                O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (dir == NULL) {
		io_close(&fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			add_children_of(f, entry->d_name);
	closedir(dir);
}

void collect_family(struct collector *c)
{
	struct family f = { .collector = c, .host = c->request->host };
	pid_t pid = c->request->pid;

	buf_clear(&c->text);
	pid = add_process(&f, "self", pid);
	for (int i = 0; i < MOST_ANCESTORS && pid > 0; i++)
		pid = add_process(&f, "ancestor", pid);
	add_children(&f);
	collector_keep(c, "processes", buf_str(&c->text));
	arena_done(&f.arena);
}
