/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scan.c - a record's body as fields, in one pass.
 *
 * What is no name=value:
 * - words without '=' ("user", "policy loaded", "for") name nothing and are
 *   skipped, as libauparse does;
 * - AVC's "denied { read write }" becomes seresult=denied and
 *   seperms="read write", libauparse's names for them;
 * - an AppArmor label may hold a blank, "subj=docker-default (enforce)": a
 *   word directly behind a label belongs to it;
 * - msg='...' of a user message is one outer field. Outer fields end there:
 *   the kernel writes nothing behind it, and what auditd appends (UID="...")
 *   mixes interpretations of the kernel's fields with those of forged inner
 *   ones. The inner text is scanned into the record's inner fields.
 */
#include <libaudit.h>

#include "saker/audit/record.h"
#include "saker/base/limits.h"

struct scan {
	const char *at;
	const char *end;
	struct arena *arena;
	struct record_field *fields;
	size_t n;
	size_t max;
	bool has_failed; /* out of memory */
	bool is_avc;
	bool may_be_glued;  /* an enrichment that lost its separator may come */
	const char *border; /* where that enrichment begins; NULL = none */
	struct str inner;   /* between the quotes of msg='...' */
};

static __attribute__((noinline)) bool grow(struct scan *s)
{
	size_t max = s->max * 2;
	struct record_field *fields;

	if (max > LIMIT_RECORD_FIELDS)
		max = LIMIT_RECORD_FIELDS;
	/* What does not fit is lost to rules as if memory had run out. */
	if (s->n >= max)
		s->arena->failed = true;
	if (s->n >= max || s->has_failed)
		return false;
	fields = arena_alloc(s->arena, max * sizeof(*fields));
	s->has_failed = fields == NULL;
	if (fields == NULL)
		return false;
	memcpy(fields, s->fields, s->n * sizeof(*fields));
	s->fields = fields;
	s->max = max;
	return true;
}

static inline void add(struct scan *s, struct str name, struct str value)
{
	if (s->n < s->max || grow(s))
		s->fields[s->n++] = (struct record_field){ name, value };
}

static const char *find_blank(const char *p, const char *end)
{
	while (p < end && *p != ' ')
		p++;
	return p;
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* Enriched names are the raw ones in upper case, and no raw name is. */
static bool is_enriched_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!is_capital(name.s[i]) && name.s[i] != '_')
			return false;
	return name.len >= 2;
}

/* The first enriched name of a record in auditd's order: "(null)ARCH=x86_64",
 * "0OUID=root". Its border is invisible behind upper-case hex, so that only
 * names that auditd puts first count. */
static const char *find_glue(struct str name)
{
	static const struct str first[] = {
		STR_INIT("ARCH"),  STR_INIT("OUID"), STR_INIT("SADDR"),
		STR_INIT("OAUID"), STR_INIT("AUID"), STR_INIT("UID")
	};

	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (str_has_suffix(name, first[i]))
			return name.s + name.len - first[i].len;
	return NULL;
}

static struct str quoted_value(struct scan *s)
{
	const char *from = s->at;
	const char *quote = memchr(from + 1, '"', (size_t)(s->end - from - 1));

	s->at = quote != NULL ? quote + 1 : find_blank(from, s->end);
	return str_span(from, s->at);
}

static struct str plain_value(struct scan *s)
{
	const char *from = s->at, *p = from, *equals = NULL, *glue = NULL;
	struct str value;

	for (; p < s->end && *p != ' '; p++)
		if (*p == '=' && equals == NULL)
			equals = p;
	if (equals != NULL && s->may_be_glued)
		glue = find_glue(str_span(from, equals));
	s->at = glue != NULL ? s->end : p;
	s->border = glue;
	value = str_span(from, glue != NULL ? glue : p);
	/* "auditd start, ver=1.8, format=raw" of old daemons */
	if (value.len != 0 && value.s[value.len - 1] == ',')
		value.len--;
	return value;
}

/* msg='...': the last quote closes it, since the text may hold quotes. */
static struct str message_value(struct scan *s)
{
	const char *from = s->at;
	const char *quote =
		memrchr(from + 1, '\'', (size_t)(s->end - from - 1));

	s->inner = str_span(from + 1, quote != NULL ? quote : s->end);
	s->at = s->end;
	return str_span(from, quote != NULL ? quote + 1 : s->end);
}

static bool is_label(struct str name)
{
	return str_has_prefix(name, STR("subj")) ||
	       str_has_prefix(name, STR("obj"));
}

static void avc_word(struct scan *s, struct str word)
{
	const char *brace;

	if (str_eq(word, STR("denied")) || str_eq(word, STR("granted"))) {
		add(s, STR("seresult"), word);
	} else if (str_eq(word, STR("{"))) {
		brace = s->at < s->end
		                ? memchr(s->at, '}', (size_t)(s->end - s->at))
		                : NULL;
		if (brace == NULL)
			return;
		add(s, STR("seperms"), str_trim(str_span(s->at, brace)));
		s->at = brace + 1;
	}
}

static void bare_word(struct scan *s, struct str word)
{
	struct record_field *last = s->n != 0 ? &s->fields[s->n - 1] : NULL;

	if (s->is_avc)
		avc_word(s, word);
	else if (last != NULL && is_label(last->name) && word.s[0] == '(' &&
	         last->value.s + last->value.len + 1 == word.s)
		last->value.len += 1 + word.len;
}

static void named_value(struct scan *s, struct str name)
{
	struct str value;

	if (name.len != 0 && name.s[0] == '(')
		name = str_skip(name, 1);
	if (s->may_be_glued && name.len != 0 && is_capital(name.s[0]) &&
	    is_enriched_name(name)) {
		s->border = name.s;
		s->at = s->end;
		return;
	}
	if (s->at < s->end && *s->at == '"')
		value = quoted_value(s);
	else if (s->at < s->end && *s->at == '\'' && str_eq(name, STR("msg")))
		value = message_value(s);
	else
		value = plain_value(s);
	add(s, name, value);
}

static void scan_text(struct scan *s)
{
	while (s->at < s->end) {
		const char *from = s->at;

		while (s->at < s->end && *s->at != '=' && *s->at != ' ')
			s->at++;
		if (s->at < s->end && *s->at == '=') {
			struct str name = str_span(from, s->at++);

			named_value(s, name);
		} else if (s->at != from) {
			bare_word(s, str_span(from, s->at));
		} else {
			s->at++;
		}
	}
}

/* A SYSCALL's 27 fields take 290 bytes, a PATH's 15 take 160. */
static size_t likely_fields(struct str text)
{
	return 4 + text.len / 10 < 64 ? 4 + text.len / 10 : 64;
}

/* Behind a border that a relay blurred lies the enrichment. */
static void split_enrichment(struct record *r, const char *border)
{
	const char *end = r->body.s + r->body.len;

	if (border == NULL)
		return;
	r->enriched = str_span(border, end);
	r->body = str_span(r->body.s, border);
}

int record_scan(struct record *r, struct arena *a)
{
	struct scan s = {
		.at = r->body.s,
		.end = r->body.s + r->body.len,
		.arena = a,
		.max = likely_fields(r->body),
		.is_avc = r->type == AUDIT_AVC || r->type == AUDIT_USER_AVC,
		.may_be_glued = r->enriched.len == 0,
	};

	if (r->fields != NULL)
		return 0;
	s.fields = arena_alloc(a, s.max * sizeof(*s.fields));
	if (s.fields == NULL)
		return E_NOMEM;
	scan_text(&s);
	r->nfields = s.n;
	if (s.inner.len != 0) {
		s.at = s.inner.s;
		s.end = s.inner.s + s.inner.len;
		s.may_be_glued = false;
		scan_text(&s);
	}
	if (s.has_failed)
		return E_NOMEM;
	split_enrichment(r, s.border);
	r->ninner = s.n - r->nfields;
	r->fields = s.fields;
	return 0;
}
