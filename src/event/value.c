/* SPDX-License-Identifier: GPL-2.0-or-later */
/* value.c - values as text, and names of their types. */
#include "saker/event/value.h"

#include <arpa/inet.h>
#include <stdio.h>

const char *value_type_name(enum value_type t)
{
	static const char *const names[] = {
		[VALUE_STRING] = "CHARBUF", [VALUE_INT] = "INT64",
		[VALUE_UINT] = "UINT64",    [VALUE_BOOL] = "BOOL",
		[VALUE_TIME] = "ABSTIME",   [VALUE_IPADDR] = "IPADDR",
		[VALUE_LIST] = "LIST",      [VALUE_BYTES] = "BYTEBUF",
		[VALUE_PORT] = "PORT",      [VALUE_DURATION] = "RELTIME",
		[VALUE_DOUBLE] = "DOUBLE",  [VALUE_IPNET] = "IPNET",
		[VALUE_MANY] = "MANY",      [VALUE_INT16] = "INT16",
		[VALUE_INT32] = "INT32",    [VALUE_UINT32] = "UINT32",
		[VALUE_DYNAMIC] = "DYN",
	};

	return names[t];
}

enum value_type value_type_of_values(enum value_type t)
{
	switch (t) {
	case VALUE_INT16:
	case VALUE_INT32:
	case VALUE_DOUBLE:
		return VALUE_INT;
	case VALUE_UINT32:
		return VALUE_UINT;
	case VALUE_IPNET:
		return VALUE_IPADDR;
	default:
		return t;
	}
}

static bool print_number(const struct value *v, char *text, size_t size)
{
	switch (v->type) {
	case VALUE_INT:
	case VALUE_INT16:
	case VALUE_INT32:
	case VALUE_DOUBLE:
		snprintf(text, size, "%lld", (long long)v->i);
		return true;
	case VALUE_UINT:
	case VALUE_UINT32:
	case VALUE_TIME:
	case VALUE_DURATION:
	case VALUE_PORT:
		snprintf(text, size, "%llu", (unsigned long long)v->u);
		return true;
	case VALUE_BOOL:
		snprintf(text, size, "%s", v->b ? "true" : "false");
		return true;
	case VALUE_IPADDR:
		return inet_ntop(v->ip.len == 4 ? AF_INET : AF_INET6,
		                 v->ip.bytes, text, (socklen_t)size) != NULL;
	default:
		return false;
	}
}

bool value_text(const struct value *v, struct arena *arena, struct str *ret)
{
	char text[INET6_ADDRSTRLEN];

	if (v->type == VALUE_STRING || v->type == VALUE_BYTES) {
		*ret = v->str;
		return true;
	}
	if (!print_number(v, text, sizeof(text)))
		return false;
	*ret = arena_copy(arena, str_from(text));
	return ret->s != NULL;
}

static uint64_t hash_list(const struct value *v, uint64_t seed)
{
	for (size_t i = 0; i < v->list.count; i++)
		seed = str_hash(v->list.items[i], seed);
	return seed;
}

uint64_t value_hash(const struct value *v, uint64_t seed)
{
	struct str bytes = { (const char *)&v->u, sizeof(v->u) };
	struct str ip = { (const char *)v->ip.bytes, v->ip.len };

	switch (v->type) {
	case VALUE_STRING:
	case VALUE_BYTES:
		return str_hash(v->str, seed);
	case VALUE_BOOL:
		return str_hash(v->b ? STR("1") : STR("0"), seed);
	case VALUE_IPADDR:
	case VALUE_IPNET:
		return str_hash(ip, seed);
	case VALUE_LIST:
		return hash_list(v, seed);
	case VALUE_MANY:
		for (size_t i = 0; i < v->many.count; i++)
			seed = value_hash(&v->many.items[i], seed);
		return seed;
	default:
		return str_hash(bytes, seed);
	}
}
