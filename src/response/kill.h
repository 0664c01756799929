/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kill.h - the end of a container. */
#ifndef SAKER_SRC_RESPONSE_KILL_H
#define SAKER_SRC_RESPONSE_KILL_H

#include "job.h"

/* By the best tier that this container offers, and the next when that fails.
 * As response_act. */
int kill_container(struct response_job *job) must_check;

#endif
