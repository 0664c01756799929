/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kinds.h - what the kinds of source share. */
#ifndef SAKER_SOURCE_KINDS_H
#define SAKER_SOURCE_KINDS_H

#include "saker/source/source.h"

/* The whole name goes on: "unix" alone is a macro of the compiler. */
#define SOURCE_THREAD(name) int name##_read(struct source *s);
#define SOURCE_CLIENT(name) \
	SOURCE_THREAD(name) int name##_connect(struct source *s, int *ret_fd);
#define SOURCE_DIRECT(name)                                   \
	bool name##_peek(struct source *s, struct frame *ret, \
	                 uint64_t *ret_received_ns);          \
	void name##_pop(struct source *s);                    \
	void name##_stop(struct source *s);                   \
	void name##_resume(struct source *s);                 \
	uint64_t name##_position(const struct source *s);     \
	struct source_load name##_load(const struct source *s);
#define SOURCE(id, argument, is_live, how, doc)             \
	SOURCE_##how(source_##id) int source_##id##_open(   \
		struct source *s, struct str argument_text, \
		const struct source_options *options);      \
	void source_##id##_close(struct source *s);
#include "saker/source/sources.def"
#undef SOURCE
#undef SOURCE_DIRECT
#undef SOURCE_CLIENT
#undef SOURCE_THREAD

/* One read's worth: many times what a socket pair holds. */
#define STREAM_CHUNK (256u * 1024)

/* A datagram of the audit group as a frame that borrows from it; datagram
 * starts aligned to NLMSG_ALIGNTO. False when it is no record. */
bool netlink_frame(struct str datagram, struct frame *ret);

/* Cuts bytes into frames and pushes them. 0 or E_NOMEM, which loses the bytes.
 */
int stream_push(struct source *s, struct str bytes) must_check;
/* Pushes what stands behind the last newline and readies the framer for a new
 * stream. */
void stream_end(struct source *s);

#endif
