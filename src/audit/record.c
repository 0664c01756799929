/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record.c - the head of a record, and look-up of its fields. */
#include "saker/audit/record.h"

#include "digits.h"
#include "head.h"
#include "saker/audit/numbers.h"

#define MSG "msg=audit("

/* Moves *at past the literal. False with *at untouched when it differs. */
static inline __attribute__((always_inline)) bool
eat(const char **at, const char *end, struct str literal)
{
	if ((size_t)(end - *at) < literal.len ||
	    !bytes_same(*at, literal.s, literal.len))
		return false;
	*at += literal.len;
	return true;
}

static inline bool eat_number(const char **at, const char *end, uint64_t *ret)
{
	const char *p = *at;
	unsigned n = take_decimal(&p, end, ret);

	/* 19 digits cannot overflow 64 bits */
	if (n == 0 || n > 19)
		return false;
	*at = p;
	return true;
}

/* "SEC.MMM:" of ten digits and three, as in the memo: many events begin between
 * two ticks of the clock. */
static inline bool eat_known_time(const char **at, const char *end,
                                  const struct stamp_memo *memo,
                                  struct audit_stamp *ret)
{
	const char *known = memo->text + STR(" " MSG).len;

	if (memo->len == 0 || end - *at < 15 || known[14] != ':' ||
	    !bytes_same(*at, known, 15))
		return false;
	*at += 15;
	*ret = memo->stamp;
	return true;
}

static bool eat_time(const char **at, const char *end, struct audit_stamp *ret)
{
	uint64_t ms;

	if (!eat_number(at, end, &ret->sec) || !eat(at, end, STR(".")) ||
	    !eat_number(at, end, &ms) || ms > 999 || !eat(at, end, STR(":")))
		return false;
	ret->ms = (uint32_t)ms;
	return true;
}

/* From the skipth byte of the memo's text on. */
static inline bool eat_known_stamp(const char **at, const char *end,
                                   struct stamp_memo *memo, size_t skip)
{
	const size_t len = memo->len - skip;

	memo->is_repeated = memo->len != 0 && (size_t)(end - *at) >= len &&
	                    same_stamp(*at, memo->text + skip, len);
	if (memo->is_repeated)
		*at += len;
	return memo->is_repeated;
}

/* At the stamp. The memo has it afterwards, its text too where that is as
 * usual. */
static bool eat_new_stamp(const char **at, const char *end,
                          struct stamp_memo *memo)
{
	const char *from = *at;
	struct audit_stamp stamp;
	bool is_usual;
	size_t len;

	if ((!eat_known_time(at, end, memo, &stamp) &&
	     !eat_time(at, end, &stamp)) ||
	    !eat_number(at, end, &stamp.serial) || !eat(at, end, STR(")")))
		return false;
	is_usual = eat(at, end, STR(": "));
	if (!is_usual && !eat(at, end, STR(":")))
		eat(at, end, STR(" "));
	len = STR(" " MSG).len + (size_t)(*at - from);
	is_usual = is_usual && len >= 32 && len <= sizeof(memo->text);
	memo->len = is_usual ? len : 0;
	if (is_usual) {
		memcpy(memo->text, " " MSG, STR(" " MSG).len);
		memcpy(memo->text + STR(" " MSG).len, from,
		       len - STR(" " MSG).len);
	}
	memo->stamp = stamp;
	return true;
}

static int broken(const char *at, const char *end)
{
	return at >= end ? E_TRUNCATED : E_INVALID;
}

/* How many bytes come before the first blank, or before end. */
static inline const char *find_blank(const char *p, const char *end)
{
	uint64_t word;

	while (load_eight(p, end, &word)) {
		unsigned n;

		word ^= ' ' * BYTES_ONES;
		n = count_before((word - BYTES_ONES) & ~word);
		p += n;
		if (n < sizeof(word))
			return p;
	}
	while (p < end && *p != ' ')
		p++;
	return p;
}

/* The word up to the next blank. Without one *at is the end: the line is cut
 * off. */
static inline bool eat_word(const char **at, const char *end, struct str *ret)
{
	const char *from = *at, *p = find_blank(from, end);

	*at = p;
	if (p == end || p == from)
		return false;
	*ret = str_span(from, p);
	return true;
}

const struct usual_head usual_heads[16] = {
#define USUAL_HEAD(second, name)                                 \
	[(second) % 16] = { "type=" #name " " MSG, AUDIT_##name, \
		            sizeof("type=" #name) - 1 }
	USUAL_HEAD('A', PATH),      USUAL_HEAD('W', CWD),
	USUAL_HEAD('Y', SYSCALL),   USUAL_HEAD('X', EXECVE),
	USUAL_HEAD('R', PROCTITLE), USUAL_HEAD('P', BPRM_FCAPS),
	USUAL_HEAD('O', SOCKADDR),
#undef USUAL_HEAD
};

static inline bool eat_head(const char **at, const char *end, struct head *ret)
{
	const struct usual_head *h = usual_head_of(str_span(*at, end));
	struct str type, node = STR_NONE;

	if (h != NULL) {
		*ret = (struct head){ .type = h->type,
			              .type_name = { *at + 5, h->len - 5u } };
		*at += h->len;
		return true;
	}
	while (*at < end && **at == ' ')
		++*at;
	if (eat(at, end, STR("node="))) {
		if (!eat_word(at, end, &node))
			return false;
		++*at;
	}
	if (!eat(at, end, STR("type=")) || !eat_word(at, end, &type))
		return false;
	*ret = (struct head){ .type = record_type_number(type),
		              .type_name = type,
		              .node = node };
	return true;
}

static inline int parse_kernel(const struct frame *frame,
                               struct stamp_memo *memo, struct head *ret)
{
	const char *at = frame->text.s, *end = at + frame->text.len;

	if (!eat_known_stamp(&at, end, memo, STR(" msg=").len) &&
	    (!eat(&at, end, STR("audit(")) || !eat_new_stamp(&at, end, memo)))
		return broken(at, end);
	*ret = (struct head){
		.type = frame->type,
		.type_name = str_from(record_type_name(frame->type)),
		.body = at,
	};
	return 0;
}

int head_parse(const struct frame *frame, struct stamp_memo *memo,
               struct head *ret)
{
	const char *at = frame->text.s, *end = at + frame->text.len;

	if (frame->text.len == 0)
		return E_TRUNCATED;
	if (frame->type != 0)
		return parse_kernel(frame, memo, ret);
	if (!eat_head(&at, end, ret))
		return broken(at, end);
	if (!eat_known_stamp(&at, end, memo, 0)) {
		at++;
		if (!eat(&at, end, STR(MSG)) || !eat_new_stamp(&at, end, memo))
			return broken(at, end);
	}
	ret->body = at;
	return 0;
}

int record_parse_frame(const struct frame *frame, struct stamp_memo *memo,
                       struct record *ret)
{
	struct head head;
	int error = head_parse(frame, memo, &head);

	if (error == 0)
		head_fill(&head, frame, frame->text.s, &memo->stamp, ret);
	return error;
}

int record_parse(struct str line, struct record *ret)
{
	struct stamp_memo memo = { 0 };

	return record_parse_frame(&(struct frame){ .text = line }, &memo, ret);
}

int record_parse_kernel(uint16_t type, struct str text, struct record *ret)
{
	const struct frame frame = { .type = type, .text = text };
	struct stamp_memo memo = { 0 };
	struct head head;
	int error = text.len != 0 ? parse_kernel(&frame, &memo, &head)
	                          : E_TRUNCATED;

	if (error == 0)
		head_fill(&head, &frame, text.s, &memo.stamp, ret);
	return error;
}

static bool look_up(const struct record_field *fields, size_t n,
                    struct str name, struct str *ret)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(fields[i].name, name)) {
			*ret = fields[i].value;
			return true;
		}
	}
	return false;
}

bool record_field(const struct record *r, struct str name, struct str *ret)
{
	return look_up(r->fields, r->nfields, name, ret);
}

bool record_inner_field(const struct record *r, struct str name,
                        struct str *ret)
{
	return r->ninner != 0 &&
	       look_up(r->fields + r->nfields, r->ninner, name, ret);
}
