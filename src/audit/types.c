/* SPDX-License-Identifier: GPL-2.0-or-later */
/* types.c - record types: our table, then libaudit's. */

#include "saker/audit/numbers.h"
#include "saker/audit/record.h"
#include "traits.h"

struct record_type {
	uint16_t number;
	struct str name;
};

static const struct record_type types[] = {
#define RECORD_TYPE(number, name, role) { (number), STR_INIT(name) },
#include "record_types.def"
#undef RECORD_TYPE
};

#define NTYPES (sizeof(types) / sizeof(types[0]))

static const struct record_type *find(uint16_t number)
{
	size_t low = 0, high = NTYPES;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (types[mid].number == number)
			return &types[mid];
		if (types[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

#define TRAITS(number, role)                                 \
	((number) == AUDIT_SYSCALL     ? IS_SYSCALL          \
	 : (number) == AUDIT_URINGOP   ? IS_URINGOP          \
	 : (number) == AUDIT_EOE       ? IS_ALONE            \
	 : (number) == AUDIT_PROCTITLE ? role | IS_PROCTITLE \
	 : (number) == AUDIT_EXECVE    ? role | IS_EXECVE    \
	                               : role)

const uint8_t record_type_traits[LAST_TYPE - FIRST_TYPE + 1] = {
#define RECORD_TYPE(number, name, role) \
	[(number)-FIRST_TYPE] = TRAITS(number, TRAITS_##role),
#include "record_types.def"
#undef RECORD_TYPE
};

enum record_role record_role(uint16_t type)
{
	unsigned is = record_traits(type);

	if ((is & IS_ALONE) != 0)
		return RECORD_ALONE;
	if ((is & IS_PART) != 0)
		return RECORD_PART;
	return (is & IS_DETAIL) != 0 ? RECORD_DETAIL : RECORD_EITHER;
}

bool record_is_report(uint16_t type)
{
	return (record_traits(type) & IS_REPORT) != 0;
}

/* kernel/audit.c, audit_netlink_ok(): what programs may send. */
enum record_origin record_origin(uint16_t type)
{
	if (type >= AUDIT_FIRST_DAEMON && type <= AUDIT_LAST_DAEMON)
		return RECORD_BY_DAEMON;
	if (type == 0 || type == AUDIT_USER ||
	    (type >= AUDIT_FIRST_USER_MSG && type <= AUDIT_LAST_USER_MSG) ||
	    (type >= AUDIT_FIRST_USER_MSG2 && type <= AUDIT_LAST_USER_MSG2))
		return RECORD_BY_PROGRAM;
	return RECORD_BY_KERNEL;
}

const char *record_origin_name(enum record_origin origin)
{
	static const char *const names[] = {
		[RECORD_BY_KERNEL] = "kernel",
		[RECORD_BY_DAEMON] = "daemon",
		[RECORD_BY_PROGRAM] = "program",
	};

	return names[origin];
}

uint16_t record_type_at(size_t i)
{
	return i < NTYPES ? types[i].number : 0;
}

/* auditd prints "UNKNOWN[n]" for what its libaudit does not know. */
static uint16_t bracketed_number(struct str name)
{
	uint64_t n;

	if (!str_has_prefix(name, STR("UNKNOWN[")) ||
	    !str_has_suffix(name, STR("]")))
		return 0;
	name = str_skip(name, sizeof("UNKNOWN[") - 1);
	name.len--;
	return str_to_u64(name, 10, &n) && n <= UINT16_MAX ? (uint16_t)n : 0;
}

static uint16_t libaudit_number(struct str name)
{
	char text[64];
	int n;

	if (name.len >= sizeof(text))
		return 0;
	memcpy(text, name.s, name.len);
	text[name.len] = '\0';
	n = audit_name_to_msg_type(text);
	return n > 0 && n <= UINT16_MAX ? (uint16_t)n : 0;
}

/* The records of a system call are nearly all of the traffic. */
static uint16_t frequent_number(struct str name)
{
#define IS(literal) bytes_same(name.s, literal, sizeof(literal) - 1)
	switch (name.len) {
	case 3:
		return IS("CWD") ? AUDIT_CWD : IS("EOE") ? AUDIT_EOE : 0;
	case 4:
		return IS("PATH") ? AUDIT_PATH : 0;
	case 6:
		return IS("EXECVE") ? AUDIT_EXECVE : 0;
	case 7:
		return IS("SYSCALL") ? AUDIT_SYSCALL : 0;
	case 8:
		return IS("SOCKADDR") ? AUDIT_SOCKADDR : 0;
	case 9:
		return IS("PROCTITLE") ? AUDIT_PROCTITLE : 0;
	case 10:
		return IS("BPRM_FCAPS") ? AUDIT_BPRM_FCAPS : 0;
	default:
		return 0;
	}
#undef IS
}

uint16_t record_type_number(struct str name)
{
	uint16_t n = frequent_number(name);

	if (n != 0 || name.len == 0)
		return n;
	for (size_t i = 0; i < NTYPES; i++)
		if (str_eq(types[i].name, name))
			return types[i].number;
	n = bracketed_number(name);
	return n != 0 ? n : libaudit_number(name);
}

const char *record_type_name(uint16_t type)
{
	const struct record_type *t = find(type);

	return t != NULL ? t->name.s : audit_msg_type_to_name(type);
}
