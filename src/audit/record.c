/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record.c - the head of a record, and look-up of its fields. */
#include "saker/audit/record.h"

/* auditd puts this byte between a record and its interpretation
 * (AUDIT_INTERP_SEPARATOR). */
#define ENRICHMENT '\x1d'

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
	uint64_t n = 0;

	while (p < end && *p >= '0' && *p <= '9')
		n = n * 10 + (uint64_t)(*p++ - '0');
	/* 19 digits cannot overflow 64 bits */
	if (p == *at || p - *at > 19)
		return false;
	*at = p;
	*ret = n;
	return true;
}

/* "SEC.MMM:SERIAL)" */
static bool eat_stamp(const char **at, const char *end, struct audit_stamp *ret)
{
	uint64_t ms;

	if (!eat_number(at, end, &ret->sec) || !eat(at, end, STR(".")) ||
	    !eat_number(at, end, &ms) || ms > 999 || !eat(at, end, STR(":")) ||
	    !eat_number(at, end, &ret->serial) || !eat(at, end, STR(")")))
		return false;
	ret->ms = (uint32_t)ms;
	return true;
}

static bool eat_known_stamp(const char **at, const char *end,
                            const struct stamp_memo *memo,
                            struct audit_stamp *ret)
{
	if (memo->len == 0 || (size_t)(end - *at) < memo->len ||
	    memcmp(*at, memo->text, memo->len) != 0)
		return false;
	*at += memo->len;
	*ret = memo->stamp;
	return true;
}

static bool eat_new_stamp(const char **at, const char *end,
                          struct stamp_memo *memo, struct audit_stamp *ret)
{
	const char *from = *at;
	size_t len;

	if (!eat_stamp(at, end, ret))
		return false;
	len = (size_t)(*at - from);
	memo->len = 0;
	if (len > sizeof(memo->text))
		return true;
	memcpy(memo->text, from, len);
	memo->len = len;
	memo->stamp = *ret;
	return true;
}

static int broken(const char *at, const char *end)
{
	return at >= end ? E_TRUNCATED : E_INVALID;
}

/* The stamp and what follows it; *at is behind "audit(". */
static int parse_tail(const char *at, const char *end, struct stamp_memo *memo,
                      struct record *r)
{
	const char *separator;

	if (!eat_known_stamp(&at, end, memo, &r->stamp) &&
	    !eat_new_stamp(&at, end, memo, &r->stamp))
		return broken(at, end);
	eat(&at, end, STR(":"));
	eat(&at, end, STR(" "));
	separator =
		at < end ? memchr(at, ENRICHMENT, (size_t)(end - at)) : NULL;
	r->body = str_span(at, separator != NULL ? separator : end);
	if (separator != NULL)
		r->enriched = str_span(separator + 1, end);
	return 0;
}

/* The word up to the next blank, which is skipped. Without one *at is the end:
 * the line is cut off. */
static bool eat_word(const char **at, const char *end, struct str *ret)
{
	const char *from = *at, *p = from;

	while (p < end && *p != ' ')
		p++;
	if (p == end || p == from) {
		*at = p;
		return false;
	}
	*ret = str_span(from, p);
	*at = p + 1;
	return true;
}

int record_parse(struct str line, struct record *ret)
{
	struct stamp_memo memo = { 0 };

	return record_parse_next(line, &memo, ret);
}

int record_parse_next(struct str line, struct stamp_memo *memo,
                      struct record *ret)
{
	struct record r = { .text = line };
	const char *at = line.s, *end = line.s + line.len;
	int error;

	if (line.len == 0)
		return E_TRUNCATED;
	while (at < end && *at == ' ')
		at++;
	if (eat(&at, end, STR("node=")) && !eat_word(&at, end, &r.node))
		return broken(at, end);
	if (!eat(&at, end, STR("type=")) || !eat_word(&at, end, &r.type_name) ||
	    !eat(&at, end, STR("msg=audit(")))
		return broken(at, end);
	error = parse_tail(at, end, memo, &r);
	if (error < 0)
		return error;
	r.type = record_type_number(r.type_name);
	*ret = r;
	return 0;
}

int record_parse_kernel(uint16_t type, struct str text, struct record *ret)
{
	struct stamp_memo memo = { 0 };

	return record_parse_kernel_next(type, text, &memo, ret);
}

int record_parse_kernel_next(uint16_t type, struct str text,
                             struct stamp_memo *memo, struct record *ret)
{
	struct record r = { .type = type, .text = text };
	const char *at = text.s, *end = text.s + text.len;
	int error;

	if (text.len == 0)
		return E_TRUNCATED;
	if (!eat(&at, end, STR("audit(")))
		return broken(at, end);
	error = parse_tail(at, end, memo, &r);
	if (error < 0)
		return error;
	r.type_name = str_from(record_type_name(type));
	*ret = r;
	return 0;
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
