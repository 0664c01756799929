/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sockets.c - a socket by its inode, from /proc/PID/net. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "tracking.h"

#define TABLE_BYTES ((size_t)8 * 1024 * 1024)
/* How long an answer is taken for true. */
#define FRESH_NS NS_PER_SEC
/* After a look, none for so many times as long as that took. */
#define REST_TIMES 10
/* include/net/tcp_states.h */
#define STATE_ESTABLISHED 1
#define STATE_LISTEN      10

/* proc_pid_net(5): which column holds what, counted from 0. */
#define COLUMN_LOCAL      1
#define COLUMN_REMOTE     2
#define COLUMN_STATE      3
#define COLUMN_INODE      9
#define COLUMN_UNIX_INODE 6

static bool next_column(struct str *line, struct str *ret)
{
	do {
		if (!str_split(line, ' ', ret))
			return false;
	} while (ret->len == 0);
	return true;
}

/* "0100007F:0050": the address as host-order words of 8 digits. */
static bool parse_address(struct str text, struct fd_address *ret)
{
	struct fd_address a = { 0 };
	struct str words;
	uint64_t word, port;

	if (!str_split(&text, ':', &words) || !str_to_u64(text, 16, &port) ||
	    port > UINT16_MAX || (words.len != 8 && words.len != 32))
		return false;
	for (size_t i = 0; i < words.len / 8; i++) {
		uint32_t v;

		if (!str_to_u64((struct str){ words.s + 8 * i, 8 }, 16, &word))
			return false;
		v = (uint32_t)word;
		memcpy(a.bytes + 4 * i, &v, 4);
	}
	a.len = (unsigned char)(words.len / 2);
	a.port = (uint16_t)port;
	*ret = a;
	return true;
}

/* inode NULL = of any */
static bool parse_inet(struct str line, const uint64_t *inode,
                       struct process_fd *ret)
{
	struct process_fd s = { 0 };
	struct str column;
	uint64_t state = 0, number = 0;

	for (unsigned i = 0; i <= COLUMN_INODE; i++) {
		bool ok = next_column(&line, &column);

		if (ok && i == COLUMN_LOCAL)
			ok = parse_address(column, &s.local);
		else if (ok && i == COLUMN_REMOTE)
			ok = parse_address(column, &s.remote);
		else if (ok && i == COLUMN_STATE)
			ok = str_to_u64(column, 16, &state);
		else if (ok && i == COLUMN_INODE)
			ok = str_to_u64(column, 10, &number);
		if (!ok)
			return false;
	}
	if (inode != NULL && number != *inode)
		return false;
	s.is_connected = state == STATE_ESTABLISHED;
	s.is_server = state == STATE_LISTEN;
	if (s.remote.port == 0)
		s.remote = (struct fd_address){ 0 };
	*ret = s;
	return true;
}

/* The path, if there is one, is the rest of the line. */
static bool parse_unix(struct str line, uint64_t inode, struct process_fd *ret)
{
	struct str column = STR_NONE;
	uint64_t number;

	for (unsigned i = 0; i <= COLUMN_UNIX_INODE; i++)
		if (!next_column(&line, &column))
			return false;
	if (!str_to_u64(column, 10, &number) || number != inode)
		return false;
	*ret = (struct process_fd){ .name = line };
	return true;
}

static const struct {
	const char *file;
	enum fd_kind kind;
	uint8_t protocol;
} tables[] = {
	{ "unix", FD_UNIX, 0 },           { "tcp", FD_IPV4, IPPROTO_TCP },
	{ "tcp6", FD_IPV6, IPPROTO_TCP }, { "udp", FD_IPV4, IPPROTO_UDP },
	{ "udp6", FD_IPV6, IPPROTO_UDP }, { "raw", FD_IPV4, IPPROTO_RAW },
	{ "raw6", FD_IPV6, IPPROTO_RAW }, { "icmp", FD_IPV4, IPPROTO_ICMP },
};

/* The side that was connected to has the port of a listening socket. */
static bool is_listening(struct str table, uint16_t port)
{
	struct process_fd s;
	struct str line;

	while (str_split(&table, '\n', &line))
		if (parse_inet(line, NULL, &s) && s.is_server &&
		    s.local.port == port)
			return true;
	return false;
}

static bool find_in_table(struct tracker *t, const struct process *p, size_t n,
                          uint64_t inode, struct process_fd *ret)
{
	struct str text, line;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/net/%s", (int)p->pid,
	         tables[n].file);
	buf_clear(&t->text);
	if (t->host->ops->read_file(t->host, path, TABLE_BYTES, &t->text) < 0)
		return false;
	text = buf_str(&t->text);
	while (str_split(&text, '\n', &line)) {
		bool found = tables[n].kind == FD_UNIX
		                     ? parse_unix(line, inode, ret)
		                     : parse_inet(line, &inode, ret);

		if (!found)
			continue;
		ret->kind = tables[n].kind;
		ret->protocol = tables[n].protocol;
		if (ret->is_connected && ret->protocol == IPPROTO_TCP)
			ret->is_server = is_listening(buf_str(&t->text),
			                              ret->local.port);
		return true;
	}
	return false;
}

void sockets_done(struct sockets *s)
{
	for (size_t i = 0; i < MAX_SOCKETS; i++)
		free(s->items[i].name);
}

/* Numbers of sockets are not given again soon (fs/inode.c, get_next_ino()), but
 * one that is not connected may become so. */
static const struct known_socket *find_known(const struct sockets *s,
                                             uint64_t inode, uint64_t now_ns)
{
	for (size_t i = 0; i < MAX_SOCKETS; i++)
		if (s->items[i].inode == inode && inode != 0 &&
		    now_ns < s->items[i].at_ns + FRESH_NS)
			return &s->items[i];
	return NULL;
}

static void remember(struct sockets *s, uint64_t inode, uint64_t now_ns,
                     const struct process_fd *info)
{
	struct known_socket *slot = &s->items[s->next++ % MAX_SOCKETS];

	free(slot->name);
	*slot = (struct known_socket){ .inode = inode,
		                       .at_ns = now_ns,
		                       .info = *info };
	if (info->name.len != 0)
		slot->name = str_dup(info->name);
	slot->info.name =
		(struct str){ slot->name,
		              slot->name != NULL ? info->name.len : 0 };
}

/* The kernel walks all its hash buckets for one table, which takes milliseconds
 * on large machines: that must not become the way to keep saker from its
 * events, nor one container's to keep it from looking for another's. */
bool tracker_socket(struct tracker *t, const struct process *p, uint64_t inode,
                    struct process_fd *ret)
{
	uint64_t began = clock_monotonic_ns(), ended;
	const uint64_t owner = (uintptr_t)p->container;
	const struct known_socket *known;
	bool found = false;

	if (!t->is_live)
		return false;
	known = find_known(&t->sockets, inode, began);
	if (known != NULL) {
		*ret = known->info;
		return true;
	}
	if (!turns_may(&t->sockets.turns, owner, began)) {
		counter_add(t->counters, COUNTER_SOCKETS_UNASKED, 1);
		return false;
	}
	for (size_t i = 0; !found && i < sizeof(tables) / sizeof(tables[0]);
	     i++)
		found = find_in_table(t, p, i, inode, ret);
	ended = clock_monotonic_ns();
	turns_took(&t->sockets.turns, owner, began, ended, REST_TIMES);
	if (found)
		remember(&t->sockets, inode, ended, ret);
	return found;
}
