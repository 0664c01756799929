/* SPDX-License-Identifier: GPL-2.0-or-later */
/* format_terminal.c - an alert for who watches: columns, and colours that end
 * with the line, so that a pager shows them too. */
#include <inttypes.h>

#include "format.h"
#include "saker/alert/render.h"
#include "saker/base/clock.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"

#define PRIORITY_WIDTH  13u /* Informational */
#define CONTAINER_WIDTH 12u
#define RESET           "\033[0m"
#define DIM             "\033[2m"

static const char *const colors[] = {
	[PRIORITY_EMERGENCY] = "\033[1;37;41m", [PRIORITY_ALERT] = "\033[1;31m",
	[PRIORITY_CRITICAL] = "\033[1;31m",     [PRIORITY_ERROR] = "\033[31m",
	[PRIORITY_WARNING] = "\033[33m",        [PRIORITY_NOTICE] = "\033[36m",
	[PRIORITY_INFORMATIONAL] = "\033[32m",  [PRIORITY_DEBUG] = DIM,
};

/* The text, escaped, and blanks up to the width. A byte that is the middle of a
 * character takes no column. */
static void add_column(struct buf *out, struct str text, unsigned width,
                       const char *color)
{
	auto_buf struct buf shown = BUF_INIT;
	unsigned n = 0;

	escape_text(&shown, text);
	for (size_t i = 0; i < shown.len; i++)
		n += ((unsigned char)shown.data[i] & 0xc0) != 0x80;
	if (color != NULL)
		buf_printf(out, "%s", color);
	buf_add_str(out, buf_str(&shown));
	if (color != NULL)
		buf_add_str(out, STR(RESET));
	buf_printf(out, "%*s", (n < width ? (int)(width - n) : 0) + 1, "");
	out->failed |= shown.failed;
}

static struct str container_of_alert(const struct alert *a)
{
	const struct alert_field *f = format_find(a, STR("container.id"));

	return f != NULL && f->value.type == VALUE_STRING ? f->value.str
	                                                  : STR("-");
}

static void add_time(const struct alert *a, struct buf *out)
{
	size_t start = out->len;

	render_time_of_day(a->time_ns, out);
	if (!out->failed)
		out->len = start + sizeof("HH:MM:SS.mmm") - 1;
	buf_add_byte(out, ' ');
}

static void render(const struct alert *a, bool color, struct buf *out)
{
	const char *tone = color ? colors[a->priority] : NULL;

	add_time(a, out);
	add_column(out, str_from(priority_name(a->priority)), PRIORITY_WIDTH,
	           tone);
	add_column(out, container_of_alert(a), CONTAINER_WIDTH,
	           color ? DIM : NULL);
	escape_text(out, a->message);
	if (a->has_response) {
		buf_add_str(out, color ? STR(" \033[1m[") : STR(" ["));
		escape_text(out, a->response.action);
		buf_printf(out, " of process %d: ", (int)a->response.pid);
		escape_text(out, a->response.result);
		buf_add_str(out, color ? STR("]" RESET) : STR("]"));
	}
	buf_add_byte(out, '\n');
}

void alert_render_columns(const struct alert *a, struct buf *out)
{
	render(a, false, out);
}

void alert_render_color(const struct alert *a, struct buf *out)
{
	render(a, true, out);
}
