/* SPDX-License-Identifier: GPL-2.0-or-later */
/* given.h - an event made from records, and what its fields must say. */
#ifndef SAKER_TESTS_GIVEN_H
#define SAKER_TESTS_GIVEN_H

#include "saker/audit/assemble.h"
#include "saker/event/event.h"

#define AT(serial) "msg=audit(1700000000.123:" serial "): "
#define IDS                                                                 \
	"ppid=10 pid=11 auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 " \
	"egid=0 sgid=0 fsgid=0 tty=pts3 ses=4294967295 comm=\"prog\" "      \
	"exe=\"/bin/prog\" key=\"k\""
#define SYSCALL(nr, result, args)                                      \
	"type=SYSCALL " AT("7") "arch=c000003e syscall=" nr " " result \
				" " args " items=2 " IDS "\n"
#define CWD(path) "type=CWD " AT("7") "cwd=\"" path "\"\n"
#define PATH_ITEM(n, name, inode, mode, type)                        \
	"type=PATH " AT("7") "item=" n " name=" name " inode=" inode \
			     " dev=fe:00 mode=" mode                 \
			     " ouid=0 ogid=0 rdev=07:01 nametype=" type "\n"
#define OTHER(type, text) "type=" type " " AT("7") text "\n"
#define OK(exit)          "success=yes exit=" exit
#define FAILED(exit)      "success=no exit=" exit

struct fixture {
	struct host *host;
	struct tracker *tracker;
	struct assembler *assembler;
	struct process process;
	struct process parent;
	struct event_context context;
	struct event_clock clock;
	struct audit_event *audit;
	struct event event;
};

/* Process 11, "prog", child of 10, on a host that knows nothing. */
int given_setup(void **state);
/* The same on a fake host (fake_host.h). */
int given_live_setup(void **state);
int given_teardown(void **state);
void forget_event(struct fixture *f);
/* Replaces the event by what the lines make. */
void given(struct fixture *f, const char *records);
/* name may carry an argument: "evt.arg.flags", "proc.aname[1]"; expected NULL =
 * no value. */
void expect(struct fixture *f, const char *name, const char *expected);

#endif
