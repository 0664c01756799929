/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record.c - the head of a record, and look-up of its fields. */
#include "saker/audit/record.h"

#include "digits.h"

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
	unsigned n = take_decimal(&p, end, ret);

	/* 19 digits cannot overflow 64 bits */
	if (n == 0 || n > 19)
		return false;
	*at = p;
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

/* A stamp has 16 bytes at least, and few have more than 32. */
static inline bool same_stamp(const char *a, const char *b, size_t n)
{
	return n <= 32 ? bytes_same_ends(a, b, 16, 8) &&
	                         bytes_same_ends(a + n - 16, b + n - 16, 16, 8)
	               : memcmp(a, b, n) == 0;
}

static inline bool eat_known_stamp(const char **at, const char *end,
                                   const struct stamp_memo *memo)
{
	if (memo->len < 16 || (size_t)(end - *at) < memo->len ||
	    !same_stamp(*at, memo->text, memo->len))
		return false;
	*at += memo->len;
	return true;
}

/* The memo has it afterwards, its text too where that is as usual. */
static bool eat_new_stamp(const char **at, const char *end,
                          struct stamp_memo *memo)
{
	const char *from = *at;
	struct audit_stamp stamp;
	bool is_usual;
	size_t len;

	if (!eat_stamp(at, end, &stamp))
		return false;
	is_usual = eat(at, end, STR(": "));
	if (!is_usual && !eat(at, end, STR(":")))
		eat(at, end, STR(" "));
	len = (size_t)(*at - from);
	memo->len = is_usual && len <= sizeof(memo->text) ? len : 0;
	memcpy(memo->text, from, memo->len);
	memo->stamp = stamp;
	return true;
}

static int broken(const char *at, const char *end)
{
	return at >= end ? E_TRUNCATED : E_INVALID;
}

/* The stamp and what follows it; at is behind "audit(". */
static inline int parse_tail(const char *at, const char *end,
                             struct stamp_memo *memo, struct str *ret_body,
                             struct str *ret_enriched)
{
	const char *separator;

	if (!eat_known_stamp(&at, end, memo) && !eat_new_stamp(&at, end, memo))
		return broken(at, end);
	separator =
		at < end ? memchr(at, ENRICHMENT, (size_t)(end - at)) : NULL;
	*ret_body = str_span(at, separator != NULL ? separator : end);
	*ret_enriched =
		separator != NULL ? str_span(separator + 1, end) : STR_NONE;
	return 0;
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

/* The word up to the next blank, which is skipped. Without one *at is the end:
 * the line is cut off. */
static inline bool eat_word(const char **at, const char *end, struct str *ret)
{
	const char *from = *at, *p = find_blank(from, end);

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
	struct str node = STR_NONE, type_name, body, enriched;
	const char *at = line.s, *end = line.s + line.len;
	int error;

	if (line.len == 0)
		return E_TRUNCATED;
	while (at < end && *at == ' ')
		at++;
	if (eat(&at, end, STR("node=")) && !eat_word(&at, end, &node))
		return broken(at, end);
	if (!eat(&at, end, STR("type=")) || !eat_word(&at, end, &type_name) ||
	    !eat(&at, end, STR("msg=audit(")))
		return broken(at, end);
	error = parse_tail(at, end, memo, &body, &enriched);
	if (error < 0)
		return error;
	*ret = (struct record){
		.type = record_type_number(type_name),
		.type_name = type_name,
		.stamp = memo->stamp,
		.node = node,
		.text = line,
		.body = body,
		.enriched = enriched,
	};
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
	const char *at = text.s, *end = text.s + text.len;
	struct str body, enriched;
	int error;

	if (text.len == 0)
		return E_TRUNCATED;
	if (!eat(&at, end, STR("audit(")))
		return broken(at, end);
	error = parse_tail(at, end, memo, &body, &enriched);
	if (error < 0)
		return error;
	*ret = (struct record){
		.type = type,
		.type_name = str_from(record_type_name(type)),
		.stamp = memo->stamp,
		.text = text,
		.body = body,
		.enriched = enriched,
	};
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
