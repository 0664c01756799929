/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fd_address.c - addresses in SOCKADDR records. */
#include <arpa/inet.h>
#include <libaudit.h>
#include <sys/un.h>

#include "fd.h"

static bool sockaddr_of(struct event *e, struct sockaddr_storage *ret,
                        socklen_t *ret_len)
{
	const struct record *r =
		audit_event_unscanned(e->audit, AUDIT_SOCKADDR, 0);
	struct str raw = STR_INIT("saddr=");

	if (r == NULL)
		return false;
	/* as a rule it is the only field */
	if (str_has_prefix(r->body, raw) &&
	    decode_sockaddr(str_skip(r->body, raw.len), ret, ret_len))
		return true;
	r = audit_event_record(e->audit, AUDIT_SOCKADDR, 0);
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

enum fd_kind fd_kind_of_family(unsigned family)
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

bool fd_take_sockaddr(struct event *e, struct process_fd *info,
                      struct fd_address *side)
{
	struct sockaddr_storage s;
	socklen_t len;
	struct str name;

	if (!sockaddr_of(e, &s, &len) ||
	    fd_kind_of_family(s.ss_family) == FD_UNKNOWN)
		return false;
	info->kind = fd_kind_of_family(s.ss_family);
	if (s.ss_family == AF_UNIX) {
		name = unix_name(e, (const void *)&s, len);
		if (name.len != 0)
			info->name = name;
		return name.len != 0;
	}
	return take_inet(&s, len, side);
}
