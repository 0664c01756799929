/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_socket.c - fd.*: both ends of a socket. */
#include <netdb.h>
#include <netinet/in.h>

#include "fd.h"
#include "get.h"

enum side {
	SIDE_CLIENT,
	SIDE_SERVER,
	SIDE_LOCAL,
	SIDE_REMOTE
};

static bool is_inet(const struct event_fd *f)
{
	return f != NULL && f->is_known &&
	       (f->info.kind == FD_IPV4 || f->info.kind == FD_IPV6);
}

static const struct fd_address *pick(const struct process_fd *info,
                                     enum side side)
{
	bool is_local = side == SIDE_LOCAL ||
	                (side == SIDE_SERVER && info->is_server) ||
	                (side == SIDE_CLIENT && !info->is_server);

	return is_local ? &info->local : &info->remote;
}

/* What nobody recorded is asked for; NULL = not known. */
static const struct fd_address *side_of(struct event *e, enum side side)
{
	const struct event_fd *f = event_fd(e);
	const struct fd_address *a;

	if (f == NULL)
		return NULL;
	a = is_inet(f) ? pick(&f->info, side) : NULL;
	if (a == NULL || a->len == 0) {
		f = event_fd_asked(e);
		a = is_inet(f) ? pick(&f->info, side) : NULL;
	}
	return a != NULL && a->len != 0 ? a : NULL;
}

static void set_ip(struct value *v, const struct fd_address *a)
{
	v->type = VALUE_IPADDR;
	v->ip.len = a->len;
	memcpy(v->ip.bytes, a->bytes, sizeof(v->ip.bytes));
}

static void set_port(struct value *v, const struct fd_address *a)
{
	v->type = VALUE_PORT;
	v->u = a->port;
}

typedef void set_value(struct value *v, const struct fd_address *a);

static bool give_side(struct event *e, enum side side, set_value *set,
                      struct value *ret)
{
	const struct fd_address *a = side_of(e, side);

	if (a == NULL)
		return false;
	set(ret, a);
	return true;
}

/* Client and server, as far as known. The records' own addresses only: asking
 * for the local side would make "fd.ip != x" depend on the moment. */
static bool give_sides(struct event *e, set_value *set, struct value *ret)
{
	const struct event_fd *f = event_fd(e);
	struct value *items;
	size_t n = 0;

	if (!is_inet(f))
		f = event_fd_asked(e);
	items = is_inet(f) ? arena_array(&e->audit->arena, struct value, 2)
	                   : NULL;
	if (items == NULL)
		return false;
	for (enum side s = SIDE_CLIENT; s <= SIDE_SERVER; s++) {
		const struct fd_address *a = pick(&f->info, s);

		if (a->len != 0)
			set(&items[n++], a);
	}
	ret->type = VALUE_MANY;
	ret->many.items = items;
	ret->many.count = n;
	return n != 0;
}

#define SIDE_GETTER(name, side, set)                 \
	GETTER(name)                                 \
	{                                            \
		return give_side(e, side, set, ret); \
	}

GETTER(get_fd_ip)
{
	return give_sides(e, set_ip, ret);
}

SIDE_GETTER(get_fd_cip, SIDE_CLIENT, set_ip)
SIDE_GETTER(get_fd_sip, SIDE_SERVER, set_ip)
SIDE_GETTER(get_fd_lip, SIDE_LOCAL, set_ip)
SIDE_GETTER(get_fd_rip, SIDE_REMOTE, set_ip)

GETTER(get_fd_port)
{
	return give_sides(e, set_port, ret);
}

SIDE_GETTER(get_fd_cport, SIDE_CLIENT, set_port)
SIDE_GETTER(get_fd_sport, SIDE_SERVER, set_port)
SIDE_GETTER(get_fd_lport, SIDE_LOCAL, set_port)
SIDE_GETTER(get_fd_rport, SIDE_REMOTE, set_port)

static struct str protocol_name(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return STR("tcp");
	case IPPROTO_UDP:
		return STR("udp");
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return STR("icmp");
	case IPPROTO_RAW:
		return STR("raw");
	default:
		return STR_NONE;
	}
}

static struct str protocol_of(struct event *e)
{
	const struct event_fd *f = event_fd(e);

	if (f == NULL || !is_inet(f) || f->info.protocol == 0)
		f = event_fd_asked(e);
	return is_inet(f) ? protocol_name(f->info.protocol) : STR_NONE;
}

GETTER(get_fd_l4proto)
{
	return give_known(ret, protocol_of(e));
}

/* services(5); a port without a name stands for itself. */
static bool give_service(struct event *e, enum side side, struct value *ret)
{
	const struct fd_address *a = side_of(e, side);
	struct servent entry, *found = NULL;
	struct str protocol;
	char text[1024], name[8];

	if (a == NULL)
		return false;
	protocol = protocol_of(e);
	if (protocol.len != 0 && protocol.len < sizeof(name)) {
		memcpy(name, protocol.s, protocol.len);
		name[protocol.len] = '\0';
		getservbyport_r(htons(a->port), name, &entry, text,
		                sizeof(text), &found);
	}
	if (found != NULL)
		return give_str(ret, arena_copy(&e->audit->arena,
		                                str_from(found->s_name)));
	return give_str(ret, event_format(e, "%u", a->port));
}

GETTER(get_fd_cproto)
{
	return give_service(e, SIDE_CLIENT, ret);
}

GETTER(get_fd_sproto)
{
	return give_service(e, SIDE_SERVER, ret);
}

GETTER(get_fd_lproto)
{
	return give_service(e, SIDE_LOCAL, ret);
}

GETTER(get_fd_rproto)
{
	return give_service(e, SIDE_REMOTE, ret);
}

GETTER(get_fd_sockfamily)
{
	const struct event_fd *f = event_fd(e);

	if (f != NULL && !f->is_known)
		f = event_fd_asked(e);
	if (is_inet(f))
		return give_str(ret, STR("ip"));
	return f != NULL && f->is_known && f->info.kind == FD_UNIX &&
	       give_str(ret, STR("unix"));
}

GETTER(get_fd_is_server)
{
	const struct event_fd *f = event_fd(e);

	if (!is_inet(f) && f != NULL)
		f = event_fd_asked(e);
	return is_inet(f) && give_bool(ret, f->info.is_server);
}

GETTER(get_fd_connected)
{
	const struct event_fd *f = event_fd(e);

	if (!is_inet(f) && f != NULL)
		f = event_fd_asked(e);
	return is_inet(f) && give_bool(ret, f->info.is_connected);
}
