/* SPDX-License-Identifier: GPL-2.0-or-later */
/* http_request.h - the head of an HTTP/1 request. */
#ifndef SAKER_METRICS_HTTP_REQUEST_H
#define SAKER_METRICS_HTTP_REQUEST_H

#include "saker/base/err.h"
#include "saker/base/str.h"

/* Borrowed from the text. */
struct http_request {
	struct str method;
	struct str path; /* without the query */
};

/* text is what has come so far. 0 once the head is whole, E_AGAIN while it is
 * not, E_INVALID when it never will be a request, E_LIMIT when it is longer
 * than LIMIT_METRICS_REQUEST_BYTES. */
int http_request_parse(struct str text, struct http_request *ret) must_check;

#endif
