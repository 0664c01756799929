/* SPDX-License-Identifier: GPL-2.0-or-later */
/* generate.c - a log with the shape of real traffic, the same each time. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "saker/base/io.h"
#include "world.h"

#define OUT_BYTES ((size_t)1024 * 1024)

static const char usage[] =
	"usage: generate [OPTION]... >LOG\n"
	"  --records N     stop behind so many records (293000)\n"
	"  --bytes N       or behind so many bytes\n"
	"  --containers N  that live at a time (200)\n"
	"  --builders N    compile jobs at a time (8)\n"
	"  --nodes N       machines, each named in its records (0 = one, "
	"unnamed)\n"
	"  --interleave N  events in a hundred that are mixed with the next "
	"(10)\n"
	"  --attacks N     one in so many events raises alerts (5000)\n"
	"  --seed N        another log of the same shape\n"
	"  --raw           without auditd's interpretations\n"
	"  --eoe           with the EOE records that a plugin gets\n";

struct settings {
	uint64_t records, bytes, nodes, interleave, raw, eoe;
	struct world_options world;
};

struct generator {
	struct settings set;
	struct world *worlds[64];
	struct event_writer event, held; /* held: begun, not all written */
	size_t held_taken;
	struct buf out;
	uint64_t records, bytes;
	uint64_t ms; /* since the epoch */
	uint64_t serial;
	uint64_t events;
	char node[16];
};

static int write_out(struct generator *g, struct str line)
{
	int error = 0;

	buf_add_str(&g->out, line);
	g->records++;
	g->bytes += line.len;
	if (g->out.failed)
		return E_NOMEM;
	if (g->out.len >= OUT_BYTES) {
		error = io_write_all(STDOUT_FILENO, buf_str(&g->out));
		buf_clear(&g->out);
	}
	return error;
}

/* The next line of an event; empty at its end. */
static struct str next_line(const struct event_writer *e, size_t *taken)
{
	struct str rest = str_skip(buf_str(&e->text), *taken);
	ptrdiff_t newline = str_find_byte(rest, '\n');

	if (newline < 0)
		return STR_NONE;
	*taken += (size_t)newline + 1;
	return str_take(rest, (size_t)newline + 1);
}

/* The rest of the held event's lines and the new one's in turn. */
static int write_both(struct generator *g)
{
	struct str x, y;
	size_t taken = 0;
	int error = 0;

	do {
		x = next_line(&g->held, &g->held_taken);
		y = next_line(&g->event, &taken);
		if (x.len != 0)
			error = write_out(g, x);
		if (y.len != 0 && error == 0)
			error = write_out(g, y);
	} while (error == 0 && (x.len != 0 || y.len != 0));
	buf_clear(&g->held.text);
	return error;
}

static int hold(struct generator *g)
{
	struct event_writer e = g->held;

	g->held = g->event;
	g->event = e;
	g->held_taken = 0;
	return write_out(g, next_line(&g->held, &g->held_taken));
}

static void make_event(struct generator *g)
{
	unsigned node =
		g->set.nodes != 0 ? (unsigned)(g->events % g->set.nodes) : 0;
	struct event_writer *e = &g->event;

	snprintf(g->node, sizeof(g->node), "node%u", node);
	buf_clear(&e->text);
	/* the kernel's coarse clock: steps of 4 ms at HZ=250 */
	g->ms += g->events++ % 20 == 0 ? 4 : 0;
	e->sec = g->ms / 1000;
	e->ms = (unsigned)(g->ms % 1000);
	e->serial = ++g->serial;
	e->node = g->set.nodes != 0 ? g->node : NULL;
	e->is_enriched = g->set.raw == 0;
	e->has_eoe = g->set.eoe != 0;
	world_step(g->worlds[node], e);
}

static bool is_enough(const struct generator *g)
{
	return g->set.bytes != 0 ? g->bytes >= g->set.bytes
	                         : g->records >= g->set.records;
}

static int generate(struct generator *g)
{
	int error = 0;

	while (error == 0 && !is_enough(g)) {
		make_event(g);
		if (g->held.text.len == 0 &&
		    world_random(g->worlds[0], 100) < g->set.interleave)
			error = hold(g);
		else
			error = write_both(g);
	}
	return error == 0 ? io_write_all(STDOUT_FILENO, buf_str(&g->out))
	                  : error;
}

static const struct option names[] = {
	{ "records", required_argument, NULL, 'r' },
	{ "bytes", required_argument, NULL, 'b' },
	{ "containers", required_argument, NULL, 'c' },
	{ "builders", required_argument, NULL, 'j' },
	{ "nodes", required_argument, NULL, 'n' },
	{ "interleave", required_argument, NULL, 'i' },
	{ "attacks", required_argument, NULL, 'a' },
	{ "seed", required_argument, NULL, 's' },
	{ "raw", no_argument, NULL, 'R' },
	{ "eoe", no_argument, NULL, 'E' },
	{ 0 },
};

static bool set_option(struct settings *s, int c)
{
	uint64_t n = 1;

	if (optarg != NULL && !str_to_u64(str_from(optarg), 10, &n))
		return false;
	switch (c) {
	case 'r':
		s->records = n;
		return true;
	case 'b':
		s->bytes = n;
		return true;
	case 'c':
		s->world.containers = (unsigned)n;
		return n <= 100000;
	case 'j':
		s->world.builders = (unsigned)n;
		return n <= 100000;
	case 'n':
		s->nodes = n;
		return n <= 64;
	case 'i':
		s->interleave = n;
		return true;
	case 'a':
		s->world.attack_every = (unsigned)n;
		return n <= UINT32_MAX;
	case 's':
		s->world.seed = n;
		return true;
	case 'R':
		s->raw = 1;
		return true;
	case 'E':
		s->eoe = 1;
		return true;
	default:
		return false;
	}
}

static int make_worlds(struct generator *g)
{
	struct world_options options = g->set.world;
	size_t n = g->set.nodes != 0 ? g->set.nodes : 1;

	for (size_t i = 0; i < n; i++, options.seed++) {
		g->worlds[i] = world_new(&options);
		if (g->worlds[i] == NULL)
			return E_NOMEM;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct generator g = {
		.set = { .records = 293000,
		         .interleave = 10,
		         .world = { .seed = 1,
		                    .containers = 200,
		                    .builders = 8,
		                    .attack_every = 5000 } },
		.ms = 1700000000ULL * 1000,
		.serial = 1000,
	};
	int c, error;

	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (!set_option(&g.set, c)) {
			fputs(usage, stderr);
			return 2;
		}
	}
	error = make_worlds(&g);
	if (error == 0)
		error = generate(&g);
	if (error != 0)
		fprintf(stderr, "generate: %s\n", err_text(error));
	for (size_t i = 0; i < sizeof(g.worlds) / sizeof(g.worlds[0]); i++)
		world_free(g.worlds[i]);
	buf_done(&g.out);
	buf_done(&g.event.text);
	buf_done(&g.held.text);
	return error == 0 ? 0 : 3;
}
