/* SPDX-License-Identifier: GPL-2.0-or-later */
/* matcher.c - one event against the rules that its type can match. */
#include <stdlib.h>

#include "engine.h"
#include "saker/engine/threshold.h"
#include "verdicts.h"

/* Rules of the partition that are to be tried, as bits; of each word that is
 * not 0 there is a bit in summary. */
#define RECENT 64u

/* Tests as bits: which were asked, and which of those were true. */
struct tested {
	uint64_t asked;
	uint64_t passed;
};

struct matcher {
	const struct ruleset *rules;
	struct thresholds *thresholds; /* NULL = nothing is counted */
	struct vm *vm;
	struct verdicts *verdicts;
	const struct rule **hits;
	uint64_t *wanted;
	uint64_t *summary;
	size_t nsummary;
	struct tested tested; /* for the event */
	uint32_t *tried;      /* the rules' places in the partition */
	size_t ntried;
	/* by source and type, as far as that had been asked for */
	const struct partition *recent[SOURCES][RECENT];
};

struct matcher *matcher_new(const struct ruleset *rs)
{
	struct matcher *m = calloc(1, sizeof(*m));
	size_t words = rs->count / 64 + 1;

	if (m == NULL)
		return NULL;
	m->rules = rs;
	m->nsummary = words / 64 + 1;
	m->vm = vm_new(&rs->program);
	m->verdicts = verdicts_new(rs->npartitions);
	m->hits = calloc(rs->count + 1, sizeof(struct rule *));
	m->wanted = calloc(words, sizeof(*m->wanted));
	m->summary = calloc(m->nsummary, sizeof(*m->summary));
	m->tried = calloc(rs->count + 1, sizeof(*m->tried));
	if (m->vm == NULL || m->verdicts == NULL || m->hits == NULL ||
	    m->tried == NULL || m->wanted == NULL || m->summary == NULL) {
		matcher_free(m);
		return NULL;
	}
	return m;
}

void matcher_free(struct matcher *m)
{
	if (m == NULL)
		return;
	vm_free(m->vm);
	verdicts_free(m->verdicts);
	free(m->hits);
	free(m->wanted);
	free(m->summary);
	free(m->tried);
	free(m);
}

uint64_t matcher_regex_limits(const struct matcher *m)
{
	return vm_regex_limits(m->vm);
}

void matcher_use_thresholds(struct matcher *m, struct thresholds *t)
{
	m->thresholds = t;
}

static bool is_enough(const struct matcher *m, const struct rule *rule,
                      const struct field_source *fields)
{
	return !rule->threshold.is_given || m->thresholds == NULL ||
	       thresholds_reached(m->thresholds, rule, fields);
}

static void want(struct matcher *m, const uint32_t *rules, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		m->wanted[rules[i] / 64] |= UINT64_C(1) << rules[i] % 64;
		m->summary[rules[i] / 4096] |= UINT64_C(1)
		                               << rules[i] / 64 % 64;
	}
}

static void want_atom(struct matcher *m, const struct probe *p, uint32_t atom)
{
	uint32_t i = atom & p->mask;

	for (; p->slots[i].count != 0; i = (i + 1) & p->mask)
		if (p->slots[i].atom == atom) {
			want(m, p->rules + p->slots[i].first,
			     p->slots[i].count);
			return;
		}
}

static void want_branch(struct matcher *m, const struct branch *b)
{
	want(m, b->rules, b->nrules);
	for (uint32_t i = 0; i < b->nprobes; i++) {
		const uint32_t *atoms;
		size_t count;

		atoms = vm_look_up(m->vm, b->probes[i].lookup, &count);
		for (size_t n = 0; n < count; n++)
			want_atom(m, &b->probes[i], atoms[n]);
	}
}

static bool passes(struct matcher *m, const struct partition *p, uint64_t needs,
                   struct tested *t)
{
	for (uint64_t left = needs & ~t->asked; left != 0; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctzll(left);

		t->asked |= UINT64_C(1) << i;
		if (!vm_run_rule(m->vm, p->tests[i]))
			return false;
		t->passed |= UINT64_C(1) << i;
	}
	return true;
}

static void find_wanted(struct matcher *m, const struct partition *p)
{
	struct tested *t = &m->tested;

	*t = (struct tested){ 0 };
	for (uint32_t i = 0; i < p->nbranches; i++) {
		const struct branch *b = &p->branches[i];

		if ((b->needs & t->asked & ~t->passed) == 0 &&
		    passes(m, p, b->needs, t))
			want_branch(m, b);
	}
}

/* The lowest number, which is then no longer wanted. */
static bool next_wanted(struct matcher *m, size_t *at, uint32_t *ret)
{
	size_t word;

	while (*at < m->nsummary && m->summary[*at] == 0)
		++*at;
	if (*at == m->nsummary)
		return false;
	word = *at * 64 + (size_t)__builtin_ctzll(m->summary[*at]);
	*ret = (uint32_t)(word * 64 + (size_t)__builtin_ctzll(m->wanted[word]));
	m->wanted[word] &= m->wanted[word] - 1;
	if (m->wanted[word] == 0)
		m->summary[*at] &= m->summary[*at] - 1;
	return true;
}

/* How many conditions are true. Patterns that were given up on are to be
 * counted again when they come again. */
static size_t try_wanted(struct matcher *m, const struct partition *p, bool all,
                         const struct field_source *fields, size_t *ret_hits)
{
	size_t hits = 0, met = 0, at = 0;
	uint32_t i;

	m->ntried = 0;
	while (next_wanted(m, &at, &i)) {
		const struct rule *rule = &m->rules->rules[p->rules.items[i]];

		m->tried[m->ntried++] = i;
		if ((!all && hits != 0) || !vm_run_rule(m->vm, p->bodies[i]))
			continue;
		met++;
		if (is_enough(m, rule, fields))
			m->hits[hits++] = rule;
	}
	*ret_hits = hits;
	return met;
}

/* The types that come are few. */
static const struct partition *
find_partition(struct matcher *m, enum rule_source source, struct str type)
{
	const struct partition **recent, *p;

	if (type.len == 0)
		return index_find(&m->rules->index[source], type);
	recent = &m->recent[source][(type.len + (unsigned char)type.s[0] * 3u +
	                             (unsigned char)type.s[type.len - 1] * 7u) %
	                            RECENT];
	if (*recent != NULL && str_eq((*recent)->name, type))
		return *recent;
	p = index_find(&m->rules->index[source], type);
	if (p->name.len != 0)
		*recent = p;
	return p;
}

/* What closed the branches that one test alone closed, or that others did. */
static void find_closing(struct matcher *m, const struct partition *p,
                         bool alone, uint64_t *reasons)
{
	uint64_t failed = m->tested.asked & ~m->tested.passed;

	for (uint32_t i = 0; i < p->nbranches; i++) {
		uint64_t closing = p->branches[i].needs & failed;
		uint64_t first = closing & (0 - closing);

		if (closing == 0 || (closing & *reasons) != 0 ||
		    (alone && closing != first))
			continue;
		*reasons |= first;
		vm_add_reasons(m->vm, p->tests[__builtin_ctzll(first)]);
	}
}

/* Of an event that matches nothing: what closed each branch, or which of its
 * rules were not found, and what made those false that were. */
static void find_reasons(struct matcher *m, const struct partition *p)
{
	uint64_t failed = m->tested.asked & ~m->tested.passed, reasons = 0;

	vm_reasons_start(m->vm);
	for (uint32_t i = 0; i < p->nbranches; i++) {
		const struct branch *b = &p->branches[i];

		for (uint32_t n = 0; (b->needs & failed) == 0 && n < b->nprobes;
		     n++)
			vm_add_lookup_reason(m->vm, b->probes[n].lookup);
	}
	find_closing(m, p, true, &reasons);
	find_closing(m, p, false, &reasons);
	for (size_t i = 0; i < m->ntried; i++)
		vm_add_reasons(m->vm, p->bodies[m->tried[i]]);
}

size_t matcher_match(struct matcher *m, enum rule_source source,
                     struct str event_type, const struct field_source *fields,
                     bool all, const struct rule *const **ret_hits)
{
	const struct partition *p = find_partition(m, source, event_type);
	uint64_t limits = vm_regex_limits(m->vm);
	size_t hits;

	*ret_hits = m->hits;
	if (p->nbranches == 0)
		return 0;
	vm_start_event(m->vm, fields);
	if (verdicts_none(m->verdicts, p->number, m->vm))
		return 0;
	find_wanted(m, p);
	if (try_wanted(m, p, all, fields, &hits) == 0 &&
	    limits == vm_regex_limits(m->vm)) {
		find_reasons(m, p);
		verdicts_learn(m->verdicts, p->number, m->vm);
	}
	return hits;
}
