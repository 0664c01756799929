/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_nodes.h - what the files of the trace share. */
#ifndef SAKER_SRC_ENGINE_TRACE_NODES_H
#define SAKER_SRC_ENGINE_TRACE_NODES_H

#include "engine.h"
#include "saker/engine/trace.h"

struct node {
	struct trace_node told;
	const struct expr *expr;
	node_id id;
	enum truth truth;
	uint32_t *inputs; /* of a check: what trace_value() tells of */
	struct str *names;
	size_t ninputs;
	bool misses; /* without its inputs the check has no answer */
	/* checks that must come out otherwise for it to be so */
	size_t to_true;
	size_t to_false;
	bool is_blamed;
};

struct trace {
	struct arena arena;
	struct node *nodes;
	size_t count;
	struct program program;
	struct vm *vm;
	struct field_source fields; /* of the event */
};

#endif
