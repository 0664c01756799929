/* SPDX-License-Identifier: GPL-2.0-or-later */
/* args.c - arguments that are spread over records and pieces.
 *
 * The kernel (audit_log_execve_info) starts a new record near 7500 bytes and
 * cuts an argument that is longer: aN_len=LENGTH aN[0]=PIECE aN[1]=PIECE, one
 * piece a record. LENGTH counts what is printed, hex digits included.
 */
#include "args.h"

#include <libaudit.h>

#include "quick.h"
#include "saker/base/limits.h"

enum part_kind {
	PART_WHOLE,
	PART_LENGTH,
	PART_PIECE
};

/* A field name of EXECVE taken apart: a3, a3_len, a3[7]. */
struct part {
	enum part_kind kind;
	uint64_t arg;
	uint64_t piece;
};

struct joiner {
	struct arena *arena;
	struct audit_args args;
	size_t bytes; /* no argument is longer than all the records */
	/* the argument whose pieces are coming */
	uint64_t arg;
	uint64_t next_piece;
	uint64_t missing; /* printed characters */
	char *text;
	size_t cap;
};

static size_t digits(struct str v)
{
	size_t n = 0;

	while (n < v.len && v.s[n] >= '0' && v.s[n] <= '9')
		n++;
	return n;
}

static bool parse_name(struct str name, struct part *ret)
{
	size_t n;

	if (name.len < 2 || name.s[0] != 'a')
		return false;
	name = str_skip(name, 1);
	n = digits(name);
	if (!str_to_u64(str_take(name, n), 10, &ret->arg))
		return false;
	name = str_skip(name, n);
	if (name.len == 0) {
		ret->kind = PART_WHOLE;
		return true;
	}
	if (str_eq(name, STR("_len"))) {
		ret->kind = PART_LENGTH;
		return true;
	}
	ret->kind = PART_PIECE;
	return name.len > 2 && name.s[0] == '[' &&
	       name.s[name.len - 1] == ']' &&
	       str_to_u64(str_span(name.s + 1, name.s + name.len - 1), 10,
	                  &ret->piece);
}

/* The argument before must have got all its pieces. */
static void end_pieces(struct joiner *j)
{
	if (j->missing != 0)
		j->args.is_incomplete = true;
	j->missing = 0;
	j->text = NULL;
}

static bool start_pieces(struct joiner *j, uint64_t arg, struct str length)
{
	end_pieces(j);
	j->arg = arg;
	j->next_piece = 0;
	if (arg >= j->args.argc || !decode_dec(length, &j->missing))
		return true;
	j->cap = j->missing < j->bytes ? (size_t)j->missing : j->bytes;
	j->text = arena_alloc(j->arena, j->cap + 1);
	if (j->text == NULL)
		return false;
	j->args.argv[arg] = (struct str){ j->text, 0 };
	return true;
}

static bool add_piece(struct joiner *j, const struct part *part, struct str raw)
{
	bool is_quoted = raw.len >= 2 && raw.s[0] == '"';
	uint64_t printed = is_quoted ? raw.len - 2 : raw.len;
	struct str piece, *arg;

	if (j->text == NULL || part->arg != j->arg ||
	    part->piece != j->next_piece || printed > j->missing) {
		j->args.is_incomplete = true;
		return true;
	}
	if (!decode_string(j->arena, raw, &piece))
		return false;
	arg = &j->args.argv[part->arg];
	if (piece.len > j->cap - arg->len)
		piece.len = j->cap - arg->len;
	if (piece.len != 0)
		memcpy(j->text + arg->len, piece.s, piece.len);
	arg->len += piece.len;
	j->missing -= printed;
	j->next_piece++;
	return true;
}

static bool add_field(struct joiner *j, const struct record_field *f)
{
	struct part part;

	if (!parse_name(f->name, &part))
		return true;
	switch (part.kind) {
	case PART_LENGTH:
		return start_pieces(j, part.arg, f->value);
	case PART_PIECE:
		return add_piece(j, &part, f->value);
	case PART_WHOLE:
		break;
	}
	if (part.arg >= j->args.argc || j->args.argv[part.arg].s != NULL)
		return true;
	return decode_string(j->arena, f->value, &j->args.argv[part.arg]);
}

/* argc= and the highest argument present: a writer may print argc=0. */
static bool measure(struct joiner *j, struct record *r)
{
	struct part part;

	if (record_scan(r, j->arena) < 0)
		return false;
	j->bytes += r->text.len;
	for (size_t i = 0; i < r->nfields; i++) {
		const struct record_field *f = &r->fields[i];

		if (str_eq(f->name, STR("argc")))
			decode_dec(f->value, &j->args.total);
		else if (parse_name(f->name, &part) && part.arg < LIMIT_ARGV &&
		         part.arg >= j->args.argc)
			j->args.argc = (size_t)part.arg + 1;
	}
	return true;
}

static bool is_execve(const struct record *r)
{
	return r->type == AUDIT_EXECVE;
}

/* ausearch prints an event's records last first: argc then comes at the end. */
static bool is_reversed(struct audit_event *e)
{
	struct str argc;

	for (size_t i = 0; i < e->nrecords; i++)
		if (is_execve(&e->records[i]))
			return !record_field(&e->records[i], STR("argc"),
			                     &argc);
	return false;
}

static bool fill(struct joiner *j, struct audit_event *e)
{
	bool reversed = is_reversed(e);

	for (size_t i = 0; i < e->nrecords; i++) {
		const struct record *r =
			&e->records[reversed ? e->nrecords - 1 - i : i];

		for (size_t k = 0; is_execve(r) && k < r->nfields; k++)
			if (!add_field(j, &r->fields[k]))
				return false;
	}
	end_pieces(j);
	return true;
}

static void check(struct audit_args *args)
{
	if (args->total > args->argc)
		args->is_incomplete = true;
	for (size_t i = 0; i < args->argc; i++)
		if (args->argv[i].s == NULL)
			args->is_incomplete = true;
}

/* The event's EXECVE record when there is one only. */
static const struct record *only_execve(const struct audit_event *e)
{
	const struct record *only = NULL;

	for (size_t i = 0; i < e->nrecords; i++) {
		if (!is_execve(&e->records[i]))
			continue;
		if (only != NULL)
			return NULL;
		only = &e->records[i];
	}
	return only;
}

bool args_join(struct audit_event *e, struct audit_args *ret)
{
	struct joiner j = { .arena = &e->arena };
	const struct record *only = only_execve(e);
	bool is_there = false;

	if (only != NULL && quick_execve(only, j.arena, ret))
		return true;
	for (size_t i = 0; i < e->nrecords; i++) {
		if (!is_execve(&e->records[i]))
			continue;
		if (!measure(&j, &e->records[i]))
			return false;
		is_there = true;
	}
	if (!is_there)
		return false;
	if (j.args.argc != 0) {
		j.args.argv = arena_array(j.arena, struct str, j.args.argc);
		if (j.args.argv == NULL)
			return false;
	}
	if (!fill(&j, e))
		return false;
	check(&j.args);
	*ret = j.args;
	return true;
}
