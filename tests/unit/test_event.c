/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_event.c - fields of events made from records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "given.h"

static void relative_path_is_joined_with_cwd_and_normalised(void **state)
{
	given(*state,
	      SYSCALL("257", OK("5"), "a0=ffffff9c a1=1 a2=241 a3=1b6")
	              CWD("/srv/data") PATH_ITEM("0", "\"../x/./\"", "5",
	                                         "040755", "PARENT")
	                      PATH_ITEM("1", "\"../x//./y\"", "6", "0100644",
	                                "CREATE"));
	expect(*state, "evt.type", "openat");
	expect(*state, "fs.path.name", "/srv/x/y");
	expect(*state, "fs.path.nameraw", "../x//./y");
	expect(*state, "fd.name", "/srv/x/y");
	expect(*state, "fd.directory", "/srv/x");
	expect(*state, "fd.filename", "y");
	expect(*state, "fd.num", "5");
	expect(*state, "fd.typechar", "f");
	expect(*state, "fs.path.inode", "6");
	expect(*state, "fs.path.dev", "fe:00");
	expect(*state, "fs.path.nametype", "CREATE");
	expect(*state, "fs.path.rdev", NULL);
	expect(*state, "evt.is_open_write", "true");
	expect(*state, "evt.is_open_read", "false");
	expect(*state, "evt.is_open_create", "true");
	expect(*state, "evt.arg.flags", "O_TRUNC|O_CREAT|O_WRONLY|O_F_CREATED");
}

static void name_relative_to_a_descriptor_is_not_joined_with_cwd(void **state)
{
	given(*state,
	      SYSCALL("257", OK("5"), "a0=4 a1=1 a2=0 a3=0") CWD("/srv")
	              PATH_ITEM("0", "\"a/b\"", "6", "0100644", "NORMAL"));
	expect(*state, "fs.path.name", "a/b");
	expect(*state, "evt.is_open_read", "true");
}

static void parent_steps_stop_at_the_root(void **state)
{
	given(*state, SYSCALL("2", OK("5"), "a0=1 a1=0 a2=0 a3=0") CWD("/")
	                      PATH_ITEM("0", "\"/../../etc/..//\"", "2",
	                                "040755", "NORMAL"));
	expect(*state, "fs.path.name", "/");
	expect(*state, "fs.path.type", "directory");
	expect(*state, "fd.typechar", "d");
}

static void failed_open_has_a_name_and_no_descriptor(void **state)
{
	given(*state,
	      SYSCALL("257", FAILED("-26"), "a0=ffffff9c a1=1 a2=1 a3=0")
	              CWD("/") PATH_ITEM("0", "\"/proc/self/exe\"", "77",
	                                 "0100755", "NORMAL"));
	expect(*state, "evt.res", "ETXTBSY");
	expect(*state, "evt.rawres", "-26");
	expect(*state, "evt.failed", "true");
	expect(*state, "fs.path.name", "/proc/self/exe");
	/* as Falco has it: a name, and -1 for the descriptor */
	expect(*state, "fd.name", "/proc/self/exe");
	expect(*state, "fd.typechar", "f");
	expect(*state, "fd.num", "-1");
	expect(*state, "evt.is_open_write", "true");
}

static void open_modes_of_every_open_call(void **state)
{
	const char *path =
		CWD("/") PATH_ITEM("0", "\"/f\"", "6", "0100644", "NORMAL");
	char text[2048];

	snprintf(text, sizeof(text), "%s%s",
	         SYSCALL("85", OK("3"), "a0=1 a1=1a4 a2=0 a3=0"), path);
	given(*state, text);
	expect(*state, "evt.type", "creat");
	expect(*state, "evt.is_open_write", "true");
	snprintf(text, sizeof(text), "%s%s%s",
	         SYSCALL("437", OK("3"), "a0=ffffff9c a1=1 a2=7ffe a3=18"),
	         OTHER("OPENAT2", "oflag=02 mode=00 resolve=0x0"), path);
	given(*state, text);
	expect(*state, "evt.type", "openat2");
	expect(*state, "evt.is_open_write", "true");
	expect(*state, "evt.is_open_read", "true");
	/* O_PATH opens nothing for reading or writing */
	snprintf(text, sizeof(text), "%s%s",
	         SYSCALL("257", OK("3"), "a0=ffffff9c a1=1 a2=200001 a3=0"),
	         path);
	given(*state, text);
	expect(*state, "evt.is_open_write", "false");
	/* an openat2 without its record says nothing about its flags */
	snprintf(text, sizeof(text), "%s%s",
	         SYSCALL("437", OK("3"), "a0=ffffff9c a1=1 a2=7ffe a3=18"),
	         path);
	given(*state, text);
	expect(*state, "evt.is_open_write", NULL);
}

static void rename_is_told_by_record_types_not_by_order(void **state)
{
	given(*state,
	      SYSCALL("82", OK("0"), "a0=1 a1=2 a2=0 a3=0") CWD("/w") PATH_ITEM(
		      "0", "\"/new/\"", "1", "040755", "PARENT")
	              PATH_ITEM("1", "\"old/\"", "2", "040755", "PARENT")
	                      PATH_ITEM("2", "\"old/f\"", "3", "0100644",
	                                "DELETE")
	                              PATH_ITEM("3", "\"/new/g\"", "4",
	                                        "0100644", "DELETE")
	                                      PATH_ITEM("4", "\"/new/g\"", "3",
	                                                "0100644", "CREATE"));
	expect(*state, "fs.path.source", "/w/old/f");
	expect(*state, "fs.path.target", "/new/g");
	expect(*state, "fs.path.name", "/new/g");
	expect(*state, "evt.arg.oldpath", "/w/old/f");
	expect(*state, "evt.rawarg.oldpath", "old/f");
}

static void mount_has_source_target_and_flags(void **state)
{
	given(*state,
	      SYSCALL("165", OK("0"), "a0=1 a1=2 a2=3 a3=5000") CWD("/w")
	              PATH_ITEM("0", "\"dst\"", "5", "040755", "NORMAL")
	                      PATH_ITEM("1", "\"/dev/loop1\"", "6", "060660",
	                                "NORMAL"));
	expect(*state, "mount.target", "/w/dst");
	expect(*state, "mount.source", "/dev/loop1");
	expect(*state, "mount.source.type", "block");
	expect(*state, "mount.source.rdev", "07:01");
	expect(*state, "mount.flags", "MS_BIND|MS_REC");
}

static void nameless_paths_are_passed_over(void **state)
{
	given(*state, SYSCALL("165", OK("0"), "a0=1 a1=2 a2=3 a3=0") CWD("/")
	                      PATH_ITEM("0", "\"/m\"", "5", "040755", "NORMAL")
	                              PATH_ITEM("1", "(null)", "6", "0100644",
	                                        "NORMAL"));
	expect(*state, "mount.target", "/m");
	expect(*state, "mount.source", NULL);
}

static void device_given_to_fsconfig_is_the_source_of_fsmount(void **state)
{
	given(*state, SYSCALL("431", OK("0"), "a0=3 a1=6 a2=0 a3=0") CWD("/")
	                      PATH_ITEM("0", "\"/dev/loop1\"", "6", "060660",
	                                "NORMAL"));
	given(*state, SYSCALL("432", OK("4"), "a0=3 a1=0 a2=0 a3=0"));
	expect(*state, "mount.source", "/dev/loop1");
	expect(*state, "mount.source.type", "block");
	expect(*state, "mount.source.rdev", "07:01");
}

static void attaching_a_mount_just_made_is_the_same_act(void **state)
{
	const char *attach =
		SYSCALL("429", OK("0"), "a0=4 a1=1 a2=ffffff9c a3=2") CWD("/")
			PATH_ITEM("0", "\"/m\"", "5", "040755", "NORMAL");

	given(*state, SYSCALL("432", OK("4"), "a0=3 a1=0 a2=0 a3=0"));
	given(*state, attach);
	expect(*state, "mount.reported", "true");
	expect(*state, "mount.target", "/m");
	given(*state, attach);
	expect(*state, "mount.reported", "false");
	/* open_tree without OPEN_TREE_CLONE opens and makes nothing */
	given(*state, SYSCALL("428", OK("4"), "a0=ffffff9c a1=1 a2=0 a3=0"));
	given(*state, attach);
	expect(*state, "mount.reported", "false");
	given(*state, SYSCALL("428", OK("4"), "a0=ffffff9c a1=1 a2=1 a3=0"));
	given(*state, attach);
	expect(*state, "mount.reported", "true");
}

static void namespace_kinds_are_named(void **state)
{
	given(*state, SYSCALL("272", OK("0"), "a0=10020000 a1=0 a2=0 a3=0"));
	expect(*state, "ns.flags", "CLONE_NEWNS|CLONE_NEWUSER");
	given(*state, SYSCALL("308", OK("0"), "a0=3 a1=4000000 a2=0 a3=0"));
	expect(*state, "ns.flags", "CLONE_NEWUTS");
	expect(*state, "ns.repeated", "false");
	given(*state, SYSCALL("308", OK("0"), "a0=3 a1=0 a2=0 a3=0"));
	expect(*state, "ns.flags", "0");
	expect(*state, "ns.repeated", "true");
}

static void socket_addresses_are_named(void **state)
{
	const char *connect = SYSCALL("42", OK("0"), "a0=5 a1=1 a2=10 a3=0");
	char text[1024];

	snprintf(text, sizeof(text), "%s%s", connect,
	         OTHER("SOCKADDR", "saddr=020000507F0000010000000000000000"));
	given(*state, text);
	expect(*state, "fd.name", "127.0.0.1:80");
	expect(*state, "fd.sip", "127.0.0.1");
	expect(*state, "fd.sport", "80");
	expect(*state, "fd.typechar", "4");
	expect(*state, "fd.num", "5");
	snprintf(text, sizeof(text), "%s%s", connect,
	         OTHER("SOCKADDR", "saddr=01002F72756E2F7800"));
	given(*state, text);
	expect(*state, "fd.name", "/run/x");
	expect(*state, "fd.typechar", "u");
	snprintf(text, sizeof(text), "%s%s", connect,
	         OTHER("SOCKADDR", "saddr=0100006162"));
	given(*state, text);
	expect(*state, "fd.name", "@ab");
}

static void identity_of_the_event_and_its_user(void **state)
{
	given(*state, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=4"));
	expect(*state, "evt.num", "7");
	expect(*state, "audit.serial", "7");
	expect(*state, "evt.time.iso8601", "2023-11-14T22:13:20.123000000Z");
	expect(*state, "evt.hostname", "box");
	expect(*state, "evt.source", "syscall");
	expect(*state, "audit.key", "k");
	expect(*state, "syscall.arch", "x86_64");
	expect(*state, "evt.a3", "4");
	expect(*state, "proc.tty", "34819");
	expect(*state, "user.name", "root");
	expect(*state, "user.loginuid", "-1");
	expect(*state, "user.loginname", NULL);
	expect(*state, "container.id", "host");
	expect(*state, "container.name", "host");
	expect(*state, "container.cgroup_id", NULL);
	expect(*state, "audit.field.comm", "prog");
	expect(*state, "audit.field.SYSCALL.exe", "/bin/prog");
	expect(*state, "audit.field.nosuch", NULL);
}

static void record_that_is_no_call_is_of_source_audit(void **state)
{
	given(*state, "node=web1 type=USER_LOGIN " AT("9")
		      "pid=1 uid=0 auid=1 ses=1 msg='op=login res=success'\n");
	expect(*state, "evt.type", "user_login");
	expect(*state, "evt.source", "audit");
	expect(*state, "audit.node", "web1");
	expect(*state, "evt.hostname", "web1");
	expect(*state, "syscall.type", NULL);
	expect(*state, "evt.res", NULL);
	expect(*state, "fs.path.name", NULL);
}

static void type_that_has_no_name_yet_keeps_its_number(void **state)
{
	struct fixture *f = *state;

	forget_event(f);
	f->assembler =
		assembler_new(&(struct assembler_options){ .is_log = true });
	assert_int_equal(
		assembler_add(
			f->assembler,
			&(struct frame){ .type = 1499,
	                                 .text = STR("audit(5.000:6): a=b") },
			0),
		0);
	assembler_flush(f->assembler);
	f->audit = assembler_next(f->assembler);
	event_init(&f->event, &f->context, f->audit, NULL);
	expect(f, "evt.type", "unknown[1499]");
	expect(f, "audit.type", "UNKNOWN[1499]");
	expect(f, "proc.pid", NULL);
	expect(f, "container.id", NULL);
}

static void container_that_nobody_named_is_not_the_host(void **state)
{
	struct fixture *f = *state;

	f->process.state = PROCESS_CONTAINER;
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=4"));
	expect(f, "container.id", "unknown");
	expect(f, "container.name", NULL);
	expect(f, "proc.state", "container");
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
		TEST(relative_path_is_joined_with_cwd_and_normalised),
		TEST(name_relative_to_a_descriptor_is_not_joined_with_cwd),
		TEST(parent_steps_stop_at_the_root),
		TEST(failed_open_has_a_name_and_no_descriptor),
		TEST(open_modes_of_every_open_call),
		TEST(rename_is_told_by_record_types_not_by_order),
		TEST(mount_has_source_target_and_flags),
		TEST(nameless_paths_are_passed_over),
		TEST(device_given_to_fsconfig_is_the_source_of_fsmount),
		TEST(attaching_a_mount_just_made_is_the_same_act),
		TEST(namespace_kinds_are_named),
		TEST(socket_addresses_are_named),
		TEST(identity_of_the_event_and_its_user),
		TEST(record_that_is_no_call_is_of_source_audit),
		TEST(type_that_has_no_name_yet_keeps_its_number),
		TEST(container_that_nobody_named_is_not_the_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
