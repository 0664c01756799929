/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.c - libaudit's tables, and what libaudit may be too old to know. */
#include "saker/audit/names.h"
#include "saker/base/array.h"

#include <libaudit.h>
#include <linux/audit.h>

struct syscall_row {
	int nr;
	const char *name;
};

#define SYSCALL_NAME(nr, name) { (nr), (name) },
static const struct syscall_row new_calls[] = {
#include "syscalls_new.def"
};
static const struct syscall_row x32_calls[] = {
#include "syscalls_x32.def"
};
#undef SYSCALL_NAME

/* Rows are consecutive numbers, so the number is the place. */
static const char *row_name(const struct syscall_row *rows, size_t n, int nr)
{
	int at = nr - rows[0].nr;

	return at >= 0 && (size_t)at < n ? rows[at].name : NULL;
}

static int row_number(const struct syscall_row *rows, size_t n,
                      const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].nr;
	return -1;
}

const char *syscall_name(uint32_t arch, int nr)
{
	int machine = audit_elf_to_machine(arch);
	const char *name;

	if (machine < 0 || nr < 0)
		return NULL;
	if (arch == AUDIT_ARCH_X86_64 && (nr & SYSCALL_X32_BIT) != 0) {
		nr &= ~SYSCALL_X32_BIT;
		name = row_name(x32_calls, COUNT(x32_calls), nr);
		if (name != NULL)
			return name;
	}
	name = audit_syscall_to_name(nr, machine);
	return name != NULL ? name : row_name(new_calls, COUNT(new_calls), nr);
}

int syscall_number(uint32_t arch, const char *name)
{
	int machine = audit_elf_to_machine(arch);
	int nr;

	if (machine < 0)
		return -1;
	nr = audit_name_to_syscall(name, machine);
	return nr >= 0 ? nr : row_number(new_calls, COUNT(new_calls), name);
}

const char *uring_op_name(int op)
{
	static const char *const names[] = {
#define URING_OP(name) (name),
#include "uring_ops.def"
#undef URING_OP
	};

	return op >= 0 && (size_t)op < COUNT(names) ? names[op] : NULL;
}

const char *arch_name(uint32_t arch)
{
	int machine = audit_elf_to_machine(arch);

	return machine < 0 ? NULL : audit_machine_to_name(machine);
}
