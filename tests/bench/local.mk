# Throughput: "make bench"; the programs are built on demand.
EXTRA_PROGRAMS = tests/bench/bench_scan tests/bench/generate
tests_bench_bench_scan_SOURCES = tests/bench/bench_scan.c
tests_bench_bench_scan_LDADD = src/audit/libaudit_records.a src/base/libbase.a \
	$(AUPARSE_LIBS) $(AUDIT_LIBS)
tests_bench_generate_SOURCES = tests/bench/generate.c tests/bench/records.c \
	tests/bench/records.h tests/bench/world.c tests/bench/world.h
tests_bench_generate_LDADD = src/base/libbase.a
CLEANFILES += $(EXTRA_PROGRAMS)
