/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target.c - what a machine's kernel and auditctl take. */
#include "saker/kernel/target.h"
#include "saker/base/array.h"

#include <libaudit.h>
#include <sys/utsname.h>

#include "saker/audit/names.h"
#include "saker/base/io.h"

/* From the kernel's history: fields of audit rules and the version that brought
 * them; and from auditctl's change log. */
#define KERNEL_EXE       KERNEL_VERSION_OF(4, 3, 0)
#define KERNEL_SADDR_FAM KERNEL_VERSION_OF(5, 3, 0)
/* perm= of openat2 (AUDITSC_OPENAT2), and the list of io_uring */
#define KERNEL_OPENAT2_PERM KERNEL_VERSION_OF(5, 16, 0)
#define KERNEL_URING        KERNEL_VERSION_OF(5, 16, 0)
#define AUDITCTL_EXE        KERNEL_VERSION_OF(2, 5, 0)
#define AUDITCTL_SADDR_FAM  KERNEL_VERSION_OF(3, 0, 0)
#define AUDITCTL_URING      KERNEL_VERSION_OF(3, 1, 0)

static const struct {
	const char *name;
	unsigned since;
} call_versions[] = {
#define CALL_SINCE(call, major, minor) \
	{ call, KERNEL_VERSION_OF(major, minor, 0) },
#define CALL_TABLE(major, minor, patch, kernel_major, kernel_minor)
#include "call_versions.def"
#undef CALL_SINCE
#undef CALL_TABLE
};

static const struct {
	unsigned auditctl, kernel;
} call_tables[] = {
#define CALL_SINCE(call, major, minor)
#define CALL_TABLE(major, minor, patch, kernel_major, kernel_minor) \
	{ KERNEL_VERSION_OF(major, minor, patch),                   \
	  KERNEL_VERSION_OF(kernel_major, kernel_minor, 0) },
#include "call_versions.def"
#undef CALL_SINCE
#undef CALL_TABLE
};

/* Machines whose kernel runs programs of two kinds, and what a 32-bit one is
 * called there. */
static const struct {
	const char *machine, *other;
} second_abis[] = {
	{ "x86_64", "i386" },
	{ "aarch64", "arm" },
	{ "ppc64", "ppc" },
	{ "s390x", "s390" },
};

static bool set_abi(struct kernel_target *t, const char *name)
{
	int machine = audit_name_to_machine(name);
	unsigned elf =
		machine >= 0 ? (unsigned)audit_machine_to_elf(machine) : 0;

	/* without tables libaudit knows the name and no calls */
	if (elf == 0 || audit_name_to_syscall("execve", machine) < 0)
		return false;
	t->abis[t->nabis++] = (struct kernel_abi){
		(elf & __AUDIT_ARCH_64BIT) != 0 ? "b64" : "b32", elf
	};
	return true;
}

int kernel_target_set_machine(struct kernel_target *t, const char *name)
{
	struct kernel_target new = *t;

	new.nabis = 0;
	if (!set_abi(&new, name))
		return E_NOT_FOUND;
	for (size_t i = 0; i < COUNT(second_abis); i++)
		if (strcmp(second_abis[i].machine, name) == 0 &&
		    !set_abi(&new, second_abis[i].other))
			return E_NOT_FOUND;
	new.machine = name;
	*t = new;
	return 0;
}

int kernel_target_here(struct kernel_target *ret)
{
	int machine = audit_detect_machine();
	struct kernel_target t = { .is_here = true };
	struct utsname uts;

	if (machine < 0 || uname(&uts) < 0 ||
	    !kernel_version_parse(str_from(uts.release), &t.kernel) ||
	    kernel_target_set_machine(&t, audit_machine_to_name(machine)) < 0)
		return E_UNSUPPORTED;
	*ret = t;
	return 0;
}

/* Debian 10, RHEL 8, Ubuntu 20.04. */
#define PORTABLE_MACHINE  "x86_64"
#define PORTABLE_KERNEL   KERNEL_VERSION_OF(4, 18, 0)
#define PORTABLE_AUDITCTL KERNEL_VERSION_OF(2, 8, 4)

int kernel_target_portable(struct kernel_target *ret)
{
	struct kernel_target t = { .kernel = PORTABLE_KERNEL,
		                   .auditctl = PORTABLE_AUDITCTL };
	int r = kernel_target_set_machine(&t, PORTABLE_MACHINE);

	if (r == 0)
		*ret = t;
	return r;
}

bool kernel_target_is_everywhere(struct str directory)
{
	static const struct str all[] = {
#define DIRECTORY(path) STR_INIT(path),
#include "common_directories.def"
#undef DIRECTORY
	};

	for (size_t i = 0; i < COUNT(all); i++)
		if (str_eq(all[i], directory))
			return true;
	return false;
}

bool kernel_version_parse(struct str text, unsigned *ret)
{
	unsigned parts[3] = { 0 };
	size_t at = 0;

	for (size_t i = 0; i < 3; i++) {
		size_t start = at;
		uint64_t number;

		while (at < text.len && text.s[at] >= '0' && text.s[at] <= '9')
			at++;
		if (!str_to_u64((struct str){ text.s + start, at - start }, 10,
		                &number))
			return false;
		/* patches have passed 255 */
		parts[i] = number > 255 ? 255 : (unsigned)number;
		if (at >= text.len || text.s[at] != '.')
			break;
		at++;
	}
	*ret = KERNEL_VERSION_OF(parts[0], parts[1], parts[2]);
	return true;
}

bool kernel_target_takes_uring(const struct kernel_target *t)
{
	if (t->kernel < KERNEL_URING)
		return false;
	return t->auditctl != 0 ? t->auditctl >= AUDITCTL_URING
	                        : audit_name_to_flag("io_uring") >= 0;
}

bool kernel_target_takes_exe(const struct kernel_target *t)
{
	return t->kernel >= KERNEL_EXE &&
	       (t->auditctl == 0 || t->auditctl >= AUDITCTL_EXE);
}

static bool is_x86(const struct kernel_target *t)
{
	return t->abis[0].elf == AUDIT_ARCH_X86_64 ||
	       t->abis[0].elf == AUDIT_ARCH_I386;
}

static bool is_s390(const struct kernel_target *t)
{
	return t->abis[0].elf == AUDIT_ARCH_S390X ||
	       t->abis[0].elf == AUDIT_ARCH_S390;
}

/* O_DIRECT, O_LARGEFILE, O_DIRECTORY and O_NOFOLLOW have other values elsewhere
 * (arch/.../include/uapi/asm/fcntl.h), and so have the requests of ptrace that
 * the machines define themselves; s390 gives clone its arguments in another
 * order (CONFIG_CLONE_BACKWARDS2). */
#define OPEN_FLAGS_OF_X86  0x3c000
#define PTRACE_OF_X86_LAST 31
#define PTRACE_OF_X86      12

static bool means_the_same(const struct kernel_target *t, struct str call,
                           const struct kernel_filter *f)
{
	if (is_x86(t))
		return true;
	if (str_eq(call, STR("clone")))
		return !is_s390(t);
	if (str_eq(call, STR("ptrace")))
		return f->is_mask || f->value < PTRACE_OF_X86 ||
		       f->value > PTRACE_OF_X86_LAST;
	return !str_has_prefix(call, STR("open")) || !f->is_mask ||
	       (f->value & OPEN_FLAGS_OF_X86) == 0;
}

static bool takes_family(const struct kernel_target *t)
{
	if (t->kernel < KERNEL_SADDR_FAM)
		return false;
	return t->auditctl != 0 ? t->auditctl >= AUDITCTL_SADDR_FAM
	                        : audit_name_to_field("saddr_fam") >= 0;
}

bool kernel_target_takes(const struct kernel_target *t, struct str call,
                         const struct kernel_filter *f)
{
	if (f->field < KERNEL_FILTER_EXIT)
		return means_the_same(t, call, f);
	if (f->field == KERNEL_FILTER_PERM)
		return t->kernel >= KERNEL_OPENAT2_PERM;
	return f->field != KERNEL_FILTER_FAMILY || takes_family(t);
}

static bool is_in_table(const struct kernel_target *t, const char *call)
{
	unsigned newest = UINT32_MAX;

	if (t->auditctl == 0)
		return true;
	/* the last row fits all */
	for (size_t i = COUNT(call_tables); i-- > 0;)
		if (t->auditctl >= call_tables[i].auditctl)
			newest = call_tables[i].kernel;
	for (size_t i = 0; i < COUNT(call_versions); i++)
		if (strcmp(call_versions[i].name, call) == 0)
			return call_versions[i].since <= newest;
	return true;
}

bool kernel_target_add_call(const struct kernel_target *t,
                            const struct kernel_abi *abi, struct str call,
                            struct buf *out, struct buf *numbers)
{
	auto_buf struct buf name = BUF_INIT;
	const char *comma = out->len > 0 ? "," : "";
	int nr;

	buf_add_str(&name, call);
	nr = syscall_number(abi->elf, buf_cstr(&name));
	out->failed |= name.failed;
	if (nr < 0)
		return false;
	if (audit_name_to_syscall(buf_cstr(&name),
	                          audit_elf_to_machine(abi->elf)) >= 0 &&
	    is_in_table(t, buf_cstr(&name))) {
		buf_printf(out, "%s%.*s", comma, STR_FMT(call));
		return true;
	}
	buf_printf(out, "%s%d", comma, nr);
	buf_printf(numbers, "%s%d = %.*s", numbers->len > 0 ? ", " : "", nr,
	           STR_FMT(call));
	return true;
}
