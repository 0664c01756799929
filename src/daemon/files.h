/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files.h - configuration and rule files, read by the monitor for the engine,
 * whose user may not read them; private to src/daemon. */
#ifndef SAKER_SRC_DAEMON_FILES_H
#define SAKER_SRC_DAEMON_FILES_H

#include "saker/daemon/run.h"

struct files {
	const struct config_reader *reader; /* borrowed */
	struct file_set fresh; /* of the reload under way; empty = none is */
	struct buf packed;     /* the same */
};

/* Most bytes of an answer to one request. */
#define FILES_PIECE_BYTES (256u * 1024)

/* The reload is over. */
void files_done(struct files *f);
/* Piece 0 has all of them read anew. Appends the bytes of that piece of
 * file_set_pack(): fewer than FILES_PIECE_BYTES are the last. 0 or E_NOMEM. */
int files_piece(struct files *f, unsigned piece, struct buf *out) must_check;
/* What was read for the reload under way; NULL = none is. */
const struct file_set *files_fresh(const struct files *f);
/* The configuration as it is there, or else in the files; started: what takes a
 * restart stays as it is there. As config_reader.read(). */
int files_config(const struct files *f, const struct config *started,
                 struct config *ret, struct diag_list *diags) must_check;

#endif
