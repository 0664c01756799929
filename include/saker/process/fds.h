/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fds.h - descriptors whose making the audit stream told of. */
#ifndef SAKER_PROCESS_FDS_H
#define SAKER_PROCESS_FDS_H

#include "saker/process/process.h"

enum fd_kind {
#define FD_KIND(id, name, typechar) FD_##id,
#include "saker/process/fd_kinds.def"
#undef FD_KIND
};

struct fd_address {
	unsigned char bytes[16];
	unsigned char len; /* 4 or 16; 0 = not known */
	uint16_t port;
};

struct process_fd {
	int fd;
	enum fd_kind kind;
	bool is_cloexec;
	bool is_server;
	bool is_connected;
	uint8_t protocol; /* IPPROTO_TCP ...; 0 = not known */
	struct fd_address local, remote;
	struct file_id id; /* of a file */
	struct str name;   /* a file's or unix socket's path */
};

/* Falco's names: "file", "ipv4" ...; "f", "4" ...: static. */
struct str fd_kind_name(enum fd_kind kind);
struct str fd_kind_char(enum fd_kind kind);

/* at_ns: the stamp of the call. Remembers a copy under info->fd, in place of
 * what had that number. Of LIMIT_PROCESS_FDS the oldest gives way, of
 * LIMIT_FD_BYTES the table of the process that was silent longest. Out of
 * memory forgets. */
void process_fd_put(struct process *p, const struct process_fd *info,
                    uint64_t at_ns);
/* The process's own, else, for what it has from a fork, its parent's of then.
 * NULL = not known. Valid until the next put, forget or exec of any process. */
const struct process_fd *process_fd_find(const struct process *p, int fd);
void process_fd_forget(struct process *p, int fd, uint64_t at_ns);
/* All from first to last: close_range(2). */
void process_fds_forget_from(struct process *p, unsigned first, unsigned last,
                             uint64_t at_ns);
/* Forgets what an execve closes. */
void process_fds_exec(struct process *p, uint64_t at_ns);
/* Before it gets another parent than the one that forked it. */
void process_fds_adopt(struct process *p);
/* For process_unref(). */
void process_fds_free(struct process *p);

#endif
