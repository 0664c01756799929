/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fd.c - the descriptor that an event is about. */
#include "fd.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "get.h"
#include "path.h"

int event_int(struct event *e, enum syscall_register which)
{
	uint64_t v;

	return event_register(e, which, &v) ? (int32_t)(uint32_t)v : -1;
}

bool fd_of_open(struct event *e, struct process_fd *ret)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);
	uint64_t flags = 0;

	if (p == NULL)
		return false;
	open_flags(e, &flags);
	*ret = (struct process_fd){
		.fd = event_int(e, REGISTER_EXIT),
		.kind = p->has_mode && S_ISDIR(p->mode) ? FD_DIRECTORY
		                                        : FD_FILE,
		.is_cloexec = (flags & O_CLOEXEC) != 0,
		.id = p->id,
		.name = path_resolve(e, p),
	};
	return true;
}

/* sendto and its like name the other side each time. */
static void describe_socket(struct event *e, struct event_fd *f)
{
	bool has_address = str_has_prefix(e->type, STR("send")) ||
	                   str_has_prefix(e->type, STR("recv")) ||
	                   STR_IS(e->type, "connect");

	f->is_named = STR_IS(e->type, "connect") || STR_IS(e->type, "bind");
	if (STR_IS(e->type, "bind") && !f->is_known) {
		f->is_known = fd_take_sockaddr(e, &f->info, &f->info.local);
		f->info.is_server = f->info.local.port != 0;
	}
	if (!has_address ||
	    (f->info.is_connected && !STR_IS(e->type, "connect")))
		return;
	if (fd_take_sockaddr(e, &f->info, &f->info.remote)) {
		f->is_known = true;
		f->is_named = true;
	}
}

static void describe(struct event *e, const struct syscall_info *info,
                     struct event_fd *f)
{
	const struct process_fd *known = NULL;
	enum syscall_register which = info->fd;

	uint64_t num;

	f->has_num = event_register(e, which, &num);
	f->num = f->has_num ? (int32_t)(uint32_t)num : -1;
	if (f->num < 0)
		f->num = -1;
	if (info->class == SYSCALL_OPEN) {
		f->path = path_pick(e, PATH_ROLE_MAIN);
		f->is_known = fd_of_open(e, &f->info);
		return;
	}
	if (e->process != NULL && f->num >= 0)
		known = process_fd_find(e->process, f->num);
	if (known != NULL) {
		f->is_known = true;
		f->info = *known;
	}
	f->info.fd = f->num;
	if (info->class == SYSCALL_SOCKET)
		describe_socket(e, f);
}

const struct event_fd *event_fd(struct event *e)
{
	const struct syscall_info *info = e->call;

	if (e->fd != NULL)
		return e->fd;
	if (info == NULL || !e->is_syscall || info->fd == REGISTER_NONE)
		return NULL;
	e->fd = arena_new(&e->audit->arena, struct event_fd);
	if (e->fd != NULL)
		describe(e, info, e->fd);
	return e->fd;
}
