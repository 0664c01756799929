/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target.h - the machine that kernel rules are made for: its calls, its kernel,
 * its auditctl, its files. */
#ifndef SAKER_KERNEL_TARGET_H
#define SAKER_KERNEL_TARGET_H

#include "saker/base/buf.h"
#include "saker/base/err.h"
#include "saker/kernel/needs.h"

struct kernel_abi {
	const char *name; /* as in arch= */
	uint32_t elf;     /* AUDIT_ARCH_* */
};

#define KERNEL_VERSION_OF(major, minor, patch) \
	((unsigned)(major) << 16 | (unsigned)(minor) << 8 | (unsigned)(patch))

struct kernel_target {
	const char *machine;
	struct kernel_abi abis[2]; /* of its programs, the native one first */
	size_t nabis;
	unsigned kernel;   /* KERNEL_VERSION_OF() */
	unsigned auditctl; /* the same; 0 = what this host's libaudit knows */
	bool is_here;      /* paths are looked up on this host */
	/* files of container runtimes that are there */
	const struct str *runtimes;
	size_t nruntimes;
};

/* This host, without runtimes. E_UNSUPPORTED where libaudit does not know the
 * machine. */
int kernel_target_here(struct kernel_target *ret) must_check;
/* By the name that uname -m gives; E_NOT_FOUND when libaudit does not know its
 * calls. */
int kernel_target_set_machine(struct kernel_target *t,
                              const char *name) must_check;
/* For hosts of any kind on that machine: what old kernels and versions of
 * auditctl take, no path looked up. */
int kernel_target_portable(struct kernel_target *ret) must_check;
/* On every host: a rule about it, or about a file in it, can be loaded. */
bool kernel_target_is_everywhere(struct str directory);
/* "5.14.0-70.el9": what follows the numbers is ignored. */
bool kernel_version_parse(struct str text, unsigned *ret);

/* The kernel has the filter for that call, auditctl knows it, and its numbers
 * mean the same on that machine. */
bool kernel_target_takes(const struct kernel_target *t, struct str call,
                         const struct kernel_filter *f);
bool kernel_target_takes_exe(const struct kernel_target *t);
bool kernel_target_takes_uring(const struct kernel_target *t);
/* Appends the call behind a comma: by name, or by number where auditctl does
 * not know the name, with "NUMBER = NAME" added to numbers. False when that
 * architecture has no such call. */
bool kernel_target_add_call(const struct kernel_target *t,
                            const struct kernel_abi *abi, struct str call,
                            struct buf *out, struct buf *numbers);

#endif
