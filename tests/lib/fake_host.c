/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake_host.c - a host of which a test says what is there. */
#include "fake_host.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_PROCESSES 512
#define MAX_FILES     64

struct fake {
	struct host host;
	struct host_process processes[MAX_PROCESSES];
	size_t nprocesses;
	struct {
		const char *path;
		struct file_id id;
	} files[MAX_FILES];
	size_t nfiles;
	struct {
		const char *path;
		const char *text;
	} texts[MAX_FILES];
	size_t ntexts;
	unsigned cgroup_reads;
};

static struct fake *fake_of(const struct host *h)
{
	return (struct fake *)(uintptr_t)h;
}

static struct host_process *find(struct fake *f, pid_t pid)
{
	for (size_t i = 0; i < f->nprocesses; i++)
		if (f->processes[i].pid == pid)
			return &f->processes[i];
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

static int find_file(struct fake *f, struct str path, struct file_id *ret)
{
	for (size_t i = 0; i < f->nfiles; i++) {
		if (f->files[i].id.ino == 0 ||
		    !str_eq(str_from(f->files[i].path), path))
			continue;
		*ret = f->files[i].id;
		return 0;
	}
	return E_NOT_FOUND;
}

static int fake_cgroup_id(struct host *h, struct str controller,
                          struct str path, uint64_t *ret)
{
	struct file_id id;
	int r = find_file(fake_of(h), path, &id);

	(void)controller;
	if (r == 0)
		*ret = id.ino;
	return r;
}

static int fake_file_id(struct host *h, const char *path, struct file_id *ret)
{
	return find_file(fake_of(h), str_from(path), ret);
}

static const char *find_text(const struct fake *f, const char *path)
{
	for (size_t i = f->ntexts; i-- > 0;)
		if (strcmp(f->texts[i].path, path) == 0)
			return f->texts[i].text;
	return NULL;
}

static int fake_read_file(struct host *h, const char *path, size_t limit,
                          struct buf *out)
{
	const char *text = find_text(fake_of(h), path);

	if (text == NULL)
		return E_NOT_FOUND;
	buf_add_str(out, str_take(str_from(text), limit));
	return 0;
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

void fake_host_text(struct host *h, const char *path, const char *text)
{
	struct fake *f = fake_of(h);

	if (f->ntexts == MAX_FILES)
		abort();
	f->texts[f->ntexts].path = path;
	f->texts[f->ntexts++].text = text;
}

void fake_host_link(struct host *h, const char *path, const char *target)
{
	fake_host_text(h, path, target);
}

static int fake_each_process(struct host *h, int (*fn)(void *, pid_t),
                             void *arg)
{
	struct fake *f = fake_of(h);
	int r = 0;

	for (size_t i = 0; r == 0 && i < f->nprocesses; i++)
		r = fn(arg, f->processes[i].pid);
	return r;
}

static int fake_kill(struct host *h, pid_t pid, uint64_t start_ticks,
                     unsigned timeout_ms, bool *ret_dead)
{
	const struct host_process *p = find(fake_of(h), pid);

	(void)timeout_ms;
	if (p == NULL)
		return E_NOT_FOUND;
	if (p->start_ticks != start_ticks)
		return E_STALE;
	fake_host_gone(h, pid);
	*ret_dead = true;
	return 0;
}

static void fake_free(struct host *h)
{
	free(h);
}

struct host *fake_host_new(void)
{
	static const struct host_ops ops = {
		.process = fake_process,
		.cgroup = fake_cgroup,
		.fd_link = fake_fd_link,
		.cgroup_id = fake_cgroup_id,
		.file_id = fake_file_id,
		.read_file = fake_read_file,
		.each_process = fake_each_process,
		.kill = fake_kill,
		.free = fake_free,
	};
	struct fake *f = calloc(1, sizeof(*f));

	if (f == NULL)
		abort();
	f->host.ops = &ops;
	return &f->host;
}

void fake_host_process(struct host *h, const struct host_process *p)
{
	struct fake *f = fake_of(h);
	struct host_process *slot = find(f, p->pid);

	if (slot == NULL && f->nprocesses == MAX_PROCESSES)
		abort();
	if (slot == NULL)
		slot = &f->processes[f->nprocesses++];
	*slot = *p;
}

void fake_host_gone(struct host *h, pid_t pid)
{
	struct fake *f = fake_of(h);
	struct host_process *p = find(f, pid);

	if (p != NULL)
		*p = f->processes[--f->nprocesses];
}

void fake_host_file(struct host *h, const char *path, uint64_t dev,
                    uint64_t ino)
{
	struct fake *f = fake_of(h);
	size_t i = 0;

	while (i < f->nfiles &&
	       !str_eq(str_from(f->files[i].path), str_from(path)))
		i++;
	if (i == MAX_FILES)
		abort();
	if (i == f->nfiles)
		f->nfiles++;
	f->files[i].path = path;
	f->files[i].id = (struct file_id){ dev, ino };
}

unsigned fake_host_cgroup_reads(const struct host *h)
{
	return fake_of(h)->cgroup_reads;
}
