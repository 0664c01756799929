/* SPDX-License-Identifier: GPL-2.0-or-later */
/* protocol.h - what audisp-saker and the engine say to each other.
 *
 * The engine listens on a stream socket, the relay connects. The relay sends
 * entries, each a head and its payload padded with zeros to RELAY_ALIGN bytes;
 * the engine answers with 8-byte counts of the records that it has taken since
 * the connection was made. What was not taken when a connection ends comes
 * again on the next one. What the relay says of itself has an entry of its own,
 * so that no text of a record can stand for it. Host byte order: both ends are
 * on one machine. */
#ifndef SAKER_RELAY_PROTOCOL_H
#define SAKER_RELAY_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

#define RELAY_SOCKET  "/run/saker/relay.sock"
#define RELAY_VERSION 1u
#define RELAY_ALIGN   8u

enum relay_kind {
	RELAY_RECORD = 1, /* one line without its newline */
	RELAY_CUT,        /* the same of a line over LIMIT_LINE_BYTES */
	RELAY_LOST, /* uint64_t: records dropped here since the entry before */
	RELAY_END,  /* all that came in was handed over; the relay ends */
};

struct relay_head {
	uint32_t len; /* of the payload without padding */
	uint16_t kind;
	uint16_t version;
};

static inline size_t relay_entry_size(size_t len)
{
	return (sizeof(struct relay_head) + len + RELAY_ALIGN - 1) &
	       ~(size_t)(RELAY_ALIGN - 1);
}

#endif
