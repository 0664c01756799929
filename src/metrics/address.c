/* SPDX-License-Identifier: GPL-2.0-or-later */
/* address.c - where metrics are asked for: on this host only, because they need
 * no password. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "saker/metrics/publisher.h"

#define BACKLOG 16
#define UNIX    STR("unix:")

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* Its length; 0 = it is none of this host. */
static socklen_t parse(struct str text, union address *ret)
{
	ptrdiff_t colon = str_find_last_byte(text, ':');
	struct str host;
	uint64_t port;

	if (colon < 0 ||
	    !str_to_u64(str_skip(text, (size_t)colon + 1), 10, &port) ||
	    port == 0 || port > UINT16_MAX)
		return 0;
	host = str_take(text, (size_t)colon);
	memset(ret, 0, sizeof(*ret));
	if (str_eq(host, STR("127.0.0.1")) || str_eq(host, STR("localhost"))) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		ret->v4.sin_port = htons((uint16_t)port);
		return sizeof(ret->v4);
	}
	if (!str_eq(host, STR("[::1]")))
		return 0;
	ret->v6.sin6_family = AF_INET6;
	ret->v6.sin6_addr = in6addr_loopback;
	ret->v6.sin6_port = htons((uint16_t)port);
	return sizeof(ret->v6);
}

bool publisher_address_valid(struct str text)
{
	union address ignored;

	if (str_has_prefix(text, UNIX))
		return text.len > UNIX.len && text.s[UNIX.len] == '/';
	return parse(text, &ignored) != 0;
}

int publisher_listen(struct str text)
{
	union address at;
	socklen_t size = parse(text, &at);
	int fd, on = 1;

	if (size == 0)
		return E_INVALID;
	fd = socket(at.any.sa_family,
	            SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return E_IO;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, &at.any, size) < 0 || listen(fd, BACKLOG) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return E_IO;
	}
	return fd;
}
