/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read.c - plain values of test files. */
#include <limits.h>

#include "load.h"
#include "saker/audit/decode.h"
#include "saker/audit/event.h"
#include "saker/base/limits.h"
#include "saker/container/tracker.h"
#include "saker/lang/rules.h"

int read_text(struct loader *l, const struct yaml *y, void *member_at)
{
	struct suite_text *text = member_at;

	if (y->kind != YAML_SCALAR)
		return load_error(l, y->at, 1, "a text is wanted");
	/* with a NUL behind it */
	text->s = arena_copy(&l->suite->arena, y->text.s);
	text->at = y->at;
	return text->s.s != NULL ? 0 : E_NOMEM;
}

int read_texts(struct loader *l, const struct yaml *y, void *member_at)
{
	struct suite_texts *texts = member_at;

	texts->is_given = true;
	return load_sequence(l, y, sizeof(*texts->items), read_text,
	                     &texts->items, &texts->count);
}

int read_records(struct loader *l, const struct yaml *y, void *member_at)
{
	struct text *records = member_at;
	struct str copy;

	if (y->kind != YAML_SCALAR)
		return load_error(l, y->at, 1, "the records are wanted");
	*records = y->text;
	if (!l->is_enriched)
		return 0;
	copy = arena_copy(&l->suite->arena, y->text.s);
	if (copy.s == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < copy.len; i++)
		if (copy.s[i] == '\t')
			((char *)(uintptr_t)copy.s)[i] = ENRICHMENT_SEPARATOR;
	records->s = copy;
	return 0;
}

int read_bool(struct loader *l, const struct yaml *y, void *member_at)
{
	if (!yaml_to_bool(y, member_at))
		return load_error(l, y->at, y->text.s.len,
		                  "true or false is wanted");
	return 0;
}

static int read_up_to(struct loader *l, const struct yaml *y, uint64_t most,
                      struct suite_number *ret)
{
	uint64_t n;

	if (y->kind != YAML_SCALAR || !str_to_u64(y->text.s, 10, &n) ||
	    n > most)
		return load_error(l, y->at, y->text.s.len,
		                  "a number up to %llu is wanted",
		                  (unsigned long long)most);
	*ret = (struct suite_number){ SUITE_NUMBER_GIVEN, n };
	return 0;
}

int read_number(struct loader *l, const struct yaml *y, void *member_at)
{
	return read_up_to(l, y, INT64_MAX, member_at);
}

int read_pid(struct loader *l, const struct yaml *y, void *member_at)
{
	return read_up_to(l, y, INT32_MAX, member_at);
}

int read_id(struct loader *l, const struct yaml *y, void *member_at)
{
	if (y->kind == YAML_SCALAR &&
	    (str_eq(y->text.s, STR("unset")) || str_eq(y->text.s, STR("-1")))) {
		*(struct suite_number *)member_at =
			(struct suite_number){ SUITE_NUMBER_GIVEN,
			                       AUDIT_ID_UNSET };
		return 0;
	}
	return read_up_to(l, y, UINT32_MAX, member_at);
}

int read_count(struct loader *l, const struct yaml *y, void *member_at)
{
	struct suite_number n = { 0 };

	if (read_up_to(l, y, LIMIT_TEST_ALERTS, &n) < 0)
		return E_INVALID;
	if (n.n == 0)
		return load_error(l, y->at, 1,
		                  "what must not come stands under 'silent'");
	*(uint64_t *)member_at = n.n;
	return 0;
}

int read_hex(struct loader *l, const struct yaml *y, void *member_at)
{
	struct suite_number *n = member_at;

	if (y->kind != YAML_SCALAR || !str_to_u64(y->text.s, 16, &n->n))
		return load_error(l, y->at, y->text.s.len,
		                  "a hexadecimal number as in /proc/PID/status "
		                  "is wanted");
	n->kind = SUITE_NUMBER_GIVEN;
	return 0;
}

int read_dev(struct loader *l, const struct yaml *y, void *member_at)
{
	if (y->kind != YAML_SCALAR || !decode_dev(y->text.s, member_at))
		return load_error(l, y->at, y->text.s.len,
		                  "a device as in PATH records, \"fe:00\", is "
		                  "wanted");
	return 0;
}

/* One of a few words. */
static int read_word(struct loader *l, const struct yaml *y,
                     const struct str *words, size_t count, unsigned *ret)
{
	auto_buf struct buf list = BUF_INIT;

	for (size_t i = 0; i < count; i++) {
		if (y->kind == YAML_SCALAR && str_eq(words[i], y->text.s)) {
			*ret = (unsigned)i;
			return 0;
		}
		buf_printf(&list, "%s%.*s",
		           i == 0           ? ""
		           : i + 1 == count ? " or "
		                            : ", ",
		           STR_FMT(words[i]));
	}
	return load_error(l, y->at, y->text.s.len, "%s is wanted",
	                  buf_cstr(&list));
}

int read_source(struct loader *l, const struct yaml *y, void *member_at)
{
	static const struct str words[] = {
		[SOURCE_SYSCALL] = STR_INIT("syscall"),
		[SOURCE_AUDIT] = STR_INIT("audit"),
	};

	return read_word(l, y, words, 2, member_at);
}

int read_others(struct loader *l, const struct yaml *y, void *member_at)
{
	static const struct str words[] = {
		[SUITE_OTHERS_FAIL] = STR_INIT("fail"),
		[SUITE_OTHERS_ALLOW] = STR_INIT("allow"),
	};

	return read_word(l, y, words, 2, member_at);
}

int read_matching(struct loader *l, const struct yaml *y, void *member_at)
{
	static const struct str words[] = { STR_INIT("first"),
		                            STR_INIT("all") };
	unsigned word;
	int r = read_word(l, y, words, 2, &word);

	if (r == 0)
		*(enum suite_matching *)member_at =
			word == 0 ? SUITE_MATCHING_FIRST : SUITE_MATCHING_ALL;
	return r;
}

int read_state(struct loader *l, const struct yaml *y, void *member_at)
{
	static const struct str words[] = { STR_INIT("host"), STR_INIT("setup"),
		                            STR_INIT("container") };
	unsigned word;
	int r = read_word(l, y, words, 3, &word);

	return r == 0 ? read_text(l, y, member_at) : r;
}

int read_response(struct loader *l, const struct yaml *y, void *member_at)
{
	static const struct str words[] = { STR_INIT("none"),
		                            STR_INIT("kill") };
	unsigned word;
	int r = read_word(l, y, words, 2, &word);

	return r == 0 ? read_text(l, y, member_at) : r;
}

int read_priority(struct loader *l, const struct yaml *y, void *member_at)
{
	struct suite_alert *alert =
		container_of(member_at, struct suite_alert, priority);

	if (y->kind != YAML_SCALAR ||
	    !priority_parse(y->text.s, &alert->priority))
		return load_error(l, y->at, y->text.s.len,
		                  "there is no priority '%.*s'",
		                  STR_FMT(y->text.s));
	alert->has_priority = true;
	return 0;
}
