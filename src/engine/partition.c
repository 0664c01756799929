/* SPDX-License-Identifier: GPL-2.0-or-later */
/* partition.c - the rules for one type of event, divided so that an event costs
 * what it matches and not how many rules there are: first by the parts that
 * several conditions share, such as "in a container", then by what the event
 * must have beside that, looked up for all of them at once. */
#include <stdlib.h>

#include "engine.h"
#include "probes.h"
#include "saker/base/io.h"
#include "specialise.h"

/* A part of so many conditions, and of one in so many, is a test for all. */
#define TEST_MIN   2u
#define TEST_SHARE 64u
/* Tests may cost this much. */
#define TEST_COST 60u
/* What a test costs is divided among the conditions that it is a part of. */
#define TEST_WEIGHT 64u

/* A rule that an event of the type may match. */
struct candidate {
	uint32_t rule;        /* its place among the rules of the partition */
	const node_id *parts; /* of its and */
	size_t nparts;
	uint64_t needs; /* which of the partition's tests are parts of it */
};

/* A part of several conditions. */
struct test {
	node_id id;
	uint32_t uses;
	uint32_t rank; /* the least is asked first */
};

struct planner {
	struct builder *builder;
	struct specialiser specialiser;
	struct guards guards;
	struct arena arena;     /* for the whole planning */
	struct arena scratch;   /* for one partition */
	struct arena *kept;     /* the rule set's; borrowed */
	const node_id *roots;   /* borrowed */
	struct buf bodies;      /* node_id: the rules of all partitions */
	const node_id *partial; /* of them, the partition's */
	uint32_t npartitions;   /* planned so far */
	uint32_t next_rule;     /* number of the next test or body */
	uint32_t *numbers;      /* expression -> its number among rules, or 0 */
	uint32_t *uses;         /* expression -> candidates with it; all 0 */
	struct test tests[TESTS_MAX]; /* of the partition */
	size_t ntests;
	const uint32_t *users; /* see probes_users() */
	struct buf popularity; /* uint32_t by atom: conditions with it */
	struct buf branches;
	struct buf parts; /* node_id: of the candidate that is made */
};

static int collect_parts(const struct builder *b, node_id id, struct buf *out)
{
	const uint32_t *children;
	size_t count;

	if (!builder_and(b, id, &children, &count)) {
		buf_add(out, &id, sizeof(id));
		return out->failed ? E_NOMEM : 0;
	}
	for (size_t i = 0; i < count; i++)
		if (collect_parts(b, children[i], out) < 0)
			return E_NOMEM;
	return 0;
}

/* False: no event of the type matches, or (nomem) out of memory. */
static bool make_candidate(struct planner *p, uint32_t rule, node_id root,
                           struct candidate *ret)
{
	node_id *parts;

	if (root == p->specialiser.constants[false])
		return false;
	buf_clear(&p->parts);
	p->guards.nomem |= collect_parts(p->builder, root, &p->parts) < 0;
	parts = arena_alloc(&p->scratch, p->parts.len);
	if (p->guards.nomem || parts == NULL) {
		p->guards.nomem = true;
		return false;
	}
	memcpy(parts, p->parts.data, p->parts.len);
	*ret = (struct candidate){ .rule = rule,
		                   .parts = parts,
		                   .nparts = p->parts.len / sizeof(node_id) };
	return true;
}

/* Most calls succeed, and most exceptions are none: asking for that divides
 * nothing. */
static bool is_common(const struct planner *p, node_id id)
{
	const struct check *c = builder_check_of(p->builder, id);
	const struct vm_input *in;
	node_id negated;
	size_t count;

	if (c == NULL)
		return builder_negates(p->builder, id, &negated);
	in = &builder_inputs(p->builder, &count)[c->input];
	return in->kind == INPUT_FIELD && in->info->id == FIELD_EVT_FAILED;
}

static int order_tests(const void *x, const void *y)
{
	const struct test *a = x, *b = y;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* In the place of the least used one when there is no room. */
static void add_test(struct planner *p, node_id id, uint32_t uses)
{
	size_t at = p->ntests;

	if (at == TESTS_MAX) {
		at = 0;
		for (size_t i = 1; i < TESTS_MAX; i++)
			if (p->tests[i].uses < p->tests[at].uses)
				at = i;
		if (p->tests[at].uses >= uses)
			return;
	} else {
		p->ntests++;
	}
	p->tests[at] = (struct test){
		.id = id,
		.uses = uses,
		.rank = builder_cost(p->builder, id) * TEST_WEIGHT / uses,
	};
}

/* The cheap ones that many conditions have come first. */
static void choose_tests(struct planner *p, const struct candidate *c,
                         size_t count)
{
	size_t least = count / TEST_SHARE;

	p->ntests = 0;
	least = least > TEST_MIN ? least : TEST_MIN;
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < c[i].nparts; n++)
			p->uses[c[i].parts[n]]++;
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < c[i].nparts; n++) {
			node_id id = c[i].parts[n];

			if (p->uses[id] >= least && !is_common(p, id) &&
			    builder_cost(p->builder, id) <= TEST_COST)
				add_test(p, id, p->uses[id]);
			p->uses[id] = 0;
		}
	qsort(p->tests, p->ntests, sizeof(*p->tests), order_tests);
}

static int order_candidates(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;

	if (a->needs != b->needs)
		return a->needs < b->needs ? -1 : 1;
	return a->rule < b->rule ? -1 : a->rule > b->rule;
}

/* Candidates of the same tests come together. */
static void sort_candidates(struct planner *p, struct candidate *c,
                            size_t count)
{
	for (size_t i = 0; i < p->ntests; i++)
		p->uses[p->tests[i].id] = (uint32_t)i + 1;
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < c[i].nparts; n++) {
			uint32_t number = p->uses[c[i].parts[n]];

			if (number != 0)
				c[i].needs |= UINT64_C(1) << (number - 1);
		}
	for (size_t i = 0; i < p->ntests; i++)
		p->uses[p->tests[i].id] = 0;
	qsort(c, count, sizeof(*c), order_candidates);
}

static size_t weight_of_atom(const struct planner *p, uint32_t number)
{
	static const struct {
		size_t few, many; /* of texts that are short, or not */
	} weights[] = {
		[ATOM_EQUAL] = { 1, 1 },  [ATOM_PREFIX] = { 8, 2 },
		[ATOM_SUFFIX] = { 8, 3 }, [ATOM_PATH] = { 4, 2 },
		[ATOM_PART] = { 16, 3 },  [ATOM_PART_FOLDED] = { 16, 3 },
	};
	size_t count;
	const struct atom *a = &builder_atoms(p->builder, &count)[number];
	enum atom_kind kind =
		builder_lookups(p->builder, &count)[a->lookup].kind;
	uint32_t popularity = 1;

	if (number < p->popularity.len / sizeof(uint32_t))
		popularity = ((const uint32_t *)(const void *)
		                      p->popularity.data)[number];
	return (a->text.len < 5 ? weights[kind].few : weights[kind].many) *
	       popularity;
}

/* By guess how many events it lets through: what many rules ask for is common.
 */
static size_t weight_of(const struct planner *p, const struct guard *g)
{
	size_t sum = 0;

	if (g->kind != GUARD_ATOMS)
		return SIZE_MAX;
	for (size_t i = 0; i < g->count; i++)
		sum += weight_of_atom(p, g->atoms[i]);
	return sum;
}

static struct guard best_guard(struct planner *p, const struct candidate *c)
{
	struct guard best = { .kind = GUARD_NONE };
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < c->nparts; i++) {
		struct guard g = guard_of(&p->guards, c->parts[i]);
		size_t weight = weight_of(p, &g);

		if (g.kind == GUARD_NEVER)
			return g;
		if (weight < least) {
			best = g;
			least = weight;
		}
	}
	return best;
}

static int number_of_test(struct planner *p, node_id id, uint32_t *ret)
{
	if (p->numbers[id] == 0) {
		if (builder_add_rule(p->builder, id) < 0)
			return E_NOMEM;
		p->numbers[id] = p->next_rule++;
	}
	*ret = p->numbers[id];
	return 0;
}

/* Candidates of the same tests. */
static int plan_branch(struct planner *p, const struct guarded *rules,
                       size_t count, uint64_t needs)
{
	struct branch b = { .needs = needs };
	int r = probes_build(p->builder, rules, count, p->users, p->kept, &b);

	buf_add(&p->branches, &b, sizeof(b));
	return r;
}

static int plan_guards(struct planner *p, const struct candidate *c,
                       size_t count, struct guarded **ret)
{
	struct guarded *rules =
		arena_array(&p->scratch, struct guarded, count + 1);

	if (rules == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++)
		rules[i] = (struct guarded){ c[i].rule, best_guard(p, &c[i]) };
	p->users = probes_users(p->builder, rules, count, &p->scratch);
	*ret = rules;
	return p->guards.nomem || p->users == NULL ? E_NOMEM : 0;
}

static int plan_branches(struct planner *p, struct candidate *c, size_t count)
{
	struct guarded *rules;

	choose_tests(p, c, count);
	sort_candidates(p, c, count);
	if (plan_guards(p, c, count, &rules) < 0)
		return E_NOMEM;
	for (size_t i = 0, n; i < count; i += n) {
		n = 1;
		while (i + n < count && c[i + n].needs == c[i].needs)
			n++;
		if (plan_branch(p, &rules[i], n, c[i].needs) < 0)
			return E_NOMEM;
	}
	return p->branches.failed ? E_NOMEM : 0;
}

static int keep_tests(struct planner *p, struct partition *part)
{
	part->tests = arena_array(p->kept, uint32_t, p->ntests + 1);
	for (size_t i = 0; part->tests != NULL && i < p->ntests; i++)
		if (number_of_test(p, p->tests[i].id, &part->tests[i]) < 0)
			return E_NOMEM;
	return part->tests != NULL ? 0 : E_NOMEM;
}

static int keep_bodies(struct planner *p, struct partition *part,
                       const struct candidate *c, size_t count)
{
	part->bodies = arena_array(p->kept, uint32_t, part->rules.count + 1);
	for (size_t i = 0; part->bodies != NULL && i < count; i++)
		if (number_of_test(p, p->partial[c[i].rule],
		                   &part->bodies[c[i].rule]) < 0)
			return E_NOMEM;
	return part->bodies != NULL ? 0 : E_NOMEM;
}

static int keep_branches(struct planner *p, struct partition *part)
{
	part->branches = arena_alloc(p->kept, p->branches.len + 1);
	if (part->branches == NULL)
		return E_NOMEM;
	if (p->branches.len > 0)
		memcpy(part->branches, p->branches.data, p->branches.len);
	part->nbranches = (uint32_t)(p->branches.len / sizeof(struct branch));
	return 0;
}

static int plan_partition(struct planner *p, struct partition *part,
                          struct str type)
{
	struct candidate *c;
	size_t count = 0;
	int r;

	(void)type; /* the bodies are of it already */
	part->number = p->npartitions++;
	arena_reset(&p->scratch);
	buf_clear(&p->branches);
	c = arena_array(&p->scratch, struct candidate, part->rules.count + 1);
	if (c == NULL)
		return E_NOMEM;
	for (uint32_t i = 0; i < part->rules.count; i++)
		count += make_candidate(p, i, p->partial[i], &c[count]);
	r = p->guards.nomem ? E_NOMEM : plan_branches(p, c, count);
	if (r == 0)
		r = keep_branches(p, part);
	if (r == 0)
		r = keep_tests(p, part);
	if (r == 0)
		r = keep_bodies(p, part, c, count);
	if (part->rules.count != 0) /* else there may be none at all */
		p->partial += part->rules.count;
	return r;
}

static void count_atoms(struct planner *p, const struct guard *g)
{
	uint32_t zero = 0;

	for (size_t i = 0; i < g->count; i++) {
		while (p->popularity.len / sizeof(zero) <= g->atoms[i] &&
		       !p->popularity.failed)
			buf_add(&p->popularity, &zero, sizeof(zero));
		if (!p->popularity.failed)
			((uint32_t *)(void *)p->popularity.data)[g->atoms[i]]++;
	}
}

static int count_popularity(struct planner *p, size_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct candidate c;

		arena_reset(&p->scratch);
		if (!make_candidate(p, i, p->roots[i], &c))
			continue;
		for (size_t n = 0; n < c.nparts; n++) {
			struct guard g = guard_of(&p->guards, c.parts[n]);

			count_atoms(p, &g);
		}
	}
	return p->guards.nomem || p->popularity.failed ? E_NOMEM : 0;
}

static int specialise_partition(struct planner *p, struct partition *part,
                                struct str type)
{
	specialiser_start(&p->specialiser, type);
	for (size_t i = 0; i < part->rules.count; i++) {
		node_id body = specialise(&p->specialiser,
		                          p->roots[part->rules.items[i]]);

		if (body < 0)
			return E_NOMEM;
		buf_add(&p->bodies, &body, sizeof(body));
	}
	return p->bodies.failed ? E_NOMEM : 0;
}

typedef int plan_fn(struct planner *p, struct partition *part, struct str type);

/* In the same order each time. */
static int each_partition(struct planner *p, struct index *indexes, plan_fn *fn)
{
	int r = 0;

	for (size_t i = 0; i < SOURCES && r == 0; i++) {
		size_t cursor = 0;
		struct str name;
		void *v;

		r = fn(p, &indexes[i].others, STR_NONE);
		while (r == 0 &&
		       map_next(&indexes[i].types, &cursor, &name, &v))
			r = fn(p, v, name);
	}
	return r;
}

/* Of all expressions that there will be. */
static int prepare(struct planner *p)
{
	size_t size = builder_size(p->builder) + 1;

	p->partial = (const node_id *)(void *)p->bodies.data;
	p->numbers = arena_array(&p->arena, uint32_t, size);
	p->uses = arena_array(&p->arena, uint32_t, size);
	if (p->numbers == NULL || p->uses == NULL)
		return E_NOMEM;
	return guards_init(&p->guards, p->builder, &p->arena);
}

int partitions_plan(struct ruleset *set, struct builder *b,
                    const node_id *roots)
{
	struct index *indexes = set->index;
	size_t count = set->count;
	struct planner p = { .builder = b,
		             .kept = &set->arena,
		             .roots = roots,
		             .next_rule = (uint32_t)count };
	int r = specialiser_init(&p.specialiser, b, &p.arena);

	if (r == 0)
		r = each_partition(&p, indexes, specialise_partition);
	if (r == 0)
		r = prepare(&p);
	if (r == 0)
		r = count_popularity(&p, count);
	if (r == 0)
		r = each_partition(&p, indexes, plan_partition);
	set->npartitions = p.npartitions;
	buf_done(&p.bodies);
	buf_done(&p.popularity);
	buf_done(&p.branches);
	buf_done(&p.parts);
	arena_done(&p.scratch);
	arena_done(&p.arena);
	return r;
}
