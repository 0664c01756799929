/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sandbox_files.c - what a process of saker may do to files: landlock(7). */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>

#include "saker/base/io.h"
#include "saker/daemon/sandbox.h"

/* include/uapi/linux/landlock.h; not every C library's headers have it. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule       445
#define SYS_landlock_restrict_self  446
#endif
#define LANDLOCK_EXECUTE     (1ULL << 0)
#define LANDLOCK_WRITE_FILE  (1ULL << 1)
#define LANDLOCK_MAKE_REMOVE (((1ULL << 13) - 1) & ~0xfULL)

struct beneath {
	uint64_t allowed;
	int32_t directory;
} __attribute__((packed));

#define LANDLOCK_BENEATH 1
#ifndef LANDLOCK_CREATE_RULESET_VERSION
#define LANDLOCK_CREATE_RULESET_VERSION 1u
#endif

int sandbox_freeze_files(int but_below)
{
	/* what is handled is denied where no rule allows it */
	const uint64_t handled =
		LANDLOCK_EXECUTE | LANDLOCK_WRITE_FILE | LANDLOCK_MAKE_REMOVE;
	auto_close int fd = (int)syscall(SYS_landlock_create_ruleset, &handled,
	                                 sizeof(handled), 0);

	const struct beneath beneath = { handled & ~LANDLOCK_EXECUTE,
		                         but_below };

	if (fd < 0 ||
	    (but_below >= 0 && syscall(SYS_landlock_add_rule, fd,
	                               LANDLOCK_BENEATH, &beneath, 0) < 0) ||
	    syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		return -errno;
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
	                    LANDLOCK_CREATE_RULESET_VERSION);
}

const char *sandbox_freeze_problem(int error)
{
	switch (error) {
	case ENOSYS:
		return "the kernel has none";
	case EOPNOTSUPP:
		return "it is switched off at boot";
	default:
		return strerror(error);
	}
}
