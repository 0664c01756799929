/* SPDX-License-Identifier: GPL-2.0-or-later */
/* connect.h - sockets to those who take alerts; none of them blocks. */
#ifndef SAKER_OUTPUT_CONNECT_H
#define SAKER_OUTPUT_CONNECT_H

#include "sink.h"

/* A unix socket of that type (SOCK_STREAM, SOCK_DGRAM). Sets s. 0 or an error
 * with errno set. */
int connect_unix(struct sink *s, const char *path, int type) must_check;

/* "udp://HOST[:PORT]" or "tcp://HOST[:PORT]"; an IPv6 address stands in
 * brackets. */
struct net_address {
	bool is_tcp;
	char host[256];
	char port[6];
};
bool net_address_parse(struct str text, const char *port,
                       struct net_address *ret);
/* Begins to connect; the first write tells what came of it. Asking for the
 * host's address may take its time. The same results. */
int connect_net(struct sink *s, const struct net_address *to) must_check;

#endif
