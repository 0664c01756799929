/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tracking.h - the parts of the tracker. */
#ifndef SAKER_CONTAINER_TRACKING_H
#define SAKER_CONTAINER_TRACKING_H

#include "calls.h"
#include "known_files.h"
#include "runtime.h"
#include "saker/base/clock.h"
#include "saker/base/limits.h"
#include "saker/base/turns.h"
#include "saker/container/cgroup.h"
#include "saker/container/events.h"
#include "saker/container/posture.h"
#include "saker/container/tracker.h"
#include "saker/process/connector.h"
#include "saker/process/table.h"

struct cgroup_cache {
	struct map by_text;
	struct host *host;
};

/* A cgroup that processes are or were in. */
struct cgroup {
	struct str text; /* /proc/PID/cgroup; owned */
	struct cgroup_facts facts;
	uint64_t id; /* 0 = not known */
	unsigned refs;
	struct cgroup_cache *cache; /* NULL once that is gone */
};

struct cgroup *cgroup_ref(struct cgroup *c);
void cgroup_unref(struct cgroup *c);
void cgroup_cache_init(struct cgroup_cache *cache, struct host *host);
void cgroup_cache_done(struct cgroup_cache *cache);
/* A reference to the one object of that text; NULL when out of memory. */
struct cgroup *cgroup_intern(struct cgroup_cache *cache, struct str text);
/* Reads the directory's number again: a path may be made anew. */
void cgroup_stat(struct cgroup *c, struct host *host);

/* What a process did or was while it set a container up
 * (process_private.marks). */
enum setup_mark {
	MARK_MAIN = 1 << 0,       /* it is the runtime as it was called */
	MARK_INIT = 1 << 1,       /* the runtime's second stage, or below one */
	MARK_NAMESPACES = 1 << 2, /* it joined or left namespaces */
	MARK_PIVOTED = 1 << 3,    /* its root is the container's */
	MARK_EXECED = 1 << 4,     /* it has itself exec'ed the runtime */
	MARK_HOOK = 1 << 5,       /* a hook of the host's, or below one */
};

/* One call of a runtime, with all processes that it starts up to the
 * container's first program. Texts are owned. */
struct session {
	const struct runtime_kind *kind;
	enum runtime_verb verb;
	struct str id;
	struct str bundle;
	struct str root;       /* the runtime's, when it was given one */
	struct str cwd;        /* of the call */
	struct cgroup *cgroup; /* of the runtime; reference, NULL = unknown */
	uint64_t ns_mnt;       /* of the runtime; 0 = unknown */
	pid_t init;            /* its second stage; 0 = none seen */
	pid_t caller;          /* who called the runtime */
	pid_t start; /* the call that let a created container start; 0 = none */
	/* words of the program that "exec" is to run in the container, joined
	 * by NUL; empty = they are in a file */
	struct str program;
	uint64_t called_ns;
	struct str cgroup_path; /* seen being made for the container */
	uint64_t cgroup_id;
	unsigned cgroup_rank;
	struct container *container; /* reference; NULL = not known yet */
	bool is_entered;             /* the container's program has started */
	unsigned refs;
};

struct session *session_new(const struct runtime_kind *kind,
                            const struct runtime_call *call, struct str cwd);
struct session *session_ref(struct session *s);
void session_unref(struct session *s);
/* A path of the audit stream that may be the container's cgroup directory or a
 * file in it. is_made: the runtime makes it. inode: of the directory, 0 = not
 * told. False when out of memory. */
bool session_note_path(struct session *s, struct str name, bool is_made,
                       uint64_t inode);
/* "/sys/fs/cgroup/pids/docker/ID/cgroup.procs" -> "/docker/ID" and the rank of
 * its hierarchy. False for what is no cgroup file. */
bool cgroup_path_of_file(struct str name, bool relative, struct str *ret_path,
                         unsigned *ret_rank);

/* include/uapi/linux/sched.h; <sched.h> has it with _GNU_SOURCE alone. */
#define CLONE_FLAG_NEWUSER 0x10000000u

/* Calls whose container's program is still to start, perhaps when the runtime
 * has gone: create, and in a log exec. */
#define MAX_CREATED 64
struct created {
	struct session *items[MAX_CREATED]; /* references; oldest first */
	size_t count;
};

void created_done(struct created *c);
/* Remembers a session; forgets the oldest when there are too many. */
void created_add(struct created *c, struct session *s);
/* A "start ID" by that process. */
void created_start(struct created *c, struct str id, pid_t pid);
/* The session whose container's program p must be; NULL when there is none. */
struct session *created_find(const struct created *c, const struct process *p);
/* The "exec" whose program p, with this command line, must be. In a log. */
struct session *created_find_exec(struct tracker *t, const struct process *p,
                                  const struct audit_args *args,
                                  uint64_t at_ns);

struct container_private {
	struct container *self; /* whose private part this is */
	struct list link;       /* the registry's; least recently used first */
	uint64_t used_ns;
	bool has_ended;
	uint64_t removed_ns;         /* of its cgroup; 0 = is there */
	struct str given_id;         /* what the runtime calls it; owned */
	struct posture *baseline;    /* reference; NULL = not known */
	bool is_created, is_started; /* and told so */
	/* its first process; 0 = not known */
	pid_t first;
	uint64_t first_ns, first_ticks;
	bool is_described; /* its metadata is as it will be */
	unsigned tries;    /* of finding its metadata */
	uint64_t next_try_ns;
};

struct registry {
	struct map by_id;
	struct map by_given_id;
	struct map by_cgroup;
	struct list all;
	size_t count;
	unsigned max;
	struct counters *counters;
};

/* What is known of a container; views. */
struct container_facts {
	struct str full_id;
	struct str given_id; /* the runtime's argument; empty = not known */
	struct str runtime;
	struct str pod_uid;
	struct str cgroup;
	uint64_t cgroup_id;
};

void registry_init(struct registry *r, unsigned max, struct counters *counters);
void registry_done(struct registry *r);
/* A borrowed container with these facts, made when there is none; is_new: one
 * that has ended is not taken again. NULL when out of memory. */
struct container *registry_get(struct registry *r,
                               const struct container_facts *facts, bool is_new,
                               uint64_t now_ns);
/* c was made under another id than its cgroup shows. */
void registry_rename(struct registry *r, struct container *c,
                     struct str full_id);
/* The container that a runtime was last given that id for; NULL = none. */
struct container *registry_find_given(const struct registry *r,
                                      struct str given_id);
/* The container whose directory has gone, NULL = none's; inode 0 = not told. */
struct container *registry_end(struct registry *r, struct str cgroup,
                               uint64_t inode, unsigned rank);

/* announce.c: what happens to containers, until somebody takes it. Events are
 * taken after each audit event, which tells of one act, or two. */
#define MAX_ANNOUNCEMENTS 64
struct announcements {
	struct container_event items[MAX_ANNOUNCEMENTS];
	size_t count;
	uint64_t serial; /* of the audit event at hand; 0 = none */
	uint64_t checked_ns;
};
void announcements_done(struct announcements *a);

/* layer.c: directories of the overlays that containers run on. */
#define MAX_OVERLAYS 64
struct overlay {
	char *container; /* full id */
	uint64_t dev;
	char *options; /* of its super block: its directories */
	char *root;    /* which of its directories is mounted */
	char *point;   /* where the process sees that */
};
struct overlays {
	struct overlay items[MAX_OVERLAYS];
	size_t count;
	size_t next; /* which gives way when there are too many */
};
void overlays_done(struct overlays *o);

/* sockets.c: answers that are still true, and when to ask again. */
#define MAX_SOCKETS 64
struct known_socket {
	uint64_t inode; /* 0 = none */
	uint64_t at_ns; /* CLOCK_MONOTONIC */
	struct process_fd info;
	char *name;
};
struct sockets {
	struct known_socket items[MAX_SOCKETS];
	size_t next; /* which gives way */
	struct turns turns;
};
void sockets_done(struct sockets *s);

struct tracker {
	struct host *host;
	struct counters *counters;
	struct process_table *processes;
	struct registry containers;
	struct cgroup_cache cgroups;
	struct known_files files;
	struct created created;
	struct overlays overlays;
	struct sockets sockets;
	struct announcements announcements;
	struct connector *connector;
	struct known_calls calls;
	struct arena arena; /* of one call */
	struct buf text;
	bool is_live;        /* the host answers */
	bool sees_pivots;    /* the audit rules cover pivot_root */
	uint64_t stream_ns;  /* newest stamp */
	uint64_t first_ns;   /* first stamp; 0 = none yet */
	uint64_t serial;     /* of the newest event */
	uint64_t gap_ns;     /* when process events were last lost */
	uint64_t drained_ns; /* the connector; CLOCK_MONOTONIC */
	uint64_t changes_ns; /* known files' changes were asked for; the same */
	uint64_t refresh_ns; /* when watched files were last looked at */
	uint64_t ns_mnt;     /* the host's */
	uint64_t ns_pid, ns_net;
	bool watches_drift; /* somebody asks for it */
	struct posture host_posture;
	struct arena host_texts; /* its label */
	/* borrowed; of a log only */
	const struct snapshot *snapshots[LIMIT_SNAPSHOTS];
	size_t nsnapshots;
};

/* What a system call means: "kinds" below are bits of enum call_kind. */

/* settle.c */
void state_settle(void *arg, struct process *p);

/* state.c: the state machine. */
void state_exec(struct tracker *t, struct process *p, struct audit_event *e);
void state_syscall(struct tracker *t, struct process *p, struct audit_event *e,
                   unsigned kinds);
void state_make_runtime(struct tracker *t, struct process *p,
                        const struct runtime_kind *kind, uint64_t at_ns);
/* e: the execve by which it happens; NULL = found so in /proc. */
void state_enter(struct tracker *t, struct process *p, struct audit_event *e,
                 uint64_t at_ns);

/* posture.c: a process's confinement. */
struct posture *posture_ref(struct posture *p);
void posture_unref(struct posture *p);
/* What the host's first process shows, this one where that shows nothing. */
void posture_learn_host(struct tracker *t, const struct host_process *first,
                        const struct host_process *self);
/* The same from what another knew of the host. */
void posture_set_host(struct tracker *t, const struct posture *host);
/* A copy that owns its label, without a cgroup; p counts a lack of memory. */
struct posture *posture_copy(const struct process *p,
                             const struct posture *now);
/* p has become a container's: facts and e may be NULL. */
void posture_enter(struct tracker *t, struct process *p,
                   const struct host_process *facts, struct audit_event *e);
/* The connector tells that p has executed something: what it does and is may be
 * over before its record comes. */
void posture_exec(struct tracker *t, struct process *p);
/* Is its cgroup, another container's, that of one which runs in its own? */
bool posture_is_inner(struct tracker *t, const struct process *p);
/* What the records of a container's process prove. */
void posture_observe(struct tracker *t, struct process *p,
                     struct audit_event *e, unsigned kinds);

/* judge.c: what an execve by a runtime's process means. */
enum exec_meaning {
	EXEC_SETUP,   /* the runtime again, or a program of the host's for it */
	EXEC_RUNTIME, /* the runtime, called anew */
	EXEC_ENTRY,   /* the container's program */
};
enum exec_meaning judge_exec(struct tracker *t, struct process *p,
                             struct audit_event *e,
                             const struct known_file *runtime);
/* True when the process runs the container's program though its execve was
 * not seen: exe is what the newest record says. */
bool judge_lost_exec(struct tracker *t, struct process *p, struct str exe);

/* describe.c: metadata of a container, at its first sight; again when files
 * were missing or half-written, a few times. p is one of its processes, s the
 * call that it came in by, NULL = not known. */
void describe_container(struct tracker *t, struct container *c,
                        const struct process *p, const struct session *s,
                        uint64_t at_ns);

/* announce.c */
/* A runtime's process has begun a call. */
void announce_call(struct tracker *t, struct process *p, uint64_t at_ns);
/* p has become a process of c; is_told: by an audit event, and not found to be
 * there. Before its session is given up. */
void announce_entry(struct tracker *t, struct container *c, struct process *p,
                    bool is_told, uint64_t at_ns);
/* c is over, which is told once. */
void announce_end(struct tracker *t, struct container *c, uint64_t at_ns);
/* Looks for containers whose first process has ended, now and then. */
void announce_ends(struct tracker *t, uint64_t now_ns);

/* resolve.c: which process a record is of. */
struct process *resolve_event(struct tracker *t, const struct audit_syscall *sc,
                              unsigned kinds, uint64_t at_ns);
/* For records without the parent's pid; NULL when nothing is known of it. */
struct process *resolve_pid(struct tracker *t, pid_t pid, uint64_t at_ns);
/* For the table. */
bool resolve_is_gone(void *arg, const struct process *p);

/* birth.c: processes that become known. */
struct process *birth_find_parent(struct tracker *t, pid_t ppid,
                                  uint64_t at_ns);
/* The process and its unknown ancestors, these first, so that each finds its
 * parent. Who started after the event is somebody else under that pid. */
struct process *birth_by_proc(struct tracker *t, pid_t pid, uint64_t at_ns,
                              bool is_scan);
/* Start times in /proc are whole clock ticks, cut. */
bool birth_is_same_start(const struct process *p, uint64_t start_ns);
void birth_by_connector(void *arg, const struct connector_event *e);
int birth_scan(struct tracker *t);
/* Reads /proc/PID/cgroup into p->cgroup; what was known stays when it fails. */
void birth_read_cgroup(struct tracker *t, struct process *p);
/* Are these facts of p, and not of a later process with its pid? */
bool birth_is_same(const struct process *p, const struct host_process *f);
/* The name of a bare runtime's container that has this cgroup; borrowed from c.
 * Empty = none. */
struct str birth_state_name(struct tracker *t, const struct cgroup *c);
/* Is the container's, as /proc shows it now? */
bool birth_is_inside(struct tracker *t, struct process *p);

/* reuse.c: pids of a log. */
/* True when p is not the process that made this call. */
bool reuse_is_other(struct tracker *t, const struct process *p,
                    const struct audit_syscall *sc, unsigned kinds,
                    uint64_t at_ns);
void reuse_observe(struct tracker *t, struct process *p,
                   const struct audit_syscall *sc, unsigned kinds,
                   uint64_t at_ns);
/* LOGIN gives a process its session: before the event is judged. */
void reuse_observe_login(struct tracker *t, struct audit_event *e,
                         uint64_t at_ns);
void reuse_observe_crash(struct tracker *t, struct process *p,
                         struct audit_event *e, uint64_t at_ns);

/* snapshot_use.c: what snapshots know. */
/* The process, with its unknown ancestors, as it was before the log began; NULL
 * when they do not have it. ppid 0 = not known. */
struct process *snapshot_birth(struct tracker *t, pid_t pid, pid_t ppid,
                               uint64_t at_ns);
struct snapshot_process;
/* Adds it as it was; parent may be NULL. NULL when there is no memory. */
struct process *snapshot_add(struct tracker *t,
                             const struct snapshot_process *from,
                             struct process *parent, uint64_t at_ns);
/* Adds to a process of the log what /proc would have told at its start. */
void snapshot_complete(struct tracker *t, struct process *p, uint64_t at_ns);
/* Adds to a container that p entered what is known of it. */
void snapshot_describe(struct tracker *t, const struct process *p,
                       struct container *c, bool is_new, uint64_t at_ns);
void snapshot_identify(struct tracker *t, struct known_file *known);

static inline bool has_mark(const struct process *p, unsigned marks)
{
	return (p->priv->marks & marks) != 0;
}

#endif
