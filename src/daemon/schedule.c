/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schedule.c - how soon this process runs when it is woken.
 *
 * Since Linux 6.12 an ordinary task may ask for a slice of its own
 * (sched_setattr(2), kernel/sched/syscalls.c): the deadline by which it is to
 * have run, and with it the place in the queue of one that wakes, follows from
 * that. Kernels before ignore the value. */
#include "schedule.h"

#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "saker/base/clock.h"

/* The least that the kernel takes. */
#define SLICE_NS (NS_PER_MS / 10)

/* struct sched_attr, SCHED_ATTR_SIZE_VER0: C libraries before glibc 2.41 do not
 * have it, and linux/sched/types.h does not go with their sched.h. */
struct attributes {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

void schedule_promptly(void)
{
	struct attributes a = { .size = sizeof(a) };

	if (syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0) < 0 ||
	    a.policy != SCHED_OTHER)
		return;
	a.runtime = SLICE_NS;
	syscall(SYS_sched_setattr, 0, &a, 0);
}
