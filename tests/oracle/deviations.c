/* SPDX-License-Identifier: GPL-2.0-or-later */
/* deviations.c - one function a row of deviations.def. */
#include "deviations.h"

#include <ctype.h>
#include <libaudit.h>

#include "saker/audit/decode.h"

static bool has_ours(const struct comparison *c)
{
	return c->i < c->ours.n;
}

static bool has_theirs(const struct comparison *c)
{
	return c->j < c->theirs.n;
}

/* Empty at the end. */
static struct record_field ours(const struct comparison *c)
{
	return has_ours(c) ? c->ours.fields[c->i] : (struct record_field){ 0 };
}

static struct record_field theirs(const struct comparison *c)
{
	return has_theirs(c) ? c->theirs.fields[c->j]
	                     : (struct record_field){ 0 };
}

static bool same_name(const struct comparison *c)
{
	return has_ours(c) && has_theirs(c) &&
	       str_eq(ours(c).name, theirs(c).name);
}

static bool skip_both(struct comparison *c)
{
	c->i++;
	c->j++;
	return true;
}

static bool explains_SEPERMS(struct comparison *c)
{
	struct str mine, other, word, rest;

	if (!same_name(c) || !str_eq(ours(c).name, STR("seperms")))
		return false;
	mine = ours(c).value;
	rest = theirs(c).value;
	while (str_split(&rest, ',', &other)) {
		if (!str_split(&mine, ' ', &word) || !str_eq(word, other))
			return false;
	}
	return mine.s == NULL && skip_both(c);
}

/* Their fields, decoded and joined again, must give ours decoded. */
static bool explains_KEY(struct comparison *c)
{
	struct arena arena = ARENA_INIT;
	struct str raw, mine, part, word;
	bool ok;

	if (!same_name(c) || !str_eq(ours(c).name, STR("key")))
		return false;
	raw = ours(c).value;
	/* its decoder stops at a stray quote, ours takes the whole as text */
	if (str_has_suffix(raw, STR("\"")) && !str_has_prefix(raw, STR("\"")))
		raw.len--;
	ok = decode_string(&arena, raw, &mine);
	while (ok && str_split(&mine, '\x01', &word)) {
		ok = has_theirs(c) && str_eq(theirs(c).name, STR("key")) &&
		     decode_string(&arena, theirs(c).value, &part) &&
		     str_eq(part, word);
		c->j++;
	}
	c->i++;
	arena_done(&arena);
	return ok;
}

static bool explains_LABEL(struct comparison *c)
{
	struct str word, rest;

	if (!same_name(c) || (!str_has_prefix(ours(c).name, STR("subj")) &&
	                      !str_has_prefix(ours(c).name, STR("obj"))))
		return false;
	rest = ours(c).value;
	return str_split(&rest, ' ', &word) && rest.len != 0 &&
	       rest.s[0] == '(' && str_eq(word, theirs(c).value) &&
	       skip_both(c);
}

/* The words behind the cut that hold a '=' become fields of theirs. */
static bool explains_QUOTED(struct comparison *c)
{
	struct str rest, word;

	if (!same_name(c) || !str_has_prefix(ours(c).value, STR("\"")) ||
	    !str_has_prefix(ours(c).value, theirs(c).value))
		return false;
	rest = str_skip(ours(c).value, theirs(c).value.len);
	if (!str_has_prefix(rest, STR(" ")) &&
	    !str_has_prefix(rest, STR(", ")) &&
	    !str_has_prefix(rest, STR(": ")))
		return false;
	skip_both(c);
	while (str_split(&rest, ' ', &word))
		if (str_find_byte(word, '=') > 0 && c->j < c->theirs.n)
			c->j++;
	return true;
}

static bool explains_EMPTY(struct comparison *c)
{
	if (!has_ours(c) || ours(c).value.len != 0)
		return false;
	c->i++;
	return true;
}

static bool explains_TRAILING(struct comparison *c)
{
	struct str cut;

	if (!same_name(c) || !str_has_prefix(ours(c).value, theirs(c).value))
		return false;
	cut = str_skip(ours(c).value, theirs(c).value.len);
	if (cut.len == 0 || cut.len > 4)
		return false;
	for (size_t k = 0; k < cut.len; k++)
		if (strchr(":,')", cut.s[k]) == NULL)
			return false;
	return skip_both(c);
}

static bool is_enriched_name(struct str name)
{
	for (size_t k = 0; k < name.len; k++)
		if (!isupper((unsigned char)name.s[k]) && name.s[k] != '_')
			return false;
	return name.len != 0;
}

/* From here on theirs must be the enrichment that we found, and no more. */
static bool explains_GLUED(struct comparison *c)
{
	const struct str enriched = c->record.enriched;
	struct str tail = STR_NONE;

	if (enriched.len == 0 ||
	    memchr(c->record.text.s, '\x1d', c->record.text.len) != NULL)
		return false;
	if (same_name(c) && c->i + 1 == c->ours.n &&
	    str_has_prefix(theirs(c).value, ours(c).value))
		tail = str_skip(theirs(c).value, ours(c).value.len);
	if (tail.len != 0) {
		if (!str_has_prefix(enriched, tail))
			return false;
		return skip_both(c);
	}
	if (has_ours(c) || !is_enriched_name(theirs(c).name))
		return false;
	c->j++;
	return true;
}

static bool explains_AFTER_MESSAGE(struct comparison *c)
{
	const struct record *r = &c->record;

	if (has_ours(c) || r->ninner == 0 || !has_theirs(c))
		return false;
	c->j++;
	return true;
}

static bool explains_NESTED_MESSAGE(struct comparison *c)
{
	if (!has_ours(c) || !str_eq(ours(c).name, STR("msg")) ||
	    !str_has_prefix(ours(c).value, STR("a")))
		return false;
	c->i++;
	return true;
}

static const struct {
	const char *reason;
	bool (*explains)(struct comparison *c);
} rows[] = {
#define DEVIATION(id, reason) { (reason), explains_##id },
#include "deviations.def"
#undef DEVIATION
};

enum deviation deviation_find(struct comparison *c)
{
	const size_t i = c->i, j = c->j;

	for (int d = 0; d < DEVIATION__MAX; d++) {
		if (rows[d].explains(c))
			return (enum deviation)d;
		c->i = i;
		c->j = j;
	}
	return DEVIATION__MAX;
}

const char *deviation_reason(enum deviation d)
{
	return rows[d].reason;
}
