/* SPDX-License-Identifier: GPL-2.0-or-later */
/* connect.c - sockets to those who take alerts. */
#include "connect.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "saker/base/io.h"

#define FLAGS (SOCK_NONBLOCK | SOCK_CLOEXEC)

static void use(struct sink *s, int fd)
{
	*s = (struct sink){ .fd = fd, .is_socket = true };
}

int connect_unix(struct sink *s, const char *path, int type)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return E_INVALID;
	}
	strcpy(to.sun_path, path);
	fd = socket(AF_UNIX, type | FLAGS, 0);
	if (fd < 0)
		return sink_open_error();
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return sink_open_error();
	}
	use(s, fd);
	return 0;
}

static bool copy(char *to, size_t size, struct str v)
{
	if (v.len == 0 || v.len >= size)
		return false;
	memcpy(to, v.s, v.len);
	to[v.len] = '\0';
	return true;
}

bool net_address_parse(struct str text, const char *port,
                       struct net_address *ret)
{
	struct net_address a = { .is_tcp =
		                         str_has_prefix(text, STR("tcp://")) };
	struct str host, number = str_from(port);
	ptrdiff_t colon;
	uint64_t n;

	if (!a.is_tcp && !str_has_prefix(text, STR("udp://")))
		return false;
	host = str_skip(text, 6);
	colon = str_find_last_byte(host, ':');
	if (colon >= 0 &&
	    str_find_byte(str_skip(host, (size_t)colon), ']') < 0) {
		number = str_skip(host, (size_t)colon + 1);
		host = str_take(host, (size_t)colon);
	}
	if (str_has_prefix(host, STR("[")) && str_has_suffix(host, STR("]")))
		host = str_take(str_skip(host, 1), host.len - 2);
	if (!str_to_u64(number, 10, &n) || n == 0 || n > UINT16_MAX ||
	    !copy(a.host, sizeof(a.host), host) ||
	    !copy(a.port, sizeof(a.port), number))
		return false;
	*ret = a;
	return true;
}

static int resolve_error(int error)
{
	if (error != EAI_SYSTEM)
		errno = error == EAI_MEMORY ? ENOMEM : EHOSTUNREACH;
	return error == EAI_MEMORY ? E_NOMEM : E_IO;
}

/* A peer that vanishes without a word is noticed within half a minute. */
static void set_alive(int fd)
{
	int on = 1, limit_ms = 30000;

	if (setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms,
	               sizeof(limit_ms)) < 0)
		errno = 0;
}

int connect_net(struct sink *s, const struct net_address *to)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC }, *list;
	int error, fd = -1;

	hints.ai_socktype = to->is_tcp ? SOCK_STREAM : SOCK_DGRAM;
	error = getaddrinfo(to->host, to->port, &hints, &list);
	if (error != 0)
		return resolve_error(error);
	for (const struct addrinfo *a = list; a != NULL && fd < 0;
	     a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype | FLAGS,
		            a->ai_protocol);
		if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) < 0 &&
		    errno != EINPROGRESS) {
			int saved = errno;

			io_close(&fd);
			errno = saved;
		}
	}
	freeaddrinfo(list);
	if (fd < 0)
		return sink_open_error();
	if (to->is_tcp)
		set_alive(fd);
	use(s, fd);
	return 0;
}
