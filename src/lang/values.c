/* SPDX-License-Identifier: GPL-2.0-or-later */
/* values.c - literals of conditions as values. */
#include "values.h"

#include <arpa/inet.h>
#include <netdb.h>

#include "saker/event/event_types.h"
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

static bool parse_address(struct str s, struct ip_address *ret)
{
	char text[INET6_ADDRSTRLEN];

	if (s.len >= sizeof(text) || s.len == 0)
		return false;
	memcpy(text, s.s, s.len);
	text[s.len] = '\0';
	ret->len = 4;
	if (inet_pton(AF_INET, text, ret->bytes) == 1)
		return true;
	ret->len = 16;
	return inet_pton(AF_INET6, text, ret->bytes) == 1;
}

static bool parse_ip(struct str s, struct value *ret)
{
	ret->type = VALUE_IPADDR;
	return parse_address(s, &ret->ip);
}

/* 10.0.0.0/8 */
static bool parse_net(struct str s, struct value *ret)
{
	ptrdiff_t slash = str_find_byte(s, '/');
	uint64_t bits;

	ret->type = VALUE_IPNET;
	if (slash < 0 ||
	    !parse_address(str_take(s, (size_t)slash), &ret->net.ip) ||
	    !str_to_u64(str_skip(s, (size_t)slash + 1), 10, &bits) ||
	    bits > ret->net.ip.len * 8u)
		return false;
	ret->net.bits = (unsigned char)bits;
	return true;
}

/* A number, or a service of any protocol (services(5)). */
static bool parse_port(struct str s, struct value *ret)
{
	struct servent service, *found = NULL;
	char name[64], space[2048];

	ret->type = VALUE_PORT;
	if (str_to_u64(s, 10, &ret->u))
		return ret->u <= UINT16_MAX;
	if (s.len == 0 || s.len >= sizeof(name))
		return false;
	memcpy(name, s.s, s.len);
	name[s.len] = '\0';
	if (getservbyname_r(name, NULL, &service, space, sizeof(space),
	                    &found) != 0 ||
	    found == NULL)
		return false;
	ret->u = ntohs((uint16_t)found->s_port);
	return true;
}

bool value_parse(enum value_type type, struct str s, struct value *ret)
{
	switch (type) {
	case VALUE_BOOL:
		return parse_bool(s, ret);
	case VALUE_IPADDR:
		return parse_ip(s, ret);
	case VALUE_IPNET:
		return parse_net(s, ret);
	case VALUE_PORT:
		return parse_port(s, ret);
	case VALUE_BYTES:
	case VALUE_STRING:
	case VALUE_LIST:
		*ret = (struct value){ .type = type == VALUE_BYTES
			                               ? VALUE_BYTES
			                               : VALUE_STRING,
			               .str = s };
		return true;
	default:
		return parse_number(s, ret);
	}
}

static int unrecognized(struct checker *c, const struct literal *v,
                        enum value_type type)
{
	static const char *const names[] = {
		[VALUE_BOOL] = "boolean",
		[VALUE_IPADDR] = "IP address",
		[VALUE_IPNET] = "IP network",
		[VALUE_PORT] = "port",
	};
	bool named =
		type < sizeof(names) / sizeof(names[0]) && names[type] != NULL;

	return rules_error(c->rules, CODE_CONDITION, v->at, v->length,
	                   "filter error: unrecognized %s value %.*s",
	                   named ? names[type] : "number", STR_FMT(v->s));
}

static int parse_hex(struct checker *c, const struct literal *v,
                     struct value *ret)
{
	char *bytes = arena_alloc(c->rules->arena, v->s.len / 2 + 1);
	bool ok = v->s.len > 0 && v->s.len % 2 == 0;

	if (bytes == NULL)
		return E_NOMEM;
	for (size_t i = 0; ok && i < v->s.len; i += 2) {
		int high = hex_digit(v->s.s[i]), low = hex_digit(v->s.s[i + 1]);

		ok = high >= 0 && low >= 0;
		bytes[i / 2] = (char)(high << 4 | low);
	}
	if (!ok)
		return rules_error(c->rules, CODE_CONDITION, v->at, v->length,
		                   "filter error: bcontains and bstartswith "
		                   "operator support hex strings only");
	*ret = (struct value){ .type = VALUE_BYTES,
		               .str = { bytes, v->s.len / 2 } };
	return 0;
}

static bool compares_whole(enum op op)
{
	return op == OP_EQ || op == OP_EQEQ || op == OP_NE || op == OP_IN ||
	       op == OP_INTERSECTS;
}

/* An event that does not exist makes the rule silent for ever. */
static int check_event_type(struct checker *c, const struct comparison *cmp,
                            const struct checked_term *left,
                            const struct literal *v)
{
	struct str near;
	int r;

	if (left->field == NULL || left->field->id != FIELD_EVT_TYPE ||
	    !compares_whole(cmp->op) || event_type_is_known(v->s))
		return 0;
	c->unknown = true;
	r = rules_unknown(c->rules, CODE_CONDITION, c->quiet_unknown,
	                  &(struct name_use){ v->s, v->at, v->length },
	                  "unknown event type");
	near = event_type_suggest(v->s);
	if (near.len > 0)
		rules_hint(c->rules, "did you mean '%.*s'?", STR_FMT(near));
	return r;
}

int literal_parse(struct checker *c, const struct comparison *cmp,
                  const struct checked_term *left, size_t i, struct value *ret)
{
	const struct literal *v = &cmp->values[i];

	if (left->type == VALUE_BYTES &&
	    (cmp->op == OP_BCONTAINS || cmp->op == OP_BSTARTSWITH))
		return parse_hex(c, v, ret);
	if (left->type != VALUE_BYTES && str_find_byte(v->s, '\0') >= 0)
		return rules_error(c->rules, CODE_CONDITION, v->at, v->length,
		                   "filter error: only a byte buffer can hold "
		                   "a NUL byte (\\x00)");
	if (!value_parse(left->type, v->s, ret))
		return unrecognized(c, v, left->type);
	if (ret->type != VALUE_STRING)
		return 0;
	value_warn(c->rules, cmp->op, v);
	return check_event_type(c, cmp, left, v);
}
