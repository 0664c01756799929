/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame.c - lines, and audisp's binary frames. */
#include "saker/audit/frame.h"

#include <libaudit.h>

#include "lines.h"
#include "saker/base/err.h"
#include "saker/base/limits.h"

/* struct audit_dispatcher_header: host order, as auditd writes it. */
struct header {
	uint32_t version;
	uint32_t length;
	uint32_t type;
	uint32_t size;
};

/* Until audit 4.1.1 each frame had this many bytes of payload, whatever its
 * header said. */
#define FIXED_PAYLOAD MAX_AUDIT_MESSAGE_LENGTH

void framer_init(struct framer *f, enum framer_format format,
                 struct counters *counters)
{
	*f = (struct framer){ .format = format, .counters = counters };
}

void framer_done(struct framer *f)
{
	buf_done(&f->pending);
}

int framer_push(struct framer *f, struct str bytes)
{
	char *room = framer_room(f, bytes.len);

	if (room == NULL)
		return E_NOMEM;
	if (bytes.len != 0)
		memcpy(room, bytes.s, bytes.len);
	framer_added(f, bytes.len);
	return 0;
}

/* Marks are looked for in whole words, beyond what there is. */
char *framer_room(struct framer *f, size_t size)
{
	buf_consume(&f->pending, f->taken);
	f->looked -= f->looked < f->taken ? f->looked : f->taken;
	f->taken = 0;
	if (buf_reserve(&f->pending, size + 64))
		return f->pending.data + f->pending.len;
	f->pending.failed = false;
	return NULL;
}

void framer_added(struct framer *f, size_t size)
{
	f->pending.len += size;
	memset(f->pending.data + f->pending.len, 0, 64);
}

static struct str rest(const struct framer *f)
{
	return str_skip(buf_str(&f->pending), f->taken);
}

static void take(struct framer *f, size_t n)
{
	f->taken += n;
}

/* What ausearch puts between events, and empty lines. */
static inline bool is_separator(struct str line)
{
	return line.len == 0 || STR_IS(line, "----") ||
	       (line.len >= 6 && bytes_same(line.s, "time", 4) &&
	        bytes_same(line.s + 4, "->", 2));
}

/* The next lines. False without any in what there is. */
static bool find_lines(struct framer *f)
{
	f->line = f->nlines = 0;
	while (f->nlines == 0 && f->looked < f->pending.len)
		f->looked += lines_find(f, f->pending.data + f->looked,
		                        f->pending.len - f->looked);
	return f->nlines != 0;
}

/* Of an overlong line the part up to the limit is a frame, the rest is not. */
static __attribute__((noinline)) bool cut(struct framer *f, struct frame *ret)
{
	counter_add(f->counters, COUNTER_RECORDS_OVERSIZE, 1);
	ret->text.len = LIMIT_LINE_BYTES;
	if (ret->border > LIMIT_LINE_BYTES)
		ret->border = LIMIT_LINE_BYTES;
	return true;
}

/* True when ret is a frame. */
static inline bool end_line(struct framer *f, struct framer_line size,
                            bool has_end, struct frame *ret)
{
	const struct str line = { f->pending.data + f->taken, size.len };
	const bool is_rest = f->skipping;

	f->taken += size.len + has_end;
	f->skipping = !has_end;
	if (is_rest || is_separator(line))
		return false;
	*ret = (struct frame){ .text = line, .border = size.border };
	return line.len <= LIMIT_LINE_BYTES || cut(f, ret);
}

/* What has no end within the limit. */
static bool cut_line(struct framer *f, struct frame *ret)
{
	const size_t len = rest(f).len;
	const size_t border = f->border != 0 ? f->border : len;

	if (len <= LIMIT_LINE_BYTES)
		return false;
	f->border = 0;
	return end_line(f, (struct framer_line){ len, border }, false, ret);
}

static bool next_line(struct framer *f, struct frame *ret)
{
	while (f->line < f->nlines || find_lines(f))
		if (end_line(f, f->lines[f->line++], true, ret))
			return true;
	return cut_line(f, ret);
}

static bool is_header(const struct header *h)
{
	return h->version <= 1 && h->length == sizeof(*h) &&
	       h->size <= LIMIT_LINE_BYTES && h->type <= UINT16_MAX;
}

/* At a header: skips the padding of the frame before when it has one. False
 * when more bytes are needed. */
static bool find_header(struct framer *f, struct header *ret)
{
	for (;;) {
		struct str v = rest(f);

		if (v.len < sizeof(*ret))
			return false;
		memcpy(ret, v.s, sizeof(*ret));
		if (is_header(ret))
			break;
		if (f->padding != 0 && v.len < f->padding)
			return false;
		/* Neither padding nor a header: look for the next one. */
		if (f->padding == 0 && !f->skipping) {
			counter_add(f->counters, COUNTER_RECORDS_IN, 1);
			counter_add(f->counters, COUNTER_RECORDS_MALFORMED, 1);
			f->skipping = true;
		}
		take(f, f->padding != 0 ? f->padding : 1);
		f->padding = 0;
	}
	f->skipping = false;
	return true;
}

static bool next_binary(struct framer *f, struct frame *ret)
{
	struct header h;
	struct str payload;

	do {
		if (!find_header(f, &h) || rest(f).len < sizeof(h) + h.size)
			return false;
		payload = str_take(str_skip(rest(f), sizeof(h)), h.size);
		take(f, sizeof(h) + h.size);
		f->padding =
			h.size < FIXED_PAYLOAD ? FIXED_PAYLOAD - h.size : 0;
		while (payload.len != 0 &&
		       (payload.s[payload.len - 1] == '\0' ||
		        payload.s[payload.len - 1] == '\n'))
			payload.len--;
	} while (payload.len == 0);
	*ret = (struct frame){
		.type = h.version == 0 ? (uint16_t)h.type : 0,
		.text = payload,
	};
	return true;
}

/* A text line has no byte below 0x09 in front; a header's first word is 0 or
 * 1 and its second is 16. */
static bool detect(struct framer *f)
{
	struct str v = rest(f);
	uint32_t words[2];

	if (v.len == 0)
		return false;
	if ((unsigned char)v.s[0] >= '\t') {
		f->format = FRAMER_STRING;
		return true;
	}
	if (v.len < sizeof(words))
		return false;
	memcpy(words, v.s, sizeof(words));
	f->format = words[0] <= 1 && words[1] == sizeof(struct header)
	                    ? FRAMER_BINARY
	                    : FRAMER_STRING;
	return true;
}

static __attribute__((noinline)) bool next(struct framer *f, struct frame *ret)
{
	if (f->format == FRAMER_AUTO && !detect(f))
		return false;
	return f->format == FRAMER_BINARY ? next_binary(f, ret)
	                                  : next_line(f, ret);
}

bool framer_next(struct framer *f, struct frame *ret)
{
	/* only what is made of lines has any left */
	if (f->line < f->nlines && end_line(f, f->lines[f->line++], true, ret))
		return true;
	return next(f, ret);
}

bool framer_flush(struct framer *f, struct frame *ret)
{
	struct str line = rest(f);

	take(f, line.len);
	if (f->format == FRAMER_BINARY || f->skipping || is_separator(line))
		return false;
	*ret = (struct frame){ .text = str_take(line, LIMIT_LINE_BYTES) };
	return true;
}
