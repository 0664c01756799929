/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log.c - what saker says about itself, on standard error. */
#include "saker/daemon/log.h"

#include <limits.h>
#include <poll.h>
#include <stdlib.h>

#include "saker/base/escape.h"
#include "saker/base/io.h"

/* pipe(7): a pipe that polls writable takes PIPE_BUF bytes without blocking. */
static void write_chunks(struct str text)
{
	while (text.len != 0) {
		struct str chunk = str_take(text, PIPE_BUF);
		struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };

		if (poll(&p, 1, 0) != 1 || !(p.revents & POLLOUT) ||
		    io_write_all(STDERR_FILENO, chunk) < 0)
			return;
		text = str_skip(text, chunk.len);
	}
}

void log_line(const char *format, ...)
{
	auto_buf struct buf text = BUF_INIT;
	auto_buf struct buf line = BUF_INIT;
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&text, format, ap);
	va_end(ap);
	buf_add_str(&line, STR("saker: "));
	escape_text(&line, buf_str(&text));
	buf_add_byte(&line, '\n');
	if (text.failed || line.failed)
		write_chunks(STR("saker: out of memory\n"));
	write_chunks(buf_str(&line));
}

void log_diags(const struct diag_list *diags)
{
	bool color = isatty(STDERR_FILENO) && getenv("NO_COLOR") == NULL;
	auto_buf struct buf text = BUF_INIT;

	for (size_t i = 0; i < diags->count; i++)
		if (diags->items[i].severity != DIAG_NOTE)
			diag_render(&diags->items[i], color, &text);
	diag_render_missing(diags, &text);
	if (text.failed)
		write_chunks(
			STR("saker: out of memory: messages are missing\n"));
	write_chunks(buf_str(&text));
}
