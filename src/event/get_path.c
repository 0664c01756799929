/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_path.c - fd.* and fs.path.*: on what. */
#include <arpa/inet.h>
#include <libaudit.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "get.h"
#include "path.h"

#define UNUSED __attribute__((unused))
#define GETTER(name)                                                   \
	bool name(struct event *e, const struct field_arg *arg UNUSED, \
	          struct value *ret)

static bool give_resolved(struct event *e, enum path_role role,
                          struct value *ret)
{
	const struct audit_path *p = path_pick(e, role);

	return p != NULL && give_str(ret, path_resolve(e, p));
}

static bool give_raw(struct event *e, enum path_role role, struct value *ret)
{
	const struct audit_path *p = path_pick(e, role);

	return p != NULL && give_str(ret, p->name);
}

GETTER(get_fs_path_name)
{
	return give_resolved(e, PATH_ROLE_MAIN, ret);
}

GETTER(get_fs_path_nameraw)
{
	return give_raw(e, PATH_ROLE_MAIN, ret);
}

GETTER(get_fs_path_source)
{
	return give_resolved(e, PATH_ROLE_SOURCE, ret);
}

GETTER(get_fs_path_sourceraw)
{
	return give_raw(e, PATH_ROLE_SOURCE, ret);
}

GETTER(get_fs_path_target)
{
	return give_resolved(e, PATH_ROLE_TARGET, ret);
}

GETTER(get_fs_path_targetraw)
{
	return give_raw(e, PATH_ROLE_TARGET, ret);
}

GETTER(get_fs_path_inode)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL && p->id.ino != 0 && give_uint(ret, p->id.ino);
}

/* As audit prints it. */
static struct str format_dev(struct event *e, uint64_t dev)
{
	return event_format(e, "%02x:%02x", major(dev), minor(dev));
}

GETTER(get_fs_path_dev)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL && p->id.ino != 0 &&
	       give_str(ret, format_dev(e, p->id.dev));
}

GETTER(get_fs_path_mode)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL && p->has_mode && give_uint(ret, p->mode);
}

static bool is_device(const struct audit_path *p)
{
	return p->has_mode && (S_ISBLK(p->mode) || S_ISCHR(p->mode));
}

GETTER(get_fs_path_rdev)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL && is_device(p) &&
	       give_str(ret, format_dev(e, p->rdev));
}

GETTER(get_fs_path_type)
{
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL && give_str(ret, path_type_of(p));
}

GETTER(get_fs_path_nametype)
{
	static const struct str names[] = {
		[PATH_UNKNOWN] = { "UNKNOWN", 7 },
		[PATH_NORMAL] = { "NORMAL", 6 },
		[PATH_PARENT] = { "PARENT", 6 },
		[PATH_DELETE] = { "DELETE", 6 },
		[PATH_CREATE] = { "CREATE", 6 },
	};
	const struct audit_path *p = path_pick(e, PATH_ROLE_MAIN);

	return p != NULL && give_str(ret, names[p->type]);
}

/* Every object of the event is asked for: rename over a runtime's executable
 * names it as the one that is deleted. */
static struct file_id object(struct event *e, size_t i)
{
	static const struct file_id none;
	size_t n;
	const struct audit_path *paths = audit_event_paths(e->audit, &n);

	return paths[i].type != PATH_PARENT ? paths[i].id : none;
}

static size_t object_count(struct event *e)
{
	size_t n;

	audit_event_paths(e->audit, &n);
	return n;
}

GETTER(get_fs_path_identity)
{
	for (size_t i = 0; i < object_count(e); i++) {
		struct str path =
			tracker_identity(e->context->tracker, object(e, i));

		if (path.len != 0)
			return give_str(ret, path);
	}
	return false;
}

GETTER(get_fs_path_is_runtime)
{
	size_t n = object_count(e);

	for (size_t i = 0; i < n; i++)
		if (tracker_is_runtime(e->context->tracker, object(e, i)))
			return give_bool(ret, true);
	return n != 0 && give_bool(ret, false);
}

/* An open's descriptor and file; a failed one has neither. */
static const struct audit_path *opened(struct event *e)
{
	const struct syscall_info *info = syscall_info_find(e->type);
	const struct audit_syscall *sc = audit_event_syscall(e->audit);

	if (info == NULL || info->class != SYSCALL_OPEN || sc == NULL ||
	    !sc->success)
		return NULL;
	return path_pick(e, PATH_ROLE_MAIN);
}

struct socket_address {
	struct sockaddr_storage address;
	socklen_t len;
};

static bool socket_of(struct event *e, struct socket_address *ret)
{
	const struct record *r =
		audit_event_record(e->audit, AUDIT_SOCKADDR, 0);
	struct str raw;

	return r != NULL && record_field(r, STR("saddr"), &raw) &&
	       decode_sockaddr(raw, &ret->address, &ret->len);
}

/* unix(7): an abstract name starts with NUL and has no end but its length;
 * a path may or may not carry its NUL. */
static struct str unix_name(struct event *e, const struct socket_address *s)
{
	const struct sockaddr_un *un = (const void *)&s->address;
	size_t len = s->len - offsetof(struct sockaddr_un, sun_path);
	char *text;

	if (s->len <= offsetof(struct sockaddr_un, sun_path))
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

static bool inet_of(const struct socket_address *s, struct ip_address *ret_ip,
                    uint16_t *ret_port)
{
	const struct sockaddr_in *in = (const void *)&s->address;
	const struct sockaddr_in6 *in6 = (const void *)&s->address;

	if (s->address.ss_family == AF_INET && s->len >= 8) {
		ret_ip->len = 4;
		memcpy(ret_ip->bytes, &in->sin_addr, 4);
		*ret_port = ntohs(in->sin_port);
		return true;
	}
	if (s->address.ss_family == AF_INET6 && s->len >= 24) {
		ret_ip->len = 16;
		memcpy(ret_ip->bytes, &in6->sin6_addr, 16);
		*ret_port = ntohs(in6->sin6_port);
		return true;
	}
	return false;
}

static struct str socket_name(struct event *e, const struct socket_address *s)
{
	char text[INET6_ADDRSTRLEN];
	struct ip_address ip;
	uint16_t port;

	if (s->address.ss_family == AF_UNIX)
		return unix_name(e, s);
	if (!inet_of(s, &ip, &port) ||
	    inet_ntop(ip.len == 4 ? AF_INET : AF_INET6, ip.bytes, text,
	              sizeof(text)) == NULL)
		return STR_NONE;
	return event_format(e, "%s:%u", text, port);
}

static bool fd_argument(struct event *e, struct value *ret)
{
	const struct syscall_info *info = syscall_info_find(e->type);
	const struct audit_syscall *sc = audit_event_syscall(e->audit);

	return info != NULL && info->class == SYSCALL_SOCKET && sc != NULL &&
	       give_int(ret, (int32_t)(uint32_t)sc->a[0]);
}

GETTER(get_fd_num)
{
	if (opened(e) != NULL)
		return give_int(ret, audit_event_syscall(e->audit)->exit);
	return fd_argument(e, ret);
}

GETTER(get_fd_name)
{
	const struct audit_path *p = opened(e);
	struct socket_address s;

	if (p != NULL)
		return give_str(ret, path_resolve(e, p));
	return socket_of(e, &s) && give_str(ret, socket_name(e, &s));
}

GETTER(get_fd_nameraw)
{
	const struct audit_path *p = opened(e);

	return p != NULL && give_str(ret, p->name);
}

GETTER(get_fd_directory)
{
	const struct audit_path *p = opened(e);
	struct str name = p != NULL ? path_resolve(e, p) : STR_NONE;
	ptrdiff_t slash = str_find_last_byte(name, '/');

	if (slash < 0)
		return false;
	return give_str(ret, str_take(name, slash == 0 ? 1 : (size_t)slash));
}

GETTER(get_fd_filename)
{
	const struct audit_path *p = opened(e);

	return p != NULL && give_str(ret, str_basename(path_resolve(e, p)));
}

/* userspace/libsinsp/fdinfo.h, the typechars of files and sockets */
GETTER(get_fd_typechar)
{
	const struct audit_path *p = opened(e);
	struct socket_address s;

	if (p != NULL)
		return give_str(ret, p->has_mode && S_ISDIR(p->mode)
		                             ? STR("d")
		                             : STR("f"));
	if (!socket_of(e, &s))
		return false;
	switch (s.address.ss_family) {
	case AF_UNIX:
		return give_str(ret, STR("u"));
	case AF_INET:
		return give_str(ret, STR("4"));
	case AF_INET6:
		return give_str(ret, STR("6"));
	default:
		return false;
	}
}

static bool server_of(struct event *e, struct ip_address *ret_ip,
                      uint16_t *ret_port)
{
	struct socket_address s;

	return str_eq(e->type, STR("connect")) && socket_of(e, &s) &&
	       inet_of(&s, ret_ip, ret_port);
}

GETTER(get_fd_sip)
{
	uint16_t port;

	ret->type = VALUE_IPADDR;
	return server_of(e, &ret->ip, &port);
}

GETTER(get_fd_sport)
{
	struct ip_address ip;
	uint16_t port;

	ret->type = VALUE_PORT;
	ret->u = 0;
	if (!server_of(e, &ip, &port))
		return false;
	ret->u = port;
	return true;
}
