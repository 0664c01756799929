/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notify.c - what the service manager is told. */
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "saker/base/io.h"
#include "saker/monitor/monitor.h"

void service_notify(const char *state)
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
		sendto(fd, state, strlen(state), MSG_NOSIGNAL,
		       (struct sockaddr *)&to,
		       (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
		                   strlen(path)));
}
