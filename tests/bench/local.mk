# Throughput, built on demand: make tests/bench/bench_scan
EXTRA_PROGRAMS = tests/bench/bench_scan
tests_bench_bench_scan_SOURCES = tests/bench/bench_scan.c
tests_bench_bench_scan_LDADD = src/audit/libaudit_records.a src/base/libbase.a \
	$(AUPARSE_LIBS) $(AUDIT_LIBS)
CLEANFILES += $(EXTRA_PROGRAMS)
