/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tracker.h - event -> who and where: the process table, the state machine and
 * the container registry behind one door. */
#ifndef SAKER_CONTAINER_TRACKER_H
#define SAKER_CONTAINER_TRACKER_H

#include "saker/audit/event.h"
#include "saker/base/counters.h"
#include "saker/container/container.h"
#include "saker/container/events.h"
#include "saker/host/host.h"
#include "saker/process/connector.h"
#include "saker/process/fds.h"
#include "saker/process/process.h"

struct connector;
struct tracker;

struct tracker_options {
	struct host *host;         /* borrowed; host_none_new() for logs */
	struct counters *counters; /* may be NULL */
	unsigned max_processes;    /* 0 = LIMIT_PROCESSES */
	unsigned max_containers;   /* 0 = LIMIT_CONTAINERS */
	/* runtime executables beside the built-in ones (paths, borrowed) */
	const struct str *runtimes;
	size_t nruntimes;
};

struct tracker *tracker_new(const struct tracker_options *options);
void tracker_free(struct tracker *t);

/* Start-up: every process of the host, runtimes' identities. 0 or an error
 * that leaves the tracker usable with what it has. */
int tracker_scan(struct tracker *t);

/* Opens the proc connector. 0, E_DENIED or E_UNSUPPORTED: then forks are
 * learnt from records and /proc alone. */
int tracker_connector_open(struct tracker *t);
/* The same with one that is open, which becomes the tracker's. */
void tracker_connector_use(struct tracker *t, struct connector *c);
/* Its descriptor for poll(), -1 when not open. */
int tracker_connector_fd(const struct tracker *t);
/* Takes all that waits, without blocking. To be called before each event is
 * resolved: a fork is then always known before the child's first record. */
void tracker_connector_drain(struct tracker *t);
/* The same unless that was done since a record was received (CLOCK_MONOTONIC):
 * a process's fork is told before its first record. */
void tracker_connector_follow(struct tracker *t, uint64_t received_ns);

/* Applies what the event changes (exec, chdir, cgroup directories, ...) and
 * returns the process it belongs to, in its state *after* the event; NULL when
 * the event has no process. Borrowed until the next call. */
struct process *tracker_observe(struct tracker *t, struct audit_event *e);

/* What has happened to containers since it was asked last, oldest first; to be
 * asked after each event and tick. False = nothing more. The caller ends it by
 * container_event_done(). */
bool tracker_next_event(struct tracker *t, struct container_event *ret);
/* Time passes without events: containers may have ended. */
void tracker_tick(struct tracker *t);
/* The log is over: what had ended, has. */
void tracker_end(struct tracker *t);

/* The path by which the host knows an object, at the time of the event observed
 * last: a runtime's executable, or a path given to tracker_watch_identity().
 * STR_NONE = unknown to us, as everything is when t is NULL. */
struct str tracker_identity(const struct tracker *t, struct file_id id);
/* All paths given to tracker_watch_identity() that the object has, else the one
 * of tracker_identity(): at most max, borrowed. Returns how many. */
size_t tracker_identities(const struct tracker *t, struct file_id id,
                          struct str *ret, size_t max);
/* Calls fn with each path given to tracker_watch_identity() that names no
 * object now, or, in a log, whose object no record has shown. */
void tracker_each_unknown_identity(const struct tracker *t,
                                   void (*fn)(void *arg, struct str path),
                                   void *arg);
/* False: no file that is asked for by identity, and no runtime's executable,
 * has that inode, on whatever device. */
bool tracker_knows_inode(const struct tracker *t, uint64_t ino);
/* True for the executable of a container runtime, well-known, configured or
 * learnt. */
bool tracker_is_runtime(const struct tracker *t, struct file_id id);
/* Calls fn with each path where the executable of a well-known container
 * runtime may be, until fn returns an error, which is then returned. */
int tracker_each_runtime_path(int (*fn)(void *arg, struct str path), void *arg);
/* Adds a host path whose identity rules ask for, or "host_runtimes", which then
 * is a name of every runtime's executable. 0 also when it does not exist (yet).
 */
int tracker_watch_identity(struct tracker *t, struct str path);

/* What the machine says now: live only, nothing is known in a log. */

/* False when the process is gone or another has its pid. Texts live in a. */
bool tracker_facts(struct tracker *t, const struct process *p, unsigned want,
                   struct arena *a, struct host_process *ret);
/* Appends a file of /proc/PID, e.g. "environ". */
bool tracker_proc_file(struct tracker *t, const struct process *p,
                       const char *name, struct buf *out);
/* What the link /proc/PID/fd/N says: "/etc/passwd", "socket:[123]". */
bool tracker_fd_link(struct tracker *t, const struct process *p, int fd,
                     struct arena *a, struct str *ret);
/* The file behind /proc/PID/fd/N now. */
bool tracker_fd_id(struct tracker *t, const struct process *p, int fd,
                   struct file_id *ret);
/* The file that the process finds now at an absolute path. */
bool tracker_path_id(struct tracker *t, const struct process *p,
                     struct str path, struct file_id *ret);
/* The socket of the process's network namespace that has this inode. */
bool tracker_socket(struct tracker *t, const struct process *p, uint64_t inode,
                    struct process_fd *ret);
/* The process that has this pid now; NULL = none known. Borrowed. */
struct process *tracker_process(const struct tracker *t, pid_t pid);
/* Whether the process is in the namespaces that saker is in. */
bool tracker_shares_namespaces(struct tracker *t, const struct process *p,
                               bool *ret_pid, bool *ret_net);

enum overlay_layer {
	LAYER_UNKNOWN,
	LAYER_NONE, /* on no overlay */
	LAYER_UPPER,
	LAYER_LOWER,
};

/* Where a file lies that the process knows by this path; id.dev is that of the
 * overlay. */
enum overlay_layer tracker_layer(struct tracker *t, const struct process *p,
                                 struct file_id id, struct str path);

/* The file of a lower or upper layer that a file of an overlay is, when that
 * may be one that is known by its identity. path: as the process knows it. */
bool tracker_backing_file(struct tracker *t, const struct process *p,
                          struct file_id id, struct str path,
                          struct file_id *ret);
/* The path by which the host finds the object that the process knows by path:
 * behind bind mounts, in an overlay's layers. In the arena. */
bool tracker_host_path(struct tracker *t, const struct process *p,
                       struct file_id id, struct str path, struct arena *a,
                       struct str *ret);

/* /proc/PID/cgroup as it was read last; also in a log, where it is empty.
 * Borrowed from the process. */
struct str tracker_cgroup_text(const struct process *p);
/* When the kernel started it (CLOCK_REALTIME, PROCESS_CLOCK_SLACK_NS); 0 where
 * nothing told but that it was there. */
uint64_t tracker_start_ns(const struct process *p);

/* Facts of one container's or process's table for status output. */
size_t tracker_process_count(const struct tracker *t);
size_t tracker_container_count(const struct tracker *t);

#endif
