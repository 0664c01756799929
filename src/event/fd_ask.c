/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fd_ask.c - descriptors as /proc/PID/fd shows them. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

#include "fd.h"
#include "get.h"

/* fs/d_path.c and the names that the kernel gives to inodes without a path. */
static const struct {
	struct str prefix;
	enum fd_kind kind;
} links[] = {
	{ STR_INIT("pipe:["), FD_PIPE },
	{ STR_INIT("anon_inode:[eventfd"), FD_EVENT },
	{ STR_INIT("anon_inode:[signalfd"), FD_SIGNAL },
	{ STR_INIT("anon_inode:[eventpoll"), FD_EPOLL },
	{ STR_INIT("anon_inode:inotify"), FD_INOTIFY },
	{ STR_INIT("anon_inode:[timerfd"), FD_TIMER },
	{ STR_INIT("anon_inode:bpf"), FD_BPF },
	{ STR_INIT("anon_inode:[userfaultfd"), FD_USERFAULT },
	{ STR_INIT("anon_inode:[io_uring"), FD_URING },
	{ STR_INIT("anon_inode:[pidfd"), FD_PROCESS },
	{ STR_INIT("/memfd:"), FD_MEMORY },
	{ STR_INIT("/"), FD_FILE },
};

static bool ask_socket(struct event *e, struct str link, struct process_fd *ret)
{
	struct str number = str_skip(link, STR("socket:[").len);
	uint64_t inode;

	if (!str_to_u64(str_take(number, number.len - 1), 10, &inode) ||
	    !tracker_socket(e->context->tracker, e->process, inode, ret))
		return false;
	/* borrowed from the tracker until its next answer */
	if (ret->name.len != 0)
		ret->name = arena_copy(&e->audit->arena, ret->name);
	return true;
}

bool fd_ask(struct event *e, int fd, struct process_fd *ret)
{
	struct str link;

	if (e->process == NULL ||
	    !tracker_fd_link(e->context->tracker, e->process, fd,
	                     &e->audit->arena, &link))
		return false;
	if (str_has_prefix(link, STR("socket:["))) {
		if (!ask_socket(e, link, ret))
			return false;
		ret->fd = fd;
		return true;
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (!str_has_prefix(link, links[i].prefix))
			continue;
		*ret = (struct process_fd){ .fd = fd,
			                    .kind = links[i].kind,
			                    .name = link };
		return true;
	}
	return false;
}

static bool is_inet(const struct process_fd *info)
{
	return info->kind == FD_IPV4 || info->kind == FD_IPV6;
}

/* What a listening socket is bound to; that of a connection is one of the
 * machine's addresses. */
static bool is_any(const struct fd_address *a)
{
	static const unsigned char none[sizeof(a->bytes)];

	return a->len != 0 && memcmp(a->bytes, none, a->len) == 0;
}

/* What the records told stays: the process may have gone on since. */
static void complete(struct event_fd *f, const struct process_fd *asked)
{
	if (!f->is_known) {
		f->info = *asked;
		f->is_known = true;
		return;
	}
	if (f->info.kind != asked->kind)
		return;
	if (f->info.protocol == 0)
		f->info.protocol = asked->protocol;
	if (f->info.local.len == 0 || f->info.local.port == 0 ||
	    is_any(&f->info.local))
		f->info.local = asked->local;
	if (f->info.remote.len == 0)
		f->info.remote = asked->remote;
}

/* Enough to show both sides of a connection. */
static bool is_complete(const struct process_fd *info)
{
	if (!is_inet(info))
		return true;
	if (info->protocol == 0 || info->local.port == 0)
		return false;
	return !info->is_connected ||
	       (info->remote.len != 0 && !is_any(&info->local));
}

const struct event_fd *event_fd_asked(struct event *e)
{
	struct event_fd *f = event_fd(e) != NULL ? e->fd : NULL;
	struct process_fd asked;

	if (f == NULL || f->is_asked || f->num < 0 ||
	    (f->is_known && is_complete(&f->info)))
		return f;
	f->is_asked = true;
	if (fd_ask(e, f->num, &asked))
		complete(f, &asked);
	return f;
}

struct str fd_address_text(struct event *e, const struct fd_address *a)
{
	char text[INET6_ADDRSTRLEN];

	if (a->len == 0 || inet_ntop(a->len == 4 ? AF_INET : AF_INET6, a->bytes,
	                             text, sizeof(text)) == NULL)
		return STR_NONE;
	return event_format(e, "%s:%u", text, a->port);
}

/* userspace/libsinsp: "client->server" for a connection. What is not known is
 * left out. */
struct str fd_name(struct event *e, const struct process_fd *info)
{
	const struct fd_address *client, *server;
	struct str from, to;

	if (!is_inet(info))
		return info->name;
	client = info->is_server ? &info->remote : &info->local;
	server = info->is_server ? &info->local : &info->remote;
	from = fd_address_text(e, client);
	to = fd_address_text(e, server);
	if (from.len == 0 || client->port == 0)
		return to;
	return to.len == 0 ? from
	                   : event_format(e, "%.*s->%.*s", STR_FMT(from),
	                                  STR_FMT(to));
}
