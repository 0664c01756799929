/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_event_records.c - records that are events of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "given.h"

static void next(struct fixture *f)
{
	assert_true(event_next(&f->event));
}

static void user_message_tells_claims_from_facts(void **state)
{
	struct fixture *f = *state;

	given(f, OTHER("USER_LOGIN",
	               "pid=11 uid=7 auid=1000 ses=3 subj=unconfined "
	               "msg='op=login id=1000 acct=\"root\" pid=1 uid=0 "
	               "exe=\"/usr/sbin/sshd\" cmd=6C73202D6C addr=10.0.0.9 "
	               "terminal=ssh res=success'\x1dUID=\"root\" "
	               "AUID=\"admin\" ID=\"root\""));
	expect(f, "evt.type", "user_login");
	expect(f, "evt.source", "audit");
	expect(f, "audit.type", "USER_LOGIN");
	expect(f, "audit.origin", "program");
	expect(f, "audit.is_forgeable", "true");
	expect(f, "audit.result", "success");
	/* the kernel's word */
	expect(f, "audit.field[uid]", "7");
	expect(f, "audit.field[subj]", "unconfined");
	expect(f, "user.uid", "7");
	expect(f, "user.loginuid", "1000");
	expect(f, "proc.pid", "11");
	expect(f, "proc.name", "prog");
	/* never the sender's */
	expect(f, "audit.field[acct]", NULL);
	expect(f, "audit.field[exe]", NULL);
	expect(f, "audit.record[user_login.acct]", NULL);
	expect(f, "user.name", "7");
	expect(f, "audit.msg[acct]", "root");
	expect(f, "audit.msg[pid]", "1");
	expect(f, "audit.msg[id]", "1000");
	expect(f, "audit.msg[cmd]", "ls -l");
	expect(f, "audit.msg[addr]", "10.0.0.9");
	expect(f, "audit.msg[subj]", NULL);
	expect(f, "audit.msg",
	       "op=login id=1000 acct=\"root\" pid=1 uid=0 "
	       "exe=\"/usr/sbin/sshd\" cmd=6C73202D6C addr=10.0.0.9 "
	       "terminal=ssh res=success");
	assert_false(event_next(&f->event));
}

static void message_cannot_close_its_quote_and_add_facts(void **state)
{
	struct fixture *f = *state;

	given(f, OTHER("USER_AVC",
	               "pid=11 uid=7 auid=1000 ses=3 msg='a' uid=0 "
	               "auid=0 op=x res=success b='"));
	expect(f, "user.uid", "7");
	expect(f, "audit.field[op]", NULL);
	expect(f, "audit.field[res]", NULL);
	expect(f, "audit.msg[op]", "x");
}

static void ids_of_even_length_are_no_hex(void **state)
{
	struct fixture *f = *state;

	given(f, OTHER("ANOM_ABEND",
	               "auid=4294967295 uid=1000 gid=1000 ses=4294967295 "
	               "pid=1234 comm=66746D \"x\" exe=\"/usr/bin/a\" sig=11 "
	               "res=1"));
	expect(f, "audit.field[pid]", "1234");
	expect(f, "audit.field[uid]", "1000");
	expect(f, "audit.field[comm]", "ftm");
	expect(f, "audit.interpreted[sig]", "SIGSEGV");
	expect(f, "audit.interpreted[auid]", "unset");
	expect(f, "audit.interpreted[ses]", "unset");
	expect(f, "audit.interpreted[exe]", "/usr/bin/a");
	expect(f, "audit.origin", "kernel");
	expect(f, "audit.is_forgeable", "false");
	expect(f, "audit.result", "success");
	expect(f, "user.loginuid", "-1");
}

static void module_load_is_a_call_and_a_record(void **state)
{
	struct fixture *f = *state;

	given(f, SYSCALL("313", OK("0"), "a0=3 a1=4 a2=0 a3=0")
	                 OTHER("KERN_MODULE", "name=\"dummy\"")
	                         OTHER("PROCTITLE", "proctitle=\"insmod\""));
	expect(f, "evt.type", "finit_module");
	expect(f, "evt.source", "syscall");
	expect(f, "audit.type", "SYSCALL");
	expect(f, "audit.types", "SYSCALL,KERN_MODULE,PROCTITLE");
	expect(f, "audit.record[kern_module.name]", "dummy");
	expect(f, "audit.record[KERN_MODULE]", "name=\"dummy\"");
	expect(f, "audit.record[bpf]", NULL);
	next(f);
	expect(f, "evt.type", "kern_module");
	expect(f, "evt.source", "audit");
	expect(f, "evt.dir", NULL);
	expect(f, "syscall.type", NULL);
	expect(f, "audit.type", "KERN_MODULE");
	expect(f, "audit.field[name]", "dummy");
	/* what the call knows is there, too */
	expect(f, "audit.key", "k");
	expect(f, "audit.field[exe]", "/bin/prog");
	expect(f, "audit.interpreted[SYSCALL.syscall]", "finit_module");
	expect(f, "proc.name", "prog");
	expect(f, "evt.res", "SUCCESS");
	assert_false(event_next(&f->event));
}

static void each_denial_is_an_event(void **state)
{
	struct fixture *f = *state;

	given(f,
	      OTHER("AVC",
	            "avc:  denied  { read } for  pid=11 comm=\"a\" "
	            "name=\"shadow\" scontext=s tcontext=t "
	            "tclass=file permissive=0")
	              OTHER("AVC",
	                    "avc:  denied  { open } for  pid=11 "
	                    "comm=\"a\" name=\"gshadow\" scontext=s "
	                    "tcontext=t tclass=file permissive=0")
	                      OTHER("AVC_PATH", "path=\"/etc/gshadow\"")
	                              SYSCALL("257", FAILED("-13"),
	                                      "a0=ffffff9c a1=1 a2=0 a3=0")
	                                      PATH_ITEM("0", "\"/etc/shadow\"",
	                                                "6", "0100644",
	                                                "NORMAL"));
	expect(f, "evt.type", "openat");
	expect(f, "audit.interpreted[exit]", "EACCES");
	next(f);
	expect(f, "evt.type", "avc");
	expect(f, "audit.field[seperms]", "read");
	expect(f, "audit.field[name]", "shadow");
	expect(f, "audit.field[PATH.name]", "/etc/shadow");
	expect(f, "fs.path.name", "/etc/shadow");
	expect(f, "evt.res", "EACCES");
	next(f);
	expect(f, "evt.type", "avc");
	expect(f, "audit.field[seperms]", "open");
	expect(f, "audit.record[avc_path.path]", "/etc/gshadow");
	assert_false(event_next(&f->event));
}

static void old_auditd_does_not_hide_a_type(void **state)
{
	struct fixture *f = *state;

	given(f, OTHER("UNKNOWN[1423]",
	               "domain=195ba459b blockers=fs.read_file "
	               "path=\"/etc/shadow\" dev=\"vda\" ino=6"));
	expect(f, "evt.type", "landlock_access");
	expect(f, "audit.type", "LANDLOCK_ACCESS");
	expect(f, "audit.field[blockers]", "fs.read_file");
	expect(f, "audit.field[dev]", "vda");
	expect(f, "audit.field[path]", "/etc/shadow");
	expect(f, "audit.record[landlock_access.ino]", "6");
	/* nobody wrote of whom it is */
	f->event.process = NULL;
	event_init(&f->event, &f->context, f->audit, NULL);
	expect(f, "proc.pid", NULL);
	expect(f, "user.loginuid", NULL);
	expect(f, "container.id", NULL);
}

static void sender_that_nobody_knows_has_the_kernels_facts(void **state)
{
	struct fixture *f = *state;

	given(f, OTHER("SERVICE_STOP",
	               "pid=1 uid=0 auid=4294967295 "
	               "ses=4294967295 msg='unit=auditd "
	               "res=success'"));
	event_init(&f->event, &f->context, f->audit, NULL);
	expect(f, "proc.pid", "1");
	expect(f, "user.uid", "0");
	expect(f, "user.loginuid", "-1");
	expect(f, "container.id", NULL);
	expect(f, "audit.msg[unit]", "auditd");
	expect(f, "audit.interpreted[msg.res]", "success");
	expect(f, "audit.interpreted[msg.unit]", "auditd");
}

static void numbers_have_names(void **state)
{
	static const struct {
		const char *type, *text, *field, *expected;
	} cases[] = {
		{ "SECCOMP", "arch=c000003e syscall=272 sig=31 code=0x80000000",
		  "code", "kill-process" },
		{ "SECCOMP", "arch=c000003e syscall=272 code=0x50001", "code",
		  "errno" },
		{ "SECCOMP", "arch=c000003e syscall=272 code=0x50001",
		  "syscall", "unshare" },
		{ "SECCOMP", "arch=40000003 syscall=11 code=0x7ffc0000",
		  "syscall", "execve" },
		{ "SECCOMP", "arch=40000003 syscall=11", "arch", "i386" },
		{ "SECCOMP", "arch=c000003e syscall=99999", "syscall",
		  "99999" },
		{ "NETFILTER_CFG", "table=nat:1 family=2 entries=0", "family",
		  "ipv4" },
		{ "NETFILTER_CFG", "table=nat:1 family=99", "family", "99" },
		{ "ANOM_PROMISCUOUS", "dev=veth1 prom=256 old_prom=0", "prom",
		  "yes" },
		{ "CONFIG_CHANGE", "op=add_rule key=\"k\" list=4 res=1", "list",
		  "exit" },
		{ "CONFIG_CHANGE", "op=add_rule key=\"k\" list=4 res=0", "res",
		  "failed" },
		{ "EVENT_LISTENER", "nl-mcgrp=1 op=connect res=1", "nl-mcgrp",
		  "readlog" },
		{ "FANOTIFY", "resp=2", "resp", "deny" },
		{ "AVC", "avc: denied { x } for capability=21", "capability",
		  "sys_admin" },
		{ "AVC", "avc: denied { x } for capability=99", "capability",
		  "99" },
		{ "LOGIN", "old-auid=4294967295 auid=0 old-ses=4294967295",
		  "auid", "root" },
		{ "LOGIN", "old-auid=4294967295 auid=0 old-ses=4294967295",
		  "old-ses", "unset" },
		{ "INTEGRITY_DATA", "op=appraise errno=-13 res=0", "errno",
		  "EACCES" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[512], field[64];

		snprintf(text, sizeof(text), "type=%s " AT("7") "%s\n",
		         cases[i].type, cases[i].text);
		snprintf(field, sizeof(field), "audit.interpreted[%s]",
		         cases[i].field);
		given(*state, text);
		expect(*state, field, cases[i].expected);
	}
}

static void capabilities_and_addresses_have_names(void **state)
{
	struct fixture *f = *state;

	given(f,
	      SYSCALL("42", OK("0"), "a0=3 a1=1 a2=10 a3=0")
	              OTHER("SOCKADDR", "saddr=02000050C0A80001")
	                      OTHER("CAPSET",
	                            "pid=11 cap_pi=0 cap_pp=0000000000200001 "
	                            "cap_pe=0"));
	expect(f, "audit.interpreted[saddr]", "192.168.0.1:80");
	expect(f, "audit.interpreted[CAPSET.cap_pp]", "chown,sys_admin");
	expect(f, "audit.interpreted[cap_pe]", "none");
	/* both describe the call */
	assert_false(event_next(&f->event));
}

/* kernel 5.16 and later: an operation that io_uring_enter() could do at once */
static void operations_within_a_call_are_events(void **state)
{
	struct fixture *f = *state;

	given(f,
	      SYSCALL("426", OK("2"), "a0=4 a1=2 a2=0 a3=0") OTHER(
		      "URINGOP",
		      "uring_op=18 success=yes exit=5 items=1 ppid=10 "
		      "pid=11 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 "
		      "sgid=0 fsgid=0 key=\"u\"")
	              OTHER("URINGOP",
	                    "uring_op=36 success=no exit=-2 items=2 ppid=10 "
	                    "pid=11 uid=0 gid=0 euid=0 suid=0 fsuid=0 "
	                    "egid=0 sgid=0 fsgid=0 key=\"u\"")
	                      PATH_ITEM("0", "\"/a\"", "6", "0100644", "NORMAL")
	                              PATH_ITEM("1", "\"/b\"", "7", "0100644",
	                                        "DELETE"));
	expect(f, "evt.type", "io_uring_enter");
	expect(f, "evt.is_io_uring", "false");
	next(f);
	expect(f, "evt.type", "openat");
	expect(f, "evt.source", "syscall");
	expect(f, "evt.is_io_uring", "true");
	expect(f, "evt.rawres", "5");
	expect(f, "fs.path.nameraw", "/a");
	expect(f, "audit.key", "u");
	expect(f, "proc.name", "prog");
	next(f);
	expect(f, "evt.type", "unlinkat");
	expect(f, "evt.res", "ENOENT");
	expect(f, "fs.path.nameraw", "/b");
	assert_false(event_next(&f->event));
}

static void operation_of_its_own_is_one_event(void **state)
{
	struct fixture *f = *state;

	given(f, OTHER("URINGOP",
	               "uring_op=18 success=yes exit=5 items=1 "
	               "ppid=10 pid=11 uid=0 key=\"u\"")
	                 PATH_ITEM("0", "\"/a\"", "6", "0100644", "NORMAL"));
	expect(f, "evt.type", "openat");
	expect(f, "evt.is_io_uring", "true");
	expect(f, "audit.type", "URINGOP");
	assert_false(event_next(&f->event));
}

static void what_lost_its_call_is_seen(void **state)
{
	struct fixture *f = *state;

	given(f, PATH_ITEM("0", "\"/a\"", "6", "0100644", "NORMAL") CWD("/"));
	expect(f, "evt.type", "path");
	expect(f, "evt.source", "audit");
	assert_false(event_next(&f->event));
	given(f, CWD("/") OTHER("AVC", "avc: denied { x } for pid=11"));
	expect(f, "evt.type", "avc");
	assert_false(event_next(&f->event));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(user_message_tells_claims_from_facts),
		cmocka_unit_test(message_cannot_close_its_quote_and_add_facts),
		cmocka_unit_test(ids_of_even_length_are_no_hex),
		cmocka_unit_test(module_load_is_a_call_and_a_record),
		cmocka_unit_test(each_denial_is_an_event),
		cmocka_unit_test(old_auditd_does_not_hide_a_type),
		cmocka_unit_test(
			sender_that_nobody_knows_has_the_kernels_facts),
		cmocka_unit_test(numbers_have_names),
		cmocka_unit_test(capabilities_and_addresses_have_names),
		cmocka_unit_test(operations_within_a_call_are_events),
		cmocka_unit_test(operation_of_its_own_is_one_event),
		cmocka_unit_test(what_lost_its_call_is_seen),
	};

	return cmocka_run_group_tests(tests, given_setup, given_teardown);
}
