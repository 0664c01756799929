/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fd.c - descriptors over time: what calls make of them, and which one an event
 * is about. */
#include "fd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "get.h"
#include "path.h"

/* include/linux/net.h: flags in socket(2)'s type */
#define SOCKET_TYPE_MASK 0xf
#define SOCKET_CLOEXEC   02000000

static bool is_call(struct event *e, const char *name)
{
	return str_eq(e->type, str_from(name));
}

static int int_register(struct event *e, enum syscall_register which)
{
	uint64_t v;

	return event_register(e, which, &v) ? (int32_t)(uint32_t)v : -1;
}

static bool sockaddr_of(struct event *e, struct sockaddr_storage *ret,
                        socklen_t *ret_len)
{
	const struct record *r =
		audit_event_record(e->audit, AUDIT_SOCKADDR, 0);
	struct str raw;

	return r != NULL && record_field(r, STR("saddr"), &raw) &&
	       decode_sockaddr(raw, ret, ret_len);
}

/* unix(7): an abstract name starts with NUL and has no end but its length;
 * a path may or may not carry its NUL. */
static struct str unix_name(struct event *e, const struct sockaddr_un *un,
                            socklen_t size)
{
	size_t len = size - offsetof(struct sockaddr_un, sun_path);
	char *text;

	if (size <= offsetof(struct sockaddr_un, sun_path))
		return STR_NONE;
	if (un->sun_path[0] != '\0')
		return arena_copy(&e->audit->arena,
		                  (struct str){ un->sun_path,
		                                strnlen(un->sun_path, len) });
	text = arena_alloc(&e->audit->arena, len);
	if (text == NULL)
		return STR_NONE;
	memcpy(text, un->sun_path, len);
	text[0] = '@';
	return (struct str){ text, strnlen(text, len) };
}

static enum fd_kind kind_of_family(unsigned family)
{
	switch (family) {
	case AF_UNIX:
		return FD_UNIX;
	case AF_INET:
		return FD_IPV4;
	case AF_INET6:
		return FD_IPV6;
	case AF_NETLINK:
		return FD_NETLINK;
	default:
		return FD_UNKNOWN;
	}
}

static bool take_inet(const struct sockaddr_storage *s, socklen_t len,
                      struct fd_address *ret)
{
	const struct sockaddr_in *in = (const void *)s;
	const struct sockaddr_in6 *in6 = (const void *)s;

	if (s->ss_family == AF_INET && len >= 8) {
		ret->len = 4;
		memcpy(ret->bytes, &in->sin_addr, 4);
		ret->port = ntohs(in->sin_port);
		return true;
	}
	if (s->ss_family == AF_INET6 && len >= 24) {
		ret->len = 16;
		memcpy(ret->bytes, &in6->sin6_addr, 16);
		ret->port = ntohs(in6->sin6_port);
		return true;
	}
	return false;
}

struct str fd_sockaddr_text(struct event *e, const struct sockaddr_storage *s,
                            socklen_t len)
{
	struct fd_address a;

	if (s->ss_family == AF_UNIX)
		return unix_name(e, (const void *)s, len);
	return take_inet(s, len, &a) ? fd_address_text(e, &a) : STR_NONE;
}

/* The address in the event's records, as the side of the socket that it is;
 * its family is the socket's. */
static bool take_sockaddr(struct event *e, struct process_fd *info,
                          struct fd_address *side)
{
	struct sockaddr_storage s;
	socklen_t len;
	struct str name;

	if (!sockaddr_of(e, &s, &len) ||
	    kind_of_family(s.ss_family) == FD_UNKNOWN)
		return false;
	info->kind = kind_of_family(s.ss_family);
	if (s.ss_family == AF_UNIX) {
		name = unix_name(e, (const void *)&s, len);
		if (name.len != 0)
			info->name = name;
		return name.len != 0;
	}
	return take_inet(&s, len, side);
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
	struct process_fd info = { .fd = int_register(e, REGISTER_EXIT) };

	if (!event_register(e, REGISTER_A0, &domain) ||
	    !event_register(e, REGISTER_A1, &type) ||
	    !event_register(e, REGISTER_A2, &protocol))
		return;
	info.kind = kind_of_family((unsigned)domain);
	info.is_cloexec = (type & SOCKET_CLOEXEC) != 0;
	if (info.kind == FD_IPV4 || info.kind == FD_IPV6)
		info.protocol = protocol_of(type & SOCKET_TYPE_MASK,
		                            (unsigned)protocol);
	process_fd_put(e->process, &info);
}

/* The new socket has the listening one's protocol and address. */
static void observe_accept(struct event *e)
{
	const struct process_fd *listening =
		process_fd_find(e->process, int_register(e, REGISTER_A0));
	struct process_fd info = { 0 };

	if (listening != NULL)
		info = *listening;
	info.remote = (struct fd_address){ 0 };
	info.fd = int_register(e, REGISTER_EXIT);
	info.is_server = true;
	info.is_connected = true;
	info.is_cloexec = false;
	if (take_sockaddr(e, &info, &info.remote) || listening != NULL)
		process_fd_put(e->process, &info);
	else
		process_fd_forget(e->process, info.fd);
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
	int fd = int_register(e, REGISTER_A0);
	const struct process_fd *old = process_fd_find(e->process, fd);
	struct process_fd info = { .fd = fd };
	bool is_connect = is_call(e, "connect");

	if (!sc->success && !(is_connect && is_in_progress(sc)))
		return;
	if (old != NULL)
		info = *old;
	if (is_connect) {
		info.remote = (struct fd_address){ 0 };
		info.is_connected = take_sockaddr(e, &info, &info.remote);
		info.id = socket_id(e);
		info.is_server = false;
	} else if (is_call(e, "bind")) {
		take_sockaddr(e, &info, &info.local);
	} else {
		info.is_server = true;
	}
	if (info.kind != FD_UNKNOWN)
		process_fd_put(e->process, &info);
}

static void observe_dup(struct event *e, int from, bool is_cloexec)
{
	const struct process_fd *old = process_fd_find(e->process, from);
	int to = int_register(e, REGISTER_EXIT);
	struct process_fd info;

	if (from == to)
		return;
	if (old == NULL) {
		process_fd_forget(e->process, to);
		return;
	}
	info = *old;
	info.fd = to;
	info.is_cloexec = is_cloexec;
	process_fd_put(e->process, &info);
}

static bool file_of_open(struct event *e, struct process_fd *ret)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);
	uint64_t flags = 0;

	if (p == NULL)
		return false;
	open_flags(e, &flags);
	*ret = (struct process_fd){
		.fd = int_register(e, REGISTER_EXIT),
		.kind = p->has_mode && S_ISDIR(p->mode) ? FD_DIRECTORY
		                                        : FD_FILE,
		.is_cloexec = (flags & O_CLOEXEC) != 0,
		.id = p->id,
		.name = path_resolve(e, p),
	};
	return true;
}

/* pipe(2) and socketpair(2) return theirs through a pointer. */
static void observe_pair(struct event *e)
{
	const struct record *r = audit_event_record(e->audit, AUDIT_FD_PAIR, 0);
	const struct str names[] = { STR_INIT("fd0"), STR_INIT("fd1") };

	for (size_t i = 0; r != NULL && i < 2; i++) {
		struct process_fd info = { .kind = is_call(e, "socketpair")
			                                   ? FD_UNIX
			                                   : FD_PIPE };
		struct str raw;
		uint64_t fd;

		if (!record_field(r, names[i], &raw) || !decode_dec(raw, &fd) ||
		    fd > INT32_MAX)
			continue;
		info.fd = (int)fd;
		process_fd_put(e->process, &info);
	}
}

/* Calls whose result is a descriptor of one kind. */
static const struct {
	struct str call;
	enum fd_kind kind;
} makers[] = {
	{ STR_INIT("memfd_create"), FD_MEMORY },
	{ STR_INIT("eventfd"), FD_EVENT },
	{ STR_INIT("eventfd2"), FD_EVENT },
	{ STR_INIT("signalfd"), FD_SIGNAL },
	{ STR_INIT("signalfd4"), FD_SIGNAL },
	{ STR_INIT("epoll_create"), FD_EPOLL },
	{ STR_INIT("epoll_create1"), FD_EPOLL },
	{ STR_INIT("inotify_init"), FD_INOTIFY },
	{ STR_INIT("inotify_init1"), FD_INOTIFY },
	{ STR_INIT("timerfd_create"), FD_TIMER },
	{ STR_INIT("bpf"), FD_BPF },
	{ STR_INIT("userfaultfd"), FD_USERFAULT },
	{ STR_INIT("io_uring_setup"), FD_URING },
	{ STR_INIT("pidfd_open"), FD_PROCESS },
};

static bool made(struct event *e, enum fd_kind *ret)
{
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		if (str_eq(makers[i].call, e->type)) {
			*ret = makers[i].kind;
			return true;
		}
	return false;
}

static void observe_other(struct event *e)
{
	struct process_fd info = { .fd = int_register(e, REGISTER_EXIT) };
	uint64_t arg = 0;

	if (is_call(e, "close")) {
		process_fd_forget(e->process, int_register(e, REGISTER_A0));
	} else if (str_has_prefix(e->type, STR("dup"))) {
		event_register(e, REGISTER_A2, &arg);
		observe_dup(e, int_register(e, REGISTER_A0),
		            is_call(e, "dup3") && (arg & O_CLOEXEC) != 0);
	} else if (is_call(e, "fcntl")) {
		event_register(e, REGISTER_A1, &arg);
		if (arg == F_DUPFD || arg == F_DUPFD_CLOEXEC)
			observe_dup(e, int_register(e, REGISTER_A0),
			            arg == F_DUPFD_CLOEXEC);
	} else if (str_has_prefix(e->type, STR("pipe"))) {
		observe_pair(e);
	} else if (made(e, &info.kind)) {
		process_fd_put(e->process, &info);
	}
}

void fd_observe(struct event *e)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);
	const struct syscall_info *info = e->call;
	struct process_fd file;

	if (sc == NULL || info == NULL || e->process == NULL)
		return;
	if (is_call(e, "connect"))
		observe_address(e, sc);
	if (!sc->success)
		return;
	if (info->class == SYSCALL_OPEN) {
		if (file_of_open(e, &file))
			process_fd_put(e->process, &file);
	} else if (info->class == SYSCALL_EXEC) {
		process_fds_exec(e->process);
	} else if (is_call(e, "socket")) {
		observe_socket(e);
	} else if (is_call(e, "socketpair")) {
		observe_pair(e);
	} else if (str_has_prefix(e->type, STR("accept"))) {
		observe_accept(e);
	} else if (is_call(e, "bind") || is_call(e, "listen")) {
		observe_address(e, sc);
	} else if (info->class == SYSCALL_OTHER) {
		observe_other(e);
	}
}

/* sendto and its like name the other side each time. */
static void describe_socket(struct event *e, struct event_fd *f)
{
	bool has_address = str_has_prefix(e->type, STR("send")) ||
	                   str_has_prefix(e->type, STR("recv")) ||
	                   is_call(e, "connect");

	f->is_named = is_call(e, "connect") || is_call(e, "bind");
	if (is_call(e, "bind") && !f->is_known)
		f->is_known = take_sockaddr(e, &f->info, &f->info.local);
	if (!has_address || (f->info.is_connected && !is_call(e, "connect")))
		return;
	if (take_sockaddr(e, &f->info, &f->info.remote)) {
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
		f->is_known = file_of_open(e, &f->info);
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
