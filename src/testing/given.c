/* SPDX-License-Identifier: GPL-2.0-or-later */
/* given.c - the facts of a test as a host has them. What a test leaves out is
 * made up so that the tracker finds what the test says: a container's process
 * is in a cgroup that carries the container's id, and in namespaces of its own;
 * a file that is executed has an identity. */
#include <sys/sysmacros.h>

#include "saker/audit/event.h"
#include "saker/base/clock.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/container/cgroup.h"
#include "saker/host/fake.h"
#include "testing.h"

/* Of the initial namespaces, include/linux/proc_ns.h; that of mounts since 6.15
 * (before, it differed by kernel). */
#define HOST_MNT    4026531832u
#define HOST_NET    4026531833u
#define HOST_PID    4026531836u
#define HOST_USER   4026531837u
#define HOST_UTS    4026531838u
#define HOST_IPC    4026531839u
#define HOST_CGROUP 4026531835u
/* Made up ones start here. */
#define OTHER_NS    4026540000u
#define OTHER_INODE 0x5a000000u

#define DEFAULT_AGE_S 3600u
#define COMM_BYTES    15

struct giving {
	const struct suite_test *test;
	struct arena *arena;
	struct host *host;
	uint64_t at_ns;
	bool failed; /* out of memory */
};

static void must(struct giving *g, int error)
{
	g->failed |= error < 0;
}

static const char *keep(struct giving *g, struct buf *text)
{
	const char *copy = arena_copy(g->arena, buf_str(text)).s;

	g->failed |= text->failed || copy == NULL;
	return copy != NULL ? copy : "";
}

static uint64_t number(struct suite_number n, uint64_t otherwise)
{
	return n.kind == SUITE_NUMBER_GIVEN ? n.n : otherwise;
}

static uint32_t id(struct suite_number n, uint32_t otherwise)
{
	return (uint32_t)number(n, otherwise);
}

static bool is_inside(const struct suite_process *p)
{
	return p->container.id.s.s != NULL ||
	       str_eq(p->state.s, STR("container"));
}

static bool is_same_container(const struct suite_process *a,
                              const struct suite_process *b)
{
	return is_inside(a) == is_inside(b) &&
	       str_eq(a->container.id.s, b->container.id.s) &&
	       str_eq(a->cgroup.s, b->cgroup.s);
}

/* A number that processes of one container share. */
static uint64_t container_number(const struct giving *g,
                                 const struct suite_process *p)
{
	const struct suite_processes *all = &g->test->processes;
	size_t i = 0;

	while (&all->items[i] != p && !is_same_container(&all->items[i], p))
		i++;
	return i;
}

static uint64_t namespace(const struct giving *g, const struct suite_process *p,
                          struct suite_number given, uint64_t of_host,
                          unsigned kind)
{
	if (given.kind == SUITE_NUMBER_GIVEN)
		return given.n;
	/* A container without a namespace of its own in /proc's eyes is told
	 * by "host". */
	if (given.kind == SUITE_NUMBER_HOST || !is_inside(p))
		return of_host;
	return OTHER_NS + 8 * container_number(g, p) + kind;
}

static bool is_hex_id(struct str v)
{
	for (size_t i = 0; i < v.len; i++)
		if (strchr("0123456789abcdef", v.s[i]) == NULL)
			return false;
	return v.len == 64;
}

/* As /proc/PID/cgroup: lines, or a path alone. An id of one's own choice is in
 * the path where containerd's ctr has it. */
static const char *cgroup_of(struct giving *g, const struct suite_process *p)
{
	auto_buf struct buf text = BUF_INIT;
	struct str given = p->cgroup.s, name = p->container.id.s;

	if (given.len != 0)
		buf_printf(&text, "%s%.*s", given.s[0] == '/' ? "0::" : "",
		           STR_FMT(given));
	else if (name.s == NULL)
		buf_add_str(&text, STR("0::/user.slice"));
	else if (is_hex_id(name))
		buf_printf(&text, "0::/system.slice/docker-%.*s.scope",
		           STR_FMT(name));
	else
		buf_printf(&text, "0::/default/%.*s", STR_FMT(name));
	if (!str_has_suffix(buf_str(&text), STR("\n")))
		buf_add_byte(&text, '\n');
	return keep(g, &text);
}

static void add_text(struct giving *g, const char *directory, struct str id,
                     const char *name, struct buf *text)
{
	auto_buf struct buf path = BUF_INIT;

	buf_printf(&path, "%s/%.*s/%s", directory, STR_FMT(id), name);
	must(g, host_fake_text(g->host, keep(g, &path), keep(g, text)));
}

/* As dockerd writes them (moby container/container.go). */
static void add_metadata(struct giving *g, const struct suite_container *c)
{
	static const char directory[] = "/var/lib/docker/containers";
	auto_buf struct buf config = BUF_INIT, host = BUF_INIT;
	auto_buf struct buf name = BUF_INIT;

	if (c->name.s.s == NULL && c->image.s.s == NULL && !c->privileged)
		return;
	buf_add_str(&config, STR("{\"Name\":"));
	buf_printf(&name, "/%.*s", STR_FMT(c->name.s));
	escape_json(&config, c->name.s.s != NULL ? buf_str(&name) : STR(""));
	buf_add_str(&config, STR(",\"Config\":{\"Image\":"));
	escape_json(&config, c->image.s);
	buf_add_str(&config, STR("}}"));
	buf_printf(&host, "{\"Privileged\":%s}",
	           c->privileged ? "true" : "false");
	add_text(g, directory, c->id.s, "config.v2.json", &config);
	add_text(g, directory, c->id.s, "hostconfig.json", &host);
	g->failed |= name.failed;
}

static void add_container(struct giving *g, const struct suite_process *p,
                          struct str cgroup)
{
	auto_buf struct buf path = BUF_INIT;
	struct cgroup_facts facts;

	if (p->container.id.s.s == NULL)
		return;
	add_metadata(g, &p->container);
	if (p->container.cgroup_id.kind != SUITE_NUMBER_GIVEN)
		return;
	cgroup_parse(cgroup, &facts);
	buf_add_str(&path, facts.own_path);
	must(g,
	     host_fake_file(g->host, keep(g, &path),
	                    (struct file_id){ 0, p->container.cgroup_id.n }));
}

static struct file_id file_id(const struct suite_file_id *given)
{
	return (struct file_id){ given->dev, number(given->inode, 0) };
}

static const struct suite_file *find_file(const struct giving *g,
                                          struct str path)
{
	for (size_t i = 0; i < g->test->files.count; i++)
		if (str_eq(g->test->files.items[i].path.s, path))
			return &g->test->files.items[i];
	return NULL;
}

/* The same path is the same file, on the host or in one container. */
static uint64_t made_up_inode(const struct giving *g,
                              const struct suite_process *p)
{
	const struct suite_processes *all = &g->test->processes;
	size_t i = 0;

	while (&all->items[i] != p && (!str_eq(all->items[i].exe.s, p->exe.s) ||
	                               !is_same_container(&all->items[i], p)))
		i++;
	return OTHER_INODE + i;
}

static struct file_id exe_of(struct giving *g, const struct suite_process *p)
{
	const struct suite_file *f = find_file(g, p->exe.s);
	struct file_id made = { 0 };

	if (p->exe_id.inode.kind == SUITE_NUMBER_GIVEN)
		return file_id(&p->exe_id);
	if (p->exe.s.len == 0)
		return made;
	if (!is_inside(p) && f != NULL &&
	    f->id.inode.kind == SUITE_NUMBER_GIVEN)
		return file_id(&f->id);
	made.ino = made_up_inode(g, p);
	made.dev = is_inside(p) ? makedev(0, 0x50) : makedev(0xfe, 0);
	if (!is_inside(p))
		must(g, host_fake_file(g->host, p->exe.s.s, made));
	return made;
}

static struct str comm_of(const struct suite_process *p)
{
	if (p->comm.s.s != NULL)
		return p->comm.s;
	return str_take(str_basename(p->exe.s), COMM_BYTES);
}

static void set_args(struct giving *g, const struct suite_process *p,
                     struct host_process *ret)
{
	size_t count = p->args.is_given ? p->args.count : 1;

	if (p->exe.s.s == NULL && !p->args.is_given)
		return;
	ret->argv = arena_array(g->arena, struct str, count + 1);
	if (ret->argv == NULL) {
		g->failed = true;
		return;
	}
	ret->argc = count;
	ret->argv[0] = p->exe.s;
	for (size_t i = 0; i < p->args.count; i++)
		ret->argv[i] = p->args.items[i].s;
}

static uint64_t start_of(const struct giving *g, const struct suite_process *p)
{
	uint64_t seconds = number(p->age, DEFAULT_AGE_S);

	return seconds < g->at_ns / NS_PER_SEC ? g->at_ns - seconds * NS_PER_SEC
	                                       : 1;
}

static void set_namespaces(const struct giving *g,
                           const struct suite_process *p,
                           struct host_process *ret)
{
	ret->ns_mnt = namespace(g, p, p->ns.mnt, HOST_MNT, 0);
	ret->ns_net = namespace(g, p, p->ns.net, HOST_NET, 1);
	ret->ns_pid = namespace(g, p, p->ns.pid, HOST_PID, 2);
	ret->ns_uts = namespace(g, p, p->ns.uts, HOST_UTS, 3);
	ret->ns_ipc = namespace(g, p, p->ns.ipc, HOST_IPC, 4);
	ret->ns_cgroup = namespace(g, p, p->ns.cgroup, HOST_CGROUP, 5);
	/* Few containers have one of their own. */
	ret->ns_user = p->ns.user.kind == SUITE_NUMBER_GIVEN ? p->ns.user.n
	                                                     : HOST_USER;
}

/* -1 = not known. */
static signed char status_of(struct suite_number n)
{
	if (n.kind != SUITE_NUMBER_GIVEN)
		return -1;
	return (signed char)(n.n & 3);
}

static void set_caps(const struct suite_process *p, struct host_process *ret)
{
	uint64_t caps = number(p->cap_effective, 0);

	ret->has_caps = p->cap_effective.kind == SUITE_NUMBER_GIVEN;
	ret->caps[0] = ret->caps[2] = caps;
	ret->cap_bounding = number(p->cap_bounding, caps);
}

static void describe(struct giving *g, const struct suite_process *p,
                     struct host_process *ret)
{
	struct host_process made = {
		.pid = (pid_t)p->pid.n,
		.ppid = (pid_t)number(p->ppid, p->pid.n != 1),
		.sid = (pid_t)number(p->sid, p->pid.n),
		.pgid = (pid_t)number(p->pgid, p->pid.n),
		.uid = id(p->uid, 0),
		.euid = id(p->euid, id(p->uid, 0)),
		.gid = id(p->gid, 0),
		.egid = id(p->egid, id(p->gid, 0)),
		.auid = id(p->auid, AUDIT_ID_UNSET),
		.ses = id(p->ses, AUDIT_ID_UNSET),
		.comm = comm_of(p),
		.exe = p->exe.s,
		.exe_id = exe_of(g, p),
		.cwd = p->cwd.s.s != NULL ? p->cwd.s : STR("/"),
		.root_id = file_id(&p->root),
		.cgroup = str_from(cgroup_of(g, p)),
		.seccomp = status_of(p->seccomp),
		.no_new_privs = status_of(p->no_new_privs),
		.label = p->label.s,
		.start_ns = start_of(g, p),
		/* any number that tells it from a later one */
		.start_ticks = 1000 + (uint64_t)(p - g->test->processes.items),
	};

	set_caps(p, &made);
	set_args(g, p, &made);
	set_namespaces(g, p, &made);
	add_container(g, p, made.cgroup);
	*ret = made;
}

static void add_file(struct giving *g, const struct suite_file *f)
{
	if (f->id.inode.kind == SUITE_NUMBER_GIVEN)
		must(g, host_fake_file(g->host, f->path.s.s, file_id(&f->id)));
	if (f->text.s.s != NULL)
		must(g, host_fake_text(g->host, f->path.s.s, f->text.s.s));
}

int given_init(struct given *given, const struct suite_test *t, uint64_t at_ns,
               pid_t self, struct arena *arena)
{
	struct giving g = { .test = t,
		            .arena = arena,
		            .host = host_fake_new(),
		            .at_ns = at_ns };
	size_t count = t->processes.count;
	struct host_process *made =
		arena_array(arena, struct host_process, count + 1);

	*given = (struct given){ g.host, made, count };
	if (g.host == NULL || made == NULL)
		return E_NOMEM;
	must(&g, host_fake_process(g.host, &(struct host_process){
						   .pid = self,
						   .start_ns = 1,
						   .ns_mnt = HOST_MNT,
						   .ns_net = HOST_NET,
						   .ns_pid = HOST_PID,
						   .ns_user = HOST_USER,
					   }));
	for (size_t i = 0; i < t->files.count; i++)
		add_file(&g, &t->files.items[i]);
	for (size_t i = 0; i < count; i++)
		describe(&g, &t->processes.items[i], &made[i]);
	return g.failed ? E_NOMEM : 0;
}

int given_populate(struct given *given, pid_t self)
{
	host_fake_gone(given->host, self);
	for (size_t i = 0; i < given->nprocesses; i++)
		if (host_fake_process(given->host, &given->processes[i]) < 0)
			return E_NOMEM;
	return 0;
}
