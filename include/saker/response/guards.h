/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guards.h - whether a response may act: facts in, verdict out. */
#ifndef SAKER_RESPONSE_GUARDS_H
#define SAKER_RESPONSE_GUARDS_H

#include "saker/response/response.h"

enum protect_kind {
#define PROTECT(id, prefix, doc) PROTECT_##id,
#include "saker/response/protect.def"
	PROTECT__MAX
};

/* One entry of the never-kill list. */
struct protected
{
	enum protect_kind kind;
	struct str text;
	uint32_t uid;      /* of PROTECT_USER */
	struct file_id id; /* of PROTECT_EXE, as it is now; ino 0 = no such
	                    * file, whose processes are known by name only */
};

/* What is known of a process that an action would reach. */
struct response_member {
	pid_t pid, ppid;
	int error; /* 0 = what follows was read from the host now */
	uint64_t start_ticks;
	uint64_t start_ns; /* CLOCK_REALTIME */
	bool is_kernel_thread;
	bool is_in_container;
	uint32_t uid, euid;
	struct str exe;
	struct file_id exe_id;
	struct str cgroup; /* all lines; may be empty for a container's
	                    * processes other than the event's */
};

/* What decides, all of it. */
struct response_facts {
	enum response_mode mode; /* global: can only lower the rule's */
	uint64_t max_age_ns;
	unsigned max_processes;
	pid_t self, parent;          /* saker's own */
	pid_t auditd, auditd_parent; /* 0 = none */
	const struct protected *protect;
	size_t nprotect;
	uint64_t now_ns; /* CLOCK_REALTIME */

	const struct response_request *request;

	/* processes that would be reached, the event's first */
	const struct response_member *members;
	size_t nmembers;
	bool is_cut;        /* there are more */
	bool has_container; /* a cgroup that can be killed or frozen */
	bool has_journal;
	bool is_unidentified; /* its container could not be looked up */
	unsigned hits;        /* times within the rule's T, this one too */
	/* tokens: may act once more; tripped: fell to dry-run before */
	struct response_rates {
		bool rule, container, host;
	} has_tokens, is_tripped;
};

enum response_verdict {
	RESPONSE_NOTHING, /* none asked for, or off */
	RESPONSE_REFUSE,
	RESPONSE_WOULD,   /* dry run */
	RESPONSE_TRIPPED, /* dry run since a rate was exceeded */
	RESPONSE_TRIP,    /* exceeds it now: dry run from here on */
	RESPONSE_DO,
};

enum response_reason {
	REASON_NONE,
#define EVENT_GUARD(id, text)   REASON_##id,
#define PROCESS_GUARD(id, text) REASON_##id,
#define GROUP_GUARD(id, text)   REASON_##id,
#include "saker/response/guards.def"
	REASON__MAX
};

struct response_decision {
	enum response_verdict verdict;
	enum response_reason reason; /* why it refuses; else REASON_NONE */
	const struct response_member *member; /* whose; NULL = none's */
};

const char *response_reason_text(enum response_reason r);
struct response_decision response_decide(const struct response_facts *facts);

#endif
