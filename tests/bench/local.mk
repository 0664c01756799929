# Throughput: "make bench"; the programs are built on demand.
if TESTS_ENABLED
check_PROGRAMS += tests/bench/generate
tests_bench_generate_SOURCES = tests/bench/generate.c tests/bench/records.c \
	tests/bench/records.h tests/bench/world.c tests/bench/world.h
tests_bench_generate_LDADD = src/base/libbase.a
endif
EXTRA_PROGRAMS = tests/bench/live tests/bench/stage tests/bench/make_rules
tests_bench_stage_SOURCES = tests/bench/stage.c
tests_bench_stage_LDFLAGS = $(LINK_FLAGS) $(LTO_LDFLAGS)
tests_bench_stage_LDADD = $(EVENT_LIBS) $(FOREIGN_LIBS)
EXTRA_DIST += tests/bench/bench.sh tests/bench/record.sh

# Every stage of a replay, and peers on the same log. ROUNDS, RECORDS,
# BENCH_LOG=FILE for a recorded log beside the generated ones.
bench: saker tests/bench/generate tests/bench/make_rules tests/bench/stage
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
		bash $(srcdir)/tests/bench/bench.sh
tests_bench_live_SOURCES = tests/bench/live.c
tests_bench_live_LDFLAGS = -static
tests_bench_live_CFLAGS = -std=gnu17 $(WARN_CFLAGS)
tests_bench_live_LDADD =
tests_bench_make_rules_SOURCES = tests/bench/make_rules.c tests/lib/rule_mix.c tests/lib/rule_mix.h
tests_bench_make_rules_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib
tests_bench_make_rules_LDADD = src/base/libbase.a
EXTRA_DIST += tests/bench/kill.sh tests/bench/live.sh tests/bench/rules.sh

# What more rules cost. RUNS, RECORDS; LOG=FILE for another log.
bench-rules: saker tests/bench/generate tests/bench/make_rules
	top_builddir='$(abs_top_builddir)' bash $(srcdir)/tests/bench/rules.sh

# root: on the running kernel, beside cat, LAUREL and a bare reader. PARTS of it,
# and the variables that tests/bench/live.sh names.
bench-live: saker audisp-saker tests/bench/live tests/live/poke
	$(AM_TESTS_ENVIRONMENT) bash $(srcdir)/tests/bench/live.sh $(PARTS)

# root: from exec to kill, and how many had acted already. MODES of it, and the
# variables that tests/bench/kill.sh names.
bench-kill: saker tests/bench/live tests/live/poke
	$(AM_TESTS_ENVIRONMENT) bash $(srcdir)/tests/bench/kill.sh $(MODES)

.PHONY: bench bench-kill bench-live bench-rules

CLEANFILES += $(EXTRA_PROGRAMS)
