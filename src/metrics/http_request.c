/* SPDX-License-Identifier: GPL-2.0-or-later */
/* http_request.c - the head of an HTTP/1 request (RFC 9112): the request line
 * is read, the fields are not asked for. */
#include "saker/metrics/http_request.h"

#include "saker/base/limits.h"

/* Behind the empty line; 0 = there is none yet. RFC 9112, 2.2 lets a line end
 * in LF alone. */
static size_t head_length(struct str text)
{
	for (size_t i = 0; i + 1 < text.len; i++) {
		if (text.s[i] != '\n')
			continue;
		if (text.s[i + 1] == '\n')
			return i + 2;
		if (i + 2 < text.len && text.s[i + 1] == '\r' &&
		    text.s[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

static bool is_word(struct str v, bool upper)
{
	for (size_t i = 0; i < v.len; i++)
		if (v.s[i] <= ' ' || v.s[i] >= 0x7f ||
		    (upper && (v.s[i] < 'A' || v.s[i] > 'Z')))
			return false;
	return v.len != 0;
}

int http_request_parse(struct str text, struct http_request *ret)
{
	struct http_request r;
	struct str rest = text, line, target;

	if (text.len > LIMIT_METRICS_REQUEST_BYTES)
		return E_LIMIT;
	if (str_find_byte(text, '\n') < 0)
		return E_AGAIN;
	str_split(&rest, '\n', &line);
	line = str_trim(line);
	if (!str_split(&line, ' ', &r.method) || !is_word(r.method, true) ||
	    !str_split(&line, ' ', &target) || !is_word(target, false) ||
	    target.s[0] != '/' || !str_has_prefix(line, STR("HTTP/1.")))
		return E_INVALID;
	if (head_length(text) == 0)
		return E_AGAIN;
	str_split(&target, '?', &r.path);
	*ret = r;
	return 0;
}
