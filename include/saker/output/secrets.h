/* SPDX-License-Identifier: GPL-2.0-or-later */
/* secrets.h - certificates and keys of outputs, read by one who may for one who
 * then may not: in the same process, before it gives that up. */
#ifndef SAKER_OUTPUT_SECRETS_H
#define SAKER_OUTPUT_SECRETS_H

#include "saker/base/buf.h"
#include "saker/base/err.h"

struct output_secret {
	char *path;
	int fd;
};

struct output_secrets {
	struct output_secret *items;
	size_t count;
};

/* Reads what the output, as the configuration has it, names. 0; E_INVALID or
 * E_NOMEM. output_secrets_done() in any case. */
int output_secrets_add(struct output_secrets *s, struct str output) must_check;
void output_secrets_done(struct output_secrets *s);
/* What to open for path: it, if this process may, or what was read of it. s
 * NULL = nothing was. */
void output_secrets_name(const struct output_secrets *s, const char *path,
                         struct buf *out);

#endif
