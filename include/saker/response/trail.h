/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trail.h - responses in the audit trail, so that ausearch(8) and aureport(8)
 * show detection and response beside each other. */
#ifndef SAKER_RESPONSE_TRAIL_H
#define SAKER_RESPONSE_TRAIL_H

#include "saker/response/response.h"

/* A socket for trail_write(), the caller's to close. 0, E_DENIED (no
 * CAP_AUDIT_WRITE), E_UNSUPPORTED (the kernel has no audit) or E_IO. */
int trail_open(int *ret) must_check;

/* Record type of that outcome: RESP_KILL_PROC, RESP_EXEC or RESP_ALERT for what
 * was done, RESP_ANOMALY (an anomaly not reacted to) for a dry run, a refusal
 * or a failure. */
int trail_type(const struct response_outcome *outcome);

/* Appends the message: fields as audit writes them, untrusted text in
 * hexadecimal where it needs to be; key is the rule's name. */
void trail_text(const struct response_request *request,
                const struct response_outcome *outcome, struct buf *out);

/* One user record. Waits for the kernel's acknowledgement. 0, E_NOMEM,
 * E_DENIED or E_IO. */
int trail_write(int fd, const struct response_request *request,
                const struct response_outcome *outcome) must_check;

#endif
