# Throughput: "make bench"; the programs are built on demand.
if TESTS_ENABLED
check_PROGRAMS += tests/bench/generate
tests_bench_generate_SOURCES = tests/bench/generate.c tests/bench/records.c \
	tests/bench/records.h tests/bench/world.c tests/bench/world.h
tests_bench_generate_LDADD = src/base/libbase.a
endif
EXTRA_PROGRAMS = tests/bench/stage tests/bench/make_rules
tests_bench_stage_SOURCES = tests/bench/stage.c
tests_bench_stage_LDADD = $(EVENT_LIBS) $(FOREIGN_LIBS)
EXTRA_DIST += tests/bench/bench.sh tests/bench/record.sh

# Every stage of a replay, and peers on the same log. ROUNDS, RECORDS,
# BENCH_LOG=FILE for a recorded log beside the generated ones.
bench: saker tests/bench/generate tests/bench/stage
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
		bash $(srcdir)/tests/bench/bench.sh
tests_bench_make_rules_SOURCES = tests/bench/make_rules.c tests/lib/rule_mix.c tests/lib/rule_mix.h
tests_bench_make_rules_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib
tests_bench_make_rules_LDADD = src/base/libbase.a
EXTRA_DIST += tests/bench/rules.sh

# What more rules cost. RUNS, RECORDS; LOG=FILE for another log.
bench-rules: saker tests/bench/generate tests/bench/make_rules
	top_builddir='$(abs_top_builddir)' bash $(srcdir)/tests/bench/rules.sh

.PHONY: bench bench-rules

CLEANFILES += $(EXTRA_PROGRAMS)
