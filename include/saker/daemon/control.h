/* SPDX-License-Identifier: GPL-2.0-or-later */
/* control.h - asking a running saker: one line of JSON each way. */
#ifndef SAKER_DAEMON_CONTROL_H
#define SAKER_DAEMON_CONTROL_H

#include "saker/base/buf.h"
#include "saker/base/err.h"

enum control_request {
#define REQUEST(id, name, changes, doc) CONTROL_##id,
#include "saker/daemon/control.def"
#undef REQUEST
	CONTROL__MAX
};

/* {"request":"NAME"}: false when text is no such object. */
bool control_parse(struct str text, enum control_request *ret);
/* Such a line. */
void control_render(enum control_request request, struct buf *out);

/* The asking side: connects, asks, and appends the answer's line to ret_answer,
 * waiting at most timeout_ms. 0, E_NOT_FOUND (nobody serves the socket),
 * E_DENIED, E_AGAIN (no answer in time), E_END (the other side left), E_LIMIT,
 * E_NOMEM or E_IO. */
int control_ask(const char *path, enum control_request request,
                unsigned timeout_ms, struct buf *ret_answer) must_check;

#endif
