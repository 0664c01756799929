# Throughput: "make bench"; the programs are built on demand.
if TESTS_ENABLED
check_PROGRAMS += tests/bench/generate
tests_bench_generate_SOURCES = tests/bench/generate.c tests/bench/records.c \
	tests/bench/records.h tests/bench/world.c tests/bench/world.h
tests_bench_generate_LDADD = src/base/libbase.a
endif
EXTRA_PROGRAMS = tests/bench/bench_scan tests/bench/make_rules
tests_bench_bench_scan_SOURCES = tests/bench/bench_scan.c
tests_bench_bench_scan_LDADD = src/audit/libaudit_records.a src/base/libbase.a \
	$(AUPARSE_LIBS) $(AUDIT_LIBS)
tests_bench_make_rules_SOURCES = tests/bench/make_rules.c tests/lib/rule_mix.c tests/lib/rule_mix.h
tests_bench_make_rules_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib
tests_bench_make_rules_LDADD = src/base/libbase.a
EXTRA_DIST += tests/bench/rules.sh

# What more rules cost. RUNS, RECORDS; LOG=FILE for another log.
bench-rules: saker tests/bench/generate tests/bench/make_rules
	top_builddir='$(abs_top_builddir)' bash $(srcdir)/tests/bench/rules.sh

.PHONY: bench-rules

CLEANFILES += $(EXTRA_PROGRAMS)
