/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fd_observe.c - descriptors over time: what calls make of them. */
#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include "fd.h"
#include "get.h"
#include "path.h"

/* include/linux/net.h: flags in socket(2)'s type */
#define SOCKET_TYPE_MASK 0xf
#define SOCKET_CLOEXEC   02000000

static uint64_t stamp_of(const struct event *e)
{
	return audit_stamp_ns(&e->audit->stamp);
}

/* net/ipv4/af_inet.c, inet_create(): 0 stands for the type's own protocol. */
static uint8_t protocol_of(unsigned type, unsigned protocol)
{
	if (protocol != 0)
		return (uint8_t)protocol;
	if (type == SOCK_STREAM)
		return IPPROTO_TCP;
	return type == SOCK_DGRAM ? IPPROTO_UDP : 0;
}

static void observe_socket(struct event *e)
{
	uint64_t domain, type, protocol;
	struct process_fd info = { .fd = event_int(e, REGISTER_EXIT) };

	if (!event_register(e, REGISTER_A0, &domain) ||
	    !event_register(e, REGISTER_A1, &type) ||
	    !event_register(e, REGISTER_A2, &protocol))
		return;
	info.kind = fd_kind_of_family((unsigned)domain);
	info.is_cloexec = (type & SOCKET_CLOEXEC) != 0;
	if (info.kind == FD_IPV4 || info.kind == FD_IPV6)
		info.protocol = protocol_of(type & SOCKET_TYPE_MASK,
		                            (unsigned)protocol);
	process_fd_put(e->process, &info, stamp_of(e));
}

/* The new socket has the listening one's protocol and address. */
static void observe_accept(struct event *e)
{
	const struct process_fd *listening =
		process_fd_find(e->process, event_int(e, REGISTER_A0));
	struct process_fd info = { 0 };
	uint64_t flags = 0;

	if (listening != NULL)
		info = *listening;
	info.remote = (struct fd_address){ 0 };
	info.fd = event_int(e, REGISTER_EXIT);
	info.is_server = true;
	info.is_connected = true;
	event_register(e, REGISTER_A3, &flags);
	info.is_cloexec =
		STR_IS(e->type, "accept4") && (flags & SOCKET_CLOEXEC);
	if (fd_take_sockaddr(e, &info, &info.remote) || listening != NULL)
		process_fd_put(e->process, &info, stamp_of(e));
	else
		process_fd_forget(e->process, info.fd, stamp_of(e));
}

static bool is_in_progress(const struct audit_syscall *sc)
{
	return sc->has_result && sc->exit == -EINPROGRESS;
}

/* Of a unix socket in the file system, however it is mounted. */
static struct file_id socket_id(struct event *e)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL ? p->id : (struct file_id){ 0 };
}

/* bind, listen and connect add to what is known of the socket. */
static void observe_address(struct event *e, const struct audit_syscall *sc)
{
	int fd = event_int(e, REGISTER_A0);
	const struct process_fd *old = process_fd_find(e->process, fd);
	struct process_fd info = { .fd = fd };
	bool is_connect = STR_IS(e->type, "connect");

	if (!sc->success && !(is_connect && is_in_progress(sc)))
		return;
	if (old != NULL)
		info = *old;
	if (is_connect) {
		info.remote = (struct fd_address){ 0 };
		info.is_connected = fd_take_sockaddr(e, &info, &info.remote);
		info.id = socket_id(e);
		info.is_server = false;
	} else if (STR_IS(e->type, "bind")) {
		/* Falco's server; port 0 is whichever is free */
		if (fd_take_sockaddr(e, &info, &info.local))
			info.is_server = info.local.port != 0;
	} else {
		info.is_server = true;
	}
	if (info.kind != FD_UNKNOWN)
		process_fd_put(e->process, &info, stamp_of(e));
}

static void observe_dup(struct event *e, int from, bool is_cloexec)
{
	const struct process_fd *old = process_fd_find(e->process, from);
	int to = event_int(e, REGISTER_EXIT);
	struct process_fd info;

	if (from == to)
		return;
	if (old == NULL) {
		process_fd_forget(e->process, to, stamp_of(e));
		return;
	}
	info = *old;
	info.fd = to;
	info.is_cloexec = is_cloexec;
	process_fd_put(e->process, &info, stamp_of(e));
}

/* pipe(2) and socketpair(2) return theirs through a pointer. */
static void observe_pair(struct event *e)
{
	bool is_socket = STR_IS(e->type, "socketpair");
	uint64_t flags = 0;
	const struct record *r = audit_event_record(e->audit, AUDIT_FD_PAIR, 0);
	const struct str names[] = { STR_INIT("fd0"), STR_INIT("fd1") };

	if (!STR_IS(e->type, "pipe"))
		event_register(e, REGISTER_A1, &flags);
	for (size_t i = 0; r != NULL && i < 2; i++) {
		struct process_fd info = {
			.kind = is_socket ? FD_UNIX : FD_PIPE,
			.is_cloexec = (flags & O_CLOEXEC) != 0,
		};
		struct str raw;
		uint64_t fd;

		if (!record_field(r, names[i], &raw) || !decode_dec(raw, &fd) ||
		    fd > INT32_MAX)
			continue;
		info.fd = (int)fd;
		process_fd_put(e->process, &info, stamp_of(e));
	}
}

/* Calls whose result is a descriptor of one kind, and the flag that makes it
 * close-on-exec; ALWAYS where the kernel does. */
#define ALWAYS UINT64_MAX
static const struct maker {
	struct str call;
	enum fd_kind kind;
	enum syscall_register flags;
	uint64_t cloexec;
} makers[] = {
	{ STR_INIT("memfd_create"), FD_MEMORY, REGISTER_A1, 1 },
	{ STR_INIT("memfd_secret"), FD_MEMORY, REGISTER_A0, O_CLOEXEC },
	{ STR_INIT("eventfd"), FD_EVENT, REGISTER_NONE, 0 },
	{ STR_INIT("eventfd2"), FD_EVENT, REGISTER_A1, O_CLOEXEC },
	{ STR_INIT("signalfd"), FD_SIGNAL, REGISTER_NONE, 0 },
	{ STR_INIT("signalfd4"), FD_SIGNAL, REGISTER_A3, O_CLOEXEC },
	{ STR_INIT("epoll_create"), FD_EPOLL, REGISTER_NONE, 0 },
	{ STR_INIT("epoll_create1"), FD_EPOLL, REGISTER_A0, O_CLOEXEC },
	{ STR_INIT("inotify_init"), FD_INOTIFY, REGISTER_NONE, 0 },
	{ STR_INIT("inotify_init1"), FD_INOTIFY, REGISTER_A0, O_CLOEXEC },
	{ STR_INIT("timerfd_create"), FD_TIMER, REGISTER_A1, O_CLOEXEC },
	{ STR_INIT("bpf"), FD_BPF, REGISTER_NONE, ALWAYS },
	{ STR_INIT("userfaultfd"), FD_USERFAULT, REGISTER_A0, O_CLOEXEC },
	{ STR_INIT("io_uring_setup"), FD_URING, REGISTER_NONE, ALWAYS },
	{ STR_INIT("pidfd_open"), FD_PROCESS, REGISTER_NONE, ALWAYS },
};

static const struct maker *maker_of(struct event *e)
{
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		if (str_eq(makers[i].call, e->type))
			return &makers[i];
	return NULL;
}

static void observe_made(struct event *e, const struct maker *m)
{
	uint64_t flags = m->cloexec == ALWAYS ? ALWAYS : 0;
	struct process_fd info = { .fd = event_int(e, REGISTER_EXIT),
		                   .kind = m->kind };

	event_register(e, m->flags, &flags);
	info.is_cloexec = (flags & m->cloexec) != 0;
	process_fd_put(e->process, &info, stamp_of(e));
}

static void observe_fcntl(struct event *e)
{
	int fd = event_int(e, REGISTER_A0);
	const struct process_fd *old;
	struct process_fd info;
	uint64_t command, arg;

	if (!event_register(e, REGISTER_A1, &command) ||
	    !event_register(e, REGISTER_A2, &arg))
		return;
	if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
		observe_dup(e, fd, command == F_DUPFD_CLOEXEC);
	old = command == F_SETFD ? process_fd_find(e->process, fd) : NULL;
	if (old == NULL)
		return;
	info = *old;
	info.fd = fd;
	info.is_cloexec = (arg & FD_CLOEXEC) != 0;
	process_fd_put(e->process, &info, stamp_of(e));
}

/* include/uapi/linux/close_range.h */
#define UAPI_CLOSE_RANGE_CLOEXEC 4

static void observe_close_range(struct event *e)
{
	uint64_t first, last, flags;

	if (event_register(e, REGISTER_A0, &first) &&
	    event_register(e, REGISTER_A1, &last) &&
	    event_register(e, REGISTER_A2, &flags) &&
	    (flags & UAPI_CLOSE_RANGE_CLOEXEC) == 0)
		process_fds_forget_from(e->process, (unsigned)first,
		                        (unsigned)last, stamp_of(e));
}

/* What is closed is still what the event is about. */
static void observe_close(struct event *e)
{
	struct event_fd *f = event_fd(e) != NULL ? e->fd : NULL;

	if (f != NULL && f->info.name.len != 0)
		f->info.name = arena_copy(&e->audit->arena, f->info.name);
	process_fd_forget(e->process, event_int(e, REGISTER_A0), stamp_of(e));
}

static void observe_other(struct event *e)
{
	const struct maker *m = maker_of(e);
	uint64_t flags = 0;

	if (m != NULL) {
		observe_made(e, m);
	} else if (STR_IS(e->type, "close")) {
		observe_close(e);
	} else if (STR_IS(e->type, "close_range")) {
		observe_close_range(e);
	} else if (str_has_prefix(e->type, STR("dup"))) {
		event_register(e, REGISTER_A2, &flags);
		observe_dup(e, event_int(e, REGISTER_A0),
		            STR_IS(e->type, "dup3") &&
		                    (flags & O_CLOEXEC) != 0);
	} else if (STR_IS(e->type, "fcntl")) {
		observe_fcntl(e);
	} else if (str_has_prefix(e->type, STR("pipe"))) {
		observe_pair(e);
	} else if (e->call->fd == REGISTER_EXIT ||
	           STR_IS(e->type, "pidfd_getfd")) {
		process_fd_forget(e->process, event_int(e, REGISTER_EXIT),
		                  stamp_of(e));
	}
}

/* open_tree(2) opens what it names, with O_PATH. */
static void observe_mount(struct event *e)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_SOURCE);
	struct process_fd info = { .fd = event_int(e, REGISTER_EXIT) };
	uint64_t flags = 0;

	if (STR_IS(e->type, "open_tree") && p != NULL) {
		event_register(e, REGISTER_A2, &flags);
		info.kind = p->has_mode && S_ISDIR(p->mode) ? FD_DIRECTORY
		                                            : FD_FILE;
		info.is_cloexec = (flags & O_CLOEXEC) != 0;
		info.id = p->id;
		info.name = path_resolve(e, p);
		process_fd_put(e->process, &info, stamp_of(e));
	} else if (str_has_prefix(e->type, STR("fs")) &&
	           !STR_IS(e->type, "fsconfig")) {
		process_fd_forget(e->process, info.fd, stamp_of(e));
	}
}

void fd_observe(struct event *e)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);
	const struct syscall_info *info = e->call;
	struct process_fd file;

	if (sc == NULL || info == NULL || e->process == NULL)
		return;
	if (STR_IS(e->type, "connect"))
		observe_address(e, sc);
	if (!sc->success)
		return;
	if (info->class == SYSCALL_OPEN) {
		if (fd_of_open(e, &file))
			process_fd_put(e->process, &file, stamp_of(e));
	} else if (info->class == SYSCALL_EXEC) {
		process_fds_exec(e->process, stamp_of(e));
	} else if (STR_IS(e->type, "socket")) {
		observe_socket(e);
	} else if (STR_IS(e->type, "socketpair")) {
		observe_pair(e);
	} else if (str_has_prefix(e->type, STR("accept"))) {
		observe_accept(e);
	} else if (STR_IS(e->type, "bind") || STR_IS(e->type, "listen")) {
		observe_address(e, sc);
	} else if (info->class == SYSCALL_MOUNT) {
		observe_mount(e);
	} else if (info->class == SYSCALL_OTHER) {
		observe_other(e);
	}
}
