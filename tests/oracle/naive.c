/* SPDX-License-Identifier: GPL-2.0-or-later */
/* naive.c - the tree walker. It shares no code with the program's checks:
 * libc's fnmatch, strstr and regcomp, numbers as 128 bits. */
#include "naive.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

__extension__ typedef __int128 wide;

static char *text_of(struct str s)
{
	char *c = strndup(s.s != NULL ? s.s : "", s.len);

	if (c == NULL)
		abort();
	return c;
}

static wide number_of(struct str s)
{
	char *c = text_of(s);
	bool negative = c[0] == '-';
	wide n = strtoull(c + (negative || c[0] == '+'), NULL, 0);

	free(c);
	return negative ? -n : n;
}

static bool compare(enum op op, int order)
{
	switch (op) {
	case OP_EQ:
	case OP_EQEQ:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	case OP_GE:
		return order >= 0;
	default:
		abort();
	}
}

static bool below(const char *path, const char *prefix)
{
	char a[256], b[256], part[256];
	size_t n;

	/* both as /a/b/c/ with single slashes */
	while (*prefix == '/')
		prefix++;
	while (*path == '/')
		path++;
	if (*prefix == '\0')
		return true;
	n = strcspn(prefix, "/");
	snprintf(part, sizeof(part), "%.*s", (int)n, prefix);
	snprintf(b, sizeof(b), "%s", prefix + n);
	n = strcspn(path, "/");
	if (n == 0)
		return false;
	snprintf(a, sizeof(a), "%.*s", (int)n, path);
	return fnmatch(part, a, 0) == 0 && below(path + n, b);
}

static bool full_regex(const char *pattern, const char *s)
{
	char whole[512];
	regex_t re;
	bool found;

	snprintf(whole, sizeof(whole), "^(%s)$", pattern);
	if (regcomp(&re, whole, REG_EXTENDED | REG_NOSUB) != 0)
		abort();
	found = regexec(&re, s, 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return m <= n && strcmp(s + n - m, end) == 0;
}

static bool compare_texts(enum op op, const char *s, const char *want)
{
	switch (op) {
	case OP_CONTAINS:
		return strstr(s, want) != NULL;
	case OP_ICONTAINS:
		return strcasestr(s, want) != NULL;
	case OP_STARTSWITH:
		return strncmp(s, want, strlen(want)) == 0;
	case OP_ENDSWITH:
		return ends_with(s, want);
	case OP_GLOB:
		return fnmatch(want, s, 0) == 0;
	case OP_IGLOB:
		return fnmatch(want, s, FNM_CASEFOLD) == 0;
	case OP_REGEX:
		return full_regex(want, s);
	case OP_PMATCH:
		return below(s, want);
	case OP_IN:
	case OP_INTERSECTS:
		return strcmp(s, want) == 0;
	default:
		return compare(op, strcmp(s, want));
	}
}

static bool compare_text(enum op op, struct str value, struct str literal)
{
	char *s = text_of(value), *want = text_of(literal);
	bool r = compare_texts(op, s, want);

	free(s);
	free(want);
	return r;
}

static bool compare_number(enum op op, wide value, struct str literal)
{
	wide want = number_of(literal);

	if (op == OP_IN || op == OP_INTERSECTS)
		op = OP_EQ;
	return compare(op, value < want ? -1 : value > want);
}

static bool compare_ip(enum op op, const struct value *v, struct str literal)
{
	char have[INET6_ADDRSTRLEN], *want = text_of(literal);
	unsigned char bytes[16];
	bool same;

	inet_ntop(v->ip.len == 4 ? AF_INET : AF_INET6, v->ip.bytes, have,
	          sizeof(have));
	/* "::01" and "::1" are one address */
	if (inet_pton(AF_INET6, want, bytes) == 1) {
		free(want);
		want = malloc(INET6_ADDRSTRLEN);
		if (want == NULL)
			abort();
		inet_ntop(AF_INET6, bytes, want, INET6_ADDRSTRLEN);
	}
	same = strcmp(have, want) == 0;
	free(want);
	return op == OP_NE ? !same : same;
}

static bool bit(const unsigned char *bytes, unsigned n)
{
	return (bytes[n / 8] >> (7 - n % 8) & 1) != 0;
}

static bool compare_net(enum op op, const struct value *v, struct str literal)
{
	char *want = text_of(literal), *slash = strchr(want, '/');
	unsigned bits = (unsigned)atoi(slash + 1);
	unsigned char bytes[16];
	bool same;

	*slash = '\0';
	same = inet_pton(v->ip.len == 4 ? AF_INET : AF_INET6, want, bytes) == 1;
	for (unsigned n = 0; same && n < bits; n++)
		same = bit(bytes, n) == bit(v->ip.bytes, n);
	free(want);
	return op == OP_NE ? !same : same;
}

static bool compare_buffer(enum op op, struct str v, struct str literal)
{
	unsigned char want[64];
	size_t n = literal.len;
	bool hex = op == OP_BCONTAINS || op == OP_BSTARTSWITH;

	memcpy(want, literal.len > 0 ? literal.s : "", n);
	for (size_t i = 0; hex && i < n / 2; i++) {
		char two[3] = { literal.s[2 * i], literal.s[2 * i + 1], '\0' };

		want[i] = (unsigned char)strtoul(two, NULL, 16);
	}
	n = hex ? n / 2 : n;
	for (size_t i = 0; i + n <= v.len; i++) {
		bool here = n == 0 || memcmp(v.s + i, want, n) == 0;

		if (!here)
			continue;
		if (op == OP_CONTAINS || op == OP_BCONTAINS)
			return true;
		if ((op == OP_STARTSWITH || op == OP_BSTARTSWITH) && i == 0)
			return true;
		if (op == OP_ENDSWITH && i + n == v.len)
			return true;
		if (i == 0 && n == v.len)
			return op != OP_NE;
	}
	return op == OP_NE;
}

static bool check_one(enum op op, const struct value *v, struct str literal);

/* Both sides for !=, one of them for the others. */
static bool check_sides(enum op op, const struct value *v, struct str literal)
{
	size_t pass = 0;

	for (size_t i = 0; i < v->many.count; i++)
		pass += check_one(op, &v->many.items[i], literal);
	return op == OP_NE ? pass == v->many.count : pass > 0;
}

static bool check_one(enum op op, const struct value *v, struct str literal)
{
	switch (v->type) {
	case VALUE_STRING:
		return compare_text(op, v->str, literal);
	case VALUE_INT:
		return compare_number(op, v->i, literal);
	case VALUE_UINT:
	case VALUE_TIME:
		return compare_number(op, v->u, literal);
	case VALUE_BOOL:
		return (v->b == str_eq(literal, STR("true"))) == (op != OP_NE);
	case VALUE_IPADDR:
		return str_find_byte(literal, '/') >= 0
		               ? compare_net(op, v, literal)
		               : compare_ip(op, v, literal);
	case VALUE_PORT:
		return compare_number(op, v->u, literal);
	case VALUE_BYTES:
		return compare_buffer(op, v->str, literal);
	case VALUE_MANY:
		return check_sides(op, v, literal);
	default:
		break;
	}
	for (size_t i = 0; i < v->list.count; i++)
		if (compare_text(op, v->list.items[i], literal))
			return true;
	return false;
}

static struct str literal_of(const struct value *v, struct arena *arena)
{
	char number[32];

	if (v->type == VALUE_STRING)
		return v->str;
	if (v->type == VALUE_BOOL)
		return v->b ? STR("true") : STR("false");
	if (v->type == VALUE_INT)
		snprintf(number, sizeof(number), "%lld", (long long)v->i);
	else
		snprintf(number, sizeof(number), "%llu",
		         (unsigned long long)v->u);
	return arena_copy(arena, str_from(number));
}

/* All of a true list for "in", any of it for "intersects". */
static bool check_list(const struct comparison *c, const struct value *v,
                       const struct str *wanted, size_t nwanted)
{
	size_t found = 0;

	for (size_t i = 0; i < v->list.count; i++)
		for (size_t n = 0; n < nwanted; n++)
			if (str_eq(v->list.items[i], wanted[n])) {
				found++;
				break;
			}
	return c->op == OP_IN ? found == v->list.count : found > 0;
}

static bool is_true_list(const struct term *t)
{
	return t->kind == TERM_TRANSFORMER;
}

static bool check_right(const struct comparison *c, const struct value *v,
                        const struct field_source *fields, struct arena *arena)
{
	struct str one;
	struct value right;

	if (!naive_term(c->right, fields, arena, &right))
		return false;
	if (right.type == VALUE_LIST)
		return check_list(c, v, right.list.items, right.list.count);
	one = literal_of(&right, arena);
	if (v->type == VALUE_LIST)
		return check_list(c, v, &one, 1);
	return check_one(c->op, v, one);
}

static bool check_in(const struct comparison *c,
                     const struct field_source *fields, struct arena *arena)
{
	struct str wanted[16];
	struct value v;
	size_t matches = 0;

	if (!naive_term(c->left, fields, arena, &v))
		return false;
	if (c->op == OP_EXISTS)
		return true;
	if (c->right_kind == RIGHT_TERM)
		return check_right(c, &v, fields, arena);
	for (size_t i = 0; i < c->nvalues; i++)
		wanted[i] = c->values[i].s;
	if (v.type == VALUE_LIST && is_true_list(c->left))
		return check_list(c, &v, wanted, c->nvalues);
	for (size_t i = 0; i < c->nvalues; i++)
		matches += check_one(c->op, &v, wanted[i]);
	if (c->modifier == MODIFIER_ONEOF)
		return matches == 1;
	if (c->modifier == MODIFIER_ALLOF)
		return matches > 0 && matches == c->nvalues;
	return matches > 0;
}

static bool check(const struct comparison *c, const struct field_source *fields)
{
	struct arena arena = ARENA_INIT;
	bool r = check_in(c, fields, &arena);

	arena_done(&arena);
	return r;
}

bool naive_evaluate(const struct expr *e, const struct field_source *fields)
{
	switch (e->kind) {
	case EXPR_CHECK:
		return check(e->check, fields);
	case EXPR_NOT:
		return !naive_evaluate(e->children[0], fields);
	case EXPR_AND:
		for (size_t i = 0; i < e->count; i++)
			if (!naive_evaluate(e->children[i], fields))
				return false;
		return true;
	case EXPR_OR:
		for (size_t i = 0; i < e->count; i++)
			if (naive_evaluate(e->children[i], fields))
				return true;
		return false;
	case EXPR_MACRO:
		break;
	}
	abort();
}
