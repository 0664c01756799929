/* SPDX-License-Identifier: GPL-2.0-or-later */
/* monitor.h - the monitor's parts; private to src/monitor. */
#ifndef SAKER_SRC_MONITOR_MONITOR_H
#define SAKER_SRC_MONITOR_MONITOR_H

#include "saker/base/buf.h"
#include "saker/monitor/monitor.h"

struct monitor {
	struct monitor_options options;
	struct arena arena; /* of the request at hand */
	struct buf answer;
};

#endif
