/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_status.c - proc.* and thread.*: what /proc shows. */
#include "facts.h"
#include "fd.h"
#include "get.h"
#include "saker/base/io.h"
#include "who.h"

GETTER(get_proc_vmsize)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);

	return f != NULL && give_uint(ret, f->vm_size);
}

GETTER(get_proc_vmrss)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);

	return f != NULL && give_uint(ret, f->vm_rss);
}

GETTER(get_proc_vmswap)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);

	return f != NULL && give_uint(ret, f->vm_swap);
}

GETTER(get_thread_vmsize_b)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);

	return f != NULL && give_uint(ret, f->vm_size * 1024);
}

GETTER(get_thread_vmrss_b)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);

	return f != NULL && give_uint(ret, f->vm_rss * 1024);
}

GETTER(get_proc_nthreads)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);

	return f != NULL && f->threads != 0 && give_uint(ret, f->threads);
}

GETTER(get_proc_nchilds)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);

	return f != NULL && f->threads != 0 && give_uint(ret, f->threads - 1);
}

GETTER(get_thread_pfmajor)
{
	const struct host_process *f = event_facts(e, HOST_WANT_STAT);

	return f != NULL && give_uint(ret, f->major_faults);
}

GETTER(get_thread_pfminor)
{
	const struct host_process *f = event_facts(e, HOST_WANT_STAT);

	return f != NULL && give_uint(ret, f->minor_faults);
}

static bool give_fd_type(struct event *e, int fd, struct value *ret)
{
	struct process_fd info;

	return fd_ask(e, fd, &info) && info.kind != FD_UNKNOWN &&
	       give_str(ret, fd_kind_name(info.kind));
}

static bool give_fd_name(struct event *e, int fd, struct value *ret)
{
	struct process_fd info;

	return fd_ask(e, fd, &info) && give_known(ret, fd_name(e, &info));
}

GETTER(get_proc_stdin_type)
{
	return give_fd_type(e, 0, ret);
}

GETTER(get_proc_stdout_type)
{
	return give_fd_type(e, 1, ret);
}

GETTER(get_proc_stderr_type)
{
	return give_fd_type(e, 2, ret);
}

GETTER(get_proc_stdin_name)
{
	return give_fd_name(e, 0, ret);
}

GETTER(get_proc_stdout_name)
{
	return give_fd_name(e, 1, ret);
}

GETTER(get_proc_stderr_name)
{
	return give_fd_name(e, 2, ret);
}

/* "NAME=value\0..." joined by blanks; STR_NONE when it cannot be read. */
static struct str environment(struct event *e, const struct process *p)
{
	auto_buf struct buf text = BUF_INIT;

	if (!tracker_proc_file(e->context->tracker, p, "environ", &text))
		return STR_NONE;
	return arena_copy_buf(&e->audit->arena, &text);
}

static struct str joined(struct str text)
{
	if (text.len != 0 && text.s[text.len - 1] == '\0')
		text.len--;
	for (size_t i = 0; i < text.len; i++)
		if (text.s[i] == '\0')
			*(char *)(uintptr_t)&text.s[i] = ' ';
	return text;
}

static struct str variable(struct str text, struct str name)
{
	struct str one;

	while (str_split(&text, '\0', &one))
		if (str_has_prefix(one, name) && one.len > name.len &&
		    one.s[name.len] == '=')
			return str_skip(one, name.len + 1);
	return STR_NONE;
}

bool get_proc_env(struct event *e, const struct field_arg *arg,
                  struct value *ret)
{
	struct str text;

	if (e->process == NULL)
		return false;
	text = environment(e, e->process);
	if (arg == NULL)
		return give_known(ret, joined(text));
	if (text.len == 0)
		return false;
	text = variable(text, arg->name);
	/* one that is not set is empty */
	return give_str(ret, text.s != NULL ? text : STR(""));
}

bool get_proc_aenv(struct event *e, const struct field_arg *arg,
                   struct value *ret)
{
	struct str *items;
	size_t n = 0;

	if (e->process == NULL)
		return false;
	if (arg != NULL && arg->is_index) {
		const struct process *p =
			arg->index > ANCESTORS_MAX
				? NULL
				: process_ancestor(e->process,
		                                   (unsigned)arg->index);

		return p != NULL && give_known(ret, joined(environment(e, p)));
	}
	items = arena_array(&e->audit->arena, struct str, ANCESTORS_MAX);
	if (items == NULL)
		return false;
	for (const struct process *p = e->process->parent;
	     p != NULL && n < ANCESTORS_MAX; p = p->parent) {
		struct str text = environment(e, p);

		text = arg != NULL ? variable(text, arg->name) : joined(text);
		if (text.len != 0)
			items[n++] = text;
	}
	ret->type = VALUE_LIST;
	ret->list.items = items;
	ret->list.count = n;
	return n != 0;
}

/* "5:cpu,cpuacct:/a" is cpu=/a cpuacct=/a; version 2's "0::/a" has no name. */
static struct str next_cgroup(struct str *rest, struct str *ret_controllers)
{
	struct str line, number;

	*ret_controllers = STR_NONE;
	if (!str_split(rest, '\n', &line) || !str_split(&line, ':', &number) ||
	    !str_split(&line, ':', ret_controllers))
		return STR_NONE;
	return line;
}

GETTER(get_thread_cgroups)
{
	auto_buf struct buf out = BUF_INIT;
	struct str rest, controllers, path, one;

	if (e->process == NULL)
		return false;
	rest = tracker_cgroup_text(e->process);
	while ((path = next_cgroup(&rest, &controllers)).len != 0)
		while (str_split(&controllers, ',', &one)) {
			if (out.len != 0)
				buf_add_byte(&out, ' ');
			buf_add_str(&out, one);
			buf_add_byte(&out, '=');
			buf_add_str(&out, path);
		}
	return give_known(ret, arena_copy_buf(&e->audit->arena, &out));
}

bool get_thread_cgroup(struct event *e, const struct field_arg *arg,
                       struct value *ret)
{
	struct str rest, controllers, path, one, unified = STR_NONE;

	if (e->process == NULL || arg == NULL)
		return false;
	rest = tracker_cgroup_text(e->process);
	while ((path = next_cgroup(&rest, &controllers)).len != 0) {
		if (controllers.len == 0)
			unified = path;
		while (str_split(&controllers, ',', &one))
			if (str_eq(one, arg->name))
				return give_str(ret, path);
	}
	return give_known(ret, unified);
}
