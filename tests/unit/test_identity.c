/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_identity.c - fs.path.identity: which known file a call works on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/sysmacros.h>

#include "fake_host.h"
#include "given.h"

#define DEV makedev(0xfe, 0)
#define FILE_ITEM(n, name, inode, type) \
	PATH_ITEM(n, name, inode, "0100640", type)

static int setup(void **state)
{
	struct fixture *f;
	struct host_process facts = { .pid = 11, .start_ticks = 77 };

	given_live_setup(state);
	f = *state;
	fake_host_process(f->host, &facts);
	fake_host_file(f->host, "/etc/shadow", DEV, 31);
	fake_host_file(f->host, "/etc/passwd", DEV, 32);
	fake_host_file(f->host, "/run/docker.sock", DEV, 33);
	assert_int_equal(tracker_watch_identity(f->tracker, STR("/etc/shadow")),
	                 0);
	assert_int_equal(tracker_watch_identity(f->tracker, STR("/etc/passwd")),
	                 0);
	assert_int_equal(
		tracker_watch_identity(f->tracker, STR("/run/docker.sock")), 0);
	return 0;
}

static void any_name_of_the_file_is_it(void **state)
{
	given(*state,
	      SYSCALL("257", OK("3"), "a0=ffffff9c a1=1 a2=0 a3=0") CWD("/")
	              FILE_ITEM("0", "\"/mnt/decoy\"", "31", "NORMAL"));
	expect(*state, "fs.path.identity", "/etc/shadow");
	/* the name in an image */
	given(*state,
	      SYSCALL("257", OK("3"), "a0=ffffff9c a1=1 a2=0 a3=0") CWD("/")
	              FILE_ITEM("0", "\"/etc/shadow\"", "77", "NORMAL"));
	expect(*state, "fs.path.identity", NULL);
	/* the directory that it lies in is not it */
	given(*state,
	      SYSCALL("263", OK("0"), "a0=ffffff9c a1=1 a2=0 a3=0") CWD("/")
	              FILE_ITEM("0", "\"/x\"", "31", "PARENT")
	                      FILE_ITEM("1", "\"/x/y\"", "99", "DELETE"));
	expect(*state, "fs.path.identity", NULL);
}

static void all_objects_of_a_call_count(void **state)
{
	given(*state,
	      SYSCALL("82", OK("0"), "a0=1 a1=2 a2=0 a3=0") CWD("/") FILE_ITEM(
		      "0", "\"/etc\"", "9", "PARENT") FILE_ITEM("1", "\"/etc\"",
	                                                        "9", "PARENT")
	              FILE_ITEM("2", "\"/etc/p\"", "32", "DELETE") FILE_ITEM(
			      "3", "\"/etc/s\"", "31", "DELETE")
	                      FILE_ITEM("4", "\"/etc/s\"", "32", "CREATE"));
	expect(*state, "fs.path.identity", "/etc/passwd,/etc/shadow");
	/* the source of a bind mount is its second path */
	given(*state, SYSCALL("165", OK("0"), "a0=1 a1=2 a2=0 a3=1000") CWD("/")
	                      FILE_ITEM("0", "\"/mnt/x\"", "99", "NORMAL")
	                              FILE_ITEM("1", "\"/proc/self/fd/5\"",
	                                        "31", "NORMAL"));
	expect(*state, "fs.path.identity", "/etc/shadow");
}

static void descriptor_is_its_file(void **state)
{
	struct fixture *f = *state;

	given(f, SYSCALL("257", OK("8"), "a0=ffffff9c a1=1 a2=1 a3=0") CWD("/")
	                 FILE_ITEM("0", "\"/decoy\"", "31", "NORMAL"));
	given(f, SYSCALL("77", OK("0"), "a0=8 a1=0 a2=0 a3=0"));
	expect(f, "evt.type", "ftruncate");
	expect(f, "fs.path.identity", "/etc/shadow");
	given(f, SYSCALL("1", OK("4"), "a0=8 a1=0 a2=4 a3=0"));
	expect(f, "fs.path.identity", "/etc/shadow");
	/* fchmod has a record without a name */
	given(f, SYSCALL("91", OK("0"), "a0=6 a1=1a4 a2=0 a3=0")
	                 FILE_ITEM("0", "(null)", "32", "NORMAL"));
	expect(f, "fs.path.identity", "/etc/passwd");
	/* both files of a copy */
	given(f, SYSCALL("40", OK("4"), "a0=9 a1=8 a2=0 a3=4"));
	expect(f, "evt.type", "sendfile");
	expect(f, "fs.path.identity", "/etc/shadow");
	/* one that came by a message: only the machine knows */
	given(f, SYSCALL("77", OK("0"), "a0=5 a1=0 a2=0 a3=0"));
	expect(f, "fs.path.identity", NULL);
	fake_host_file(f->host, "/proc/11/fd/5", DEV, 32);
	given(f, SYSCALL("77", OK("0"), "a0=5 a1=0 a2=0 a3=0"));
	expect(f, "fs.path.identity", "/etc/passwd");
}

#define DOCKER_SOCK \
	OTHER("SOCKADDR", "saddr=01002F6D6E742F736F636B00") /* /mnt/sock */

static void socket_is_known_by_its_inode(void **state)
{
	struct fixture *f = *state;

	given(f,
	      SYSCALL("42", OK("0"), "a0=3 a1=7ffe a2=b a3=0")
	              DOCKER_SOCK CWD("/") PATH_ITEM("0", "\"/mnt/sock\"", "33",
	                                             "0140660", "NORMAL"));
	expect(f, "fs.path.identity", "/run/docker.sock");
	expect(f, "fd.type", "unix");
	/* what is sent through it goes there */
	given(f, SYSCALL("44", OK("9"), "a0=3 a1=7ffe a2=9 a3=0"));
	expect(f, "fs.path.identity", "/run/docker.sock");
	/* without the PATH record the process's own root is asked */
	given(f, SYSCALL("42", OK("0"), "a0=4 a1=7ffe a2=b a3=0") DOCKER_SOCK);
	expect(f, "fs.path.identity", NULL);
	fake_host_file(f->host, "/proc/11/root/mnt/sock", DEV, 33);
	given(f, SYSCALL("42", OK("0"), "a0=4 a1=7ffe a2=b a3=0") DOCKER_SOCK);
	expect(f, "fs.path.identity", "/run/docker.sock");
}

#define CONTAINER_MOUNTS                                                   \
	"30 1 0:39 / / rw - overlay overlay rw,lowerdir=/layers/b:"        \
	"/layers/a,upperdir=/upper,workdir=/w\n"                           \
	"31 30 254:0 /srv/data /data rw - ext4 /dev/vda rw\n"              \
	"32 30 0:40 / /mnt rw - overlay overlay ro,lowerdir=/hostetc:/x\n" \
	"33 30 254:0 /etc/shadow /decoy rw - ext4 /dev/vda rw\n"
#define HOST_MOUNTS                                      \
	"20 1 254:0 /home /home rw - ext4 /dev/vda rw\n" \
	"21 1 254:0 / / rw - ext4 /dev/vda rw\n"

#define OPEN_IN(dev, name, inode)                                    \
	SYSCALL("257", OK("3"), "a0=ffffff9c a1=1 a2=0 a3=0")        \
	CWD("/")                                                     \
	"type=PATH " AT("7") "item=0 name=\"" name "\" inode=" inode \
			     " dev=" dev                             \
			     " mode=0100644 ouid=0 ogid=0 "          \
			     "rdev=00:00 nametype=NORMAL\n"

static void host_has_its_own_path(void **state)
{
	struct fixture *f = *state;
	struct container c = { .full_id = STR("c0ffee"), .refs = 1 };

	f->process.state = PROCESS_CONTAINER;
	f->process.container = &c;
	fake_host_text(f->host, "/proc/11/mountinfo", CONTAINER_MOUNTS);
	fake_host_text(f->host, "/proc/self/mountinfo", HOST_MOUNTS);
	fake_host_file(f->host, "/srv/data/x/y", DEV, 50);
	given(f, OPEN_IN("fe:00", "/data/x/y", "50"));
	expect(f, "fs.path.host", "/srv/data/x/y");
	given(f, OPEN_IN("fe:00", "/decoy", "31"));
	expect(f, "fs.path.host", "/etc/shadow");
	/* changed in the container; in its image; made of the image's */
	fake_host_file(f->host, "/upper/etc/new", DEV, 60);
	given(f, OPEN_IN("00:27", "/etc/new", "60"));
	expect(f, "fs.path.host", "/upper/etc/new");
	fake_host_file(f->host, "/layers/a/etc/old", DEV, 61);
	given(f, OPEN_IN("00:27", "/etc/old", "61"));
	expect(f, "fs.path.host", "/layers/a/etc/old");
	fake_host_file(f->host, "/upper/etc/old", DEV, 62);
	given(f, OPEN_IN("00:27", "/etc/old", "61"));
	expect(f, "fs.path.host", "/upper/etc/old");
	/* gone since */
	given(f, OPEN_IN("00:27", "/etc/none", "63"));
	expect(f, "fs.path.host", NULL);
	f->process.container = NULL;
}

/* An overlay of the container's own over the host's files. */
static void layer_may_be_a_known_file(void **state)
{
	struct fixture *f = *state;
	struct container c = { .full_id = STR("c0ffee"), .refs = 1 };

	f->process.state = PROCESS_CONTAINER;
	f->process.container = &c;
	fake_host_text(f->host, "/proc/11/mountinfo", CONTAINER_MOUNTS);
	/* the number alone proves nothing */
	given(f, OPEN_IN("00:28", "/mnt/shadow", "31"));
	expect(f, "fs.path.identity", NULL);
	fake_host_file(f->host, "/proc/11/root/hostetc/shadow", DEV, 31);
	given(f, OPEN_IN("00:28", "/mnt/shadow", "31"));
	expect(f, "fs.path.identity", "/etc/shadow");
	/* the image's file with the number of a known one */
	given(f, OPEN_IN("00:27", "/etc/shadow", "31"));
	expect(f, "fs.path.identity", NULL);
	f->process.container = NULL;
}

static void executable_of_the_process_is_one_too(void **state)
{
	struct fixture *f = *state;

	f->process.exe_id = (struct file_id){ DEV, 32 };
	given(f, SYSCALL("39", OK("0"), "a0=0 a1=0 a2=0 a3=0"));
	expect(f, "proc.exe.identity", "/etc/passwd");
	expect(f, "fs.path.identity", NULL);
	expect(f, "fs.path.is_runtime", NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, given_teardown)
	const struct CMUnitTest tests[] = {
		TEST(any_name_of_the_file_is_it),
		TEST(all_objects_of_a_call_count),
		TEST(descriptor_is_its_file),
		TEST(socket_is_known_by_its_inode),
		TEST(host_has_its_own_path),
		TEST(layer_may_be_a_known_file),
		TEST(executable_of_the_process_is_one_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
