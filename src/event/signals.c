/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signals.c - the names of signal(7): glibc has a function for them only since
 * 2.32 (sigabbrev_np(3)). */
#include "signals.h"

#include <signal.h>
#include <stddef.h>

#include "saker/base/array.h"

const char *signal_name(int number)
{
#define SIGNAL(name) [SIG##name] = #name
	static const char *const names[] = {
		SIGNAL(HUP),  SIGNAL(INT),    SIGNAL(QUIT), SIGNAL(ILL),
		SIGNAL(TRAP), SIGNAL(ABRT),   SIGNAL(BUS),  SIGNAL(FPE),
		SIGNAL(KILL), SIGNAL(USR1),   SIGNAL(SEGV), SIGNAL(USR2),
		SIGNAL(PIPE), SIGNAL(ALRM),   SIGNAL(TERM), SIGNAL(STKFLT),
		SIGNAL(CHLD), SIGNAL(CONT),   SIGNAL(STOP), SIGNAL(TSTP),
		SIGNAL(TTIN), SIGNAL(TTOU),   SIGNAL(URG),  SIGNAL(XCPU),
		SIGNAL(XFSZ), SIGNAL(VTALRM), SIGNAL(PROF), SIGNAL(WINCH),
		SIGNAL(POLL), SIGNAL(PWR),    SIGNAL(SYS),
	};
#undef SIGNAL

	return number > 0 && (size_t)number < COUNT(names) ? names[number]
	                                                   : NULL;
}
