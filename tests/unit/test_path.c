/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_path.c - fs.path.name: paths made absolute as the kernel walks them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <sys/sysmacros.h>

#include "fake_host.h"
#include "given.h"

#define DEV makedev(0xfe, 0)

static void given_open(struct fixture *f, const char *cwd, const char *name)
{
	char text[1024];

	snprintf(text, sizeof(text),
	         "type=SYSCALL " AT(
			 "7") "arch=c000003e syscall=2 success=yes exit=3 a0=1 "
	                      "a1=1 a2=0 a3=0 items=1 " IDS "\ntype=CWD " AT(
				      "7") "cwd=\"%s\"\ntype=PATH " AT(
				      "7") "item=0 name=\"%s\" inode=31 "
	                                   "dev=fe:00 mode=0100644 ouid=0 "
	                                   "ogid=0 rdev=00:00 nametype=NORMAL"
	                                   "\n",
	         cwd, name);
	given(f, text);
}

static int setup(void **state)
{
	struct host_process facts = { .pid = 11, .start_ticks = 77 };

	given_live_setup(state);
	fake_host_process(((struct fixture *)*state)->host, &facts);
	return 0;
}

static void names_become_absolute(void **state)
{
	static const struct {
		const char *cwd, *name, *expected;
	} cases[] = {
		{ "/tmp", "/etc/shadow", "/etc/shadow" },
		{ "/tmp", "a", "/tmp/a" },
		{ "/", "a", "/a" },
		{ "/tmp", "./a//b/", "/tmp/a/b" },
		{ "/tmp/x", "../../etc/shadow", "/etc/shadow" },
		{ "/tmp", "../../../../etc/shadow", "/etc/shadow" },
		{ "/tmp", "/..", "/" },
		{ "/tmp", "/etc/../etc/./shadow", "/etc/shadow" },
		{ "/tmp", "/proc/self/status", "/proc/self/status" },
		{ "/tmp", "/proc/self/root/etc/shadow", "/etc/shadow" },
		{ "/tmp", "/proc/self/root/../etc/shadow", "/etc/shadow" },
		{ "/tmp", "/proc/thread-self/root/etc/shadow", "/etc/shadow" },
		{ "/tmp", "/proc/11/root/etc/shadow", "/etc/shadow" },
		{ "/tmp", "/proc/11/task/11/root/etc/shadow", "/etc/shadow" },
		{ "/tmp", "/proc/self/cwd/a", "/tmp/a" },
		{ "/tmp/x", "/proc/self/cwd/../a", "/tmp/a" },
		{ "/etc", "/proc/../proc/./self//cwd/shadow", "/etc/shadow" },
		{ "/proc/self", "root/etc/shadow", "/etc/shadow" },
		{ "/tmp", "/proc/self/root/proc/self/root/a", "/a" },
		/* nothing is known of these */
		{ "/tmp", "/proc/99/root/a", "/proc/99/root/a" },
		{ "/tmp", "/proc/self/fd/77", "/proc/self/fd/77" },
		{ "/tmp", "/proc/self/exe", "/proc/self/exe" },
		{ "/tmp", "/proc/self/ns/mnt", "/proc/self/ns/mnt" },
		{ "/tmp", "/proc/x/root/a", "/proc/x/root/a" },
		{ "/tmp", "/proc", "/proc" },
		{ "/tmp", "/srv/proc/self/root/a", "/srv/proc/self/root/a" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		given_open(*state, cases[i].cwd, cases[i].name);
		expect(*state, "fs.path.name", cases[i].expected);
		expect(*state, "fs.path.nameraw", cases[i].name);
	}
}

/* Component by component, on a stack. */
static void walk(const char *cwd, const char *name, char *out)
{
	const char *starts[64];
	size_t lens[64], n = 0;
	char whole[512];

	snprintf(whole, sizeof(whole), "%s/%s", name[0] == '/' ? "" : cwd,
	         name);
	for (const char *p = whole; *p != '\0';) {
		size_t len = strcspn(p, "/");

		if (len == 2 && p[0] == '.' && p[1] == '.') {
			n -= n != 0;
		} else if (len != 0 && !(len == 1 && *p == '.')) {
			starts[n] = p;
			lens[n++] = len;
		}
		p += len + (p[len] == '/');
	}
	*out = '\0';
	for (size_t i = 0; i < n; i++)
		sprintf(out + strlen(out), "/%.*s", (int)lens[i], starts[i]);
	if (n == 0)
		strcpy(out, "/");
}

/* Most have nothing to resolve, and are not taken apart. */
static void random_names_become_absolute(void **state)
{
	static const char *const parts[] = { "/", "/", "/",  ".", "..", "a",
		                             "b", "p", "po", "-", "c.h" };
	static const char *const directories[] = { "/", "/tmp", "/p/q", "/a/.b",
		                                   "/usr/" };
	uint64_t seed = 1;

	for (unsigned i = 0; i < 3000; i++) {
		const char *cwd = directories[i % 5];
		char name[64] = "", expected[512];

		for (unsigned n = 0; n < 1 + i % 9; n++) {
			seed = seed * 6364136223846793005ULL + 1;
			strcat(name, parts[(seed >> 33) % 11]);
		}
		walk(cwd, name, expected);
		given_open(*state, cwd, name);
		expect(*state, "fs.path.name", expected);
	}
}

/* Endless: as many links as there is room for. */
static void links_without_end_end(void **state)
{
	char name[512] = "";

	for (unsigned n = 0; n < 20; n++)
		snprintf(name + strlen(name), sizeof(name) - strlen(name),
		         "/proc/self/root");
	snprintf(name + strlen(name), sizeof(name) - strlen(name), "/etc");
	given_open(*state, "/", name);
	/* eight were followed, the rest is as it stands */
	expect(*state, "fs.path.name", name + 8 * strlen("/proc/self/root"));
}

#define EXE_ITEM(name, mode, inode) PATH_ITEM("0", name, inode, mode, "NORMAL")
#define OPEN                        SYSCALL("2", OK("3"), "a0=1 a1=0 a2=0 a3=0") CWD("/")

static void executable_is_followed_to_the_file(void **state)
{
	struct fixture *f = *state;

	f->process.exe_id = (struct file_id){ DEV, 40 };
	given(f, OPEN EXE_ITEM("\"/proc/self/exe\"", "0100755", "40"));
	expect(f, "fs.path.name", "/bin/prog");
	/* not that file any more */
	given(f, OPEN EXE_ITEM("\"/proc/self/exe\"", "0100755", "41"));
	expect(f, "fs.path.name", "/proc/self/exe");
	/* the link itself */
	given(f, SYSCALL("89", OK("9"), "a0=1 a1=0 a2=0 a3=0") CWD("/")
	                 EXE_ITEM("\"/proc/self/exe\"", "0120777", "40"));
	expect(f, "evt.type", "readlink");
	expect(f, "fs.path.name", "/proc/self/exe");
}

static void descriptor_is_followed_to_its_file(void **state)
{
	struct fixture *f = *state;

	given(f, SYSCALL("2", OK("5"), "a0=1 a1=0 a2=0 a3=0") CWD("/etc")
	                 EXE_ITEM("\"shadow\"", "0100640", "31"));
	given(f, OPEN EXE_ITEM("\"/proc/self/fd/5\"", "0100640", "31"));
	expect(f, "fs.path.name", "/etc/shadow");
	expect(f, "fd.name", "/etc/shadow");
	expect(f, "fd.nameraw", "/proc/self/fd/5");
	/* given anew, unseen: the records cannot tell to what */
	given(f, OPEN EXE_ITEM("\"/proc/self/fd/5\"", "0100640", "32"));
	expect(f, "fs.path.name", "/proc/self/fd/5");
	fake_host_file(f->host, "/proc/11/fd/5", DEV, 32);
	fake_host_link(f->host, "11/5", "/etc/passwd");
	given(f, OPEN EXE_ITEM("\"/proc/self/fd/5\"", "0100640", "32"));
	expect(f, "fs.path.name", "/etc/passwd");
	/* a directory on the way */
	given(f, SYSCALL("2", OK("6"), "a0=1 a1=10000 a2=0 a3=0") CWD("/")
	                 EXE_ITEM("\"/etc\"", "040755", "9"));
	given(f, OPEN EXE_ITEM("\"/proc/self/fd/6/shadow\"", "0100640", "31"));
	expect(f, "fs.path.name", "/etc/shadow");
}

#define CREATE_AT(dir, parent)                                  \
	SYSCALL("257", OK("8"), "a0=" dir " a1=1 a2=41 a3=1a4") \
	CWD("/tmp")                                             \
	PATH_ITEM("0", "\"/tmp\"", parent, "040755", "PARENT")  \
	PATH_ITEM("1", "\"new\"", "77", "0100644", "CREATE")

static void directory_descriptor_is_checked(void **state)
{
	struct fixture *f = *state;

	given(f, SYSCALL("2", OK("7"), "a0=1 a1=10000 a2=0 a3=0") CWD("/")
	                 EXE_ITEM("\"/etc\"", "040755", "9"));
	given(f, CREATE_AT("7", "9"));
	expect(f, "fs.path.name", "/etc/new");
	/* the number is another directory's now; the record names CWD */
	given(f, CREATE_AT("7", "10"));
	expect(f, "fs.path.name", "new");
	fake_host_file(f->host, "/proc/11/fd/7", DEV, 10);
	fake_host_link(f->host, "11/7", "/srv");
	given(f, CREATE_AT("7", "10"));
	expect(f, "fs.path.name", "/srv/new");
	/* never seen */
	given(f, CREATE_AT("9", "11"));
	expect(f, "fs.path.name", "new");
}

/* The CWD record is made after the call. */
static void change_of_directory_is_not_applied_twice(void **state)
{
	given(*state,
	      SYSCALL("80", OK("0"), "a0=1 a1=0 a2=0 a3=0") CWD("/etc/ssl")
	              PATH_ITEM("0", "\"ssl\"", "9", "040755", "NORMAL"));
	expect(*state, "fs.path.name", "/etc/ssl");
	given(*state,
	      SYSCALL("80", FAILED("-13"), "a0=1 a1=0 a2=0 a3=0") CWD("/etc")
	              PATH_ITEM("0", "\"ssl\"", "9", "040755", "NORMAL"));
	expect(*state, "fs.path.name", "/etc/ssl");
	given(*state,
	      SYSCALL("161", OK("0"), "a0=1 a1=0 a2=0 a3=0") CWD("/")
	              PATH_ITEM("0", "\"jail\"", "9", "040755", "NORMAL"));
	expect(*state, "fs.path.name", "jail");
}

static void root_of_openat2_has_no_way_out(void **state)
{
	struct fixture *f = *state;

	given(f, SYSCALL("2", OK("7"), "a0=1 a1=10000 a2=0 a3=0") CWD("/")
	                 EXE_ITEM("\"/jail\"", "040755", "9"));
	given(f, SYSCALL("437", OK("8"), "a0=7 a1=1 a2=2 a3=18")
	                 OTHER("OPENAT2", "oflag=0 mode=0 resolve=0x10")
	                         CWD("/") PATH_ITEM("0", "\"../../etc/x\"",
	                                            "12", "0100644", "NORMAL"));
	expect(f, "fs.path.name", "/jail/etc/x");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, given_teardown)
	const struct CMUnitTest tests[] = {
		TEST(names_become_absolute),
		TEST(random_names_become_absolute),
		TEST(links_without_end_end),
		TEST(executable_is_followed_to_the_file),
		TEST(descriptor_is_followed_to_its_file),
		TEST(directory_descriptor_is_checked),
		TEST(change_of_directory_is_not_applied_twice),
		TEST(root_of_openat2_has_no_way_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
