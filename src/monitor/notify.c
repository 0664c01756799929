/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notify.c - what the service manager is told: sd_notify(3). */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/monitor/monitor.h"

/* How often the status is told where no watchdog waits for it. */
#define PERIOD_NS (10 * NS_PER_SEC)

static void send_state(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	auto_close int fd = -1;

	if (path == NULL || strlen(path) >= sizeof(to.sun_path))
		return;
	strcpy(to.sun_path, path);
	if (to.sun_path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
		       (struct sockaddr *)&to,
		       (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
		                   strlen(path)));
}

uint64_t service_period_ns(void)
{
	uint64_t usec;

	if (getenv("NOTIFY_SOCKET") == NULL)
		return 0;
	/* half of what it waits for, as sd_watchdog_enabled(3) advises */
	if (str_to_u64(str_from(getenv("WATCHDOG_USEC")), 10, &usec) &&
	    usec > 0 && usec / 2 < PERIOD_NS / 1000)
		return usec / 2 * 1000;
	return PERIOD_NS;
}

static uint64_t lost(const struct counters *counters)
{
	uint64_t sum = 0;

	for (unsigned id = 0; id < COUNTER__MAX; id++)
		if (str_has_prefix(str_from(counter_help(id)), STR("loss:")))
			sum += counter_get(counters, id);
	return sum;
}

void service_notify(enum service_state state, const struct counters *counters)
{
	char text[256];

	switch (state) {
	case SERVICE_READY:
	case SERVICE_ALIVE:
		snprintf(text, sizeof(text),
		         "%s\nSTATUS=%" PRIu64 " events, %" PRIu64
		         " alerts, %" PRIu64 " losses",
		         state == SERVICE_READY ? "READY=1" : "WATCHDOG=1",
		         counter_get(counters, COUNTER_EVENTS_EVALUATED),
		         counter_get(counters, COUNTER_ALERTS), lost(counters));
		break;
	case SERVICE_RELOADING:
		snprintf(text, sizeof(text),
		         "RELOADING=1\nMONOTONIC_USEC=%" PRIu64
		         "\nSTATUS=loading configuration and rules",
		         clock_monotonic_ns() / 1000);
		break;
	case SERVICE_STOPPING:
		snprintf(text, sizeof(text), "STOPPING=1\nSTATUS=ending");
		break;
	default:
		return;
	}
	send_state(text);
}
