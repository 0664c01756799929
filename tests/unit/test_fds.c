/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_fds.c - fd.*: what a descriptor is, over several events of a process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "fake_host.h"
#include "given.h"
#include "saker/base/clock.h"

#define SADDR(hex) OTHER("SOCKADDR", "saddr=" hex)
/* 10.0.0.5:443, 127.0.0.1:8080, 0.0.0.0:22 */
#define REMOTE SADDR("020001BB0A0000050000000000000000")
#define CLIENT SADDR("02001F907F0000010000000000000000")
#define ANY22  SADDR("02000016000000000000000000000000")

#define SOCKET_TCP SYSCALL("41", OK("3"), "a0=2 a1=1 a2=0 a3=0")
#define SOCKET_UDP SYSCALL("41", OK("3"), "a0=2 a1=80002 a2=0 a3=0")

static void connect_has_protocol_and_server(void **state)
{
	given(*state, SOCKET_TCP);
	expect(*state, "fd.num", "3");
	expect(*state, "fd.type", "ipv4");
	expect(*state, "fd.l4proto", "tcp");
	expect(*state, "fd.connected", "false");
	expect(*state, "evt.arg.domain", "AF_INET");
	given(*state, SYSCALL("42", OK("0"), "a0=3 a1=7ffe a2=10 a3=0") REMOTE);
	expect(*state, "fd.num", "3");
	expect(*state, "fd.name", "10.0.0.5:443");
	expect(*state, "fd.typechar", "4");
	expect(*state, "fd.sip", "10.0.0.5");
	expect(*state, "fd.rip", "10.0.0.5");
	expect(*state, "fd.sport", "443");
	expect(*state, "fd.rport", "443");
	expect(*state, "fd.snet", "10.0.0.5");
	expect(*state, "fd.cip", NULL);
	expect(*state, "fd.lport", NULL);
	expect(*state, "fd.l4proto", "tcp");
	expect(*state, "fd.sockfamily", "ip");
	expect(*state, "fd.is_server", "false");
	expect(*state, "fd.connected", "true");
	expect(*state, "fd.name_changed", "true");
	expect(*state, "fd.containername", "host:10.0.0.5:443");
	expect(*state, "fd.directory", NULL);
	expect(*state, "evt.args",
	       "res=0 tuple=10.0.0.5:443 fd=3(<4t>10.0.0.5:443) "
	       "addr=10.0.0.5:443");
}

static void refused_connect_leaves_the_socket_as_it_was(void **state)
{
	given(*state, SOCKET_TCP);
	given(*state,
	      SYSCALL("42", FAILED("-111"), "a0=3 a1=7ffe a2=10 a3=0") REMOTE);
	expect(*state, "fd.sip", "10.0.0.5");
	expect(*state, "evt.arg.res", "ECONNREFUSED");
	expect(*state, "fd.connected", "false");
	/* a connect under way counts */
	given(*state,
	      SYSCALL("42", FAILED("-115"), "a0=3 a1=7ffe a2=10 a3=0") REMOTE);
	expect(*state, "fd.connected", "true");
	expect(*state, "evt.res", "EINPROGRESS");
}

static void accepted_socket_is_the_server_s(void **state)
{
	given(*state, SOCKET_TCP);
	given(*state, SYSCALL("49", OK("0"), "a0=3 a1=7ffe a2=10 a3=0") ANY22);
	expect(*state, "fd.lport", "22");
	expect(*state, "evt.arg.addr", "0.0.0.0:22");
	expect(*state, "fd.is_server", "true");
	expect(*state, "fd.name", "0.0.0.0:22");
	expect(*state, "fd.sip", "0.0.0.0");
	expect(*state, "fd.cip", NULL);
	given(*state, SYSCALL("50", OK("0"), "a0=3 a1=5 a2=0 a3=0"));
	expect(*state, "fd.is_server", "true");
	expect(*state, "evt.arg[2]", "5");
	given(*state, SYSCALL("43", OK("4"), "a0=3 a1=7ffe a2=10 a3=0") CLIENT);
	expect(*state, "fd.num", "4");
	expect(*state, "fd.cip", "127.0.0.1");
	expect(*state, "fd.cport", "8080");
	expect(*state, "fd.sport", "22");
	expect(*state, "fd.rip", "127.0.0.1");
	expect(*state, "fd.lip", "0.0.0.0");
	expect(*state, "fd.is_server", "true");
	expect(*state, "fd.name", "127.0.0.1:8080->0.0.0.0:22");
	expect(*state, "fd.l4proto", "tcp");
}

static void datagram_names_the_other_side_each_time(void **state)
{
	given(*state, SOCKET_UDP);
	given(*state, SYSCALL("44", OK("9"), "a0=3 a1=7ffe a2=9 a3=0") REMOTE);
	expect(*state, "evt.type", "sendto");
	expect(*state, "fd.l4proto", "udp");
	expect(*state, "fd.connected", "false");
	expect(*state, "fd.name_changed", "true");
	expect(*state, "fd.sip", "10.0.0.5");
	expect(*state, "evt.is_io_write", "true");
	expect(*state, "evt.buflen.net.out", "9");
	expect(*state, "evt.buflen.in", NULL);
	expect(*state, "evt.category", "net");
	given(*state, SYSCALL("44", OK("9"), "a0=3 a1=7ffe a2=9 a3=0"));
	expect(*state, "fd.name_changed", "false");
}

static void duplicate_is_what_it_was_made_from(void **state)
{
	struct fixture *f = *state;

	given(f, SOCKET_TCP);
	given(f, SYSCALL("42", OK("0"), "a0=3 a1=7ffe a2=10 a3=0") REMOTE);
	given(f, SYSCALL("33", OK("1"), "a0=3 a1=1 a2=0 a3=0"));
	expect(f, "evt.type", "dup2");
	expect(f, "fd.num", "1");
	expect(f, "fd.type", "ipv4");
	expect(f, "fd.sip", "10.0.0.5");
	expect(f, "evt.arg.oldfd", "<4t>10.0.0.5:443");
	expect(f, "evt.rawarg.oldfd", "3");
	/* what it has from a fork is its parent's */
	process_fds_free(&f->parent);
	f->process.start_ns = 1700000001 * NS_PER_SEC;
	f->parent.fds = f->process.fds;
	f->process.fds = NULL;
	given(f, SYSCALL("292", OK("0"), "a0=3 a1=0 a2=0 a3=0"));
	expect(f, "fd.type", "ipv4");
	/* an execve closes what was made to be closed; the dup stays */
	given(f, SYSCALL("41", OK("5"), "a0=2 a1=80001 a2=0 a3=0"));
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	given(f, SYSCALL("33", OK("2"), "a0=5 a1=2 a2=0 a3=0"));
	expect(f, "fd.type", NULL);
	given(f, SYSCALL("33", OK("2"), "a0=0 a1=2 a2=0 a3=0"));
	expect(f, "fd.type", "ipv4");
}

static void opened_directory_resolves_names_below_it(void **state)
{
	given(*state,
	      SYSCALL("257", OK("7"), "a0=ffffff9c a1=1 a2=10000 a3=0") CWD("/")
	              PATH_ITEM("0", "\"/etc\"", "9", "040755", "NORMAL"));
	given(*state,
	      SYSCALL("257", OK("8"), "a0=7 a1=1 a2=0 a3=0") CWD("/tmp")
	              PATH_ITEM("0", "\"shadow\"", "6", "0100640", "NORMAL"));
	expect(*state, "fd.name", "/etc/shadow");
	expect(*state, "evt.arg.name", "/etc/shadow");
	expect(*state, "evt.arg.dirfd", "<d>/etc");
	expect(*state, "evt.arg.fd", "<f>/etc/shadow");
	expect(*state, "fd.dev", "65024");
	expect(*state, "fd.dev.major", "254");
	expect(*state, "fd.ino", "6");
	expect(*state, "fd.uid", "118");
	expect(*state, "fd.containerdirectory", "host:/etc");
	/* fchmod by number */
	given(*state, SYSCALL("91", OK("0"), "a0=8 a1=9ed a2=0 a3=0"));
	expect(*state, "fd.name", "/etc/shadow");
	expect(*state, "evt.arg.mode",
	       "S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|"
	       "S_ISUID");
	/* a closed one is forgotten */
	given(*state, SYSCALL("3", OK("0"), "a0=8 a1=0 a2=0 a3=0"));
	given(*state, SYSCALL("91", OK("0"), "a0=8 a1=9ed a2=0 a3=0"));
	expect(*state, "fd.name", NULL);
	expect(*state, "fd.num", "8");
}

static void both_sides_are_one_field(void **state)
{
	struct value v;

	given(*state, SOCKET_TCP);
	given(*state, SYSCALL("49", OK("0"), "a0=3 a1=7ffe a2=10 a3=0") ANY22);
	given(*state, SYSCALL("43", OK("4"), "a0=3 a1=7ffe a2=10 a3=0") CLIENT);
	assert_true(event_get(&((struct fixture *)*state)->event, FIELD_FD_IP,
	                      NULL, &v));
	assert_int_equal(v.type, VALUE_MANY);
	assert_int_equal(v.many.count, 2);
	assert_int_equal(v.many.items[0].ip.bytes[0], 127);
	assert_int_equal(v.many.items[1].ip.bytes[0], 0);
	assert_true(event_get(&((struct fixture *)*state)->event, FIELD_FD_PORT,
	                      NULL, &v));
	assert_int_equal(v.many.items[0].u, 8080);
	assert_int_equal(v.many.items[1].u, 22);
}

static void call_of_a_32_bit_program_is_what_socketcall_does(void **state)
{
	given(*state,
	      "type=SYSCALL " AT("7") "arch=40000003 syscall=102 " OK(
		      "0") " a0=3 a1=ff a2=0 a3=0 items=0 " IDS
	                   "\n" OTHER("SOCKETCALL", "nargs=3 a0=6 a1=ff a2=10")
	                           REMOTE);
	expect(*state, "evt.type", "connect");
	expect(*state, "fd.num", "6");
	expect(*state, "fd.sport", "443");
	expect(*state, "evt.a0", "6");
}

static void pipe_and_memory_file_have_their_kinds(void **state)
{
	given(*state, SYSCALL("293", OK("0"), "a0=7ffe a1=0 a2=0 a3=0")
	                      OTHER("FD_PAIR", "fd0=5 fd1=6"));
	given(*state, SYSCALL("33", OK("0"), "a0=5 a1=0 a2=0 a3=0"));
	expect(*state, "fd.type", "pipe");
	given(*state, SYSCALL("319", OK("9"), "a0=7ffe a1=1 a2=0 a3=0"));
	expect(*state, "evt.type", "memfd_create");
	expect(*state, "fd.type", "memfd");
	expect(*state, "evt.arg.flags", "MFD_CLOEXEC");
}

static void only_so_many_are_remembered(void **state)
{
	char text[1024];

	for (int fd = 3; fd < 80; fd++) {
		char exit[32];

		snprintf(exit, sizeof(exit), "success=yes exit=%d", fd);
		snprintf(text, sizeof(text),
		         "type=SYSCALL %sarch=c000003e syscall=41 %s a0=2 a1=1 "
		         "a2=0 a3=0 items=0 %s\n",
		         AT("7"), exit, IDS);
		given(*state, text);
	}
	given(*state, SYSCALL("33", OK("1"), "a0=79 a1=1 a2=0 a3=0"));
	expect(*state, "evt.rawarg.oldfd", "121");
	given(*state, SYSCALL("33", OK("1"), "a0=4f a1=1 a2=0 a3=0"));
	expect(*state, "fd.type", "ipv4");
	given(*state, SYSCALL("33", OK("1"), "a0=3 a1=1 a2=0 a3=0"));
	expect(*state, "fd.type", NULL);
}

static void unseen_socket_is_asked_for(void **state)
{
	struct fixture *f = *state;
	struct host_process facts = { .pid = 11, .start_ticks = 77 };

	fake_host_process(f->host, &facts);
	fake_host_link(f->host, "11/3", "socket:[4711]");
	fake_host_text(
		f->host, "/proc/11/net/tcp",
		"  sl  local_address rem_address   st tx_queue rx_queue tr\n"
		"   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 "
		"00:00000000 00000000     0        0 99 1 0 100\n"
		"   1: 0200000A:A000 0500000A:01BB 01 00000000:00000000 "
		"00:00000000 00000000     0        0 4711 1 0 100\n");
	given(f, SYSCALL("42", OK("0"), "a0=3 a1=7ffe a2=10 a3=0") REMOTE);
	expect(f, "fd.l4proto", "tcp");
	expect(f, "fd.lip", "10.0.0.2");
	expect(f, "fd.lport", "40960");
	expect(f, "fd.name", "10.0.0.2:40960->10.0.0.5:443");
	given(f, SYSCALL("33", OK("3"), "a0=4 a1=3 a2=0 a3=0"));
	expect(f, "fd.type", "ipv4");
	expect(f, "fd.connected", "true");
	/* another process has the pid now */
	facts.start_ticks = 78;
	fake_host_process(f->host, &facts);
	given(f, SYSCALL("33", OK("3"), "a0=4 a1=3 a2=0 a3=0"));
	expect(f, "fd.type", NULL);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, given_setup, given_teardown)
#define TEST_LIVE(name) \
	cmocka_unit_test_setup_teardown(name, given_live_setup, given_teardown)
	const struct CMUnitTest tests[] = {
		TEST(connect_has_protocol_and_server),
		TEST(refused_connect_leaves_the_socket_as_it_was),
		TEST(accepted_socket_is_the_server_s),
		TEST(datagram_names_the_other_side_each_time),
		TEST(duplicate_is_what_it_was_made_from),
		TEST(opened_directory_resolves_names_below_it),
		TEST(both_sides_are_one_field),
		TEST(call_of_a_32_bit_program_is_what_socketcall_does),
		TEST(pipe_and_memory_file_have_their_kinds),
		TEST(only_so_many_are_remembered),
		TEST_LIVE(unseen_socket_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
