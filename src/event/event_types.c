/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_types.c - is a word in a rule the name of an event? */
#include "saker/event/event_types.h"

#include <libaudit.h>
#include <linux/audit.h>

#include "saker/audit/names.h"
#include "saker/audit/record.h"

/* No name of a call or a record is longer. */
#define NAME_BYTES ((size_t)64)

static bool is_syscall(const char *name)
{
	static const uint32_t archs[] = {
		AUDIT_ARCH_X86_64, AUDIT_ARCH_I386,    AUDIT_ARCH_AARCH64,
		AUDIT_ARCH_ARM,    AUDIT_ARCH_PPC64LE, AUDIT_ARCH_S390X,
	};

	for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++)
		if (syscall_number(archs[i], name) >= 0)
			return true;
	return false;
}

static bool is_uring_op(const char *name)
{
	const char *op;

	for (int i = 0; (op = uring_op_name(i)) != NULL; i++)
		if (strcmp(op, name) == 0)
			return true;
	return false;
}

static bool is_record_type(const char *name)
{
	char upper[NAME_BYTES];
	size_t n = strlen(name);

	for (size_t i = 0; i <= n; i++) {
		if (name[i] >= 'A' && name[i] <= 'Z')
			return false;
		upper[i] = name[i] >= 'a' && name[i] <= 'z'
		                   ? (char)(name[i] - 'a' + 'A')
		                   : name[i];
	}
	return record_type_number(str_from(upper)) != 0;
}

bool event_type_is_foreign(struct str name)
{
	static const char *const names[] = {
#define FOREIGN(name) (name),
#include "foreign_types.def"
#undef FOREIGN
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(str_from(names[i]), name))
			return true;
	return false;
}

bool event_type_is_known(struct str name)
{
	char text[NAME_BYTES];

	if (name.len == 0 || name.len >= sizeof(text))
		return false;
	memcpy(text, name.s, name.len);
	text[name.len] = '\0';
	return is_syscall(text) || is_uring_op(text) || is_record_type(text) ||
	       event_type_is_foreign(name);
}
