/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake_host.c - the fake host for tests, which may end without memory. */
#include "fake_host.h"

#include <stdlib.h>

static void must(bool is_done)
{
	if (!is_done)
		abort();
}

struct host *fake_host_new(void)
{
	struct host *h = host_fake_new();

	must(h != NULL);
	return h;
}

void fake_host_process(struct host *h, const struct host_process *p)
{
	must(host_fake_process(h, p) == 0);
}

void fake_host_gone(struct host *h, pid_t pid)
{
	host_fake_gone(h, pid);
}

void fake_host_file(struct host *h, const char *path, uint64_t dev,
                    uint64_t ino)
{
	must(host_fake_file(h, path, (struct file_id){ dev, ino }) == 0);
}

void fake_host_text(struct host *h, const char *path, const char *text)
{
	must(host_fake_text(h, path, text) == 0);
}

void fake_host_link(struct host *h, const char *path, const char *target)
{
	fake_host_text(h, path, target);
}

void fake_host_change(struct host *h, const char *directory, const char *name)
{
	must(host_fake_change(h, directory, name) == 0);
}

unsigned fake_host_cgroup_reads(const struct host *h)
{
	return host_fake_cgroup_reads(h);
}
