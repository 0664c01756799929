/* SPDX-License-Identifier: GPL-2.0-or-later */
/* values.c - literals of conditions as values. */
#include "values.h"

#include <arpa/inet.h>

#include "store.h"

static bool parse_number(struct str s, struct value *ret)
{
	bool hex = str_has_prefix(s, STR("0x")) || str_has_prefix(s, STR("0X"));

	if (s.len > 1 && s.s[0] == '+')
		s = str_skip(s, 1);
	if (str_to_i64(s, &ret->i)) {
		ret->type = VALUE_INT;
		return true;
	}
	ret->type = VALUE_UINT;
	return str_to_u64(hex ? str_skip(s, 2) : s, hex ? 16 : 10, &ret->u);
}

static bool parse_bool(struct str s, struct value *ret)
{
	ret->type = VALUE_BOOL;
	ret->b = str_eq(s, STR("true"));
	return ret->b || str_eq(s, STR("false"));
}

static bool parse_ip(struct str s, struct value *ret)
{
	char text[INET6_ADDRSTRLEN];

	if (s.len >= sizeof(text) || s.len == 0)
		return false;
	memcpy(text, s.s, s.len);
	text[s.len] = '\0';
	ret->type = VALUE_IPADDR;
	ret->ip.len = 4;
	if (inet_pton(AF_INET, text, ret->ip.bytes) == 1)
		return true;
	ret->ip.len = 16;
	return inet_pton(AF_INET6, text, ret->ip.bytes) == 1;
}

/* Rules that mean a field and get its name as text are a common mistake. */
static void warn_misuse(struct rules *r, const struct literal *v)
{
	struct str s = str_trim(v->s), rest;
	const char *name;

	if (str_find_byte(s, '.') < 0)
		return;
	if (field_find(s, &rest) != NULL)
		rules_warn(r, "LOAD_COMPILE_CONDITION", v->at, v->length,
		           "'%.*s' may be a valid field misused as a const "
		           "string value",
		           STR_FMT(v->s));
	for (size_t i = 0; (name = transformer_name(i)) != NULL; i++) {
		size_t n = strlen(name);

		if (str_has_prefix(s, str_from(name)) && s.len > n &&
		    s.s[n] == '(')
			rules_warn(r, "LOAD_COMPILE_CONDITION", v->at,
			           v->length,
			           "'%.*s' may be a valid field transformer "
			           "misused as a const string value",
			           STR_FMT(v->s));
	}
}

int literal_parse(struct rules *r, const struct field_info *f,
                  const struct literal *v, struct value *ret)
{
	const char *what = "string";
	bool ok = true;

	switch (op_class_of(f->type)) {
	case CLASS_NUMBER:
		ok = parse_number(v->s, ret);
		what = "number";
		break;
	case CLASS_BOOL:
		ok = parse_bool(v->s, ret);
		what = "boolean";
		break;
	case CLASS_IP:
		ok = parse_ip(v->s, ret);
		what = "IP address";
		break;
	default:
		warn_misuse(r, v);
		*ret = (struct value){ .type = VALUE_STRING, .str = v->s };
		break;
	}
	if (ok)
		return 0;
	return rules_error(r, CODE_CONDITION, v->at, v->length,
	                   "filter error: unrecognized %s value %.*s", what,
	                   STR_FMT(v->s));
}
