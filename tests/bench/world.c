/* SPDX-License-Identifier: GPL-2.0-or-later */
/* world.c - a host that compiles, serves from containers, starts and stops
 * them, and is logged in to; each actor does one system call at a time. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "saker/base/array.h"

#define ROOT_DEV   "fe:00"
#define CGROUP_DEV "00:1f"
#define UNSET      UINT32_MAX
#define ID_BYTES   65
#define AT_CWD     0xffffff9c

enum role {
	BUILDER,
	SERVICE,
	ADMIN
};

struct actor {
	enum role role;
	unsigned step;
	unsigned round; /* numbers names */
	struct task task;
	int parent; /* pid of what it forks from */
	char id[ID_BYTES];
	char dev[16];
};

struct world {
	struct world_options options;
	uint64_t state;
	int next_pid;
	uint64_t next_inode;
	uint64_t steps;
	size_t nactors;
	struct actor actors[];
};

/* xorshift64*, Vigna 2016 */
unsigned world_random(struct world *w, unsigned n)
{
	w->state ^= w->state >> 12;
	w->state ^= w->state << 25;
	w->state ^= w->state >> 27;
	return (unsigned)((w->state * 0x2545F4914F6CDD1DULL) >> 33) % n;
}

static int fork_pid(struct world *w)
{
	w->next_pid = w->next_pid < 4194303 ? w->next_pid + 1 : 1000;
	return w->next_pid;
}

static uint64_t pointer(struct world *w)
{
	return 0x7f0000000000u + (uint64_t)world_random(w, 1u << 30) * 8;
}

static uint64_t inode_of(const char *path)
{
	return 100000 + (str_hash(str_from(path), 0) & 0xffffff);
}

static struct object file(const char *path, const char *dev)
{
	return (struct object){ .name = path,
		                .inode = inode_of(path),
		                .dev = dev,
		                .mode = 0100644 };
}

static void directory_of(const char *path, char *ret, size_t size)
{
	const char *slash = strrchr(path, '/');

	snprintf(ret, size, "%.*s", (int)(slash - path + 1), path);
}

/* TASK_COMM_LEN */
static void set_comm(struct actor *a, const char *name)
{
	snprintf(a->task.comm, sizeof(a->task.comm), "%.15s", name);
}

static void run(struct world *w, struct actor *a, struct event_writer *out,
                const char *exe, const char *const *argv, unsigned argc)
{
	const char *slash = strrchr(exe, '/');
	struct object objects[] = {
		file(exe, a->dev), file("/lib64/ld-linux-x86-64.so.2", a->dev)
	};
	struct call c = { .name = "execve",
		          .number = 59,
		          .key = "exec",
		          .a = { pointer(w), pointer(w), pointer(w), 8 },
		          .objects = objects,
		          .nobjects = 2,
		          .argv = argv,
		          .argc = argc };

	a->task.exe = exe;
	set_comm(a, slash + 1);
	snprintf(a->task.argv0, sizeof(a->task.argv0), "%s %s", argv[0],
	         argc > 1 ? argv[1] : "");
	objects[0].mode = objects[1].mode = 0100755;
	write_call(out, &a->task, &c);
}

static void fork_run(struct world *w, struct actor *a, struct event_writer *out,
                     const char *exe, const char *const *argv, unsigned argc)
{
	a->task.ppid = a->parent;
	a->task.pid = fork_pid(w);
	run(w, a, out, exe, argv, argc);
}

static void read_file(struct world *w, struct actor *a,
                      struct event_writer *out, const char *path)
{
	struct object o = file(path, a->dev);
	bool is_missing = world_random(w, 8) == 0;

	if (is_missing)
		o.inode = 0;
	write_call(out, &a->task,
	           &(struct call){ .name = "openat",
	                           .number = 257,
	                           .key = "open",
	                           .a = { AT_CWD, pointer(w), 0x80000, 0 },
	                           .exit = is_missing ? -2 : 3,
	                           .objects = &o,
	                           .nobjects = 1 });
}

static void write_file(struct world *w, struct actor *a,
                       struct event_writer *out, const char *path)
{
	char directory[256];
	struct object objects[2];

	directory_of(path, directory, sizeof(directory));
	objects[0] = file(directory, a->dev);
	objects[0].mode = 040755;
	objects[0].nametype = NAME_PARENT;
	objects[1] = file(path, a->dev);
	objects[1].nametype = NAME_CREATE;
	write_call(out, &a->task,
	           &(struct call){ .name = "openat",
	                           .number = 257,
	                           .key = "saker_write",
	                           .a = { AT_CWD, pointer(w), 0x241, 0x1b6 },
	                           .exit = 4,
	                           .objects = objects,
	                           .nobjects = 2 });
}

static void remove_file(struct world *w, struct actor *a,
                        struct event_writer *out, const char *path)
{
	char directory[256];
	struct object objects[2];

	directory_of(path, directory, sizeof(directory));
	objects[0] = file(directory, a->dev);
	objects[0].mode = 041777;
	objects[0].nametype = NAME_PARENT;
	objects[1] = file(path, a->dev);
	objects[1].nametype = NAME_DELETE;
	write_call(out, &a->task,
	           &(struct call){ .name = "unlink",
	                           .number = 87,
	                           .key = "delete",
	                           .a = { pointer(w), 0, 0, 0 },
	                           .objects = objects,
	                           .nobjects = 2 });
}

static void connect_to(struct world *w, struct actor *a,
                       struct event_writer *out)
{
	unsigned host = world_random(w, 250) + 2;
	char saddr[48], text[80];

	snprintf(saddr, sizeof(saddr), "02001538AC1200%02X0000000000000000",
	         host);
	snprintf(text, sizeof(text),
	         "saddr_fam=inet laddr=172.18.0.%u lport=5432", host);
	write_call(out, &a->task,
	           &(struct call){ .name = "connect",
	                           .number = 42,
	                           .key = "net",
	                           .a = { 7, pointer(w), 16, 0 },
	                           .exit = -115,
	                           .saddr = saddr,
	                           .saddr_text = text });
}

static void compile(struct world *w, struct actor *a, struct event_writer *out)
{
	static const char *const areas[] = { "linux", "sys",
		                             "bits",  "asm",
		                             "net",   "x86_64-linux-gnu/bits" };
	static const char *const names[] = { "types",  "stat",  "time",
		                             "socket", "errno", "signal",
		                             "audit",  "fcntl", "wait" };
	static const char *const cc1[] = {
		"/usr/lib/gcc/x86_64-linux-gnu/12/cc1",
		"-quiet",
		"-I",
		".",
		"-I",
		"../include",
		"-imultiarch",
		"x86_64-linux-gnu",
		"-MD",
		"src/audit/.deps/record.d",
		"-MF",
		"src/audit/.deps/record.Tpo",
		"-MP",
		"-MT",
		"src/audit/record.o",
		"-D_FORTIFY_SOURCE=2",
		"-D_GNU_SOURCE",
		"-DPACKAGE_NAME=\"example\"",
		"-DPKGDATADIR=\"/usr/local/share/example\"",
		"src/audit/record.c",
		"-quiet",
		"-dumpdir",
		"src/audit/",
		"-dumpbase",
		"record.c",
		"-dumpbase-ext",
		".c",
		"-mtune=generic",
		"-march=x86-64",
		"-g",
		"-O2",
		"-Wall",
		"-Wextra",
		"-Wshadow",
		"-Wconversion",
		"-Wformat=2",
		"-Wstrict-prototypes",
		"-Wmissing-prototypes",
		"-std=gnu17",
		"-fstack-protector-strong",
		"-fPIE",
		"-pthread",
		"-fasynchronous-unwind-tables",
		"-o",
		"/tmp/ccQx3d7f.s"
	};
	static const char *const sh[] = {
		"/bin/sh", "-c",
		"gcc -DHAVE_CONFIG_H -I. -I../include -g -O2 -MT record.o -MD "
		"-MP -MF .deps/record.Tpo -c -o record.o ../src/record.c && mv "
		"-f .deps/record.Tpo .deps/record.Po"
	};
	static const char *const as[] = {
		"as", "-I", ".", "--64", "-o", "record.o", "/tmp/ccQx3d7f.s"
	};
	char path[160];
	unsigned step = a->step++;

	switch (step) {
	case 0:
		a->parent = a->task.pid;
		fork_run(w, a, out, "/usr/bin/dash", sh, COUNT(sh));
		break;
	case 1:
		a->parent = a->task.pid;
		fork_run(w, a, out, "/usr/bin/x86_64-linux-gnu-gcc-12", cc1 + 1,
		         32);
		break;
	case 2:
		a->parent = a->task.pid;
		fork_run(w, a, out, "/usr/lib/gcc/x86_64-linux-gnu/12/cc1", cc1,
		         COUNT(cc1));
		break;
	case 24:
	case 27:
		snprintf(path, sizeof(path), "/tmp/cc%05u.%c", a->round,
		         step == 24 ? 's' : 'o');
		write_file(w, a, out, path);
		break;
	case 25:
		fork_run(w, a, out, "/usr/bin/x86_64-linux-gnu-as", as,
		         COUNT(as));
		break;
	case 28:
		snprintf(path, sizeof(path), "/tmp/cc%05u.s", a->round++);
		remove_file(w, a, out, path);
		a->step = 0;
		a->task.pid = a->task.ppid = 900 + (int)(a - w->actors);
		break;
	default:
		snprintf(path, sizeof(path), "/usr/include/%s/%s.h",
		         areas[world_random(w, COUNT(areas))],
		         names[world_random(w, COUNT(names))]);
		read_file(w, a, out, path);
	}
}

static void mount_at(struct world *w, struct actor *a, struct event_writer *out,
                     const char *target, const struct object *source)
{
	struct object objects[2] = { file(target, "00:5a") };

	objects[0].mode = 040755;
	if (source != NULL)
		objects[1] = *source;
	write_call(out, &a->task,
	           &(struct call){ .name = "mount",
	                           .number = 165,
	                           .key = "saker_mount",
	                           .a = { pointer(w), pointer(w), pointer(w),
	                                  source != NULL ? 0x5000 : 0xe },
	                           .objects = objects,
	                           .nobjects = source != NULL ? 2 : 1 });
}

static void simple_call(struct actor *a, struct event_writer *out,
                        const char *name, int number, uint64_t a0, int64_t exit)
{
	write_call(out, &a->task,
	           &(struct call){ .name = name,
	                           .number = number,
	                           .key = "saker_ns",
	                           .a = { a0, 0, 0, 0 },
	                           .exit = exit });
}

static void change_cgroup(struct world *w, struct actor *a,
                          struct event_writer *out, bool is_made)
{
	char path[160];
	struct object objects[2] = {
		{ "/sys/fs/cgroup/system.slice/", 40, CGROUP_DEV, 040755,
		  NAME_PARENT, NULL },
		{ path, 0, CGROUP_DEV, 040755,
		  is_made ? NAME_CREATE : NAME_DELETE, NULL },
	};

	if (!is_made)
		objects[1].inode = inode_of(a->id);
	snprintf(path, sizeof(path),
	         "/sys/fs/cgroup/system.slice/docker-%s.scope", a->id);
	write_call(out, &a->task,
	           &(struct call){ .name = is_made ? "mkdirat" : "unlinkat",
	                           .number = is_made ? 258 : 263,
	                           .key = "saker_cgroup",
	                           .a = { AT_CWD, pointer(w), 0x1ed, 0 },
	                           .objects = objects,
	                           .nobjects = 2 });
}

static void join_cgroup(struct world *w, struct actor *a,
                        struct event_writer *out)
{
	char path[160];
	struct object o = { path,    inode_of(a->id) + 2, CGROUP_DEV,
		            0100644, NAME_NORMAL,         NULL };

	snprintf(path, sizeof(path),
	         "system.slice/docker-%s.scope/cgroup.procs", a->id);
	write_call(out, &a->task,
	           &(struct call){ .name = "openat2",
	                           .number = 437,
	                           .key = "saker_write",
	                           .a = { 4, pointer(w), pointer(w), 0x18 },
	                           .exit = 9,
	                           .oflag = 02000001,
	                           .objects = &o,
	                           .nobjects = 1 });
}

static void new_container(struct world *w, struct actor *a)
{
	for (unsigned i = 0; i < ID_BYTES - 1; i++)
		a->id[i] = "0123456789abcdef"[world_random(w, 16)];
}

static void become_host(struct world *w, struct actor *a)
{
	a->parent = 1;
	a->task = (struct task){ .pid = fork_pid(w),
		                 .ppid = 1,
		                 .auid = UNSET,
		                 .ses = UNSET,
		                 .cwd = "/run/containerd",
		                 .dev = ROOT_DEV };
	snprintf(a->dev, sizeof(a->dev), ROOT_DEV);
}

/* containerd's shim calls runc create, whose init sets the container up. */
#define SETUP_STEPS 30

static void set_up(struct world *w, struct actor *a, struct event_writer *out)
{
	static const char *const targets[] = {
		"/proc/self/fd/7",  "/proc/self/fd/8",  "/proc/self/fd/9",
		"/proc/self/fd/10", "/proc/self/fd/11", "/proc/asound",
		"/proc/acpi",       "/proc/kcore",      "/proc/keys",
		"/proc/timer_list", "/sys/firmware",    "/proc/bus",
		"/proc/fs",         "/proc/irq",        "/proc/sys",
	};
	const struct object null_device = { .name = "/dev/null",
		                            .inode = 4,
		                            .dev = "00:06",
		                            .mode = 020666,
		                            .rdev = "01:03" };
	char bundle[160], id[ID_BYTES];
	const char *shim[] = { "/usr/bin/containerd-shim-runc-v2",
		               "-namespace",
		               "moby",
		               "-id",
		               id,
		               "-address",
		               "/run/containerd/containerd.sock" };
	const char *create[] = { "runc",
		                 "--root",
		                 "/var/run/docker/runtime-runc/moby",
		                 "--log-format",
		                 "json",
		                 "--systemd-cgroup",
		                 "create",
		                 "--bundle",
		                 bundle,
		                 id };
	const char *init[] = { "runc", "init" };
	const char *entry[] = { "/usr/local/bin/docker-entrypoint.sh", "serve",
		                "--port", "8080" };

	if (a->step == 0) {
		become_host(w, a);
		new_container(w, a);
	}
	snprintf(id, sizeof(id), "%s", a->id);
	snprintf(bundle, sizeof(bundle),
	         "/run/containerd/io.containerd.runtime.v2.task/moby/%s", id);
	switch (a->step++) {
	case 0:
		run(w, a, out, shim[0], shim, COUNT(shim));
		break;
	case 1:
		a->parent = a->task.pid;
		fork_run(w, a, out, "/usr/bin/runc", create, COUNT(create));
		break;
	case 2:
		change_cgroup(w, a, out, true);
		break;
	case 3:
		a->parent = a->task.pid;
		fork_run(w, a, out, "/usr/bin/runc", init, COUNT(init));
		break;
	case 4:
		join_cgroup(w, a, out);
		break;
	case 5:
		simple_call(a, out, "unshare", 272, 0x6c020000, 0);
		break;
	case 6:
		mount_at(w, a, out, "/", NULL);
		break;
	case 7:
		simple_call(a, out, "pivot_root", 155, pointer(w), 0);
		break;
	case SETUP_STEPS - 1:
		snprintf(a->dev, sizeof(a->dev), "00:%02x",
		         0x40 + world_random(w, 150));
		snprintf(a->task.cwd, sizeof(a->task.cwd), "/srv");
		run(w, a, out, "/usr/local/bin/docker-entrypoint.sh", entry,
		    COUNT(entry));
		a->parent = a->task.pid;
		break;
	default:
		mount_at(w, a, out, targets[a->step % COUNT(targets)],
		         a->step % 3 == 0 ? &null_device : NULL);
	}
}

static void serve(struct world *w, struct actor *a, struct event_writer *out)
{
	static const char *const read[] = {
		"/etc/resolv.conf",     "/etc/hosts",
		"/srv/app/config.json", "/srv/app/static/index.html",
		"/usr/lib/libssl.so.3", "/proc/self/status"
	};
	static const char *const date[] = { "date", "-u",
		                            "+%Y-%m-%dT%H:%M:%S" };
	static const char *const curl[] = { "curl",
		                            "-sS",
		                            "--max-time",
		                            "5",
		                            "-H",
		                            "Accept: application/json",
		                            "http://backend:8080/health" };
	char path[160];
	unsigned what = world_random(w, 100);

	if (a->step < SETUP_STEPS) {
		set_up(w, a, out);
	} else if (what < 50) {
		read_file(w, a, out, read[world_random(w, COUNT(read))]);
	} else if (what < 70) {
		connect_to(w, a, out);
	} else if (what < 80) {
		snprintf(path, sizeof(path), "/srv/app/cache/%05u",
		         a->round++ % 100000);
		write_file(w, a, out, path);
	} else if (what < 85) {
		snprintf(path, sizeof(path), "/srv/app/cache/%05u",
		         world_random(w, 100000));
		remove_file(w, a, out, path);
	} else if (what < 99 || world_random(w, 10) != 0) {
		if (what % 2 == 0)
			fork_run(w, a, out, "/bin/date", date, COUNT(date));
		else
			fork_run(w, a, out, "/usr/bin/curl", curl, COUNT(curl));
	} else {
		become_host(w, a);
		set_comm(a, "systemd");
		a->task.exe = "/usr/lib/systemd/systemd";
		a->task.pid = 1;
		a->task.ppid = 0;
		change_cgroup(w, a, out, false);
		a->step = 0;
	}
}

static void log_in(struct world *w, struct actor *a, struct event_writer *out)
{
	static const char *const bash[] = { "-bash" };
	static const char *const ps[] = { "ps", "aux" };
	static const char *const grep[] = { "grep", "--color=auto", "docker" };

	switch (a->step++) {
	case 0:
		become_host(w, a);
		set_comm(a, "sshd");
		a->task.exe = "/usr/sbin/sshd";
		write_message(out, &a->task, "USER_AUTH",
		              "op=PAM:authentication grantors=pam_unix "
		              "acct=\"builder\"");
		break;
	case 1:
		write_message(out, &a->task, "USER_ACCT",
		              "op=PAM:accounting grantors=pam_permit "
		              "acct=\"builder\"");
		break;
	case 2:
		a->task.auid = 1000;
		a->task.ses = ++a->round;
		write_message(out, &a->task, "USER_START",
		              "op=PAM:session_open grantors=pam_limits "
		              "acct=\"builder\"");
		break;
	case 3:
		a->task.uid = 1000;
		snprintf(a->task.cwd, sizeof(a->task.cwd), "/home/builder");
		a->parent = a->task.pid;
		fork_run(w, a, out, "/usr/bin/bash", bash, 1);
		a->parent = a->task.pid;
		break;
	case 12:
		a->task.uid = 0;
		write_message(out, &a->task, "USER_END",
		              "op=PAM:session_close grantors=pam_limits "
		              "acct=\"builder\"");
		a->step = 0;
		break;
	default:
		if (world_random(w, 2) == 0)
			fork_run(w, a, out, "/usr/bin/ps", ps, COUNT(ps));
		else
			fork_run(w, a, out, "/usr/bin/grep", grep, COUNT(grep));
	}
}

/* A mount within a container: rules on it fire. */
static bool attack(struct world *w, struct actor *a, struct event_writer *out)
{
	const struct object disk = { .name = "/dev/vda1",
		                     .inode = 100,
		                     .dev = "00:06",
		                     .mode = 060660,
		                     .rdev = "fe:01" };

	if (w->options.attack_every == 0 ||
	    w->steps % w->options.attack_every != 0 || a->role != SERVICE ||
	    a->step < SETUP_STEPS)
		return false;
	mount_at(w, a, out, "/mnt", &disk);
	return true;
}

void world_step(struct world *w, struct event_writer *out)
{
	static void (*const play[])(struct world *, struct actor *,
	                            struct event_writer *) = {
		[BUILDER] = compile, [SERVICE] = serve, [ADMIN] = log_in
	};
	size_t builders = w->options.builders;
	struct actor *a;

	w->steps++;
	/* half of what happens is compiling */
	a = world_random(w, 2) == 0 && builders != 0
	            ? &w->actors[world_random(w, (unsigned)builders)]
	            : &w->actors[builders +
	                         world_random(
					 w, (unsigned)(w->nactors - builders))];
	if (!attack(w, a, out))
		play[a->role](w, a, out);
}

struct world *world_new(const struct world_options *options)
{
	size_t n = options->builders + options->containers + 1;
	struct world *w = calloc(1, sizeof(*w) + n * sizeof(w->actors[0]));

	if (w == NULL)
		return NULL;
	w->options = *options;
	w->state = options->seed * 2 + 1;
	w->next_pid = 5000;
	w->nactors = n;
	for (size_t i = 0; i < n; i++) {
		struct actor *a = &w->actors[i];

		a->role = i < options->builders ? BUILDER
		          : i + 1 < n           ? SERVICE
		                                : ADMIN;
		if (a->role != BUILDER)
			continue;
		become_host(w, a);
		a->task.pid = 900 + (int)i;
		a->task.uid = a->task.auid = 1000;
		a->task.ses = 1;
		snprintf(a->task.cwd, sizeof(a->task.cwd),
		         "/home/builder/project/build");
	}
	return w;
}

void world_free(struct world *w)
{
	free(w);
}
