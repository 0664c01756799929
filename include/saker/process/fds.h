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

/* Remembers a copy under info->fd, in place of what had that number and, when
 * there are too many, of the oldest. Out of memory forgets. */
void process_fd_put(struct process *p, const struct process_fd *info);
/* The process's own, else, for what it has from a fork, its parent's. NULL =
 * not known. Valid until the next put, forget or exec of either. */
const struct process_fd *process_fd_find(const struct process *p, int fd);
void process_fd_forget(struct process *p, int fd);
/* Forgets what an execve closes. */
void process_fds_exec(struct process *p);
/* For process_unref(). */
void process_fds_free(struct process *p);

#endif
