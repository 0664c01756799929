/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netlink.c - requests to the kernel's audit, with an end to every wait. */
#include "netlink.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define REPLY_TIMEOUT_MS 2000
/* A list of rules that finds no room for 0.1 s is cut off, and reading it fails
 * (audit_send_list_thread(), netlink_attachskb()): hundreds of rules fit. */
#define REPLY_BYTES (4 << 20)

int kernel_error(int negative_errno)
{
	switch (-negative_errno) {
	case EPERM:
	case EACCES:
		return E_DENIED;
	/* No CONFIG_AUDIT; not in the initial network or user namespace
	 * (audit_netlink_ok() in kernel/audit.c). */
	case EPROTONOSUPPORT:
	case EAFNOSUPPORT:
	case ECONNREFUSED:
	case EOPNOTSUPP:
		return E_UNSUPPORTED;
	default:
		errno = -negative_errno;
		return E_IO;
	}
}

int kernel_open(void)
{
	int fd, bytes = REPLY_BYTES;

	set_aumessage_mode(MSG_QUIET, DBG_NO);
	fd = audit_open();
	if (fd < 0)
		return kernel_error(-errno);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) <
	    0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return fd;
}

/* 0 with the next message, or an error. */
static int receive(int fd, struct audit_reply *ret)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n;

	do
		n = poll(&p, 1, REPLY_TIMEOUT_MS);
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		errno = n == 0 ? ETIMEDOUT : errno;
		return E_IO;
	}
	/* An old kernel's shorter status leaves zeroes behind it. */
	memset(ret, 0, sizeof(*ret));
	n = audit_get_reply(fd, ret, GET_REPLY_NONBLOCKING, 0);
	if (n == -EAGAIN || n == -EINTR || n == 0)
		return E_AGAIN;
	if (n < 0)
		return kernel_error(n);
	if (ret->type == NLMSG_ERROR && ret->error->error != 0)
		return kernel_error(ret->error->error);
	return 0;
}

int kernel_get_status(int fd, struct audit_status *ret)
{
	int n = audit_request_status(fd);
	struct audit_reply reply;
	int error;

	if (n <= 0)
		return kernel_error(n < 0 ? n : -EIO);
	do
		error = receive(fd, &reply);
	while (error == E_AGAIN || (error == 0 && reply.type != AUDIT_GET));
	if (error == 0)
		*ret = *reply.status;
	return error;
}

int kernel_each_rule(int fd,
                     void (*fn)(void *arg, const struct audit_rule_data *rule),
                     void *arg)
{
	int n = audit_request_rules_list_data(fd);
	struct audit_reply reply;
	int error = 0;

	if (n <= 0)
		return kernel_error(n < 0 ? n : -EIO);
	while (error == 0 || error == E_AGAIN) {
		error = receive(fd, &reply);
		if (error == 0 && reply.type == NLMSG_DONE)
			return 0;
		if (error == 0 && reply.type == AUDIT_LIST_RULES)
			fn(arg, reply.ruledata);
	}
	return error;
}
