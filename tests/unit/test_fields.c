/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_fields.c - Falco's fields and arguments, from records and from what the
 * machine says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "fake_host.h"
#include "given.h"
#include "saker/process/table.h"

/* Times are shown as a time of day. */
static void expect_ns(struct fixture *f, enum field_id id, uint64_t expected)
{
	struct value v;

	assert_true(event_get(&f->event, id, NULL, &v));
	assert_int_equal(v.type, VALUE_TIME);
	assert_int_equal(v.u, expected);
}

static void times_count_from_the_first_event_and_the_one_before(void **state)
{
	struct fixture *f = *state;
	char later[512];

	snprintf(later, sizeof(later),
	         "type=SYSCALL msg=audit(1700000001.625:8): arch=c000003e "
	         "syscall=105 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 items=0 "
	         "%s\n",
	         IDS);
	f->process.start_ns = 1700000000000000000ULL;
	given(f, SYSCALL("105", OK("0"), "a0=0 a1=0 a2=0 a3=0"));
	expect(f, "evt.reltime", "0");
	expect(f, "evt.time.s", "22:13:20");
	expect(f, "evt.datetime", "2023-11-14 22:13:20.123000000");
	expect(f, "evt.datetime.s", "2023-11-14 22:13:20");
	expect_ns(f, FIELD_EVT_RAWTIME_S, 1700000000);
	expect_ns(f, FIELD_EVT_RAWTIME_NS, 123000000);
	expect(f, "proc.duration", "123000000");
	expect(f, "proc.pid.ts", "1700000000000000000");
	given(f, later);
	expect(f, "evt.reltime", "1502000000");
	expect(f, "evt.reltime.s", "1");
	expect(f, "evt.deltatime.ns", "502000000");
}

static void kind_of_call_is_known(void **state)
{
	given(*state,
	      SYSCALL("105", FAILED("-1"), "a0=ffffffff a1=0 a2=0 a3=0"));
	expect(*state, "evt.type", "setuid");
	expect(*state, "evt.type.is.setuid", "1");
	expect(*state, "evt.type.is[open]", "0");
	expect(*state, "evt.category", "user");
	expect(*state, "evt.count", "1");
	expect(*state, "evt.count.error", "1");
	expect(*state, "evt.count.error.file", NULL);
	expect(*state, "evt.count.error.other", "1");
	expect(*state, "evt.is_io", "false");
	expect(*state, "evt.io_dir", NULL);
	expect(*state, "evt.is_wait", "false");
	expect(*state, "evt.is_async", "false");
	expect(*state, "evt.arg.uid", "<NONE>");
	expect(*state, "evt.rawarg.uid", "-1");
	expect(*state, "evt.arg.res", "EPERM");
	expect(*state, "evt.arg.no_such", NULL);
	expect(*state, "evt.arg[9]", NULL);
	expect(*state, "evt.buffer", NULL);
	expect(*state, "evt.cpu", NULL);
}

/* Each with the first four registers. */
static void arguments_have_falcos_names(void **state)
{
	static const struct {
		const char *nr, *args, *name, *shown;
	} cases[] = {
		{ "101", "a0=10 a1=2a a2=0 a3=0", "evt.arg.request",
		  "PTRACE_ATTACH" },
		{ "101", "a0=0 a1=0 a2=0 a3=0", "evt.arg.request",
		  "PTRACE_TRACEME" },
		{ "101", "a0=4206 a1=2a a2=0 a3=0", "evt.arg.request",
		  "PTRACE_SEIZE" },
		{ "101", "a0=10 a1=2a a2=0 a3=0", "evt.arg.pid", "42" },
		{ "41", "a0=11 a1=3 a2=300 a3=0", "evt.arg.domain",
		  "AF_PACKET" },
		{ "41", "a0=11 a1=3 a2=300 a3=0", "evt.arg[2]", "3" },
		{ "308", "a0=5 a1=20000 a2=0 a3=0", "evt.arg.nstype",
		  "CLONE_NEWNS" },
		{ "272", "a0=10000000 a1=0 a2=0 a3=0", "evt.arg.flags",
		  "CLONE_NEWUSER" },
		{ "321", "a0=5 a1=0 a2=0 a3=0", "evt.arg.cmd",
		  "BPF_PROG_LOAD" },
		{ "157", "a0=26 a1=1 a2=0 a3=0", "evt.arg.option",
		  "PR_SET_NO_NEW_PRIVS" },
		{ "62", "a0=2a a1=9 a2=0 a3=0", "evt.arg.sig", "SIGKILL" },
		{ "105", "a0=0 a1=0 a2=0 a3=0", "evt.arg.uid", "root" },
		{ "166", "a0=1 a1=2 a2=0 a3=0", "evt.arg.flags", "DETACH" },
		{ "263", "a0=ffffff9c a1=1 a2=200 a3=0", "evt.arg.flags",
		  "AT_REMOVEDIR" },
		{ "263", "a0=ffffff9c a1=1 a2=200 a3=0", "evt.arg.dirfd",
		  "AT_FDCWD" },
		{ "83", "a0=1 a1=1ed a2=0 a3=0", "evt.arg.mode", "1ED" },
		{ "268", "a0=ffffff9c a1=1 a2=49ed a3=0", "evt.arg.mode",
		  "S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|"
		  "S_ISUID" },
		{ "2", "a0=1 a1=42 a2=1a4 a3=0", "evt.arg.mode", "0644" },
		{ "2", "a0=1 a1=42 a2=1a4 a3=0", "evt.arg.flags",
		  "O_CREAT|O_RDWR" },
		{ "165", "a0=1 a1=2 a2=3 a3=5001", "evt.arg.flags",
		  "RDONLY|BIND|REC" },
		{ "59", "a0=1 a1=2 a2=3 a3=0", "evt.arg.comm", "prog" },
		{ "59", "a0=1 a1=2 a2=3 a3=0", "evt.arg.pid", "prog" },
		{ "59", "a0=1 a1=2 a2=3 a3=0", "evt.rawarg.pid", "11" },
		{ "59", "a0=1 a1=2 a2=3 a3=0", "evt.arg.ptid", "bash" },
		{ "59", "a0=1 a1=2 a2=3 a3=0", "evt.rawarg.ptid", "10" },
		{ "59", "a0=1 a1=2 a2=3 a3=0", "evt.arg.uid", "root" },
		{ "59", "a0=1 a1=2 a2=3 a3=0", "evt.rawarg.uid", "0" },
		{ "59", "a0=1 a1=2 a2=3 a3=0", "evt.arg.loginuid", "<NONE>" },
		{ "59", "a0=1 a1=2 a2=3 a3=0", "evt.arg.cap_effective", NULL },
		{ "59", "a0=1 a1=2 a2=3 a3=0", "evt.arg.res", "0" },
		{ "59", "a0=1 a1=2 a2=3 a3=0", "evt.arg.trusted_exepath",
		  "/bin/prog" },
		{ "62", "a0=2a a1=9 a2=0 a3=0", "evt.args",
		  "res=0 pid=42 sig=9(SIGKILL)" },
		{ "41", "a0=1 a1=1 a2=0 a3=0", "evt.arg.domain",
		  "AF_LOCAL|AF_UNIX" },
		{ "41", "a0=10 a1=3 a2=0 a3=0", "evt.arg.domain",
		  "AF_ROUTE|AF_NETLINK" },
		{ "41", "a0=2 a1=80001 a2=6 a3=0", "evt.args",
		  "fd=0(<4t>) domain=2(AF_INET) type=524289 proto=6" },
		{ "90", "a0=1 a1=1a4 a2=0 a3=0", "evt.args",
		  "res=0 mode=0644(S_IROTH|S_IRGRP|S_IWUSR|S_IRUSR)" },
		{ "90", "a0=1 a1=800 a2=0 a3=0", "evt.arg.mode", "S_ISUID" },
		{ "9", "a0=0 a1=1000 a2=3 a3=22", "evt.arg.prot",
		  "PROT_READ|PROT_WRITE" },
		{ "9", "a0=0 a1=1000 a2=3 a3=22", "evt.arg.flags",
		  "MAP_PRIVATE|MAP_ANONYMOUS" },
		{ "10", "a0=7f00 a1=1000 a2=0 a3=0", "evt.arg.prot",
		  "PROT_NONE" },
		{ "10", "a0=7f00 a1=1000 a2=0 a3=0", "evt.arg.addr", "7F00" },
		{ "73", "a0=3 a1=6 a2=0 a3=0", "evt.arg.operation",
		  "LOCK_EX|LOCK_NB" },
		{ "8", "a0=3 a1=10 a2=2 a3=0", "evt.arg.whence", "SEEK_END" },
		{ "160", "a0=7 a1=0 a2=0 a3=0", "evt.arg.resource",
		  "RLIMIT_NOFILE" },
		{ "302", "a0=0 a1=3 a2=0 a3=0", "evt.arg.resource",
		  "RLIMIT_STACK" },
		{ "54", "a0=3 a1=1 a2=2 a3=0", "evt.arg.level", "SOL_SOCKET" },
		{ "54", "a0=3 a1=1 a2=2 a3=0", "evt.arg.optname",
		  "SO_REUSEADDR" },
		{ "291", "a0=80000 a1=0 a2=0 a3=0", "evt.arg.flags",
		  "EPOLL_CLOEXEC" },
		{ "66", "a0=1 a1=0 a2=0 a3=0", "evt.arg.cmd", "IPC_RMID" },
		{ "427", "a0=3 a1=2 a2=0 a3=0", "evt.arg.opcode",
		  "IORING_REGISTER_FILES" },
		{ "425", "a0=8 a1=0 a2=0 a3=0", "evt.arg.entries", "8" },
		{ "21", "a0=1 a1=0 a2=0 a3=0", "evt.arg.mode", "F_OK" },
		{ "21", "a0=1 a1=6 a2=0 a3=0", "evt.arg.mode", "R_OK|W_OK" },
		{ "92", "a0=1 a1=0 a2=ffffffff a3=0", "evt.arg.uid", "root" },
		{ "92", "a0=1 a1=0 a2=ffffffff a3=0", "evt.arg.gid", "<NONE>" },
		{ "2", "a0=1 a1=80000 a2=0 a3=0", "evt.arg.flags",
		  "O_RDONLY|O_CLOEXEC" },
		{ "2", "a0=1 a1=241 a2=1b6 a3=0", "evt.arg.flags",
		  "O_TRUNC|O_CREAT|O_WRONLY" },
		{ "2", "a0=1 a1=441 a2=1b6 a3=0", "evt.arg.flags",
		  "O_APPEND|O_CREAT|O_WRONLY" },
		{ "56", "a0=3d0f00 a1=0 a2=0 a3=0", "evt.arg.flags",
		  "CLONE_FILES|CLONE_FS|CLONE_PARENT_SETTID|CLONE_SIGHAND|"
		  "CLONE_SYSVSEM|CLONE_THREAD|CLONE_VM|CLONE_CHILD_CLEARTID|"
		  "CLONE_SETTLS" },
		{ "435", "a0=7ffe a1=58 a2=0 a3=0", "evt.arg.flags", NULL },
		{ "288", "a0=3 a1=0 a2=0 a3=80000", "evt.rawarg.flags",
		  "524288" },
		{ "0", "a0=3 a1=1 a2=10 a3=0", "evt.io_dir", "read" },
		{ "1", "a0=3 a1=1 a2=10 a3=0", "evt.io_dir", "write" },
		{ "0", "a0=3 a1=1 a2=10 a3=0", "evt.category", "unknown" },
		{ "161", "a0=1 a1=0 a2=0 a3=0", "evt.category", "process" },
		{ "133", "a0=1 a1=0 a2=0 a3=0", "evt.category", "other" },
		{ "9", "a0=1 a1=0 a2=0 a3=0", "evt.category", "memory" },
		{ "35", "a0=1 a1=0 a2=0 a3=0", "evt.category", "sleep" },
		{ "7", "a0=1 a1=0 a2=0 a3=0", "evt.category", "wait" },
		{ "293", "a0=1 a1=0 a2=0 a3=0", "evt.category", "IPC" },
		{ "2", "a0=1 a1=410000 a2=1b6 a3=0", "evt.is_open_create",
		  "true" },
		{ "2", "a0=1 a1=42 a2=1b6 a3=0", "evt.is_open_create",
		  "false" },
		{ "2", "a0=1 a1=42 a2=1b6 a3=0", "evt.count.error", NULL },
		{ "2", "a0=1 a1=42 a2=1b6 a3=0", "evt.count.procinfo", "0" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[1024];

		snprintf(text, sizeof(text),
		         "type=SYSCALL %sarch=c000003e syscall=%s success=yes "
		         "exit=0 %s items=0 %s\n",
		         AT("7"), cases[i].nr, cases[i].args, IDS);
		given(*state, text);
		expect(*state, cases[i].name, cases[i].shown);
	}
}

static void all_arguments_are_one_text(void **state)
{
	given(*state,
	      SYSCALL("257", OK("5"), "a0=ffffff9c a1=1 a2=0 a3=0") CWD("/etc")
	              PATH_ITEM("0", "\"passwd\"", "6", "0100644", "NORMAL"));
	expect(*state, "evt.args",
	       "fd=5(<f>/etc/passwd) dirfd=-100(AT_FDCWD) "
	       "name=passwd(/etc/passwd) flags=0(O_RDONLY) mode=0 dev=FE00 "
	       "ino=6");
	expect(*state, "evt.info",
	       "fd=5(<f>/etc/passwd) dirfd=-100(AT_FDCWD) "
	       "name=passwd(/etc/passwd) flags=0(O_RDONLY) mode=0 dev=FE00 "
	       "ino=6");
	expect(*state, "evt.abspath", "/etc/passwd");
	expect(*state, "evt.is_open_exec", "false");
	given(*state, SYSCALL("257", OK("5"), "a0=ffffff9c a1=1 a2=41 a3=1ed")
	                      CWD("/etc") PATH_ITEM("0", "\"x\"", "6",
	                                            "0100755", "CREATE"));
	expect(*state, "evt.is_open_exec", "true");
}

/* The kernel tells whom a call was aimed at. */
static void target_of_a_signal_has_a_name(void **state)
{
	given(*state, SYSCALL("62", OK("0"), "a0=2 a1=f a2=0 a3=0")
	                      OTHER("OBJ_PID",
	                            "opid=4711 oauid=-1 ouid=0 oses=-1 "
	                            "ocomm=\"sshd\""));
	expect(*state, "evt.arg.pid", "sshd");
	expect(*state, "evt.rawarg.pid", "2");
	expect(*state, "evt.args", "res=0 pid=2(sshd) sig=15(SIGTERM)");
}

static void executable_has_no_mark_of_its_end(void **state)
{
	struct fixture *f = *state;
	static const char *const cases[][2] = {
		{ "/usr/bin/x (deleted)", "/usr/bin/x" },
		{ "/memfd:runc_cloned:/proc/self/exe (deleted)",
		  "memfd:runc_cloned:/proc/self/exe" },
		{ "/memfd (deleted)", "/memfd" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f->process.exe = str_from(cases[i][0]);
		f->parent.exe = f->process.exe;
		given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
		expect(f, "proc.exepath", cases[i][1]);
		expect(f, "proc.pexepath", cases[i][1]);
		expect(f, "proc.aexepath[1]", cases[i][1]);
	}
}

static void session_without_its_leader_has_an_eldest(void **state)
{
	struct fixture *f = *state;
	struct host_process child = {
		.pid = 11, .start_ticks = 77, .sid = 9, .pgid = 11
	};
	struct host_process parent = {
		.pid = 10, .start_ticks = 70, .sid = 9, .pgid = 10
	};

	fake_host_process(f->host, &child);
	fake_host_process(f->host, &parent);
	given(f, SYSCALL("105", OK("0"), "a0=0 a1=0 a2=0 a3=0"));
	expect(f, "proc.sname", "bash");
	expect(f, "proc.pgid.name", "prog");
	parent.sid = 10;
	fake_host_process(f->host, &parent);
	given(f, SYSCALL("105", OK("0"), "a0=0 a1=0 a2=0 a3=0"));
	expect(f, "proc.sname", "prog");
}

static void raw_arguments_have_types_of_their_own(void **state)
{
	static const struct {
		const char *name;
		enum value_type type;
	} cases[] = {
		{ "flags", VALUE_INT },     { "uid", VALUE_INT },
		{ "name", VALUE_STRING },   { "tuple", VALUE_STRING },
		{ "exe", VALUE_STRING },    { "cap_effective", VALUE_INT },
		{ "status", VALUE_STRING },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct field_arg arg = { .present = true,
			                 .name = str_from(cases[i].name) };

		assert_int_equal(field_type(field_info(FIELD_EVT_RAWARG), &arg),
		                 cases[i].type);
		assert_int_equal(field_type(field_info(FIELD_EVT_ARG), &arg),
		                 VALUE_STRING);
		assert_true(
			field_arg_is_known(field_info(FIELD_EVT_RAWARG), &arg));
	}
}

static void link_arguments_are_absolute_and_targets_raw(void **state)
{
	given(*state,
	      SYSCALL("86", OK("0"), "a0=1 a1=2 a2=0 a3=0") CWD("/etc")
	              PATH_ITEM("0", "\"shadow\"", "6", "0100640", "NORMAL")
	                      PATH_ITEM("1", "\"/tmp/\"", "2", "041777",
	                                "PARENT")
	                              PATH_ITEM("2", "\"/tmp/l\"", "6",
	                                        "0100640", "CREATE"));
	expect(*state, "evt.arg.oldpath", "/etc/shadow");
	expect(*state, "evt.arg.newpath", "/tmp/l");
	expect(*state, "evt.abspath.src", "/etc/shadow");
	expect(*state, "evt.abspath.dst", "/tmp/l");
	given(*state,
	      SYSCALL("88", OK("0"), "a0=1 a1=2 a2=0 a3=0") CWD("/tmp")
	              PATH_ITEM("0", "\"/tmp/\"", "2", "041777", "PARENT")
	                      OTHER("PATH",
	                            "item=1 name=\"../etc/shadow\" "
	                            "nametype=UNKNOWN")
	                              PATH_ITEM("2", "\"l\"", "7", "0120777",
	                                        "CREATE"));
	expect(*state, "evt.arg.target", "../etc/shadow");
	expect(*state, "evt.arg.linkpath", "/tmp/l");
}

static void openat2_tells_how_it_resolves(void **state)
{
	given(*state,
	      SYSCALL("437", OK("3"), "a0=ffffff9c a1=1 a2=7ffe a3=18") OTHER(
		      "OPENAT2", "oflag=0101 mode=0640 resolve=0x4") CWD("/")
	              PATH_ITEM("0", "\"/f\"", "6", "0100640", "CREATE"));
	expect(*state, "evt.arg.flags", "O_CREAT|O_WRONLY|O_F_CREATED");
	expect(*state, "evt.arg.mode", "0640");
	expect(*state, "evt.arg.resolve", "RESOLVE_NO_SYMLINKS");
}

static void family_is_followed(void **state)
{
	struct fixture *f = *state;
	static struct str argv[] = { STR_INIT("/bin/prog"), STR_INIT("a"),
		                     STR_INIT("bc") };
	struct value v;

	process_set_argv(&f->process, argv, 3);
	process_set_argv(&f->parent, argv, 2);
	given(f, SYSCALL("105", OK("0"), "a0=0 a1=0 a2=0 a3=0"));
	expect(f, "proc.cmdlenargs", "3");
	expect(f, "proc.aexe[1]", "/bin/prog");
	expect(f, "proc.aargs[1]", "a");
	expect(f, "proc.apid[1]", "10");
	expect(f, "proc.apid[2]", NULL);
	expect(f, "proc.loginshellid", "10");
	assert_true(event_get(&f->event, FIELD_PROC_APID, NULL, &v));
	assert_int_equal(v.type, VALUE_MANY);
	assert_int_equal(v.many.count, 1);
	assert_int_equal(v.many.items[0].i, 10);
	/* nobody is asked in a log */
	expect(f, "proc.vpid", "11");
	expect(f, "proc.pvpid", "10");
	f->process.state = PROCESS_CONTAINER;
	given(f, SYSCALL("105", OK("0"), "a0=0 a1=0 a2=0 a3=0"));
	expect(f, "proc.vpid", NULL);
	f->process.state = PROCESS_HOST;
	given(f, SYSCALL("105", OK("0"), "a0=0 a1=0 a2=0 a3=0"));
	expect(f, "proc.sname", NULL);
	expect(f, "proc.env", NULL);
	expect(f, "proc.is_exe_upper_layer", NULL);
	expect(f, "proc.stdin.type", NULL);
	expect(f, "container.host_pid", NULL);
}

static void capabilities_of_an_exec_are_remembered(void **state)
{
	struct fixture *f = *state;

	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0") OTHER(
			 "BPRM_FCAPS",
			 "fver=0 fp=0 fi=0 fe=0 old_pp=0 old_pi=0 old_pe=0 "
			 "old_pa=0 pp=0000000000200000 pi=0000000000000001 "
			 "pe=0000000000210000 pa=0 frootid=0"));
	expect(f, "thread.cap_effective", "CAP_SYS_MODULE CAP_SYS_ADMIN");
	given(f, SYSCALL("175", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "evt.type", "init_module");
	expect(f, "thread.cap_effective", "CAP_SYS_MODULE CAP_SYS_ADMIN");
	expect(f, "thread.cap_permitted", "CAP_SYS_ADMIN");
	expect(f, "thread.cap_inheritable", "CAP_CHOWN");
	/* another user has others */
	f->process.euid = 1000;
	given(f, SYSCALL("175", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "thread.cap_effective", NULL);
	f->process.euid = 0;
	/* an exec without the record had all of them: not remembered */
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "thread.cap_effective", NULL);
}

static void machine_is_asked_once_the_process_is_sure(void **state)
{
	struct fixture *f = *state;
	struct host_process facts = {
		.pid = 11,
		.start_ticks = 77,
		.sid = 10,
		.pgid = 11,
		.vpid = 1,
		.vsid = 1,
		.vpgid = 1,
		.has_caps = true,
		.caps = { 1, 0, 2 },
		.vm_size = 100,
		.vm_rss = 50,
		.threads = 3,
		.minor_faults = 7,
		.exe_mode = 0100755,
		.exe_uid = 1000,
		.exe_ctime_ns = 5,
		.exe_mtime_ns = 4,
	};

	fake_host_process(f->host, &facts);
	fake_host_text(f->host, "/proc/11/environ", "A=1");
	fake_host_link(f->host, "11/0", "/dev/null");
	fake_host_link(f->host, "11/1", "pipe:[12]");
	f->process.start_ns = 1000;
	f->process.uid = f->process.euid = 1000;
	given(f, SYSCALL("105", OK("0"), "a0=0 a1=0 a2=0 a3=0"));
	expect(f, "proc.vpid", "1");
	expect(f, "proc.sid", "1");
	expect(f, "proc.vpgid", "1");
	expect(f, "proc.pgid", "11");
	expect(f, "proc.is_pgid_leader", "true");
	expect(f, "proc.is_vpgid_leader", "true");
	expect(f, "proc.is_sid_leader", "false");
	expect(f, "thread.cap_permitted", "CAP_CHOWN");
	expect(f, "thread.cap_effective", "CAP_DAC_OVERRIDE");
	expect(f, "proc.vmsize", "100");
	expect(f, "thread.vmrss.b", "51200");
	expect(f, "proc.nthreads", "3");
	expect(f, "proc.nchilds", "2");
	expect(f, "thread.pfminor", "7");
	expect(f, "proc.is_exe_writable", "true");
	expect_ns(f, FIELD_PROC_EXE_INO_CTIME, 5);
	expect_ns(f, FIELD_PROC_EXE_INO_MTIME, 4);
	expect(f, "proc.exe_ino.ctime_duration_proc_start", "995");
	expect(f, "proc.env", "A=1");
	expect(f, "proc.env[A]", "1");
	expect(f, "proc.env[B]", "");
	expect(f, "proc.stdin.type", "file");
	expect(f, "proc.stdin.name", "/dev/null");
	expect(f, "proc.stdout.type", "pipe");
	expect(f, "proc.stderr.type", NULL);
	facts.start_ticks = 99;
	fake_host_process(f->host, &facts);
	given(f, SYSCALL("105", OK("0"), "a0=0 a1=0 a2=0 a3=0"));
	expect(f, "proc.vpid", "11");
	expect(f, "proc.env", NULL);
}

#define EXEC(mode, more)                              \
	SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0") \
	more CWD("/") PATH_ITEM("0", "\"/bin/prog\"", "9", mode, "NORMAL")

static void user_may_write_to_its_executable(void **state)
{
	struct fixture *f = *state;

	/* the file is root's */
	given(f, EXEC("0100555", ""));
	expect(f, "proc.is_exe_writable", "true");
	f->process.uid = f->process.euid = f->process.gid = 1000;
	given(f, EXEC("0100775", ""));
	expect(f, "proc.is_exe_writable", "false");
	given(f, EXEC("0100757", ""));
	expect(f, "proc.is_exe_writable", "true");
	f->process.gid = 0;
	given(f, EXEC("0100757", ""));
	expect(f, "proc.is_exe_writable", "false");
	given(f, EXEC("0100775", ""));
	expect(f, "proc.is_exe_writable", "true");
	/* CAP_DAC_OVERRIDE; CAP_CHOWN alone */
	given(f, EXEC("0100755", OTHER("BPRM_FCAPS", "pp=2 pi=0 pe=2")));
	expect(f, "proc.is_exe_writable", "true");
	given(f, EXEC("0100755", OTHER("BPRM_FCAPS", "pp=1 pi=0 pe=1")));
	expect(f, "proc.is_exe_writable", "false");
}

#define OVERLAY                                                        \
	"30 1 254:0 / / rw - ext4 /dev/vda rw\n"                       \
	"99 30 0:39 / / rw,relatime - overlay overlay rw,lowerdir=/l," \
	"upperdir=/up\\040per,workdir=/w\n"

static void layer_of_the_executable_is_looked_up(void **state)
{
	struct fixture *f = *state;
	struct container c = { .full_id = STR("c0ffee"), .refs = 1 };

	f->process.state = PROCESS_CONTAINER;
	f->process.container = &c;
	f->process.exe = STR("/tmp/dropped");
	f->process.exe_id = (struct file_id){ 0x27, 5 };
	fake_host_text(f->host, "/proc/11/mountinfo", OVERLAY);
	fake_host_file(f->host, "/up per/tmp/dropped", 0xfe00, 5);
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "proc.is_exe_upper_layer", "true");
	expect(f, "proc.is_exe_lower_layer", "false");
	expect(f, "evt.arg.flags", "EXE_WRITABLE|EXE_UPPER_LAYER");
	/* where a lower directory has no absolute name, the upper one tells */
	f->process.exe = STR("/bin/ls");
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "proc.is_exe_upper_layer", NULL);
	fake_host_file(f->host, "/up per", 0xfe00, 4);
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "proc.is_exe_upper_layer", "false");
	fake_host_file(f->host, "/l", 0xfe00, 7);
	fake_host_file(f->host, "/l/bin/ls", 0xfe00, 5);
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "proc.is_exe_upper_layer", "false");
	expect(f, "proc.is_exe_lower_layer", "true");
	/* deleted since: the image's own, or one that hides behind its name */
	f->process.exe = STR("/bin/ls (deleted)");
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "proc.is_exe_upper_layer", "false");
	fake_host_file(f->host, "/l/bin/ls", 0xfe00, 6);
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "proc.is_exe_upper_layer", "true");
	f->process.exe = STR("/tmp/dropped (deleted)");
	fake_host_file(f->host, "/up per/tmp/dropped", 0, 0);
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "proc.is_exe_upper_layer", "true");
	f->process.exe = STR("/bin/ls");
	fake_host_file(f->host, "/l/bin/ls", 0xfe00, 5);
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "proc.is_exe_lower_layer", "true");
	/* a volume of the host's */
	f->process.exe_id = (struct file_id){ 0xfe00, 5 };
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "proc.is_exe_lower_layer", "false");
	f->process.container = NULL;
}

static void metadata_is_rendered_as_falco_does(void **state)
{
	struct container_mount mounts[] = {
		{ STR("/proc"), STR("/host/proc"), STR("ro"), STR("rprivate"),
		  false },
		{ STR("/srv"), STR("/data"), STR_NONE, STR_NONE, true },
	};
	struct container_label labels[] = {
		{ STR("app"), STR("web") },
		{ STR("io.kubernetes.pod.name"), STR("p") },
		{ STR("lone"), STR_NONE },
	};
	struct str devices[] = { STR("/dev/fuse:/dev/fuse:rwm"),
		                 STR("/dev/kvm") };
	struct container_metadata m = {
		.image = STR("reg.example:5000/team/app:1.2"),
		.image_repository = STR("reg.example:5000/team/app"),
		.image_tag = STR("1.2"),
		.privileged = FACT_YES,
		.host_ipc = FACT_NO,
		.has_caps = true,
		.caps = 1 << 0 | 1 << 21,
		.pod_sandbox_id = STR("0123456789abcdef"),
		.mounts = mounts,
		.nmounts = 2,
		.labels = labels,
		.nlabels = 3,
		.devices = devices,
		.ndevices = 2,
	};
	struct container c = {
		.metadata = &m,
		.pod_uid = STR("69349abe_d645_11ea_9c4c_08002709c05c"),
		.start_ns = 1700000000000000000ULL,
	};
	struct fixture *f = *state;

	f->process.state = PROCESS_CONTAINER;
	f->process.container = &c;
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "container.image", "reg.example:5000/team/app:1.2");
	expect(f, "container.image.repository", "reg.example:5000/team/app");
	expect(f, "container.image.tag", "1.2");
	expect(f, "container.image.digest", NULL);
	expect(f, "container.privileged", "true");
	expect(f, "container.host_ipc", "false");
	expect(f, "container.host_pid", NULL);
	expect(f, "container.read_only", NULL);
	expect(f, "container.caps", "CAP_CHOWN CAP_SYS_ADMIN");
	expect(f, "container.devices", "/dev/fuse:/dev/fuse:rwm,/dev/kvm");
	expect(f, "container.mounts",
	       "/proc:/host/proc:ro:false:rprivate,/srv:/data::true:");
	expect(f, "container.mount[0]", "/proc:/host/proc:ro:false:rprivate");
	expect(f, "container.mount[2]", NULL);
	expect(f, "container.mount[/pr*]",
	       "/proc:/host/proc:ro:false:rprivate");
	expect(f, "container.mount.source[/host/*]", "/proc");
	expect(f, "container.mount.source[/proc]", NULL);
	expect(f, "container.mount.dest[/proc*]", "/host/proc");
	expect(f, "container.mount.dest[1]", "/data");
	expect(f, "container.mount.mode[/srv]", "");
	expect(f, "container.mount.rdwr[/srv]", "true");
	expect(f, "container.mount.propagation[0]", "rprivate");
	expect(f, "container.label.app", "web");
	expect(f, "container.label[io.kubernetes.pod.name]", "p");
	expect(f, "container.label.none", NULL);
	expect(f, "container.labels", "app:web, lone");
	expect(f, "k8s.pod.labels", NULL);
	expect(f, "k8s.pod.uid", "69349abe-d645-11ea-9c4c-08002709c05c");
	expect(f, "k8s.pod.sandbox_id", "0123456789ab");
	expect(f, "k8s.pod.full_sandbox_id", "0123456789abcdef");
	expect_ns(f, FIELD_CONTAINER_START_TS, 1700000000000000000);
	expect(f, "container.duration", "123000000");
	/* a probe is what a runtime's exec has brought in */
	m.healthcheck = STR("/bin/ok -x");
	f->process.cmdline = STR("/bin/ok -x");
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "container.healthcheck", "/bin/ok -x");
	expect(f, "proc.is_container_healthcheck", "false");
	f->process.entered = true;
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "proc.is_container_healthcheck", "true");
	expect(f, "proc.is_container_liveness_probe", "false");
	f->process.cmdline = STR("/bin/ok");
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "proc.is_container_healthcheck", "false");
	f->process.cmdline = STR_NONE;
	f->process.entered = false;
	/* in a container in another */
	c.full_id =
		STR("485776c9f6f2c22e2b44a2239b65471d6a02701b54d1cb5e1c55a09108"
	            "a1b5b9");
	c.cgroup =
		STR("/docker/"
	            "2dcbab615aebfa9313feffc5cfdacd381543cfa04c6be3f39ac656e55e"
	            "f34805/docker/"
	            "485776c9f6f2c22e2b44a2239b65471d6a02701b54d1cb5e1c55a09108"
	            "a1b5b9");
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "container.chain", "2dcbab615aeb/485776c9f6f2");
	expect(f, "container.parent_id", "2dcbab615aeb");
	c.cgroup = STR("/web");
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "container.chain", "485776c9f6f2");
	expect(f, "container.parent_id", NULL);
	c.metadata = NULL;
	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	expect(f, "proc.is_container_healthcheck", NULL);
	expect(f, "container.image", NULL);
	expect(f, "container.privileged", NULL);
	expect(f, "container.mounts", NULL);
	expect(f, "container.labels", NULL);
	f->process.container = NULL;
}

/* No field may ask for what such an event has not. */
static void a_container_event_has_no_call(void **state)
{
	struct fixture *f = *state;
	/* the tracker's part: nothing is known */
	void *nothing = test_calloc(1, 1024);
	struct container c = { .id = STR("web"),
		               .full_id = STR("web"),
		               .priv = nothing };
	struct audit_event audit = { .stamp = { 1700000000, 123, 77 } };
	const struct field_arg index = { .present = true, .is_index = true };
	const struct field_arg name = { .present = true, .name = STR("x") };
	struct container_event what = { .kind = CONTAINER_EVENT_CREATE,
		                        .container = &c,
		                        .process = &f->process };

	given(f, SYSCALL("59", OK("0"), "a0=1 a1=2 a2=3 a3=0"));
	event_init_container(&f->event, &f->context, &audit, &what);
	expect(f, "evt.type", "container_create");
	expect(f, "evt.source", "syscall");
	expect(f, "audit.serial", "77");
	/* the runtime is the host's */
	expect(f, "container.id", "web");
	expect(f, "proc.name", "prog");
	expect(f, "proc.state", "host");
	expect(f, "fs.path.name", NULL);
	expect(f, "evt.res", NULL);
	expect(f, "syscall.type", NULL);
	expect(f, "audit.type", NULL);
	for (unsigned n = 0; n < 2; n++) {
		for (unsigned id = 0; id < FIELD__MAX; id++) {
			struct value v;

			event_get(&f->event, id, NULL, &v);
			event_get(&f->event, id, &index, &v);
			event_get(&f->event, id, &name, &v);
		}
		what.process = NULL;
		event_init_container(&f->event, &f->context, &audit, &what);
	}
	expect(f, "container.id", "web");
	expect(f, "proc.name", NULL);
	arena_done(&audit.arena);
	test_free(nothing);
}

static void every_row_is_found_by_its_name(void **state)
{
	(void)state;
	for (unsigned id = 0; id < FIELD__MAX; id++) {
		struct str rest;
		const struct field_info *info = field_info(id);

		assert_ptr_equal(field_find(info->name, &rest), info);
		assert_true(info->doc[0] != '\0');
	}
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, given_setup, given_teardown)
#define TEST_LIVE(name) \
	cmocka_unit_test_setup_teardown(name, given_live_setup, given_teardown)
	const struct CMUnitTest tests[] = {
		TEST(times_count_from_the_first_event_and_the_one_before),
		TEST(kind_of_call_is_known),
		TEST(arguments_have_falcos_names),
		TEST(all_arguments_are_one_text),
		TEST(target_of_a_signal_has_a_name),
		TEST(executable_has_no_mark_of_its_end),
		TEST_LIVE(session_without_its_leader_has_an_eldest),
		TEST(raw_arguments_have_types_of_their_own),
		TEST(link_arguments_are_absolute_and_targets_raw),
		TEST(openat2_tells_how_it_resolves),
		TEST(family_is_followed),
		TEST(capabilities_of_an_exec_are_remembered),
		TEST_LIVE(machine_is_asked_once_the_process_is_sure),
		TEST(user_may_write_to_its_executable),
		TEST_LIVE(layer_of_the_executable_is_looked_up),
		TEST(metadata_is_rendered_as_falco_does),
		TEST(a_container_event_has_no_call),
		TEST(every_row_is_found_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
