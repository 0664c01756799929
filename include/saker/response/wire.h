/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire.h - a request and its outcome between two processes of saker: one
 * datagram each. Who serves trusts nothing of what it gets. */
#ifndef SAKER_RESPONSE_WIRE_H
#define SAKER_RESPONSE_WIRE_H

#include "saker/response/response.h"

void response_pack_request(const struct response_request *r, struct buf *out);
/* Texts are views of the datagram, lists live in the arena. False when it is
 * not exactly one, or out of memory. */
bool response_unpack_request(struct str datagram, struct arena *arena,
                             struct response_request *ret);
void response_pack_outcome(const struct response_outcome *o, struct buf *out);
/* Texts are copied. */
bool response_unpack_outcome(struct str datagram, struct arena *arena,
                             struct response_outcome *ret);

/* The asking side. Outcomes come in the order of the requests. False when the
 * other side is gone, or there is no memory; and without waiting (may_wait)
 * when that would be needed: nothing was sent then. */
bool response_send(int socket, const struct response_request *request,
                   bool may_wait);
/* Waits for it. False also when the other side has not understood. */
bool response_receive(int socket, struct arena *arena,
                      struct response_outcome *ret);
/* The serving side: one request. False when the other side is gone. */
bool response_serve(int socket, struct responder *responder);

#endif
