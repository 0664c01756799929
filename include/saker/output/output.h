/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output.h - where alerts go; a slow or failing output holds up nothing. */
#ifndef SAKER_OUTPUT_OUTPUT_H
#define SAKER_OUTPUT_OUTPUT_H

#include <limits.h>
#include <sys/types.h>

#include "saker/alert/formats.h"
#include "saker/base/buf.h"
#include "saker/base/counters.h"
#include "saker/base/diag.h"
#include "saker/base/err.h"
#include "saker/base/str.h"

/* The set of outputs belongs to one thread. */
struct outputs;

struct outbox;

/* What somebody with privileges has opened. */
struct output_opened {
	int fd;
	pid_t pid; /* of a program, a child of who opened it; 0 = none */
	bool is_socket;
	bool may_block;
	bool needs_newline;
};

/* The same on its way to another process. */
struct output_answer {
	int32_t error; /* errno */
	bool is_socket;
	bool may_block;
	bool needs_newline;
};

/* What a process without privileges is given to deliver with. */
struct outputs_given {
	/* where alerts come from, and where accounts are kept */
	struct outbox *outbox;
	int spool; /* directory of the spools, its own; -1 = none */
	const struct output_secrets *secrets; /* what they may not read */
	/* Has the output of that number opened: 0 or an error as outputs_add()
	 * has them, errno set. Several threads call it. */
	int (*open)(void *arg, size_t output, struct output_opened *ret);
	void *arg;
};

struct outputs_options {
	struct counters *counters; /* borrowed; may be NULL */
	enum alert_format format;  /* of outputs that name none */
	/* the same of standard output, where that is a terminal */
	enum alert_format terminal_format;
	/* Where outputs keep what they could not deliver, borrowed while
	 * outputs are added; NULL or "" = nowhere. */
	const char *spool_dir;
	uint64_t spool_bytes; /* at most, for each output */
	/* Borrowed; NULL = alerts are delivered here, else by who takes them
	 * out of there, and nothing is opened. */
	struct outbox *outbox;
	/* With an outbox: the pipe that the output of that number is, as who
	 * takes has opened it; 0 and a descriptor that is the caller's, or an
	 * error. An alert is then written to it here where that can never wait
	 * and nothing is before it, and nobody woken. NULL = never. */
	int (*open_pipe)(void *arg, size_t output, int *ret_fd);
	void *open_pipe_arg;
	/* Borrowed; NULL = this process can open everything itself. */
	const struct outputs_given *given;
	/* An alert is written by who submits it where that cannot wait for
	 * anybody and nothing waits before it: one thread less to be woken.
	 * SIGPIPE is ignored then. */
	bool at_once;
};

/* NULL when out of memory. */
struct outputs *outputs_new(const struct outputs_options *options);
/* One as the configuration has it: "stdout", "file:PATH", a URL and so on, with
 * ",FORMAT" or ",OPTION=VALUE" behind, or a mapping in YAML's flow style. Opens
 * it, takes up what a former run could not deliver, and starts its thread. What
 * cannot be spooled is a warning in diags. 0; with the reason in diags
 * E_INVALID, and what opening came to: E_DENIED, E_NOT_FOUND, E_IO; E_NOMEM. */
int outputs_add(struct outputs *o, struct str spec,
                struct diag_list *diags) must_check;
/* The same without opening anything. 0, E_NOMEM, E_INVALID. */
int output_check(struct str spec, const struct diag_place *place,
                 struct diag_list *diags) must_check;

/* Appends the specification as it may be shown: values of headers, passwords in
 * URLs, and what URLs and a program's arguments call a key, token or the like
 * are
 * "<redacted>"; all of it where a secret is not spelt there as it is used. */
void output_redact(struct str spec, struct buf *out);

/* For a process without privileges: opens what it is not able to, of an output
 * as the configuration has it; program: whom a program runs as, or NULL. The
 * same errors, errno set. */
struct output_user {
	uid_t uid;
	gid_t gid;
};
int output_open(struct str spec, const struct output_user *program,
                struct output_opened *ret) must_check;
/* The same for the directory of spools: makes it, and gives what is in it to
 * the user. Its descriptor, or an error. */
int output_open_spools(const char *path,
                       const struct output_user *user) must_check;

/* Queues the alert, rendered, for each output that wants it. Never waits; when
 * a queue is full the oldest of the least important is dropped and counted. 0,
 * or E_NOMEM: some output does not get it. */
int outputs_submit(struct outputs *o, const struct alert *alert) must_check;
/* For replay, which may wait: returns once every queue that still moves is at
 * most half full. */
void outputs_wait_room(struct outputs *o);
/* Files are opened anew before their next line (log rotation); one that cannot
 * be stays in use as it is, and an error is counted. */
void outputs_reopen(struct outputs *o);

/* Once a second or so: asks for what open_pipe() has anew. */
void outputs_tick(struct outputs *o);

/* submitted = written + dropped + pending. */
struct outputs_stats {
	uint64_t submitted; /* what a former run left included */
	uint64_t written;
	uint64_t dropped; /* for lack of room, or refused by the receiver */
	uint64_t pending; /* in memory, in the spool, or on the way */
	uint64_t errors;  /* failed attempts */
	uint64_t spooled; /* of the pending those that outlive saker */
	uint64_t spool_bytes;
	unsigned outputs;
	unsigned gone;    /* nobody will ever read them again: a closed pipe */
	unsigned failing; /* the last attempt failed */
};
/* Sums over the outputs. */
struct outputs_stats outputs_stats(const struct outputs *o);
/* One output's; its name, such as "file:/var/log/alerts.json", is borrowed.
 * False past the end. */
bool outputs_stats_at(const struct outputs *o, size_t i, const char **ret_name,
                      struct outputs_stats *ret);

/* Waits until all is written, at most timeout_ms; OUTPUTS_PATIENT waits as
 * long as writing does not fail. */
#define OUTPUTS_PATIENT UINT_MAX
void outputs_flush(struct outputs *o, unsigned timeout_ms);
/* Ends the threads; what is still pending stays in the spool for the next run,
 * or is dropped and counted. Flush before. NULL is allowed. */
void outputs_free(struct outputs *o);

/* The tables of outputs and of their options, for help and completion: NULL
 * past the end. */
const char *output_kind_name(size_t i);
const char *output_kind_doc(size_t i);
const char *output_option_name(size_t i);
const char *output_option_doc(size_t i);

#endif
