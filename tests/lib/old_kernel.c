/* SPDX-License-Identifier: GPL-2.0-or-later */
/* old_kernel.c - runs a command as on a kernel without the system calls that
 * came after a given one: old_kernel LAST COMMAND [ARG...]. LAST: "3.10", "5.1"
 * (no pidfd_open, close_range, openat2), "5.2", "5.12" (no Landlock), or
 * "no-seccomp" for today's without filters of system calls.
 *
 * A filter answers ENOSYS for them, and EINVAL when the bounding set is asked
 * for CAP_AUDIT_READ, which 3.10 does not know. glibc's own fallbacks are in
 * use then, too. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH     AUDIT_ARCH_X86_64
#define LAST_310 313 /* finit_module */
#elif defined(__aarch64__)
#define ARCH     AUDIT_ARCH_AARCH64
#define LAST_310 273 /* finit_module */
#endif
/* The same on every architecture. */
#define PIDFD_SEND_SIGNAL 424
#define FSPICK            433
#define MOUNT_SETATTR     442
#define ALL               0x3fffffff
#define NOTHING           (~0u)

#define COUNT(a)    (sizeof(a) / sizeof((a)[0]))
#define FIELD(name) (uint32_t) offsetof(struct seccomp_data, name)
#define LOAD(at)    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at)
#define ANSWER(n)   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (n))
#define ALLOW       BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
/* How many instructions are left out when it is so, and when not. */
#define EQUAL(k, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, yes, no)
#define GREATER(k, yes)   BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, k, yes, 0)

/* What is asked for, or NOTHING, is unknown besides. */
struct kernel {
	const char *name;
	uint32_t last, call, option, capability;
};

#ifdef ARCH
static const struct kernel kernels[] = {
	{ "3.10", LAST_310, NOTHING, NOTHING, CAP_AUDIT_READ },
	{ "5.1", PIDFD_SEND_SIGNAL, NOTHING, NOTHING, NOTHING },
	{ "5.2", FSPICK, NOTHING, NOTHING, NOTHING },
	{ "5.12", MOUNT_SETATTR, NOTHING, NOTHING, NOTHING },
	{ "no-seccomp", ALL, SYS_seccomp, PR_SET_SECCOMP, NOTHING },
};

static int forget(const struct kernel *k)
{
	struct sock_filter filter[] = {
		LOAD(FIELD(arch)),
		EQUAL(ARCH, 0, 11),
		LOAD(FIELD(nr)),
		GREATER(k->last, 8),
		EQUAL(k->call, 7, 0),
		EQUAL(SYS_prctl, 0, 7),
		LOAD(FIELD(args[0])),
		EQUAL(k->option, 3, 0),
		EQUAL(PR_CAPBSET_READ, 0, 4),
		LOAD(FIELD(args[1])),
		EQUAL(k->capability, 0, 2),
		ANSWER(EINVAL),
		ANSWER(ENOSYS),
		ALLOW,
	};
	struct sock_fprog program = { COUNT(filter), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
#endif

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("usage: old_kernel LAST COMMAND [ARG...]\n", stderr);
		return 2;
	}
#ifdef ARCH
	for (size_t i = 0; i < COUNT(kernels); i++) {
		if (strcmp(kernels[i].name, argv[1]) != 0)
			continue;
		if (forget(&kernels[i]) < 0) {
			perror("old_kernel");
			return 77;
		}
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		return 127;
	}
#endif
	fprintf(stderr, "old_kernel: no %s here\n", argv[1]);
	return 77;
}
