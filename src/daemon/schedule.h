/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schedule.h - how soon this process runs when it is woken. */
#ifndef SAKER_SRC_DAEMON_SCHEDULE_H
#define SAKER_SRC_DAEMON_SCHEDULE_H

/* Asks for short slices, for the calling thread and those it starts: on busy
 * cores it then runs sooner after an event. Takes no more of the cores than
 * before. What the kernel does not offer is left. */
void schedule_promptly(void);

#endif
