/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake.c - a host of which somebody says what is there. */
#include "saker/host/fake.h"

#include <stdio.h>
#include <stdlib.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/map.h"

struct file {
	const char *path;
	struct file_id id; /* ino 0: there is no such file */
	const char *text;  /* NULL = nothing can be read */
};

struct change {
	const char *directory;
	const char *name;
};

struct fake {
	struct host host;
	struct buf processes; /* struct host_process, by first appearance */
	struct map files;     /* path -> struct file */
	struct buf watches;   /* char *, the directories */
	struct buf changes;   /* struct change */
	unsigned cgroup_reads;
};

static struct fake *fake_of(const struct host *h)
{
	return (struct fake *)(uintptr_t)h;
}

static struct host_process *processes(const struct fake *f)
{
	return (struct host_process *)(void *)f->processes.data;
}

static size_t count(const struct fake *f)
{
	return f->processes.len / sizeof(struct host_process);
}

static struct host_process *find(const struct fake *f, pid_t pid)
{
	for (size_t i = 0; i < count(f); i++)
		if (processes(f)[i].pid == pid)
			return &processes(f)[i];
	return NULL;
}

static int fake_process(struct host *h, pid_t pid, unsigned want,
                        struct arena *a, struct host_process *ret)
{
	const struct host_process *p = find(fake_of(h), pid);

	(void)want, (void)a;
	if (p == NULL)
		return E_NOT_FOUND;
	*ret = *p;
	return 0;
}

static int fake_cgroup(struct host *h, pid_t pid, struct buf *out)
{
	const struct host_process *p = find(fake_of(h), pid);

	fake_of(h)->cgroup_reads++;
	if (p == NULL)
		return E_NOT_FOUND;
	buf_add_str(out, p->cgroup);
	return 0;
}

static int find_id(const struct fake *f, struct str path, struct file_id *ret)
{
	const struct file *file = map_get(&f->files, path);

	if (file == NULL || file->id.ino == 0)
		return E_NOT_FOUND;
	*ret = file->id;
	return 0;
}

static int fake_cgroup_id(struct host *h, struct str controller,
                          struct str path, uint64_t *ret)
{
	struct file_id id;
	int r = find_id(fake_of(h), path, &id);

	(void)controller;
	if (r == 0)
		*ret = id.ino;
	return r;
}

static int fake_file_id(struct host *h, const char *path, struct file_id *ret)
{
	return find_id(fake_of(h), str_from(path), ret);
}

static int fake_file_id_in(struct host *h, pid_t pid, const char *path,
                           struct file_id *ret)
{
	auto_buf struct buf full = BUF_INIT;

	buf_printf(&full, "/proc/%d/root%s", (int)pid, path);
	return full.failed ? E_NOMEM : find_id(fake_of(h), buf_str(&full), ret);
}

static char **watches(const struct fake *f, size_t *ret_count)
{
	*ret_count = f->watches.len / sizeof(char *);
	return (char **)(void *)f->watches.data;
}

static int fake_watch(struct host *h, const char *directory, int *ret)
{
	struct fake *f = fake_of(h);
	size_t n;
	char **items = watches(f, &n), *copy;

	for (size_t i = 0; i < n; i++)
		if (strcmp(items[i], directory) == 0) {
			*ret = (int)i;
			return 0;
		}
	copy = str_dup(str_from(directory));
	if (copy != NULL)
		buf_add(&f->watches, &copy, sizeof(copy));
	if (copy == NULL || f->watches.failed) {
		free(copy);
		return E_NOMEM;
	}
	*ret = (int)n;
	return 0;
}

static void fake_changes(struct host *h, host_change_fn *fn, void *arg)
{
	struct fake *f = fake_of(h);
	const struct change *changes = (const void *)f->changes.data;
	size_t n;
	char **items = watches(f, &n);

	for (size_t c = 0; c < f->changes.len / sizeof(*changes); c++)
		for (size_t i = 0; i < n; i++)
			if (strcmp(items[i], changes[c].directory) == 0)
				fn(arg, (int)i, str_from(changes[c].name));
	buf_clear(&f->changes);
}

static const char *find_text(const struct fake *f, const char *path)
{
	const struct file *file = map_get(&f->files, str_from(path));

	return file != NULL ? file->text : NULL;
}

static int fake_read_file(struct host *h, const char *path, size_t limit,
                          struct buf *out)
{
	const char *text = find_text(fake_of(h), path);

	if (text == NULL)
		return E_NOT_FOUND;
	buf_add_str(out, str_take(str_from(text), limit));
	return strlen(text) > limit ? E_LIMIT : 0;
}

static int fake_fd_link(struct host *h, pid_t pid, int fd, struct arena *a,
                        struct str *ret)
{
	char path[64];
	const char *text;

	(void)a;
	snprintf(path, sizeof(path), "%d/%d", (int)pid, fd);
	text = find_text(fake_of(h), path);
	if (text == NULL)
		return E_NOT_FOUND;
	*ret = str_from(text);
	return 0;
}

static int fake_each_process(struct host *h, int (*fn)(void *, pid_t),
                             void *arg)
{
	const struct fake *f = fake_of(h);
	int r = 0;

	for (size_t i = 0; r == 0 && i < count(f); i++)
		r = fn(arg, processes(f)[i].pid);
	return r;
}

static void fake_free(struct host *h)
{
	struct fake *f = fake_of(h);
	size_t cursor = 0, n;
	char **items = watches(f, &n);
	void *file;

	while (n-- > 0)
		free(items[n]);
	buf_done(&f->watches);
	buf_done(&f->changes);
	while (map_next(&f->files, &cursor, NULL, &file))
		free(file);
	map_done(&f->files);
	buf_done(&f->processes);
	free(f);
}

struct host *host_fake_new(void)
{
	static const struct host_ops ops = {
		.process = fake_process,
		.cgroup = fake_cgroup,
		.fd_link = fake_fd_link,
		.cgroup_id = fake_cgroup_id,
		.file_id = fake_file_id,
		.file_id_in = fake_file_id_in,
		.watch = fake_watch,
		.changes = fake_changes,
		.read_file = fake_read_file,
		.each_process = fake_each_process,
		.free = fake_free,
	};
	struct fake *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->host.ops = &ops;
	map_init(&f->files);
	return &f->host;
}

int host_fake_process(struct host *h, const struct host_process *p)
{
	struct fake *f = fake_of(h);
	struct host_process *slot = find(f, p->pid);

	if (slot == NULL) {
		buf_add(&f->processes, p, sizeof(*p));
		if (f->processes.failed)
			return E_NOMEM;
		slot = &processes(f)[count(f) - 1];
	}
	*slot = *p;
	if (slot->start_ns == 0)
		slot->start_ns = clock_realtime_of_ticks(p->start_ticks);
	return 0;
}

void host_fake_gone(struct host *h, pid_t pid)
{
	struct fake *f = fake_of(h);
	struct host_process *p = find(f, pid);

	if (p == NULL)
		return;
	*p = processes(f)[count(f) - 1];
	f->processes.len -= sizeof(*p);
}

/* NULL when out of memory. */
static struct file *file_at(struct fake *f, const char *path)
{
	struct file *file = map_get(&f->files, str_from(path));

	if (file != NULL)
		return file;
	file = calloc(1, sizeof(*file));
	if (file == NULL)
		return NULL;
	file->path = path;
	if (map_put(&f->files, str_from(file->path), file) == 0)
		return file;
	free(file);
	return NULL;
}

int host_fake_file(struct host *h, const char *path, struct file_id id)
{
	struct file *file = file_at(fake_of(h), path);

	if (file == NULL)
		return E_NOMEM;
	file->id = id;
	return 0;
}

int host_fake_text(struct host *h, const char *path, const char *text)
{
	struct file *file = file_at(fake_of(h), path);

	if (file == NULL)
		return E_NOMEM;
	file->text = text;
	return 0;
}

int host_fake_change(struct host *h, const char *directory, const char *name)
{
	struct fake *f = fake_of(h);
	struct change change = { directory, name };

	buf_add(&f->changes, &change, sizeof(change));
	return f->changes.failed ? E_NOMEM : 0;
}

unsigned host_fake_cgroup_reads(const struct host *h)
{
	return fake_of(h)->cgroup_reads;
}
