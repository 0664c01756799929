/* SPDX-License-Identifier: GPL-2.0-or-later */
/* head.h - what a record begins with. */
#ifndef SAKER_AUDIT_HEAD_H
#define SAKER_AUDIT_HEAD_H

#include "saker/audit/record.h"

/* Views of the frame's text, but for the name of a type that came as a number.
 */
struct head {
	uint16_t type;
	struct str type_name;
	struct str node;
	const char *body;
};

/* 0, E_TRUNCATED or E_INVALID, as record_parse(); memo then has the stamp. */
int head_parse(const struct frame *frame, struct stamp_memo *memo,
               struct head *ret) must_check;
/* A line's first bytes, where nearly all of the traffic is alike; by the second
 * letter of the type. None ends an event, as EOE does. */
extern const struct usual_head {
	char text[28];
	uint16_t type;
	uint16_t len; /* up to the blank */
} usual_heads[16];

/* Of 16 to 48 bytes. */
static inline bool same_stamp(const char *a, const char *b, size_t n)
{
	return bytes_same_ends(a, b, 16, 8) &&
	       (n <= 32 || bytes_same_ends(a + 16, b + 16, 16, 8)) &&
	       bytes_same_ends(a + n - 16, b + n - 16, 16, 8);
}

/* NULL when its type is none of the usual ones. */
BYTES_INLINE const struct usual_head *usual_head_of(struct str line)
{
	const struct usual_head *h;

	if (line.len < 16)
		return NULL;
	h = &usual_heads[(unsigned char)line.s[6] % 16];
	return bytes_same(line.s, h->text, 16) ? h : NULL;
}

/* The same of a line of a usual type whose stamp the memo has already. False
 * for all others. */
BYTES_INLINE bool head_parse_usual(const struct frame *frame,
                                   const struct stamp_memo *memo,
                                   struct head *ret)
{
	const struct str line = frame->text;
	const struct usual_head *h;

	/* a memo of 0 bytes is none; others have 32 */
	if (memo->len - 1 >= line.len || frame->type != 0)
		return false;
	h = &usual_heads[(unsigned char)line.s[6] % 16];
	if (line.len - memo->len < h->len || !bytes_same(line.s, h->text, 16) ||
	    !same_stamp(line.s + h->len, memo->text, memo->len))
		return false;
	*ret = (struct head){
		.type = h->type,
		.type_name = { line.s + 5, h->len - 5u },
		.body = line.s + h->len + memo->len,
	};
	return true;
}

/* The enrichment's border, or end; whoever cut the line may have seen it. */
static inline const char *head_border(const struct frame *frame, const char *at)
{
	const char *end = frame->text.s + frame->text.len;
	const char *border = frame->text.s + frame->border;

	if (frame->border != 0 && border >= at)
		return border;
	border = at < end ? memchr(at, FRAME_BORDER, (size_t)(end - at)) : NULL;
	return border != NULL ? border : end;
}

/* The record that it is the head of. text is the frame's, or a copy of it, of
 * which the record will be views. */
BYTES_INLINE void head_fill(const struct head *head, const struct frame *frame,
                            const char *text, const struct audit_stamp *stamp,
                            struct record *ret)
{
	const char *from = frame->text.s;
	const char *border = text + (head_border(frame, head->body) - from);
	const char *end = text + frame->text.len;

	ret->type = head->type;
	ret->type_name = head->type_name;
	if (frame->type == 0)
		ret->type_name.s = text + (head->type_name.s - from);
	ret->stamp = *stamp;
	ret->node = STR_NONE;
	if (head->node.len != 0)
		ret->node = (struct str){ text + (head->node.s - from),
			                  head->node.len };
	ret->text = str_span(text, end);
	ret->body = str_span(text + (head->body - from), border);
	ret->enriched = border < end ? str_span(border + 1, end) : STR_NONE;
	ret->fields = NULL;
	ret->nfields = 0;
	ret->ninner = 0;
}

#endif
