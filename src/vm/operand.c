/* SPDX-License-Identifier: GPL-2.0-or-later */
/* operand.c - constants prepared for matching: hash tables, sorted numbers,
 * compiled patterns. */
#include "saker/vm/operand.h"

#include <stdlib.h>

#include "saker/base/limits.h"

int scratch_init(struct scratch *s)
{
	*s = (struct scratch){ 0 };
	s->match_data = pcre2_match_data_create(1, NULL);
	s->match_context = pcre2_match_context_create(NULL);
	if (s->match_data == NULL || s->match_context == NULL) {
		scratch_done(s);
		return E_NOMEM;
	}
	pcre2_set_match_limit(s->match_context, LIMIT_REGEX_MATCHES);
	pcre2_set_depth_limit(s->match_context, LIMIT_REGEX_DEPTH);
	pcre2_set_heap_limit(s->match_context, LIMIT_REGEX_HEAP_KIB);
	return 0;
}

void scratch_done(struct scratch *s)
{
	pcre2_match_data_free(s->match_data);
	pcre2_match_context_free(s->match_context);
	buf_done(&s->text);
	*s = (struct scratch){ 0 };
}

void scratch_forget(struct scratch *s)
{
	s->checked = STR_NONE;
	s->hashed = STR_NONE;
}

static int copy_values(struct operand *o, struct arena *arena,
                       const struct value *values, size_t count)
{
	struct value *copy = arena_array(arena, struct value, count + 1);

	if (copy == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		copy[i] = values[i];
		if (values[i].type != VALUE_STRING &&
		    values[i].type != VALUE_BYTES)
			continue;
		copy[i].str = arena_copy(arena, values[i].str);
		if (copy[i].str.s == NULL)
			return E_NOMEM;
	}
	o->values = copy;
	o->count = count;
	return 0;
}

static int build_table(struct operand *o, struct arena *arena)
{
	size_t size = 4;
	struct str *table;

	while (size < o->count * 2)
		size *= 2;
	table = arena_array(arena, struct str, size);
	if (table == NULL)
		return E_NOMEM;
	for (size_t n = 0; n < o->count; n++) {
		size_t i =
			str_hash(o->values[n].str, OPERAND_SEED) & (size - 1);

		while (table[i].s != NULL)
			i = (i + 1) & (size - 1);
		table[i] = o->values[n].str;
	}
	o->table = table;
	o->table_mask = size - 1;
	return 0;
}

static int order_numbers(const void *a, const void *b)
{
	return value_compare_numbers(a, b);
}

int operand_init(struct operand *o, struct arena *arena, enum op op,
                 enum op_class class, const struct value *values, size_t count)
{
	*o = (struct operand){ .class = class };
	if (copy_values(o, arena, values, count) < 0)
		return E_NOMEM;
	if (op == OP_PMATCH)
		return paths_build(o, arena);
	if (op_info(op)->shape != SHAPE_LIST)
		return 0;
	if (class == CLASS_NUMBER && count > 1)
		qsort((void *)(uintptr_t)o->values, count, sizeof(*o->values),
		      order_numbers);
	return class == CLASS_STRING ? build_table(o, arena) : 0;
}

int operand_compile_regex(struct operand *o, struct str pattern, char *ret_why,
                          size_t size, size_t *ret_offset)
{
	uint32_t flags = PCRE2_ANCHORED | PCRE2_ENDANCHORED |
	                 PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
	                 PCRE2_UTF;
	PCRE2_SIZE offset = 0;
	int error = 0;
	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR)(pattern.s != NULL ? pattern.s : ""),
	                      pattern.len, flags, &error, &offset, NULL);

	if (code == NULL) {
		pcre2_get_error_message(error, (PCRE2_UCHAR *)ret_why, size);
		*ret_offset = offset;
		return E_INVALID;
	}
	o->regex = code;
	return 0;
}

/* Fails where memory may not be both written and run (auditd's unit on Debian
 * 12); pcre2_match then interprets. */
bool operand_jit(const struct operand *o)
{
	return o->regex == NULL ||
	       pcre2_jit_compile(o->regex, PCRE2_JIT_COMPLETE) == 0;
}

void operand_done(struct operand *o)
{
	pcre2_code_free(o->regex);
	o->regex = NULL;
}
