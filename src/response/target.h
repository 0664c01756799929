/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target.h - the processes that a response would reach. */
#ifndef SAKER_SRC_RESPONSE_TARGET_H
#define SAKER_SRC_RESPONSE_TARGET_H

#include "saker/response/guards.h"

/* More are not looked at: such a group is refused. */
#define TARGET_MAX 65536u

struct response_target {
	/* struct response_member each, the event's process first */
	struct buf members;
	struct process_handle process; /* of the event's process */
	bool has_process;
	struct cgroup_handle cgroup; /* of its container */
	bool has_cgroup;
	bool is_cut; /* there are more members than that */
};

static inline struct response_member *
target_members(const struct response_target *t)
{
	return (struct response_member *)(void *)t->members.data;
}

static inline size_t target_count(const struct response_target *t)
{
	return t->members.len / sizeof(struct response_member);
}

struct target_finder {
	struct host *host;
	const struct control *control;
	uint64_t own_pid_ns; /* the host's, to tell containers from */
	struct file_id own_root;
	struct arena *arena; /* of the members' texts */
	size_t max;          /* members that are worth looking at */
	bool wants_users;    /* of the members, for the never-kill list */
};

/* Opens the event's process, then reads what is there now: the process, its
 * descendants or its container's processes. 0, or E_NOMEM; a process that is
 * gone is a member with that error. To be ended with target_done(). */
int target_find(const struct target_finder *finder,
                const struct response_request *request,
                struct response_target *ret) must_check;
void target_done(struct response_target *t);
/* Adds descendants that are not there yet. Returns how many, or E_NOMEM. */
int target_add_descendants(const struct target_finder *finder,
                           struct response_target *t) must_check;
/* The same of a container's processes, with all that guards ask. */
int target_add_container(const struct target_finder *finder,
                         struct response_target *t) must_check;

#endif
