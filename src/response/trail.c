/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trail.c - user records of the anomaly response class (libaudit.h, 2200). */
#include "saker/response/trail.h"

#include <errno.h>
#include <inttypes.h>
#include <libaudit.h>

#include "saker/base/array.h"
#include "saker/base/io.h"

/* The kernel takes messages of up to MAX_AUDIT_MESSAGE_LENGTH; libaudit adds
 * who and where to ours, and hexadecimal doubles it. */
#define TEXT_BYTES ((size_t)1024)

int trail_open(int *ret)
{
	int fd = audit_open();

	if (fd < 0)
		return errno == EPERM || errno == EACCES ? E_DENIED
		       : errno == EINVAL || errno == EPROTONOSUPPORT ||
		                       errno == EAFNOSUPPORT
		               ? E_UNSUPPORTED
		               : E_IO;
	*ret = fd;
	return 0;
}

int trail_type(const struct response_outcome *outcome)
{
	static const struct {
		struct str action;
		int type;
	} types[] = {
		{ STR_INIT("kill"), AUDIT_RESP_KILL_PROC },
		{ STR_INIT("exec"), AUDIT_RESP_EXEC },
	};

	if (!outcome->is_done)
		return AUDIT_RESP_ANOMALY;
	for (size_t i = 0; i < COUNT(types); i++)
		if (str_eq(types[i].action, outcome->report.action))
			return types[i].type;
	return AUDIT_RESP_ALERT;
}

/* Field names are those that ausearch -i shows as they are, or decodes
 * (audit-userspace, auparse/typetab.h): "mode" would be a file's, "result" a
 * success or none. */

/* Quoted, or in hexadecimal when it holds what would end the value or the line
 * (audit_value_needs_encoding(3)): auparse turns either back. */
static void add_untrusted(struct buf *out, const char *name, struct str value)
{
	char *text;

	value = str_take(value, TEXT_BYTES);
	if (value.len == 0)
		return;
	text = audit_encode_nv_string(name, value.s, (unsigned)value.len);
	if (text == NULL)
		out->failed = true;
	else
		buf_printf(out, " %s", text);
	free(text);
}

/* One word, to be read without decoding: what is no part of one becomes a dash.
 */
static void add_words(struct buf *out, const char *name, struct str value)
{
	value = str_take(value, TEXT_BYTES);
	if (value.len == 0)
		return;
	buf_printf(out, " %s=", name);
	for (size_t i = 0; i < value.len; i++) {
		const char c = value.s[i];

		buf_add_byte(out, c > ' ' && c < 0x7f && c != '\'' &&
		                                  c != '"' && c != '='
		                          ? c
		                          : '-');
	}
}

void trail_text(const struct response_request *q,
                const struct response_outcome *outcome, struct buf *out)
{
	const struct alert_response *r = &outcome->report;

	buf_printf(out, "op=%.*s scope=%.*s resp_mode=%.*s opid=%d uuid=%.*s",
	           STR_FMT(r->action), STR_FMT(r->scope), STR_FMT(r->mode),
	           (int)r->pid, STR_FMT(q->uuid));
	if (r->has_latency)
		buf_printf(out, " latency_us=%" PRIu64, r->latency_us);
	add_untrusted(out, "key", q->rule);
	add_untrusted(out, "container", r->container);
	add_untrusted(out, "path", r->exe);
	add_words(out, "outcome", r->result);
}

int trail_write(int fd, const struct response_request *request,
                const struct response_outcome *outcome)
{
	auto_buf struct buf text = BUF_INIT;

	trail_text(request, outcome, &text);
	if (text.failed || buf_cstr(&text)[0] == '\0')
		return E_NOMEM;
	if (audit_log_user_message(fd, trail_type(outcome), buf_cstr(&text),
	                           NULL, NULL, NULL, outcome->is_done) > 0)
		return 0;
	return errno == EPERM || errno == EACCES ? E_DENIED : E_IO;
}
